//! The file that lists what is accepted of other people's packages.

use std::collections::{BTreeMap, BTreeSet};

/// What the list says.
#[derive(Debug, Default)]
pub(super) struct Accepted {
    /// The licences that a package may be used under.
    pub(super) licences: BTreeSet<String>,
    /// Those besides, of packages of the workspace in a folder.
    pub(super) licences_in: BTreeMap<String, BTreeSet<String>>,
    /// The versions of packages that are there more than once, as `2` or `0.22`.
    pub(super) several: BTreeMap<String, BTreeSet<String>>,
}

impl Accepted {
    /// Reads the text of the list: `licence NAME`, `licence NAME in FOLDER` and `several PACKAGE VERSION VERSION…: REASON`,
    /// a line each.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let mut accepted = Self::default();
        for (index, line) in text.lines().enumerate() {
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            accepted.add(line).ok_or_else(|| {
                format!(
                    "xtask/dependencies:{}: {line:?} is not understood: allowed are `licence NAME`, `licence NAME in \
                     FOLDER` and `several PACKAGE VERSION VERSION: REASON`",
                    index + 1
                )
            })?;
        }
        Ok(accepted)
    }

    fn add(&mut self, line: &str) -> Option<()> {
        let (listed, reason) = match line.split_once(": ") {
            Some((listed, reason)) => (listed, Some(reason)),
            None => (line, None),
        };
        let words: Vec<&str> = listed.split(' ').collect();
        match (&words[..], reason) {
            (["licence", name @ .., "in", folder], None) if !name.is_empty() => {
                let licences = self.licences_in.entry((*folder).to_owned()).or_default();
                licences.insert(name.join(" "));
            }
            (["licence", name @ ..], None) if !name.is_empty() && name[0] != "in" => {
                self.licences.insert(name.join(" "));
            }
            (["several", name, versions @ ..], Some(_)) if versions.len() > 1 => {
                let versions = versions.iter().map(|&version| version.to_owned()).collect();
                self.several.insert((*name).to_owned(), versions);
            }
            _ => return None,
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_version_needs_a_reason() {
        let refused = |line: &str| Accepted::parse(&format!("# why\n\n{line}\n")).unwrap_err();
        for line in ["several a 1 2", "several a 1: for b", "licence", "licence in a", "license MIT"] {
            assert!(refused(line).starts_with(&format!("xtask/dependencies:3: {line:?} is not understood")));
        }
    }
}
