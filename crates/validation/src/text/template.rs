//! A template that was read from a text: what is wrong with it, each finding at its line.

use stackwright_assembly::{Acknowledged, Diagnostic, Related, Source};
use stackwright_cfn::{Places, Template, read_with_places};

use super::File;
use crate::known::texts_of;
use crate::{
    Acknowledgement, Document, Finding, Place, RULES, RULES_OF_FILES, Section, Way, ask, element_diagnostic,
    in_metadata, sort,
};

/// A template with the places of its values.
pub(super) struct ReadTemplate<'t> {
    file: File<'t>,
    template: Template,
    places: Places,
}

impl<'t> ReadTemplate<'t> {
    pub(super) fn of(file: File<'t>) -> Result<Self, Box<Diagnostic>> {
        match read_with_places(file.text) {
            Ok((template, places)) => Ok(ReadTemplate { file, template, places }),
            Err(error) => {
                let source = file.source((error.line(), error.column()));
                Err(Box::new(element_diagnostic(error.problem().clone()).source(source)))
            }
        }
    }

    /// The names of exports, as far as they are known, with the places where they are.
    pub(super) fn exports(&self) -> Vec<(String, Place)> {
        let document = Document::of(&self.template);
        let mut exports = Vec::new();
        for (id, output) in document.elements(Section::Output) {
            let export = output.as_map().and_then(|output| output.get("Export")?.as_map());
            let names = export.map(|export| texts_of(&document, export, "Name")).unwrap_or_default();
            let place = Way::to(Section::Output, id).key("Export").key("Name").place();
            exports.extend(names.into_iter().map(|name| (name.into_owned(), place.clone())));
        }
        exports
    }

    /// One of its places, for what is found elsewhere.
    pub(super) fn related(&self, label: impl Into<String>, place: &Place) -> Related {
        Related { label: label.into(), path: Some(place.to_string()), source: self.at(place) }
    }

    fn at(&self, place: &Place) -> Source {
        let steps: Vec<String> = place.steps.iter().map(ToString::to_string).collect();
        let outer = [place.section.key(), place.id.as_str()].into_iter().filter(|key| !key.is_empty());
        self.file.source(self.places.find(outer.chain(steps.iter().map(String::as_str))))
    }

    fn diagnostic(&self, finding: Finding) -> Diagnostic {
        let related = finding.related.into_iter().map(|(label, place)| self.related(label, &place));
        let mut diagnostic = finding.diagnostic;
        diagnostic.related.extend(related);
        diagnostic.path(finding.place.to_string()).source(self.at(&finding.place))
    }

    /// What is wrong with it, beside what is found of it already, and what it acknowledges of that.
    pub(super) fn validated(&self, more: Vec<Finding>) -> (Vec<Diagnostic>, Vec<Acknowledged>) {
        let mut found = ask(&Document::of(&self.template), RULES.iter().chain(RULES_OF_FILES));
        found.extend(more);
        let said = said(&self.template, &mut found);
        let codes: Vec<&str> = said.iter().map(|(_, given)| &*given.code).collect();
        // What a resource says is nearer than what the template says.
        let nearness = |index: usize, finding: &Finding| {
            let at = &said[index].0;
            let is_own = at.section == finding.place.section && at.id == finding.place.id;
            (at.section == Section::Template || is_own).then_some(usize::from(is_own))
        };
        let sorted = sort(&codes, found, |finding| &finding.diagnostic, nearness);
        let mut told = sorted.told;
        if !told.iter().any(|finding| finding.diagnostic.is_error()) {
            told.extend(sorted.unused.into_iter().map(|index| {
                let (place, given) = &said[index];
                let is_of_all = place.section == Section::Template;
                let whose = if is_of_all { "the template" } else { "this resource" };
                Finding::new(place.clone(), given.unused(whose))
            }));
        }
        let acknowledged = sorted.acknowledged.into_iter().map(|(finding, index)| {
            let reason = said[index].1.reason.clone();
            Acknowledged { finding: self.diagnostic(finding), reason, source: None }
        });
        let acknowledged = acknowledged.collect();
        (told.into_iter().map(|finding| self.diagnostic(finding)).collect(), acknowledged)
    }
}

/// What a template and its resources acknowledge, with the places where they do. What is wrong with it is found.
fn said(template: &Template, found: &mut Vec<Finding>) -> Vec<(Place, Acknowledgement)> {
    let of_resources = template.resources.iter().filter_map(|(id, resource)| {
        let metadata = resource.attributes.get("Metadata")?.as_map()?;
        Some((Place::new(Section::Resource, id).at("Metadata"), metadata))
    });
    let of_all = (Place::new(Section::Template, "Metadata"), &template.metadata);
    let mut said = Vec::new();
    for (place, metadata) in of_resources.chain([of_all]) {
        for (way, given) in in_metadata(metadata) {
            let place = way.iter().fold(place.clone(), |place, key| place.at(key.as_str()));
            match given {
                Ok(given) => {
                    found.extend(given.problem().map(|problem| Finding::new(place.clone(), problem)));
                    said.push((place, given));
                }
                Err(problem) => found.push(Finding::new(place, problem)),
            }
        }
    }
    said
}
