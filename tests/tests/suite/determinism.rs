//! The same program gives the same bytes.

use stackwright::aws::ec2;
use stackwright::prelude::*;

fn describe() -> App {
    let app = App::new();
    app.tag(("b", "2"));
    app.tag(("a", "1"));
    let (network, nodes) = (Stack::new(&app, "network"), Stack::new(&app, "nodes"));
    for number in 0..20 {
        let vpc =
            Resource::new(&network, &format!("vpc-{number}"), ec2::Vpc::new().cidr_block("10.0.0.0/16"));
        let subnet = ec2::Subnet::new(ec2::SubnetRequired { vpc_id: vpc.ref_() }).cidr_block("10.0.0.0/24");
        Resource::new(&nodes, &format!("subnet-{number}"), subnet);
    }
    app
}

#[test]
fn every_run_and_every_thread_gives_the_same_assembly() {
    let synth = || {
        let assembly = describe().synth(&SynthOptions::new()).unwrap();
        (serde_json::to_string(&assembly.manifest).unwrap(), assembly.files)
    };
    let first = synth();
    let others: Vec<_> = (0..8).map(|_| std::thread::spawn(synth)).collect();
    for other in others {
        assert_eq!(other.join().unwrap(), first);
    }
}
