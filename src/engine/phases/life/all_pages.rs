//! All pages of a list, joined to one: what was made may be on the last.

use std::sync::Arc;

use serde_json::{Value, json};

use super::lists::{List, OFFSETS, PAGES};
use super::pages::CURSORS;
use super::sizes::SIZES;
use super::stage::{Sent, Stage, WAITS};
use crate::check::{Subject, laws};
use crate::contract::{Parameter, Types};
use crate::engine::Transport;
use crate::engine::made::Resource;
use crate::execute::{Exchange, Response};
use crate::finding::Finding;
use crate::text::words::plain;

/// Pages that are gone through.
const MOST: usize = 20;

/// The pages of a list.
pub(super) struct Pages {
    /// As they were sent, at least the first.
    pub pages: Vec<Arc<Sent>>,
    /// All items in one response, which says that there are more where the last page was not seen.
    pub joined: Arc<Sent>,
}

impl Pages {
    /// The pages from the first one on, as far as it is known how they follow.
    pub async fn from<T: Transport>(stage: &mut Stage<T>, first: Arc<Sent>) -> Self {
        let subject = stage.subject(&first);
        let items = laws::listed_in(&subject).unwrap_or_default();
        // So many that the end is not to be reached.
        let is_long = laws::total(&subject).is_some_and(|(total, _)| total > (items.len() * MOST) as u64);
        let is_alone = !first.is_success() || items.is_empty() || is_long || laws::says_all(&subject);
        if is_alone || stage.long.contains(&first.operation) {
            return Self { pages: vec![first.clone()], joined: first };
        }
        let Some(values) = first.case.values.clone() else {
            return Self { pages: vec![first.clone()], joined: first };
        };
        let items = items.iter().filter_map(|item| item.as_object().cloned()).collect();
        let mut list = List::of(stage, first.operation, values, items);
        let (pages, is_whole) = list.follow(first).await;
        if pages.len() == 1 && !is_whole {
            return Self { joined: pages[0].clone(), pages };
        }
        if pages.len() == MOST && !is_whole {
            stage.long.insert(pages[0].operation);
        }
        let joined = Arc::new(joined(stage, &pages, is_whole));
        Self { pages, joined }
    }

    /// The page that has an item for which this holds, or else the last one.
    pub fn with<T: Transport>(&self, stage: &Stage<T>, is_it: impl Fn(&Value) -> bool) -> &Arc<Sent> {
        let has =
            |page: &&Arc<Sent>| laws::listed_in(&stage.subject(page)).is_some_and(|items| items.iter().any(&is_it));
        self.pages.iter().find(has).unwrap_or_else(|| &self.pages[self.pages.len() - 1])
    }
}

impl<T: Transport> Stage<T> {
    /// As [`Self::look`], at all pages of a list that can be gone through.
    pub async fn look_through(
        &mut self,
        operation: usize,
        resource: &Resource,
        name: &str,
        judge: impl Fn(&Subject<'_>) -> Option<Finding>,
    ) -> Option<(Pages, Option<Finding>)> {
        let values = self.whole(operation)?;
        let mut waits = if self.is_hurried { [].iter() } else { WAITS.iter() };
        loop {
            let first = self.send_on(operation, &values, resource, name).await?;
            let pages = Pages::from(self, first).await;
            let list = self.subject(&pages.joined);
            let finding = judge(&list).filter(|_| !laws::is_cached(&list));
            match waits.next().filter(|_| finding.is_some()) {
                Some(wait) => tokio::time::sleep(*wait).await,
                None => return Some((pages, finding)),
            }
        }
    }
}

impl<T: Transport> List<'_, T> {
    /// All pages of the list, if it is known where they end.
    pub(super) async fn all(&mut self) -> Option<Pages> {
        let largest: Vec<(usize, Value)> = self.largest().into_iter().collect();
        let first = self.ask(&largest).await?;
        let pages = Pages::from(self.stage, first).await;
        laws::is_whole(&self.stage.subject(&pages.joined)).then_some(pages)
    }

