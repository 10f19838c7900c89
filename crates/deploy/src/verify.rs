//! Whether what charts describe works in their clusters: pods on nodes, networks, and interfaces that reach each other.
//!
//! What is expected comes from the objects of the charts themselves: their DaemonSets, their networks, and the pods that
//! ask for interfaces in networks. Nothing is changed, but for a ping.

mod attachment;
mod network;
mod pods;

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;
use stackwright_assembly::{Assembly, Deployable, Kind};

use crate::chart::{Live, Objects};
use crate::{Aws, ChartOptions, Charts, Error, Reply, Tool};
use attachment::Attached;
use network::Range;
use pods::Workload;

/// Whether something is as it should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// It is.
    Holds,
    /// That cannot be told.
    Unclear,
    /// It is not.
    Fails,
}

/// Something that was looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Whether it is as it should be.
    pub verdict: Verdict,
    /// What was looked at, such as `Pod default/web net1`.
    pub subject: String,
    /// What was found.
    pub message: String,
}

/// What is looked at.
#[derive(Clone, Debug)]
pub struct VerifyOptions {
    /// The names of charts; none: all of them.
    pub names: Vec<String>,
    /// Whether pods ping each other.
    pub ping: bool,
    /// The kubeconfig that leads to the cluster of every chart; absent: the AWS CLI writes one for each cluster.
    pub charts: ChartOptions,
}

/// Looks at the charts of an assembly, cluster by cluster.
///
/// # Errors
///
/// If a tool is missing, an output that a chart waits for is, or a cluster cannot be reached.
pub fn verify(assembly: &Assembly, options: &VerifyOptions, aws: &Aws<'_>) -> Result<Vec<Finding>, Error> {
    let is_meant = |chart: &&Deployable| {
        chart.kind == Kind::Chart && (options.names.is_empty() || options.names.contains(&chart.name))
    };
    let mut clusters: BTreeMap<String, Vec<&Deployable>> = BTreeMap::new();
    for chart in assembly.manifest.deployables.iter().filter(is_meant) {
        // Charts of one cluster say the same of it.
        clusters.entry(format!("{:?}", chart.cluster)).or_default().push(chart);
    }
    if !clusters.is_empty() {
        Tool::Kubectl.check(&aws.session())?;
    }
    let charts = Charts::new(aws.clone(), &assembly.manifest, options.charts.clone());
    let mut findings = Vec::new();
    for members in clusters.values() {
        let (mut objects, mut way) = (Vec::new(), None);
        for chart in members {
            let contents = assembly.file(&chart.file).unwrap_or_default();
            let (read, connection) = charts.open(chart, contents)?;
            objects.extend(read);
            way.get_or_insert(connection);
        }
        let Some(connection) = way else { continue };
        let look = Look { live: Live::new(connection.kubectl()), ping: options.ping };
        findings.extend(look.at(&objects)?);
    }
    Ok(findings)
}

/// A look at one cluster.
struct Look<'a> {
    live: Live<'a>,
    ping: bool,
}

