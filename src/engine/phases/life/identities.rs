//! What other identities may do with what the run has made as its own one.

use std::ops::ControlFlow;
use std::sync::Arc;

use super::candidates;
use super::stage::Stage;
use super::steps::Life;
use crate::case::RequestValues;
use crate::check::{Subject, laws};
use crate::contract::SchemeRequirement;
use crate::engine::Transport;
use crate::engine::coverage::parts;
use crate::engine::judge::LateFinding;
use crate::engine::model::TestedContract;
use crate::fixtures::Fixtures;

/// Other identities that are tried.
pub(super) const MOST: usize = 2;
/// Changes that another identity tries by one operation.
const CHANGES: usize = 2;

impl<T: Transport> Stage<T> {
    /// Whether an operation asks for a credential, of which this identity has another than the run, and is not shared.
    fn is_private(&self, operation: usize, actor: &TestedContract) -> bool {
        let described = self.described(operation);
        let (own, other) = (&self.tested.fixtures, &actor.fixtures);
        let is_another = |scheme: &String| {
            let secret = |of: &Fixtures| of.credentials.get(scheme).map(|secret| secret.value.clone());
            secret(own).is_some() && secret(own) != secret(other)
        };
        let asks = |all: &Vec<SchemeRequirement>| all.iter().any(|used| is_another(&used.scheme));
        !own.is_shared(described) && !described.security.is_empty() && described.security.iter().all(asks)
    }
}

impl Life<'_> {
    /// Lets another identity read, list, change and delete it; the life is over where it could.
    pub(super) async fn somebody_else<T: Transport>(
        &self,
        stage: &mut Stage<T>,
        actor: &Arc<TestedContract>,
        found: &mut Vec<LateFinding>,
    ) -> ControlFlow<()> {
        let Self { family, one, .. } = self;
        let Some((own, _)) = stage.look(family.read, &one.resource, "before others come", |_| None).await else {
            return ControlFlow::Continue(());
        };
        if stage.is_private(family.read, actor)
            && let Some(values) = stage.baseline(family.read)
            && let Some(sent) = stage.send_as(actor, (family.read, &values), &one.resource, "as another identity").await
        {
            match sent.status() {
                Some(401) => stage.coverage.left_out(parts::IDENTITIES, "another identity is let in nowhere"),
                _ => stage.coverage.went_through(parts::IDENTITIES),
            }
            let finding = laws::judge_foreign_read(&stage.subject(&own), &stage.subject(&sent));
            found.extend(finding.map(|finding| stage.late(finding, &sent, &[&own, &sent])));
        }
        if let Some(list) = family.list
            && stage.is_private(list, actor)
            && let Some(values) = stage.whole(list)
            && let Some(sent) = stage.send_as(actor, (list, &values), &one.resource, "as another identity").await
        {
            let finding = laws::judge_foreign_list(&stage.subject(&sent), &family.variable, &one.id);
            found.extend(finding.map(|finding| stage.late(finding, &sent, &[&sent])));
        }
        let Some(shown) = laws::shown_by(&stage.subject(&own)) else { return ControlFlow::Continue(()) };
        for change in [family.patch, family.replace].into_iter().flatten() {
            let all = candidates::changes(stage, self, change, &shown);
            for (property, values) in all.into_iter().take(CHANGES) {
                let values = self.on_present(stage, change, &values).await;
                let name = format!("another `{property}`, as another identity");
                if self.does_harm(stage, actor, (change, &values), &name, found).await {
                    break;
                }
            }
        }
        let Some(delete) = family.delete else { return ControlFlow::Continue(()) };
        let Some(values) = stage.baseline(delete) else { return ControlFlow::Continue(()) };
        let values = self.on_present(stage, delete, &values).await;
        if self.does_harm(stage, actor, (delete, &values), "as another identity", found).await {
            stage.deleted(&one.resource);
            return ControlFlow::Break(());
        }
        ControlFlow::Continue(())
    }

    /// Whether a request of another identity changes what the owner sees.
    async fn does_harm<T: Transport>(
        &self,
        stage: &mut Stage<T>,
        actor: &Arc<TestedContract>,
        (operation, values): (usize, &RequestValues),
        name: &str,
        found: &mut Vec<LateFinding>,
    ) -> bool {
        let (family, one) = (self.family, &self.one);
        if !stage.is_private(operation, actor) {
            return false;
        }
        let Some((before, _)) = stage.look(family.read, &one.resource, "before others come", |_| None).await else {
            return false;
        };
        let sent = stage.send_as(actor, (operation, values), &one.resource, name).await;
        let Some(sent) = sent.filter(|sent| sent.is_success()) else { return false };
        let tested = stage.tested.clone();
        let judge =
            |after: &Subject<'_>| laws::judge_foreign_change(&before.subject(&tested), &sent.subject(&tested), after);
        let Some((after, finding)) = stage.look(family.read, &one.resource, "as its owner", judge).await else {
            return false;
        };
        let Some(finding) = finding else { return false };
        found.push(stage.late(finding, &sent, &[&before, &sent, &after]));
        true
    }
}
