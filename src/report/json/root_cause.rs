//! The shape of a root cause: its best example with all that shows it, and every place where it shows.

use serde::Serialize;

use super::finding::{ClauseModel, FindingModel, OperationModel};
use crate::engine::{CausePlace, RootCause};

/// One bug.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct RootCauseModel {
    /// The same for the same bug, over runs and machines, however many operations show it.
    fingerprint: String,
    /// `target`, or `document` where that is to be changed.
    blames: &'static str,
    /// How many operations show it.
    operations: usize,
    /// How many cases show it.
    cases: usize,
    /// The finding that shows it best.
    example: FindingModel,
    /// Where it shows, the example's place first.
    places: Vec<CausePlaceModel>,
}

/// A place where a root cause shows: a finding of an operation.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct CausePlaceModel {
    /// That of the finding.
    fingerprint: String,
    operation: OperationModel,
    clause: ClauseModel,
    message: String,
    /// How many cases show it there.
    cases: usize,
}

impl RootCauseModel {
    pub(super) fn of(cause: &RootCause<'_>) -> Self {
        Self {
            fingerprint: cause.fingerprint(),
            blames: if cause.is_of_document() { "document" } else { "target" },
            operations: cause.operations(),
            cases: cause.cases(),
            example: FindingModel::whole(cause.example()),
            places: cause.places.iter().map(CausePlaceModel::of).collect(),
        }
    }
}

impl CausePlaceModel {
    fn of(place: &CausePlace<'_>) -> Self {
        let finding = &place.group.finding;
        Self {
            fingerprint: finding.fingerprint(),
            operation: OperationModel {
                id: place.operation.id.clone(),
                method: place.operation.method.clone(),
                path: place.operation.path.clone(),
            },
            clause: ClauseModel::at(&finding.place),
            message: finding.message.clone(),
            cases: finding.cases,
        }
    }
}
