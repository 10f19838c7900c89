//! Pods whose addresses the VPC brings to their nodes.

use std::net::IpAddr;

use stackwright_cfn::{Value, has_token};
use stackwright_core::{Diagnostic, Manifest, Scope};
use stackwright_k8s::{Data, Map};

use super::assigned_room::AssignedAddresses;
use super::interface_function::OWNER;
use super::nodes::path_in_stack;
use super::workload::{pod_count, pod_of};
use super::{AddressRange, Attachment, Attachments, Interface, Ipam, MultusNodes, NodeNetwork};
use crate::ec2::ip_family::Family;
use crate::iam::{Arn, Grantable, Operator, PolicyStatement, ServiceAccountName, ServiceAccountRole};
use crate::line::Line;

const POD: &str = include_str!("../../../../templates/multus/assign-addresses.yaml");
const SCRIPT: &str = include_str!("../../../../templates/multus/assign-addresses.sh");

/// Has bash, curl and the AWS CLI, and is there for amd64 and arm64.
const IMAGE: &str = "public.ecr.aws/aws-cli/aws-cli:2.37.4@sha256:\
                     fdd8d1fcbea9c371678dee5a40df8b178c7a781b4586605756ee28114c97ead6";

/// What pods that name none have.
const DEFAULT_ACCOUNT: &str = "default";

/// Interfaces of a pod whose addresses are assigned to the interfaces of its node, made by
/// [`Attachments::assigned_to`].
#[derive(Clone, Debug)]
#[must_use]
pub struct AssignedAttachments {
    attachments: Attachments,
    nodes: MultusNodes,
    account: ServiceAccountName,
    image: String,
    line: Line,
}

