//! Types of EC2 instances, as far as their names tell; what else is known of them is in `instance_limits`.

use std::fmt;

use stackwright_cfn::Value;

/// A type of EC2 instance, such as `m7g.large`.
///
/// Only the form of the name has to be right, because new types appear all the time; nodes of a type that is not known
/// bring a warning. One written in the program is best made
/// by [`instance_type!`](crate::instance_type), which refuses a bad one at compile time; [`InstanceType::new`] is for
/// text that is known only at run time.
///
/// ```
/// use stackwright_constructs::eks::{Accelerator, Architecture, InstanceType};
/// use stackwright_constructs::instance_type;
///
/// assert_eq!(instance_type!("m7g.large").architecture(), Architecture::Arm64);
/// let gpu = InstanceType::new("g6.xlarge")?;
/// assert_eq!(gpu.accelerator(), Some(Accelerator::Nvidia));
/// # Ok::<(), stackwright_constructs::eks::InstanceTypeError>(())
/// ```
///
/// Source: [naming of instance types](https://docs.aws.amazon.com/ec2/latest/instancetypes/instance-type-names.html)
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct InstanceType(std::borrow::Cow<'static, str>);

/// The instruction set of a processor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Architecture {
    /// Intel's and AMD's.
    X86_64,
    /// That of AWS Graviton, and of NVIDIA Grace.
    Arm64,
}

/// What an instance computes with besides its processor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Accelerator {
    /// GPUs of NVIDIA.
    Nvidia,
    /// AWS Inferentia or Trainium.
    Neuron,
}

/// A text that names no type of instance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InstanceTypeError(String);

impl fmt::Display for InstanceTypeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} is no type of instance: write a family, a dot and a size, such as t3.medium", self.0)
    }
}

impl std::error::Error for InstanceTypeError {}

/// The [`InstanceType`](crate::eks::InstanceType) that a literal names; one that cannot be does not compile.
///
/// ```compile_fail
/// stackwright_constructs::instance_type!("t3 medium");
/// ```
#[macro_export]
macro_rules! instance_type {
    ($text:literal) => {
        const { $crate::eks::InstanceType::literal($text) }
    };
}

impl InstanceType {
    /// The type of instance that `text` names.
    ///
    /// # Errors
    ///
    /// If `text` is not a family, such as `t3`, a dot, and a size, such as `medium`.
    pub fn new(text: impl Into<String>) -> Result<Self, InstanceTypeError> {
        let text = text.into();
        if is_well_formed(text.as_bytes()) { Ok(Self(text.into())) } else { Err(InstanceTypeError(text)) }
    }

    /// The type of instance that a literal names; [`instance_type!`](crate::instance_type) calls this where a panic is a
    /// compile error.
    ///
    /// # Panics
    ///
    /// Where [`InstanceType::new`] has an error.
    #[must_use]
    #[track_caller]
    pub const fn literal(text: &'static str) -> Self {
        assert!(is_well_formed(text.as_bytes()), "this is no type of instance: write one like t3.medium");
        Self(std::borrow::Cow::Borrowed(text))
    }

    /// A type that the facts know.
    pub(super) const fn of_facts(name: &'static str) -> Self {
        Self(std::borrow::Cow::Borrowed(name))
    }

    /// The name, such as `m7g.large`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The part before the dot, such as `m7g`.
    pub fn family(&self) -> &str {
        self.0.split_once('.').map_or(&*self.0, |(family, _)| family)
    }

    /// The series, such as `m`, and what follows the generation, such as `g`.
    fn series_and_options(&self) -> (&str, &str) {
        let family = self.family();
        let is_digit = |character: char| character.is_ascii_digit();
        let (series, rest) = family.split_at(family.find(is_digit).unwrap_or(family.len()));
        (series, rest.trim_start_matches(is_digit))
    }

    /// The instruction set of its processor, by its family: Graviton has a `g` after the generation.
    pub fn architecture(&self) -> Architecture {
        let (series, options) = self.series_and_options();
        let is_arm = series == "a" || options.contains('g');
        if is_arm { Architecture::Arm64 } else { Architecture::X86_64 }
    }

    /// What it computes with besides its processor, by its family; `None` where that is nothing for which EKS has
    /// images.
    pub fn accelerator(&self) -> Option<Accelerator> {
        match self.series_and_options() {
            // GPUs of AMD.
            ("g", "ad") => None,
            ("g" | "gr" | "p", _) => Some(Accelerator::Nvidia),
            ("inf" | "trn", _) => Some(Accelerator::Neuron),
            _ => None,
        }
    }
}

const fn is_well_formed(text: &[u8]) -> bool {
    let mut at = 0;
    let mut dot = None;
    let mut has_generation = false;
    while at < text.len() {
        match text[at] {
            b'a'..=b'z' => {}
            b'0'..=b'9' if at > 0 => has_generation |= dot.is_none(),
            b'-' if at > 0 => {}
            b'.' if dot.is_none() => dot = Some(at),
            _ => return false,
        }
        at += 1;
    }
    match dot {
        Some(dot) => has_generation && dot + 1 < text.len(),
        None => false,
    }
}

impl fmt::Display for InstanceType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<&InstanceType> for Value<String> {
    fn from(kind: &InstanceType) -> Self {
        kind.0.clone().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_a_family_and_a_size() {
        for name in ["t3.medium", "m7i-flex.large", "u-6tb1.112xlarge", "p6e-gb200.36xlarge", "c5.metal-24xl"]
        {
            assert!(InstanceType::new(name).is_ok(), "{name}");
        }
        for name in
            ["", "t3", "t3.", ".medium", "t.medium", "T3.medium", "t3.me dium", "t3.medium.x", "3t.medium"]
        {
            assert!(InstanceType::new(name).is_err(), "{name}");
        }
    }

    #[test]
    fn families_tell_what_is_inside() {
        use {Accelerator::*, Architecture::*};
        for (name, architecture, accelerator) in [
            ("t3.medium", X86_64, None),
            ("a1.large", Arm64, None),
            ("t4g.small", Arm64, None),
            ("im4gn.large", Arm64, None),
            ("u7in-16tb.224xlarge", X86_64, None),
            ("m7i-flex.large", X86_64, None),
            ("g4ad.xlarge", X86_64, None),
            ("g4dn.xlarge", X86_64, Some(Nvidia)),
            ("g5g.xlarge", Arm64, Some(Nvidia)),
            ("gr6.4xlarge", X86_64, Some(Nvidia)),
            ("p6e-gb200.36xlarge", Arm64, Some(Nvidia)),
            ("trn1n.32xlarge", X86_64, Some(Neuron)),
            ("inf2.xlarge", X86_64, Some(Neuron)),
        ] {
            let kind = InstanceType::new(name).unwrap();
            assert_eq!((kind.architecture(), kind.accelerator()), (architecture, accelerator), "{name}");
        }
    }
}
