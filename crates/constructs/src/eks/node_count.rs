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
    /// How many nodes to begin with; tells what cannot be.
    ///
    /// Source: [NodegroupScalingConfig](https://docs.aws.amazon.com/eks/latest/APIReference/API_NodegroupScalingConfig.html)
    pub(crate) fn desired(
        self,
        nodes: &Construct,
        given: Option<u32>,
        [count_line, desired_line]: [Line; 2],
    ) -> u32 {
        let Self { min, max } = self;
        if max == 0 || min > max {
            let finding = format!(
                "a group cannot have {min} to {max} nodes: allowed are from few to many, one or more"
            );
            let finding = Diagnostic::error("node-count", finding)
                .value(format!("{min}..={max}"))
                .allowed("the fewest, 0 or more, and the most, 1 or more and no fewer");
            nodes.report(count_line.mark(finding));
        } else if let Some(count) = given.filter(|count| !(min..=max).contains(count)) {
            let finding = format!("a group of {min} to {max} nodes cannot begin with {count}");
            let finding = Diagnostic::error("node-count", finding)
                .value(count.to_string())
                .allowed(format!("{min} to {max}"));
            nodes.report(desired_line.mark(finding));
        }
        given.unwrap_or(min)
    }
}
