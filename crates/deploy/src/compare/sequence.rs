//! What two sequences have in common, in order.

/// From how many comparisons on only beginnings and ends are matched: the table would be larger than what is told.
const MANY: usize = 4_000_000;

/// One step along two sequences.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Aligned {
    /// Both have it, at these places.
    Both(usize, usize),
    /// Only the first has it.
    Before(usize),
    /// Only the second has it.
    After(usize),
}

/// Aligns two sequences so that as much as possible is in both; what is gone comes before what is new.
///
/// ```
/// use stackwright_deploy::compare::{Aligned::*, aligned};
///
/// let (before, after) = (["a", "b", "c"], ["a", "x", "c"]);
/// let steps = aligned(&before, &after, |a, b| a == b);
/// assert_eq!(steps, [Both(0, 0), Before(1), After(1), Both(2, 2)]);
/// ```
pub fn aligned<T>(before: &[T], after: &[T], same: impl Fn(&T, &T) -> bool) -> Vec<Aligned> {
    let shorter = before.len().min(after.len());
    let head = (0..shorter).take_while(|&at| same(&before[at], &after[at])).count();
    let is_same_from_end = |at: &usize| same(&before[before.len() - 1 - at], &after[after.len() - 1 - at]);
    let tail = (0..shorter - head).take_while(is_same_from_end).count();

    let (rows, columns) = (before.len() - head - tail, after.len() - head - tail);
    let mut steps: Vec<Aligned> = (0..head).map(|at| Aligned::Both(at, at)).collect();
    let (mut row, mut column) = (0, 0);
    if rows * columns <= MANY {
        // How long the longest common sequence of what follows a row and a column is.
        let mut lengths = vec![0_u32; (rows + 1) * (columns + 1)];
        let place = |row: usize, column: usize| row * (columns + 1) + column;
        for row in (0..rows).rev() {
            for column in (0..columns).rev() {
                lengths[place(row, column)] = match same(&before[head + row], &after[head + column]) {
                    true => lengths[place(row + 1, column + 1)] + 1,
                    false => lengths[place(row + 1, column)].max(lengths[place(row, column + 1)]),
                };
            }
        }
        while row < rows && column < columns {
            if same(&before[head + row], &after[head + column]) {
                steps.push(Aligned::Both(head + row, head + column));
                (row, column) = (row + 1, column + 1);
            } else if lengths[place(row + 1, column)] >= lengths[place(row, column + 1)] {
                steps.push(Aligned::Before(head + row));
                row += 1;
            } else {
                steps.push(Aligned::After(head + column));
                column += 1;
            }
        }
    }
    steps.extend((row..rows).map(|row| Aligned::Before(head + row)));
    steps.extend((column..columns).map(|column| Aligned::After(head + column)));
    let ends = (before.len() - tail, after.len() - tail);
    steps.extend((0..tail).map(|at| Aligned::Both(ends.0 + at, ends.1 + at)));
    steps
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn every_item_stands_once_in_order_and_only_same_ones_together(
            before in prop::collection::vec(0..4_u8, 0..12),
            after in prop::collection::vec(0..4_u8, 0..12),
        ) {
            let steps = aligned(&before, &after, |a, b| a == b);
            let (mut firsts, mut seconds) = (Vec::new(), Vec::new());
            for step in steps {
                match step {
                    Aligned::Both(first, second) => {
                        prop_assert_eq!(before[first], after[second]);
                        firsts.push(first);
                        seconds.push(second);
                    }
                    Aligned::Before(first) => firsts.push(first),
                    Aligned::After(second) => seconds.push(second),
                }
            }
            prop_assert_eq!(firsts, (0..before.len()).collect::<Vec<_>>());
            prop_assert_eq!(seconds, (0..after.len()).collect::<Vec<_>>());
        }
    }

    #[test]
    fn as_much_as_possible_is_in_both() {
        let common = |before: &str, after: &str| {
            let (before, after): (Vec<char>, Vec<char>) = (before.chars().collect(), after.chars().collect());
            let steps = aligned(&before, &after, |a, b| a == b);
            steps.iter().filter(|step| matches!(step, Aligned::Both(..))).count()
        };
        assert_eq!(common("abcdefg", "xaxcxexg"), 4);
        assert_eq!(common("", "abc"), 0);
        assert_eq!(common("aba", "aa"), 2);
    }
}
