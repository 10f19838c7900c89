//! Diagnostics as a person reads them: like the compiler's own.

use std::path::Path;

use annotate_snippets::{
    AnnotationKind, Element, Group, Level, Message, Origin, Renderer, Snippet, normalize_untrusted_str,
};
use stackwright_assembly::{Acknowledged, Diagnostic, Diagnostics, Related, Severity, Source};

use crate::excerpt::Excerpt;

/// A place in the user's program and what is said of it.
struct Place<'a> {
    source: &'a Source,
    kind: AnnotationKind,
    /// Said in the lines, where they are shown.
    label: Option<String>,
    /// Said below the place's name, where they are not.
    note: Option<Message<'a>>,
}

/// One finding, with the user's lines where their files are found in `directory` or above it.
pub(crate) fn render(finding: &Diagnostic, directory: &Path) -> String {
    let level = match finding.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let at = || finding.path.as_deref().map(|path| note("at", path));
    let mut group = Group::with_title(level.primary_title(&finding.message).id(&finding.code));
    if finding.source.is_none() {
        group = group.elements(at());
    }
    for places in files(finding, at()) {
        group = group.elements(show(places, at, directory));
    }
    let help = finding.hint.as_deref().map(|hint| Level::HELP.message(normalize_untrusted_str(hint)));
    Renderer::styled().render(&[group.elements(help)])
}

/// A finding that is acknowledged, without lines: somebody has looked at them.
pub(crate) fn render_acknowledged(given: &Acknowledged) -> String {
    let Acknowledged { finding, reason, .. } = given;
    let level = Level::NOTE.with_name("acknowledged");
    let place = match (&finding.path, &finding.source) {
        (Some(path), Some(source)) => Some(format!("{path}, {source}")),
        (path, source) => path.clone().or(source.as_ref().map(Source::to_string)),
    };
    let at = place.map(|place| note("at", &place));
    let group = Group::with_title(level.primary_title(&finding.message).id(&finding.code)).elements(at);
    Renderer::styled().render(&[group.element(note("reason", reason))])
}

fn note<'a>(word: &'a str, text: &str) -> Message<'a> {
    Level::NOTE.with_name(word).message(normalize_untrusted_str(text))
}

/// The places of a finding by file; the finding's own comes first.
fn files<'a>(finding: &'a Diagnostic, at: Option<Message<'a>>) -> Vec<Vec<Place<'a>>> {
    let own = finding.source.as_ref().map(|source| Place {
        source,
        kind: AnnotationKind::Primary,
        label: None,
        note: at,
    });
    let related = finding.related.iter().map(|Related { label, path, source }| {
        let label = match path {
            Some(path) => format!("{label}: {path}"),
            None => label.clone(),
        };
        let note = Some(note("note", &label));
        Place { source, kind: AnnotationKind::Context, label: Some(label), note }
    });
    let mut files: Vec<Vec<Place<'_>>> = Vec::new();
    for place in own.into_iter().chain(related) {
        match files.iter_mut().find(|places| places[0].source.file == place.source.file) {
            Some(places) => places.push(place),
            None => files.push(vec![place]),
        }
    }
    files
}

/// The places of one file: in its lines, or only named where the file is not found.
fn show<'a>(
    places: Vec<Place<'a>>,
    at: impl Fn() -> Option<Message<'a>>,
    directory: &Path,
) -> Vec<Element<'a>> {
    let sources: Vec<&Source> = places.iter().map(|place| place.source).collect();
    let file = normalize_untrusted_str(&sources[0].file);
    if let Some(Excerpt { start, text, spans }) = Excerpt::find(&sources, directory) {
        let has_own = places.iter().any(|place| place.kind == AnnotationKind::Primary);
        let annotations = places.into_iter().zip(spans);
        let annotations = annotations.map(|(place, span)| place.kind.span(span).label(place.label));
        let snippet = Snippet::source(text).line_start(start).path(file).annotations(annotations);
        let at = at().filter(|_| has_own).map(Element::from);
        return [Element::from(snippet)].into_iter().chain(at).collect();
    }
    let name = |place: Place<'a>| {
        let Source { line, column, .. } = place.source;
        let origin = Origin::path(file.clone()).line(*line as usize).char_column(*column as usize);
        [Element::from(origin)].into_iter().chain(place.note.map(Element::from))
    };
    places.into_iter().flat_map(name).collect()
}

/// How many findings there are, in words; absent where there is none.
pub(crate) fn count(findings: &Diagnostics) -> Option<String> {
    let errors = findings.iter().filter(|finding| finding.is_error()).count();
    let warnings = findings.len() - errors;
    let numbers = [(errors, "error"), (warnings, "warning")]
        .iter()
        .filter(|(number, _)| *number > 0)
        .map(|(number, word)| format!("{number} {word}{}", if *number == 1 { "" } else { "s" }))
        .collect::<Vec<_>>()
        .join(" and ");
    let words = format!("found {numbers}");
    let title = match (errors, warnings) {
        (0, 0) => return None,
        (0, _) => Level::WARNING.primary_title(words),
        _ => Level::ERROR.primary_title(words),
    };
    Some(Renderer::styled().render(&[Group::with_title(title)]))
}
