//! What differs between an assembly and what is deployed, or an earlier assembly.

use std::thread;

use serde::Serialize;
use stackwright_assembly::{Assembly, Deployable, Kind, StackFacts};
use stackwright_cfn::{Map, Template};
use stackwright_k8s::Object;

use crate::aws::Stack;
use crate::compare::{self, Change, Comparison, Section};
use crate::deploy::{Condition, NewValues};
use crate::review::{Review, acknowledged_between};
use crate::{Aws, ChartOptions, Charts, Error, Tool};

/// Whether a deployable is there before and after.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Standing {
    /// It is not there before.
    New,
    /// It is there before and after.
    Kept,
    /// It is not there after.
    Gone,
}

/// What differs in one deployable.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Difference {
    /// The name of the stack or chart.
    pub name: String,
    /// Whether it is a stack or a chart.
    pub kind: Kind,
    /// Whether it is there before and after.
    pub standing: Standing,
    /// What differs in it.
    pub changes: Vec<Change>,
    /// What a person should look at; of charts, only what is acknowledged.
    pub review: Review,
    /// What is worth knowing beside it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}

impl Difference {
    /// What differs in the objects of a chart, of which there is nothing to review.
    pub(crate) fn of_chart(name: &str, standing: Standing, changes: Vec<Change>) -> Self {
        let (name, kind) = (name.to_owned(), Kind::Chart);
        Difference { name, kind, standing, changes, review: Review::default(), notes: Vec::new() }
    }

    /// Whether anything differs.
    pub fn is_any(&self) -> bool {
        self.standing != Standing::Kept || !self.changes.is_empty()
    }
}

/// How many stacks are asked for at once.
const AT_ONCE: usize = 4;

/// Compares deployables of an assembly, in its order, with those of an earlier one; without names: all of both.
///
/// # Errors
///
/// If one of the assemblies has no deployable of a name, or a file that is not what it should be.
pub fn diff_assemblies(
    before: &Assembly,
    after: &Assembly,
    names: &[String],
) -> Result<Vec<Difference>, Error> {
    let is_known = |name: &&String| after.deployable(name).is_some() || before.deployable(name).is_some();
    if let Some(unknown) = names.iter().find(|name| !is_known(name)) {
        return Err(unknown_name(unknown, after));
    }
    let is_wanted = |deployable: &&Deployable| names.is_empty() || names.contains(&deployable.name);
    let mut differences = Vec::new();
    for deployable in after.manifest.deployables.iter().filter(is_wanted) {
        let old = before.deployable(&deployable.name).filter(|old| old.kind == deployable.kind);
        let sources = old.map_or(&[][..], |old| &old.source_map);
        let standing = if old.is_some() { Standing::Kept } else { Standing::New };
        let mut difference = match deployable.kind {
            Kind::Stack => {
                let old_template = old.map_or(Ok(Template::default()), |old| template(before, old))?;
                let comparison = Comparison::of(&old_template, &template(after, deployable)?);
                let comparison = comparison.located(sources, &deployable.source_map);
                let [old, new] = [old, Some(deployable)].map(|it| it.map_or_else(Map::new, settings));
                stack(&deployable.name, standing, &comparison, compare::settings(&old, &new))
            }
            Kind::Chart => {
                let old_objects = old.map_or(Ok(Vec::new()), |old| objects(before, old))?;
                let objects = objects(after, deployable)?;
                let changes = compare::objects(&old_objects, &objects, sources, &deployable.source_map);
                Difference::of_chart(&deployable.name, standing, changes)
            }
        };
        let acknowledged = old.map_or(&[][..], |old| &old.acknowledged);
        difference.review.acknowledgements = acknowledged_between(acknowledged, &deployable.acknowledged);
        differences.push(difference);
    }
    let stays = |old: &&Deployable| after.deployable(&old.name).is_none_or(|new| new.kind != old.kind);
    for old in before.manifest.deployables.iter().filter(is_wanted).filter(stays) {
        differences.push(gone(before, old)?);
    }
    Ok(differences)
}

