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

/// A program to start with.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Starter {
    /// A network, and a security group in a stack of its own.
    App,
    /// A network, a cluster, and its nodes.
    Eks,
}

impl Starter {
    /// The module that describes it.
    pub(crate) fn infrastructure(self) -> &'static str {
        match self {
            Starter::App => include_str!("../../../templates/project/app/infrastructure.rs"),
            Starter::Eks => include_str!("../../../templates/project/eks/infrastructure.rs"),
        }
    }

    /// Its tests.
    pub(crate) fn tests(self) -> &'static str {
        match self {
            Starter::App => include_str!("../../../templates/project/app/tests.rs"),
            Starter::Eks => include_str!("../../../templates/project/eks/tests.rs"),
        }
    }

    /// Does what the module does.
    pub(crate) fn describe(self, app: &App, name: &str) {
        match self {
            Starter::App => app::describe(app, name),
            Starter::Eks => eks::describe(app, name),
        }
    }
}
