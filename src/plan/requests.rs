//! The requests of an operation as strategies of proptest: all of its parameters and its body together.

use std::collections::HashMap;

use proptest::prelude::*;
use proptest::strategy::Union;
use serde_json::Value;

use super::faults::fault_of;
use super::planner::PlanBuilder;
use super::{PlanInput, is_of_request};
use crate::case::{Gate, Intent, RequestValues};
use crate::contract::{Clause, ClauseId, ClauseTarget, Isolation};
use crate::generate::Values;
use crate::spec::Pointer;

/// How often a random request keeps what the target asked for in place of the plainest value.
const KEPT: f64 = 0.75;

/// The parts of a request, each with its strategy.
pub(super) struct Parts {
    plain: RequestValues,
    parameters: Vec<BoxedStrategy<Option<Value>>>,
    body: BoxedStrategy<Option<(usize, Value)>>,
}

impl Parts {
    /// The parts of an operation's requests, of which those that are not to be varied are as in the baseline.
    pub fn of(planner: &mut PlanBuilder<'_>, baseline: &RequestValues) -> Self {
        let indices = 0..planner.operation.parameters.len();
        Self {
            plain: baseline.clone(),
            parameters: indices.map(|index| parameter(planner, baseline, index)).collect(),
            body: body(planner, baseline),
        }
    }

    /// Values of whole requests, which the gate may still refuse.
    pub fn values(&self) -> impl Strategy<Value = RequestValues> + use<> {
        let plain = self.plain.clone();
        (self.parameters.clone(), self.body.clone()).prop_map(move |(parameters, body)| RequestValues {
            parameters,
            body,
            ..plain.clone()
        })
    }
}

fn parameter(planner: &mut PlanBuilder<'_>, baseline: &RequestValues, index: usize) -> BoxedStrategy<Option<Value>> {
    let plain = &baseline.parameters[index];
    let parameter = &planner.operation.parameters[index];
    let schema = parameter.schema.filter(|_| !planner.is_fixed(index));
    let generator = planner.parameter_generator(index);
    let Some(values) = schema.and_then(|schema| planner.values(&generator).likely(schema)) else {
        return Just(plain.clone()).boxed();
    };
    match plain {
        Some(_) => values.prop_map(Some).boxed(),
        None => prop::option::of(values).boxed(),
    }
}

fn body(planner: &mut PlanBuilder<'_>, baseline: &RequestValues) -> BoxedStrategy<Option<(usize, Value)>> {
    let fixed = || Just(baseline.body.clone()).boxed();
    let Some((index, plain)) = baseline.body.clone() else { return fixed() };
    let media = &planner.media()[index];
    let generator = planner.body_generator(media);
    let Some(values) = media.schema.and_then(|schema| planner.values(&generator).likely(schema)) else {
        return fixed();
    };
    // What the target asked for comes back where a value is as in the baseline.
    let asked_for: Vec<Pointer> = planner.rebase.iter().flat_map(|rebase| rebase.asked_for()).collect();
    let kept = prop::collection::vec(prop::bool::weighted(KEPT), asked_for.len());
    let values = (values, kept).prop_map(move |(mut value, kept)| {
        for (at, _) in asked_for.iter().zip(kept).filter(|(_, is_kept)| *is_kept) {
            if let Some(plain) = plain.pointer(at.as_str()).filter(|_| value.pointer(at.as_str()).is_some()) {
                at.assign(&mut value, plain.clone());
            }
        }
        Some((index, value))
    });
    values.boxed()
}

