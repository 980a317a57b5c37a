//! Looks into a list, as far as its parameters are called what they do: at its pages here, and at all else beside it.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::sizes::SIZES;
use super::stage::{Sent, Stage};
use crate::case::{Intent, RequestValues};
use crate::check::laws;
use crate::contract::{Operation, Parameter, ParameterLocation, Types};
use crate::engine::Transport;
use crate::engine::judge::LateFinding;
use crate::finding::Finding;

/// Names of parameters that count items before a page.
pub(super) const OFFSETS: [&str; 2] = ["offset", "skip"];
/// Names of parameters that count pages.
pub(super) const PAGES: [&str; 3] = ["page", "pagenumber", "pageno"];
/// Parents below which a list is looked for that has several items.
const PARENTS: usize = 4;

/// What the laws say of the list that an operation returns, if it does.
pub(super) async fn look<T: Transport>(stage: &mut Stage<T>, operation: usize) -> Vec<LateFinding> {
    if !is_asked(stage.described(operation)) {
        return Vec::new();
    }
    let Some((plain, items)) = longest(stage, operation).await else { return Vec::new() };
    let mut list = List::of(stage, operation, plain, items);
    if list.items.len() > 1 {
        list.see_all().await;
        let found = list.found.len();
        list.pages().await;
        if list.found.len() == found {
            list.walk().await;
        }
        list.filters().await;
        list.searches().await;
        list.contained().await;
        list.orders().await;
        list.own_order().await;
    }
    let mut found = list.found;
    found.append(&mut stage.failed);
    found
}

/// Whether an operation reads, and takes parameters by which a list may be asked for.
pub(super) fn is_asked(described: &Operation) -> bool {
    let is_asked = |parameter: &Parameter| parameter.place == ParameterLocation::Query;
    described.method == "GET" && described.parameters.iter().any(is_asked)
}

/// The plain request of a list that shows several items, with those: below some parents there may be none.
async fn longest<T: Transport>(
    stage: &mut Stage<T>,
    operation: usize,
) -> Option<(RequestValues, Vec<Map<String, Value>>)> {
    let count = |values: &RequestValues| values.parameters.iter().flatten().count();
    let least = count(stage.accepted.plainest(operation)?);
    let all: Vec<RequestValues> = stage.accepted.of(operation).filter(|all| count(all) == least).cloned().collect();
    let mut found = None;
    for values in all.into_iter().take(PARENTS) {
        let sent = stage.send(operation, values.clone(), "the list").await?;
        let items = laws::listed_in(&stage.subject(&sent)).into_iter().flatten();
        let items: Vec<Map<String, Value>> = items.filter_map(|item| item.as_object().cloned()).collect();
        let has_several = items.len() > 1;
        found = Some((values, items));
        if has_several || !stage.described(operation).path.contains('{') {
            break;
        }
    }
    found
}

pub(super) struct List<'s, T> {
    pub stage: &'s mut Stage<T>,
    pub operation: usize,
    /// The values of a request that was accepted.
    plain: RequestValues,
    pub(super) items: Vec<Map<String, Value>>,
    /// Whether these are the items of all pages.
    is_all: bool,
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
        Self { stage, operation, plain, items, is_all: false, found: Vec::new() }
    }

    /// Takes the items of all pages: those of the first one may be alike.
    async fn see_all(&mut self) {
        let Some(pages) = self.all().await else { return };
        let all = laws::listed_in(&self.stage.subject(&pages.joined)).into_iter().flatten();
        self.items = all.filter_map(|item| item.as_object().cloned()).collect();
        self.is_all = true;
    }

    /// The items of the list, if it is known that these are all.
    pub(super) async fn known(&mut self) -> Option<Vec<Value>> {
        match self.whole().await {
            Some(list) => laws::listed_in(&self.stage.subject(&list)),
            None => self.is_all.then(|| self.items.iter().cloned().map(Value::Object).collect()),
        }
    }

    /// Whether the plain request gives this parameter.
    pub(super) fn is_given(&self, parameter: usize) -> bool {
        self.plain.parameters[parameter].is_some()
    }

    /// Whether a request with this value of a parameter is valid.
    pub(super) fn takes(&self, parameter: usize, value: &Value) -> bool {
        let mut values = self.plain.clone();
        values.parameters[parameter] = Some(value.clone());
        self.stage.tested.gate(self.operation).confirm(values, Intent::Valid, None).is_ok()
    }

    /// Whether the items have a property of this name: it says which of them are asked for.
    pub(super) fn is_of_items(&self, name: &str) -> bool {
        self.items.iter().any(|item| item.contains_key(name))
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
            if let Some(finding) = laws::judge_size(&self.stage.subject(&page), &name, 1) {
                return self.judge(&page, Some(finding));
            }
            pages.push(page);
        }
        let [first, second, again] = [0, 1, 2].map(|index| self.stage.subject(&pages[index]));
        let finding = laws::judge_overlap(&first, &second, &again, &self.name(next));
        self.judge_by(&pages[1], finding, &[&pages[0], &pages[1]]);
    }
}
