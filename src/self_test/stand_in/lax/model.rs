//! What a small bug is, and what it is asked about.

use serde_json::Value;

use super::meeting::Meeting;
use crate::contract::{MediaType, Parameter, Schema, Schemas};

/// One small bug.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lax {
    /// What the server does, as a sentence without its full stop.
    pub sentence: &'static str,
    pub change: Change,
}

/// How a careless server differs.
#[derive(Clone, Copy, Debug)]
pub(super) enum Change {
    /// It has understood the schemas otherwise.
    Schemas(fn(&Schemas) -> Schemas),
    /// It overlooks some flaws.
    Overlooks(fn(&Site<'_>) -> bool, fn(&Flaw<'_>) -> bool),
    /// It takes what would be valid if one node were something else.
    Takes(fn(&Schema) -> bool, fn(&Value) -> Vec<Value>),
    /// It refuses what would be invalid if one node were something else.
    Refuses(fn(&Schema) -> bool, fn(&Value) -> Vec<Value>),
    /// It mends the text of a JSON body before it is parsed.
    Mends(fn(&str) -> Option<String>),
    /// It overlooks or refuses something where something else is so, too.
    Meets(Meeting),
    /// It takes a body of this media type for one of the documented one.
    Media(fn(&str, &str) -> bool),
}

/// A schema at the place where it is used.
pub(super) struct Site<'a> {
    pub schema: &'a Schema,
    pub parameter: Option<&'a Parameter>,
    pub media: Option<&'a MediaType>,
    /// Whether it is that of the whole value.
    pub is_root: bool,
}

/// One thing that is wrong with a request.
pub(super) struct Flaw<'a> {
    pub parameter: Option<&'a Parameter>,
    pub media: Option<&'a MediaType>,
    pub keyword: String,
    /// The steps from the whole value to what is wrong.
    pub path: Vec<String>,
    /// The whole value, if there is one.
    pub root: Option<&'a Value>,
    /// The schema whose keyword is broken.
    pub schema: Option<&'a Schema>,
    /// The schema of the whole value.
    pub root_schema: Option<&'a Schema>,
}

impl Flaw<'_> {
    /// The positions in arrays on the way, each with the length of its array.
    pub fn positions(&self) -> impl Iterator<Item = (usize, usize)> {
        (0..self.path.len()).filter_map(|at| {
            let pointer: String =
                self.path[..at].iter().map(|step| format!("/{}", crate::spec::escape(step))).collect();
            let items = self.root?.pointer(&pointer)?.as_array()?;
            Some((self.path[at].parse().ok()?, items.len()))
        })
    }
}
