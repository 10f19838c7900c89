//! Indented JSON.

use std::io;

use serde::Serialize;
use serde_json::ser::{Formatter, Serializer};

/// The end of a value, the end of its line, and the start of the next.
const LINE: &[u8; 66] = b",\n                                                                ";

/// Appends a value as JSON that is indented by two spaces, in less time than `serde_json`'s own pretty printing takes.
///
/// # Errors
///
/// What serializing the value fails with, such as a key of a map that is no text.
///
/// ```
/// let mut text = Vec::new();
/// stackwright_cfn::write_indented(&serde_json::json!({ "a": [1, {}] }), &mut text)?;
/// assert_eq!(text, b"{\n  \"a\": [\n    1,\n    {}\n  ]\n}");
/// # Ok::<(), serde_json::Error>(())
/// ```
pub fn write_indented(value: &impl Serialize, text: &mut Vec<u8>) -> serde_json::Result<()> {
    value.serialize(&mut Serializer::with_formatter(text, Indented::default()))
}

/// What `serde_json`'s own pretty printing gives, with one write for a line's start instead of one for each level.
#[derive(Default)]
struct Indented {
    depth: usize,
    has_value: bool,
}

impl Indented {
    fn open<W: io::Write + ?Sized>(&mut self, writer: &mut W, bracket: &[u8]) -> io::Result<()> {
        self.depth += 1;
        self.has_value = false;
        writer.write_all(bracket)
    }

    fn close<W: io::Write + ?Sized>(&mut self, writer: &mut W, bracket: &[u8]) -> io::Result<()> {
        self.depth -= 1;
        if self.has_value {
            self.line(writer, 1)?;
        }
        writer.write_all(bracket)
    }

    fn value<W: io::Write + ?Sized>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.line(writer, usize::from(first))
    }

    /// Starts a line, with what [`LINE`] has from `start` on.
    fn line<W: io::Write + ?Sized>(&self, writer: &mut W, start: usize) -> io::Result<()> {
        let end = 2 + 2 * self.depth;
        writer.write_all(&LINE[start..end.min(LINE.len())])?;
        (LINE.len()..end).try_for_each(|_| writer.write_all(b" "))
    }
}

impl Formatter for Indented {
    fn begin_array<W: io::Write + ?Sized>(&mut self, writer: &mut W) -> io::Result<()> {
        self.open(writer, b"[")
    }

    fn end_array<W: io::Write + ?Sized>(&mut self, writer: &mut W) -> io::Result<()> {
        self.close(writer, b"]")
    }

    fn begin_array_value<W: io::Write + ?Sized>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.value(writer, first)
    }

    fn end_array_value<W: io::Write + ?Sized>(&mut self, _: &mut W) -> io::Result<()> {
        self.has_value = true;
        Ok(())
    }

    fn begin_object<W: io::Write + ?Sized>(&mut self, writer: &mut W) -> io::Result<()> {
        self.open(writer, b"{")
    }

    fn end_object<W: io::Write + ?Sized>(&mut self, writer: &mut W) -> io::Result<()> {
        self.close(writer, b"}")
    }

    fn begin_object_key<W: io::Write + ?Sized>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.value(writer, first)
    }

    fn begin_object_value<W: io::Write + ?Sized>(&mut self, writer: &mut W) -> io::Result<()> {
        writer.write_all(b": ")
    }

    fn end_object_value<W: io::Write + ?Sized>(&mut self, _: &mut W) -> io::Result<()> {
        self.has_value = true;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::write_indented;

    #[test]
    fn it_is_what_serde_json_prints() {
        let flat = json!({ "a": [1, [], {}, "x\n"], "b": { "c": null, "d": [[true]] } });
        // Deeper than the longest line start that is written at once.
        let deep = (0..40).fold(flat.clone(), |inner, _| json!([inner, 1]));
        for value in [flat, deep, json!(1), json!([]), Value::Null] {
            let mut text = Vec::new();
            write_indented(&value, &mut text).unwrap();
            assert_eq!(String::from_utf8(text).unwrap(), serde_json::to_string_pretty(&value).unwrap());
        }
    }
}
