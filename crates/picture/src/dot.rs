//! A picture in Graphviz' language.

use crate::escape;
use crate::mermaid::words;
use crate::picture::Picture;
use crate::shape::{ArrowKind, Shape, ShapeKind};

/// A directed graph. A shape that others lie in is a cluster, to whose border its arrows are cut.
///
/// Source: [clusters](https://graphviz.org/doc/info/lang.html#subgraphs-and-clusters)
pub(crate) fn digraph(picture: &Picture) -> String {
    let mut text = "digraph app {\n".to_owned();
    text +=
        "    compound=true;\n    rankdir=LR;\n    node [shape=box, fontname=\"sans-serif\", fontsize=11];\n";
    text += "    edge [fontname=\"sans-serif\", fontsize=9];\n";
    for shape in picture.shapes().iter().filter(|shape| shape.within.is_none()) {
        add(picture, shape, 1, &mut text);
    }
    for arrow in picture.arrows() {
        let mut attributes = Vec::new();
        let words = words(arrow);
        if !words.is_empty() {
            attributes.push(format!("label=\"{}\"", escaped(&words)));
        }
        if !arrow.values.is_empty() {
            attributes.push(format!("tooltip=\"{}\"", escaped(&arrow.values.join("\n"))));
        }
        if !matches!(arrow.kind, ArrowKind::Needs | ArrowKind::Route) {
            attributes.push("arrowhead=none, style=dashed".to_owned());
        }
        let ends = [("ltail", &arrow.from), ("lhead", &arrow.to)].map(|(side, id)| {
            let number = picture.place(id).unwrap_or_default();
            if is_cluster(picture, id) {
                attributes.push(format!("{side}=cluster_{number}"));
            }
            number
        });
        let attributes = match attributes.is_empty() {
            true => String::new(),
            false => format!(" [{}]", attributes.join(", ")),
        };
        text += &format!("    n{} -> n{}{attributes};\n", ends[0], ends[1]);
    }
    text += "}\n";
    text
}

fn is_cluster(picture: &Picture, id: &str) -> bool {
    picture.inside(id).next().is_some()
}

fn add(picture: &Picture, shape: &Shape, depth: usize, text: &mut String) {
    let indent = "    ".repeat(depth);
    let number = picture.place(&shape.id).unwrap_or_default();
    let note = if shape.note.is_empty() { String::new() } else { format!("\n{}", shape.note) };
    let label = escaped(&format!("{}{note}", shape.name));
    let tooltip = escaped(&shape.told());
    if !is_cluster(picture, &shape.id) {
        let round = matches!(shape.kind, ShapeKind::Chart | ShapeKind::Pods);
        let style = if round { ", style=rounded" } else { "" };
        *text += &format!("{indent}n{number} [label=\"{label}\", tooltip=\"{tooltip}\"{style}];\n");
        return;
    }
    *text += &format!("{indent}subgraph cluster_{number} {{\n");
    *text += &format!("{indent}    label=\"{label}\"; tooltip=\"{tooltip}\";\n");
    // An arrow has to end at something in the cluster.
    *text += &format!("{indent}    n{number} [label=\"\", shape=point, style=invis];\n");
    picture.inside(&shape.id).for_each(|shape| add(picture, shape, depth + 1, text));
    *text += &format!("{indent}}}\n");
}

/// Text within quotation marks.
fn escaped(text: &str) -> String {
    escape::escaped(text, |character| match character {
        '"' => Some("\\\"".into()),
        '\\' => Some("\\\\".into()),
        '\n' => Some("\\n".into()),
        character => character.is_control().then(|| " ".into()),
    })
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn names_cannot_become_syntax() {
        assert_eq!(escaped("a\"; b -> c\\\n\t"), "a\\\"; b -> c\\\\\\n ");
    }
}
