//! What roles, users and groups have in common: policies, and limits on them.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use stackwright_core::Scope;

use super::quota;

/// The kinds of holders, which AWS limits differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Role,
    User,
    Group,
}

impl Kind {
    fn noun(self) -> &'static str {
        match self {
            Kind::Role => "role",
            Kind::User => "user",
            Kind::Group => "group",
        }
    }

    /// The most characters of all inline policies together.
    ///
    /// Source: [IAM quotas](https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html)
    fn most_inline(self) -> usize {
        match self {
            Kind::Role => 10_240,
            Kind::User => 2_048,
            Kind::Group => 5_120,
        }
    }
}

/// The policies of a role, user or group, as far as limits go.
#[derive(Clone, Debug)]
pub(super) struct Holder(Rc<RefCell<Held>>);

#[derive(Debug, Default)]
struct Held {
    /// The size of each inline policy, by its name.
    inline: BTreeMap<String, usize>,
    managed: usize,
}

impl Holder {
    /// Limits are checked when the app is synthesized, and told about `scope`.
    pub(super) fn new(scope: &impl Scope, kind: Kind) -> Self {
        let held = Rc::new(RefCell::new(Held::default()));
        let seen = Rc::clone(&held);
        scope.construct().validate(move |check| {
            let Held { inline, managed } = &*seen.borrow();
            let size = inline.values().sum();
            if size > kind.most_inline() {
                let what = format!("all inline policies of a {} together", kind.noun());
                check.report(quota::too_large(&what, size, kind.most_inline()));
            }
            if *managed > quota::MANAGED_POLICIES {
                check.report(quota::many_managed_policies(*managed));
            }
        });
        Self(held)
    }

    pub(super) fn note_size(&self, policy: &str, size: usize) {
        self.0.borrow_mut().inline.insert(policy.to_owned(), size);
    }

    pub(super) fn note_managed(&self, count: usize) {
        self.0.borrow_mut().managed = count;
    }
}
