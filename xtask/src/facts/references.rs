//! Which fields are ids, and what refers to them.

use stackwright_codegen::model::{Resource, Service, Target};
use std::collections::{BTreeMap, BTreeSet};

/// Makes every list of references say each thing once, and fails on one that leads nowhere.
pub(super) fn settle(services: &mut [Service]) -> Result<(), String> {
    let fields = fields(services);
    let mut lost = Vec::new();
    for (owner, targets) in all_targets(services) {
        targets.sort();
        targets.dedup();
        for target in targets {
            if !fields.contains(target) {
                lost.push(format!("{owner} refers to {target}, which does not exist"));
            }
        }
    }
    if lost.is_empty() { Ok(()) } else { Err(format!("repairs are needed:\n  {}", lost.join("\n  "))) }
}

/// The fields that something refers to and that tell one resource from others: what its `Ref` yields, the parts of its
/// identifier, its ARN, its id. A CIDR block, an IP address or a domain name that something happens to refer to is text.
pub(super) fn identities(services: &[Service]) -> BTreeSet<Target> {
    let resources: BTreeMap<String, &Resource> = services
        .iter()
        .flat_map(|service| {
            service
                .resources
                .iter()
                .map(|resource| (format!("{}::{}", service.namespace, resource.name), resource))
        })
        .collect();
    let mut services = services.to_vec();
    let mut identities = BTreeSet::new();
    for (_, targets) in all_targets(&mut services) {
        for target in targets.iter() {
            let identifies = resources.get(&target.type_name).is_some_and(|resource| {
                resource.reference.as_ref() == Some(&target.field)
                    || resource.identifier.contains(&target.field)
                    || ["Arn", "ARN", "Id"].iter().any(|end| target.field.ends_with(end))
            });
            if identifies {
                identities.insert(target.clone());
            }
        }
    }
    identities
}

fn fields(services: &[Service]) -> BTreeSet<Target> {
    let mut fields = BTreeSet::new();
    for service in services {
        for resource in &service.resources {
            let type_name = format!("{}::{}", service.namespace, resource.name);
            let properties = resource.properties.iter().map(|property| &property.name);
            let attributes = resource.attributes.iter().map(|attribute| &attribute.name);
            fields.extend(properties.chain(attributes).map(|field| Target::new(&type_name, field)));
        }
    }
    fields
}

/// Each list of references, with the name of what has it.
pub(super) fn all_targets(services: &mut [Service]) -> Vec<(String, &mut Vec<Target>)> {
    let mut all = Vec::new();
    for service in services {
        for resource in &mut service.resources {
            let owner = format!("{}::{}", service.namespace, resource.name);
            for attribute in &mut resource.attributes {
                all.push((format!("{owner}.{}", attribute.name), &mut attribute.targets));
            }
            for property in &mut resource.properties {
                all.push((format!("{owner}.{}", property.name), &mut property.targets));
            }
            for ty in &mut resource.types {
                for property in &mut ty.properties {
                    all.push((format!("{owner}.{}.{}", ty.name, property.name), &mut property.targets));
                }
            }
        }
    }
    all
}
