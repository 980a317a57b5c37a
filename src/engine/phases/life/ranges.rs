//! Asks a list for what is within bounds of a number, where its parameters are called so.

use serde_json::Value;

use super::lists::List;
use crate::check::Subject;
use crate::check::laws::{self, Field, Limit};
use crate::contract::{ParameterLocation, Types};
use crate::engine::Transport;
use crate::resource::stem;
use crate::text::words;

/// Words of a parameter that name a lower bound, with whether what is at the bound is meant.
const LOWER: [(&str, bool); 5] = [("min", true), ("minimum", true), ("gte", true), ("gt", false), ("least", true)];
/// Words that name an upper one.
const UPPER: [(&str, bool); 5] = [("max", true), ("maximum", true), ("lte", true), ("lt", false), ("most", true)];
/// What the most of is that of a page.
const OF_PAGES: [&str; 6] = ["count", "size", "items", "results", "limit", "pagesize"];
/// Names of a number within an object that is called after all of it.
const AMOUNTS: [&str; 8] = ["amount", "value", "total", "cents", "number", "quantity", "gross", "net"];
/// Names of what says in which unit it is.
const UNITS: [&str; 4] = ["currency", "currencycode", "unit", "units"];
/// Words of a description that leave out what is at the bound.
const BEYOND: [&str; 9] = ["exclu", "above", "below", "more than", "less than", "over ", "under ", "greater", "fewer"];

/// Words, or their stems, for what has no end, has begun ever since or never happened, where there is no value.
const ENDLESS: [&str; 18] = [
    "expir",
    "expiry",
    "end",
    "until",
    "valid",
    "start",
    "begin",
    "effective",
    "available",
    "limit",
    "quota",
    "capacity",
    "clos",
    "last",
    "seen",
    "used",
    "login",
    "visit",
];

/// A parameter that is a bound of a property of the items.
pub(super) struct Range {
    pub parameter: usize,
    pub field: Field,
    pub is_lower: bool,
    pub is_inclusive: bool,
    /// Whether what is at the bound is surely left out.
    pub is_exclusive: bool,
    /// Whether what has no value is surely left out.
    pub is_closed: bool,
}

