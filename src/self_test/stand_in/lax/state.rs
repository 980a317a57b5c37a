//! What a property or parameter may be, of what handlers tell apart.

use serde_json::{Number, Value};

use super::member::Member;
use crate::contract::{Schema, Types};

/// A state of a property or parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// It is there, though it need not be.
    Present,
    /// It is left out.
    Absent,
    /// The first of several listed values.
    First,
    /// Neither the first nor the last of the listed values.
    Middle,
    /// The last of several listed values.
    Last,
    /// True.
    True,
    /// False.
    False,
    /// Null.
    Null,
    /// The number 0.
    Zero,
    /// A number below 0.
    Negative,
    /// A number at its minimum.
    Least,
    /// A number at its maximum.
    Most,
    /// A text of nothing.
    Blank,
    /// A text at its greatest length.
    Longest,
    /// A text with letters beyond ASCII.
    Foreign,
    /// A list of nothing.
    Empty,
    /// A list of two or more.
    Several,
    /// A list at its greatest length.
    Full,
}

impl State {
    /// Whether a property may be so.
    pub fn may(self, member: &Member<'_>) -> bool {
        let schema = member.schema;
        let is = |types: Types| schema.types.is_some_and(|known| known.contains(types) && !known.contains(Types::ANY));
        let listed = schema.enum_values.as_ref().map_or(0, Vec::len);
        let is_number = listed == 0 && (is(Types::NUMBER) || is(Types::INTEGER));
        let is_free = listed == 0 && is(Types::STRING) && schema.pattern.is_none() && schema.format.is_none();
        let has_room = |least: u64| schema.max_items.is_none_or(|most| most >= least);
        match self {
            Self::Present | Self::Absent => !member.is_required,
            Self::First | Self::Last => listed > 1,
            Self::Middle => listed > 2,
            Self::True | Self::False => listed == 0 && is(Types::BOOLEAN),
            Self::Null => is(Types::NULL),
            Self::Zero => {
                is_number && allows(schema, |bound, is_least| if is_least { bound <= 0.0 } else { bound >= 0.0 })
            }
            Self::Negative => is_number && allows(schema, |bound, is_least| !is_least || bound < 0.0),
            Self::Least => is_number && schema.minimum.is_some(),
            Self::Most => is_number && schema.maximum.is_some(),
            Self::Blank => is_free && schema.min_length.is_none_or(|least| least == 0),
            Self::Longest => is_free && schema.max_length.is_some_and(|most| most <= 5_000),
            Self::Foreign => is_free && schema.max_length.is_none_or(|most| most > 3),
            Self::Empty => is(Types::ARRAY) && schema.min_items.is_none_or(|least| least == 0),
            Self::Several => is(Types::ARRAY) && has_room(2),
            Self::Full => is(Types::ARRAY) && schema.max_items.is_some_and(|most| most > 1 && most <= 100),
        }
    }

    /// Whether it is.
    pub fn holds(self, member: &Member<'_>) -> bool {
        let schema = member.schema;
        let Some(value) = member.value else { return self == Self::Absent };
        let listed = schema.enum_values.as_deref().unwrap_or(&[]);
        let at = listed.iter().position(|known| known == value);
        let number = value.as_f64();
        let equals = |bound: &Option<Number>| number.is_some() && bound.as_ref().and_then(Number::as_f64) == number;
        let items = value.as_array().map(Vec::len);
        let letters = value.as_str().map(|text| text.chars().count());
        match self {
            Self::Present => !member.is_required,
            Self::Absent => false,
            Self::First => at == Some(0) && listed.len() > 1,
            Self::Middle => at.is_some_and(|at| at > 0 && at + 1 < listed.len()),
            Self::Last => at.is_some_and(|at| at > 0 && at + 1 == listed.len()),
            Self::True => *value == Value::Bool(true),
            Self::False => *value == Value::Bool(false),
            Self::Null => value.is_null(),
            Self::Zero => number == Some(0.0),
            Self::Negative => number.is_some_and(|number| number < 0.0),
            Self::Least => equals(&schema.minimum),
            Self::Most => equals(&schema.maximum),
            Self::Blank => letters == Some(0),
            Self::Longest => letters.is_some() && letters.map(|count| count as u64) == schema.max_length,
            Self::Foreign => value.as_str().is_some_and(|text| !text.is_ascii()),
            Self::Empty => items == Some(0),
            Self::Several => items.is_some_and(|count| count > 1),
            Self::Full => items.is_some() && items.map(|count| count as u64) == schema.max_items,
        }
    }
}

/// Whether all bounds of a number are such; the second argument says whether it is a lower one.
fn allows(schema: &Schema, is_such: fn(f64, bool) -> bool) -> bool {
    let lower = [&schema.minimum, &schema.exclusive_minimum].into_iter().flatten().map(|bound| (bound, true));
    let upper = [&schema.maximum, &schema.exclusive_maximum].into_iter().flatten().map(|bound| (bound, false));
    lower.chain(upper).all(|(bound, is_least)| bound.as_f64().is_some_and(|bound| is_such(bound, is_least)))
}
