//! Searches for a valid combination of interpretations.

use serde_json::Value;

use crate::contract::{Direction, SchemaId, Validators};

/// More combinations than this are not all tried.
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

    fn complaints(&self, value: &Value) -> usize {
        self.validators.violations(self.schema, self.direction, value).len()
    }

    /// What a combination of one way for each part makes of `value`, if it is valid. `apply` reads the part at a position
    /// in one of its ways. Where there are too many combinations, part by part that way is kept which leaves the least to
    /// complain about.
    pub fn valid<W>(&self, value: &Value, parts: &[Vec<W>], apply: impl Fn(&mut Value, usize, &W)) -> Option<Value> {
        let product = parts.iter().try_fold(1usize, |product, ways| product.checked_mul(ways.len()));
        if let Some(product) = product.filter(|product| *product <= MOST) {
            let mut read = Value::Null;
            let is_valid = (0..product).any(|mut choice| {
                read.clone_from(value);
                for (index, ways) in parts.iter().enumerate() {
                    apply(&mut read, index, &ways[choice % ways.len()]);
                    choice /= ways.len();
                }
                self.is_valid(&read)
            });
            return is_valid.then_some(read);
        }
        let mut best = value.clone();
        let mut least = self.complaints(&best);
        for (index, ways) in parts.iter().enumerate() {
            for way in ways {
                let mut other = best.clone();
                apply(&mut other, index, way);
                let count = self.complaints(&other);
                if count < least {
                    (best, least) = (other, count);
                }
            }
        }
        (least == 0).then_some(best)
    }
}
