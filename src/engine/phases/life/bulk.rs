//! Changes several at once, where an operation beside a collection takes the keys of its items and what becomes of all of them.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::candidates::{fits, properties, with_body};
use super::own::{Own, make};
use super::stage::{Sent, Stage};
use super::steps::Life;
use crate::case::RequestValues;
use crate::check::{is_server_made, laws};
use crate::contract::{SchemaId, Types};
use crate::engine::Transport;
use crate::engine::judge::LateFinding;
use crate::resource::{Noun, noun};
use crate::wire;

/// Operations that are tried.
const MOST: usize = 2;

/// An operation on several items.
struct Bulk {
    operation: usize,
    values: RequestValues,
    media: usize,
    /// The property that lists their keys.
    keys: String,
    /// The property that holds what is set, with the schemas of that.
    changes: String,
    set: Vec<(String, SchemaId)>,
}

impl Life<'_> {
    /// Whether each item that is named is changed, and as many as are told.
    pub(super) async fn bulk<T: Transport>(&self, stage: &mut Stage<T>, found: &mut Vec<LateFinding>) {
        let all: Vec<Bulk> = (0..stage.tested.contract.operations.len())
            .filter(|operation| self.is_beside(stage, *operation))
            .filter_map(|operation| self.bulk_of(stage, operation))
            .take(MOST)
            .collect();
        for bulk in all {
            found.extend(self.change_several(stage, &bulk).await);
        }
    }

    /// Whether an operation is called by a word below the collection, or by the collection itself.
    fn is_beside<T: Transport>(&self, stage: &Stage<T>, operation: usize) -> bool {
        let described = stage.described(operation);
        let collection = &stage.described(self.family.create).path;
        let rest = described.path.strip_prefix(collection.as_str());
        let is_word = rest.is_some_and(|rest| {
            rest.is_empty() && operation != self.family.create
                || rest.strip_prefix('/').is_some_and(|word| !word.contains(['/', '{']))
        });
        is_word && self.family.parent.is_none() && matches!(described.method.as_str(), "POST" | "PATCH" | "PUT")
    }

    fn bulk_of<T: Transport>(&self, stage: &Stage<T>, operation: usize) -> Option<Bulk> {
        let values = stage.accepted.plainest(operation)?.clone();
        let (media, schemas) = (values.body.as_ref()?.0, stage.tested.contract.schemas.clone());
        let all = properties(stage, operation, media);
        let is = |id: SchemaId, types: Types| wire::expected_types(&schemas, id).intersects(types);
        let own = Noun::of(noun(&self.family.item)?).text();
        let is_keys = |name: &str| {
            let noun = Noun::of(name);
            noun.is_key && (noun.is_bare() || noun.text() == own)
        };
        let (keys, _) = all.iter().find(|(name, id)| is_keys(name) && is(*id, Types::ARRAY))?;
        let (changes, holder) = all.iter().find(|(_, id)| is(*id, Types::OBJECT))?;
        let set = schemas.conjunction(&[*holder]).flat_map(|id| &schemas.get(id).properties);
        let set = set.filter(|(name, _)| !is_server_made(name)).map(|(name, id)| (name.clone(), *id)).collect();
        Some(Bulk { operation, media, keys: keys.clone(), changes: changes.clone(), set, values })
    }

    async fn change_several<T: Transport>(&self, stage: &mut Stage<T>, bulk: &Bulk) -> Option<LateFinding> {
        let family = self.family;
        let two = [make(stage, family, None, None).await?, make(stage, family, None, None).await?];
        let [before, _] = self.read_both(stage, &two).await?;
        let shown = laws::shown_by(&stage.subject(&before))?;
        let asked = self.asked(stage, bulk, &shown);
        let sent = self.set_on(stage, bulk, [&two[0].id, &two[1].id], &asked).await?;
        let after = self.read_both(stage, &two).await?;
        let subjects = after.each_ref().map(|sent| stage.subject(sent));
        let finding = laws::judge_several(&asked, &stage.subject(&before), &stage.subject(&sent), subjects.each_ref());
        if let Some(finding) = finding {
            let [one, other] = &after;
            let steps = [&two[0].made, &two[1].made, &sent, one, other];
            return Some(stage.late_alone(finding, &sent, &steps));
        }
        // Of one that is there and one that is not, one is changed.
        let shown = laws::shown_by(&subjects[0])?;
        let asked = self.asked(stage, bulk, &shown);
        let (nobody, _) = self.nothing(stage, family, &two[0].id).await?;
        let sent = self.set_on(stage, bulk, [&two[0].id, &nobody], &asked).await?;
        let [read, _] = self.read_both(stage, &two).await?;
        let collection = noun(&family.item)?;
        let finding = laws::judge_told(&asked, &stage.subject(&sent), &stage.subject(&read), collection)?;
        Some(stage.late_alone(finding, &sent, &[&two[0].made, &sent, &read]))
    }

    async fn read_both<T: Transport>(&self, stage: &mut Stage<T>, two: &[Own; 2]) -> Option<[Arc<Sent>; 2]> {
        let read = self.family.read;
        let (one, _) = stage.look(read, &two[0].resource, "one of several", |_| None).await?;
        let (other, _) = stage.look(read, &two[1].resource, "the other one", |_| None).await?;
        (one.is_success() && other.is_success()).then_some([one, other])
    }

    /// Other values than are shown, of all that can be set on several at once.
    fn asked<T: Transport>(&self, stage: &Stage<T>, bulk: &Bulk, shown: &Map<String, Value>) -> Map<String, Value> {
        let (family, schemas) = (self.family, &stage.tested.contract.schemas);
        let other = |(name, id): &(String, SchemaId)| {
            let choices = schemas.conjunction(&[*id]).filter_map(|id| schemas.get(id).enum_values.clone()).flatten();
            let sources = [Some(family.create), family.patch, family.replace].into_iter().flatten();
            let known = sources.flat_map(|source| stage.accepted.property(source, name).cloned());
            let was = shown.get(name)?;
            let is_new = |value: &Value| !value.is_null() && value != was;
            Some((name.clone(), choices.chain(known).find(is_new)?))
        };
        bulk.set.iter().filter_map(other).collect()
    }

    async fn set_on<T: Transport>(
        &self,
        stage: &mut Stage<T>,
        bulk: &Bulk,
        ids: [&Value; 2],
        asked: &Map<String, Value>,
    ) -> Option<Arc<Sent>> {
        let mut body = bulk.values.body.as_ref()?.1.as_object()?.clone();
        body.insert(bulk.keys.clone(), Value::from(ids.map(Clone::clone).to_vec()));
        body.insert(bulk.changes.clone(), Value::Object(asked.clone()));
        let values = fits(stage, bulk.operation, with_body(&bulk.values, bulk.media, body))?;
        let sent = stage.send(bulk.operation, values, "several at once").await?;
        (sent.is_success() && sent.status() != Some(202)).then_some(sent)
    }
}
