//! The way to a value while rules look at it.

use crate::{Place, Section, Step};

/// The way from an element to a value, one link a step: nothing is allocated until there is a finding.
///
/// ```
/// use stackwright_validation::{Section, Way};
///
/// let queue = Way::to(Section::Resource, "Queue");
/// let properties = queue.key("Properties");
/// let delay = properties.key("DelaySeconds");
/// assert_eq!(delay.place().to_string(), "Queue.DelaySeconds");
/// assert_eq!(delay.name(), "DelaySeconds");
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Way<'w>(Link<'w>);

#[derive(Clone, Copy, Debug)]
enum Link<'w> {
    Element(Section, &'w str),
    Key(&'w Way<'w>, &'w str),
    Index(&'w Way<'w>, usize),
}

impl<'w> Way<'w> {
    /// The way to an element itself.
    pub const fn to(section: Section, id: &'w str) -> Way<'w> {
        Way(Link::Element(section, id))
    }

    /// One step further, into a map.
    pub const fn key(&'w self, key: &'w str) -> Way<'w> {
        Way(Link::Key(self, key))
    }

    /// One step further, into a list.
    pub const fn index(&'w self, index: usize) -> Way<'w> {
        Way(Link::Index(self, index))
    }

    /// How many steps it is from the element.
    pub fn depth(&self) -> usize {
        match self.0 {
            Link::Element(..) => 0,
            Link::Key(above, _) | Link::Index(above, _) => above.depth() + 1,
        }
    }

    /// Whether it goes through a key.
    pub fn passes(&self, name: &str) -> bool {
        match self.0 {
            Link::Element(..) => false,
            Link::Key(above, key) => key == name || above.passes(name),
            Link::Index(above, _) => above.passes(name),
        }
    }

    /// What a message calls the value: the last key that is no function's, or the logical id of the element.
    pub fn name(&self) -> &'w str {
        match self.0 {
            Link::Element(_, id) => id,
            Link::Key(above, key) if key.starts_with("Fn::") => above.name(),
            Link::Key(_, key) => key,
            Link::Index(above, _) => above.name(),
        }
    }

    /// The property that it is about: the last key that is no function's, or the logical id of the element.
    pub fn property(&self) -> &'w str {
        match self.0 {
            Link::Element(_, id) => id,
            Link::Key(above, key) if key == "Ref" || key.starts_with("Fn::") => above.property(),
            Link::Key(_, key) => key,
            Link::Index(above, _) => above.property(),
        }
    }

    /// The place it leads to.
    pub fn place(&self) -> Place {
        match self.0 {
            Link::Element(section, id) => Place::new(section, id),
            Link::Key(above, key) => above.place().at(Step::from(key)),
            Link::Index(above, index) => above.place().at(Step::from(index)),
        }
    }
}
