//! What works, and is less safe than it could be. All of it are warnings, which can be acknowledged.

mod encryption;
mod exposure;
mod ingress;
mod permission;
mod secret;
mod shown;
#[cfg(test)]
mod tests;

use crate::{About, Document, Finding};

/// The rules of this family.
pub(crate) const ABOUT: &[&[About]] =
    &[ingress::ABOUT, permission::ABOUT, encryption::ABOUT, exposure::ABOUT, secret::ABOUT, shown::ABOUT];

pub(crate) fn check(document: &Document<'_>, found: &mut Vec<Finding>) {
    for (id, resource) in document.resources() {
        ingress::check(document, id, resource, found);
        permission::check(document, id, resource, found);
        encryption::check(document, id, resource, found);
        exposure::check(document, id, resource, found);
        secret::check(document, id, resource, found);
        shown::check(document, id, resource, found);
    }
    secret::check_parameters(document, found);
}
