//! Asks for the head of what is read, where the document has a HEAD of it.

use super::stage::Stage;
use super::steps::Life;
use crate::check::laws;
use crate::engine::Transport;
use crate::engine::judge::LateFinding;

impl Life<'_> {
    /// Whether HEAD says what GET does.
    pub(super) async fn head<T: Transport>(&self, stage: &mut Stage<T>, found: &mut Vec<LateFinding>) {
        let (read, resource) = (self.family.read, &self.one.resource);
        let Some(head) = self.family.head else { return };
        let Some(values) = stage.baseline(head) else { return };
        let Some((before, _)) = stage.look(read, resource, "what is there", |_| None).await else { return };
        let Some(sent) = stage.send_on(head, &values, resource, "the head of it").await else { return };
        let Some((after, _)) = stage.look(read, resource, "what is there still", |_| None).await else { return };
        let finding = laws::judge_head(&stage.subject(&before), &stage.subject(&sent), &stage.subject(&after));
        found.extend(finding.map(|finding| stage.late(finding, &sent, &[&before, &sent])));
    }
}
