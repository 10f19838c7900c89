use stackwright_constructs::{cidr, ec2::Cidr};

const NETWORK: Cidr = cidr!("10.10.0.0/16");

fn main() {
    assert!(NETWORK.contains(cidr!("10.10.255.240/28")));
}