/// Compares deployables of an assembly, in its order, with what is deployed; without names: all of it. What cannot be
/// compared, because it cannot be read or a cluster cannot be reached, is told in its place and hides nothing else.
///
/// # Errors
///
/// If the assembly has no deployable of a name, if a tool is missing, or if the person has pressed Ctrl-C.
pub fn diff_deployed(
    assembly: &Assembly,
    names: &[String],
    aws: &Aws<'_>,
    charts: &ChartOptions,
) -> Result<Vec<Result<Difference, Error>>, Error> {
    if let Some(unknown) = names.iter().find(|name| assembly.deployable(name).is_none()) {
        return Err(unknown_name(unknown, assembly));
    }
    let is_wanted = |deployable: &&Deployable| names.is_empty() || names.contains(&deployable.name);
    let wanted: Vec<&Deployable> = assembly.manifest.deployables.iter().filter(is_wanted).collect();
    for (kind, tool) in [(Kind::Stack, Tool::Aws), (Kind::Chart, Tool::Kubectl)] {
        if wanted.iter().any(|deployable| deployable.kind == kind) {
            tool.check(&aws.session())?;
        }
    }
    let mut differences = Vec::new();
    for group in wanted.chunks(AT_ONCE) {
        let found: Vec<Result<Difference, Error>> = thread::scope(|scope| {
            let ask = |deployable| scope.spawn(move || deployed(assembly, deployable, aws, charts));
            let asked: Vec<_> = group.iter().copied().map(ask).collect();
            let answer = |asked: thread::ScopedJoinHandle<'_, _>| {
                asked.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
            };
            asked.into_iter().map(answer).collect()
        });
        for difference in found {
            match difference {
                Err(error) if error.is_interrupted() => return Err(error),
                difference => differences.push(difference),
            }
        }
    }
    Ok(differences)
}

fn deployed(
    assembly: &Assembly,
    deployable: &Deployable,
    aws: &Aws<'_>,
    charts: &ChartOptions,
) -> Result<Difference, Error> {
    match deployable.kind {
        Kind::Stack => deployed_stack(assembly, deployable, aws),
        Kind::Chart => {
            let charts = Charts::new(aws.clone(), &assembly.manifest, charts.clone());
            charts.diff(deployable, text(assembly, deployable)?.as_bytes())
        }
    }
}

fn deployed_stack(assembly: &Assembly, deployable: &Deployable, aws: &Aws<'_>) -> Result<Difference, Error> {
    let name = &*deployable.name;
    let facts = deployable.stack.clone().unwrap_or_default();
    let aws = aws.in_region(facts.environment.region.as_deref());
    let found = aws.describe_stack(name).map_err(Error::aws(format!("cannot read stack \"{name}\"")))?;
    let mut notes = Vec::new();
    let found = found.filter(|stack| {
        let status = &stack.stack_status;
        match Condition::of(status) {
            Condition::Planned => return false,
            Condition::Moving => notes.push(format!("it is {status}: what is there changes now")),
            Condition::Stuck => notes.push(format!("it is {status}: deploy offers to roll it back again")),
            Condition::Lost => {
                notes.push(format!("it is {status}, and can only be deleted before it is made again"));
                return false;
            }
            Condition::Sound => {}
        }
        true
    });
    let before = match &found {
        Some(_) => deployed_template(name, &aws)?,
        None => Template::default(),
    };
    let after = template(assembly, deployable)?;
    let values = NewValues::default();
    let comparison = Comparison::of(&before, &after);
    let mut difference = of_stack(deployable, found.as_ref(), comparison, &values);
    difference.notes.splice(..0, notes);
    Ok(difference)
}

/// Compares what a stack was last made of with what it is to be made of, by what each comes to with the values of its
/// parameters that are to be others.
pub(crate) fn compared(before: &Template, after: &Template, values: &NewValues) -> Comparison {
    let [mut before, mut after] = [before.clone(), after.clone()];
    let [old, new] = &values.yielded;
    compare::fill(&mut before, old);
    compare::fill(&mut after, new);
    Comparison::of(&before, &after)
}

/// What would change in a stack, and in what it has beside its template.
pub(crate) fn of_stack(
    deployable: &Deployable,
    found: Option<&Stack>,
    comparison: Comparison,
    values: &NewValues,
) -> Difference {
    let comparison = comparison.located(&[], &deployable.source_map);
    let mut settings = settings(deployable);
    let Some(found) = found else {
        return stack(
            &deployable.name,
            Standing::New,
            &comparison,
            compare::settings(&Map::new(), &settings),
        );
    };
    let mut settings_before = deployed_settings(found);
    // Protection is turned on, and never off.
    if !deployable.stack.as_ref().is_some_and(|facts| facts.termination_protection) {
        settings_before.remove(PROTECTION);
        settings.remove(PROTECTION);
    }
    for (settings, values) in [&mut settings_before, &mut settings].into_iter().zip(&values.shown) {
        if !values.is_empty() {
            settings.set(PARAMETERS, values.clone());
        }
    }
    let notes = kept_values(found, comparison.changes(), &values.shown[1]);
    let changes = compare::settings(&settings_before, &settings);
    Difference { notes, ..stack(&deployable.name, Standing::Kept, &comparison, changes) }
}

