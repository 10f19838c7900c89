//! What the constructs for clusters promise, through their public face.

mod access;
mod aws_auth;
mod chart;
mod cluster;
mod diagnostics;
mod nodes;
#[path = "../synthesis/mod.rs"]
mod synthesis;

use serde_json::{Map, Value};
use stackwright_constructs::cidr;
use stackwright_constructs::ec2::{Subnets, Vpc, VpcProps};
use stackwright_constructs::eks::{Addon, Cluster, ClusterProps, KubernetesVersion};
use stackwright_core::{App, Scope, Stack};
use synthesis::{findings, template};

/// Two zones with subnets of every kind.
fn vpc(stack: &Stack) -> Vpc {
    let groups = [Subnets::public("public", 24), Subnets::private("app", 24), Subnets::isolated("db", 24)];
    Vpc::new(stack, "vpc", VpcProps::new(cidr!("10.0.0.0/16")).max_azs(2).nat_gateways(1).subnets(groups))
}

/// A cluster with few resources around it.
fn plain(stack: &Stack, settings: impl FnOnce(ClusterProps) -> ClusterProps) -> Cluster {
    let props = ClusterProps::new(KubernetesVersion::V1_35, &vpc(stack)).addons([]);
    let cluster = Cluster::new(stack, "cluster", settings(props));
    cluster.grant_admin("arn:aws:iam::111122223333:role/platform");
    cluster.acknowledge("public-endpoint", "the suite is about other things");
    cluster
}

/// The resources of a stack, by logical id. An app is synthesized once, so this is asked once.
#[derive(Debug)]
struct Resources(Map<String, Value>);

impl Resources {
    fn of(app: &App, stack: &str) -> Self {
        let mut template: Value = serde_json::from_str(&template(app, stack)).expect("there are no errors");
        let Value::Object(resources) = template["Resources"].take() else { panic!("there are resources") };
        Self(resources)
    }

    /// Those of this type.
    fn all(&self, kind: &str) -> Vec<(&str, &Value)> {
        let resources = self.0.iter().filter(|(_, resource)| resource["Type"] == kind);
        resources.map(|(id, resource)| (id.as_str(), resource)).collect()
    }

    /// The properties of the only one of this type.
    fn one(&self, kind: &str) -> &Value {
        let found = self.all(kind);
        assert_eq!(found.len(), 1, "{kind}");
        &found[0].1["Properties"]
    }

    /// Those whose logical ids begin with one of these, as text.
    fn text(&self, starts: &[&str]) -> String {
        let is_wanted = |id: &str| starts.iter().any(|start| id.starts_with(start));
        let wanted = self.0.iter().filter(|(id, _)| is_wanted(id));
        let wanted: Map<_, _> = wanted.map(|(id, resource)| (id.clone(), resource.clone())).collect();
        serde_json::to_string_pretty(&wanted).unwrap()
    }
}

/// An add-on that needs nodes.
fn waiting() -> Addon {
    Addon::named("metrics-server")
}
