//! Containment of the keywords that limit numbers, texts and lists of values.

use std::cmp::Ordering;

use serde_json::{Number, Value, json};

use super::flat::{LEAST_COUNTS, Stated, WithBranches};
use super::schema::Walk;
use super::{Effect, rule};
use crate::contract::{Bound, Types, compare_numbers};
use crate::generate::constrains_strings;
use crate::spec::SourceLocation;

/// Longer texts are not made to show that a limit was lowered.
const LONGEST_TEXT: u64 = 100_000;
/// Values of a list that are named in a sentence.
const MOST_NAMED: usize = 8;

/// Formats whose texts are all texts of another one, too.
const NARROWER_FORMATS: [(&str, &str); 11] = [
    ("uri", "uri-reference"),
    ("uri", "iri"),
    ("uri", "iri-reference"),
    ("uri-reference", "iri-reference"),
    ("iri", "iri-reference"),
    ("email", "idn-email"),
    ("hostname", "idn-hostname"),
    ("int32", "int64"),
    ("int32", "double"),
    ("float", "double"),
    ("int8", "int32"),
];
/// Formats that are hints for user interfaces, and limit nothing.
const HINTS: [&str; 2] = ["password", "binary"];

impl Walk<'_, '_, '_> {
    /// `enum` and `const`.
    pub(super) fn values(&mut self, a: &WithBranches, b: &WithBranches) {
        let keyword =
            |stated: &Stated<Vec<Value>>| if stated.at.pointer.as_str().ends_with("/const") { "const" } else { "enum" };
        match (&a.values, &b.values) {
            (None, None) => {}
            (Some(inner), None) => {
                let what = self.replaced(keyword(inner), Some(named(&inner.value)), None::<String>);
                self.wider(rule::of(keyword(inner)), what, (&inner.at, &b.home));
            }
            (None, Some(outer)) => {
                let what = self.replaced(keyword(outer), None::<String>, Some(named(&outer.value)));
                self.narrower(rule::of(keyword(outer)), what, a, (&a.home, &outer.at), &[]);
            }
            (Some(inner), Some(outer)) => {
                let (old, new) = self.turned(inner, outer);
                let without = |one: &Stated<Vec<Value>>, other: &Stated<Vec<Value>>| -> Vec<Value> {
                    one.value.iter().filter(|value| !other.value.contains(value)).cloned().collect()
                };
                let (gone, added) = (without(old, new), without(new, old));
                let what = match (gone.is_empty(), added.is_empty()) {
                    (true, true) => return,
                    (false, true) => format!("`{}` has lost {}", keyword(old), named(&gone)),
                    (true, false) => format!("`{}` has gained {}", keyword(new), named(&added)),
                    (false, false) => {
                        format!("`{}` has lost {} and gained {}", keyword(new), named(&gone), named(&added))
                    }
                };
                let places = (&inner.at, &outer.at);
                let lost = without(inner, outer);
                if lost.is_empty() {
                    self.wider(rule::of(keyword(inner)), what, places);
                } else {
                    self.narrower(rule::of(keyword(outer)), what, a, places, &lost);
                }
            }
        }
    }

    /// The limits of numbers.
    pub(super) fn numbers(&mut self, a: &WithBranches, b: &WithBranches) {
        self.bound(a, b, (&a.least, &b.least), true);
        self.bound(a, b, (&a.most, &b.most), false);
        for outer in &b.multiple_of {
            if a.multiple_of.iter().any(|inner| inner.value == outer.value) {
                continue;
            }
            let whole = !a.types.value.contains(Types::NUMBER) && outer.value.as_f64() == Some(1.0);
            let inner = a.multiple_of.first();
            let what = self.replaced("multipleOf", inner.map(|stated| &stated.value), Some(&outer.value));
            let places = (inner.map_or(&a.home, |stated| &stated.at), &outer.at);
            if whole || a.multiple_of.iter().any(|inner| divides(&outer.value, &inner.value)) {
                self.wider(&rule::MULTIPLE_OF, what, places);
            } else {
                let crafted: Vec<Value> =
                    a.multiple_of.iter().map(|inner| Value::Number(inner.value.clone())).collect();
                self.narrower(&rule::MULTIPLE_OF, what, a, places, &crafted);
            }
        }
        for inner in a.multiple_of.iter().filter(|_| b.multiple_of.is_empty()) {
            let what = self.replaced("multipleOf", Some(&inner.value), None::<String>);
            self.wider(&rule::MULTIPLE_OF, what, (&inner.at, &b.home));
        }
    }

    fn bound(
        &mut self,
        a: &WithBranches,
        b: &WithBranches,
        (inner, outer): (&Option<Stated<Bound>>, &Option<Stated<Bound>>),
        least: bool,
    ) {
        if inner.as_ref().map(|stated| &stated.value) == outer.as_ref().map(|stated| &stated.value) {
            return;
        }
        let keyword = if least { "minimum" } else { "maximum" };
        let shown = |stated: &Stated<Bound>| match (stated.value.exclusive, least) {
            (false, _) => stated.value.number.to_string(),
            (true, true) => format!("more than {}", stated.value.number),
            (true, false) => format!("less than {}", stated.value.number),
        };
        let what = self.replaced(keyword, inner.as_ref().map(shown), outer.as_ref().map(shown));
        let places = (inner.as_ref().map_or(&a.home, |s| &s.at), outer.as_ref().map_or(&b.home, |s| &s.at));
        match outer {
            Some(outer) if inner.as_ref().is_none_or(|inner| outer.value.is_tighter(&inner.value, least)) => {
                let number = &outer.value.number;
                let mut crafted = vec![Value::Number(number.clone())];
                let step = if least { -1 } else { 1 };
                crafted.extend(number.as_i64().and_then(|n| n.checked_add(step)).map(Value::from));
                crafted.extend(number.as_f64().map(|n| json!(n + f64::from(step as i32))));
                crafted.extend(inner.as_ref().map(|inner| Value::Number(inner.value.number.clone())));
                self.narrower(rule::of(keyword), what, a, places, &crafted);
            }
            _ => self.wider(rule::of(keyword), what, places),
        }
    }

    /// The limits of texts, `format` aside.
    pub(super) fn texts(&mut self, a: &WithBranches, b: &WithBranches) {
        let text = |n: u64| Value::from("a".repeat(n.min(LONGEST_TEXT) as usize));
        self.counts(a, b, ["minLength", "maxLength"], &|n| vec![text(n)]);
        self.list("pattern", a, b, (&a.patterns, &b.patterns), |_, _| false);
        let of = |list: &[Stated<String>]| list.iter().map(|stated| stated.value.clone()).collect::<Vec<_>>();
        if of(&a.contents) != of(&b.contents) {
            let (inner, outer) = (of(&a.contents).join(", "), of(&b.contents).join(", "));
            let shown = |text: String| Some(text).filter(|text| !text.is_empty());
            let what = self.replaced("contentEncoding", shown(inner), shown(outer));
            let place =
                |list: &[Stated<String>], home: &SourceLocation| list.first().map_or(home.clone(), |s| s.at.clone());
            let (inner, outer) = (place(&a.contents, &a.home), place(&b.contents, &b.home));
            self.push(Effect::Unknown, &rule::CONTENT_ENCODING, what, (&inner, &outer), None);
            self.because("no validator checks a string against it");
        }
    }

    pub(super) fn formats(&mut self, a: &WithBranches, b: &WithBranches) {
        self.list("format", a, b, (&a.formats, &b.formats), |inner, outer| NARROWER_FORMATS.contains(&(inner, outer)));
    }

    /// Keywords whose values all hold where `allOf` states several.
    fn list(
        &mut self,
        keyword: &'static str,
        a: &WithBranches,
        b: &WithBranches,
        (inner, outer): (&[Stated<String>], &[Stated<String>]),
        implies: impl Fn(&str, &str) -> bool,
    ) {
        let without = |one: &[Stated<String>], other: &[Stated<String>]| -> Vec<Stated<String>> {
            one.iter().filter(|stated| !other.iter().any(|o| o.value == stated.value)).cloned().collect()
        };
        let mut lost = without(inner, outer);
        for outer in without(outer, inner) {
            let replaced = (!lost.is_empty()).then(|| lost.remove(0));
            let what = self.replaced(keyword, replaced.as_ref().map(|stated| &stated.value), Some(&outer.value));
            let places = (replaced.as_ref().map_or(&a.home, |stated| &stated.at), &outer.at);
            if inner.iter().any(|inner| implies(&inner.value, &outer.value))
                || (keyword == "format" && HINTS.contains(&outer.value.as_str()))
            {
                self.wider(rule::of(keyword), what, places);
            } else if keyword == "format" && !constrains_strings(&outer.value) {
                self.number_format(a, &outer, what, places);
            } else {
                let texts = ["not-a-value", "", "{}", "a..b", "***", "{unclosed", "[unclosed", "\\\\not a uri\\"];
                self.narrower(rule::of(keyword), what, a, places, &texts.map(Value::from));
            }
        }
        for inner in lost {
            let what = self.replaced(keyword, Some(&inner.value), None::<String>);
            self.wider(rule::of(keyword), what, (&inner.at, &b.home));
        }
    }

    /// A format that no validator checks; of those, `int32` is a range.
    fn number_format(
        &mut self,
        a: &WithBranches,
        outer: &Stated<String>,
        what: String,
        places: (&SourceLocation, &SourceLocation),
    ) {
        if outer.value == "int32" && !a.types.value.contains(Types::STRING) {
            let in_range = |bound: &Option<Stated<Bound>>, limit: i64, order: Ordering| {
                bound
                    .as_ref()
                    .is_some_and(|stated| compare_numbers(&stated.value.number, &Number::from(limit)) != order)
            };
            if in_range(&a.least, i32::MIN.into(), Ordering::Less)
                && in_range(&a.most, i32::MAX.into(), Ordering::Greater)
            {
                self.wider(&rule::FORMAT, what, places);
                return;
            }
            let beyond = [json!(i64::from(i32::MAX) + 1), json!(i64::from(i32::MIN) - 1)];
            let level = self.levels.last().map(|level| level.made_of.clone()).unwrap_or_default();
            if let Some(value) = beyond.into_iter().find(|value| self.question.inner_allows(&level, value)) {
                let evidence = self.question.whole_of_inner(&self.levels, value);
                let effect = if evidence.is_some() { Effect::Breaking } else { Effect::Unknown };
                self.push(effect, &rule::FORMAT, what, places, evidence);
                return;
            }
        }
        self.push(Effect::Unknown, &rule::FORMAT, what, places, None);
        self.because("no validator checks this format, so what it refuses is for its readers to say");
    }

    /// A pair of counts; `values` makes values of a size.
    pub(super) fn counts(
        &mut self,
        a: &WithBranches,
        b: &WithBranches,
        keywords: [&'static str; 2],
        values: &dyn Fn(u64) -> Vec<Value>,
    ) {
        for keyword in keywords {
            let (inner, outer) = (a.counts.get(keyword), b.counts.get(keyword));
            if inner.map(|stated| stated.value) == outer.map(|stated| stated.value) {
                continue;
            }
            let what = self.replaced(keyword, inner.map(|s| s.value), outer.map(|s| s.value));
            let places = (inner.map_or(&a.home, |s| &s.at), outer.map_or(&b.home, |s| &s.at));
            let least = LEAST_COUNTS.contains(&keyword);
            let tighter = outer.filter(|outer| {
                inner.is_none_or(|inner| if least { outer.value > inner.value } else { outer.value < inner.value })
            });
            match tighter {
                Some(outer) => {
                    let size = if least { outer.value.checked_sub(1) } else { outer.value.checked_add(1) };
                    let crafted = size.map(values).unwrap_or_default();
                    self.narrower(rule::of(keyword), what, a, places, &crafted);
                }
                None => self.wider(rule::of(keyword), what, places),
            }
        }
    }
}

/// Whether every multiple of `number` is one of `divisor`.
fn divides(divisor: &Number, number: &Number) -> bool {
    match (divisor.as_i64(), number.as_i64()) {
        (Some(divisor), Some(number)) => divisor != 0 && number % divisor == 0,
        _ => false,
    }
}

fn named(values: &[Value]) -> String {
    let mut names: Vec<String> = values.iter().take(MOST_NAMED).map(ToString::to_string).collect();
    if values.len() > MOST_NAMED {
        names.push(format!("{} more", values.len() - MOST_NAMED));
    }
    names.join(", ")
}
