//! What of the life of one kind of resource was gone through, and what was not.

use std::collections::BTreeMap;

/// The parts of a life, in their order, for people.
pub(super) mod parts {
    pub const CREATION: &str = "creation";
    pub const LIST: &str = "list";
    pub const PARENT: &str = "another parent";
    pub const IDENTITIES: &str = "other identities";
    pub const CHANGES: &str = "changes";
    pub const ACTIONS: &str = "actions";
    pub const CONDITIONS: &str = "conditions";
    pub const CHILDREN: &str = "children";
    pub const DELETION: &str = "deletion";

    /// All of them.
    pub const ALL: [&str; 9] = [CREATION, LIST, PARENT, IDENTITIES, CHANGES, ACTIONS, CONDITIONS, CHILDREN, DELETION];
}

/// What of a life was gone through, and what was not, with the reason.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    parts: BTreeMap<&'static str, Option<&'static str>>,
}

impl Coverage {
    /// Takes that a part was gone through.
    pub(super) fn went_through(&mut self, part: &'static str) {
        self.parts.insert(part, None);
    }

    /// Takes why a part was not gone through, unless it was.
    pub(super) fn left_out(&mut self, part: &'static str, reason: &'static str) {
        self.parts.entry(part).or_insert(Some(reason));
    }

    /// Whether a part was gone through.
    pub(super) fn has(&self, part: &'static str) -> bool {
        self.parts.get(part).is_some_and(Option::is_none)
    }

    /// The parts that were gone through, in the order of a life.
    pub fn exercised(&self) -> impl Iterator<Item = &'static str> {
        self.known().filter(|(_, reason)| reason.is_none()).map(|(part, _)| part)
    }

    /// The parts that were not, with the reason.
    pub fn unexercised(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        self.known().filter_map(|(part, reason)| Some((part, reason?)))
    }

    fn known(&self) -> impl Iterator<Item = (&'static str, Option<&'static str>)> {
        parts::ALL.into_iter().filter_map(|part| Some((part, *self.parts.get(part)?)))
    }
}