impl Look<'_> {
    fn at(&self, objects: &[Value]) -> Result<Vec<Finding>, Error> {
        let found = self.live.find(objects)?;
        let mut findings = Vec::new();
        let nodes: Vec<String> = match objects.iter().any(|object| object["kind"] == "DaemonSet") {
            true => self.live.list("nodes", &[])?.iter().map(pods::name).collect(),
            false => Vec::new(),
        };
        for object in objects.iter().filter(|object| object["kind"] == "DaemonSet") {
            let live = found.of(object);
            let pods = match live {
                Some(_) => self.pods(object, &found)?,
                None => Vec::new(),
            };
            findings.push(pods::on_nodes(object, live, &pods, &nodes));
        }
        for object in objects.iter().filter(|object| network::is_network(object)) {
            findings.push(network::present(object, found.of(object)));
        }
        let mut attached = Vec::new();
        for object in objects {
            let Some(workload) = Workload::with_networks(object) else { continue };
            let wanted = match attachment::wanted(&workload) {
                Ok(wanted) => wanted,
                Err(problem) => {
                    findings.push(finding(Verdict::Fails, subject(object), problem));
                    continue;
                }
            };
            let pods = self.pods(object, &found)?;
            if pods.is_empty() {
                findings.push(finding(Verdict::Fails, subject(object), "it has no pods"));
            }
            for pod in &pods {
                let ranges =
                    |network: &attachment::Network| ranges(objects, &network.namespace, &network.name);
                findings.extend(attachment::check(pod, &wanted, &ranges, &mut attached));
            }
        }
        findings.extend(attachment::check_duplicates(&attached));
        if self.ping {
            self.ping(&attached, &mut findings)?;
        }
        Ok(findings)
    }

    /// The pods of a workload, or the pod itself.
    fn pods(&self, object: &Value, found: &Objects) -> Result<Vec<Value>, Error> {
        if object["kind"] == "Pod" {
            return Ok(found.of(object).cloned().into_iter().collect());
        }
        let Some(selector) = pods::selector(object) else { return Ok(Vec::new()) };
        let namespace = object["metadata"]["namespace"].as_str().unwrap_or("default");
        let mut pods = self.live.list("pods", &["--namespace", namespace, "--selector", &selector])?;
        // Those that have done their work have no interfaces any more.
        pods.retain(|pod| {
            pod["metadata"]["deletionTimestamp"].is_null() && pod["status"]["phase"] != "Succeeded"
        });
        Ok(pods)
    }

    /// Has each pod of a network ping the next one, the last one the first.
    fn ping(&self, attached: &[Attached], findings: &mut Vec<Finding>) -> Result<(), Error> {
        let mut networks: BTreeMap<&attachment::Network, Vec<&Attached>> = BTreeMap::new();
        for attached in attached {
            let members = networks.entry(&attached.network).or_default();
            // One interface of a pod in a network is enough to tell whether it is reached.
            if members.iter().all(|member| member.pod != attached.pod) {
                members.push(attached);
            }
        }
        for members in networks.values().filter(|members| members.len() > 1) {
            for (from, to) in members.iter().zip(members.iter().cycle().skip(1)) {
                let Some(address) = to.addresses.first() else { continue };
                let (namespace, name) = from.pod.split_once('/').unwrap_or(("default", &from.pod));
                let shares = |other: &&Attached| other.pod == from.pod && other.network == from.network;
                // Where a pod is in a network twice, what comes back may come by either interface.
                let way = match (attached.iter().filter(shares).count(), from.addresses.first()) {
                    (2.., Some(own)) => own,
                    _ => &from.interface,
                };
                let command = ["ping", "-c", "1", "-W", "2", "-I", way, address];
                let reply = self.live.exec(namespace, name, &command)?;
                let subject = format!("Pod {} {}", from.pod, from.interface);
                let to = format!("{address} of pod {}", to.pod);
                let talk = reply.talk();
                findings.push(match reply.is_success() {
                    true => finding(Verdict::Holds, subject, format!("reaches {to}")),
                    false if talk.contains("executable file not found") || talk.contains("no such file") => {
                        finding(Verdict::Unclear, subject, format!("has no ping to reach {to} with"))
                    }
                    false => {
                        let why = unreached(&reply).map_or(String::new(), |line| format!(": {line}"));
                        finding(Verdict::Fails, subject, format!("does not reach {to}{why}"))
                    }
                });
            }
        }
        Ok(())
    }
}

/// Why a ping has failed: what it says to be wrong, or else what has come back.
fn unreached(ping: &Reply) -> Option<String> {
    // kubectl says more, none of which is about the network.
    let is_of_kubectl =
        |line: &&str| line.starts_with("command terminated") || line.starts_with("Defaulted container");
    let (talk, told) = (ping.talk(), String::from_utf8_lossy(&ping.stdout));
    let reason = talk.lines().find(|line| !is_of_kubectl(line));
    reason.or_else(|| told.lines().find(|line| line.contains("packet loss"))).map(str::to_owned)
}

/// The addresses that a network of the charts hands out, as far as its configuration tells.
fn ranges(objects: &[Value], namespace: &str, name: &str) -> Vec<Range> {
    let is_it = |object: &&Value| {
        let metadata = &object["metadata"];
        network::is_network(object)
            && metadata["name"] == name
            && metadata["namespace"].as_str().unwrap_or("default") == namespace
    };
    objects.iter().find(is_it).map(network::ranges).unwrap_or_default()
}

fn subject(object: &Value) -> String {
    let (kind, metadata) = (object["kind"].as_str().unwrap_or_default(), &object["metadata"]);
    let namespace = metadata["namespace"].as_str().unwrap_or("default");
    format!("{kind} {namespace}/{}", metadata["name"].as_str().unwrap_or_default())
}

fn finding(verdict: Verdict, subject: impl Into<String>, message: impl Into<String>) -> Finding {
    Finding { verdict, subject: subject.into(), message: message.into() }
}

#[cfg(test)]
mod tests;
