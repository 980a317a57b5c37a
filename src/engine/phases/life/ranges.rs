//! Asks a list for what is within bounds of a number, where its parameters are called so.

use serde_json::Value;

use super::lists::List;
use crate::check::laws::{self, Limit};
use crate::contract::{ParameterLocation, Types};
use crate::engine::Transport;
use crate::text::words;

/// Words of a parameter that name a lower bound, with whether what is at the bound is meant.
const LOWER: [(&str, bool); 5] = [("min", true), ("minimum", true), ("gte", true), ("gt", false), ("least", true)];
/// Words that name an upper one.
const UPPER: [(&str, bool); 5] = [("max", true), ("maximum", true), ("lte", true), ("lt", false), ("most", true)];
/// What the most of is that of a page.
const OF_PAGES: [&str; 6] = ["count", "size", "items", "results", "limit", "pagesize"];
/// Words of a description that leave out what is at the bound.
const BEYOND: [&str; 9] = ["exclu", "above", "below", "more than", "less than", "over ", "under ", "greater", "fewer"];

/// A parameter that is a bound of a property of the items.
pub(super) struct Range {
    parameter: usize,
    property: String,
    is_lower: bool,
    is_inclusive: bool,
}

impl<T: Transport> List<'_, T> {
    /// The parameters that are bounds of a number that the items have.
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
            let is_it = |(name, value): &(&String, &Value)| value.is_number() && words::plain(name) == rest;
            let (property, _) = self.items.iter().flatten().find(is_it)?;
            let said = parameter.description.as_deref().unwrap_or_default().to_lowercase();
            let is_inclusive = is_inclusive && !BEYOND.iter().any(|word| said.contains(word));
            Some(Range { parameter: index, property: property.clone(), is_lower, is_inclusive })
        });
        found.collect()
    }

    /// Whether a list keeps to each bound, and to both of one property at once.
    pub(super) async fn ranges(&mut self, bounds: &[Range], whole: &[Value]) {
        let mut kept = Vec::new();
        for bound in bounds {
            let Some(at) = between(whole, &bound.property, bound.is_lower) else { continue };
            if self.is_kept(&[(bound, &at)], whole).await {
                kept.push((bound, at));
            }
        }
        for (lower, at) in kept.iter().filter(|(bound, _)| bound.is_lower) {
            let is_pair = |(bound, _): &&(&Range, Value)| !bound.is_lower && bound.property == lower.property;
            let pair = kept.iter().find(is_pair).filter(|(_, most)| at.as_f64() <= most.as_f64());
            if let Some((upper, most)) = pair {
                self.is_kept(&[(lower, at), (upper, most)], whole).await;
            }
        }
    }

    async fn is_kept(&mut self, asked: &[(&Range, &Value)], whole: &[Value]) -> bool {
        let largest = self.largest();
        let values = asked.iter().map(|(bound, at)| (bound.parameter, (*at).clone()));
        let Some(sent) = self.ask(&largest.into_iter().chain(values).collect::<Vec<_>>()).await else { return false };
        let limits: Vec<Limit<'_>> = asked
            .iter()
            .map(|(bound, at)| Limit {
                property: &bound.property,
                at,
                is_lower: bound.is_lower,
                // A fraction may be shown rounded.
                is_inclusive: bound.is_inclusive && at.is_i64(),
            })
            .collect();
        let names: Vec<String> = asked.iter().map(|(bound, _)| self.name(bound.parameter)).collect();
        let names = names.join(" and ");
        let mut finding = laws::judge_range(&self.stage.subject(&sent), &limits, whole, &names);
        // What has moved by itself since the whole list was read is not lacking.
        if finding.is_some()
            && let Some(again) = self.whole().await
        {
            let again = laws::listed_in(&self.stage.subject(&again)).unwrap_or_default();
            let properties: Vec<&str> = limits.iter().map(|limit| limit.property).collect();
            let kept = laws::unmoved(whole, &again, &properties);
            finding = laws::judge_range(&self.stage.subject(&sent), &limits, &kept, &names);
        }
        let is_kept = finding.is_none();
        self.judge(&sent, finding);
        is_kept
    }
}

/// A number of the items that others are beyond on the side that the bound leaves out.
fn between(items: &[Value], property: &str, is_lower: bool) -> Option<Value> {
    let mut numbers: Vec<&Value> =
        items.iter().filter_map(|item| item.get(property)).filter(|it| it.is_number()).collect();
    numbers.sort_by(|one, other| one.as_f64().partial_cmp(&other.as_f64()).unwrap_or(std::cmp::Ordering::Equal));
    numbers.dedup();
    let at = if is_lower { 1 } else { numbers.len().checked_sub(2)? };
    numbers.get(at).map(|number| (*number).clone())
}
