//! What waits for review, as a person reads it.

use std::path::Path;
use std::sync::Arc;

use crate::contract::Contract;
use crate::report::{Paint, escape, escape_lines};
use crate::snapshot::{self, Pending, Store};
use crate::spec::{FileId, Pointer, SourceLocation};

/// There is no difference to review.
pub(super) const NOTHING: &str = "nothing waits for review";

/// The file, and the section if one is meant, `snapshots/behaviour/asapp/createMessage.snap#no-credentials`.
pub(super) fn shown(store: &Store, name: &Path, section: Option<&str>) -> String {
    escape(&store.shown(name, section)).into_owned()
}

/// `changed` or `new`, the file and section, and what it shows.
pub(super) fn title(store: &Store, pending: &Pending, paint: Paint) -> String {
    let kind = if pending.old.is_some() { paint.warn("changed") } else { paint.good("new    ") };
    let about = pending.description.as_deref().map_or_else(String::new, |text| format!("  {}", escape(text)));
    format!("{kind} {}{}", shown(store, &pending.name, pending.section.as_deref()), paint.faint(about))
}

/// The difference in colours, or the whole text where there was none before.
pub(super) fn difference(pending: &Pending, paint: Paint) -> String {
    let diff = snapshot::diff(pending.old.as_deref().unwrap_or(""), &pending.new);
    paint.diff(&escape_lines(&diff))
}

/// The contract and the node that a snapshot is about, if it is at hand.
pub(super) fn located<'a>(
    node: Option<&str>,
    contracts: &'a [Arc<Contract>],
) -> Option<(&'a Contract, SourceLocation)> {
    let (file, pointer) = node?.split_once('#')?;
    contracts.iter().find_map(|contract| {
        let index = contract.document.files().iter().position(|known| known.name == file)?;
        let file = FileId(u32::try_from(index).ok()?);
        let location = SourceLocation { file, pointer: Pointer::new(pointer) };
        contract.document.get(&location).map(|_| (contract.as_ref(), location))
    })
}
