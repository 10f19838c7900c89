//! What a project starts with. The files are part of this program too, so that one that no longer compiles is found
//! here, and not by the person who starts with it.

use stackwright::prelude::App;

// In the standard style, as the project has no settings of its own.
#[rustfmt::skip]
#[path = "../../../templates/project/app/infrastructure.rs"]
mod app;
#[rustfmt::skip]
#[path = "../../../templates/project/eks/infrastructure.rs"]
mod eks;
#[rustfmt::skip]
#[path = "../../../templates/project/multus/infrastructure.rs"]
mod multus;

/// A program to start with.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Starter {
    /// A network, and a security group in a stack of its own.
    App,
    /// A network, a cluster, and its nodes.
    Eks,
    /// A network, a cluster, and pods with an interface in a network of their own: what the guide leads to.
    Multus,
}

impl Starter {
    /// The module that describes it.
    pub(crate) fn infrastructure(self) -> &'static str {
        match self {
            Starter::App => include_str!("../../../templates/project/app/infrastructure.rs"),
            Starter::Eks => include_str!("../../../templates/project/eks/infrastructure.rs"),
            Starter::Multus => include_str!("../../../templates/project/multus/infrastructure.rs"),
        }
    }

    /// Its tests.
    pub(crate) fn tests(self) -> &'static str {
        match self {
            Starter::App => include_str!("../../../templates/project/app/tests.rs"),
            Starter::Eks => include_str!("../../../templates/project/eks/tests.rs"),
            Starter::Multus => include_str!("../../../templates/project/multus/tests.rs"),
        }
    }

    /// Does what the module does.
    pub(crate) fn describe(self, app: &App, name: &str) {
        match self {
            Starter::App => app::describe(app, name),
            Starter::Eks => eks::describe(app, name),
            Starter::Multus => multus::describe(app, name),
        }
    }
}

#[cfg(test)]
mod tests {
    use stackwright::prelude::App;
    use stackwright_testing::Synthesis;

    use super::Starter;

    /// The shortest name a project can have, and the longest.
    #[test]
    fn nothing_is_wrong_with_any() {
        for starter in [Starter::App, Starter::Eks, Starter::Multus] {
            for name in ["a", &"x".repeat(64)] {
                let app = App::new();
                starter.describe(&app, name);
                Synthesis::of(&app).has_no_findings();
            }
        }
    }
}
