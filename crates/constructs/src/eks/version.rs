//! Versions of Kubernetes, and how long EKS supports them.

use std::borrow::Cow;
use std::fmt;

use stackwright_cfn::Value;

/// A minor version of Kubernetes, such as 1.35.
///
/// A cluster is updated by one minor version at a time, and never back.
///
/// ```
/// use stackwright_constructs::eks::KubernetesVersion;
///
/// let support = KubernetesVersion::V1_35.support().unwrap();
/// assert_eq!(support.standard_until, "2027-03-27");
/// assert_eq!(KubernetesVersion::other("1.38").support(), None);
/// ```
///
/// Source: [Kubernetes versions on EKS](https://docs.aws.amazon.com/eks/latest/userguide/kubernetes-versions.html)
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KubernetesVersion(Cow<'static, str>);

/// Until when EKS supports a version of Kubernetes; days begin at midnight UTC.
///
/// Source: [release calendar](https://docs.aws.amazon.com/eks/latest/userguide/kubernetes-versions.html#kubernetes-release-calendar)
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Support {
    /// The day extended support begins, which costs extra for every hour of a cluster, as a date such as `2027-03-27`.
    pub standard_until: &'static str,
    /// The day extended support ends and EKS updates what is left, as a date such as `2028-03-27`.
    pub extended_until: &'static str,
}

/// The day the calendar was read. What had ended by then has ended; of the rest a program without a clock cannot tell.
pub(super) const CALENDAR_OF: &str = "2026-11-22";

/// The calendar: a minor version of Kubernetes 1 and its support.
const CALENDAR: [(u32, Support); 7] = [
    (30, Support { standard_until: "2025-07-23", extended_until: "2026-07-23" }),
    (31, Support { standard_until: "2025-11-26", extended_until: "2026-11-26" }),
    (32, Support { standard_until: "2026-03-23", extended_until: "2027-03-23" }),
    (33, Support { standard_until: "2026-07-29", extended_until: "2027-07-29" }),
    (34, Support { standard_until: "2026-12-02", extended_until: "2027-12-02" }),
    (35, Support { standard_until: "2027-03-27", extended_until: "2028-03-27" }),
    (36, Support { standard_until: "2027-08-02", extended_until: "2028-08-02" }),
];

/// Where a version is in its life on the day of the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Age {
    /// In standard support, or newer than the calendar.
    Current,
    Extended(Support),
    Gone,
}

impl KubernetesVersion {
    /// Kubernetes 1.32, in extended support until 23 March 2027.
    pub const V1_32: Self = Self(Cow::Borrowed("1.32"));
    /// Kubernetes 1.33, in extended support until 29 July 2027.
    pub const V1_33: Self = Self(Cow::Borrowed("1.33"));
    /// Kubernetes 1.34, in standard support until 2 December 2026.
    pub const V1_34: Self = Self(Cow::Borrowed("1.34"));
    /// Kubernetes 1.35, in standard support until 27 March 2027.
    pub const V1_35: Self = Self(Cow::Borrowed("1.35"));
    /// Kubernetes 1.36, in standard support until 2 August 2027.
    pub const V1_36: Self = Self(Cow::Borrowed("1.36"));

    /// A version that has no constant here, by its number, such as `1.38`.
    pub fn other(number: impl Into<Cow<'static, str>>) -> Self {
        Self(number.into())
    }

    /// The number, such as `1.35`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Until when EKS supports it; `None` where that is not known here.
    pub fn support(&self) -> Option<Support> {
        let minor = self.minor()?;
        CALENDAR.iter().find(|(known, _)| *known == minor).map(|(_, support)| *support)
    }

    /// The number after `1.`; `None` where the text is no version of Kubernetes 1.
    pub(super) fn minor(&self) -> Option<u32> {
        let digits = self.0.strip_prefix("1.")?;
        let is_number = digits.bytes().all(|byte| byte.is_ascii_digit()) && !digits.starts_with('0');
        if is_number { digits.parse().ok() } else { None }
    }

    pub(super) fn age(&self) -> Age {
        match self.support() {
            Some(support) if support.extended_until <= CALENDAR_OF => Age::Gone,
            Some(support) if support.standard_until <= CALENDAR_OF => Age::Extended(support),
            None if self.minor().is_some_and(|minor| minor < CALENDAR[0].0) => Age::Gone,
            _ => Age::Current,
        }
    }
}

impl fmt::Display for KubernetesVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<&KubernetesVersion> for Value<String> {
    fn from(version: &KubernetesVersion) -> Self {
        version.0.clone().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_follow_from_the_calendar() {
        let age = |number: &'static str| KubernetesVersion::other(number).age();
        assert_eq!((age("1.20"), age("1.30")), (Age::Gone, Age::Gone));
        assert!(matches!(age("1.31"), Age::Extended(_)));
        assert!(matches!(KubernetesVersion::V1_33.age(), Age::Extended(_)));
        assert_eq!((KubernetesVersion::V1_34.age(), age("1.99")), (Age::Current, Age::Current));
    }

    #[test]
    fn only_versions_of_kubernetes_1_have_a_minor() {
        for text in ["1.", "1.x", "2.35", "1.35.1", "v1.35", "1.035", "1.-5", "1.99999999999"] {
            assert_eq!(KubernetesVersion::other(text).minor(), None, "{text}");
        }
        assert_eq!(KubernetesVersion::V1_36.minor(), Some(36));
    }

    #[test]
    fn the_calendar_is_in_order_and_its_dates_are_dates() {
        assert!(CALENDAR.windows(2).all(|pair| pair[0].0 + 1 == pair[1].0));
        for (_, Support { standard_until, extended_until }) in CALENDAR {
            let year = |date: &str| date[..4].parse::<u32>().unwrap();
            assert_eq!(year(standard_until) + 1, year(extended_until));
            assert_eq!(standard_until[4..], extended_until[4..]);
        }
    }
}
