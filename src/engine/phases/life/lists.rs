//! Looks into a list: at its pages, filters and orders, as far as its parameters are called what they do.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::sizes::SIZES;
use super::stage::{Sent, Stage};
use crate::case::RequestValues;
use crate::check::laws;
use crate::contract::{Parameter, ParameterLocation, Types};
use crate::engine::Transport;
use crate::engine::judge::LateFinding;
use crate::finding::Finding;
use crate::text::words::{self, plain};
use crate::wire;

/// Names of parameters that count items before a page.
pub(super) const OFFSETS: [&str; 2] = ["offset", "skip"];
/// Names of parameters that count pages.
pub(super) const PAGES: [&str; 3] = ["page", "pagenumber", "pageno"];
/// Names of parameters that say by which property a list is sorted.
const SORTS: [&str; 6] = ["sort", "sortby", "orderby", "order", "ordering", "sortfield"];
/// Names of parameters that say in which direction.
const DIRECTIONS: [&str; 7] = ["order", "direction", "sortorder", "sortdir", "sortdirection", "dir", "orderdir"];
/// Names that speak of the response rather than of what is listed.
const NO_FILTERS: [&str; 4] = ["fields", "include", "expand", "view"];
/// Names that speak of how items are shown, unless the document says that they choose.
const MANNERS: [&str; 7] = ["version", "language", "lang", "locale", "currency", "format", "timezone"];
/// Choices that stand for more than one value.
const ALL: [&str; 6] = ["all", "any", "both", "none", "*", ""];
/// Names that speak of a range of values rather than of one.
const RANGES: [&str; 10] = ["start", "end", "from", "to", "since", "until", "before", "after", "min", "max"];
/// Orders that are tried.
const MOST: usize = 6;

/// What the laws say of the list that an operation returns, if it does.
pub(super) async fn look<T: Transport>(stage: &mut Stage<T>, operation: usize) -> Vec<LateFinding> {
    let described = stage.described(operation);
    let is_asked = |parameter: &Parameter| parameter.place == ParameterLocation::Query;
    if described.method != "GET" || !described.parameters.iter().any(is_asked) {
        return Vec::new();
    }
    let Some(plain) = stage.accepted.plainest(operation).cloned() else { return Vec::new() };
    let Some(all) = stage.send(operation, plain.clone(), "the list").await else { return Vec::new() };
    let items: Vec<Map<String, Value>> = laws::listed_in(&stage.subject(&all))
        .into_iter()
        .flatten()
        .filter_map(|item| item.as_object().cloned())
        .collect();
    let mut list = List::of(stage, operation, plain, items);
    if list.items.len() > 1 {
        let found = list.found.len();
        list.pages().await;
        if list.found.len() == found {
            list.walk().await;
        }
        list.filters().await;
        list.orders().await;
    }
    let mut found = list.found;
    found.append(&mut stage.failed);
    found
}

/// Whether a parameter of this name is none that keeps to the items with one value.
fn is_no_filter(name: &str) -> bool {
    let known: [&[&str]; 7] = [&NO_FILTERS, &RANGES, &SIZES, &OFFSETS, &PAGES, &SORTS, &DIRECTIONS];
    known.iter().any(|names| names.contains(&name))
}

pub(super) struct List<'s, T> {
    pub stage: &'s mut Stage<T>,
    pub operation: usize,
    /// The values of a request that was accepted.
    plain: RequestValues,
    pub(super) items: Vec<Map<String, Value>>,
    found: Vec<LateFinding>,
}

impl<'s, T: Transport> List<'s, T> {
    /// The list that these values ask for, with items that it has.
    pub(super) fn of(
        stage: &'s mut Stage<T>,
        operation: usize,
        plain: RequestValues,
        items: Vec<Map<String, Value>>,
    ) -> Self {
        Self { stage, operation, plain, items, found: Vec::new() }
    }

