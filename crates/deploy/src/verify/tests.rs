//! A look at a cluster whose answers are scripted.

use serde_json::{Value, json};
use stackwright_assembly::{Assembly, Deployable, Diagnostics, FORMAT_VERSION, File, Kind, Manifest};

use super::{Verdict, VerifyOptions, unreached, verify};
use crate::{Aws, AwsOptions, ChartOptions, Moments, Reply, Script, Session};

const OBJECTS: &str = r#"
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: multus, namespace: kube-system}
spec: {selector: {matchLabels: {app: multus}}}
---
apiVersion: k8s.cni.cncf.io/v1
kind: NetworkAttachmentDefinition
metadata: {name: data}
spec: {config: '{"type": "ipvlan", "ipam": {"type": "host-local", "subnet": "10.10.4.0/24"}}'}
---
apiVersion: v1
kind: Pod
metadata: {name: one, annotations: {k8s.v1.cni.cncf.io/networks: '[{"name": "data", "ips": ["10.10.4.16/24"]}]'}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: two}
spec:
  selector: {matchLabels: {app: two}}
  template: {metadata: {annotations: {k8s.v1.cni.cncf.io/networks: 'data, default/data@extra'}}}
"#;

fn assembly() -> Assembly {
    let chart =
        Deployable { file: "web.k8s.yaml".into(), kind: Kind::Chart, ..crate::chart::tests::chart("web") };
    Assembly {
        manifest: Manifest { version: FORMAT_VERSION, deployables: vec![chart] },
        files: vec![File { name: "web.k8s.yaml".into(), contents: OBJECTS.into() }],
        warnings: Diagnostics::default(),
    }
}

fn list(items: &[Value]) -> String {
    json!({ "kind": "List", "items": items }).to_string()
}

fn pod(namespace: &str, name: &str, node: &str, status: Option<Value>) -> Value {
    let annotations = status.map(|status| json!({ "k8s.v1.cni.cncf.io/network-status": status.to_string() }));
    json!({
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": { "namespace": namespace, "name": name, "annotations": annotations },
        "spec": { "nodeName": node },
        "status": { "conditions": [{ "type": "Ready", "status": "True" }] },
    })
}

fn interface(name: &str, address: &str) -> Value {
    json!({ "name": "default/data", "interface": name, "ips": [address] })
}

