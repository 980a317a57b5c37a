//! Single faults beside other choices: a handler may look at a part only where another one is absent, empty or one of a few
//! values. Each choice of what is around a fault is in one of a few rows; how many of them a clause gets depends on the room.

use super::budget::{Budget, Share};
use super::case_builder::CaseBuilder;
use super::faults::{Aim, confirm_body, confirm_parameter, fault_of, of_parameter};
use super::is_of_request;
use super::pairs;
use super::planner::PlanBuilder;
use crate::case::{Intent, Origin, RequestValues};
use crate::contract::{Clause, ClauseId, ClauseTarget, Isolation};

/// Rows of choices at most.
const ROWS: usize = 8;

pub(super) fn add(planner: &mut PlanBuilder<'_>, baseline: &RequestValues) {
    if !planner.budget.has_beside() {
        return;
    }
    let clauses: Vec<(ClauseId, Clause)> = planner
        .breakable()
        .filter(|(_, clause)| is_of_request(&clause.place) && clause.site.is_some())
        .map(|(id, clause)| (id, clause.clone()))
        .collect();
    // The clauses of one value share the rows, where there is no room for each clause in each.
    let of_values: Vec<&[(ClauseId, Clause)]> =
        clauses.chunk_by(|(_, a), (_, b)| a.place == b.place && a.instance == b.instance).collect();
    let count = rows_needed(planner, baseline);
    let most = Budget::beside(planner.list.len(), of_values.len(), count);
    let rows: Vec<RequestValues> = (0..count).map(|row| parameters(planner, baseline, row)).collect();
    for (at, of_value) in of_values.into_iter().enumerate() {
        let all = of_value.len() * count;
        for turn in 0..most.min(all) {
            if !planner.has_room(Share::Fault) {
                return;
            }
            let (id, clause) = &of_value[turn % of_value.len()];
            let row = if most >= all { turn / of_value.len() } else { (turn + at) % count };
            let aim = Aim { id: *id, clause, fault: fault_of(planner.operation, clause) };
            one(planner, baseline, &rows[row], aim, row);
        }
    }
}

/// In how many rows each choice of a parameter and of a property of the body is.
fn rows_needed(planner: &mut PlanBuilder<'_>, baseline: &RequestValues) -> usize {
    let indices = 0..planner.operation.parameters.len();
    let of_parameters: Vec<usize> = indices.map(|index| pairs::of_parameter(planner, baseline, index).len()).collect();
    let of_bodies = planner.media().iter().filter_map(|media| {
        let schema = media.schema?;
        Some(planner.body_generator(media).most_choices(schema))
    });
    of_bodies.chain(of_parameters).max().unwrap_or(0).clamp(2, ROWS)
}

/// The baseline with the choices of a row for its parameters.
fn parameters(planner: &mut PlanBuilder<'_>, baseline: &RequestValues, row: usize) -> RequestValues {
    let mut values = baseline.clone();
    for index in 0..values.parameters.len() {
        let choices = pairs::of_parameter(planner, baseline, index);
        if !choices.is_empty() {
            values.parameters[index] = choices[(row + index) % choices.len()].clone();
        }
    }
    if planner.is_needlessly_long(baseline, &values) { baseline.clone() } else { values }
}

fn one(planner: &mut PlanBuilder<'_>, baseline: &RequestValues, varied: &RequestValues, aim: Aim<'_>, row: usize) {
    let Aim { id, clause, .. } = aim;
    let (schema, found) = match (clause.place, clause.site) {
        (ClauseTarget::Body(index), _) => {
            let media = &planner.media()[index];
            let Some(schema) = media.schema else { return };
            let fault = planner.body_generator(media).fault_beside(planner.clauses, clause, schema, row);
            // What the parameters ask for may be refused for itself.
            let around = if row.is_multiple_of(2) { varied } else { baseline };
            (schema, confirm_body(planner, around, aim, index, fault.into_iter(), 1))
        }
        (ClauseTarget::Parameter(index), Some(_)) => {
            let Some(schema) = planner.operation.parameters[index].schema else { return };
            let fault = planner.parameter_generator(index).fault_beside(planner.clauses, clause, schema, row);
            (schema, confirm_parameter(planner, varied, aim, index, schema, fault.into_iter(), 1))
        }
        _ => return,
    };
    let Some((label, confirmed)) = found.ok().and_then(|found| found.into_iter().next()) else { return };
    if confirmed.isolation() != Isolation::Alone {
        return;
    }
    let of = match clause.place {
        ClauseTarget::Parameter(index) => format!("{}: ", of_parameter(&planner.operation.parameters[index])),
        _ if clause.instance.as_str().is_empty() => String::new(),
        _ => format!("`{}`: ", clause.instance),
    };
    let mut case = CaseBuilder::new(format!("{of}{label}"), Origin::Fault, Intent::Invalid(aim.fault)).about(Some(id));
    case.is_surrounded = true;
    let value = match clause.place {
        ClauseTarget::Parameter(index) => confirmed.values().parameters[index].as_ref(),
        _ => confirmed.values().body.as_ref().map(|(_, value)| value),
    };
    case.generated = value.and_then(|value| planner.generated(schema, value));
    planner.add_confirmed(case, confirmed);
}