    /// The position of the query parameter with one of these names, if it takes values of these types.
    pub(super) fn parameter(&self, names: &[&str], types: Types) -> Option<usize> {
        let is_it = |parameter: &Parameter| {
            let is_known = parameter.place == ParameterLocation::Query && names.contains(&&*plain(&parameter.name));
            is_known && self.types(parameter).intersects(types)
        };
        self.stage.described(self.operation).parameters.iter().position(is_it)
    }

    /// Whether the items have a property of this name: it says which of them are asked for.
    pub(super) fn is_of_items(&self, name: &str) -> bool {
        self.items.iter().any(|item| item.contains_key(name))
    }

    pub(super) fn types(&self, parameter: &Parameter) -> Types {
        let schemas = &self.stage.tested.contract.schemas;
        let Some(schema) = parameter.schema else { return Types::ANY };
        let choices = schemas.conjunction(&[schema]).filter_map(|id| schemas.get(id).enum_values.as_ref()).flatten();
        choices.fold(wire::expected_types(schemas, schema), |types, choice| types.or(Types::of(choice)))
    }

    pub(super) fn name(&self, parameter: usize) -> String {
        self.stage.described(self.operation).parameters[parameter].name.clone()
    }

    /// The members of the enumeration of a parameter.
    fn choices(&self, parameter: usize) -> Vec<Value> {
        let schemas = &self.stage.tested.contract.schemas;
        let schema = self.stage.described(self.operation).parameters[parameter].schema;
        let all = schema.into_iter().flat_map(|schema| schemas.conjunction(&[schema]));
        all.filter_map(|id| schemas.get(id).enum_values.clone()).flatten().collect()
    }

    /// The list with these parameters, if it is accepted.
    pub(super) async fn ask(&mut self, parameters: &[(usize, Value)]) -> Option<Arc<Sent>> {
        let mut values = self.plain.clone();
        for (index, value) in parameters {
            values.parameters[*index] = Some(value.clone());
        }
        let sent = self.stage.send(self.operation, values, "a part of the list").await?;
        sent.is_success().then_some(sent)
    }

    pub(super) fn judge(&mut self, sent: &Arc<Sent>, finding: Option<Finding>) {
        self.judge_by(sent, finding, &[sent]);
    }

    pub(super) fn judge_by(&mut self, sent: &Arc<Sent>, finding: Option<Finding>, steps: &[&Arc<Sent>]) {
        self.found.extend(finding.map(|finding| self.stage.late(finding, sent, steps)));
    }

    async fn pages(&mut self) {
        let Some(size) = self.parameter(&SIZES, Types::INTEGER) else { return };
        let name = self.name(size);
        let one = (size, Value::from(1));
        let list = self.ask(&[]).await;
        let Some(page) = self.ask(std::slice::from_ref(&one)).await else { return };
        if let (Some(list), Some(again)) = (list, self.ask(&[]).await) {
            let [before, of_page, after] = [&list, &page, &again].map(|sent| self.stage.subject(sent));
            let finding = laws::judge_total_of_page(&before, &of_page, &after);
            self.judge_by(&page, finding, &[&list, &page]);
        }
        if let Some(finding) = laws::judge_size(&self.stage.subject(&page), &name, 1) {
            // Where pages begin is not to be seen then.
            return self.judge(&page, Some(finding));
        }
        let offset = self.parameter(&OFFSETS, Types::INTEGER).map(|offset| (offset, [0, 1]));
        let next = offset.or_else(|| Some((self.parameter(&PAGES, Types::INTEGER)?, [1, 2])));
        let Some((next, steps)) = next else { return };
        let mut pages = Vec::new();
        for step in [steps[0], steps[1], steps[0]] {
            let Some(page) = self.ask(&[one.clone(), (next, Value::from(step))]).await else { return };
            pages.push(page);
        }
        let [first, second, again] = [0, 1, 2].map(|index| self.stage.subject(&pages[index]));
        let finding = laws::judge_overlap(&first, &second, &again, &self.name(next));
        self.judge_by(&pages[1], finding, &[&pages[0], &pages[1]]);
    }

