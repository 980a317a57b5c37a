//! Makes one with the documented defaults: what is sent so is what is left out.

use serde_json::Value;

use super::candidates::fits;
use super::own::{Own, make};
use super::stage::Stage;
use super::steps::Life;
use crate::check::{Subject, laws};
use crate::engine::Transport;
use crate::engine::judge::LateFinding;

impl Life<'_> {
    /// Whether one that is sent with the documented defaults has them.
    pub(super) async fn defaults<T: Transport>(
        &self,
        stage: &mut Stage<T>,
        parents: &[Vec<Own>],
        found: &mut Vec<LateFinding>,
    ) {
        let Some(mut values) = self.one.made.case.values.clone() else { return };
        let Some((_, Value::Object(body))) = values.body.as_mut() else { return };
        let defaults = laws::defaults_of(&stage.subject(&self.one.made));
        let before = body.clone();
        body.extend(defaults.into_iter().filter(|(name, _)| before.contains_key(name)));
        if *body == before {
            return;
        }
        let Some(values) = fits(stage, self.family.create, values) else { return };
        let parent = parents.last().and_then(|chain| chain.last());
        let Some(plain) = make(stage, self.family, parent, Some(&values)).await else { return };
        let (tested, made) = (stage.tested.clone(), plain.made.clone());
        let judge = |read: &Subject<'_>| laws::judge_default(&made.subject(&tested), read);
        let looked = stage.look(self.family.read, &plain.resource, "its defaults", judge).await;
        if let Some((read, Some(finding))) = looked {
            found.push(stage.late_alone(finding, &made, &[&made, &read]));
        }
    }
}
