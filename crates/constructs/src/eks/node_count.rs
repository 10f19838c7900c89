//! How many nodes a group has.

use std::ops::RangeInclusive;

use stackwright_core::{Construct, Diagnostic, Scope};

use crate::line::Line;

/// How many nodes a group has: from the fewest to the most, or always as many.
///
/// ```
/// use stackwright_constructs::eks::NodeGroupProps;
///
/// let elastic = NodeGroupProps::new(2..=6).desired(3);
/// let fixed = NodeGroupProps::new(2);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NodeCount {
    pub(crate) min: u32,
    pub(crate) max: u32,
}

impl From<RangeInclusive<u32>> for NodeCount {
    fn from(range: RangeInclusive<u32>) -> Self {
        Self { min: *range.start(), max: *range.end() }
    }
}

impl From<u32> for NodeCount {
    fn from(count: u32) -> Self {
        Self { min: count, max: count }
    }
}

impl NodeCount {
    fn is_possible(self) -> bool {
        self.max > 0 && self.min <= self.max
    }

    /// Tells that there cannot be so many.
    ///
    /// Source: [NodegroupScalingConfig](https://docs.aws.amazon.com/eks/latest/APIReference/API_NodegroupScalingConfig.html)
    pub(crate) fn check(self, nodes: &Construct, line: Line) {
        let Self { min, max } = self;
        if !self.is_possible() {
            let finding = format!(
                "a group cannot have {min} to {max} nodes: allowed are from few to many, one or more"
            );
            let finding = Diagnostic::error("node-count", finding)
                .value(format!("{min} to {max}"))
                .allowed("the fewest, 0 or more, and the most, 1 or more and no fewer");
            nodes.report(line.mark(finding));
        }
    }
}

/// How many nodes a group has, and how many it begins with.
#[derive(Clone, Copy, Debug)]
pub(super) struct GroupSize {
    pub(super) count: NodeCount,
    pub(super) desired: Option<u32>,
    count_line: Line,
    desired_line: Line,
}

impl GroupSize {
    #[track_caller]
    pub(super) fn new(count: impl Into<NodeCount>) -> Self {
        Self {
            count: count.into(),
            desired: None,
            count_line: Line::of_caller(),
            desired_line: Line::default(),
        }
    }

    #[track_caller]
    pub(super) fn begin_with(&mut self, count: u32) {
        self.desired = Some(count);
        self.desired_line = Line::of_caller();
    }

    /// Tells what cannot be.
    pub(super) fn check(&self, nodes: &Construct) {
        self.count.check(nodes, self.count_line);
        let NodeCount { min, max } = self.count;
        let desired = self.desired.filter(|count| !(min..=max).contains(count));
        if let Some(count) = desired.filter(|_| self.count.is_possible()) {
            let finding = format!("a group of {min} to {max} nodes cannot begin with {count}");
            let finding = Diagnostic::error("node-count", finding)
                .value(count.to_string())
                .allowed(format!("{min} to {max}"));
            nodes.report(self.desired_line.mark(finding));
        }
    }
}
