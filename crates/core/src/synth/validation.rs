//! Rules of templates, shown each stack while its elements still know their constructs.

use std::collections::BTreeMap;

use stackwright_assembly::{Diagnostic, Related};
use stackwright_validation::{Document, Finding, Place, Rendered, Section as Part, Validator, validate};

use super::names::LogicalIds;
use super::render::{self, Element, Renderer};
use crate::acknowledgement::covers;
use crate::tree::{Kind, NodeId, Section, Tree};

/// What every rule finds in the template that a stack with these elements gets, as far as `told` has not told it.
pub(super) fn check(
    &Renderer { tree, names, .. }: &Renderer<'_>,
    stack: NodeId,
    elements: &[Element],
    told: &[Diagnostic],
) -> Vec<Diagnostic> {
    let mut document = Document::new(names);
    if let Kind::Stack(data) = &tree.entry(stack).kind
        && (!data.transforms.is_empty() || !data.generated.is_empty())
    {
        document.open();
    }
    for (id, kind) in elements {
        let id = names.of(*id).as_str();
        match kind {
            Kind::Resource(resource) => document.add_resource(id, resource),
            Kind::Section(section, node) => document.add(part(*section), id, node),
            _ => {}
        }
    }
    let found = validate(&document);
    if found.is_empty() {
        return Vec::new();
    }
    let places = places(names, elements);
    let constructs = Constructs { tree, stack, places: &places };
    let found = found.into_iter().map(|finding| constructs.diagnostic(finding));
    found.filter(|finding| !is_told(told, finding)).collect()
}

/// Shows the template of a stack to the validators that the program brings, and tells what they find.
pub(super) fn show(
    validators: &[Box<dyn Validator>],
    tree: &Tree,
    stack: NodeId,
    rendered: &render::Rendered<'_>,
) -> Vec<Diagnostic> {
    let render::Rendered { deployable, file, places, .. } = rendered;
    let (Some(facts), Ok(text)) = (&deployable.stack, std::str::from_utf8(&file.contents)) else {
        return Vec::new();
    };
    let template = Rendered { stack: &deployable.name, environment: &facts.environment, text };
    let constructs = Constructs { tree, stack, places };
    let found = validators.iter().flat_map(|validator| validator.validate(&template));
    found.map(|finding| constructs.diagnostic(finding)).collect()
}

/// Whether the construct that made an element has told of the same value, and knows better what to do about it.
fn is_told(findings: &[Diagnostic], finding: &Diagnostic) -> bool {
    let is_within = |outer: &str| !outer.is_empty() && covers(outer, finding.path.as_deref());
    findings.iter().any(|other| {
        other.value.is_some() && other.value == finding.value && other.path.as_deref().is_some_and(is_within)
    })
}

const fn part(section: Section) -> Part {
    match section {
        Section::Parameter => Part::Parameter,
        Section::Mapping => Part::Mapping,
        Section::Condition => Part::Condition,
        Section::Rule => Part::Rule,
        Section::Output => Part::Output,
    }
}

/// The constructs of a stack's elements.
struct Constructs<'a> {
    tree: &'a Tree,
    stack: NodeId,
    places: &'a Places<'a>,
}

/// The elements of a stack, by where they stand in its template.
pub(super) type Places<'a> = BTreeMap<(Part, &'a str), NodeId>;

pub(super) fn places<'a>(names: &'a LogicalIds, elements: &[Element]) -> Places<'a> {
    let place = |(id, kind): &Element| {
        let part = match kind {
            Kind::Section(section, _) => part(*section),
            _ => Part::Resource,
        };
        ((part, names.of(*id).as_str()), *id)
    };
    elements.iter().map(place).collect()
}

impl Constructs<'_> {
    fn node(&self, place: &Place) -> NodeId {
        self.places.get(&(place.section, place.id.as_str())).copied().unwrap_or(self.stack)
    }

    fn diagnostic(&self, finding: Finding) -> Diagnostic {
        let related =
            |(label, place): (String, Place)| -> Related { self.tree.related(self.node(&place), label) };
        let mut diagnostic = finding.diagnostic;
        diagnostic.related.extend(finding.related.into_iter().map(related));
        self.tree.at(self.node(&finding.place), diagnostic)
    }
}