impl Attachments {
    /// Has the pod's addresses assigned to the interfaces of its node, so that they are reached from everywhere in the
    /// VPC: those that [`Whereabouts`](super::Whereabouts), [`StaticAddresses`](super::StaticAddresses) or
    /// [`HostLocal`](super::HostLocal) give to ipvlan interfaces, of either family. Those of an
    /// [`EniPrefix`](super::EniPrefix) need none of this.
    ///
    /// The pod gets a container that starts before all others, assigns the addresses, waits until the VPC has them, and
    /// stays. It ends after all others, and takes the addresses back before the cluster hands them to another pod: an
    /// interface has room for few, and one that only assigned would leave it full of what pods of days ago had. So it is
    /// a sidecar, which Kubernetes has since 1.29, and not a mere init container. An address that a node still has which
    /// ended without a word is taken from there: EC2 itself moves those of IPv4, and for one of IPv6 the container looks
    /// which interface has it.
    ///
    /// The role may change addresses of the interfaces of these nodes, and of no others; where there is IPv6, it may also
    /// look at interfaces, of which IAM knows no resources. Pods get it by its service account, which they name unless they
    /// name one already. They run on nodes that have all networks.
    ///
    /// The scheduler does not know how many addresses an interface has room for. Where more pods are on a node, the
    /// containers of those that came last wait, and say so in their logs, until another one ends; spread pods by
    /// `topologySpreadConstraints`. What all pods need together is compared with what all nodes have when the app is
    /// synthesized, as far as replicas are known.
    ///
    /// What only an account can confirm: that EC2 wants no permission on the interface that an address of IPv4 is taken from,
    /// that it finds one of IPv6 as Multus writes it, and how long it takes until an address has moved.
    ///
    /// ```
    /// # use stackwright_cfn::json;
    /// # use stackwright_constructs::ec2::{SecurityGroup, SecurityGroupProps, SubnetSelection, Subnets, Vpc, VpcProps};
    /// # use stackwright_constructs::eks::{Cluster, ClusterProps, KubernetesVersion, SelfManagedNodesProps};
    /// # use stackwright_constructs::iam::{ServiceAccountIdentity, ServiceAccountName, ServiceAccountRole};
    /// # use stackwright_constructs::{cidr, instance_type, multus::*};
    /// # use stackwright_core::{App, Chart, Stack, SynthOptions};
    /// # let app = App::new();
    /// # let stack = Stack::new(&app, "gateways");
    /// # let tiers = [Subnets::public("edge", 26), Subnets::private("nodes", 22), Subnets::isolated("user", 24)];
    /// # let vpc = Vpc::new(&stack, "vpc", VpcProps::new(cidr!("10.10.0.0/16")).max_azs(2).subnets(tiers));
    /// # let cluster = Cluster::new(&stack, "cluster", ClusterProps::new(KubernetesVersion::V1_35, &vpc));
    /// # cluster.grant_admin("arn:aws:iam::111122223333:role/platform");
    /// # let members = SecurityGroup::new(&stack, "members", SecurityGroupProps::new(&vpc));
    /// # let user = NodeNetwork::new("user", vpc.select(SubnetSelection::group("user")), [&members]);
    /// # let nodes = SelfManagedNodesProps::new(2).instance_types([instance_type!("m7i.xlarge")]);
    /// # let nodes = MultusNodes::new(&stack, &cluster, "nodes", MultusNodesProps::new(nodes, [user]));
    /// # let chart = Chart::for_cluster(&app, "apps", &cluster);
    /// # StartupTaint::new(&chart, "startup-taint");
    /// # let addresses = Whereabouts::new(AddressRange::new(cidr!("10.10.8.0/24")).start([10, 10, 8, 128]));
    /// # let user = Network::new(CniConfig::new("user", Ipvlan::new("user"), addresses));
    /// # let user = NetworkAttachmentDefinition::new(&chart, "user", user);
    /// # let gateway = chart.add(json!({
    /// #     "apiVersion": "v1",
    /// #     "kind": "Pod",
    /// #     "metadata": { "name": "gateway" },
    /// #     "spec": { "containers": [{ "name": "gateway", "image": "busybox" }] },
    /// # }));
    /// let account = ServiceAccountName::new("default", "gateway");
    /// let identity = ServiceAccountIdentity::pod_identity(cluster.name());
    /// let role = ServiceAccountRole::new(&stack, "gateway", account, identity);
    /// Attachments::new([Attachment::new(&user)]).assigned_to(&nodes, &role).attach_to(&gateway);
    /// assert!(gateway.object().to_yaml().contains("serviceAccountName: gateway"));
    /// # if let Err(findings) = app.synth(&SynthOptions::new()) { panic!("{findings}") }
    /// ```
    ///
    /// Sources: [AssignPrivateIpAddresses](https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AssignPrivateIpAddresses.html),
    /// [AssignIpv6Addresses](https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AssignIpv6Addresses.html),
    /// [sidecars](https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/)
    #[track_caller]
    pub fn assigned_to(self, nodes: &MultusNodes, role: &ServiceAccountRole) -> AssignedAttachments {
        let interfaces = Arn::new("ec2", "network-interface/*").of::<String>(role);
        let may_change = |actions: [&str; 2]| {
            PolicyStatement::allow().actions(actions).resources([interfaces.clone()]).condition(
                Operator::STRING_EQUALS,
                format!("aws:ResourceTag/{OWNER}"),
                [owner(nodes, role)],
            )
        };
        role.allow(may_change(["ec2:AssignPrivateIpAddresses", "ec2:UnassignPrivateIpAddresses"]));
        let has_ipv6 =
            |attachment: &Attachment| attachment.network().config().ipam().is_some_and(Ipam::has_ipv6);
        if self.named().any(|(_, attachment)| has_ipv6(attachment)) {
            role.allow(may_change(["ec2:AssignIpv6Addresses", "ec2:UnassignIpv6Addresses"]));
            role.allow(PolicyStatement::allow().actions(["ec2:DescribeNetworkInterfaces"]).any_resource());
        }
        let (nodes, account) = (nodes.clone(), role.account().clone());
        AssignedAttachments {
            attachments: self,
            nodes,
            account,
            image: IMAGE.into(),
            line: Line::of_caller(),
        }
    }
}

/// What the interfaces of the nodes are tagged with, in the template of the role.
fn owner(nodes: &MultusNodes, role: &ServiceAccountRole) -> Value<String> {
    match (nodes.stack(), role.stack()) {
        // The name of the stack is that of the template which says so.
        (Some(own), Some(other)) if own.construct() != other.construct() => {
            format!("{}/{}", own.name(), path_in_stack(nodes.construct())).into()
        }
        _ => nodes.instances().owner.clone(),
    }
}

impl AssignedAttachments {
    /// The image of the container, for nodes that take theirs from a mirror: one with `bash`, `curl` and `aws`. Left out:
    /// that of the AWS CLI 2.37.4 in `public.ecr.aws`, by its digest.
    pub fn image(mut self, image: impl Into<String>) -> Self {
        self.image = image.into();
        self
    }

