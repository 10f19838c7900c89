//! The file of facts: what values CloudFormation's resource types take, one type a paragraph.

/// Paragraphs in the order of their names, after a head of comments. `facts/README.md` explains the words.
const TABLE: &str = include_str!("../facts/constraints");

/// The paragraph of a resource type, or of what the types of a service have in common.
///
/// It is searched for in halves, so that nothing of the other types is read.
pub(crate) fn paragraph(name: &str) -> Option<&'static str> {
    let mut low = TABLE.find("\n\n")? + 2;
    let mut high = TABLE.len();
    while low < high {
        let middle = TABLE.floor_char_boundary(low + (high - low) / 2);
        let start = TABLE[low..middle].rfind("\n\n").map_or(low, |at| low + at + 2);
        let end = TABLE[start..].find("\n\n").map_or(TABLE.len(), |at| start + at);
        let paragraph = &TABLE[start..end];
        match header(paragraph).cmp(name) {
            std::cmp::Ordering::Equal => return Some(paragraph),
            std::cmp::Ordering::Less => low = (end + 2).min(high),
            std::cmp::Ordering::Greater => high = start,
        }
    }
    None
}

/// The name that a paragraph starts with.
fn header(paragraph: &str) -> &str {
    paragraph.split([' ', '\n']).next().unwrap_or_default()
}

/// The names of all resource types.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    paragraphs().map(header).filter(|name| name.matches("::").count() == 2)
}

/// Every paragraph.
pub(crate) fn paragraphs() -> impl Iterator<Item = &'static str> {
    TABLE.split("\n\n").skip(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_paragraph_is_found_by_its_name() {
        let mut count = 0;
        for expected in paragraphs() {
            let found = paragraph(header(expected)).map(str::trim_end);
            assert_eq!(found, Some(expected.trim_end()), "{}", header(expected));
            count += 1;
        }
        assert!(count > 1800, "{count}");
    }

    #[test]
    fn what_is_not_there_is_not_found() {
        for name in ["", "A", "AWS::EC2::", "AWS::EC2::Nothing", "Zzz", "Custom::Thing"] {
            assert_eq!(paragraph(name), None, "{name}");
        }
    }
}
