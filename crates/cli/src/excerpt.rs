//! Lines of the user's own files, to be shown beside a finding.

use std::fs;
use std::ops::Range;
use std::path::Path;

use stackwright_assembly::Source;

/// The lines of a file between the first and the last of some places in it.
pub(crate) struct Excerpt {
    /// The number of the first line, counted from 1.
    pub(crate) start: usize,
    pub(crate) text: String,
    /// What to underline for each place: byte ranges of `text`.
    pub(crate) spans: Vec<Range<usize>>,
}

impl Excerpt {
    /// Finds the places' file in `directory` or above it: places are relative to the workspace, and a program may be
    /// run in any directory of it. Absent where the file is not found or has not so many lines: better no excerpt
    /// than a wrong one.
    pub(crate) fn find(places: &[&Source], directory: &Path) -> Option<Excerpt> {
        let file = &*places.first()?.file;
        let path = directory.ancestors().map(|base| base.join(file)).find(|path| path.is_file())?;
        let contents = fs::read_to_string(path).ok()?;
        let lines = places.iter().map(|place| place.line as usize);
        let (start, end) = (lines.clone().min()?.max(1), lines.max()?);

        let mut text = String::new();
        let mut offsets = Vec::new();
        for line in contents.lines().take(end).skip(start - 1) {
            offsets.push(text.len());
            text.push_str(line);
            text.push('\n');
        }
        let span = |place: &&Source| {
            let offset = *offsets.get((place.line as usize).checked_sub(start)?)?;
            let line = text[offset..].lines().next()?;
            underlined(line, place.column).map(|span| offset + span.start..offset + span.end)
        };
        let spans = places.iter().map(span).collect::<Option<_>>()?;
        Some(Excerpt { start, text, spans })
    }
}

/// The name that begins at a column, such as `Vpc::new` or `add_node_group`: a call's place is known only by where
/// it begins.
fn underlined(line: &str, column: u32) -> Option<Range<usize>> {
    let (start, first) = line.char_indices().nth((column as usize).checked_sub(1)?)?;
    let is_name = |character: char| character.is_alphanumeric() || matches!(character, '_' | ':' | '!');
    let end = line[start..].find(|character| !is_name(character)).map_or(line.len(), |end| start + end);
    Some(start..end.max(start + first.len_utf8()))
}

#[cfg(test)]
mod tests {
    use super::{Excerpt, underlined};
    use stackwright_assembly::Source;

    #[test]
    fn the_name_of_a_call_is_underlined() {
        let check = |line: &str, column, expected: Option<&str>| {
            assert_eq!(underlined(line, column).map(|span| &line[span]), expected);
        };
        check("let vpc = Vpc::new(&net)", 11, Some("Vpc::new"));
        check("    .add_group(\"größe\")", 6, Some("add_group"));
        check("größe(x)", 1, Some("größe"));
        check("\"text\"", 1, Some("\""));
        check("short", 6, None);
        check("short", 0, None);
    }

    #[test]
    fn a_file_is_looked_for_upward_and_a_stale_place_has_no_excerpt() {
        let root = tempfile::tempdir().unwrap();
        let inner = root.path().join("app/src");
        std::fs::create_dir_all(&inner).unwrap();
        std::fs::write(inner.join("main.rs"), "fn main() {\n    one();\n    two();\n}\n").unwrap();
        let place = |line, column| Source { file: "app/src/main.rs".into(), line, column };
        let (two, one) = (place(3, 5), place(2, 5));

        let excerpt = Excerpt::find(&[&two, &one], &inner).unwrap();
        assert_eq!((excerpt.start, &*excerpt.text), (2, "    one();\n    two();\n"));
        let texts: Vec<&str> = excerpt.spans.into_iter().map(|span| &excerpt.text[span]).collect();
        assert_eq!(texts, ["two", "one"]);

        assert!(Excerpt::find(&[&place(5, 1)], root.path()).is_none(), "the file has four lines");
        assert!(Excerpt::find(&[&place(4, 9)], root.path()).is_none(), "the line is shorter");
        assert!(Excerpt::find(&[&place(0, 0)], root.path()).is_none(), "lines are counted from 1");
    }
}
