//! Limits that are read wrongly.

use serde_json::{Number, json};

use super::{Change, Lax};
use crate::contract::{Schema, Schemas, Types};

/// Off-by-one bugs and forgotten limits. References: `multipleOf` of fractions, go-openapi/validate#30 and
/// ajv-validator/ajv#2329.
pub(super) const ALL: &[Lax] = &[
    Lax { sentence: "maxLength is off by one", change: Change::Schemas(|all| each(all, |s| up(&mut s.max_length))) },
    Lax {
        sentence: "maxLength is doubled",
        change: Change::Schemas(|all| each(all, |s| s.max_length = s.max_length.map(|n| n.saturating_mul(2)))),
    },
    Lax { sentence: "minLength is off by one", change: Change::Schemas(|all| each(all, |s| down(&mut s.min_length))) },
    Lax {
        sentence: "minLength means: not empty",
        change: Change::Schemas(|all| each(all, |s| s.min_length = s.min_length.map(|n| n.min(1)))),
    },
    Lax {
        sentence: "maxLength counts exclusively",
        change: Change::Schemas(|all| each(all, |s| down(&mut s.max_length))),
    },
    Lax { sentence: "maxItems is off by one", change: Change::Schemas(|all| each(all, |s| up(&mut s.max_items))) },
    Lax { sentence: "minItems is off by one", change: Change::Schemas(|all| each(all, |s| down(&mut s.min_items))) },
    Lax {
        sentence: "minItems means: not empty",
        change: Change::Schemas(|all| each(all, |s| s.min_items = s.min_items.map(|n| n.min(1)))),
    },
    Lax {
        sentence: "maxProperties is off by one",
        change: Change::Schemas(|all| each(all, |s| up(&mut s.max_properties))),
    },
    Lax {
        sentence: "minProperties is off by one",
        change: Change::Schemas(|all| each(all, |s| down(&mut s.min_properties))),
    },
    Lax { sentence: "minContains is 1", change: Change::Schemas(|all| each(all, |s| s.min_contains = None)) },
    Lax {
        sentence: "maxContains is off by one",
        change: Change::Schemas(|all| each(all, |s| up(&mut s.max_contains))),
    },
    Lax { sentence: "minimum is off by one", change: Change::Schemas(|all| each(all, |s| shift(&mut s.minimum, -1))) },
    Lax { sentence: "maximum is off by one", change: Change::Schemas(|all| each(all, |s| shift(&mut s.maximum, 1))) },
    Lax {
        sentence: "minimum is exclusive",
        change: Change::Schemas(|all| {
            each(all, |s| s.exclusive_minimum = s.minimum.take().or(s.exclusive_minimum.take()))
        }),
    },
    Lax {
        sentence: "maximum is exclusive",
        change: Change::Schemas(|all| {
            each(all, |s| s.exclusive_maximum = s.maximum.take().or(s.exclusive_maximum.take()))
        }),
    },
    Lax {
        sentence: "exclusiveMinimum is inclusive",
        change: Change::Schemas(|all| each(all, |s| s.minimum = s.exclusive_minimum.take().or(s.minimum.take()))),
    },
    Lax {
        sentence: "exclusiveMaximum is inclusive",
        change: Change::Schemas(|all| each(all, |s| s.maximum = s.exclusive_maximum.take().or(s.maximum.take()))),
    },
    Lax { sentence: "a limit of zero is none", change: Change::Schemas(|all| each(all, no_zero)) },
    Lax {
        sentence: "only one of two bounds is checked",
        change: Change::Schemas(|all| {
            each(all, |s| {
                if s.minimum.is_some() && s.maximum.is_some() {
                    s.maximum = None;
                }
                if s.min_length.is_some() && s.max_length.is_some() {
                    s.max_length = None;
                }
                if s.min_items.is_some() && s.max_items.is_some() {
                    s.max_items = None;
                }
            })
        }),
    },
    Lax {
        sentence: "a number is rounded before it is compared",
        change: Change::Schemas(|all| {
            each(all, |s| {
                if s.types.is_some_and(|types| types.contains(Types::NUMBER)) {
                    widen(&mut s.minimum, -0.499);
                    widen(&mut s.maximum, 0.499);
                }
            })
        }),
    },
    Lax {
        sentence: "multipleOf is ignored for fractions",
        change: Change::Schemas(|all| {
            each(all, |s| {
                if s.multiple_of.as_ref().is_some_and(|m| m.as_u64().is_none()) {
                    s.multiple_of = None;
                }
            })
        }),
    },
    Lax { sentence: "multipleOf is ignored", change: Change::Schemas(|all| each(all, |s| s.multiple_of = None)) },
];

/// All schemas, each changed.
pub(super) fn each(all: &Schemas, change: fn(&mut Schema)) -> Schemas {
    all.changed(|_, schema| change(schema))
}

fn up(count: &mut Option<u64>) {
    *count = count.map(|count| count.saturating_add(1));
}

fn down(count: &mut Option<u64>) {
    *count = count.map(|count| count.saturating_sub(1));
}

fn shift(bound: &mut Option<Number>, by: i64) {
    let shifted = |number: &Number| number.as_i64().and_then(|n| n.checked_add(by)).map(Number::from);
    *bound = bound.as_ref().map(|number| shifted(number).unwrap_or_else(|| number.clone()));
}

fn widen(bound: &mut Option<Number>, by: f64) {
    let wide = bound.as_ref().and_then(|number| Number::from_f64(number.as_f64()? + by));
    *bound = wide.or(bound.take());
}

/// What a check such as `if (schema.maximum && …)` makes of limits.
fn no_zero(schema: &mut Schema) {
    let is_zero = |bound: &Option<Number>| bound.as_ref().is_some_and(|number| json!(number).as_f64() == Some(0.0));
    for bound in
        [&mut schema.minimum, &mut schema.maximum, &mut schema.exclusive_minimum, &mut schema.exclusive_maximum]
    {
        if is_zero(bound) {
            *bound = None;
        }
    }
    for count in [&mut schema.max_length, &mut schema.max_items, &mut schema.max_properties, &mut schema.max_contains] {
        *count = count.filter(|count| *count != 0);
    }
}
