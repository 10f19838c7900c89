//! Synthesis: from the tree to the assembly.
//!
//! Aspects and checks of the program run first, while the tree can still change. Then nothing of the program runs any
//! more: tags and overrides are applied, names follow from paths, references are resolved, and everything is checked
//! before anything is rendered.

mod bindings;
mod check;
mod graph;
mod names;
mod null;
mod objects;
mod outputs;
mod parallel;
mod prepare;
mod references;
mod render;
mod stacks;
mod validation;

use std::collections::BTreeMap;
use std::fmt;
use std::rc::Rc;

use stackwright_assembly::{
    Acknowledged, Assembly, Deployable, Diagnostic, Diagnostics, FORMAT_VERSION, Format, Manifest,
};
use stackwright_cfn::Template;
use stackwright_validation::Validator;

pub(crate) use names::logical_id;

use render::Renderer;

use crate::acknowledgement::{self, Sorted};
use crate::app::App;
use crate::check::PreviousTemplates;
use crate::construct::Scope;
use crate::tree::{Kind, NodeId, Tree};

/// What a synthesis needs to know beside the program.
#[derive(Clone, Default)]
pub struct SynthOptions {
    format: Format,
    previous: Option<PreviousTemplates>,
}

impl SynthOptions {
    /// The defaults: templates in JSON, no output of an earlier run.
    pub fn new() -> Self {
        SynthOptions::default()
    }

    /// Templates in this form; left out: JSON.
    pub fn format(mut self, format: Format) -> Self {
        self.format = format;
        self
    }

    /// Where to find the template that an earlier run wrote for a stack, by the stack's name; left out: nowhere.
    ///
    /// It is asked only by checks that warn of changes, and has no part in what is written.
    pub fn previous(mut self, template: impl Fn(&str) -> Option<Template> + 'static) -> Self {
        self.previous = Some(Rc::new(template));
        self
    }
}

impl fmt::Debug for SynthOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SynthOptions").field("format", &self.format).finish_non_exhaustive()
    }
}

impl App {
    /// Checks the whole app and renders it.
    ///
    /// An app is synthesized once: handles stay valid, but what they add afterwards goes nowhere.
    ///
    /// # Errors
    ///
    /// All findings, where at least one of them is an error.
    pub fn synth(&self, options: &SynthOptions) -> Result<Assembly, Diagnostics> {
        let root = self.construct();
        if root.changes(|tree| std::mem::replace(&mut tree.synthesized, true)) {
            let finding = Diagnostic::error(
                "synthesized-twice",
                "the app is synthesized a second time: allowed is once",
            );
            return Err(Diagnostics::new(vec![finding.hint("keep the assembly, or build the app anew")]));
        }
        prepare::run_aspects(root);
        prepare::run_validations(root, options);
        let validators = root.calls(|calls| std::mem::take(&mut calls.validators));
        root.changes(|tree| synthesize(tree, &validators, options))
    }
}

fn synthesize(
    tree: &mut Tree,
    validators: &[Box<dyn Validator>],
    options: &SynthOptions,
) -> Result<Assembly, Diagnostics> {
    prepare::apply_tags(tree);
    objects::apply_defaults(tree);
    prepare::apply_overrides(tree);
    acknowledgement::gather(tree);
    let names = names::assign(tree);
    let mut links = references::resolve(tree, &names);
    let bindings = bindings::resolve(tree, &names, &mut links);
    objects::check(tree, &mut links);
    let order = graph::deploy_order(tree, &links);
    check::check(tree, &links);
    let mut findings = std::mem::take(&mut tree.findings);
    let elements = render::take_elements(tree);
    let renderer =
        Renderer { tree, names: &names, links: &links, bindings: &bindings, format: options.format };
    let (found, mut rendered) = stacks::finish(&renderer, elements, &findings, !validators.is_empty());
    findings.extend(found);
    let mut manifest = Manifest { version: FORMAT_VERSION, deployables: Vec::new() };
    let mut files = Vec::new();
    if !findings.iter().any(Diagnostic::is_error) {
        for id in order {
            let done = rendered.remove(&id).unwrap_or_else(|| renderer.chart(id));
            let found = validation::show(validators, tree, id, &done);
            manifest.deployables.push(done.deployable);
            files.push(done.file);
            findings.extend(done.findings.into_iter().chain(found));
        }
    }
    let Sorted { told, acknowledged } = acknowledgement::sort(tree, findings);
    if told.iter().any(Diagnostic::is_error) {
        return Err(Diagnostics::new(told));
    }
    hand_out(acknowledged, &mut manifest.deployables, tree);
    Ok(Assembly { manifest, files, warnings: Diagnostics::new(told) })
}

/// Gives each deployable what is acknowledged of it; what belongs to none is the first one's.
fn hand_out(acknowledged: Vec<Acknowledged>, deployables: &mut [Deployable], tree: &Tree) {
    if acknowledged.is_empty() {
        return;
    }
    let places: BTreeMap<String, usize> =
        deployables.iter().zip(0..).map(|(one, at)| (one.name.clone(), at)).collect();
    let owners: Vec<(String, Option<usize>)> = tree
        .deployables()
        .map(|id| (tree.path(id), places.get(&tree.deployable_name(id)).copied()))
        .collect();
    for given in acknowledged {
        let path = given.finding.path.as_deref();
        let owner = owners.iter().find(|(owner, _)| acknowledgement::covers(owner, path));
        let at = owner.and_then(|(_, at)| *at).unwrap_or(0);
        if let Some(deployable) = deployables.get_mut(at) {
            deployable.acknowledged.push(given);
        }
    }
    for deployable in deployables {
        deployable.acknowledged.sort_by_cached_key(|given| {
            let Diagnostic { source, path, code, message, .. } = given.finding.clone();
            (source, path, code, message)
        });
    }
}

impl Tree {
    /// The name a stack or chart is deployed by.
    pub(crate) fn deployable_name(&self, id: NodeId) -> String {
        match &self.entry(id).kind {
            Kind::Stack(data) => data.name.clone().unwrap_or_else(|| self.name(id)),
            _ => self.name(id),
        }
    }

    /// The stacks and charts in definition order.
    pub(crate) fn deployables(&self) -> impl Iterator<Item = NodeId> {
        let is_deployable = |node: &crate::tree::Entry| matches!(node.kind, Kind::Stack(_) | Kind::Chart(_));
        self.nodes.iter().enumerate().filter(move |(_, node)| is_deployable(node)).map(|(id, _)| id as NodeId)
    }
}
