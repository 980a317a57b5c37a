//! Path variables of which nobody has said what exists. A request that changes something names there what surely does
//! not exist, so that a run changes only what it was told of, or has made itself.

use serde_json::Value;

use super::case_builder::CaseBuilder;
use super::planner::PlanBuilder;
use crate::case::{Confirmed, Fault, Intent, is_safe};
use crate::contract::{ClauseTarget, ParameterLocation};
use crate::wire;

/// Ids that no server has given out, as good as surely: 2,000 million rows, a random UUID, a name of this program.
pub const IMPROBABLE: [&str; 5] = [
    "6f1c0d0e-52b7-4c39-8d0b-c0f0f3f1c2a1",
    "conform-6f1c0d0e52b7",
    "6f1c0d0e52b74c398d0bc0f0",
    "1987654321",
    "198765432",
];
/// Numbers up to this one may be those of rows.
const MAY_EXIST: u64 = 999_999;
/// Strings of fewer characters may be names of something.
const LONG: usize = 8;

impl PlanBuilder<'_> {
    /// Whether a parameter names something that the requests may change, and that nobody has named.
    pub fn names_by_guess(&self, index: usize) -> bool {
        let parameter = &self.operation.parameters[index];
        let schemas = &self.contract.schemas;
        let lists = |id| {
            let schema = schemas.get(id);
            schema.enum_values.is_some() || schema.const_value.is_some()
        };
        // Below what another variable names, which is no guess, all is that one's.
        let is_below = || self.is_below_another(index);
        let is_listed = |id| lists(id) || is_below() && schemas.conjunction(&[id]).any(lists);
        parameter.place == ParameterLocation::Path
            && !self.may_harm
            && !is_safe(&self.operation.method)
            && self.resource(index).is_none()
            && !parameter.schema.is_some_and(is_listed)
    }

    /// Whether a variable stands before this one in the path.
    fn is_below_another(&self, index: usize) -> bool {
        let path = &self.operation.path;
        let at = |index: usize| path.find(&format!("{{{}}}", self.operation.parameters[index].name));
        let is_before = |other: usize| {
            let is_of_path = self.operation.parameters[other].place == ParameterLocation::Path;
            is_of_path && at(other).zip(at(index)).is_some_and(|(other, own)| other < own)
        };
        (0..self.operation.parameters.len()).any(is_before)
    }

    /// A valid value that surely names nothing; `None` where the schema leaves only such as may.
    pub fn improbable(&mut self, index: usize) -> Option<Value> {
        let parameter = &self.operation.parameters[index];
        let known = IMPROBABLE.iter().flat_map(|text| {
            let number = text.parse::<u64>().ok().map(Value::from);
            number.into_iter().chain([Value::from(*text)])
        });
        let mut found = known.filter(|value| self.gate().is_valid_parameter(parameter, value));
        if let Some(value) = found.next() {
            return Some(value);
        }
        let schema = parameter.schema?;
        let boundary =
            self.parameter_generator(index).boundary_values(schema).into_iter().map(|boundary| boundary.value);
        let mut boundary = boundary.filter(|value| match value {
            Value::Number(number) => number.as_u64().is_some_and(|number| number > MAY_EXIST),
            Value::String(text) => text.chars().count() >= LONG && !may_name(text),
            _ => false,
        });
        let channel = wire::channel(parameter);
        boundary.find(|value| {
            value.as_str().is_none_or(|text| channel.is_plain(text)) && self.gate().is_valid_parameter(parameter, value)
        })
    }

    /// The request with what surely does not exist in place of guesses; `None` where its fault may be read as a guess.
    pub fn harmless(&self, case: &CaseBuilder, confirmed: Confirmed) -> Option<Confirmed> {
        let Some(plain) = &self.plain else { return Some(confirmed) };
        let about = case.clause.map(|id| &self.clauses.get(id).place);
        let mut values = confirmed.values().clone();
        for index in (0..values.parameters.len()).filter(|index| self.names_by_guess(*index)) {
            let is_fault =
                case.intent == Intent::Invalid(Fault::PathParameter) && about == Some(&ClauseTarget::Parameter(index));
            match &values.parameters[index] {
                Some(value) if is_fault => {
                    if may_name(&value.as_str().map_or_else(|| value.to_string(), str::to_owned)) {
                        return None;
                    }
                }
                _ => values.parameters[index].clone_from(&plain.parameters[index]),
            }
        }
        if values == *confirmed.values() {
            return Some(confirmed);
        }
        self.gate().confirm(values, case.intent, case.clause).ok()
    }
}

/// Whether a lax server may read the id of a row out of a text.
fn may_name(text: &str) -> bool {
    let from = |letter: char| letter.is_whitespace() || "+[0".contains(letter);
    let digits: String = text.trim_start_matches(from).chars().take_while(char::is_ascii_digit).collect();
    digits.parse::<u64>().is_ok_and(|number| (1..=MAY_EXIST).contains(&number))
}