/// The requests of one operation: strategies whose values are confirmed as the cases of a plan are.
///
/// A server's handler is tested without a network:
///
/// ```
/// use std::path::Path;
///
/// use conform::{Contract, Document, Fixtures, LoadOptions, PlanInput, PlanOptions, Requests, Validators};
/// use proptest::prelude::*;
///
/// let text = "
/// openapi: 3.1.0
/// info: {title: Notes, version: '1'}
/// paths:
///   /notes:
///     get:
///       parameters: [{name: limit, in: query, required: true, schema: {type: integer, minimum: 1, maximum: 50}}]
///       responses: {'200': {description: some of them}}
/// ";
/// let document = Document::from_text(Path::new("notes.yaml"), text.to_owned(), LoadOptions::default())?;
/// let contract = Contract::compile(document)?;
/// let (validators, fixtures) = (Validators::new(contract.schemas.clone()), Fixtures::default());
/// let input = PlanInput::new(&contract, &validators, &fixtures, PlanOptions::default());
/// let requests = Requests::new(&input, 0).expect("a baseline");
/// proptest!(|(values in requests.valid())| {
///     let limit = values.parameters[0].as_ref().and_then(serde_json::Value::as_i64);
///     prop_assert!(limit.is_some_and(|limit| (1..=50).contains(&limit)));
/// });
/// proptest!(|((clause, values) in requests.faults().expect("a clause"))| {
///     let limit = values.parameters[0].as_ref().and_then(serde_json::Value::as_i64);
///     prop_assert!(!limit.is_some_and(|limit| (1..=50).contains(&limit)), "{clause:?}");
/// });
/// # Ok::<(), conform::SpecError>(())
/// ```
pub struct Requests<'a> {
    gate: Gate<'a>,
    parts: Parts,
    /// The values of each part that can be at fault.
    values: HashMap<ClauseTarget, Values>,
}

impl<'a> Requests<'a> {
    /// The requests of an operation, by its position in the contract.
    ///
    /// # Errors
    /// Why the operation has no valid request.
    pub fn new(input: &PlanInput<'a>, operation: usize) -> Result<Self, String> {
        let mut planner = PlanBuilder::new(input, operation);
        let baseline = planner.baseline()?;
        let parts = Parts::of(&mut planner, &baseline);
        let mut values = HashMap::new();
        for index in 0..planner.operation.parameters.len() {
            let generator = planner.parameter_generator(index);
            values.insert(ClauseTarget::Parameter(index), planner.values(&generator));
        }
        for (index, media) in planner.media().iter().enumerate() {
            let generator = planner.body_generator(media);
            values.insert(ClauseTarget::Body(index), planner.values(&generator));
        }
        let gate = Gate {
            contract: input.contract,
            operation: &input.contract.operations[operation],
            validators: input.validators,
            fixtures: input.fixtures,
        };
        Ok(Self { gate, parts, values })
    }

    /// Valid requests.
    pub fn valid(&self) -> impl Strategy<Value = RequestValues> + use<'a> {
        let gate = self.gate;
        self.parts.values().prop_filter_map("valid for sure", move |values| {
            gate.confirm(values, Intent::Valid, None).ok().map(|confirmed| confirmed.into_parts().1)
        })
    }

    /// Requests of which one value breaks one clause, alone and for sure; `None` where no clause speaks of a value.
    pub fn faults(&self) -> Option<impl Strategy<Value = (ClauseId, RequestValues)> + use<'a>> {
        let clauses = self.gate.operation.clauses();
        let of_values = clauses.iter().filter(|(_, clause)| is_of_request(&clause.place) && clause.site.is_some());
        let each: Vec<_> = of_values.filter_map(|(id, clause)| self.fault(id, clause)).collect();
        (!each.is_empty()).then(|| Union::new(each))
    }

    /// Requests of which one value breaks this clause.
    fn fault(
        &self,
        id: ClauseId,
        clause: &'a Clause,
    ) -> Option<impl Strategy<Value = (ClauseId, RequestValues)> + use<'a>> {
        let gate = self.gate;
        let place = clause.place;
        let schema = match place {
            ClauseTarget::Parameter(index) => gate.operation.parameters[index].schema?,
            ClauseTarget::Body(index) => gate.operation.body.as_ref()?.content[index].schema?,
            ClauseTarget::Request | ClauseTarget::Response(_) => return None,
        };
        let broken = self.values.get(&place)?.breaking(gate.operation.clauses(), clause, schema);
        let intent = Intent::Invalid(fault_of(gate.operation, clause));
        let faults = (self.parts.values(), broken).prop_filter_map("a fault for sure", move |(mut values, broken)| {
            match place {
                ClauseTarget::Parameter(index) => values.parameters[index] = Some(broken),
                ClauseTarget::Body(index) => values.body = Some((index, broken)),
                ClauseTarget::Request | ClauseTarget::Response(_) => return None,
            }
            let confirmed = gate.confirm(values, intent, Some(id)).ok()?;
            (confirmed.isolation() == Isolation::Alone).then(|| (id, confirmed.into_parts().1))
        });
        Some(faults)
    }
}
