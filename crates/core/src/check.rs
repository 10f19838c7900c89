//! Checks that constructs run when the app is synthesized.

use std::fmt;
use std::rc::Rc;

use stackwright_assembly::{AddressPlan, Diagnostic};
use stackwright_cfn::Template;
use stackwright_k8s::Object;

use crate::construct::{Construct, Scope};
use crate::manifest::Manifest;
use crate::tree::{Entry, Kind, Tree};

/// Gives the template that an earlier run wrote for the stack of a name.
pub(crate) type PreviousTemplates = Rc<dyn Fn(&str) -> Option<Template>>;

/// What a check of the program works with.
pub struct Check<'a> {
    pub(crate) construct: Construct,
    pub(crate) previous: Option<&'a PreviousTemplates>,
    pub(crate) findings: Vec<Diagnostic>,
}

impl Check<'_> {
    /// Adds a finding; without a path or a place of its own it gets those of the construct that checks.
    pub fn report(&mut self, finding: Diagnostic) {
        self.findings.push(finding);
    }

    /// What constructs of the app [told](crate::Scope::tell) of this type, each with who told it, in the order it was
    /// told.
    pub fn told<T: 'static>(&self) -> Vec<(Construct, Rc<T>)> {
        let told = self.construct.calls(|calls| calls.facts.clone());
        let of_type = |(id, fact)| Some((self.construct.at(id), Rc::downcast(fact).ok()?));
        told.into_iter().filter_map(of_type).collect()
    }

    /// Puts an address plan into the assembly, as one of the construct's stack.
    pub fn add_address_plan(&mut self, plan: AddressPlan) {
        let id = self.construct.id;
        self.construct.changes(|tree| tree.address_plans.push((tree.entry(id).deployable, plan)));
    }

    /// The template that the construct's stack had in the output of an earlier run, for what must not change unseen.
    ///
    /// `None` where there is no such output, the stack is new, or the template cannot be read.
    pub fn previous_template(&self) -> Option<Template> {
        self.previous?(&self.construct.stack()?.name())
    }

    /// The objects of this kind and name in the charts whose cluster is the construct that checks, in definition order
    /// and whatever their namespaces.
    ///
    /// They are as the program has made them: labels of charts and overrides of fields come later.
    pub fn manifests(&self, kind: &str, name: &str) -> Vec<Manifest> {
        self.manifests_where(|tree, node, object| {
            let is_of_cluster = match &tree.entry(node.deployable).kind {
                Kind::Chart(chart) => chart.cluster_node == Some(self.construct.id),
                _ => false,
            };
            object.kind() == kind && object.name() == Some(name) && is_of_cluster
        })
    }

    /// The objects of this kind in all charts of the app, in definition order.
    ///
    /// They are as the program has made them: labels of charts and overrides of fields come later.
    pub fn all_manifests(&self, kind: &str) -> Vec<Manifest> {
        self.manifests_where(|_, _, object| object.kind() == kind)
    }

    fn manifests_where(&self, is_wanted: impl Fn(&Tree, &Entry, &Object) -> bool) -> Vec<Manifest> {
        let found: Vec<_> = self.construct.reads(|tree| {
            let is_such = |node: &Entry| match &node.kind {
                Kind::Manifest(object) => is_wanted(tree, node, object),
                _ => false,
            };
            let numbered = tree.nodes.iter().zip(0..);
            numbered.filter(|(node, _)| is_such(node)).map(|(_, id)| id).collect()
        });
        found.into_iter().map(|id| Manifest::from_construct(self.construct.at(id))).collect()
    }
}

impl fmt::Debug for Check<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Check").field("construct", &self.construct).field("findings", &self.findings).finish()
    }
}
