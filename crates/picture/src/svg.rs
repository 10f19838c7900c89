//! The few elements of SVG that a drawing is made of.

use std::fmt::Write;

use crate::escape;

/// The text of elements.
#[derive(Default)]
pub(crate) struct Svg(String);

/// A place and a size, in pixels.
#[derive(Clone, Copy)]
pub(crate) struct Rect {
    pub(crate) x: f64,
    pub(crate) y: f64,
    pub(crate) width: f64,
    pub(crate) height: f64,
}

impl Svg {
    pub(crate) fn rect(&mut self, class: &str, rect: Rect, title: &str) {
        let Rect { x, y, width, height } = rect;
        let (x, y, width, height) = (Pixels(x), Pixels(y), Pixels(width), Pixels(height));
        _ = writeln!(
            self.0,
            r#"<rect class="{class}" x="{x}" y="{y}" width="{width}" height="{height}"><title>{}</title></rect>"#,
            escaped(title)
        );
    }

    /// Begins the elements of a shape of a picture, with what is told where the pointer rests on it.
    pub(crate) fn shape(&mut self, class: &str, id: &str, told: &str) {
        let (id, told) = (escaped(id), escaped(told));
        _ = writeln!(self.0, r#"<g class="shape {class}" data-shape="{id}"><title>{told}</title>"#);
    }

    /// Begins the elements of an arrow of a picture, from one shape to another.
    pub(crate) fn arrow(&mut self, class: &str, [from, to]: [&str; 2], told: &str) {
        let (from, to, told) = (escaped(from), escaped(to), escaped(told));
        _ = writeln!(
            self.0,
            r#"<g class="arrow {class}" data-from="{from}" data-to="{to}"><title>{told}</title>"#
        );
    }

    /// Begins elements that stand for nothing of the picture.
    pub(crate) fn group(&mut self, class: &str) {
        _ = writeln!(self.0, r#"<g class="{class}">"#);
    }

    /// Ends what began last.
    pub(crate) fn end(&mut self) {
        self.0 += "</g>\n";
    }

    /// A rectangle with round corners.
    pub(crate) fn round(&mut self, class: &str, rect: Rect, radius: f64) {
        let Rect { x, y, width, height } = rect;
        let (x, y, width, height) = (Pixels(x), Pixels(y), Pixels(width), Pixels(height));
        let radius = Pixels(radius);
        _ = writeln!(
            self.0,
            r#"<rect class="{class}" x="{x}" y="{y}" width="{width}" height="{height}" rx="{radius}"/>"#
        );
    }

    pub(crate) fn dot(&mut self, class: &str, x: f64, y: f64, radius: f64) {
        let (x, y, radius) = (Pixels(x), Pixels(y), Pixels(radius));
        _ = writeln!(self.0, r#"<circle class="{class}" cx="{x}" cy="{y}" r="{radius}"/>"#);
    }

    pub(crate) fn text(&mut self, class: &str, x: f64, y: f64, text: &str) {
        _ = writeln!(
            self.0,
            r#"<text class="{class}" x="{}" y="{}">{}</text>"#,
            Pixels(x),
            Pixels(y),
            escaped(text)
        );
    }

    pub(crate) fn path(&mut self, class: &str, path: &str) {
        _ = writeln!(self.0, r#"<path class="{class}" d="{path}"/>"#);
    }

    /// How much there is, for [`Svg::after`].
    pub(crate) fn mark(&self) -> usize {
        self.0.len()
    }

    /// Takes away what came after a mark, for [`Svg::put`]: what is drawn in between is behind it.
    pub(crate) fn after(&mut self, mark: usize) -> String {
        self.0.split_off(mark)
    }

    /// Puts back what was taken.
    pub(crate) fn put(&mut self, elements: String) {
        self.0 += &elements;
    }

    /// The document, of this size.
    pub(crate) fn document(self, style: &str, title: &str, width: f64, height: f64) -> String {
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

/// A path of straight lines and curves, as SVG writes it.
pub(crate) struct Path(String);

impl Path {
    pub(crate) fn from(x: f64, y: f64) -> Self {
        Path(format!("M{} {}", Pixels(x), Pixels(y)))
    }

    pub(crate) fn line(mut self, x: f64, y: f64) -> Self {
        _ = write!(self.0, " L{} {}", Pixels(x), Pixels(y));
        self
    }

    /// A curve that leaves and arrives horizontally.
    pub(crate) fn curve(mut self, from: (f64, f64), to: (f64, f64)) -> Self {
        let middle = Pixels((from.0 + to.0) / 2.0);
        let [left, right] = [from.1, to.1].map(Pixels);
        _ = write!(self.0, " C{middle} {left} {middle} {right} {} {right}", Pixels(to.0));
        self
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
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
pub(crate) fn escaped(text: &str) -> String {
    escape::escaped(text, |character| match character {
        '&' => Some("&amp;".into()),
        '<' => Some("&lt;".into()),
        '>' => Some("&gt;".into()),
        '"' => Some("&quot;".into()),
        // XML has no word for them.
        '\u{0}'..='\u{8}' | '\u{B}' | '\u{C}' | '\u{E}'..='\u{1F}' | '\u{FFFE}' | '\u{FFFF}' => {
            Some("\u{FFFD}".into())
        }
        _ => None,
    })
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
        assert_eq!(escaped("a]]>\u{1b}\n\0"), "a]]&gt;\u{fffd}\n\u{fffd}");
    }
}
