//! Telling what becomes of the objects of a chart.

use std::collections::BTreeMap;

use super::desired::Desired;
use super::key::Key;
use crate::{Event, ObjectStatus, Session};

/// Tells of one chart's objects.
pub(super) struct Report<'a> {
    session: Session<'a>,
    chart: &'a str,
    paths: BTreeMap<Key, String>,
}

impl<'a> Report<'a> {
    pub(super) fn new(session: Session<'a>, chart: &'a str) -> Self {
        Report { session, chart, paths: BTreeMap::new() }
    }

    pub(super) fn chart(&self) -> &'a str {
        self.chart
    }

    pub(super) fn session(&self) -> Session<'a> {
        self.session
    }

    /// Learns which constructs objects come from.
    pub(super) fn learn(&mut self, desired: &[Desired]) {
        let paths = desired.iter().filter_map(|desired| Some((desired.key().clone(), desired.path.clone()?)));
        self.paths = paths.collect();
    }

    /// The path of the construct that an object comes from.
    pub(super) fn path(&self, key: &Key) -> Option<String> {
        self.paths.get(key).cloned()
    }

    pub(super) fn tell(&self, key: &Key, status: ObjectStatus) {
        self.tell_why(key, status, None);
    }

    pub(super) fn tell_why(&self, key: &Key, status: ObjectStatus, reason: Option<String>) {
        self.session.tell(Event::ObjectStatus {
            name: self.chart.to_owned(),
            id: key.to_string(),
            path: self.path(key),
            status,
            reason,
        });
    }
}
