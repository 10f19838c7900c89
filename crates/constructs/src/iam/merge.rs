//! Merging: fewer statements that say the same.

use super::statement::{PolicyStatement, extend};

/// Joins statements that differ in one list only: their actions, their resources, or their principals.
///
/// What either allows is then allowed by both lists together, and nothing else is: every item of the joined list was
/// in one of the two, beside the same items of the other lists. That does not hold for lists of exceptions, so those
/// have to be equal, and a statement with a name stays alone. The joined statement stands where the first one stood;
/// the outcome depends on the order of the statements and on nothing else.
pub(super) fn merge(mut statements: Vec<PolicyStatement>) -> Vec<PolicyStatement> {
    while let Some((first, second)) = next_pair(&statements) {
        let other = statements.remove(second);
        let statement = &mut statements[first];
        extend(&mut statement.principals, other.principals);
        extend(&mut statement.actions, other.actions);
        extend(&mut statement.resources, other.resources);
    }
    statements
}

fn next_pair(statements: &[PolicyStatement]) -> Option<(usize, usize)> {
    let pairs = (0..statements.len()).flat_map(|first| (0..first).map(move |earlier| (earlier, first)));
    pairs.into_iter().find(|&(first, second)| fits(&statements[first], &statements[second]))
}

fn fits(one: &PolicyStatement, other: &PolicyStatement) -> bool {
    let differing = [
        difference(&one.principals, &other.principals),
        difference(&one.actions, &other.actions),
        difference(&one.resources, &other.resources),
    ];
    let differences = differing.iter().filter(|difference| **difference != Difference::None).count();
    one.sid.is_none()
        && other.sid.is_none()
        && one.effect == other.effect
        && one.conditions == other.conditions
        && difference(&one.not_actions, &other.not_actions) == Difference::None
        && difference(&one.not_resources, &other.not_resources) == Difference::None
        && differences <= 1
        && !differing.contains(&Difference::Absence)
}

#[derive(Clone, Copy, PartialEq)]
enum Difference {
    None,
    Items,
    /// One of the lists is empty, which means that its element is left out.
    Absence,
}

fn difference<T: PartialEq>(one: &[T], other: &[T]) -> Difference {
    if one.is_empty() != other.is_empty() {
        return Difference::Absence;
    }
    let is_same = one.len() == other.len() && one.iter().all(|item| other.contains(item));
    if is_same { Difference::None } else { Difference::Items }
}
