//! Follows what was accepted to be done later to its end.

use std::time::Duration;

use super::stage::Stage;
use super::steps::Life;
use crate::check::laws;
use crate::engine::Transport;
use crate::engine::judge::LateFinding;

/// What is waited between two looks, and beyond what the document says.
const STEP: Duration = Duration::from_millis(250);
const MORE: Duration = Duration::from_secs(2);

impl Life<'_> {
    /// Whether what a 202 has promised is done when the document says that it is.
    pub(super) async fn done<T: Transport>(&self, stage: &mut Stage<T>, found: &mut Vec<LateFinding>) {
        let (family, made) = (self.family, &self.one.made);
        let limit = laws::promised(stage.described(family.create), stage.described(family.read));
        let Some(limit) = limit.filter(|_| made.status() == Some(202)) else { return };
        let mut waited = Duration::ZERO;
        loop {
            let looked = stage.look(family.read, &self.one.resource, "whether it is done", |_| None).await;
            let Some((read, _)) = looked else { return };
            let Some(finding) = laws::judge_done(&stage.subject(made), &stage.subject(&read), limit) else { return };
            if waited > limit + MORE {
                return found.push(stage.late_alone(finding, &read, &[made, &read]));
            }
            tokio::time::sleep(STEP).await;
            waited += STEP;
        }
    }
}
