//! Goes through all pages of a list, and counts what is on them.

use std::sync::Arc;

use serde_json::Value;

use super::lists::{List, OFFSETS, PAGES};
use super::sizes::{self, SIZES};
use super::stage::Sent;
use crate::check::laws;
use crate::contract::Types;
use crate::engine::Transport;
use crate::text::words::plain;

/// Names of parameters that say after which item a page begins, by what the page before it says.
pub(super) const CURSORS: [&str; 8] =
    ["cursor", "after", "pagetoken", "nextcursor", "startingafter", "continuationtoken", "marker", "nextpagetoken"];
/// Names of properties that say so.
const NEXT: [&str; 6] = ["nextcursor", "cursor", "nextpagetoken", "next", "endcursor", "continuationtoken"];
/// Pages that are gone through.
const MOST: usize = 5;

/// How the next page is asked for.
enum Step {
    Offset(usize),
    Page(usize),
    Cursor(usize),
    Link,
}

impl<T: Transport> List<'_, T> {
    /// The largest page that may be asked for, as the value of its parameter.
    pub(super) fn largest(&self) -> Option<(usize, Value)> {
        let largest = sizes::largest(&self.stage.tested.contract.schemas, self.stage.described(self.operation));
        largest.filter(|(size, _)| !self.is_of_items(&self.name(*size)))
    }

    /// Whether the pages of the list are its parts, and its total their sum.
    pub(super) async fn walk(&mut self) {
        let Some(whole) = self.whole().await else { return self.too_many().await };
        let items = laws::listed_in(&self.stage.subject(&whole)).unwrap_or_default();
        self.ends(&items).await;
        let Some(pages) = self.pages_of(&items).await else {
            return self.total(&whole, items.len()).await;
        };
        let (pages, name) = pages;
        let Some(again) = self.whole().await else { return };
        let is_still =
            laws::listed_in(&self.stage.subject(&again)).is_some_and(|now| laws::are_same_items(&now, &items));
        if !is_still {
            return;
        }
        let subjects: Vec<_> = pages.iter().map(|page| self.stage.subject(page)).collect();
        let finding = laws::judge_pages(&subjects, &items, &name);
        drop(subjects);
        if let (Some(finding), Some(last)) = (finding, pages.last()) {
            let steps: Vec<&Arc<Sent>> = std::iter::once(&whole).chain(&pages).collect();
            return self.judge_by(last, Some(finding), &steps);
        }
        self.past_end(&items).await;
        self.total(&whole, items.len()).await;
    }

    /// The list at once, where it surely is whole.
    pub(super) async fn whole(&mut self) -> Option<Arc<Sent>> {
        let largest = self.largest();
        let asked = largest.iter().filter_map(|(_, value)| value.as_u64()).next();
        let list = self.ask(&largest.into_iter().collect::<Vec<_>>()).await?;
        let subject = self.stage.subject(&list);
        let count = laws::listed_in(&subject)?.len() as u64;
        let is_whole = match asked {
            // A server may have a limit of its own: then the list is as long as pages use to be.
            Some(asked) => count < asked && laws::is_whole(&subject),
            None => laws::is_whole(&subject),
        };
        is_whole.then_some(list)
    }

    /// All pages of these items, and the name of what tells them apart.
    async fn pages_of(&mut self, items: &[Value]) -> Option<(Vec<Arc<Sent>>, String)> {
        let size = self.parameter(&SIZES, Types::INTEGER)?;
        let (count, most) = (items.len(), MOST - 1);
        let on_one = count.div_ceil(most).max(1);
        if count <= on_one {
            return None;
        }
        let limit = (size, Value::from(on_one));
        let offset = self.parameter(&OFFSETS, Types::INTEGER).map(Step::Offset);
        let page = || self.parameter(&PAGES, Types::INTEGER).map(Step::Page);
        let cursor = || self.parameter(&CURSORS, Types::STRING).map(Step::Cursor);
        let step = offset.or_else(page).or_else(cursor).unwrap_or(Step::Link);
        let mut from = 1;
        if let Step::Page(at) = step {
            from = self.first_page(at, Some(&limit)).await;
        }
        let first = match step {
            Step::Offset(at) => vec![limit.clone(), (at, Value::from(0))],
            Step::Page(at) => vec![limit.clone(), (at, Value::from(from))],
            Step::Cursor(_) | Step::Link => vec![limit.clone()],
        };
        let mut pages = vec![self.ask(&first).await?];
        let mut seen = 0;
        loop {
            let last = pages.last()?.clone();
            let shown = laws::listed_in(&self.stage.subject(&last))?.len();
            seen += shown;
            let has_more = pages.len() * on_one < count;
            let is_counted = matches!(step, Step::Offset(_) | Step::Page(_));
            // A server may give fewer than are asked for: then the pages are not those that were meant. One that has given more
            // at once and leaves some of a page out has lost them.
            let meant = items.chunks(on_one).nth(pages.len() - 1).unwrap_or_default();
            let is_cut = || {
                let shown = laws::listed_in(&self.stage.subject(&last));
                shown.is_some_and(|shown| laws::are_part_of(&shown, meant))
            };
            if is_counted && has_more && shown != on_one && !is_cut() || pages.len() == MOST && seen < count {
                return None;
            }
            if pages.len() == MOST {
                break;
            }
            let next = match step {
                Step::Offset(at) if has_more => vec![limit.clone(), (at, Value::from(pages.len() * on_one))],
                Step::Page(at) if has_more => vec![limit.clone(), (at, Value::from(pages.len() + from))],
                Step::Offset(_) | Step::Page(_) => break,
                Step::Cursor(at) => {
                    let said = self.cursor(&last).map(|cursor| vec![limit.clone(), (at, cursor)]);
                    // It may be named by a link alone.
                    match said.or_else(|| self.linked(&last)) {
                        Some(asked) => asked,
                        None => break,
                    }
                }
                Step::Link => match self.linked(&last) {
                    Some(asked) => asked,
                    None => break,
                },
            };
            pages.push(self.ask(&next).await?);
        }
        let name = match step {
            Step::Offset(at) | Step::Page(at) => self.name(at),
            // Where the next page is said is not known then.
            Step::Cursor(_) | Step::Link if pages.len() == 1 => return None,
            Step::Cursor(at) => self.name(at),
            Step::Link => "Link".to_owned(),
        };
        Some((pages, name))
    }

    /// What a page says of where the next one begins.
    pub(super) fn cursor(&self, page: &Sent) -> Option<Value> {
        let body = laws::body(&self.stage.subject(page))?;
        let members = body.as_object()?;
        let held = members.values().filter_map(Value::as_object);
        let mut all = std::iter::once(members).chain(held).flatten();
        let is_next = |(name, value): &(&String, &Value)| {
            NEXT.contains(&&*plain(name))
                && value.as_str().is_some_and(|text| !text.is_empty() && !text.contains("://"))
        };
        all.find(is_next).map(|(_, value)| value.clone())
    }

    /// The parameters of the next page, as `Link` names them (RFC 8288).
    pub(super) fn linked(&self, page: &Sent) -> Option<Vec<(usize, Value)>> {
        let response = page.exchange.result.as_ref().ok()?;
        let link = response.header("link")?.split(',').find(|link| {
            let rel = link.split(';').skip(1).map(|part| part.trim().replace('"', ""));
            rel.into_iter().any(|part| part.eq_ignore_ascii_case("rel=next"))
        })?;
        let target = link.split(';').next()?.trim().trim_start_matches('<').trim_end_matches('>');
        let (_, query) = target.split_once('?')?;
        let described = self.stage.described(self.operation);
        let mut asked = Vec::new();
        for (name, text) in url::form_urlencoded::parse(query.as_bytes()) {
            let at = described.parameter_position(crate::contract::ParameterLocation::Query, &name)?;
            let number =
                text.parse::<u64>().ok().filter(|_| self.types(&described.parameters[at]).intersects(Types::INTEGER));
            asked.push((at, number.map_or_else(|| Value::from(text.into_owned()), Value::from)));
        }
        (!asked.is_empty()).then_some(asked)
    }

    /// Whether a page behind the end is empty.
    async fn past_end(&mut self, items: &[Value]) {
        let Some(offset) = self.parameter(&OFFSETS, Types::INTEGER) else { return };
        let Some(page) = self.ask(&[(offset, Value::from(items.len() + 1))]).await else { return };
        let finding = laws::judge_past_end(&self.stage.subject(&page), items, &self.name(offset));
        self.judge(&page, finding);
    }
}
