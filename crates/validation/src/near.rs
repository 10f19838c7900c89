//! Words that are nearly others: slips of the pen.

use stackwright_assembly::Diagnostic;

/// Whether one word is the other but for a slip: other capitals or dashes, or a letter or two too many, too few or
/// wrong. Digits do not slip: `m6g.large` is not `m5g.large`, and a new version not an old one.
fn is_slip(given: &str, meant: &str) -> bool {
    if given == meant {
        return false;
    }
    let bare = |word: &str| -> Vec<char> {
        word.chars()
            .filter(|character| character.is_alphanumeric())
            .map(|character| character.to_ascii_lowercase())
            .collect()
    };
    let (given, meant) = (bare(given), bare(meant));
    if given == meant {
        return !given.is_empty();
    }
    let digits = |word: &[char]| {
        word.iter().filter(|character| character.is_ascii_digit()).copied().collect::<String>()
    };
    let most = if meant.len() < 8 { 1 } else { 2 };
    meant.len() >= 4
        && given.len().abs_diff(meant.len()) <= most
        && digits(&given) == digits(&meant)
        && distance(&given, &meant) <= most
}

/// The word of several that is nearest, if it is near enough to be meant: what a misspelt name was to be.
///
/// ```
/// let names = ["VpcId", "SubnetId", "SubnetIds"];
/// assert_eq!(stackwright_validation::nearest("subnet-id", names.into_iter()), Some("SubnetId"));
/// assert_eq!(stackwright_validation::nearest("Other", names.into_iter()), None);
/// ```
pub fn nearest<'w>(given: &str, words: impl Iterator<Item = &'w str>) -> Option<&'w str> {
    let mut near: Vec<&str> = words.filter(|word| is_slip(given, word)).collect();
    near.sort_by_key(|word| distance(&given.chars().collect::<Vec<_>>(), &word.chars().collect::<Vec<_>>()));
    near.first().copied()
}

/// A finding about a word that a list does not have. The list may be behind what AWS has: only what is nearly one of
/// its words is certainly wrong.
pub(crate) fn slip(code: &str, message: String, meant: Option<&str>) -> Diagnostic {
    match meant {
        Some(_) => Diagnostic::error(code, message).meant(meant),
        None => Diagnostic::warning(code, message),
    }
}

/// How many letters have to be put in, taken out, replaced, or swapped with the next.
fn distance(one: &[char], other: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=other.len()).collect();
    for (row, character) in one.iter().enumerate() {
        let mut line = vec![row + 1];
        for column in 0..other.len() {
            let replaced = above[column] + usize::from(*character != other[column]);
            let mut least = replaced.min(above[column + 1] + 1).min(line[column] + 1);
            if row > 0 && column > 0 && *character == other[column - 1] && one[row - 1] == other[column] {
                least = least.min(before[column - 1] + 1);
            }
            line.push(least);
        }
        before = std::mem::replace(&mut above, line);
    }
    above.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_told_from_other_words() {
        for (given, meant) in [
            ("required", "requried"),
            ("Enabled", "enabled"),
            ("VpcID", "VpcId"),
            ("CidrBlok", "CidrBlock"),
            ("pay-per-request", "PAY_PER_REQUEST"),
            ("gp-3", "gp3"),
        ] {
            assert!(is_slip(given, meant), "{given} {meant}");
        }
        for (given, meant) in [
            ("gp2", "gp3"),
            ("m6g.large", "m7g.large"),
            ("st1", "sc1"),
            ("host", "most of"),
            ("AL2023_x86", "AL2_x86"),
            ("same", "same"),
            ("optional", "required"),
            ("", ""),
        ] {
            assert!(!is_slip(given, meant), "{given} {meant}");
        }
        assert_eq!(nearest("SubnetID", ["VpcId", "SubnetIds", "SubnetId"].into_iter()), Some("SubnetId"));
        assert_eq!(nearest("Other", ["VpcId"].into_iter()), None);
    }
}
