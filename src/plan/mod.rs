//! Plans the cases of a contract.

mod accept;
mod baseline;
mod beside;
mod boundary;
mod budget;
mod case_builder;
mod case_list;
mod clause_index;
mod faults;
mod guess;
mod methods;
mod model;
mod pairs;
mod parts;
mod planner;
mod protocol;
mod random;
mod read_only;
mod rebase;
mod requests;
mod robustness;
#[cfg(test)]
mod tests;
mod why_not;
mod written;

pub use guess::IMPROBABLE;
pub use model::{Extent, Plan, PlanInput, PlanOptions, is_of_request};
use planner::PlanBuilder;
use rebase::Rebase;
pub use requests::Requests;

/// Plans the cases of one operation, by its position in the contract: what people wrote, boundary values,
/// every single fault, the protocol around them, then chance.
pub fn plan(input: &PlanInput<'_>, operation: usize) -> Plan {
    let fixtures = input.fixtures.of(&input.contract.operations[operation]);
    let input = &PlanInput { fixtures: &fixtures, ..*input };
    let mut planner = PlanBuilder::new(input, operation);
    planner.may_guess = input.base.is_some();
    let baseline = planner.baseline();
    match &baseline {
        Ok(baseline) => {
            planner.plain = Some(baseline.clone());
            planner.budget = planner.budget.with_nodes(planner.clauses.all.len(), baseline.nodes());
            planner.rebase = input.base.map(|base| Rebase::new(baseline.clone(), base.clone()));
            written::add(&mut planner, baseline);
            boundary::add(&mut planner, baseline);
            if input.extent == Extent::Whole {
                pairs::add(&mut planner, baseline);
                faults::add(&mut planner, baseline);
                beside::add(&mut planner, baseline);
                // What is written in another way than by its values is that of the base.
                let base = input.base.unwrap_or(baseline);
                protocol::add(&mut planner, base);
                accept::add(&mut planner, base);
                methods::add(&mut planner, base, input.options.destructive);
                read_only::add(&mut planner, base);
                robustness::add(&mut planner, base);
                random::add(&mut planner, baseline, input.options.seed);
            }
        }
        Err(reason) => planner.give_up(reason),
    }
    // What names nothing surely may name what the run will have made.
    planner.may_guess = true;
    let template = if baseline.is_err() { planner.baseline().ok() } else { None };
    Plan { template, ..planner.finish(input.base.cloned().map_or(baseline, Ok)) }
}
