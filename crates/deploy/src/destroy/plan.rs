//! What is there to be taken down, what will stay, and what is in the way.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use stackwright_assembly::{Deployable, Kind};

use super::Leftover;
use super::network::{Moment, Network};
use super::remain;
use super::standing::Standing;
use crate::aws::AwsError;
use crate::chart::Known;
use crate::{Aws, Charts, Error, parallel};

/// What the person is asked about: all that is taken down, and what will be left.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Destruction {
    /// What is there and is taken down, in order.
    pub doomed: Vec<Doomed>,
    /// The names of what is not there.
    pub absent: Vec<String>,
    /// What will stay.
    pub remains: Vec<Leftover>,
    /// What is in a VPC that is deleted and keeps it from being deleted, in the order in which it can be removed.
    pub obstacles: Vec<Leftover>,
    /// What could not be looked at, and why.
    pub unknown: Vec<String>,
}

/// Something that is taken down.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Doomed {
    /// The name.
    pub name: String,
    /// Whether it is a stack or a chart.
    pub kind: Kind,
    /// The stack's status; absent for a chart.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// How many resources the stack has, or objects the chart; absent where it is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resources: Option<usize>,
    /// What it depends on, where that is why it is taken down; absent where it was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub because: Option<String>,
}

/// What AWS says of all that is to be taken down.
pub(super) struct Survey<'a> {
    chosen: &'a [(&'a Deployable, Option<&'a str>)],
    pub(super) standing: Vec<Standing<'a>>,
    /// What clusters know of a chart, by its name; why, where its cluster cannot be asked.
    charts: BTreeMap<&'a str, Result<Option<Known>, String>>,
    /// The ids of everything in the stacks that are up.
    known: BTreeSet<String>,
}

impl<'a> Survey<'a> {
    /// Asks AWS and the clusters what is there.
    pub(super) fn of(
        chosen: &'a [(&'a Deployable, Option<&'a str>)],
        aws: &Aws<'a>,
        charts: &Charts<'_>,
    ) -> Result<Self, Error> {
        let stacks: Vec<&'a Deployable> = chosen
            .iter()
            .map(|(deployable, _)| *deployable)
            .filter(|stack| stack.kind == Kind::Stack)
            .collect();
        let answers = parallel::each(&stacks, |stack| {
            let facts = stack.stack.as_ref();
            let aws = aws.in_region(facts.and_then(|facts| facts.environment.region.as_deref()));
            let up = aws.describe_stack(&stack.name)?.filter(|up| up.stack_status != "DELETE_COMPLETE");
            up.map(|up| Standing::read(stack, aws, up)).transpose()
        });
        let mut standing = Vec::new();
        for (stack, answer) in stacks.iter().zip(answers) {
            standing.extend(answer.map_err(Error::aws(format!("cannot read stack \"{}\"", stack.name)))?);
        }
        let ids = standing.iter().flat_map(|stack| &stack.resources);
        let known = ids.filter_map(|resource| resource.physical_resource_id.clone()).collect();
        let mut survey = Survey { chosen, standing, charts: BTreeMap::new(), known };
        survey.charts = survey.look(charts)?;
        Ok(survey)
    }

