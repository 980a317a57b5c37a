//! The parameters of a list that are bounds of days, or of times.

use serde_json::Value;

use super::lists::List;
use super::ranges::Range;
use crate::check::laws::{self, Field};
use crate::contract::{ParameterLocation, Types};
use crate::engine::Transport;
use crate::resource::stem;
use crate::text::words::{self, plain};

/// Words of a parameter that name a lower bound.
const LOWER: [&str; 6] = ["from", "since", "after", "start", "gte", "min"];
/// Words that name an upper one.
const UPPER: [&str; 7] = ["to", "until", "till", "before", "end", "lte", "max"];
/// Words of names that say that it is of time, and not what happened.
pub(super) const OF_TIME: [&str; 6] = ["date", "day", "time", "at", "on", "datetime"];
/// What a description says of a bound that is meant, too.
const INCLUSIVE: [&str; 10] = [
    "inclusive",
    "on or after",
    "on or before",
    "or later",
    "or earlier",
    "or after",
    "or before",
    "at or after",
    "at or before",
    "not before",
];
/// What it says of one that is left out.
const EXCLUSIVE: [&str; 8] = [
    "exclusive",
    "not inclusive",
    "non-inclusive",
    "not included",
    "excluded",
    "excluding",
    "strictly",
    "not including",
];
/// Stems of words for what may have happened to an item, of which another time would tell.
const HAPPENED: [&str; 12] = [
    "chang",
    "changed",
    "updat",
    "updated",
    "modifi",
    "modified",
    "publish",
    "published",
    "clos",
    "closed",
    "activ",
    "activity",
];
/// The letters of a day: `2026-01-31`.
const DAY: usize = 10;

impl<T: Transport> List<'_, T> {
    pub(super) fn bounds_of_days(&self) -> Vec<Range> {
        let items: Vec<Value> = self.items.iter().cloned().map(Value::Object).collect();
        let all = Field::all(items.iter());
        let times: Vec<(Field, bool)> =
            all.into_iter().filter_map(|field| kind(&field, &items).map(|is| (field, is))).collect();
        let parameters = self.stage.described(self.operation).parameters.iter().enumerate();
        let found = parameters.filter(|(_, parameter)| parameter.place == ParameterLocation::Query);
        let found = found.filter_map(|(index, parameter)| {
            let is_day = match self.format(index)? {
                "date" => true,
                "date-time" => false,
                _ => return None,
            };
            let types = self.types(parameter);
            if types.intersects(Types::ARRAY.or(Types::OBJECT)) {
                return None;
            }
            let mut name = words::of(&parameter.name);
            let at = name.iter().position(|word| LOWER.contains(&word.as_str()) || UPPER.contains(&word.as_str()))?;
            let is_lower = LOWER.contains(&name.remove(at).as_str());
            let said = self.said(index);
            // What is called as a field is asks for its very value.
            if times.iter().any(|(field, _)| plain(&field.path().concat()) == plain(&parameter.name)) {
                return None;
            }
            let field = named(&name, &said, &times, is_day)?;
            let (is_inclusive, is_exclusive) = if is_day { at_the_bound(&said, is_lower) } else { (false, false) };
            let is_closed = self.leaves_out_none(index, &field);
            Some(Range { parameter: index, field, is_lower, is_inclusive, is_exclusive, is_closed })
        });
        found.collect()
    }
}

/// Whether a field has days everywhere (`true`), or times.
fn kind(field: &Field, items: &[Value]) -> Option<bool> {
    let values = items.iter().flat_map(|item| field.values(item));
    let mut values = values.filter(|value| !value.is_null()).map(Value::as_str);
    let first = values.next()??;
    let is_of_kind = |text: &str| laws::seconds(text).is_some() && (text.len() == DAY) == (first.len() == DAY);
    (is_of_kind(first) && values.all(|text| text.is_some_and(is_of_kind))).then_some(first.len() == DAY)
}

/// The field that is bounded: the one that is called so, or the only one, or the only one that is spoken of.
fn named(name: &[String], said: &str, times: &[(Field, bool)], is_day: bool) -> Option<Field> {
    let event = |words: &[String]| -> Vec<String> {
        words.iter().filter(|word| !OF_TIME.contains(&word.as_str())).map(|word| stem(word)).collect()
    };
    let own = event(name);
    let said = event(&words::of(said));
    let of = |field: &Field| event(&field.path().iter().flat_map(|name| words::of(name)).collect::<Vec<_>>());
    let is_it = |field: &Field| match own.is_empty() {
        // Of what else happened it may speak, of which no time is shown.
        true => {
            let is_spoken_of = !of(field).is_empty() && of(field).iter().all(|word| said.contains(word));
            is_spoken_of || times.len() == 1 && !said.iter().any(|word| HAPPENED.contains(&word.as_str()))
        }
        false => of(field) == own,
    };
    let mut found = times.iter().filter(|(field, _)| is_it(field));
    let (field, kind) = found.next().filter(|_| found.next().is_none())?;
    (*kind == is_day).then(|| field.clone())
}

/// Whether what is at a bound is surely meant, and whether it is surely left out.
fn at_the_bound(said: &str, is_lower: bool) -> (bool, bool) {
    let has = |known: &[&str], said: &str| known.iter().any(|words| said.contains(words));
    let is_out = has(&EXCLUSIVE, said);
    let others = ["not inclusive", "non-inclusive", "not including"]
        .iter()
        .fold(said.to_owned(), |text, words| text.replace(words, ""));
    let is_meant = has(&INCLUSIVE, &others);
    let beyond = if is_lower { "after" } else { "before" };
    let is_day = |word: &str| ["day", "date"].iter().any(|day| said.contains(&format!("{beyond} {word} {day}")));
    let is_plain = is_day("this") || is_day("that");
    (is_meant && !is_out, !is_meant && (is_out || is_plain))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_bound_is_meant_or_left_out_where_that_is_said() {
        for (said, is_lower, at) in [
            ("made on this day or after it", true, (true, false)),
            ("on or before (inclusive)", false, (true, false)),
            ("made before this day", false, (false, true)),
            ("up to this day, which is not included", false, (false, true)),
            ("the first day (inclusive); the last one is exclusive", true, (false, false)),
            ("until this day", false, (false, false)),
            ("from this day, looked at after filters", true, (false, false)),
            ("applied after the other filters", true, (false, false)),
            ("before this day (non-inclusive)", false, (false, true)),
            ("before this day, including cancelled ones", false, (false, true)),
        ] {
            assert_eq!(at_the_bound(said, is_lower), at, "{said}");
        }
    }

    #[test]
    fn a_bound_is_called_after_what_happened() {
        let items = [json!({"made_on": "2026-01-02", "created_at": "2026-01-02T03:04:05Z", "name": "a"})];
        let times: Vec<(Field, bool)> = Field::all(items.iter())
            .into_iter()
            .filter_map(|field| Some((field.clone(), kind(&field, &items)?)))
            .collect();
        let of = |name: &str, said: &str, is_day| {
            named(&words::of(name), said, &times, is_day).map(|field| field.to_string())
        };
        assert_eq!(of("made", "", true).as_deref(), Some("made_on"));
        assert_eq!(of("created_date", "", false).as_deref(), Some("created_at"));
        assert_eq!(of("created", "", true), None, "a day of some zone");
        assert_eq!(of("", "wares made since", true).as_deref(), Some("made_on"));
        assert_eq!(of("", "", true), None, "either");
    }
}
