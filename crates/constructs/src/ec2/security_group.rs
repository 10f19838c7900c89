//! Security groups: who may talk to whom.

use std::cell::RefCell;
use std::panic::Location;
use std::rc::Rc;

use stackwright_aws::ec2 as l1;
use stackwright_aws::ids::ec2::SecurityGroupId;
use stackwright_cfn::Value;
use stackwright_core::{Construct, Diagnostic, Resource, Scope};

use super::import::id_problem;
use super::peer::{Kind, Peer};
use super::port::Port;
use super::rule::{Direction, Rule};
use super::vpc::Vpc;

/// The settings of a [`SecurityGroup`].
#[derive(Clone, Debug)]
#[must_use]
pub struct SecurityGroupProps {
    vpc: Vpc,
    description: Option<String>,
    name: Option<String>,
    egress: Egress,
}

/// What the members of a group may reach.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Egress {
    Everything,
    Listed,
}

impl SecurityGroupProps {
    /// A group of this VPC whose members may reach everything.
    pub fn new(vpc: &Vpc) -> Self {
        Self { vpc: vpc.clone(), description: None, name: None, egress: Egress::Everything }
    }

    /// What the group is for. Left out: its construct path. A change replaces the group.
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.description = Some(description.into());
        self
    }

    /// The name of the group. Left out: CloudFormation makes one up, so that the group can be replaced.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Lets the members of the group reach only what egress rules allow. Left out: they may reach everything.
    pub fn restrict_egress(mut self) -> Self {
        self.egress = Egress::Listed;
        self
    }
}

/// A security group: a set of network interfaces, and rules about the traffic they may have.
///
/// ```
/// use stackwright_constructs::cidr;
/// use stackwright_constructs::ec2::{Peer, Port, SecurityGroup, SecurityGroupProps, Vpc, VpcProps};
/// use stackwright_core::{App, Stack};
///
/// let stack = Stack::new(&App::new(), "network");
/// let vpc = Vpc::new(&stack, "vpc", VpcProps::new(cidr!("10.10.0.0/16")));
/// let web = SecurityGroup::new(&stack, "web", SecurityGroupProps::new(&vpc).description("Web servers"));
/// web.allow_ingress(Peer::anyone_ipv4(), Port::tcp(443), "https");
/// let db = SecurityGroup::new(&stack, "db", SecurityGroupProps::new(&vpc).restrict_egress());
/// db.allow_ingress(&web, Port::tcp(5432), "queries of the web servers");
/// ```
#[derive(Clone, Debug)]
pub struct SecurityGroup(Rc<Inner>);

#[derive(Debug)]
struct Inner {
    construct: Construct,
    id: Value<SecurityGroupId>,
    /// `None` where the group is imported: its rules are then resources of their own.
    resource: Option<Resource<l1::SecurityGroup>>,
    egress: Egress,
    rules: RefCell<Vec<Rule>>,
}

impl SecurityGroup {
    /// A security group without ingress rules.
    #[track_caller]
    pub fn new(scope: &impl Scope, id: &str, props: SecurityGroupProps) -> Self {
        let construct = Construct::new(scope, id);
        construct.tag(("Name", construct.path()));
        let description = props.description.unwrap_or_else(|| construct.path());
        let problems = text_problem("description", &description);
        let problems =
            problems.into_iter().chain(props.name.as_ref().and_then(|name| text_problem("name", name)));
        problems.for_each(|problem| construct.report(problem));
        let group =
            l1::SecurityGroup::new(l1::SecurityGroupRequired { group_description: description.into() })
                .vpc_id(props.vpc.vpc_id());
        let group = match props.name {
            Some(name) => group.group_name(name),
            None => group,
        };
        let resource = Resource::new(&construct, "Resource", group);
        let group = Self(Rc::new(Inner {
            construct,
            id: resource.attr_group_id(),
            resource: Some(resource),
            egress: props.egress,
            rules: RefCell::default(),
        }));
        if props.egress == Egress::Everything {
            let description = "everything is allowed out";
            group.allow(Direction::Egress, Peer::anyone_ipv4(), Port::all_traffic(), description);
            if props.vpc.is_dual_stack() {
                group.allow(Direction::Egress, Peer::anyone_ipv6(), Port::all_traffic(), description);
            }
        } else {
            group.write_inline();
        }
        group
    }

    /// A security group that is there already. Rules that are added to it are resources of this stack.
    #[track_caller]
    pub fn from_id(scope: &impl Scope, id: &str, group: impl Into<Value<SecurityGroupId>>) -> Self {
        let construct = Construct::new(scope, id);
        let group = group.into();
        if let Some(problem) = id_problem(&group, "sg-") {
            construct.report(problem);
        }
        Self(Rc::new(Inner {
            construct,
            id: group,
            resource: None,
            egress: Egress::Listed,
            rules: RefCell::default(),
        }))
    }

    /// The id of the group.
    pub fn security_group_id(&self) -> Value<SecurityGroupId> {
        self.0.id.clone()
    }

    /// The resource itself, for what this construct has no word for; `None` where it is imported.
    pub fn resource(&self) -> Option<&Resource<l1::SecurityGroup>> {
        self.0.resource.as_ref()
    }

