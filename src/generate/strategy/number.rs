//! Numbers: of small magnitude, of any that a server must take, and near the bounds.

use std::rc::Rc;

use proptest::prelude::*;
use proptest::strategy::Union;
use serde_json::{Number, Value};

use super::node::{Known, select};
use crate::contract::{to_float, whole_number};
use crate::generate::number::{self, is_sure};
use crate::generate::shape::MergedSchema;

/// What counts as small.
const SMALL: i128 = 1_000;

impl Known {
    /// Numbers of a shape that any server must take; `None` where there are none.
    pub fn number(self: &Rc<Self>, shape: &MergedSchema) -> Option<BoxedStrategy<Value>> {
        let known = number::numbers(shape).into_iter().map(|(_, value)| value);
        let known = select(known.filter(|value| number::is_sure(shape, value)))?;
        let mut each = vec![(1, known)];
        let (low, high) = number::sure_range(shape);
        let is_whole = shape.multiples.iter().all(|multiple| whole_number(multiple).is_some());
        if low <= high && is_whole {
            each.extend(
                integers(low.max(-SMALL).min(high), high.min(SMALL).max(low), number::step(shape)).map(|all| (1, all)),
            );
            each.extend(integers(low, high, number::step(shape)).map(|all| (1, all)));
        }
        if number::takes_fractions(shape) && shape.multiples.is_empty() {
            let bound = |bound: &Option<_>, open: f64| {
                bound.as_ref().map_or(open, |bound: &crate::contract::Bound| to_float(&bound.number))
            };
            let (low, high) = (bound(&shape.lower, -1e6), bound(&shape.upper, 1e6));
            if low < high && low.is_finite() && high.is_finite() {
                let of = shape.clone();
                let sure =
                    move |number: f64| Number::from_f64(number).map(Value::Number).filter(|value| is_sure(&of, value));
                let fractions = (low..high).prop_filter_map("a number that any server must take", sure);
                each.push((1, fractions.boxed()));
            }
        }
        Some(Union::new_weighted(each).boxed())
    }
}

/// Multiples of `step` from `low` to `high`; `None` where there are none.
fn integers(low: i128, high: i128, step: i128) -> Option<BoxedStrategy<Value>> {
    let (first, last) = (low.div_euclid(step) + i128::from(low.rem_euclid(step) != 0), high.div_euclid(step));
    let value = move |count: i128| number::integer(count * step);
    (first <= last).then(|| (first..=last).prop_filter_map("a number of 64 bits", value).boxed())
}