/// What a deployed stack was last made of.
pub(crate) fn deployed_template(name: &str, aws: &Aws<'_>) -> Result<Template, Error> {
    let cannot = || format!("cannot read the template of stack \"{name}\"");
    match aws.get_template(name).map_err(Error::aws(cannot()))? {
        // Between two questions a stack may go.
        None => Ok(Template::default()),
        Some(body) => {
            let text = body.as_str().map_or_else(|| body.to_string(), str::to_owned);
            stackwright_cfn::read(&text).map_err(|error| Error::new(cannot()).cause(error))
        }
    }
}

/// A stack that is there keeps the values of its parameters, whatever their defaults are now, but for those given.
fn kept_values(stack: &Stack, changes: &[Change], given: &Map) -> Vec<String> {
    let mut notes = Vec::new();
    for change in changes.iter().filter(|change| change.section == Section::Parameters) {
        let is_default = change.edits.iter().any(|edit| edit.path.to_string() == "Default");
        let kept = stack.parameters.iter().find(|parameter| parameter.name == change.id);
        if let Some(kept) = kept.filter(|kept| is_default && !given.contains_key(&kept.name)) {
            notes.push(format!(
                "parameter {} stays {:?} unless deploy is given another with --parameters",
                kept.name, kept.value
            ));
        }
    }
    notes
}

const PARAMETERS: &str = "Parameters";
const TAGS: &str = "Tags";
const PROTECTION: &str = "TerminationProtection";

/// What a stack has beside its template.
fn settings(deployable: &Deployable) -> Map {
    let facts = deployable.stack.clone().unwrap_or_default();
    let StackFacts { tags, termination_protection, .. } = facts;
    let tags: Map = tags.into_iter().collect();
    setting(tags, termination_protection)
}

fn deployed_settings(stack: &Stack) -> Map {
    let tags = stack.tags.iter().map(|tag| (&*tag.key, &*tag.value));
    setting(tags.collect(), stack.enable_termination_protection)
}

fn setting(tags: Map, protection: bool) -> Map {
    let mut settings = Map::new();
    if !tags.is_empty() {
        settings.set(TAGS, tags);
    }
    if protection {
        settings.set(PROTECTION, protection);
    }
    settings
}

fn stack(name: &str, standing: Standing, comparison: &Comparison, settings: Vec<Change>) -> Difference {
    Difference {
        name: name.to_owned(),
        kind: Kind::Stack,
        standing,
        changes: settings.into_iter().chain(comparison.changes().iter().cloned()).collect(),
        review: Review::of(comparison),
        notes: Vec::new(),
    }
}

/// All that is gone with a deployable.
fn gone(assembly: &Assembly, deployable: &Deployable) -> Result<Difference, Error> {
    let (name, sources) = (&deployable.name, &deployable.source_map);
    Ok(match deployable.kind {
        Kind::Stack => {
            let comparison = Comparison::of(&template(assembly, deployable)?, &Template::default());
            let settings = compare::settings(&settings(deployable), &Map::new());
            stack(name, Standing::Gone, &comparison.located(sources, &[]), settings)
        }
        Kind::Chart => {
            let changes = compare::objects(&objects(assembly, deployable)?, &[], sources, &[]);
            Difference::of_chart(name, Standing::Gone, changes)
        }
    })
}

fn template(assembly: &Assembly, stack: &Deployable) -> Result<Template, Error> {
    stackwright_cfn::read(text(assembly, stack)?)
        .map_err(|error| Error::new(format!("\"{}\" is not a template", stack.file)).cause(error))
}

fn objects(assembly: &Assembly, chart: &Deployable) -> Result<Vec<Object>, Error> {
    stackwright_k8s::read(text(assembly, chart)?).map_err(|error| {
        Error::new(format!("\"{}\" is not a file of Kubernetes objects", chart.file)).cause(error)
    })
}

fn text<'a>(assembly: &'a Assembly, deployable: &Deployable) -> Result<&'a str, Error> {
    let file = &deployable.file;
    let bytes =
        assembly.file(file).ok_or_else(|| Error::new(format!("the assembly has no file \"{file}\"")))?;
    std::str::from_utf8(bytes).map_err(|error| Error::new(format!("\"{file}\" is no text")).cause(error))
}

fn unknown_name(name: &str, assembly: &Assembly) -> Error {
    let known: Vec<&str> = assembly.manifest.deployables.iter().map(|deployable| &*deployable.name).collect();
    Error::new(format!("there is no \"{name}\": the app has {}", known.join(", ")))
}
