fn main() {
    stackwright_constructs::cidr!("10.10.0.0/33");
}