    /// Writes the annotation into a pod, or into the template that a workload makes pods of, and adds the container, what
    /// it reads and writes, the service account and the node selector.
    ///
    /// What is wrong is told when the app is synthesized.
    #[track_caller]
    pub fn attach_to(&self, manifest: &Manifest) {
        self.attachments.attach_to(manifest);
        self.check(manifest);
        let mut pods = 0;
        manifest.edit(|object| {
            pods = pod_count(object).with(self.nodes.instances().most);
            let spec = pod_of(object).and_then(|pod| pod.get_mut("spec")?.as_map_mut());
            if let Some(spec) = spec {
                self.complete(spec);
            }
        });
        for network in self.nodes.networks() {
            for family in [Family::V4, Family::V6] {
                let its = self.assigned().filter(|(_, _, name)| *name == Some(network.name()));
                let addresses = its.map(|(_, attachment, _)| addresses_of(attachment, family)).sum();
                if addresses > 0 {
                    manifest.tell(AssignedAddresses {
                        nodes: self.nodes.construct().clone(),
                        network: network.name().to_owned(),
                        family,
                        addresses,
                        pods,
                        line: self.line,
                    });
                }
            }
        }
    }

    /// What is assigned: what the interface is called, its attachment, and the interface of nodes beneath.
    fn assigned(&self) -> impl Iterator<Item = (String, &Attachment, Option<&str>)> {
        self.attachments.named().filter_map(|(name, attachment)| {
            let config = attachment.network().config();
            let is_the_pods = matches!(
                config.ipam(),
                Some(Ipam::Whereabouts(_) | Ipam::StaticAddresses(_) | Ipam::HostLocal(_))
            );
            let is_such = is_the_pods && config.interface().is_in_vpc();
            is_such.then(|| (name, attachment, config.interface().master()))
        })
    }

    fn complete(&self, spec: &mut Map) {
        let mut pod = stackwright_k8s::read(POD)
            .unwrap_or_else(|error| unreachable!("the text is our own: {error}"))
            .pop()
            .unwrap_or_default();
        pod.replace_texts(|text| match text {
            "<image>" => Some(self.image.clone()),
            "<script>" => Some(SCRIPT.to_owned()),
            _ => None,
        });
        let Some(own) = pod.fields_mut().get_mut("spec").and_then(Data::as_map_mut) else { return };
        if let Some(Data::List(containers)) = own.get_mut("initContainers")
            && let Some(Data::List(command)) =
                containers.first_mut().and_then(|one| one.as_map_mut()?.get_mut("command"))
        {
            command.extend(self.assigned().map(|(name, ..)| Data::from(name)));
        }
        for (field, comes_first) in [("initContainers", true), ("volumes", false)] {
            let Some(Data::List(added)) = own.remove(field) else { continue };
            let there = spec.get_or_insert_with(field, || Vec::new().into());
            if let Data::List(there) = there {
                let place = if comes_first { 0 } else { there.len() };
                there.splice(place..place, added);
            }
        }
        spec.get_or_insert_with("serviceAccountName", || self.account.name().into());
        let selector = spec.get_or_insert_with("nodeSelector", || Map::new().into());
        if let Some(selector) = selector.as_map_mut() {
            let beneath: Vec<&str> = self.assigned().filter_map(|(_, _, master)| master).collect();
            let networks = self.nodes.networks().iter().filter(|network| beneath.contains(&network.name()));
            for label in networks.map(NodeNetwork::label) {
                selector.get_or_insert_with(&label, || "true".into());
            }
        }
    }

