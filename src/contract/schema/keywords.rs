//! The members of one schema object, read by the form of their values. What does not have it makes something unknown.

use serde_json::{Map, Number, Value};

use super::unknown::{Reach, Unknown};
use crate::contract::rule;
use crate::rule::Rule;
use crate::spec::SourceLocation;

/// What follows from a part that cannot be read, as the end of a sentence.
pub(super) const NOT_JUDGED: &str = "no value is called valid or invalid here";

/// The members of one schema object.
pub(super) struct Keywords<'a> {
    at: &'a SourceLocation,
    members: &'a Map<String, Value>,
    /// What was found that cannot be read.
    pub faults: Vec<Fault>,
}

/// A part that cannot be read.
pub(super) struct Fault {
    pub unknown: Unknown,
    pub rule: &'static Rule,
    pub message: String,
}

impl<'a> Keywords<'a> {
    pub fn new(at: &'a SourceLocation, members: &'a Map<String, Value>) -> Self {
        Self { at, members, faults: Vec::new() }
    }

    pub fn get(&self, keyword: &str) -> Option<&'a Value> {
        self.members.get(keyword)
    }

    pub fn has(&self, keyword: &str) -> bool {
        self.members.contains_key(keyword)
    }

    pub fn at(&self, keyword: &str) -> SourceLocation {
        self.at.join(keyword)
    }

    /// Notes that the value of a keyword is none that it can have.
    pub fn refuse(&mut self, keyword: &'static str, must_be: &str) {
        let message = format!("`{keyword}` must be {must_be}; {NOT_JUDGED}");
        self.fault(keyword, self.at(keyword), Reach::Values, &rule::SCHEMA_KEYWORD, message);
    }

    pub fn fault(
        &mut self,
        keyword: &'static str,
        location: SourceLocation,
        reach: Reach,
        rule: &'static Rule,
        message: String,
    ) {
        let written = self.members.get(keyword).cloned().unwrap_or_default();
        self.faults.push(Fault { unknown: Unknown { keyword, location, reach, written }, rule, message });
    }

    /// The value of a keyword, if `read` makes something of it.
    fn read<T>(
        &mut self,
        keyword: &'static str,
        must_be: &str,
        read: impl FnOnce(&'a Value) -> Option<T>,
    ) -> Option<T> {
        let found = read(self.get(keyword)?);
        if found.is_none() {
            self.refuse(keyword, must_be);
        }
        found
    }

    pub fn number(&mut self, keyword: &'static str) -> Option<Number> {
        self.read(keyword, "a number", |value| match value {
            Value::Number(number) => Some(number.clone()),
            _ => None,
        })
    }

    pub fn positive(&mut self, keyword: &'static str) -> Option<Number> {
        self.read(keyword, "a number greater than 0", |value| match value {
            Value::Number(number) if number.as_f64().is_some_and(|n| n > 0.0) => Some(number.clone()),
            _ => None,
        })
    }

    pub fn count(&mut self, keyword: &'static str) -> Option<u64> {
        self.read(keyword, "a whole number, 0 or more", |value| {
            let whole = |float: &f64| *float >= 0.0 && float.fract() == 0.0 && *float < 1e15;
            value.as_u64().or_else(|| value.as_f64().filter(whole).map(|float| float as u64))
        })
    }

    /// A number, or the flag that says how another bound is meant.
    pub fn bound_or_flag(&mut self, keyword: &'static str) -> (Option<Number>, bool) {
        let read = self.read(keyword, "a number, or true or false", |value| match value {
            Value::Number(number) => Some((Some(number.clone()), false)),
            Value::Bool(flag) => Some((None, *flag)),
            _ => None,
        });
        read.unwrap_or((None, false))
    }

    pub fn flag(&mut self, keyword: &'static str) -> bool {
        self.optional_flag(keyword).unwrap_or(false)
    }

    pub fn optional_flag(&mut self, keyword: &'static str) -> Option<bool> {
        self.read(keyword, "true or false", Value::as_bool)
    }

    pub fn text(&mut self, keyword: &'static str) -> Option<String> {
        self.read(keyword, "a string", Value::as_str).map(str::to_owned)
    }

    pub fn names(&mut self, keyword: &'static str) -> Vec<String> {
        self.read(keyword, "an array of names", names).unwrap_or_default()
    }

    /// A non-empty array.
    pub fn array(&mut self, keyword: &'static str) -> &'a [Value] {
        let items = self.read(keyword, "an array with at least one item", |value| {
            value.as_array().filter(|items| !items.is_empty())
        });
        items.map_or(&[], Vec::as_slice)
    }

    /// The members of an object.
    pub fn object(&mut self, keyword: &'static str) -> impl Iterator<Item = (&'a String, &'a Value)> + use<'a> {
        self.read(keyword, "an object", Value::as_object).into_iter().flatten()
    }
}

/// The strings of an array of nothing else.
pub(super) fn names(value: &Value) -> Option<Vec<String>> {
    value.as_array()?.iter().map(|name| name.as_str().map(str::to_owned)).collect()
}
