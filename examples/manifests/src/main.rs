//! Kubernetes objects of every origin: types of `k8s-openapi`, JSON with values of a stack, and existing YAML.
//!
//! `cargo run -p manifests -- synth --out target/manifests` writes the template and the manifests.

use std::collections::BTreeMap;
use std::process::ExitCode;

use k8s_openapi::api::apps::v1::{Deployment, DeploymentSpec};
use k8s_openapi::api::core::v1::{
    Container, EnvVar, PodSpec, PodTemplateSpec, ResourceRequirements, Volume, VolumeMount,
};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{LabelSelector, ObjectMeta};
use stackwright::prelude::*;

fn main() -> ExitCode {
    let app = stackwright::app();
    let queues = Stack::new(&app, "queues");
    let jobs = Resource::new(&queues, "Jobs", l1::sqs::Queue::new().sqs_managed_sse_enabled(true));

    let props = ChartProps::new().namespace("jobs").label("app.kubernetes.io/part-of", "jobs");
    let workers = Chart::with_props(&app, "workers", props);
    workers.add(json!({ "apiVersion": "v1", "kind": "Namespace", "metadata": { "name": "jobs" } }));
    let settings = settings(&workers, &jobs);
    workers.add(deployment(&jobs)).depends_on(&settings);

    metrics(&app);
    stackwright::run(app)
}

/// Data in which values stand as they are: the queue's name becomes known when its stack is deployed.
fn settings(chart: &Chart, jobs: &Resource<l1::sqs::Queue>) -> Manifest {
    chart.add(json!({
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": { "name": "settings" },
        "data": {
            "queue": jobs.attr_queue_name(),
            "log": sub!("jobs of {arn}", arn = jobs.attr_arn()),
            "prepare.sh": "set -e\nmkdir -p /work/jobs\n",
        },
    }))
}

/// Typed objects have fields of text: there, a value stands as its token.
fn deployment(jobs: &Resource<l1::sqs::Queue>) -> Deployment {
    let labels = BTreeMap::from([("app".to_owned(), "worker".to_owned())]);
    let quantities = |cpu: &str, memory: &str| {
        let quantity = |(name, amount): (&str, &str)| (name.to_owned(), Quantity(amount.to_owned()));
        Some([("cpu", cpu), ("memory", memory)].map(quantity).into())
    };
    let container = Container {
        name: "worker".to_owned(),
        image: Some("public.ecr.aws/docker/library/busybox:1.37".to_owned()),
        command: Some(["sh", "/settings/prepare.sh"].map(str::to_owned).to_vec()),
        env: Some(vec![EnvVar {
            name: "QUEUE_URL".to_owned(),
            value: Some(jobs.ref_().token()),
            ..Default::default()
        }]),
        resources: Some(ResourceRequirements {
            requests: quantities("50m", "32Mi"),
            limits: quantities("0.5", "64Mi"),
            ..Default::default()
        }),
        volume_mounts: Some(vec![VolumeMount {
            name: "settings".to_owned(),
            mount_path: "/settings".to_owned(),
            ..Default::default()
        }]),
        ..Default::default()
    };
    let settings = Volume {
        name: "settings".to_owned(),
        config_map: Some(k8s_openapi::api::core::v1::ConfigMapVolumeSource {
            name: "settings".to_owned(),
            ..Default::default()
        }),
        ..Default::default()
    };
    Deployment {
        metadata: ObjectMeta { name: Some("worker".to_owned()), ..Default::default() },
        spec: Some(DeploymentSpec {
            replicas: Some(2),
            selector: LabelSelector { match_labels: Some(labels.clone()), ..Default::default() },
            template: PodTemplateSpec {
                metadata: Some(ObjectMeta { labels: Some(labels), ..Default::default() }),
                spec: Some(PodSpec {
                    containers: vec![container],
                    volumes: Some(vec![settings]),
                    ..Default::default()
                }),
            },
            ..Default::default()
        }),
        ..Default::default()
    }
}

/// What others have written, with a few changes; the manifest lists them.
fn metrics(app: &App) {
    let chart = Chart::with_props(app, "metrics", ChartProps::new().namespace("kube-system"));
    let existing = Manifests::read(&chart, "node-exporter", include_str!("../metrics.yaml"));
    let binding = existing.get("ClusterRoleBinding", "node-metrics");
    binding.override_field("subjects.0.namespace", "kube-system");
    let daemon_set = existing.get("DaemonSet", "node-metrics");
    daemon_set.override_field("spec.template.spec.containers.0.resources.limits.memory", "64Mi");
    daemon_set.delete_field("spec.template.spec.containers.0.ports.0.hostPort");
    daemon_set.acknowledge("host-path", "it measures the file systems of the node, which it may only read");
}
