//! Whether what is sent has an interpretation that is valid, each part of it being read in one of several ways.

use serde_json::Value;

use crate::contract::{Direction, SchemaId, Validators};

/// More combinations than this are not tried.
const MOST: usize = 256;

/// What interpretations are judged by.
#[derive(Clone, Copy)]
pub(super) struct Measure<'a> {
    pub validators: &'a Validators,
    pub schema: SchemaId,
    pub direction: Direction,
}

impl Measure<'_> {
    pub fn is_valid(&self, value: &Value) -> bool {
        self.validators.is_valid(self.schema, self.direction, value)
    }

    /// Whether a combination of one way for each part may make `value` valid. `apply` reads the part at a position in one
    /// of its ways. Where there are too many combinations to try, one of them may.
    pub fn some_may_be_valid<W>(&self, value: &Value, parts: &[Vec<W>], apply: impl Fn(&mut Value, usize, &W)) -> bool {
        let product = combinations(parts.iter().map(Vec::len));
        let Some(product) = product else { return true };
        let mut read = Value::Null;
        (0..product).any(|mut choice| {
            read.clone_from(value);
            for (index, ways) in parts.iter().enumerate() {
                apply(&mut read, index, &ways[choice % ways.len()]);
                choice /= ways.len();
            }
            self.is_valid(&read)
        })
    }
}

/// How many combinations there are of one of so many ways each, if they can all be tried.
pub(super) fn combinations(ways: impl Iterator<Item = usize>) -> Option<usize> {
    let mut ways = ways;
    ways.try_fold(1usize, |product, ways| product.checked_mul(ways)).filter(|product| *product <= MOST)
}
