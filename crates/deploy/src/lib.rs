//! What is up, what would change, and making it so; drives the AWS CLI and kubectl.
//!
//! Everything here works with an [`Assembly`](stackwright_assembly::Assembly) and with tools that run as child
//! processes behind one trait, [`Driver`]. Nothing is printed: what happens is told to an [`Observer`] as [`Event`]s,
//! and what fails is an [`Error`]. Nothing is kept between runs that AWS and the cluster do not hold, so a run that was
//! killed can be started again.

mod approval;
mod aws;
mod chart;
mod clock;
pub mod compare;
mod deploy;
mod destroy;
mod diff;
mod doctor;
mod driver;
mod error;
mod event;
mod kubectl;
mod outputs;
mod parallel;
pub mod review;
mod scratch;
mod session;
mod template;
mod tool;
mod verify;

pub use approval::{Answer, Approver, Question};
pub use aws::{
    Aws, AwsError, AwsOptions, ChangeSet, ChangeSetEntry, ChangeSetRequest, ChangeSetType, Identity, Problem,
    ResourceChange, ResourceChangeDetail, ResourceTarget, Stack, StackEvent, StackOutput, StackParameter,
    StackTag,
};
pub use chart::{ChartChanges, ChartOptions, Charts};
pub use clock::{Clock, Moments, SystemClock};
pub use deploy::{DeployOptions, Outcome, Parameter, ReviewMode, deploy};
pub use destroy::{DestroyOptions, Destruction, Doomed, Leftover, destroy};
pub use diff::{Difference, Standing, diff_assemblies, diff_deployed};
pub use doctor::{Check, Health, examine};
pub use driver::{Call, Driver, Interrupt, Processes, Reply, RunError, Script};
pub use error::Error;
pub use event::{Event, ObjectStatus, Observer};
pub use kubectl::Kubectl;
pub use outputs::outputs;
pub use scratch::Scratch;
pub use session::Session;
pub use tool::{Tool, Version};
pub use verify::{Finding, Verdict, VerifyOptions, verify};
