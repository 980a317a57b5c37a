//! Strings: of a pattern, of a format, of a length, and those that programs are known to fail on.

use std::rc::Rc;

use proptest::prelude::*;
use proptest::sample::select;
use proptest::string::string_regex_parsed;
use serde_json::Value;

use super::character::Characters;
use super::node::Known;
use crate::generate::format::constrains_strings;
use crate::generate::shape::MergedSchema;
use crate::generate::string::LONGEST_AT_ALL;

/// Characters beyond the shortest length.
const MORE: u64 = 40;

impl Known {
    /// Strings of a shape; `None` where there are none.
    pub fn string(self: &Rc<Self>, shape: &MergedSchema) -> Option<BoxedStrategy<Value>> {
        if shape.min_length > LONGEST_AT_ALL {
            return None;
        }
        let known: Vec<String> = self
            .generator
            .strings
            .strings(shape, &self.generator.channel)
            .iter()
            .map(|(_, text)| text.clone())
            .collect();
        let any = self.any_string(shape);
        if known.is_empty() {
            // Where nothing is known, what is drawn must do.
            let (generator, shape) = (self.generator.clone(), shape.clone());
            let fits = move |text: &String| generator.is_fitting(&shape, text);
            return any.map(|any| any.prop_filter("a string of the schema", fits).prop_map(Value::String).boxed());
        }
        let Some(any) = any else { return Some(select(known).prop_map(Value::String).boxed()) };
        let (generator, shape) = (self.generator.clone(), shape.clone());
        // What is drawn may be too long, or not what look-around asks for: then a known one stands in.
        let drawn =
            (any, select(known.clone())).prop_map(move |(text, known)| match generator.is_fitting(&shape, &text) {
                true => text,
                false => known,
            });
        Some(prop_oneof![3 => drawn, 1 => select(known)].prop_map(Value::String).boxed())
    }

    /// Strings that are likely to be of a shape; `None` where only known ones are.
    fn any_string(&self, shape: &MergedSchema) -> Option<BoxedStrategy<String>> {
        let longest = shape.max_length.unwrap_or(u64::MAX).min(shape.min_length + MORE);
        let length = usize::try_from(shape.min_length).ok()?..=usize::try_from(longest.max(shape.min_length)).ok()?;
        if let Some(pattern) = shape.patterns.first() {
            let pattern = self.generator.strings.pattern(pattern);
            let hir = pattern.as_ref().as_ref()?.without_assertions(usize::try_from(longest).unwrap_or(usize::MAX))?;
            return string_regex_parsed(&hir).ok().map(Strategy::boxed);
        }
        if shape.formats.iter().any(|format| constrains_strings(format)) {
            return None;
        }
        Some(prop::collection::vec(Characters::new(), length).prop_map(String::from_iter).boxed())
    }
}
