fn main() {
    stackwright_constructs::cidr!("10.10.5.3/24");
}
