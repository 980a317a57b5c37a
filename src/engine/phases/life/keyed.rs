//! Makes something twice under one key, and something else under it: where a target is to know a request again.

use std::sync::Arc;

use serde_json::Value;

use super::candidates::{fits, variants};
use super::stage::{Sent, Stage};
use super::steps::Life;
use crate::case::RequestValues;
use crate::check::{Subject, is_server_made, laws};
use crate::engine::Transport;
use crate::engine::judge::LateFinding;
use crate::engine::made::Resource;
use crate::resource::Noun;

impl Life<'_> {
    /// Whether the same request under one key makes one, and another one under it is refused where that is documented.
    pub(super) async fn keyed<T: Transport>(&self, stage: &mut Stage<T>, found: &mut Vec<LateFinding>) {
        let create = self.family.create;
        let (Some(at), Some(made)) = (stage.described(create).idempotency_key(), self.one.made.case.values.clone())
        else {
            return;
        };
        let plain = stage.unlike(create, &made).unwrap_or(made);
        // By a name of its own it is known in the list.
        let renamed = stage.renamed(create, &plain);
        for (values, is_own) in renamed.into_iter().map(|values| (values, true)).chain([(plain, false)]) {
            let keys = stage.keys(values.parameters[at].as_ref());
            let with = |key: Value| {
                let mut values = values.clone();
                values.parameters[at] = Some(key);
                fits(stage, create, values)
            };
            let Some(values) = keys.into_iter().find_map(with) else { return };
            stage.keeps_keys = true;
            let first = stage.send(create, values.clone(), "under a key").await;
            let first = first.filter(|sent| sent.is_success() && sent.status() != Some(202));
            if let Some(first) = first {
                found.extend(self.repeated(stage, &values, &first, is_own).await);
                found.extend(self.reused(stage, &values, &first).await);
                stage.keeps_keys = false;
                return;
            }
            stage.keeps_keys = false;
        }
    }

    async fn repeated<T: Transport>(
        &self,
        stage: &mut Stage<T>,
        values: &RequestValues,
        first: &Arc<Sent>,
        is_own: bool,
    ) -> Option<LateFinding> {
        let second = stage.send(self.family.create, values.clone(), "the same under the same key").await?;
        if !second.is_success() {
            return None;
        }
        let [one, two] = [first, &second].map(|sent| self.named(stage, sent));
        let (one, two) = (one?, two?);
        let read = self.family.read;
        if one != two {
            let (was, _) = stage.look(read, &one, "what the first has made", |_| None).await?;
            let (is, _) = stage.look(read, &two, "what the second has made", |_| None).await?;
            let [made, again, was_read, is_read] = [first, &second, &was, &is].map(|sent| stage.subject(sent));
            let finding = laws::judge_repeated_key([&made, &again], [&was_read, &is_read])?;
            return Some(stage.late_alone(finding, &second, &[first, &second, &was, &is]));
        }
        let list = self.family.list.filter(|_| is_own)?;
        let tested = stage.tested.clone();
        let judge = |list: &Subject<'_>| {
            let [first, second] = [first, &second].map(|sent| sent.subject(&tested));
            laws::judge_listed_twice([&first, &second], list)
        };
        let (listed, finding) = stage.look_through(list, &one, "the list", judge).await?;
        let steps: Vec<&Arc<Sent>> = [first, &second].into_iter().chain(&listed.pages).collect();
        Some(stage.late_alone(finding?, &second, &steps))
    }

    async fn reused<T: Transport>(
        &self,
        stage: &mut Stage<T>,
        values: &RequestValues,
        first: &Arc<Sent>,
    ) -> Option<LateFinding> {
        let create = self.family.create;
        let (media, Value::Object(body)) = values.body.clone()? else { return None };
        // What names something else may be refused for that.
        let names = body.keys().filter(|name| !is_server_made(name) && !Noun::of(name).is_key);
        let mut other = None;
        for name in names {
            let all = variants(stage, (create, media), name, &body[name]);
            let with = |value: Value| {
                let mut values = values.clone();
                values.body.as_mut()?.1[name] = value;
                fits(stage, create, values)
            };
            other = all.into_iter().filter(|value| !value.is_null() && *value != body[name]).find_map(with);
            if other.is_some() {
                break;
            }
        }
        let sent = stage.send(create, other?, "something else under the same key").await?;
        let finding = laws::judge_reused_key(&stage.subject(first), &stage.subject(&sent))?;
        Some(stage.late_alone(finding, &sent, &[first, &sent]))
    }

    /// What a creation has made, by its response.
    fn named<T: Transport>(&self, stage: &Stage<T>, made: &Sent) -> Option<Resource> {
        let response = made.exchange.result.as_ref().ok()?;
        let all = Resource::all_of(&stage.tested, &made.case, response);
        all.into_iter().find(|resource| resource.item == self.family.item)
    }
}