/// The cluster, with the two DaemonSet pods that are ready and the status of pods one and two.
fn cluster(ready: &[&str], one: Option<Value>, two: Option<Value>) -> Script {
    let objects = stackwright_k8s::read(OBJECTS).unwrap();
    let mut live: Vec<Value> = objects.iter().map(|object| json!(object.fields())).collect();
    live[0]["status"] = json!({ "desiredNumberScheduled": 2 });
    live[1]["metadata"]["namespace"] = json!("default");
    live[2] = pod("default", "one", "a", one);
    live[3]["metadata"]["namespace"] = json!("default");
    let nodes = ["a", "b"].map(|name| json!({ "kind": "Node", "metadata": { "name": name } }));
    let multus: Vec<Value> = ready.iter().map(|node| pod("kube-system", "multus", node, None)).collect();
    Script::new()
        .reply("kubectl version --client", r#"{ "clientVersion": { "gitVersion": "v1.35.4" } }"#)
        .reply("kubectl get --filename", list(&live))
        .reply("kubectl get nodes", list(&nodes))
        .reply("kubectl get pods --ignore-not-found --output json --namespace kube-system", list(&multus))
        .reply(
            "kubectl get pods --ignore-not-found --output json --namespace default",
            list(&[pod("default", "two-x", "b", two)]),
        )
}

fn look(script: &Script, ping: bool) -> Vec<String> {
    let clock = Moments::new();
    let aws = Aws::new(Session::new(script, &clock, &|_| ()), AwsOptions::default());
    let options = VerifyOptions { names: Vec::new(), ping, charts: ChartOptions::default() };
    let findings = verify(&assembly(), &options, &aws).unwrap();
    script.finish();
    let word = |verdict| match verdict {
        Verdict::Holds => "holds",
        Verdict::Unclear => "unclear",
        Verdict::Fails => "fails",
    };
    findings
        .iter()
        .map(|found| format!("{}  {}  {}", word(found.verdict), found.subject, found.message))
        .collect()
}

#[test]
fn all_is_as_it_should_be() {
    let two = json!([interface("net1", "10.10.4.17"), interface("extra", "10.10.4.18")]);
    let script = cluster(&["a", "b"], Some(json!([interface("net1", "10.10.4.16")])), Some(two))
        .reply("kubectl exec --namespace default one -- ping -c 1 -W 2 -I net1 10.10.4.17", "")
        .reply("kubectl exec --namespace default two-x -- ping -c 1 -W 2 -I 10.10.4.17 10.10.4.16", "");
    assert_eq!(
        look(&script, true),
        [
            "holds  DaemonSet kube-system/multus  ready on 2 of 2 nodes",
            "holds  NetworkAttachmentDefinition default/data  it is there",
            "holds  Pod default/one net1  10.10.4.16 in network default/data",
            "holds  Pod default/two-x net1  10.10.4.17 in network default/data",
            "holds  Pod default/two-x extra  10.10.4.18 in network default/data",
            "holds  Pod default/one net1  reaches 10.10.4.17 of pod default/two-x",
            "holds  Pod default/two-x net1  reaches 10.10.4.16 of pod default/one",
        ]
    );
}

#[test]
fn whatever_is_missing_is_told() {
    let two = json!([interface("net1", "10.10.4.17"), interface("extra", "10.10.9.9")]);
    let script = cluster(&["b"], Some(json!([interface("net1", "10.10.4.17")])), Some(two))
        .fail("kubectl exec --namespace default one", 1, "ping: sendto: Network unreachable\n")
        .fail(
            "kubectl exec --namespace default two-x",
            127,
            "exec: \"ping\": executable file not found in $PATH",
        );
    assert_eq!(
        look(&script, true),
        [
            "fails  DaemonSet kube-system/multus  ready on 1 of 2 nodes, not on a",
            "holds  NetworkAttachmentDefinition default/data  it is there",
            "fails  Pod default/one net1  10.10.4.17 in network default/data, and not 10.10.4.16 as it asks for",
            "holds  Pod default/two-x net1  10.10.4.17 in network default/data",
            "fails  Pod default/two-x extra  10.10.9.9 in network default/data, which does not hand out 10.10.9.9",
            "fails  NetworkAttachmentDefinition default/data  10.10.4.17 is the address of default/one net1 and of \
             default/two-x net1",
            "fails  Pod default/one net1  does not reach 10.10.4.17 of pod default/two-x: ping: sendto: Network \
             unreachable",
            "unclear  Pod default/two-x net1  has no ping to reach 10.10.4.17 of pod default/one with",
        ]
    );
}

#[test]
fn a_pod_that_multus_has_not_seen_is_told() {
    let two = json!([interface("net1", "10.10.4.17")]);
    let found = look(&cluster(&["a", "b"], None, Some(two)), false);
    assert_eq!(
        found[2..],
        [
            "fails  Pod default/one  Multus says nothing of its interfaces: it may have been made before Multus was \
             ready; make it anew",
            "holds  Pod default/two-x net1  10.10.4.17 in network default/data",
            "fails  Pod default/two-x extra  is not there, in network default/data",
        ]
    );
}

#[test]
fn a_ping_that_fails_tells_why() {
    let why = |stdout: &str, stderr: &str| {
        unreached(&Reply { code: Some(1), stdout: stdout.into(), stderr: stderr.into() })
    };
    let lost = "PING 10.10.4.17 (10.10.4.17): 56 data bytes\n\n--- 10.10.4.17 ping statistics ---\n\
                1 packets transmitted, 0 packets received, 100% packet loss\n";
    let defaulted = "Defaulted container \"web\" out of: web, proxy\n";
    let ended = "command terminated with exit code 1\n";
    assert_eq!(
        why(lost, &format!("{defaulted}{ended}")).unwrap(),
        "1 packets transmitted, 0 packets received, 100% packet loss"
    );
    let unknown = "ping: can't set interface to net1: No such device\n";
    assert_eq!(why("", &format!("{defaulted}{unknown}{ended}")).unwrap(), unknown.trim());
    assert_eq!(why("", ended), None);
}

#[test]
fn a_pod_that_goes_meanwhile_is_not_taken_for_one_without_ping() {
    let two = json!([interface("net1", "10.10.4.17"), interface("extra", "10.10.4.18")]);
    let gone = "Error from server (NotFound): pods \"one\" not found";
    let script = cluster(&["a", "b"], Some(json!([interface("net1", "10.10.4.16")])), Some(two))
        .fail("kubectl exec --namespace default one", 1, gone)
        .reply("kubectl exec --namespace default two-x", "");
    let told = "fails  Pod default/one net1  does not reach 10.10.4.17 of pod default/two-x: ";
    assert_eq!(look(&script, true)[5], format!("{told}{gone}"));
}