    /// The stack of this name; absent where it is not up.
    pub(super) fn stack(&self, name: &str) -> Option<&Standing<'a>> {
        self.standing.iter().find(|standing| standing.deployable.name == name)
    }

    /// Asks the clusters of charts, but those that are gone.
    fn look(&self, charts: &Charts<'_>) -> Result<BTreeMap<&'a str, Result<Option<Known>, String>>, Error> {
        let chosen = self.chosen.iter().map(|(deployable, _)| *deployable);
        let chosen: Vec<&'a Deployable> = chosen.filter(|chart| chart.kind == Kind::Chart).collect();
        let answers = parallel::each(&chosen, |chart| match self.has_lost_its_cluster(chart) {
            true => Ok(None),
            false => charts.look(chart),
        });
        let named = chosen.iter().zip(answers).map(|(chart, answer)| match answer {
            Err(error) if error.is_interrupted() => Err(error),
            // Whether it can be taken down will be seen when its turn comes.
            answer => Ok((&*chart.name, answer.map_err(|error| error.to_string()))),
        });
        named.collect()
    }

    /// Whether there may be something of a deployable.
    pub(super) fn has(&self, deployable: &Deployable) -> bool {
        match deployable.kind {
            Kind::Stack => self.stack(&deployable.name).is_some(),
            Kind::Chart => self.charts.get(&*deployable.name).is_some_and(|known| *known != Ok(None)),
        }
    }

    /// Whether the cluster that a chart is in is gone, or goes right now: the chart's objects go along.
    fn has_lost_its_cluster(&self, chart: &Deployable) -> bool {
        // What a chart needs may be up without being taken down, and is not looked at then.
        self.chosen_stacks(chart).any(|name| self.stack(name).is_none_or(Standing::has_lost_its_cluster))
    }

    /// Whether the cluster that a chart is in is taken down after the chart, with all that is left in it.
    fn loses_its_cluster(&self, chart: &Deployable) -> bool {
        self.chosen_stacks(chart).next().is_some()
    }

    /// The stacks of the cluster that a chart is in, those that are to be taken down.
    fn chosen_stacks<'b>(&'b self, chart: &'b Deployable) -> impl Iterator<Item = &'b str> {
        let is_of_cluster = |placeholder: &str| {
            chart.cluster.as_ref().is_some_and(|cluster| cluster.name.contains(placeholder))
        };
        let stacks = chart.bindings.iter().filter(move |binding| is_of_cluster(&binding.placeholder));
        let is_chosen = |name: &&str| self.chosen.iter().any(|(deployable, _)| deployable.name == *name);
        stacks.map(|binding| &*binding.stack).filter(is_chosen)
    }

    /// What a cluster knows of a chart; absent of a stack, and where it knows nothing or cannot be asked.
    fn known(&self, chart: &Deployable) -> Option<&Known> {
        self.charts.get(&*chart.name)?.as_ref().ok()?.as_ref()
    }

    /// Whether there is nothing to take down.
    pub(super) fn is_empty(&self) -> bool {
        self.chosen.iter().all(|(deployable, _)| !self.has(deployable))
    }

    /// Looks for what will stay and what is in the way. What cannot be looked at keeps nobody from going on.
    pub(super) fn destruction(&self) -> Result<Destruction, Error> {
        let unread = self.charts.iter().filter_map(|(name, known)| Some((name, known.as_ref().err()?)));
        let mut unknown: Vec<String> =
            unread.map(|(name, error)| format!("chart \"{name}\": {error}")).collect();
        let mut remains: Vec<Leftover> = self.standing.iter().flat_map(remain::retained).collect();
        let charts = self.chosen.iter().filter(|(chart, _)| !self.loses_its_cluster(chart));
        let known = charts.filter_map(|(chart, _)| Some((chart, self.known(chart)?)));
        remains.extend(known.flat_map(|(chart, known)| remain::of_chart(chart, known)));
        for standing in &self.standing {
            let name = &standing.deployable.name;
            let groups = looked(
                remain::log_groups(standing),
                format!("log groups of stack \"{name}\""),
                &mut unknown,
            )?;
            remains.extend(groups);
            for cluster in standing.of_type("AWS::EKS::Cluster") {
                let what = format!("load balancers and volumes of cluster \"{cluster}\"");
                remains.extend(looked(remain::of_cluster(&standing.aws, cluster), what, &mut unknown)?);
            }
        }
        let mut obstacles: Vec<Leftover> = Vec::new();
        for standing in &self.standing {
            let what = format!("networks of stack \"{}\"", standing.deployable.name);
            obstacles.extend(looked(self.obstacles(standing, Moment::Before), what, &mut unknown)?);
        }
        remains.retain(|leftover| obstacles.iter().all(|obstacle| obstacle.name != leftover.name));
        let doomed = self.chosen.iter().filter(|(deployable, _)| self.has(deployable));
        let doomed = doomed.map(|(deployable, because)| {
            let stack = self.stack(&deployable.name);
            let objects = self.known(deployable).map(|known| known.objects);
            Doomed {
                name: deployable.name.clone(),
                kind: deployable.kind,
                status: stack.map(|standing| standing.stack.stack_status.clone()),
                resources: stack.map(|standing| standing.resources.len()).or(objects),
                because: because.map(str::to_owned),
            }
        });
        let absent = self.chosen.iter().filter(|(deployable, _)| !self.has(deployable));
        Ok(Destruction {
            doomed: doomed.collect(),
            absent: absent.map(|(deployable, _)| deployable.name.clone()).collect(),
            remains,
            obstacles,
            unknown,
        })
    }

    /// What keeps the VPCs of a stack from being deleted.
    pub(super) fn obstacles(
        &self,
        standing: &Standing<'_>,
        moment: Moment,
    ) -> Result<Vec<Leftover>, AwsError> {
        let mut obstacles = Vec::new();
        let resources =
            standing.resources.iter().filter(|resource| resource.resource_type == "AWS::EC2::VPC");
        let deleted =
            resources.filter(|resource| !remain::is_retained(standing, &resource.logical_resource_id));
        for vpc in deleted.filter_map(|resource| resource.physical_resource_id.as_deref()) {
            let Standing { aws, stack, .. } = standing;
            let network = Network { aws, vpc, stack: &stack.stack_id, known: &self.known };
            obstacles.extend(network.obstacles(moment)?);
        }
        Ok(obstacles)
    }
}

/// What was found; what could not be looked at is put down.
fn looked(
    answer: Result<Vec<Leftover>, AwsError>,
    what: String,
    unknown: &mut Vec<String>,
) -> Result<Vec<Leftover>, Error> {
    answer.or_else(|error| {
        if error.is_interrupted() {
            return Err(Error::interrupted());
        }
        unknown.push(format!("{what}: {error}"));
        Ok(Vec::new())
    })
}
