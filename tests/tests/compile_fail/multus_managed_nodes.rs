use stackwright_constructs::eks::NodeGroupProps;
use stackwright_constructs::multus::MultusNodesProps;

fn main() {
    MultusNodesProps::new(NodeGroupProps::new(1..=3), []);
}
