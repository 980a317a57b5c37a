//! Searches for a valid combination of interpretations.

use serde_json::Value;

use super::doubt::Doubt;
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

    /// That no combination of one way for each part makes `value` valid. `apply` reads the part at a position in one of its
    /// ways.
    ///
    /// # Errors
    /// The valid value that one makes of it; or that there are too many to try.
    pub fn none_is_valid<W>(
        &self,
        value: &Value,
        parts: &[Vec<W>],
        apply: impl Fn(&mut Value, usize, &W),
    ) -> Result<(), Doubt> {
        let product = combinations(parts.iter().map(Vec::len)).ok_or(Doubt::TooMany)?;
        let mut read = Value::Null;
        let is_valid = (0..product).any(|mut choice| {
            read.clone_from(value);
            for (index, ways) in parts.iter().enumerate() {
                apply(&mut read, index, &ways[choice % ways.len()]);
                choice /= ways.len();
            }
            self.is_valid(&read)
        });
        if is_valid { Err(Doubt::ReadAs(read)) } else { Ok(()) }
    }
}

/// How many combinations there are of one of so many ways each, if they can all be tried.
pub(super) fn combinations(ways: impl Iterator<Item = usize>) -> Option<usize> {
    let mut ways = ways;
    ways.try_fold(1usize, |product, ways| product.checked_mul(ways)).filter(|product| *product <= MOST)
}