impl<T: Transport> List<'_, T> {
    /// The parameters that are bounds of a number or a time that the items have.
    pub(super) fn bounds(&self) -> Vec<Range> {
        let parameters = self.stage.described(self.operation).parameters.iter().enumerate();
        let asked = parameters.filter(|(_, parameter)| parameter.place == ParameterLocation::Query);
        let found = asked.filter_map(|(index, parameter)| {
            let types = self.types(parameter);
            if !types.intersects(Types::NUMBER) || types.intersects(Types::ARRAY.or(Types::OBJECT)) {
                return None;
            }
            let all = words::of(&parameter.name);
            let find = |known: &[(&str, bool)]| {
                all.iter().enumerate().find_map(|(at, word)| {
                    known.iter().find(|(name, _)| name == word).map(|(_, is_inclusive)| (at, *is_inclusive))
                })
            };
            let (lower, upper) = (find(&LOWER), find(&UPPER));
            let ((at, is_inclusive), is_lower) = match (lower, upper) {
                (Some(found), None) => (found, true),
                (None, Some(found)) => (found, false),
                _ => return None,
            };
            let rest: String =
                all.iter().enumerate().filter(|(index, _)| *index != at).map(|(_, word)| &**word).collect();
            if !is_lower && OF_PAGES.contains(&&*rest) {
                return None;
            }
            let field = self.bounded(&rest, types)?;
            let said = parameter.description.as_deref().unwrap_or_default().to_lowercase();
            let is_inclusive = is_inclusive && !BEYOND.iter().any(|word| said.contains(word));
            let is_closed = self.leaves_out_none(index, &field);
            Some(Range { parameter: index, field, is_lower, is_inclusive, is_exclusive: false, is_closed })
        });
        found.chain(self.bounds_of_days()).collect()
    }

    /// Whether a bound of a field surely leaves out what has no value there.
    pub(super) fn leaves_out_none(&self, parameter: usize, field: &Field) -> bool {
        let mut named = field.path().iter().flat_map(|name| words::of(name));
        let is_endless = named.any(|word| ENDLESS.contains(&&*word) || ENDLESS.contains(&&*stem(&word)));
        !is_endless && self.keeps_to_only(parameter)
    }

    /// The number that bounds of this name are of: a property, or the amount of one, in the same unit.
    fn bounded(&self, name: &str, types: Types) -> Option<Field> {
        let field = self.amount(name)?;
        // Of a fraction that bounds what is whole within an object nobody knows the unit.
        let mut values = self.items.iter().map(|item| Value::Object(item.clone()));
        let is_whole = values.all(|item| field.values(&item).iter().all(|value| value.is_i64() || value.is_null()));
        (field.path().len() == 1 || is_whole != types.contains(Types::NUMBER)).then_some(field)
    }

    /// The number that is called so: a property, or the amount of one, in one unit everywhere.
    pub(super) fn amount(&self, name: &str) -> Option<Field> {
        let items: Vec<Value> = self.items.iter().cloned().map(Value::Object).collect();
        let is_number = |field: &Field| {
            items.iter().flat_map(|item| field.values(item)).all(|value| value.is_number() || value.is_null())
        };
        let numbers: Vec<Field> = Field::all(items.iter()).into_iter().filter(is_number).collect();
        if let Some(own) = numbers.iter().find(|field| words::plain(&field.path().concat()) == name) {
            return Some(own.clone());
        }
        let is_within = |field: &&Field| {
            let named = field.path().split_last().filter(|(_, above)| words::plain(&above.concat()) == name);
            named.is_some_and(|(last, _)| AMOUNTS.contains(&&*words::plain(last)))
        };
        let mut within = numbers.iter().filter(is_within);
        let field = within.next().filter(|_| within.next().is_none())?;
        is_of_one_unit(field, &items).then(|| field.clone())
    }

    /// Whether a list keeps to each bound, and to both of one property at once.
    pub(super) async fn ranges(&mut self, bounds: &[Range], whole: &[Value]) {
        let mut kept = Vec::new();
        for bound in bounds {
            let Some(at) = outermost(whole, &bound.field, bound.is_lower) else { continue };
            if self.is_kept(&[(bound, &at)], whole).await {
                kept.push(bound);
            }
        }
        for lower in kept.iter().filter(|bound| bound.is_lower) {
            let Some(upper) = kept.iter().find(|bound| !bound.is_lower && bound.field == lower.field) else { continue };
            let [least, most] = [true, false].map(|is_lower| innermost(whole, &lower.field, is_lower));
            if let (Some(least), Some(most)) = (least, most)
                && rank(&least) <= rank(&most)
            {
                self.is_kept(&[(lower, &least), (upper, &most)], whole).await;
            }
        }
    }

    async fn is_kept(&mut self, asked: &[(&Range, &Value)], whole: &[Value]) -> bool {
        let largest = self.largest();
        let values = asked.iter().map(|(bound, at)| (bound.parameter, (*at).clone()));
        let asked_for: Vec<(usize, Value)> = largest.into_iter().chain(values).collect();
        let Some(sent) = self.ask(&asked_for).await else { return false };
        let limits: Vec<Limit<'_>> = asked
            .iter()
            .map(|(bound, at)| Limit {
                field: &bound.field,
                at,
                is_lower: bound.is_lower,
                // A fraction may be shown rounded.
                is_inclusive: bound.is_inclusive && (at.is_i64() || at.is_string()),
                is_exclusive: bound.is_exclusive,
                is_closed: bound.is_closed,
            })
            .collect();
        let names: Vec<String> = asked.iter().map(|(bound, _)| self.name(bound.parameter)).collect();
        let names = names.join(" and ");
        let judge = |list: &Subject<'_>, known: &[Value]| laws::judge_range(list, &limits, known, &names);
        if judge(&self.stage.subject(&sent), whole).is_none() {
            return true;
        }
        let fields: Vec<&Field> = limits.iter().map(|limit| limit.field).collect();
        if let Some((sent, finding)) = self.confirmed(&asked_for, whole, &fields, judge).await {
            self.judge(&sent, Some(finding));
        }
        false
    }
}

/// Whether a number of an object is in the same unit everywhere.
fn is_of_one_unit(field: &Field, items: &[Value]) -> bool {
    let above = &field.path()[..field.path().len() - 1];
    let is_unit = |other: &&Field| {
        let own = other.path().split_last().filter(|(_, own)| *own == above);
        own.is_some_and(|(last, _)| UNITS.contains(&&*words::plain(last)))
    };
    Field::all(items.iter()).iter().filter(is_unit).all(|unit| {
        let mut values = items.iter().flat_map(|item| unit.values(item));
        let first = values.next();
        values.all(|value| Some(value) == first)
    })
}

/// The value of the items that leaves out the fewest of them as a bound, but some.
fn innermost(items: &[Value], field: &Field, is_lower: bool) -> Option<Value> {
    let all = ranked(items, field);
    let at = if is_lower { 1 } else { all.len().checked_sub(2)? };
    all.get(at).map(|value| (*value).clone())
}

/// The one that leaves nearly all of them out: of few items, a response shows all.
fn outermost(items: &[Value], field: &Field, is_lower: bool) -> Option<Value> {
    let all = ranked(items, field);
    let last = all.len().checked_sub(2)?;
    all.get(if is_lower { last.max(1) } else { last.min(1) }).map(|value| (*value).clone())
}

/// The values of a field, each once, the smallest first.
fn ranked<'v>(items: &'v [Value], field: &Field) -> Vec<&'v Value> {
    let values = items.iter().filter_map(|item| field.value(item));
    let mut all: Vec<(f64, &Value)> = values.filter_map(|value| Some((rank(value)?, value))).collect();
    all.sort_by(|(one, _), (other, _)| one.total_cmp(other));
    all.dedup_by(|(one, _), (other, _)| one == other);
    all.into_iter().map(|(_, value)| value).collect()
}

/// A number, or the seconds of a time.
fn rank(value: &Value) -> Option<f64> {
    value.as_f64().or_else(|| laws::seconds(value.as_str()?))
}
