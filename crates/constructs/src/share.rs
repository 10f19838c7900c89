//! How much of what there is is used.

/// From this share on, what is used brings a warning.
const NEARLY_PERCENT: u128 = 80;

/// How much of what there is is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Share {
    Fine,
    Nearly,
    TooMuch,
}

pub(crate) fn share(used: u128, of: u128) -> Share {
    if used > of {
        Share::TooMuch
    } else if used.saturating_mul(100) >= of.saturating_mul(NEARLY_PERCENT) {
        Share::Nearly
    } else {
        Share::Fine
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_fifths_are_nearly_all() {
        for (used, of, expected) in [
            (79, 100, Share::Fine),
            (80, 100, Share::Nearly),
            (100, 100, Share::Nearly),
            (101, 100, Share::TooMuch),
        ] {
            assert_eq!(share(used, of), expected, "{used} of {of}");
        }
    }
}
