//! Which subnets a change of the program would move to other addresses.

use std::collections::BTreeMap;

use stackwright_cfn::Template;
use stackwright_core::{Check, Diagnostic, Scope};

use super::cidr::Cidr;
use super::subnet::Subnet;
use super::vpc::Vpc;

/// A subnet that gets another address block, which means that it is replaced with everything in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Renumbering {
    /// What the subnet is called in both maps.
    pub subnet: String,
    /// The block it has.
    pub from: Cidr,
    /// The block it would get.
    pub to: Cidr,
    /// The subnet that holds addresses of the new block now, if one does. The deployment then fails: CloudFormation
    /// makes the new subnet before it deletes the old ones.
    pub held_by: Option<String>,
}

/// Compares the blocks of subnets before and after, each map by the name of the subnet: its logical id, or its path.
/// Subnets that come or go are not renumbered.
///
/// ```
/// use stackwright_constructs::{cidr, ec2::renumbering::renumbered};
///
/// let before = [("app1".to_owned(), cidr!("10.0.1.0/24")), ("app2".to_owned(), cidr!("10.0.2.0/24"))].into();
/// let after = [("app1".to_owned(), cidr!("10.0.2.0/24")), ("app2".to_owned(), cidr!("10.0.3.0/24"))].into();
/// let moves = renumbered(&before, &after);
/// assert_eq!(moves.len(), 2);
/// assert_eq!(moves[0].held_by.as_deref(), Some("app2"));
/// ```
#[must_use]
pub fn renumbered(before: &BTreeMap<String, Cidr>, after: &BTreeMap<String, Cidr>) -> Vec<Renumbering> {
    let moved = before.iter().filter_map(|(subnet, &from)| {
        let to = *after.get(subnet)?;
        let held_by = || before.iter().find(|(_, cidr)| cidr.overlaps(to)).map(|(holder, _)| holder.clone());
        (from != to).then(|| Renumbering { subnet: subnet.clone(), from, to, held_by: held_by() })
    });
    moved.collect()
}

/// The blocks of the subnets in a template, by logical id; those that are not literal are left out.
#[must_use]
pub fn subnets(template: &Template) -> BTreeMap<String, Cidr> {
    let subnets = template.resources.iter().filter(|(_, resource)| resource.type_name == "AWS::EC2::Subnet");
    let blocks = subnets.filter_map(|(id, subnet)| {
        let cidr = Cidr::new(subnet.properties.get("CidrBlock")?.as_str()?).ok()?;
        Some((id.to_string(), cidr))
    });
    blocks.collect()
}

/// Has a warning shown for every subnet of `vpc` that moves, compared with the output of an earlier run.
pub(super) fn warn(vpc: &Vpc) {
    let made = vpc.subnets().to_vec();
    vpc.validate(move |check: &mut Check<'_>| {
        let Some(previous) = check.previous_template() else { return };
        let path_of = |id: &String| {
            let is_meant = |subnet: &&Subnet| subnet.resource().is_some_and(|made| made.logical_id() == **id);
            made.iter().find(is_meant).map_or_else(|| id.clone(), |subnet| subnet.path())
        };
        let before = subnets(&previous).iter().map(|(id, cidr)| (path_of(id), *cidr)).collect();
        let after = made.iter().filter_map(|subnet| Some((subnet.path(), subnet.cidr()?))).collect();
        for Renumbering { subnet, from, to, held_by } in renumbered(&before, &after) {
            let fails = held_by.map_or_else(String::new, |holder| {
                format!(", and fails: {holder} has addresses of {to} until it is replaced itself, or deleted")
            });
            let finding = format!("the subnet moves from {from} to {to}, which replaces it{fails}");
            check.report(
                Diagnostic::warning("subnet-renumbered", finding)
                    .path(subnet)
                    .value(to.to_string())
                    .hint("add zones and groups last, or keep addresses with a ledger: VpcProps::ledger"),
            );
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cidr;

    fn subnets(list: &[(&str, Cidr)]) -> BTreeMap<String, Cidr> {
        list.iter().map(|(name, cidr)| ((*name).to_owned(), *cidr)).collect()
    }

    #[test]
    fn only_subnets_of_both_sides_are_renumbered() {
        let before = subnets(&[("a", cidr!("10.0.0.0/24")), ("gone", cidr!("10.0.1.0/24"))]);
        let after = subnets(&[("a", cidr!("10.0.0.0/24")), ("new", cidr!("10.0.1.0/24"))]);
        assert_eq!(renumbered(&before, &after), []);
    }

    #[test]
    fn a_subnet_that_grows_in_place_is_in_its_own_way() {
        let moves =
            renumbered(&subnets(&[("a", cidr!("10.0.0.0/24"))]), &subnets(&[("a", cidr!("10.0.0.0/23"))]));
        let [only] = &moves[..] else { panic!("{moves:?}") };
        assert_eq!((only.from, only.to), (cidr!("10.0.0.0/24"), cidr!("10.0.0.0/23")));
        assert_eq!(only.held_by.as_deref(), Some("a"));
    }

    #[test]
    fn free_addresses_are_held_by_nobody() {
        let moves =
            renumbered(&subnets(&[("a", cidr!("10.0.0.0/24"))]), &subnets(&[("a", cidr!("10.0.9.0/24"))]));
        assert_eq!(moves[0].held_by, None);
    }
}