    /// Lets `peer` reach the members of the group. The description says why; it may be empty.
    ///
    /// That everyone may reach them must be said with [`Peer::anyone_ipv4`] or [`Peer::anyone_ipv6`].
    #[track_caller]
    pub fn allow_ingress(&self, peer: impl Into<Peer>, port: Port, description: &str) {
        let peer = peer.into();
        if peer.is_everyone_unsaid() {
            let finding = format!("an ingress rule for {peer} lets everyone in without saying so");
            self.report(
                Diagnostic::error("open-to-everyone", finding)
                    .hint("name a smaller block, or say Peer::anyone_ipv4() or Peer::anyone_ipv6()")
                    .source(Location::caller()),
            );
        }
        self.allow(Direction::Ingress, peer, port, description);
    }

    /// Lets the members of the group reach `peer`. The description says why; it may be empty.
    #[track_caller]
    pub fn allow_egress(&self, peer: impl Into<Peer>, port: Port, description: &str) {
        if self.0.egress == Egress::Everything {
            let finding = "an egress rule is added to a group whose members may reach everything";
            self.report(
                Diagnostic::warning("egress-rule-without-effect", finding)
                    .hint("make the group with restrict_egress(), or leave the rule out")
                    .source(Location::caller()),
            );
            return;
        }
        self.allow(Direction::Egress, peer.into(), port, description);
    }

    /// Lets the members of the group reach one another.
    #[track_caller]
    pub fn allow_members(&self, port: Port, description: &str) {
        self.allow(Direction::Ingress, self.as_peer(), port.clone(), description);
        if self.0.egress == Egress::Listed {
            self.allow(Direction::Egress, self.as_peer(), port, description);
        }
    }

    pub(super) fn as_peer(&self) -> Peer {
        Peer(Kind::Group { id: self.security_group_id(), path: Some(self.path()) })
    }

    #[track_caller]
    fn allow(&self, direction: Direction, peer: Peer, port: Port, description: &str) {
        if let Some(ports) = port.reversed() {
            let finding =
                format!("the ports {port} of a rule run backwards: allowed are ports from low to high");
            let finding = Diagnostic::error("ports-reversed", finding).value(ports);
            self.report(finding.source(Location::caller()));
        }
        if let Kind::Ipv6 { block, .. } = &peer.0
            && peer.is_bad_ipv6()
        {
            let finding = format!("{block:?} is not an IPv6 block: allowed are blocks such as 2001:db8::/32");
            self.report(
                Diagnostic::error("invalid-ipv6-block", finding).value(block).source(Location::caller()),
            );
            return;
        }
        let location = Location::caller();
        let problems =
            text_problem("description of a rule", description).into_iter().chain(peer.id_problem());
        problems.for_each(|problem| self.report(problem.source(location)));
        self.push(Rule { direction, peer, port, description: description.to_owned() });
    }

    /// Adds a rule, unless it is there already.
    #[track_caller]
    fn push(&self, rule: Rule) {
        if self.0.rules.borrow().iter().any(|other| other.is_same(&rule)) {
            return;
        }
        let is_inline = self.is_inline(&rule);
        if !is_inline {
            let is_alike = |other: &&Rule| !self.is_inline(other) && other.is_called_as(&rule);
            let nth = self.0.rules.borrow().iter().filter(is_alike).count() + 1;
            rule.add_to(self, nth, &self.0.id);
        }
        self.0.rules.borrow_mut().push(rule);
        if is_inline {
            self.write_inline();
        }
    }

    /// Whether a rule can stand among the properties of the group. One that names a group cannot: two groups that name
    /// each other could not be made one after the other, and no group can name itself.
    fn is_inline(&self, rule: &Rule) -> bool {
        self.0.resource.is_some() && !rule.points_at_group()
    }

    /// Brings the rules among the properties of the group up to date.
    fn write_inline(&self) {
        let Some(resource) = &self.0.resource else { return };
        let rules = self.0.rules.borrow();
        let inline =
            |direction| rules.iter().filter(move |rule| rule.direction == direction && self.is_inline(rule));
        let ingress: Vec<l1::security_group::Ingress> =
            inline(Direction::Ingress).map(Rule::to_property).collect();
        let mut egress: Vec<l1::security_group::Egress> =
            inline(Direction::Egress).map(Rule::to_property).collect();
        if egress.is_empty() {
            egress.push(Rule::nowhere().to_property());
        }
        resource.edit(|group| {
            let group = group.security_group_egress(egress);
            if ingress.is_empty() { group } else { group.security_group_ingress(ingress) }
        });
    }
}

/// What is wrong with a text that EC2 does not take.
///
/// Source: [CreateSecurityGroup](https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html)
fn text_problem(what: &str, text: &str) -> Option<Diagnostic> {
    let allowed =
        |character: char| character.is_ascii_alphanumeric() || " ._-:/()#,@[]+=&;{}!$*".contains(character);
    if text.len() <= 255 && text.chars().all(allowed) {
        return None;
    }
    let finding = format!(
        "the {what} of a security group cannot be {text:?}: allowed are up to 255 letters, digits, spaces and \
         ._-:/()#,@[]+=&;{{}}!$*"
    );
    Some(Diagnostic::error("security-group-text", finding).value(text))
}

impl Scope for SecurityGroup {
    fn construct(&self) -> &Construct {
        &self.0.construct
    }
}
