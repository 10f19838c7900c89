//! How far a subnet reaches, by its routes.

use crate::picture::Picture;
use crate::shape::{Arrow, ArrowKind, Shape, ShapeKind};

/// What a subnet's default route leads to, where the app makes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tier {
    /// An internet gateway: the internet reaches it, too.
    Public,
    /// Anything else: it reaches out by a NAT gateway, or another network.
    Private,
    /// Nothing: it stays within the VPC, and what is connected to it.
    Isolated,
}

impl Tier {
    pub(super) const ALL: [Tier; 3] = [Tier::Public, Tier::Private, Tier::Isolated];

    pub(super) fn class(self) -> &'static str {
        match self {
            Tier::Public => "public",
            Tier::Private => "private",
            Tier::Isolated => "isolated",
        }
    }

    pub(super) fn words(self) -> &'static str {
        match self {
            Tier::Public => "public subnet: its default route is an internet gateway",
            Tier::Private => "private subnet: its default route is something else",
            Tier::Isolated => "isolated subnet: no default route",
        }
    }
}

/// How far a subnet reaches; `None` where the app does not make it.
pub(super) fn tier(picture: &Picture, subnet: &Shape) -> Option<Tier> {
    let mut tier = is_ours(subnet).then_some(Tier::Isolated);
    for arrow in picture.arrows_from(&subnet.id, ArrowKind::Route).filter(|arrow| is_default(arrow)) {
        match picture.shape(&arrow.to) {
            Some(target) if target.kind == ShapeKind::Gateway && is_internet(target) => {
                return Some(Tier::Public);
            }
            _ => tier = Some(Tier::Private),
        }
    }
    tier
}

/// Where a subnet sends its traffic, in words: by the default route first.
pub(super) fn routes(picture: &Picture, subnet: &Shape) -> String {
    let mut arrows: Vec<&Arrow> = picture.arrows_from(&subnet.id, ArrowKind::Route).collect();
    arrows.sort_by_key(|arrow| !is_default(arrow));
    let (mut words, mut others): (Vec<String>, Vec<String>) = Default::default();
    for arrow in arrows {
        let Some(target) = picture.shape(&arrow.to) else { continue };
        let name = match target.kind {
            ShapeKind::Nat => {
                let within = target.within.as_deref().and_then(|id| picture.shape(id));
                let zone = within.and_then(|subnet| picture.shape(subnet.within.as_deref()?));
                zone.map_or(target.name.clone(), |zone| format!("{} in {}", target.name, zone.name))
            }
            ShapeKind::Endpoint => format!("endpoint {}", target.name),
            _ => target.name.clone(),
        };
        let (list, route) = match is_default(arrow) || target.kind == ShapeKind::Endpoint {
            true => (&mut words, name),
            false => (&mut others, format!("{} → {name}", arrow.label)),
        };
        if !list.contains(&route) {
            list.push(route);
        }
    }
    if !words.is_empty() {
        others.insert(0, format!("→ {}", words.join(", ")));
    }
    match others.is_empty() && is_ours(subnet) {
        true => "no way out".to_owned(),
        false => others.join(", "),
    }
}

fn is_ours(subnet: &Shape) -> bool {
    subnet.properties.iter().any(|property| property.name == "stack")
}

fn is_default(arrow: &Arrow) -> bool {
    matches!(&*arrow.label, "0.0.0.0/0" | "::/0")
}

/// A gateway that the app does not make is known by its id.
fn is_internet(gateway: &Shape) -> bool {
    gateway.name == "internet gateway" || gateway.name.starts_with("igw-")
}
