//! Bindings: values of stacks in the objects of charts.
//!
//! A token in a text becomes a placeholder, the value an output of its stack, and the stack something to deploy before
//! the chart.

use std::collections::{BTreeMap, BTreeSet};

use stackwright_assembly::{Binding, Diagnostic, Environment};
use stackwright_cfn::pseudo::Pseudo;
use stackwright_cfn::{Call, Function, Node, Piece, Target, has_token, pieces, references};
use stackwright_k8s::{has_placeholder, placeholder};

use super::names::LogicalIds;
use super::outputs::Shared;
use super::references::{Links, condition_of, is_list, unknown_attribute};
use crate::tree::{Kind, NodeId, Tree};

/// The values each chart waits for, by placeholder.
pub(super) type Bindings = BTreeMap<NodeId, BTreeMap<String, Binding>>;

pub(super) fn resolve(tree: &mut Tree, names: &LogicalIds, links: &mut Links) -> Bindings {
    let mut bindings = Bindings::new();
    for id in 0..tree.nodes.len() as NodeId {
        if !matches!(tree.entry(id).kind, Kind::Chart(_) | Kind::Manifest(_)) {
            continue;
        }
        let mut kind = std::mem::replace(&mut tree.entry_mut(id).kind, Kind::Group);
        let chart = tree.entry(id).deployable;
        let home = match (&kind, &tree.entry(chart).kind) {
            (Kind::Chart(data), _) | (_, Kind::Chart(data)) => Home {
                stack: data.cluster_node.map(|node| tree.entry(node).deployable),
                environment: data
                    .cluster
                    .as_ref()
                    .map(|cluster| cluster.environment.clone())
                    .unwrap_or_default(),
            },
            _ => Home::default(),
        };
        let bound = bindings.entry(chart).or_default();
        let mut binder = Binder { tree, names, links, bound, user: id, chart, home, findings: Vec::new() };
        match &mut kind {
            Kind::Chart(data) => {
                if let Some(node) = data.cluster_node {
                    binder.cluster(node);
                }
                if let Some(cluster) = &mut data.cluster {
                    for text in [Some(&mut cluster.name), cluster.role.as_mut()].into_iter().flatten() {
                        if let Some(bound) = binder.text(text) {
                            *text = bound;
                        }
                    }
                }
            }
            Kind::Manifest(object) => object.replace_texts(|text| binder.text(text)),
            _ => {}
        }
        let findings = binder.findings;
        tree.entry_mut(id).kind = kind;
        tree.findings.extend(findings);
    }
    bindings
}

/// Where pseudo parameters of a chart belong.
#[derive(Default)]
struct Home {
    /// The stack of the chart's cluster.
    stack: Option<NodeId>,
    environment: Environment,
}

struct Binder<'a> {
    tree: &'a Tree,
    names: &'a LogicalIds,
    links: &'a mut Links,
    bound: &'a mut BTreeMap<String, Binding>,
    /// The chart or object whose values are resolved; it is out of the tree meanwhile.
    user: NodeId,
    chart: NodeId,
    home: Home,
    findings: Vec<Diagnostic>,
}

