//! What a person asks of a destruction.

use stackwright_assembly::{Assembly, Deployable};

use crate::{ChartOptions, Error};

/// What is taken down, and how.
#[derive(Clone, Debug)]
pub struct DestroyOptions {
    /// The names of deployables; none: all of them.
    pub names: Vec<String>,
    /// Leaves out what depends on them.
    pub exclusively: bool,
    /// How many are worked on at once.
    pub concurrency: usize,
    /// The role that CloudFormation acts as; absent: the one that the stack has, else the caller's own permissions.
    pub role_arn: Option<String>,
    /// How charts are reached.
    pub charts: ChartOptions,
}

impl Default for DestroyOptions {
    /// All of it, four at once.
    fn default() -> Self {
        DestroyOptions {
            names: Vec::new(),
            exclusively: false,
            concurrency: 4,
            role_arn: None,
            charts: ChartOptions::default(),
        }
    }
}

impl DestroyOptions {
    /// The deployables that are meant, last deployed first, each with the one that it depends on where that is why it is
    /// among them.
    pub(super) fn select<'a>(
        &self,
        assembly: &'a Assembly,
    ) -> Result<Vec<(&'a Deployable, Option<&'a str>)>, Error> {
        let all = &assembly.manifest.deployables;
        if let Some(unknown) = self.names.iter().find(|name| assembly.deployable(name).is_none()) {
            let known: Vec<&str> = all.iter().map(|deployable| &*deployable.name).collect();
            return Err(Error::new(format!("there is no \"{unknown}\": the app has {}", known.join(", "))));
        }
        // What depends on others comes after them, so one way forward finds all of it.
        let mut chosen: Vec<(&Deployable, Option<&str>)> = Vec::new();
        for deployable in all {
            let is_chosen = |name: &&String| chosen.iter().any(|(other, _)| other.name == **name);
            let because = deployable.dependencies.iter().find(is_chosen);
            if self.names.is_empty() || self.names.contains(&deployable.name) {
                chosen.push((deployable, None));
            } else if let Some(because) = because.filter(|_| !self.exclusively) {
                chosen.push((deployable, Some(because)));
            }
        }
        chosen.reverse();
        Ok(chosen)
    }
}

#[cfg(test)]
mod tests {
    use stackwright_assembly::{Assembly, Deployable, Diagnostics, FORMAT_VERSION, Kind, Manifest};

    use super::DestroyOptions;

    fn app() -> Assembly {
        let deployable = |name: &str, dependencies: &[&str]| Deployable {
            dependencies: dependencies.iter().map(|name| (*name).to_owned()).collect(),
            ..Deployable::new(name, Kind::Stack, "")
        };
        let deployables = vec![
            deployable("net", &[]),
            deployable("eks", &["net"]),
            deployable("logs", &[]),
            deployable("pods", &["eks"]),
        ];
        let manifest = Manifest { version: FORMAT_VERSION, deployables };
        Assembly { manifest, files: Vec::new(), warnings: Diagnostics::default() }
    }

    fn select(names: &[&str]) -> Result<Vec<String>, String> {
        let app = app();
        let exclusively = names.contains(&"-e");
        let names = names.iter().filter(|name| **name != "-e").map(|name| (*name).to_owned()).collect();
        let options = DestroyOptions { names, exclusively, ..DestroyOptions::default() };
        let chosen = options.select(&app).map_err(|error| error.to_string())?;
        let shown = chosen.iter().map(|(deployable, because)| match because {
            Some(because) => format!("{} for {because}", deployable.name),
            None => deployable.name.clone(),
        });
        Ok(shown.collect())
    }

    #[test]
    fn what_depends_on_the_named_goes_before_it() {
        assert_eq!(select(&[]).unwrap(), ["pods", "logs", "eks", "net"]);
        assert_eq!(select(&["net"]).unwrap(), ["pods for eks", "eks for net", "net"]);
        assert_eq!(select(&["eks", "pods"]).unwrap(), ["pods", "eks"]);
        assert_eq!(select(&["logs"]).unwrap(), ["logs"]);
        assert_eq!(select(&["-e", "net"]).unwrap(), ["net"]);
        assert_eq!(select(&["web"]), Err("there is no \"web\": the app has net, eks, logs, pods".into()));
    }
}
