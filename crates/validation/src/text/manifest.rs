//! Kubernetes objects that were read from a text: what is wrong with them, each finding at its line.

use stackwright_assembly::{Acknowledged, Diagnostic, Related};
use stackwright_cfn::Places;
use stackwright_k8s::{Object, Placed, Problem, Scopes, check};

use super::File;
use crate::{in_annotations, object_diagnostic, sort};

/// What is wrong with objects, and what they acknowledge of that.
///
/// The namespaces of a manifest may be made by another one, so nothing is said of those that it does not make.
pub(super) fn manifest(file: File<'_>, placed: &[Placed]) -> (Vec<Diagnostic>, Vec<Acknowledged>) {
    let documents = Places::of(file.text);
    let objects: Vec<&Object> = placed.iter().map(|placed| &placed.object).collect();
    let start = |index: usize| (placed[index].line, placed[index].column);
    let at = |index: usize, keys: &[String]| {
        // Objects that start at one place are the items of a list.
        let listed: Vec<usize> = (0..placed.len()).filter(|other| start(*other) == start(index)).collect();
        let mut way = Vec::new();
        if listed.len() > 1 {
            way.extend(["items".to_owned(), (index - listed[0]).to_string()]);
        }
        way.extend_from_slice(keys);
        let document = documents.iter().find(|document| document.start() == start(index));
        let place = document.map(|document| document.find(way.iter().map(String::as_str)));
        file.source(place.unwrap_or(start(index)))
    };
    let diagnostic = |index: usize, problem: Problem| {
        let source = at(index, &steps(&problem.path));
        object_diagnostic(problem).path(objects[index].to_string()).source(source)
    };
    let scopes = Scopes::new(objects.iter().copied());
    let mut found = Vec::new();
    for (index, object) in objects.iter().enumerate() {
        let problems = check::object(object).into_iter().chain(check::scope(object, &scopes));
        found.extend(problems.map(|problem| (index, diagnostic(index, problem))));
    }
    let namespaces: Vec<&str> = objects.iter().filter_map(|object| object.namespace()).collect();
    for conflict in check::together(&objects, &namespaces) {
        let other = conflict.other.map(|other| Related {
            label: "defined first".to_owned(),
            path: Some(objects[other].to_string()),
            source: at(other, &steps("metadata.name")),
        });
        let mut diagnostic = diagnostic(conflict.object, conflict.problem);
        diagnostic.related.extend(other);
        found.push((conflict.object, diagnostic));
    }
    let placed = |index: usize, keys: &[String], diagnostic: Diagnostic| {
        (index, diagnostic.path(objects[index].to_string()).source(at(index, keys)))
    };
    let mut said = Vec::new();
    for (index, object) in objects.iter().enumerate() {
        for (way, given) in in_annotations(object) {
            match given {
                Ok(given) => {
                    found.extend(given.problem().map(|problem| placed(index, &way, problem)));
                    said.push((index, way, given));
                }
                Err(problem) => found.push(placed(index, &way, problem)),
            }
        }
    }
    let codes: Vec<&str> = said.iter().map(|(.., given)| &*given.code).collect();
    let nearness = |index: usize, (object, _): &(usize, _)| (said[index].0 == *object).then_some(0);
    let sorted = sort(&codes, found, |(_, diagnostic)| diagnostic, nearness);
    let mut told: Vec<Diagnostic> = sorted.told.into_iter().map(|(_, diagnostic)| diagnostic).collect();
    if !told.iter().any(Diagnostic::is_error) {
        let unused = sorted.unused.into_iter().map(|index| &said[index]);
        told.extend(unused.map(|(index, way, given)| placed(*index, way, given.unused("this object")).1));
    }
    let acknowledged = sorted.acknowledged.into_iter().map(|((_, finding), index)| Acknowledged {
        finding,
        reason: said[index].2.reason.clone(),
        source: None,
    });
    (told, acknowledged.collect())
}

/// The steps of a path whose dots within names are written `\.`.
fn steps(path: &str) -> Vec<String> {
    let mut steps = vec![String::new()];
    let mut characters = path.chars();
    while let Some(character) = characters.next() {
        let last = steps.last_mut();
        match (character, last) {
            ('.', _) => steps.push(String::new()),
            ('\\', Some(last)) => last.extend(characters.next()),
            (other, Some(last)) => last.push(other),
            (_, None) => {}
        }
    }
    steps
}

#[cfg(test)]
mod tests {
    use super::steps;

    #[test]
    fn dots_within_names_are_no_steps() {
        assert_eq!(steps(r"metadata.labels.a\.b/c"), ["metadata", "labels", "a.b/c"]);
    }
}
