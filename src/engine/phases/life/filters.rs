//! Asks a list for the items with one value, where its parameters are called after what the items have.

use std::sync::Arc;

use serde_json::Value;

use super::fields::{self, Said};
use super::lists::{List, OFFSETS, PAGES};
use super::orders::{DIRECTIONS, SORTS};
use super::parameters::says;
use super::sizes::SIZES;
use super::stage::{Sent, WAITS};
use crate::check::Subject;
use crate::check::laws::{self, Chosen, Field};
use crate::contract::{ParameterLocation, Types};
use crate::engine::Transport;
use crate::finding::Finding;
use crate::text::words::plain;

/// Pairs of filters that are tried.
const PAIRS: usize = 6;
/// Names that speak of the response rather than of what is listed.
const NO_FILTERS: [&str; 4] = ["fields", "include", "expand", "view"];
/// Names that speak of how items are shown, unless the document says that they choose.
const MANNERS: [&str; 7] = ["version", "language", "lang", "locale", "currency", "format", "timezone"];
/// Choices that stand for more than one value.
const ALL: [&str; 6] = ["all", "any", "both", "none", "*", ""];
/// Names that speak of a range of values rather than of one.
const RANGES: [&str; 10] = ["start", "end", "from", "to", "since", "until", "before", "after", "min", "max"];
/// Words of a description by which a parameter keeps to some items.
const CHOOSING: [&str; 8] = ["only", "filter", "filters", "filtered", "whose", "exact", "exactly", "restrict"];
/// Words by which it may show others, too.
pub(super) const OPEN: [&str; 24] = [
    "search",
    "searches",
    "similar",
    "fuzzy",
    "near",
    "nearest",
    "prefer",
    "preferred",
    "rank",
    "relevance",
    "like",
    "not",
    "no",
    "without",
    "exclude",
    "excludes",
    "except",
    "include",
    "includes",
    "also",
    "hide",
    "other",
    "default",
    "unless",
];
/// Words by which what has no value may be meant by any.
const OF_ALL: [&str; 6] = ["apply", "applies", "applicable", "valid", "available", "visible"];
/// Words by which it is a bound, with those of ranges.
const BOUNDS: [&str; 14] = [
    "least", "most", "minimum", "maximum", "more", "less", "above", "below", "older", "newer", "than", "up", "over",
    "under",
];

/// Words by which a number is no bound.
const SAME: [&str; 7] = ["exact", "exactly", "whose", "this", "given", "equal", "equals"];

/// A parameter that keeps to the items with one value.
pub(super) struct Filter {
    parameter: usize,
    name: String,
    pub field: Field,
    /// Whether it takes a list of values.
    takes_list: bool,
}

impl Filter {
    /// The value of the parameter that asks for this one.
    pub fn asked(&self, value: &Value) -> (usize, Value) {
        let value = value.clone();
        (self.parameter, if self.takes_list { Value::Array(vec![value]) } else { value })
    }
}

/// Whether a parameter of this name is none that keeps to the items with one value.
fn is_no_filter(name: &str) -> bool {
    let known: [&[&str]; 7] = [&NO_FILTERS, &RANGES, &SIZES, &OFFSETS, &PAGES, &SORTS, &DIRECTIONS];
    known.iter().any(|names| names.contains(&name))
}

