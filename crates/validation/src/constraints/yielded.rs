//! What references yield: the id, the name or the ARN of something, which may not be what a property takes.

use stackwright_cfn::Node;

use super::literal::form_of;
use super::told;
use crate::schema::{Schema, Term};
use crate::{Document, Finding, Used, Way, form};

/// A reference that certainly yields something else than one of the forms that are wanted.
pub(super) fn mismatch(
    document: &Document<'_>,
    node: &Node,
    terms: &[Term],
    way: &Way<'_>,
) -> Option<Finding> {
    let Used { id, attribute } = document.follow(node)?;
    terms.iter().filter_map(wanted).find_map(|wanted| {
        let (given, hint) = match document.resource(id) {
            Some(resource) => of_resource(&resource.type_name, id, attribute, &wanted)?,
            None => (of_parameter(document, id, &wanted)?, None),
        };
        Some(told::reference(way, &given, &wanted, hint))
    })
}

/// The forms of which a term asks for one; `None` where it asks for something else.
fn wanted(term: &Term) -> Option<Vec<&str>> {
    match term {
        Term::Any(alternatives) | Term::One(alternatives) => {
            alternatives.iter().map(|terms| terms.iter().find_map(form_of)).collect()
        }
        term => form_of(term).map(|form| vec![form]),
    }
}

/// What is given instead, and how what is wanted is to be had.
fn of_resource(
    type_name: &str,
    id: &str,
    attribute: Option<&str>,
    wanted: &[&str],
) -> Option<(String, Option<String>)> {
    let schema = Schema::of(type_name)?;
    let name = attribute.or(schema.reference())?;
    let is_wrong = match schema.forms(name) {
        [] => wanted.iter().all(|wanted| is_certainly_not(type_name, name, attribute.is_none(), wanted)),
        forms => !wanted.iter().any(|wanted| forms.iter().any(|form| fits(form, wanted))),
    };
    if !is_wrong {
        return None;
    }
    let better = wanted.iter().find_map(|wanted| schema.yields(wanted));
    let hint = better.map(|better| match schema.reference() {
        Some(reference) if reference == better => format!("Ref of {id} yields it"),
        _ => format!("Fn::GetAtt of {id}.{better} yields it"),
    });
    Some((format!("the {name} of {type_name} {id:?}"), hint))
}

/// Whether a text of one form is taken where another is wanted.
fn fits(form: &str, wanted: &str) -> bool {
    // Who takes the id of a key takes its alias.
    form == wanted || (form, wanted) == ("AWS::KMS::Alias.AliasName", "AWS::KMS::Key.Id")
}

/// Whether what has no known form is not the one that is wanted.
fn is_certainly_not(type_name: &str, name: &str, is_ref: bool, wanted: &str) -> bool {
    let Some((owner, kind)) = wanted.rsplit_once('.') else { return false };
    let is_of_ec2 = |name: &str| name.starts_with("AWS::EC2::");
    // Of the type itself all forms are known, `Arn` is a resource's own, and ids of EC2 differ by their first letters.
    owner == type_name
        || (kind == "Arn" && name == "Arn")
        || (is_ref && kind == "Id" && is_of_ec2(owner) && is_of_ec2(type_name))
}

fn of_parameter(document: &Document<'_>, id: &str, wanted: &[&str]) -> Option<String> {
    let type_name = document.parameter(id)?.as_map()?.get("Type")?.as_str()?;
    let form = form::of_parameter(type_name)?;
    let is_known = wanted.iter().all(|wanted| wanted.starts_with("AWS::"));
    (is_known && !wanted.iter().any(|wanted| fits(&form, wanted)))
        .then(|| format!("parameter {id:?} of type {type_name}"))
}