impl Binder<'_> {
    fn report(&mut self, finding: Diagnostic) {
        self.findings.push(self.tree.at(self.user, finding));
    }

    /// Puts the chart after the stack of its cluster.
    fn cluster(&mut self, node: NodeId) {
        let stack = self.tree.entry(node).deployable;
        if matches!(self.tree.entry(stack).kind, Kind::Stack(_)) {
            self.links.deployables.entry((self.chart, stack)).or_insert((self.user, node));
            return;
        }
        let message = format!("the chart's cluster {:?} is outside any stack", self.tree.path(node));
        let finding = Diagnostic::error("outside-stack", message).allowed("constructs of a stack");
        self.report(finding.hint("give a cluster that is there already by ChartCluster::existing"));
    }

    /// The text with placeholders instead of tokens; `None` where it has none.
    fn text(&mut self, text: &str) -> Option<String> {
        if !has_token(text) {
            self.check_reserved(text);
            return None;
        }
        let mut bound = String::with_capacity(text.len());
        for piece in pieces(text) {
            match piece {
                Piece::Text(text) => {
                    self.check_reserved(text);
                    bound.push_str(text);
                }
                Piece::Token(node) => bound.push_str(&self.value(&node).unwrap_or_default()),
                Piece::Broken(token) => {
                    let message = "the token of a value was changed or cut on its way into the object";
                    self.report(Diagnostic::error("broken-token", message).value(token));
                }
            }
        }
        Some(bound)
    }

    fn check_reserved(&mut self, text: &str) {
        if has_placeholder(text) {
            let message = "text that looks like a placeholder is written out: allowed are values of stacks";
            let finding = Diagnostic::error("reserved-text", message).value(text).allowed("values of stacks");
            self.report(finding.hint("put the value itself there, or its token where text is wanted"));
        }
    }

    fn value(&mut self, node: &Node) -> Option<String> {
        match node {
            Node::Ref(target) => self.element(*target, None),
            Node::Pseudo(pseudo) => self.pseudo(*pseudo, node),
            Node::Call(call) => match &**call {
                Call { function: Function::GetAtt, argument: Node::List(items) } => match &items[..] {
                    [Node::Name(target), Node::Text(attribute)] => self.element(*target, Some(attribute)),
                    _ => self.expression(node),
                },
                Call { function: Function::Split | Function::Cidr | Function::GetAzs, .. } => {
                    self.list("this")
                }
                _ => self.expression(node),
            },
            _ => self.expression(node),
        }
    }

    fn element(&mut self, target: Target, attribute: Option<&str>) -> Option<String> {
        let used = self.node(target)?;
        let owner = self.tree.entry(used).deployable;
        if let Some(finding) = attribute.and_then(|attribute| unknown_attribute(self.tree, used, attribute)) {
            self.report(finding);
        }
        if is_list(self.tree, used, attribute) {
            let what = format!("{:?}", self.tree.path(used));
            return self.list(&what);
        }
        // An element outside any stack has been told already.
        if !matches!(self.tree.entry(owner).kind, Kind::Stack(_)) {
            return None;
        }
        let shared = Shared { element: used, attribute: attribute.map(Into::into), is_list: false };
        let condition = condition_of(self.tree, used);
        let output = self.links.shared.add(owner, shared, false, condition, self.names);
        Some(self.bind(owner, used, output))
    }

    fn pseudo(&mut self, pseudo: Pseudo, node: &Node) -> Option<String> {
        let known = match pseudo {
            Pseudo::Region => self.home.environment.region.clone(),
            Pseudo::AccountId => self.home.environment.account.clone(),
            Pseudo::NotificationArns => return self.list("AWS::NotificationARNs"),
            Pseudo::NoValue => {
                let message = "AWS::NoValue leaves out what stands in a template, and nothing in a chart";
                self.report(Diagnostic::error("no-value-in-chart", message).hint("leave the field out"));
                return None;
            }
            _ => None,
        };
        known.or_else(|| self.expression(node))
    }

    /// What is computed is computed by the stack of what it is computed from.
    fn expression(&mut self, node: &Node) -> Option<String> {
        let mut used = BTreeSet::new();
        let mut targets = Vec::new();
        node.visit(&mut |node| {
            if let Node::Ref(target) | Node::GetAtt(target, _) | Node::Name(target) = node {
                targets.push(*target);
            }
        });
        for target in targets {
            used.insert(self.node(target)?);
        }
        let stacks: BTreeSet<NodeId> = used.iter().map(|node| self.tree.entry(*node).deployable).collect();
        if stacks.len() > 1 {
            let finding =
                Diagnostic::error("values-of-several-stacks", "a value is computed from several stacks")
                    .allowed("values of one stack, or several joined to a text")
                    .hint("join them with sub!, or compute each by itself");
            self.report(finding);
            return None;
        }
        if !references(node).is_empty() {
            let finding =
                Diagnostic::error("name-without-stack", "a value names elements of a template in plain text")
                    .allowed("references that constructs hand out");
            self.report(finding);
            return None;
        }
        let Some(owner) = stacks.first().copied().or(self.home.stack) else {
            let what = match node {
                Node::Pseudo(pseudo) => pseudo.name(),
                _ => "a value of no element",
            };
            let message = format!("{what} is known to a stack only, and the chart belongs to none");
            let finding = Diagnostic::error("value-without-stack", message)
                .hint("give the chart a cluster of the app, or the existing cluster its account and region");
            self.report(finding);
            return None;
        };
        if !matches!(self.tree.entry(owner).kind, Kind::Stack(_)) {
            return None;
        }
        let output = self.links.shared.add_expression(owner, node, self.names);
        Some(self.bind(owner, used.first().copied().unwrap_or(owner), output))
    }

    fn node(&mut self, target: Target) -> Option<NodeId> {
        let node = self.tree.node_of(target);
        if node.is_none() {
            let finding = Diagnostic::error("foreign-reference", "a value belongs to another app");
            self.report(finding.allowed("values of constructs of the same app"));
        }
        node
    }

    fn list(&mut self, what: &str) -> Option<String> {
        let message =
            format!("{what} is a list, which cannot be a text of a chart: allowed are single values");
        let finding = Diagnostic::error("list-in-chart", message).allowed("single values");
        self.report(finding.hint("take its items with functions::select, or join them with functions::join"));
        None
    }

    fn bind(&mut self, owner: NodeId, used: NodeId, output: String) -> String {
        self.links.deployables.entry((self.chart, owner)).or_insert((self.user, used));
        let stack = self.tree.deployable_name(owner);
        let placeholder = placeholder(&stack, &output);
        let binding = || Binding { placeholder: placeholder.clone(), stack, output };
        self.bound.entry(placeholder.clone()).or_insert_with(binding);
        placeholder
    }
}
