//! An assembly of files, and a picture of it as lines of text.

use stackwright_assembly::{
    Assembly, Binding, Deployable, Diagnostics, FORMAT_VERSION, File, Kind, Manifest, Source, SourceEntry,
};
use stackwright_picture::{Picture, View};

/// A stack or a chart.
pub(crate) fn deployable(name: &str, kind: Kind, dependencies: &[&str]) -> Deployable {
    let file = match kind {
        Kind::Stack => format!("{name}.template.yaml"),
        Kind::Chart => format!("{name}.k8s.yaml"),
    };
    Deployable {
        dependencies: dependencies.iter().map(|name| (*name).to_owned()).collect(),
        ..Deployable::new(name, kind, file)
    }
}

/// The line of the program that an element comes from.
pub(crate) fn entry(id: &str, path: &str, line: u32) -> SourceEntry {
    let source = Source { file: "src/main.rs".into(), line, column: 5 };
    SourceEntry { id: id.to_owned(), path: path.to_owned(), type_name: None, source, overrides: Vec::new() }
}

pub(crate) fn binding(stack: &str, output: &str) -> Binding {
    Binding {
        placeholder: format!("${{stackwright:{stack}.{output}}}"),
        stack: stack.to_owned(),
        output: output.to_owned(),
    }
}

pub(crate) fn assembly(deployables: Vec<(Deployable, &str)>) -> Assembly {
    let files = deployables
        .iter()
        .map(|(deployable, text)| File { name: deployable.file.clone(), contents: text.as_bytes().to_vec() });
    let files = files.collect();
    let deployables = deployables.into_iter().map(|(deployable, _)| deployable).collect();
    Assembly {
        manifest: Manifest { version: FORMAT_VERSION, deployables },
        files,
        warnings: Diagnostics::default(),
    }
}

pub(crate) fn network(deployables: Vec<(Deployable, &str)>) -> Picture {
    Picture::new(&assembly(deployables), &[], View::Network).unwrap()
}

/// A line for each shape, those in others indented, and one for each arrow.
pub(crate) fn lines(picture: &Picture) -> String {
    let mut text = String::new();
    for shape in picture.shapes().iter().filter(|shape| shape.within.is_none()) {
        add(picture, &shape.id, 0, &mut text);
    }
    for arrow in picture.arrows() {
        let kind = serde_json::to_value(arrow.kind).unwrap();
        let (from, to) = (&arrow.from, &arrow.to);
        text += &format!(
            "{from} -> {to}: {} {} {}",
            kind.as_str().unwrap(),
            arrow.label,
            arrow.values.join("; ")
        );
        text.truncate(text.trim_end().len());
        text += "\n";
    }
    text
}

fn add(picture: &Picture, id: &str, depth: usize, text: &mut String) {
    let shape = picture.shapes().iter().find(|shape| shape.id == id).unwrap();
    let kind = serde_json::to_value(shape.kind).unwrap();
    let note = if shape.note.is_empty() { String::new() } else { format!(" [{}]", shape.note) };
    *text += &format!("{}{} {}{note} = {id}\n", "  ".repeat(depth), kind.as_str().unwrap(), shape.name);
    for inside in picture.shapes().iter().filter(|shape| shape.within.as_deref() == Some(id)) {
        add(picture, &inside.id, depth + 1, text);
    }
}
