//! Numbers of addresses as people read them.

/// The number itself, or as a power of two where it is one that nobody takes in.
pub(crate) fn count(addresses: u128) -> String {
    match addresses.is_power_of_two() && addresses > 1 << 32 {
        true => format!("2^{}", addresses.ilog2()),
        false => addresses.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::count;

    #[test]
    fn what_is_large_is_a_power() {
        let found = [0, 251, 1 << 32, 1 << 48, (1 << 48) - 1, 1 << 72].map(count);
        assert_eq!(found, ["0", "251", "4294967296", "2^48", "281474976710655", "2^72"]);
    }
}
