//! A picture in Mermaid's language.

use crate::escape;
use crate::picture::Picture;
use crate::shape::{Arrow, ArrowKind, Shape, ShapeKind};

/// A flowchart. A shape that others lie in is a subgraph, a chart and pods have round ends.
pub(crate) fn flowchart(picture: &Picture) -> String {
    let mut text = "flowchart LR\n".to_owned();
    for shape in picture.shapes().iter().filter(|shape| shape.within.is_none()) {
        add(picture, shape, 1, &mut text);
    }
    for arrow in picture.arrows() {
        let [from, to] = [&arrow.from, &arrow.to].map(|id| picture.place(id).unwrap_or_default());
        let line =
            if arrow.kind == ArrowKind::Needs || arrow.kind == ArrowKind::Route { "-->" } else { "---" };
        match words(arrow) {
            words if words.is_empty() => text += &format!("    n{from} {line} n{to}\n"),
            words => text += &format!("    n{from} {line}|\"{}\"| n{to}\n", escaped(&words)),
        }
    }
    text
}

/// What is written at an arrow.
pub(crate) fn words(arrow: &Arrow) -> String {
    match arrow.kind {
        ArrowKind::Attached if !arrow.values.is_empty() => {
            format!("{} {}", arrow.label, arrow.values.join(", "))
        }
        _ => arrow.label.clone(),
    }
}

fn add(picture: &Picture, shape: &Shape, depth: usize, text: &mut String) {
    let indent = "    ".repeat(depth);
    let number = picture.place(&shape.id).unwrap_or_default();
    let note = if shape.note.is_empty() { String::new() } else { format!("<br>{}", escaped(&shape.note)) };
    let label = format!("{}{note}", escaped(&shape.name));
    let inside: Vec<&Shape> = picture.inside(&shape.id).collect();
    if !inside.is_empty() {
        *text += &format!("{indent}subgraph n{number}[\"{label}\"]\n");
        inside.into_iter().for_each(|shape| add(picture, shape, depth + 1, text));
        *text += &format!("{indent}end\n");
    } else if matches!(shape.kind, ShapeKind::Chart | ShapeKind::Pods) {
        *text += &format!("{indent}n{number}([\"{label}\"])\n");
    } else {
        *text += &format!("{indent}n{number}[\"{label}\"]\n");
    }
}

/// Text that Mermaid takes for nothing but text.
///
/// Source: [special characters](https://mermaid.js.org/syntax/flowchart.html#special-characters-that-break-syntax)
fn escaped(text: &str) -> String {
    escape::escaped(text, |character| match character {
        '"' => Some("#quot;".into()),
        '#' | '&' | '<' | '>' | '`' | '\\' => Some(format!("#{};", u32::from(character)).into()),
        character => character.is_control().then(|| " ".into()),
    })
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn names_cannot_become_syntax() {
        assert_eq!(escaped("a\"]\n<b> & `c` #d"), "a#quot;] #60;b#62; #38; #96;c#96; #35;d");
    }
}
