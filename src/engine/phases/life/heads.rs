//! Asks for the head of what is read, where the document has a HEAD of it.

use super::stage::{Sent, Stage};
use super::steps::Life;
use crate::case::RequestValues;
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
        let Some(values) = as_read(stage, (read, &before), (head, values)) else { return };
        let Some(sent) = stage.send_on(head, &values, resource, "the head of it").await else { return };
        let Some((after, _)) = stage.look(read, resource, "what is there still", |_| None).await else { return };
        let finding = laws::judge_head(&stage.subject(&before), &stage.subject(&sent), &stage.subject(&after));
        found.extend(finding.map(|finding| stage.late(finding, &sent, &[&before, &sent])));
    }
}

/// The request of a HEAD with the parameters of a GET; `None` where one has a parameter that the other cannot have.
fn as_read<T: Transport>(
    stage: &Stage<T>,
    (read, before): (usize, &Sent),
    (head, mut values): (usize, RequestValues),
) -> Option<RequestValues> {
    let (described, other) = (stage.described(read), stage.described(head));
    let asked = described.parameters.iter().zip(&before.case.values.as_ref()?.parameters);
    let was = values.parameters.clone();
    let mut is_open = vec![true; was.len()];
    for (parameter, value) in asked {
        match other.parameter_position(parameter.place, &parameter.name) {
            Some(index) => {
                values.parameters[index].clone_from(value);
                is_open[index] = false;
            }
            None if value.is_some() => return None,
            None => {}
        }
    }
    let is_other = is_open.iter().zip(&was).any(|(is_open, value)| *is_open && value.is_some());
    (!is_other).then_some(values)
}
