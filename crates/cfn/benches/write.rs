//! What writing a template costs beside a plain `serde_json::Value` of the same content.
//!
//! `cargo bench -p stackwright-cfn --bench write` prints a table: the best of several runs, in milliseconds, and the
//! ratio; below 1.00 ours is faster. Both sides are checked to write the same.
#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a benchmark looks at the clock and prints"
)]

use std::hint::black_box;
use std::time::Instant;

use serde_json::{Value as Plain, json};
use stackwright_cfn::{Map, NoNames, Resource, Template, json as node, read};

const SIZES: [usize; 3] = [500, 5_000, 50_000];
const RUNS: usize = 9;

fn main() {
    println!("{:>9}  {:<18}  {:>8}  {:>8}  {:>5}", "resources", "step", "ours", "plain", "ratio");
    for size in SIZES {
        let (template, plain) = (template(size), plain(size));
        let text = template.to_json(&NoNames);
        assert_eq!(
            serde_json::from_str::<Plain>(&text).ok().as_ref(),
            Some(&plain),
            "both must write the same"
        );

        report(size, "build", || self::template(size), || self::plain(size));
        report(size, "write JSON", || template.to_json(&NoNames), || pretty(&plain));
        report(
            size,
            "build and write",
            || self::template(size).to_json(&NoNames),
            || pretty(&self::plain(size)),
        );
        report(size, "read JSON", || read(&text), || serde_json::from_str::<Plain>(&text));
    }
}

fn report<A, B>(size: usize, step: &str, ours: impl Fn() -> A, plain: impl Fn() -> B) {
    // In turns, so that what else the machine does meets both.
    let mut best = [f64::INFINITY; 2];
    for _ in 0..RUNS {
        best[0] = best[0].min(milliseconds(&ours));
        best[1] = best[1].min(milliseconds(&plain));
    }
    let [ours, plain] = best;
    println!("{size:>9}  {step:<18}  {ours:>8.2}  {plain:>8.2}  {:>5.2}", ours / plain);
}

fn milliseconds<T>(work: impl Fn() -> T) -> f64 {
    let start = Instant::now();
    black_box(work());
    start.elapsed().as_secs_f64() * 1e3
}

fn pretty(plain: &Plain) -> String {
    let mut text = serde_json::to_string_pretty(plain).expect("JSON can be written");
    text.push('\n');
    text
}

/// Pairs of a security group and a parameter that holds its id.
fn template(size: usize) -> Template {
    let mut template = Template::new();
    template.resources = Vec::with_capacity(size);
    for pair in 0..size / 2 {
        let mut group = Map::new();
        group.set("GroupDescription", format!("group {pair}"));
        group.set(
            "SecurityGroupIngress",
            node!([{ "IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "CidrIp": "10.0.0.0/16" }]),
        );
        let mut parameter = Map::new();
        parameter.set("Type", "String");
        parameter.set("Value", node!({ "Fn::GetAtt": [format!("Group{pair}"), "GroupId"] }));
        parameter.set("Name", format!("/groups/{pair}"));
        let group = Resource::raw("AWS::EC2::SecurityGroup", group);
        let parameter = Resource::raw("AWS::SSM::Parameter", parameter);
        template.resources.push((format!("Group{pair}").into(), group));
        template.resources.push((format!("Parameter{pair}").into(), parameter));
    }
    template
}

fn plain(size: usize) -> Plain {
    let mut resources = serde_json::Map::new();
    for pair in 0..size / 2 {
        let group = json!({
            "Type": "AWS::EC2::SecurityGroup",
            "Properties": {
                "GroupDescription": format!("group {pair}"),
                "SecurityGroupIngress": [
                    { "IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "CidrIp": "10.0.0.0/16" },
                ],
            },
        });
        let parameter = json!({
            "Type": "AWS::SSM::Parameter",
            "Properties": {
                "Type": "String",
                "Value": { "Fn::GetAtt": [format!("Group{pair}"), "GroupId"] },
                "Name": format!("/groups/{pair}"),
            },
        });
        resources.insert(format!("Group{pair}"), group);
        resources.insert(format!("Parameter{pair}"), parameter);
    }
    json!({ "AWSTemplateFormatVersion": "2010-09-09", "Resources": resources })
}
