//! Pairing: to each expected item an item of its own, where that is possible.

/// The item that each expectation is paired with; as many as can be are, whatever the order.
pub(crate) fn pair(expected: usize, items: usize, fits: impl Fn(usize, usize) -> bool) -> Vec<Option<usize>> {
    let mut takers: Vec<Option<usize>> = vec![None; items];
    for one in 0..expected {
        take(one, &mut takers, &mut vec![false; items], &fits);
    }
    let item_of = |one: usize| takers.iter().position(|taker| *taker == Some(one));
    (0..expected).map(item_of).collect()
}

/// Takes an item that fits, from another expectation where that one can take yet another.
fn take(
    one: usize,
    takers: &mut [Option<usize>],
    tried: &mut [bool],
    fits: &impl Fn(usize, usize) -> bool,
) -> bool {
    for item in 0..takers.len() {
        if tried[item] || !fits(one, item) {
            continue;
        }
        tried[item] = true;
        if takers[item].is_none_or(|other| take(other, takers, tried, fits)) {
            takers[item] = Some(one);
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::pair;

    #[test]
    fn whoever_has_a_choice_makes_way() {
        // The first fits both items, the second only the item that the first would take.
        let fits = |one: usize, item: usize| one == 0 || item == 0;
        assert_eq!(pair(2, 2, fits), [Some(1), Some(0)]);
        assert_eq!(pair(3, 2, fits), [Some(1), Some(0), None]);
        assert_eq!(pair(0, 2, fits), []);
        assert_eq!(pair(1, 0, fits), [None]);
    }
}