    async fn filters(&mut self) {
        let parameters = &self.stage.described(self.operation).parameters;
        let names: Vec<(usize, String)> = parameters
            .iter()
            .enumerate()
            .filter(|(_, parameter)| {
                let is_plain = Types::STRING.or(Types::BOOLEAN).or(Types::INTEGER);
                parameter.place == ParameterLocation::Query
                    && self.types(parameter).intersects(is_plain)
                    && !self.types(parameter).intersects(Types::ARRAY.or(Types::OBJECT))
                    && !is_no_filter(&plain(&parameter.name))
            })
            .map(|(index, parameter)| (index, parameter.name.clone()))
            .collect();
        let bounds = self.bounds();
        if names.is_empty() && bounds.is_empty() {
            return;
        }
        let (largest, mut whole) = (self.largest(), Vec::new());
        if let Some(list) = self.whole().await {
            whole = laws::listed_in(&self.stage.subject(&list)).unwrap_or_default();
        }
        if whole.is_empty() {
            whole = self.items.iter().cloned().map(Value::Object).collect();
        }
        let mut exact: Vec<(usize, String)> = Vec::new();
        for (index, name) in names {
            let items = whole.iter().filter_map(Value::as_object);
            let values: Vec<Value> = items.filter_map(|item| item.get(&name)).cloned().collect();
            let is_plain = |value: &&Value| match value {
                Value::String(text) => {
                    !text.is_empty()
                        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-')
                }
                Value::Bool(_) => true,
                Value::Number(number) => number.is_i64(),
                _ => false,
            };
            let Some(one) = values.iter().find(is_plain).cloned() else { continue };
            let two = values.iter().filter(is_plain).find(|value| **value != one).cloned();
            if MANNERS.contains(&&*plain(&name)) && (two.is_none() || !self.chooses(index)) {
                continue;
            }
            let choices = self.choices(index);
            let is_exact = !choices.is_empty() && !one.is_boolean() || plain(&name).ends_with("id");
            let middle = middle(&values);
            let is_one = |choice: &&Value| choice.as_str().is_some_and(|text| !ALL.contains(&&*text.to_lowercase()));
            let absent = choices.iter().filter(is_one).find(|choice| !values.contains(choice)).cloned();
            let found = self.found.len();
            for value in [Some(one), two, absent, middle].into_iter().flatten() {
                let asked: Vec<(usize, Value)> = largest.iter().cloned().chain([(index, value.clone())]).collect();
                let Some(sent) = self.ask(&asked).await else { continue };
                let mut finding = laws::judge_filter(&self.stage.subject(&sent), &name, &value, &whole, is_exact);
                // What has moved by itself since the whole list was read is not lacking.
                if finding.is_some()
                    && let Some(again) = self.whole().await
                {
                    let again = laws::listed_in(&self.stage.subject(&again)).unwrap_or_default();
                    let kept = laws::unmoved(&whole, &again, &[&name]);
                    finding = laws::judge_filter(&self.stage.subject(&sent), &name, &value, &kept, is_exact);
                }
                if finding.is_some() {
                    self.judge(&sent, finding);
                    break;
                }
            }
            if is_exact && self.found.len() == found {
                exact.push((index, name));
            }
        }
        self.two_filters(&exact, &whole).await;
        self.ranges(&bounds, &whole).await;
    }

    /// Whether the document says of a parameter that it chooses items.
    fn chooses(&self, index: usize) -> bool {
        let said = self.stage.described(self.operation).parameters[index].description.as_deref().unwrap_or_default();
        words::of(said).iter().any(|word| matches!(word.as_str(), "only" | "filter" | "filters" | "whose"))
    }

