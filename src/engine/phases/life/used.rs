//! Deletes what another resource uses, where the document says that this is refused.

use std::sync::Arc;

use super::candidates::fits;
use super::named::{Place, make_naming, places};
use super::own::{Own, make};
use super::stage::{Sent, Stage};
use super::steps::Life;
use crate::case::RequestValues;
use crate::check::laws;
use crate::engine::Transport;
use crate::engine::judge::LateFinding;
use crate::resource::{Family, noun};

/// What uses something, with the place that says so: none where it stands below it.
struct User<'f> {
    own: Own,
    place: Option<Place<'f>>,
    /// The request that has made it, but for what it names.
    nobody: Option<RequestValues>,
}

impl Life<'_> {
    /// Whether it is deleted while another one uses it, of those for which the documented 409 says that it is not.
    pub(super) async fn used<T: Transport>(
        &self,
        stage: &mut Stage<T>,
        families: &[Family],
        parents: &[Vec<Own>],
        found: &mut Vec<LateFinding>,
    ) {
        let Some((delete, used)) = self.family.delete.zip(noun(&self.family.item)) else { return };
        let collections: Vec<&str> = families.iter().filter_map(|family| noun(&family.item)).collect();
        let contract = stage.tested.contract.clone();
        for user in families.iter().filter(|user| user.item != self.family.item) {
            let nouns = [used, noun(&user.item).unwrap_or_default()];
            if laws::refuses_used(&contract, &contract.operations[delete], nouns, &collections)
                && let Some(late) = self.used_by(stage, (families, user), parents, (delete, nouns, &collections)).await
            {
                return found.push(late);
            }
        }
    }

    async fn used_by<T: Transport>(
        &self,
        stage: &mut Stage<T>,
        (families, user): (&[Family], &Family),
        parents: &[Vec<Own>],
        (delete, nouns, collections): (usize, [&str; 2], &[&str]),
    ) -> Option<LateFinding> {
        let own = make(stage, self.family, parents.last().and_then(|chain| chain.last()), None).await?;
        let by = self.user(stage, families, user, &own).await?;
        let (read, _) = stage.look(user.read, &by.own.resource, "what uses it", |_| None).await?;
        let shown = laws::shown_by(&stage.subject(&read)).unwrap_or_default();
        let refers = |place: &Place<'_>| laws::is_named_in(&shown, &place.naming(&own.id));
        if !read.is_success() || !by.place.as_ref().is_none_or(refers) {
            return None;
        }
        let values = stage.baseline(delete)?;
        let values = stage.on_state_of((self.family.read, &own.resource), delete, &values).await;
        let deleted = stage.send_on(delete, &values, &own.resource, "the end of what is used").await?;
        if !deleted.is_success() {
            // It can be deleted at the end of the run.
            self.end_of_user(stage, user, &by.own).await;
            return None;
        }
        stage.deleted(&own.resource);
        let (gone, _) = stage.look(self.family.read, &own.resource, "after its end", |_| None).await?;
        let [user_read, end, after] = [&read, &deleted, &gone].map(|sent| stage.subject(sent));
        let finding = laws::judge_used(&user_read, [&end, &after], nouns, collections)?;
        // What is called so may be no more than a word: nobody's is refused where it is looked at.
        if let Some(values) = by.nobody {
            let sent = stage.send(user.create, values, "one that names what nobody has made").await?;
            if !matches!(sent.status(), Some(400 | 404 | 422)) {
                return None;
            }
        }
        let chain = parents.last().into_iter().flatten().map(|parent| &parent.made);
        let steps: Vec<&Arc<Sent>> = chain.chain([&own.made, &by.own.made, &read, &deleted, &gone]).collect();
        Some(stage.late_alone(finding, &deleted, &steps))
    }

    async fn end_of_user<T: Transport>(&self, stage: &mut Stage<T>, user: &Family, own: &Own) -> Option<()> {
        let delete = user.delete?;
        let values = stage.baseline(delete)?;
        let gone = stage.send_on(delete, &values, &own.resource, "the end of what uses it").await?;
        gone.is_success().then(|| stage.deleted(&own.resource))
    }

    /// Makes one that stands below it, or names it at a place that is called after it, or described so.
    async fn user<'f, T: Transport>(
        &self,
        stage: &mut Stage<T>,
        families: &'f [Family],
        user: &Family,
        used: &Own,
    ) -> Option<User<'f>> {
        if user.parent.is_some_and(|parent| families[parent].item == self.family.item) {
            let own = make(stage, user, Some(used), None).await?;
            return Some(User { own, place: None, nobody: None });
        }
        let all = places(stage, families, user.create).into_iter();
        let place = all.filter(|place| place.named.item == self.family.item).min_by_key(|place| !place.is_key())?;
        let own = make_naming(stage, (families, user), &place, used).await?;
        let mut nobody = None;
        if !place.is_key() {
            let values = own.made.case.values.clone()?;
            let anew =
                stage.unlike(user.create, &values).or_else(|| stage.renamed(user.create, &values)).unwrap_or(values);
            let others = stage.keys(Some(&used.id)).into_iter();
            let others: Vec<RequestValues> = others.filter_map(|id| place.put_into(&anew, &id)).collect();
            nobody = others.into_iter().find_map(|values| fits(stage, user.create, values));
            nobody.as_ref()?;
        }
        Some(User { own, place: Some(place), nobody })
    }
}
