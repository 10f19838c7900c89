//! The few elements of SVG that a drawing is made of.

use std::fmt::Write;

/// The text of elements.
#[derive(Default)]
pub(super) struct Svg(String);

/// A place and a size, in pixels.
#[derive(Clone, Copy)]
pub(super) struct Rect {
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) width: f64,
    pub(super) height: f64,
}

impl Svg {
    pub(super) fn rect(&mut self, class: &str, rect: Rect, title: &str) {
        let Rect { x, y, width, height } = rect;
        let (x, y, width, height) = (Pixels(x), Pixels(y), Pixels(width), Pixels(height));
        _ = writeln!(
            self.0,
            r#"<rect class="{class}" x="{x}" y="{y}" width="{width}" height="{height}"><title>{}</title></rect>"#,
            escaped(title)
        );
    }

    pub(super) fn text(&mut self, class: &str, x: f64, y: f64, text: &str) {
        _ = writeln!(
            self.0,
            r#"<text class="{class}" x="{}" y="{}">{}</text>"#,
            Pixels(x),
            Pixels(y),
            escaped(text)
        );
    }

    pub(super) fn path(&mut self, class: &str, path: &str) {
        _ = writeln!(self.0, r#"<path class="{class}" d="{path}"/>"#);
    }

    /// The document, of this size.
    pub(super) fn document(self, style: &str, title: &str, width: f64, height: f64) -> String {
        let (width, height) = (Pixels(width), Pixels(height));
        let title = escaped(title);
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" \
             height=\"{height}\" role=\"img\" aria-label=\"{title}\">\n<title>{title}</title>\n<style>\n{style}</style>\n\
             <rect class=\"ground\" width=\"{width}\" height=\"{height}\"/>\n{}</svg>\n",
            self.0
        )
    }
}

/// A length with two decimals at most, the same on every machine.
struct Pixels(f64);

impl std::fmt::Display for Pixels {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let hundredths = (self.0 * 100.0).round() as i64;
        write!(f, "{}", hundredths / 100)?;
        match hundredths.rem_euclid(100) {
            0 => Ok(()),
            rest => f.write_str(format!(".{rest:02}").trim_end_matches('0')),
        }
    }
}

/// Text that is only text in HTML and SVG.
pub(super) fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped += "&amp;",
            '<' => escaped += "&lt;",
            '>' => escaped += "&gt;",
            '"' => escaped += "&quot;",
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_short() {
        for (pixels, expected) in [(0.0, "0"), (4.75, "4.75"), (4.999, "5"), (10.1, "10.1"), (0.004, "0")] {
            assert_eq!(Pixels(pixels).to_string(), expected);
        }
    }

    #[test]
    fn names_cannot_become_elements() {
        assert_eq!(escaped("<a href=\"x\">&"), "&lt;a href=&quot;x&quot;&gt;&amp;");
    }
}
