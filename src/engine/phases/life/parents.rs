//! Changes and deletes a resource below a parent that it does not belong to.

use std::sync::Arc;

use super::candidates::changes_of;
use super::own::{Own, below, make};
use super::stage::{Sent, Stage};
use super::steps::Life;
use crate::check::{Subject, laws};
use crate::engine::Transport;
use crate::engine::judge::LateFinding;
use crate::resource::Family;

impl Life<'_> {
    /// Whether one of its own is changed or deleted below another parent, under which reading finds nothing (`foreign`).
    pub(super) async fn acts_below_another<T: Transport>(
        &self,
        stage: &mut Stage<T>,
        parents: &[Vec<Own>],
        foreign: &Arc<Sent>,
        found: &mut Vec<LateFinding>,
    ) {
        let ([first, .., last], Family { read, delete, patch, replace, create, .. }) = (parents, self.family) else {
            return;
        };
        let change = patch.or(replace.filter(|put| put != create));
        if change.is_none() && delete.is_none() {
            return;
        }
        let Some(own) = make(stage, self.family, last.last(), None).await else { return };
        let wrong = below(first.last(), self.family, stage, own.id.clone());
        let mut steps: Vec<Arc<Sent>> = first.iter().chain(last).map(|parent| parent.made.clone()).collect();
        steps.extend([foreign.clone(), own.made.clone()]);
        let Some((before, _)) = stage.look(*read, &own.resource, "below its own parent", |_| None).await else {
            return;
        };
        // Below the wrong one there may be another of its id.
        let strange = stage.look(*read, &wrong, "below another parent", |_| None).await;
        if !before.is_success() || strange.is_none_or(|(sent, _)| sent.status() != Some(404)) {
            return;
        }
        let tested = stage.tested.clone();
        let shown = laws::shown_by(&stage.subject(&before));
        if let Some((change, shown)) = change.zip(shown)
            && let Some((property, values)) =
                changes_of(stage, self.family, own.body_of(), change, &shown).into_iter().next()
            && let Some(sent) = stage.send_on(change, &values, &wrong, "a change below another parent").await
            && sent.is_success()
        {
            let judge = |after: &Subject<'_>| {
                let [foreign, sent, before] = [foreign, &sent, &before].map(|sent| sent.subject(&tested));
                // What a change shows late is not told: the first reading without it is believed.
                laws::judge_parent_change([&foreign, &sent], [&before, after], &property)
            };
            if let Some((after, Some(finding))) = stage.look(*read, &own.resource, "after that", judge).await {
                steps.extend([before, sent.clone(), after]);
                return found.push(stage.late_alone(finding, &sent, &steps.iter().collect::<Vec<_>>()));
            }
        }
        let Some((delete, values)) = delete.and_then(|delete| Some((delete, stage.baseline(delete)?))) else { return };
        let Some(sent) = stage.send_on(delete, &values, &wrong, "its end below another parent").await else { return };
        if !sent.is_success() {
            return;
        }
        let judge =
            |gone: &Subject<'_>| laws::judge_parent_end(&foreign.subject(&tested), &sent.subject(&tested), gone);
        if let Some((gone, Some(finding))) = stage.look(*read, &own.resource, "after that", judge).await {
            steps.extend([sent.clone(), gone]);
            found.push(stage.late_alone(finding, &sent, &steps.iter().collect::<Vec<_>>()));
        }
    }
}
