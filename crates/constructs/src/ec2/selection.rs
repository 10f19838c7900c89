//! Choosing among the subnets of a VPC.

use stackwright_core::Diagnostic;

use super::subnet::Subnet;
use super::subnet_group::SubnetKind;
use super::vpc::Vpc;

/// Which subnets of a VPC are meant.
///
/// ```
/// use stackwright_constructs::ec2::SubnetSelection;
///
/// let endpoints = SubnetSelection::private().one_per_az();
/// let database = SubnetSelection::group("db").in_zones(["eu-west-1a", "eu-west-1b"]);
/// ```
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct SubnetSelection {
    what: What,
    zones: Option<Vec<String>>,
    one_per_az: bool,
}

#[derive(Clone, Debug, Default)]
enum What {
    #[default]
    LeastExposed,
    Kind(SubnetKind),
    Group(String),
    These(Vec<Subnet>),
}

impl SubnetSelection {
    /// The private subnets of the VPC; if it has none, the isolated ones; if it has none of those, the public ones.
    pub fn new() -> Self {
        Self::default()
    }

    /// All public subnets.
    pub fn public() -> Self {
        Self::of(What::Kind(SubnetKind::Public))
    }

    /// All private subnets.
    pub fn private() -> Self {
        Self::of(What::Kind(SubnetKind::Private))
    }

    /// All isolated subnets.
    pub fn isolated() -> Self {
        Self::of(What::Kind(SubnetKind::Isolated))
    }

    /// The subnets of this group.
    pub fn group(name: impl Into<String>) -> Self {
        Self::of(What::Group(name.into()))
    }

    /// Exactly these subnets.
    pub fn these(subnets: impl IntoIterator<Item = Subnet>) -> Self {
        Self::of(What::These(subnets.into_iter().collect()))
    }

    fn of(what: What) -> Self {
        Self { what, ..Self::default() }
    }

    /// Only those in these zones, by name. Left out: in all zones.
    pub fn in_zones<Name: Into<String>>(mut self, names: impl IntoIterator<Item = Name>) -> Self {
        self.zones = Some(names.into_iter().map(Into::into).collect());
        self
    }

    /// Only the first one of each zone. Left out: all of them.
    pub fn one_per_az(mut self) -> Self {
        self.one_per_az = true;
        self
    }

    /// The subnets of `vpc` that are meant.
    pub(super) fn within(self, vpc: &Vpc) -> Result<Vec<Subnet>, Box<Diagnostic>> {
        let mut subnets = match self.named(vpc) {
            Err(_) if !vpc.0.is_whole => return Ok(Vec::new()),
            named => named?,
        };
        if let Some(zones) = &self.zones {
            let known = known(&subnets, Subnet::zone_name);
            let is_missing =
                |zone: &&String| subnets.iter().all(|subnet| subnet.zone_name() != Some(zone.as_str()));
            if known.is_empty() {
                let finding = "subnets are chosen by zone, but no zone of the VPC is known by name";
                return Err(Box::new(
                    Diagnostic::error("zone-names-not-known", finding)
                        .value(zones.join(", "))
                        .hint("name the zones when the VPC is made"),
                ));
            }
            if let Some(missing) = zones.iter().find(is_missing) {
                let finding = format!("there are no such subnets in zone {missing:?}: allowed are {known}");
                return Err(Box::new(
                    Diagnostic::error("no-such-zone", finding).value(missing).allowed(known),
                ));
            }
            subnets.retain(|subnet| zones.iter().any(|zone| subnet.zone_name() == Some(zone)));
        }
        if self.one_per_az {
            let mut seen = Vec::new();
            subnets.retain(|subnet| {
                let first = !seen.contains(&subnet.zone());
                seen.push(subnet.zone());
                first
            });
        }
        Ok(subnets)
    }

    fn named(&self, vpc: &Vpc) -> Result<Vec<Subnet>, Box<Diagnostic>> {
        let all = vpc.subnets();
        let of_kind =
            |kind| all.iter().filter(move |subnet| subnet.kind() == kind).cloned().collect::<Vec<_>>();
        let (found, finding) = match &self.what {
            What::These(subnets) => return Ok(subnets.clone()),
            What::LeastExposed => {
                let kinds = [SubnetKind::Private, SubnetKind::Isolated, SubnetKind::Public];
                let found = kinds.into_iter().map(of_kind).find(|subnets| !subnets.is_empty());
                (found.unwrap_or_default(), "the VPC has no subnets to choose from".to_owned())
            }
            What::Kind(kind) => (of_kind(*kind), format!("the VPC has no {} subnets", kind.word())),
            What::Group(name) => (
                all.iter().filter(|subnet| subnet.group() == name).cloned().collect(),
                format!("the VPC has no subnets in a group named `{name}`"),
            ),
        };
        if found.is_empty() {
            let known = known(all, |subnet| Some(subnet.group()));
            return Err(Box::new(if known.is_empty() {
                Diagnostic::error("no-such-subnets", format!("{finding}: it has none at all"))
            } else {
                Diagnostic::error("no-such-subnets", format!("{finding}: its groups are {known}"))
                    .allowed(known)
            }));
        }
        Ok(found)
    }
}

/// The different names that subnets have, in order.
fn known<'a>(subnets: &'a [Subnet], name: impl Fn(&'a Subnet) -> Option<&'a str>) -> String {
    let mut names: Vec<&str> = Vec::new();
    for name in subnets.iter().filter_map(name) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names.join(", ")
}
