//! `multus-sample-apps-stack-001`: a pod with one further interface and a pod with two.
//!
//! What differs from the walkthrough, and why:
//!
//! - The pods ask for their addresses, which the plan hands out, and run in the zone of the subnet these are of. On one node they reach each other
//!   as soon as the interface beneath is there; on two, the addresses have to be given to these interfaces as well.
//! - Their image has a version, and comes from a registry that asks for no account.

use stackwright::prelude::*;

use crate::addresses;

/// The two pods, with addresses of the isolated subnet of the first zone.
pub(crate) fn add(
    app: &App,
    vpc: &Vpc,
    cluster: &Cluster,
    data: &NetworkAttachmentDefinition,
    plan: &IpPlan,
) {
    let chart = Chart::for_cluster(app, "multus-sample-apps-stack-001", cluster);
    // Where there is no such subnet, the selection tells.
    let subnets = vpc.select(SubnetSelection::group("db"));
    let Some(subnet) = subnets.first() else { return };
    let attach = |name, label, interfaces| {
        let pod = chart.add(pod(name, label, subnet.availability_zone()));
        let ips = plan.allot(addresses::NETWORK, subnet.zone(), interfaces);
        Attachments::new(ips.into_iter().map(|ips| Attachment::new(data).ips(ips))).attach_to(&pod);
    };
    attach("multus-1-nic", "miztiik-1-nic-app", 1);
    attach("multus-2-nic", "miztiik-2-nic-app", 2);
}

/// A pod that waits for someone to look around in it.
fn pod(name: &str, label: &str, zone: Value<String>) -> Node {
    json!({
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": { "name": name, "labels": { "app": label } },
        "spec": {
            "nodeSelector": { "topology.kubernetes.io/zone": zone },
            "terminationGracePeriodSeconds": 1,
            "containers": [{
                "name": "busybox",
                "image": "public.ecr.aws/docker/library/busybox:1.37",
                "command": ["sleep", "infinity"],
                "resources": {
                    "requests": { "cpu": "10m", "memory": "16Mi" },
                    "limits": { "memory": "16Mi" },
                },
            }],
        },
    })
}
