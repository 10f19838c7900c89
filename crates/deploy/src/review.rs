//! What a person should look at before a change is made: who may do more, what is reachable from where, what is lost.
//!
//! ```
//! use stackwright_cfn::read;
//! use stackwright_deploy::compare::Comparison;
//! use stackwright_deploy::review::Review;
//!
//! let group = |cidr| format!(
//!     "Resources: {{G: {{Type: AWS::EC2::SecurityGroup, Properties: {{GroupDescription: web, SecurityGroupIngress: \
//!      [{{IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIp: {cidr}}}]}}}}}}",
//! );
//! let (before, after) = (read(&group("10.0.0.0/8"))?, read(&group("0.0.0.0/0"))?);
//! let review = Review::of(&Comparison::of(&before, &after));
//! assert!(review.is_widening());
//! assert!(review.openings[0].is_public);
//! # Ok::<(), stackwright_cfn::ReadError>(())
//! ```

mod acknowledgement;
mod loss;
mod opening;
mod permission;
mod statement;

use serde::Serialize;
use stackwright_cfn::{Function, Node};

use crate::compare::Comparison;

pub use acknowledgement::Acknowledgement;
pub use loss::{Fate, Loss};
pub use opening::{Flow, Opening};
pub use permission::{Form, Permission};

pub(crate) use acknowledgement::between as acknowledged_between;

/// Which way a change goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// More is possible than before.
    Widened,
    /// Less is possible than before.
    Narrowed,
}

/// What a person should look at.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Review {
    /// Who may do more or less than before.
    pub permissions: Vec<Permission>,
    /// What may be reached from where, more or less than before.
    pub openings: Vec<Opening>,
    /// Resources that hold data, or are to be kept, and would be removed or replaced.
    pub losses: Vec<Loss>,
    /// Warnings that are acknowledged otherwise than before; nothing where the assembly before is not known, as templates
    /// that are deployed do not tell it.
    pub acknowledgements: Vec<Acknowledgement>,
}

impl Review {
    /// Reviews what differs between two templates. A stack that is not there yet allows nothing.
    pub fn of(comparison: &Comparison) -> Self {
        let (before, after) = comparison.templates();
        Review {
            permissions: permission::between(before, after),
            openings: opening::between(before, after),
            losses: loss::of(comparison),
            acknowledgements: Vec::new(),
        }
    }

    /// Whether there is nothing to look at.
    pub fn is_empty(&self) -> bool {
        let Review { permissions, openings, losses, acknowledgements } = self;
        permissions.is_empty() && openings.is_empty() && losses.is_empty() && acknowledgements.is_empty()
    }

    /// Whether anybody may do more, or anything can be reached from more places.
    pub fn is_widening(&self) -> bool {
        let permissions = self.permissions.iter().map(|permission| permission.direction);
        let mut all = permissions.chain(self.openings.iter().map(|opening| opening.direction));
        all.any(|direction| direction == Direction::Widened)
    }

    /// The losses that nobody has allowed: whose logical id is not in `allowed`.
    pub fn refused<'a>(&'a self, allowed: &'a [String]) -> impl Iterator<Item = &'a Loss> {
        self.losses.iter().filter(|loss| !allowed.contains(&loss.id))
    }
}

/// What a value may be: one thing, the items of a list, what either branch of a choice is.
fn choices(value: &Node) -> Vec<&Node> {
    match value {
        Node::List(items) => items.iter().flat_map(choices).collect(),
        Node::Call(call) if call.function == Function::If => {
            let branches = call.argument.as_list().unwrap_or_default().iter().skip(1);
            branches.flat_map(choices).collect()
        }
        Node::Null | Node::Pseudo(stackwright_cfn::pseudo::Pseudo::NoValue) => Vec::new(),
        other => vec![other],
    }
}

/// The logical id of the resource that a value names, where it does.
fn named(value: &Node) -> Option<&str> {
    let Node::Call(call) = value else { return None };
    match (call.function, &call.argument) {
        (Function::Ref, Node::Text(name)) => Some(name),
        (Function::GetAtt, Node::List(names)) => names.first()?.as_str(),
        _ => None,
    }
}

/// Whether a pattern with `*` and `?` stands for all that another stands for.
fn covers(pattern: &str, other: &str) -> bool {
    let (pattern, other): (Vec<char>, Vec<char>) = (pattern.chars().collect(), other.chars().collect());
    let (mut at, mut reached) = (0, 0);
    // Where the last star stood, and how far the other had been read then.
    let mut star = None;
    while reached < other.len() {
        match pattern.get(at) {
            Some('*') => {
                star = Some((at, reached));
                at += 1;
            }
            Some(letter) if *letter == other[reached] || (*letter == '?' && other[reached] != '*') => {
                at += 1;
                reached += 1;
            }
            _ => {
                let Some((stood, read)) = star else { return false };
                star = Some((stood, read + 1));
                (at, reached) = (stood + 1, read + 1);
            }
        }
    }
    pattern[at..].iter().all(|letter| *letter == '*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_covers_what_it_stands_for() {
        for (pattern, other) in [
            ("*", "s3:Get*"),
            ("s3:*", "s3:GetObject"),
            ("s3:Get?bject", "s3:GetObject"),
            ("a*b*", "axxbyy"),
            ("", ""),
        ] {
            assert!(covers(pattern, other), "{pattern} {other}");
        }
        for (pattern, other) in
            [("s3:GetObject", "s3:*"), ("s3:Get?", "s3:Get*"), ("a*b", "ab*"), ("", "a"), ("a*c", "ab")]
        {
            assert!(!covers(pattern, other), "{pattern} {other}");
        }
    }
}
