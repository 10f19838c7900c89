//! What runs in a cluster, and in which order it is made.

use std::panic::Location;
use std::rc::Rc;

use stackwright_aws::eks as l1;
use stackwright_core::{Construct, Diagnostic, Resource, Scope};

use super::addon::Addon;
use super::cluster::Cluster;

/// The add-ons and nodes of a cluster so far.
///
/// No node is ready without the network of pods, and what runs on some nodes only is not ready without nodes: so the one
/// kind of add-on is made before all nodes, the other after those of its stack.
#[derive(Debug, Default)]
pub(super) struct Members {
    addons: Vec<(String, Resource<l1::Addon>)>,
    before_nodes: Vec<Resource<l1::Addon>>,
    after_nodes: Vec<Resource<l1::Addon>>,
    nodes: Vec<Construct>,
}

impl Cluster {
    /// Adds an add-on. What nodes need is made before them, everything else after them.
    #[track_caller]
    pub fn add_addon(&self, addon: Addon) -> Resource<l1::Addon> {
        let name = addon.name().to_owned();
        let is_before_nodes = addon.is_before_nodes();
        let mut members = self.0.members.borrow_mut();
        if let Some((_, known)) = members.addons.iter().find(|(known, _)| *known == name) {
            let finding = format!("the cluster has the add-on `{name}` already: allowed is one of each");
            self.report(
                Diagnostic::error("duplicate-addon", finding)
                    .value(&name)
                    .hint("list the add-ons with ClusterProps::addons()")
                    .source(Location::caller()),
            );
            return known.clone();
        }
        let resource = addon.add_to(self, self.name());
        members.addons.push((name.clone(), resource.clone()));
        if is_before_nodes {
            members.nodes.iter().for_each(|nodes| nodes.depends_on(&resource));
            members.before_nodes.push(resource.clone());
        } else {
            members.nodes.iter().for_each(|nodes| resource.depends_on(nodes));
            members.after_nodes.push(resource.clone());
            self.warn_of_no_nodes(&name);
        }
        resource
    }

    /// Puts what runs pods into its place among the add-ons.
    ///
    /// Nodes in a stack of their own come after the whole stack of the cluster, so nothing there can wait for them.
    pub(super) fn join(&self, nodes: &Construct) {
        let mut members = self.0.members.borrow_mut();
        members.before_nodes.iter().for_each(|addon| nodes.depends_on(addon));
        if nodes.stack() != self.stack() {
            return;
        }
        members.after_nodes.iter().for_each(|addon| addon.depends_on(nodes));
        members.nodes.push(nodes.clone());
        self.0.has_nodes.set(true);
    }

    /// Warns of an add-on that is never ready, for want of nodes. An imported cluster has nodes of its own.
    fn warn_of_no_nodes(&self, addon: &str) {
        if self.resource().is_none() {
            return;
        }
        let (addon, has_nodes) = (addon.to_owned(), Rc::clone(&self.0.has_nodes));
        self.validate(move |check| {
            if !has_nodes.get() {
                let finding =
                    format!("the add-on `{addon}` waits for nodes, and there are none in its stack");
                check.report(
                    Diagnostic::warning("addon-without-nodes", finding)
                        .value(addon)
                        .hint("add a node group, or leave the add-on out of ClusterProps::addons()"),
                );
            }
        });
    }
}
