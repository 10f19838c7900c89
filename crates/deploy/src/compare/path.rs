//! Where in an element a difference is.

use std::fmt;

use serde::{Serialize, Serializer};

/// One step from a value to one within it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// What a key of a map holds.
    Key(String),
    /// An item of a list, counted from 0; where it is gone, its place before.
    Index(usize),
    /// The item of a list that is called so: the key of a tag, the name of a container, what a rule lets through.
    Item(String),
}

/// The way from an element to a value in it: `Properties.Tags[Name].Value`.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Path(Vec<Step>);

impl Path {
    /// The steps.
    pub fn steps(&self) -> &[Step] {
        &self.0
    }

    /// The path one key further.
    pub(crate) fn key(&self, key: &str) -> Path {
        self.then(Step::Key(key.to_owned()))
    }

    /// The path one step further.
    pub(crate) fn then(&self, step: Step) -> Path {
        let mut steps = Vec::with_capacity(self.0.len() + 1);
        steps.extend_from_slice(&self.0);
        steps.push(step);
        Path(steps)
    }

    /// The path without a first step of this key.
    pub fn without(&self, key: &str) -> Path {
        match &*self.0 {
            [Step::Key(first), rest @ ..] if first == key => Path(rest.to_vec()),
            _ => self.clone(),
        }
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, step) in self.0.iter().enumerate() {
            match step {
                Step::Key(key) if index == 0 => f.write_str(key)?,
                Step::Key(key) => write!(f, ".{key}")?,
                Step::Index(index) => write!(f, "[{index}]")?,
                Step::Item(name) => write!(f, "[{name}]")?,
            }
        }
        Ok(())
    }
}

/// As text, as [`Display`](fmt::Display) has it.
impl Serialize for Path {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