    /// Tells what cannot be.
    fn check(&self, manifest: &Manifest) {
        let nodes = self.nodes.related("the nodes");
        let report = |line: Line, finding: Diagnostic| manifest.report(line.mark(finding));
        if self.assigned().next().is_none() {
            let finding = "none of the pod's networks has addresses that are to be assigned to nodes";
            let finding = Diagnostic::error("nothing-to-assign", finding)
                .allowed("Whereabouts, StaticAddresses and HostLocal, on ipvlan")
                .hint("leave out assigned_to(): the VPC brings addresses of an EniPrefix to nodes by itself");
            report(self.line, finding);
        }
        let known = self.nodes.networks().iter().map(NodeNetwork::name).collect::<Vec<_>>().join(", ");
        for (_, attachment, _) in self.assigned() {
            let (network, line) = (attachment.network(), attachment.line());
            let name = network.name();
            match network.config().interface() {
                Interface::Ipvlan(_) => {}
                other => {
                    let given = other.plugin();
                    let finding = format!(
                        "addresses of network `{name}` cannot be assigned: pods have MAC addresses of their own by {given}"
                    );
                    let finding = Diagnostic::error("assignment-without-ipvlan", finding);
                    report(line, finding.value(given).allowed("ipvlan"));
                    continue;
                }
            }
            let master = network.config().interface().master().unwrap_or_default();
            let beneath = self.nodes.networks().iter().find(|of_nodes| of_nodes.name() == master);
            let subnets = network.config().ipam().map(Ipam::subnets).unwrap_or_default();
            if let Some(subnet) = subnets.into_iter().find(|subnet| subnet.is_ipv6())
                && let Some(without) = beneath.and_then(NodeNetwork::subnet_without_ipv6)
            {
                let finding = format!(
                    "addresses of {subnet} in network `{name}` cannot be assigned: interfaces of the nodes are in a subnet \
                     without IPv6"
                );
                let finding = Diagnostic::error("assignment-without-ipv6", finding).value(subnet.to_string());
                let finding = finding.hint("let the VPC have both families: VpcProps::dual_stack()");
                report(line, finding.related(without.related("the subnet")));
            }
            if beneath.is_none() {
                let finding = format!(
                    "network `{name}` is on `{master}`, which is no network of the nodes that its addresses are assigned \
                     to: allowed are {known}"
                );
                let finding = Diagnostic::error("network-not-of-nodes", finding);
                report(line, finding.value(master).allowed(&known).related(nodes.clone()));
            }
        }
        for (_, attachment) in self.attachments.named().filter(|(_, one)| one.has_default_route()) {
            let name = attachment.network().name();
            let finding = format!(
                "the pod's default route goes by network `{name}`, and so do the calls that make it reachable there"
            );
            let finding = Diagnostic::error("default-route-before-assignment", finding)
                .hint("give the network routes to what is reached by it");
            report(attachment.line(), finding);
        }
        if !self.nodes.instances().shows_metadata_to_pods {
            let finding =
                "pods get no answers from the metadata of these nodes, by which they find their interfaces";
            let finding = Diagnostic::error("metadata-out-of-reach", finding).value("1").allowed("2 or more");
            report(self.line, finding.hint("let the nodes have metadata_hops(2)").related(nodes));
        }
        self.check_account(manifest);
    }

    /// Tells where the pod has another service account than that of the role.
    fn check_account(&self, manifest: &Manifest) {
        let mut object = manifest.object();
        let spec = pod_of(&mut object).and_then(|pod| pod.get("spec")?.as_map());
        let named = spec.and_then(|spec| spec.get("serviceAccountName")?.as_str()).map(str::to_owned);
        let (pod, account, line) = (manifest.clone(), self.account.clone(), self.line);
        manifest.validate(move |check| {
            let name = named.as_deref().unwrap_or(account.name());
            let given = [pod.namespace(), name.to_owned()];
            let allowed = [account.namespace(), account.name()];
            if given == allowed || given.iter().any(|part| has_token(part)) {
                return;
            }
            let (given, allowed) = (given.join("/"), allowed.join("/"));
            let message = format!(
                "the pod has the service account `{given}`, and `{allowed}` the role that assigns addresses"
            );
            let finding = Diagnostic::error("account-without-role", message).value(given).allowed(allowed);
            check.report(line.mark(finding));
        });
        let account = &self.account;
        if account.name() == DEFAULT_ACCOUNT {
            let finding = format!(
                "all pods of namespace `{}` that name no service account may change addresses of nodes",
                account.namespace()
            );
            let finding = Diagnostic::warning("role-of-default-account", finding).value(DEFAULT_ACCOUNT);
            manifest.report(self.line.mark(finding.hint("give the pods a service account of their own")));
        }
    }
}

/// How many addresses of a family the pod has by an attachment.
fn addresses_of(attachment: &Attachment, family: Family) -> u64 {
    let is_such = |address: IpAddr| Family::of(address) == family;
    let is_of = |range: &AddressRange| is_such(range.subnet().first());
    let count = match attachment.network().config().ipam() {
        Some(Ipam::Whereabouts(addresses)) => addresses.ranges().iter().filter(|range| is_of(range)).count(),
        Some(Ipam::HostLocal(addresses)) => {
            addresses.sets().filter(|set| set.first().is_some_and(is_of)).count()
        }
        Some(Ipam::StaticAddresses(addresses)) => {
            let asked = attachment.asked_ips().iter().copied();
            addresses.fixed().chain(asked).filter(|address| is_such(*address)).count()
        }
        _ => 0,
    };
    count as u64
}

#[cfg(test)]
mod tests {
    use super::SCRIPT;

    /// Kubernetes would put variables in place of `$(NAME)`, and one dollar sign in place of two.
    ///
    /// Source: <https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#entrypoint>
    #[test]
    fn the_script_reaches_the_shell_as_it_is() {
        assert!(!SCRIPT.contains("$$") && !SCRIPT.contains("$(HOME)"));
    }
}
