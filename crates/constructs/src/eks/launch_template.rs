//! The launch template of nodes.

use stackwright_aws::ec2 as l1;
use stackwright_aws::ec2::launch_template as property;
use stackwright_aws::ids::iam::InstanceProfileName;
use stackwright_aws::{Tag, TagRequired};
use stackwright_cfn::Value;
use stackwright_core::{Resource, Scope};

use super::cluster::Cluster;
use super::node_settings::NodeSettings;

/// What differs between the launch templates of managed nodes and others.
#[derive(Debug, Default)]
pub(super) struct Extras {
    pub(super) image_id: Option<Value<String>>,
    pub(super) user_data: Option<Value<String>>,
    /// Where EKS does not choose it.
    pub(super) instance_type: Option<Value<String>>,
    /// Where EKS does not make it.
    pub(super) instance_profile: Option<Value<InstanceProfileName>>,
    /// Whether the security group of the cluster has to be named.
    pub(super) names_cluster_group: bool,
}

/// Makes the launch template: metadata for those with a token only, encrypted volumes.
#[track_caller]
pub(super) fn launch_template(
    nodes: &impl Scope,
    cluster: &Cluster,
    settings: &NodeSettings,
    extras: Extras,
) -> Resource<l1::LaunchTemplate> {
    let metadata = property::MetadataOptions::new()
        .http_tokens("required")
        .http_put_response_hop_limit(settings.metadata_hops);
    let name = nodes.path();
    let tagged = |kind: &str| {
        let tag = Tag::new(TagRequired { key: "Name".into(), value: (&name).into() });
        property::TagSpecification::new().resource_type(kind).tags([tag])
    };
    let mut data = property::LaunchTemplateData::new()
        .block_device_mappings(volumes(settings))
        .metadata_options(metadata)
        .tag_specifications([tagged("instance"), tagged("volume")]);
    if extras.names_cluster_group || !settings.security_groups.is_empty() {
        let mut groups = vec![cluster.security_group_id()];
        groups.extend(settings.security_groups.iter().map(|group| group.security_group_id()));
        data = data.security_group_ids(groups);
    }
    if settings.detailed_monitoring {
        data = data.monitoring(property::Monitoring::new().enabled(true));
    }
    if let Some(id) = extras.image_id {
        data = data.image_id(id);
    }
    if let Some(text) = extras.user_data {
        data = data.user_data(text);
    }
    if let Some(kind) = extras.instance_type {
        data = data.instance_type(kind);
    }
    if let Some(profile) = extras.instance_profile {
        data = data.iam_instance_profile(property::IamInstanceProfile::new().name(profile));
    }
    let required = l1::LaunchTemplateRequired { launch_template_data: data.into() };
    Resource::new(nodes, "LaunchTemplate", l1::LaunchTemplate::new(required))
}

/// The volumes: Bottlerocket has one for itself and one for everything else.
fn volumes(settings: &NodeSettings) -> Vec<property::BlockDeviceMapping> {
    let volume = |device: &str, size: Option<u32>| {
        let mut ebs = property::Ebs::new().delete_on_termination(true).encrypted(true).volume_type("gp3");
        if let Some(size) = size {
            ebs = ebs.volume_size(size);
        }
        if let Some(key) = &settings.disk_key {
            ebs = ebs.kms_key_id(key);
        }
        property::BlockDeviceMapping::new().device_name(device).ebs(ebs)
    };
    let size = Some(settings.disk_gib);
    if settings.image.is_bottlerocket() {
        vec![volume("/dev/xvda", None), volume("/dev/xvdb", size)]
    } else {
        vec![volume("/dev/xvda", size)]
    }
}
