//! Holds what a list says of its length, and of where it ends, to what it has.

use std::sync::Arc;

use serde_json::Value;

use super::all_pages::Pages;
use super::filters::{Filter, is_plain};
use super::lists::{List, OFFSETS, PAGES};
use super::pages::CURSORS;
use super::sizes::SIZES;
use super::stage::Sent;
use crate::check::laws;
use crate::contract::Types;
use crate::engine::Transport;

/// Sizes of pages that are tried, the first that the document allows.
const FEW: [usize; 4] = [1, 2, 5, 10];

impl<T: Transport> List<'_, T> {
    /// Whether the first page says that there are more, and the last one that there are not. `items` are those of the list.
    pub(super) async fn ends(&mut self, items: &[Value]) {
        let Some(size) = self.parameter(&SIZES, Types::INTEGER) else { return };
        let place = self.parameter(&OFFSETS, Types::INTEGER).map(|at| (at, false));
        let place = place.or_else(|| Some((self.parameter(&PAGES, Types::INTEGER)?, true)));
        // Who says how pages follow each other says also where they end.
        if place.is_none() && self.parameter(&CURSORS, Types::STRING).is_none() {
            return;
        }
        let mut first = None;
        for few in FEW.into_iter().filter(|few| *few < items.len()) {
            first = self.ask(&[(size, Value::from(few))]).await.map(|page| (page, few));
            if first.is_some() {
                break;
            }
        }
        let Some((first, few)) = first else { return };
        let shown = laws::listed_in(&self.stage.subject(&first)).unwrap_or_default();
        if !laws::are_part_of(&shown, items) || shown.len() != few {
            return;
        }
        let finding = laws::judge_more(&self.stage.subject(&first), place.is_some());
        if finding.is_some() && self.is_still(items).await {
            return self.judge(&first, finding);
        }
        let Some((place, is_page)) = place else { return };
        // A last page that is not full, and one that is.
        for asked in [few + 1, few] {
            let before = if is_page { (items.len() - 1) / asked } else { items.len() - few };
            let from = if is_page { before + self.first_page(place, None).await } else { before };
            let Some(last) = self.ask(&[(size, Value::from(asked)), (place, Value::from(from))]).await else { return };
            let shown = laws::listed_in(&self.stage.subject(&last)).unwrap_or_default();
            let rest = &items[items.len() - shown.len().min(items.len())..];
            let is_last = !shown.is_empty() && laws::are_same_items(&shown, rest);
            let finding = laws::judge_last(&self.stage.subject(&last), asked).filter(|_| is_last);
            if finding.is_some() && self.is_still(items).await {
                return self.judge(&last, finding);
            }
        }
    }

    /// Whether the total of what a filter leaves is that of all. `whole` are the items of the list without it.
    pub(super) async fn totals_of(&mut self, filters: &[Filter], whole: &[Value]) {
        for filter in filters {
            let left = |value: &Value| whole.iter().filter(|item| filter.field.values(item).contains(&value)).count();
            let values = whole.iter().flat_map(|item| filter.field.values(item)).filter(|value| is_plain(value));
            let Some((value, left)) = values.map(|value| (value, left(value))).find(|(_, left)| *left < whole.len())
            else {
                continue;
            };
            let asked: Vec<(usize, Value)> = self.largest().into_iter().chain([filter.asked(value)]).collect();
            let Some(sent) = self.ask(&asked).await else { continue };
            let finding = laws::judge_total_of_filter(&self.stage.subject(&sent), left, whole.len());
            if finding.is_some() && self.is_still(whole).await {
                return self.judge(&sent, finding);
            }
        }
    }

    /// Whether the list at once is what it was.
    async fn is_still(&mut self, items: &[Value]) -> bool {
        let Some(again) = self.whole().await else { return false };
        laws::listed_in(&self.stage.subject(&again)).is_some_and(|now| laws::are_same_items(&now, items))
    }

    /// Whether the total is that of all pages.
    async fn all_pages(&mut self, first: Arc<Sent>) {
        let pages = Pages::from(self.stage, first.clone()).await;
        let joined = self.stage.subject(&pages.joined);
        if !laws::is_whole(&joined) {
            return;
        }
        let items = laws::listed_in(&joined).unwrap_or_default();
        let is_once = laws::are_once(&items);
        let Some(asked) = first.case.values.clone() else { return };
        let Some(again) = self.stage.send(self.operation, asked, "a part of the list").await else { return };
        let finding = laws::judge_total(&self.stage.subject(&first), &self.stage.subject(&again), items.len());
        let steps: Vec<&Arc<Sent>> = pages.pages.iter().collect();
        self.judge_by(&first, finding.filter(|_| is_once), &steps);
    }

    /// Whether what says that there are more items than the list shows stands for anything that can be asked for.
    pub(super) async fn too_many(&mut self) {
        let largest: Vec<(usize, Value)> = self.largest().into_iter().collect();
        let Some(list) = self.ask(&largest).await else { return };
        let Some(items) = laws::listed_in(&self.stage.subject(&list)).map(|items| items.len()) else { return };
        let is_larger = laws::total(&self.stage.subject(&list)).is_some_and(|(total, _)| total > items as u64);
        let says_more = is_larger || !laws::says_no_more(&self.stage.subject(&list));
        let offset = self.parameter(&OFFSETS, Types::INTEGER).map(|at| (at, Value::from(items)));
        let next = match (offset, self.parameter(&PAGES, Types::INTEGER)) {
            (None, Some(page)) => {
                let size = largest.first().cloned();
                Some((page, Value::from(self.first_page(page, size.as_ref()).await + 1)))
            }
            (offset, _) => offset,
        };
        let Some(next) = next.filter(|_| says_more && items > 0) else { return };
        let Some(rest) = self.ask(&[largest.clone(), vec![next]].concat()).await else { return };
        let Some(more) = laws::listed_in(&self.stage.subject(&rest)).map(|items| items.len()) else { return };
        let Some(again) = self.ask(&largest).await else { return };
        let is_still = laws::listed_in(&self.stage.subject(&again)).is_some_and(|now| now.len() == items);
        let (before, after) = (self.stage.subject(&list), self.stage.subject(&again));
        let asked = largest.iter().find_map(|(_, size)| size.as_u64()).unwrap_or_default();
        let finding = match more {
            0 => laws::judge_total(&before, &after, items).or_else(|| laws::judge_last(&before, asked as usize)),
            _ => laws::judge_more(&before, true),
        };
        if finding.is_none() && more > 0 {
            return self.all_pages(list).await;
        }
        self.judge_by(&list, finding.filter(|_| is_still), &[&list, &rest]);
    }

    /// Whether the total is that of all items.
    pub(super) async fn total(&mut self, whole: &Arc<Sent>, items: usize) {
        let Some(again) = self.whole().await else { return };
        let is_still = laws::listed_in(&self.stage.subject(&again)).is_some_and(|now| now.len() == items);
        let finding = laws::judge_total(&self.stage.subject(whole), &self.stage.subject(&again), items);
        self.judge(whole, finding.filter(|_| is_still));
    }
}