#[cfg(test)]
mod tests {
    use stackwright_assembly::{Assembly, Diagnostic, Diagnostics};
    use stackwright_cfn::{Map, Output as OutputProps, Parameter as ParameterProps};
    use stackwright_validation::{Finding, Place, Rendered, Section, Validator};

    use crate::{App, Chart, Format, Output, Parameter, Resource, Scope, Stack, SynthOptions};

    /// Finds the same at a parameter, a resource, an output, and an element that is not there, in each template.
    struct Finder(fn(&str, String) -> Diagnostic);

    impl Validator for Finder {
        fn validate(&self, template: &Rendered<'_>) -> Vec<Finding> {
            assert!(template.text.contains("AWS::SQS::Queue"), "{}", template.text);
            let finding = |section: Section, id: &str| {
                let message = format!("in {} of {:?}", template.stack, template.environment.region);
                Finding::new(Place::new(section, id), self.0("found", message))
            };
            let elements =
                [(Section::Parameter, "Size"), (Section::Resource, "Queue"), (Section::Output, "Zone")];
            elements
                .into_iter()
                .chain([(Section::Resource, "Other")])
                .map(|(section, id)| finding(section, id))
                .collect()
        }
    }

    fn synth(format: Format, finder: Finder, say: impl FnOnce(&Stack)) -> Result<Assembly, Diagnostics> {
        let app = App::new();
        app.add_validator(finder);
        let stack = Stack::with_props(&app, "web", crate::StackProps::new().region("eu-west-1"));
        Parameter::<i64>::new(&stack, "Size", ParameterProps::new().default(1));
        Resource::raw(&stack, "Queue", "AWS::SQS::Queue", Map::new());
        Output::new(&stack, "Zone", OutputProps::new("a"));
        Chart::new(&app, "pods");
        say(&stack);
        app.synth(&SynthOptions::new().format(format))
    }

    fn told(findings: &Diagnostics) -> Vec<String> {
        let found = findings.iter().filter(|finding| finding.code == "found");
        found
            .map(|finding| format!("{} {}", finding.path.as_deref().unwrap_or_default(), finding.message))
            .collect()
    }

    #[test]
    fn validators_of_the_program_see_each_template_as_it_is_written() {
        for format in [Format::Json, Format::Yaml] {
            let assembly = synth(format, Finder(Diagnostic::warning), |_| {}).unwrap();
            let expected = ["web", "web/Queue", "web/Size", "web/Zone"];
            let mut told = told(&assembly.warnings);
            told.sort();
            assert_eq!(told, expected.map(|path| format!("{path} in web of Some(\"eu-west-1\")")));
            assert!(assembly.warnings.iter().all(|finding| finding.source.is_some()));
        }
    }

    #[test]
    fn warnings_of_validators_are_acknowledged_and_errors_are_not() {
        let acknowledge = |stack: &Stack| stack.acknowledge("found", "because");
        let assembly = synth(Format::Json, Finder(Diagnostic::warning), acknowledge).unwrap();
        assert_eq!(told(&assembly.warnings), [""; 0]);
        assert_eq!(assembly.manifest.deployables[0].acknowledged.len(), 4);
        assert_eq!(told(&synth(Format::Json, Finder(Diagnostic::error), acknowledge).unwrap_err()).len(), 4);
    }

    #[test]
    fn validators_are_not_asked_about_what_is_wrong_already() {
        let wrong = |stack: &Stack| drop(Resource::raw(stack, "Thing", "Thing", Map::new()));
        let never = Finder(|_, _| unreachable!("there is no template"));
        let findings = synth(Format::Json, never, wrong).unwrap_err();
        assert!(findings.iter().any(|finding| finding.code == "invalid-type-name"), "{findings}");
    }
}
