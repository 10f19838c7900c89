//! Who the credentials are, and the regions that stacks go to.

use std::collections::BTreeSet;

use serde::Deserialize;
use stackwright_assembly::{Assembly, Environment};

use super::{Check, Health};
use crate::{Aws, Error, Identity, parallel};

/// A region that something goes to.
#[derive(Clone)]
pub(super) struct Region<'a> {
    /// The AWS CLI set to it.
    pub(super) aws: Aws<'a>,
    /// Its name.
    pub(super) name: String,
    /// How environments say it: by its name, or by nothing where it is the configured one.
    said: Vec<Option<String>>,
}

impl Region<'_> {
    /// Whether an environment means this region.
    pub(super) fn is_of(&self, environment: &Environment) -> bool {
        self.said.contains(&environment.region)
    }
}

/// Asks who the credentials are, and whether that is whom the stacks want; absent where there are none that will do.
pub(super) fn identity(
    aws: &Aws<'_>,
    assembly: &Assembly,
    checks: &mut Vec<Check>,
) -> Result<Option<Identity>, Error> {
    let identity = match aws.get_caller_identity() {
        Ok(identity) => identity,
        Err(error) => {
            checks.push(Check::refused(Health::Failed, "credentials", error)?);
            return Ok(None);
        }
    };
    checks.push(Check::ok("credentials", identity.arn.clone()));
    for deployable in &assembly.manifest.deployables {
        let wanted = deployable.stack.as_ref().and_then(|stack| stack.environment.account.as_ref());
        let Some(wanted) = wanted.filter(|wanted| **wanted != identity.account) else { continue };
        let message = format!("is for account {wanted}, the credentials are of account {}", identity.account);
        let check = Check::failed(format!("stack {:?}", deployable.name), message);
        checks.push(check.hint("choose credentials of that account with --profile"));
    }
    Ok(Some(identity))
}

/// The regions that can be reached of those that stacks and clusters are in; the configured one where there are none.
pub(super) fn regions<'a>(
    aws: &Aws<'a>,
    assembly: &Assembly,
    checks: &mut Vec<Check>,
) -> Result<Vec<Region<'a>>, Error> {
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Answer {
        availability_zones: Vec<Zone>,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Zone {
        region_name: String,
    }

    let environments = assembly.manifest.deployables.iter().flat_map(|deployable| {
        let stack = deployable.stack.as_ref().map(|stack| &stack.environment);
        stack.into_iter().chain(deployable.cluster.as_ref().map(|cluster| &cluster.environment))
    });
    let mut wanted: BTreeSet<Option<String>> =
        environments.map(|environment| environment.region.clone()).collect();
    if wanted.is_empty() {
        wanted.insert(None);
    }
    let wanted: Vec<Option<String>> = wanted.into_iter().collect();
    let answers = parallel::each(&wanted, |region| {
        let aws = aws.in_region(region.as_deref());
        let answer = aws.run::<Answer>(aws.call(&["ec2", "describe-availability-zones"]));
        (aws, answer)
    });

    let mut regions: Vec<Region<'a>> = Vec::new();
    for (wanted, (aws, answer)) in wanted.into_iter().zip(answers) {
        let subject =
            wanted.as_ref().map_or_else(|| "region".to_owned(), |region| format!("region {region}"));
        let zones = match answer {
            Ok(answer) => answer.availability_zones,
            Err(error) => {
                let check = Check::refused(Health::Failed, subject, error)?;
                checks.push(check);
                continue;
            }
        };
        let Some(name) = zones.first().map(|zone| zone.region_name.clone()) else {
            let check = Check::failed(subject, "it has no zones that this account may use");
            checks.push(check.hint("enable the region for the account, or choose another with --region"));
            continue;
        };
        match regions.iter_mut().find(|region| region.name == name) {
            Some(region) => region.said.push(wanted),
            None => {
                checks.push(Check::ok(format!("region {name}"), zones_of(zones.len())));
                regions.push(Region { aws, name, said: vec![wanted] });
            }
        }
    }
    Ok(regions)
}

fn zones_of(count: usize) -> String {
    match count {
        1 => "1 zone".to_owned(),
        count => format!("{count} zones"),
    }
}
