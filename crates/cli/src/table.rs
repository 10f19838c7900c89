//! What was looked at, a line for each, so that the eye finds what is not well.

use crate::style::{bold, dim};

/// Something that was looked at.
pub(crate) struct Line<'a> {
    /// How it is, in one word of seven letters.
    pub(crate) sign: String,
    pub(crate) subject: &'a str,
    pub(crate) message: &'a str,
    /// What may help.
    pub(crate) hint: Option<&'a str>,
}

/// The lines, each hint below what it is about.
pub(crate) fn table<'a>(lines: impl Iterator<Item = Line<'a>> + Clone) -> String {
    let width = lines.clone().map(|line| line.subject.chars().count()).max().unwrap_or(0);
    let told = lines.map(|Line { sign, subject, message, hint }| {
        let hint = hint.map(|hint| format!("{:9}{}\n", "", dim(hint))).unwrap_or_default();
        format!("{sign}  {}  {message}\n{hint}", bold(&format!("{subject:<width$}")))
    });
    told.collect()
}