impl<T: Transport> List<'_, T> {
    /// Whether the list keeps to what each filter asks for, and each bound.
    pub(super) async fn filters(&mut self) {
        let bounds = self.bounds();
        if self.chosen_by(&[]).is_empty() && bounds.is_empty() {
            return;
        }
        let list = self.whole().await;
        let whole = list.as_ref().and_then(|list| laws::listed_in(&self.stage.subject(list))).unwrap_or_default();
        let is_whole = !whole.is_empty();
        let whole = if is_whole { whole } else { self.items.iter().cloned().map(Value::Object).collect() };
        let filters = self.chosen_by(&whole);
        if is_whole {
            self.totals_of(&filters, &whole).await;
        }
        let mut exact: Vec<Filter> = Vec::new();
        for filter in filters {
            if self.keeps_to(&filter, &whole).await == Some(true) {
                exact.push(filter);
            }
        }
        self.several_values(&exact, &whole).await;
        self.two_filters(&exact, &whole).await;
        self.ranges(&bounds, &whole).await;
    }

    /// The parameters that are called after a field of the items.
    fn chosen_by(&self, whole: &[Value]) -> Vec<Filter> {
        let items: Vec<Value> = self.items.iter().cloned().map(Value::Object).collect();
        let all = Field::all(whole.iter().chain(&items));
        let parameters = self.stage.described(self.operation).parameters.iter().enumerate();
        let found = parameters.filter_map(|(index, parameter)| {
            let element = self.element(parameter);
            let types = element.map_or_else(|| self.types(parameter), |element| self.types_of(element));
            let is_plain = types.intersects(Types::STRING.or(Types::BOOLEAN).or(Types::INTEGER))
                && !types.intersects(Types::ARRAY.or(Types::OBJECT));
            if parameter.place != ParameterLocation::Query || !is_plain || is_no_filter(&plain(&parameter.name)) {
                return None;
            }
            let said = Said { text: &self.said(index), is_key: self.is_key(index, types) };
            let field = fields::named(&parameter.name, said, &all)?;
            Some(Filter { parameter: index, name: parameter.name.clone(), field, takes_list: element.is_some() })
        });
        found.collect()
    }

    /// Whether the list keeps to what a filter asks for, and nothing else may be meant by it; `None` where it was not asked,
    /// or does not.
    async fn keeps_to(&mut self, filter: &Filter, whole: &[Value]) -> Option<bool> {
        let values: Vec<Value> = whole.iter().flat_map(|item| filter.field.values(item)).cloned().collect();
        let is_word = |value: &&Value| value.as_str().is_none_or(|text| is_text(text, "-_")) && is_plain(value);
        let is_any = |value: &&Value| value.as_str().is_none_or(|text| is_text(text, "-_ .@")) && is_plain(value);
        let one = values.iter().find(is_word).or_else(|| values.iter().find(is_any)).cloned()?;
        let two = values.iter().filter(is_any).find(|value| **value != one).cloned();
        let index = filter.parameter;
        if MANNERS.contains(&&*plain(&filter.name)) && (two.is_none() || !self.chooses(index)) {
            return None;
        }
        let choices = self.choices(index);
        let is_exact = self.is_exact(filter, &one, &choices);
        let is_one = |choice: &&Value| choice.as_str().is_some_and(|text| !ALL.contains(&&*text.to_lowercase()));
        let mut absent = choices.iter().filter(is_one).find(|choice| !values.contains(choice)).cloned();
        if choices.is_empty() && is_exact && one.is_string() {
            // In one word: of several, each may be searched for.
            absent = self.stage.texts().into_iter().find(|text| text.as_str().is_some_and(|text| is_text(text, "")));
        }
        let mut is_asked = false;
        // Who asks for no `only` may ask for all.
        let is_open = |value: &Value| *value == Value::Bool(false) && says(&self.said(index), &["only"]);
        let values: Vec<Value> = [Some(one), two, absent, middle(&values)].into_iter().flatten().collect();
        let values: Vec<Value> = values.into_iter().filter(|value| !is_open(value)).collect();
        for value in values {
            let asked: Vec<(usize, Value)> = self.largest().into_iter().chain([filter.asked(&value)]).collect();
            let Some(sent) = self.ask(&asked).await else { continue };
            is_asked = true;
            let values = [value];
            let is_closed = is_exact && !values[0].is_boolean() && self.keeps_to_only(index);
            let chosen = Chosen { field: &filter.field, values: &values, is_exact, is_closed };
            let judge = |list: &Subject<'_>, known: &[Value]| laws::judge_filter(list, chosen, known);
            let finding = judge(&self.stage.subject(&sent), whole);
            if finding.is_some()
                && let Some((sent, finding)) = self.confirmed(&asked, whole, &[&filter.field], judge).await
            {
                self.judge(&sent, Some(finding));
                return None;
            }
        }
        is_asked.then_some(is_exact)
    }

    /// What is still wrong once the server has had its time. What has moved by itself since the whole list was read is not
    /// lacking.
    pub(super) async fn confirmed(
        &mut self,
        asked: &[(usize, Value)],
        whole: &[Value],
        fields: &[&Field],
        judge: impl Fn(&Subject<'_>, &[Value]) -> Option<Finding>,
    ) -> Option<(Arc<Sent>, Finding)> {
        tokio::time::sleep(WAITS[WAITS.len() - 1]).await;
        let again = match self.whole().await {
            Some(again) => again,
            None => match self.all().await {
                Some(pages) => pages.joined,
                None => self.ask(&[]).await?,
            },
        };
        let again = laws::listed_in(&self.stage.subject(&again)).unwrap_or_default();
        let known = laws::unmoved(whole, &again, fields);
        let sent = self.ask(asked).await?;
        let finding = judge(&self.stage.subject(&sent), &known)?;
        Some((sent, finding))
    }

    /// Whether the document says of a parameter that it chooses items.
    fn chooses(&self, index: usize) -> bool {
        says(&self.said(index), &CHOOSING)
    }

    /// Whether a filter leaves out all other values.
    fn is_exact(&self, filter: &Filter, value: &Value, choices: &[Value]) -> bool {
        let said = self.said(filter.parameter);
        let is_open = says(&said, &OPEN);
        if says(&said, &BOUNDS) {
            return false;
        }
        if !value.is_boolean()
            && (!choices.is_empty() || ["id", "ids"].iter().any(|id| plain(&filter.name).ends_with(id)))
        {
            return true;
        }
        let is_bound = || says(&said, &RANGES) || says(&filter.name, &RANGES);
        let is_closed = says(&said, &CHOOSING) && !is_open;
        is_closed && (!value.is_number() || says(&said, &SAME) && !is_bound())
    }

    /// Whether the document says that what a parameter does not ask for is left out.
    pub(super) fn keeps_to_only(&self, index: usize) -> bool {
        let said = self.said(index);
        says(&said, &["only"]) && !says(&said, &OPEN) && !says(&said, &OF_ALL)
    }

    /// A filter by a list of values keeps to the items that have any of them.
    async fn several_values(&mut self, exact: &[Filter], whole: &[Value]) {
        for filter in exact.iter().filter(|filter| filter.takes_list) {
            // An item of several values may have to have all that are asked for.
            let holds_list = |item: &Value| {
                let [name, ..] = filter.field.path() else { return true };
                item.get(name).is_some_and(Value::is_array)
            };
            if whole.iter().any(|item| holds_list(item) || filter.field.values(item).len() > 1) {
                continue;
            }
            let values: Vec<&Value> = whole.iter().filter_map(|item| filter.field.value(item)).collect();
            let mut rare: Vec<&Value> = Vec::new();
            for value in values.iter().copied().filter(|value| is_plain(value)) {
                if !rare.contains(&value) {
                    rare.push(value);
                }
            }
            // Of few items the response shows all.
            rare.sort_by_key(|value| values.iter().filter(|own| own == &value).count());
            let two: Vec<Value> = rare.into_iter().take(2).cloned().collect();
            if two.len() < 2 {
                continue;
            }
            let asked = [(filter.parameter, Value::Array(two.clone()))];
            let asked: Vec<_> = self.largest().into_iter().chain(asked).collect();
            let Some(sent) = self.ask(&asked).await else { continue };
            let chosen = Chosen { field: &filter.field, values: &two, is_exact: true, is_closed: false };
            let judge = |list: &Subject<'_>, known: &[Value]| laws::judge_filter(list, chosen, known);
            if judge(&self.stage.subject(&sent), whole).is_some()
                && let Some((sent, finding)) = self.confirmed(&asked, whole, &[&filter.field], judge).await
            {
                self.judge(&sent, Some(finding));
            }
        }
    }

    /// Two filters at once keep to what both ask for.
    async fn two_filters(&mut self, exact: &[Filter], whole: &[Value]) {
        let is_set = |value: &Value| matches!(value, Value::String(text) if !text.is_empty()) || value.is_i64();
        let pairs =
            exact.iter().enumerate().flat_map(|(at, one)| exact[at + 1..].iter().map(move |other| (one, other)));
        for (one, other) in pairs.take(PAIRS) {
            let both = |item: &Value| {
                let both = [one.field.value(item)?, other.field.value(item)?].map(Clone::clone);
                both.iter().all(is_set).then_some(both)
            };
            // Another item has one of the two alone: whoever takes either shows it.
            let has_one = |[a, b]: &[Value; 2]| {
                let mut all = whole.iter().filter_map(both);
                all.any(|[one, other]| (one == *a) != (other == *b))
            };
            let Some([a, b]) = whole.iter().filter_map(both).find(has_one) else { continue };
            let asked: Vec<_> = self.largest().into_iter().chain([one.asked(&a), other.asked(&b)]).collect();
            let Some(sent) = self.ask(&asked).await else { continue };
            for (filter, value) in [(one, &a), (other, &b)] {
                let values = std::slice::from_ref(value);
                let chosen = Chosen { field: &filter.field, values, is_exact: true, is_closed: false };
                let finding = laws::judge_filter(&self.stage.subject(&sent), chosen, &[]);
                if finding.is_some() {
                    return self.judge(&sent, finding);
                }
            }
        }
    }
}

/// Whether a value can be asked for.
pub(super) fn is_plain(value: &Value) -> bool {
    value.is_string() || value.is_boolean() || value.is_i64()
}

/// Whether a text is of letters and digits of ASCII and these marks within it.
fn is_text(text: &str, marks: &str) -> bool {
    let is_letter = |letter: char| letter.is_ascii_alphanumeric();
    text.starts_with(is_letter)
        && text.ends_with(is_letter)
        && text.chars().all(|letter| is_letter(letter) || marks.contains(letter))
}

/// A number of the list that others are below and above of.
fn middle(values: &[Value]) -> Option<Value> {
    let mut numbers: Vec<i64> = values.iter().filter_map(Value::as_i64).collect();
    numbers.sort_unstable();
    numbers.dedup();
    numbers.get(1).filter(|_| numbers.len() > 2).map(|number| Value::from(*number))
}