    /// Two filters at once keep to what both ask for.
    async fn two_filters(&mut self, exact: &[(usize, String)], whole: &[Value]) {
        let is_set = |value: &Value| matches!(value, Value::String(text) if !text.is_empty()) || value.is_i64();
        let pairs =
            exact.iter().enumerate().flat_map(|(at, one)| exact[at + 1..].iter().map(move |other| (one, other)));
        for ((one, first), (other, second)) in pairs {
            let both = |item: &Value| {
                let both = [item.get(first)?, item.get(second)?].map(Clone::clone);
                both.iter().all(is_set).then_some(both)
            };
            // Another item has one of the two alone: whoever takes either shows it.
            let has_one = |[a, b]: &[Value; 2]| {
                let mut all = whole.iter().filter_map(both);
                all.any(|[one, other]| (one == *a) != (other == *b))
            };
            let Some([a, b]) = whole.iter().filter_map(both).find(has_one) else { continue };
            let largest = self.largest();
            let asked: Vec<_> = largest.into_iter().chain([(*one, a.clone()), (*other, b.clone())]).collect();
            let Some(sent) = self.ask(&asked).await else { continue };
            for (name, value) in [(first, &a), (second, &b)] {
                let finding = laws::judge_filter(&self.stage.subject(&sent), name, value, &[], true);
                if finding.is_some() {
                    return self.judge(&sent, finding);
                }
            }
        }
    }

    async fn orders(&mut self) {
        let Some(sort) = self.parameter(&SORTS, Types::STRING) else { return };
        let direction = self.parameter(&DIRECTIONS, Types::STRING).filter(|direction| *direction != sort);
        let directions = direction.map(|index| (index, self.choices(index)));
        let mut tried = 0;
        for choice in self.choices(sort) {
            let Some((property, is_descending)) = choice.as_str().and_then(|text| self.order(text)) else { continue };
            let mut asked = vec![(vec![(sort, choice.clone())], is_descending)];
            // A sign says it already.
            let open = directions.iter().filter(|_| is_descending.is_none());
            for (index, value) in open.flat_map(|(index, all)| all.iter().map(move |value| (*index, value))) {
                let lower = value.as_str().unwrap_or_default().to_lowercase();
                let is_descending =
                    if lower.starts_with("desc") { Some(true) } else { lower.starts_with("asc").then_some(false) };
                asked.push((vec![(sort, choice.clone()), (index, value.clone())], is_descending));
            }
            for (parameters, is_descending) in asked {
                if tried == MOST {
                    return;
                }
                tried += 1;
                let Some(sent) = self.ask(&parameters).await else { continue };
                let texts: Vec<&str> = parameters.iter().filter_map(|(_, value)| value.as_str()).collect();
                let said = format!("{}={}", self.name(sort), texts.join(" "));
                let finding = laws::judge_sorted(&self.stage.subject(&sent), &said, &property, is_descending);
                self.judge(&sent, finding);
            }
        }
    }

    /// The property that the value of a parameter names, and the direction, if it names one.
    fn order(&self, text: &str) -> Option<(String, Option<bool>)> {
        let signs = [("-", true), ("+", false)];
        let down = [":desc", "_desc", " desc", ".desc", "-desc"].map(|tail| (tail, true));
        let up = [":asc", "_asc", " asc", ".asc", "-asc"].map(|tail| (tail, false));
        let by_sign = signs.into_iter().find_map(|(sign, down)| Some((text.strip_prefix(sign)?, Some(down))));
        let lower = text.to_lowercase();
        let by_tail = down
            .into_iter()
            .chain(up)
            .find_map(|(tail, down)| lower.ends_with(tail).then(|| (&text[..text.len() - tail.len()], Some(down))));
        let (name, is_descending) = by_sign.or(by_tail).unwrap_or((text, None));
        let is_it = |known: &&String| plain(known) == plain(name);
        let property = self.items.iter().flat_map(Map::keys).find(is_it)?;
        Some((property.clone(), is_descending))
    }
}

/// A number of the list that others are below and above of.
fn middle(values: &[Value]) -> Option<Value> {
    let mut numbers: Vec<i64> = values.iter().filter_map(Value::as_i64).collect();
    numbers.sort_unstable();
    numbers.dedup();
    numbers.get(1).filter(|_| numbers.len() > 2).map(|number| Value::from(*number))
}
