//! The clusters that charts go to: whether kubectl reaches them, and whether it may do everything there.

use std::collections::BTreeSet;

use serde::Deserialize;
use stackwright_assembly::{Assembly, Kind};

use super::Check;
use crate::{Aws, ChartOptions, Charts, Error, Kubectl};

/// Looks at every cluster of the app's charts.
pub(super) fn look_at(
    aws: &Aws<'_>,
    assembly: &Assembly,
    options: &ChartOptions,
    checks: &mut Vec<Check>,
) -> Result<(), Error> {
    let charts = assembly.manifest.deployables.iter().filter(|deployable| deployable.kind == Kind::Chart);
    let way = Charts::new(aws.clone(), &assembly.manifest, options.clone());
    let mut seen = BTreeSet::new();
    for chart in charts {
        let cluster = chart.cluster.as_ref();
        if !seen.insert(cluster.map(|cluster| (&cluster.name, &cluster.environment.region, &cluster.role))) {
            continue;
        }
        let subject = format!("cluster of chart {:?}", chart.name);
        checks.push(match way.reach(chart) {
            Ok(Some(connection)) => look_into(subject, connection.kubectl())?,
            Ok(None) => Check::ok(subject, "not there yet"),
            Err(error) => Check::stopped(subject, error)?,
        });
    }
    Ok(())
}

/// Asks the API server for its version, and whether it lets us do everything.
fn look_into(subject: String, kubectl: &Kubectl<'_>) -> Result<Check, Error> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Versions {
        server_version: Option<Server>,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Server {
        git_version: String,
    }

    // The client's version is in the answer even where the server does not say its own.
    let reply = kubectl.run(kubectl.call(&["version", "--output", "json", "--request-timeout", "20s"]))?;
    let versions: Option<Versions> = serde_json::from_slice(&reply.stdout).ok();
    let Some(Server { git_version }) = versions.and_then(|versions| versions.server_version) else {
        let talk = reply.talk();
        let why = talk.lines().next_back().unwrap_or("it says nothing");
        let check = Check::failed(subject, format!("kubectl does not reach it: {why}"));
        return Ok(
            check.hint("is its endpoint public, or are you in its network? has the role an access entry?")
        );
    };
    let call = kubectl.call(&["auth", "can-i", "*", "*", "--all-namespaces", "--request-timeout", "20s"]);
    match kubectl.run(call)?.is_success() {
        true => Ok(Check::ok(subject, format!("Kubernetes {git_version}, everything is allowed"))),
        false => Ok(Check::warning(subject, format!("Kubernetes {git_version}, not everything is allowed"))
            .hint("deploying a chart takes the right to make each of its objects, and those in kube-system")),
    }
}