    /// The pages that follow a first one, with it, and whether the last of them is the last of all.
    async fn follow(&mut self, first: Arc<Sent>) -> (Vec<Arc<Sent>>, bool) {
        let offset = self.parameter(&OFFSETS, Types::INTEGER);
        let page = self.parameter(&PAGES, Types::INTEGER);
        let cursor = self.parameter(&CURSORS, Types::STRING);
        let mut seen = self.items_of(&first).len();
        let (mut pages, mut begun) = (vec![first], None);
        while pages.len() < MOST {
            let last = pages[pages.len() - 1].clone();
            if pages.len() > 1 && laws::says_all(&self.stage.subject(&last)) {
                return (pages, true);
            }
            let next = match (self.linked(&last), cursor.and_then(|at| Some((at, self.cursor(&last)?)))) {
                (Some(asked), _) => asked,
                (None, Some(at)) => vec![at],
                // What says where the next one is, and names none, is over.
                (None, None) if pages.len() > 1 && begun.is_none() => {
                    return (pages, laws::says_no_more(&self.stage.subject(&last)));
                }
                (None, None) => match (offset, page) {
                    (Some(at), _) => {
                        begun = Some(0);
                        vec![(at, Value::from(seen))]
                    }
                    (None, Some(at)) => {
                        let from = match begun {
                            Some(from) => from,
                            None => self.first_page(at, None).await,
                        };
                        begun = Some(from);
                        vec![(at, Value::from(from + pages.len()))]
                    }
                    (None, None) => return (pages, false),
                },
            };
            let Some(page) = self.ask(&next).await else { return (pages, false) };
            let items = self.items_of(&page);
            if items.is_empty() {
                // An offset may count pages, and a server show no more than so many: a full first page says nothing of an end.
                let is_over = pages.len() > 1 || begun.is_none() || !self.is_full(&last);
                return (pages, is_over);
            }
            // Whoever is sent the same page again does not get on.
            if laws::are_same_items(&items, &self.items_of(&last)) {
                return (pages, false);
            }
            seen += items.len();
            pages.push(page);
        }
        (pages, false)
    }

    /// Whether a page holds as many items as it was asked for, or as pages use to.
    fn is_full(&self, page: &Arc<Sent>) -> bool {
        let count = self.items_of(page).len();
        let parameters = self.stage.described(self.operation).parameters.iter();
        let values = page.case.values.iter().flat_map(|values| &values.parameters);
        let is_size = |(parameter, value): (&Parameter, &Option<Value>)| {
            SIZES.contains(&&*plain(&parameter.name)) && value.as_ref().is_some_and(|size| *size == count)
        };
        parameters.zip(values).any(is_size) || !laws::is_whole(&self.stage.subject(page))
    }

    fn items_of(&self, page: &Arc<Sent>) -> Vec<Value> {
        laws::listed_in(&self.stage.subject(page)).unwrap_or_default()
    }

    /// The number of the first page: 0, where that is another one than 1.
    pub(super) async fn first_page(&mut self, at: usize, limit: Option<&(usize, Value)>) -> usize {
        if let Some(known) = self.stage.first_pages.get(&self.operation) {
            return *known;
        }
        let mut shown = Vec::new();
        for number in [0, 1] {
            let asked: Vec<(usize, Value)> = limit.into_iter().cloned().chain([(at, Value::from(number))]).collect();
            let Some(page) = self.ask(&asked).await else {
                self.stage.first_pages.insert(self.operation, 1);
                return 1;
            };
            shown.push(self.items_of(&page));
        }
        let first = usize::from(shown[0].is_empty() || laws::are_same_items(&shown[0], &shown[1]));
        self.stage.first_pages.insert(self.operation, first);
        first
    }
}

/// One page with the items of all.
fn joined<T: Transport>(stage: &Stage<T>, pages: &[Arc<Sent>], is_whole: bool) -> Sent {
    let all = pages.iter().filter_map(|page| laws::listed_in(&stage.subject(page)));
    let items: Vec<Value> = all.flatten().collect();
    let body = match is_whole {
        true => json!({"total": items.len(), "items": items}),
        false => json!({"next": true, "items": items}),
    };
    let first = &pages[0];
    let response = first.exchange.result.as_ref().ok().map(|response| Response {
        headers: response.headers.iter().filter(|(name, _)| !is_of_page(name)).cloned().collect(),
        body: body.to_string().into_bytes(),
        ..response.clone()
    });
    let result = response.map_or_else(|| first.exchange.result.clone(), Ok);
    let exchange = Arc::new(Exchange { result, ..(*first.exchange).clone() });
    Sent { operation: first.operation, case: first.case.clone(), exchange }
}

/// Whether a header field speaks of one page.
fn is_of_page(name: &str) -> bool {
    ["link", "x-total-count", "content-range", "content-length"].iter().any(|known| name.eq_ignore_ascii_case(known))
}
