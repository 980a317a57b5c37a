//! The planner of one operation: generators, clauses, and the list of cases.

use std::cell::Cell;
use std::collections::HashMap;
use std::rc::Rc;

use serde_json::Value;

use super::budget::{Budget, Share};
use super::case_builder::CaseBuilder;
use super::case_list::CaseList;
use super::rebase::Rebase;
use super::{Plan, PlanInput, is_of_request};
use crate::case::{Confirmed, Gate, Generated, Intent, RequestValues};
use crate::contract::{
    ClauseId, ClauseTarget, Clauses, Contract, Direction, MediaType, Operation, PayloadKind, SchemaId, Validators,
};
use crate::fixtures::{Fixtures, Resource, Secret};
use crate::generate::{Generator, Values};
use crate::spec::Pointer;
use crate::wire::{self, Carrier, Channel};

/// Collects the cases of one operation.
pub(super) struct PlanBuilder<'a> {
    pub contract: &'a Contract,
    pub operation: &'a Operation,
    pub validators: &'a Validators,
    pub fixtures: &'a Fixtures,
    pub clauses: &'a Clauses,
    pub budget: Budget,
    pub list: CaseList,
    /// Whether requests may change what nobody has named.
    pub may_harm: bool,
    /// Whether the baseline may have any valid value where it names something: it is not sent as it is then.
    pub may_guess: bool,
    /// Whether it has one.
    pub is_template: bool,
    /// The baseline.
    pub plain: Option<RequestValues>,
    /// The baseline with every parameter.
    pub every: Option<RequestValues>,
    /// The base of all cases, where it is not the baseline.
    pub rebase: Option<Rebase>,
    index: usize,
    generators: HashMap<Channel, Rc<Generator>>,
    values: HashMap<Channel, Values>,
    reasons: HashMap<ClauseId, String>,
    /// What it took to confirm values.
    confirmed: Cell<usize>,
}

impl<'a> PlanBuilder<'a> {
    pub fn new(input: &PlanInput<'a>, index: usize) -> Self {
        let PlanInput { contract, validators, fixtures, options, .. } = *input;
        let operation = &contract.operations[index];
        let clauses = operation.clauses();
        Self {
            contract,
            operation,
            validators,
            fixtures,
            budget: Budget::of(clauses.all.len(), contract.operations.len(), options.cases),
            clauses,
            list: CaseList::new(index),
            may_harm: options.destructive,
            may_guess: false,
            is_template: false,
            plain: None,
            every: None,
            rebase: None,
            index,
            generators: HashMap::new(),
            values: HashMap::new(),
            reasons: HashMap::new(),
            confirmed: Cell::new(0),
        }
    }

    /// The gate that every request passes before it becomes a case.
    pub fn gate(&self) -> Gate<'_> {
        Gate {
            contract: self.contract,
            operation: self.operation,
            validators: self.validators,
            fixtures: self.fixtures,
        }
    }

    /// The generator of values that `channel` carries.
    pub fn generator(&mut self, channel: Channel) -> Rc<Generator> {
        let validators = self.validators;
        let make = |channel: &Channel| Rc::new(Generator::new(validators, Direction::Request, channel.clone()));
        self.generators.entry(channel).or_insert_with_key(make).clone()
    }

    /// The strategies of values that the channel of a generator carries.
    pub fn values(&mut self, generator: &Rc<Generator>) -> Values {
        let make = || Values::of(generator.clone());
        self.values.entry(generator.channel().clone()).or_insert_with(make).clone()
    }

    pub fn parameter_generator(&mut self, index: usize) -> Rc<Generator> {
        self.generator(wire::channel(&self.operation.parameters[index]))
    }

    pub fn body_generator(&mut self, media: &MediaType) -> Rc<Generator> {
        self.generator(match media.kind() {
            PayloadKind::Form | PayloadKind::Multipart | PayloadKind::Xml => Channel::new(Carrier::Query, ""),
            _ => Channel::PAYLOAD,
        })
    }

    /// The media types of the request body.
    pub fn media(&self) -> &'a [MediaType] {
        self.operation.body.as_ref().map_or(&[], |body| &body.content)
    }

    /// What the fixtures know of the parameter at `index`.
    pub fn resource(&self, index: usize) -> Option<&'a Resource> {
        self.fixtures.resource(&self.operation.parameters[index])
    }

    /// Whether the value of a parameter is not for a plan to vary: a credential, an id, or what the document leaves open.
    pub fn is_fixed(&self, index: usize) -> bool {
        let parameter = &self.operation.parameters[index];
        self.operation.carries_credential(parameter)
            || self.resource(index).is_some()
            || self.rebase.as_ref().is_some_and(|rebase| rebase.names_by_path(self.operation, index))
            || parameter.schema.is_some_and(|schema| self.contract.schemas.leaves_values_open(schema))
    }

    /// The secret that the fixtures hold for a scheme.
    pub fn secret(&self, scheme: &str) -> Option<&'a Secret> {
        self.fixtures.credentials.get(scheme)
    }

    /// Whether a node of the body names a resource of which none is known to exist.
    pub fn names_unknown(&self, node: &Pointer) -> bool {
        self.fixtures.body_resources().any(|(at, resource)| at == node && resource.existing.is_empty())
    }

    /// Puts ids that exist in place of generated ones, one after the other, as far as the value stays valid.
    pub fn pin_each(&self, value: &mut Value, is_valid: impl Fn(&Value) -> bool) {
        for pinned in self.fixtures.body_resources() {
            let mut other = value.clone();
            self.pin_these(&mut other, None, std::iter::once(pinned));
            if is_valid(&other) {
                *value = other;
            }
        }
    }

    /// Puts ids that exist in place of generated ones, except at or below `untouched`.
    pub fn pin(&self, value: &mut Value, untouched: Option<&Pointer>) {
        self.pin_these(value, untouched, self.fixtures.body_resources());
    }

    fn pin_these<'r>(
        &self,
        value: &mut Value,
        untouched: Option<&Pointer>,
        resources: impl Iterator<Item = (&'r Pointer, &'r Resource)>,
    ) {
        for (at, resource) in resources {
            let own = untouched.is_some_and(|pointer| pointer == at || pointer.is_inside(at));
            let may_have = || {
                let Some((above, _)) = at.parent().filter(|_| resource.always) else { return false };
                // What is wrong with an object may be that it lacks this.
                let has_room = untouched != Some(&above) && value.pointer(above.as_str()).is_some_and(Value::is_object);
                // What is said of all operations is for those that know it.
                let is_named = || {
                    self.clauses
                        .sites
                        .iter()
                        .any(|site| matches!(site.place, ClauseTarget::Body(_)) && at.matches(&site.instance))
                };
                has_room && (!resource.operations.0.is_empty() || is_named())
            };
            if own || value.pointer(at.as_str()).is_none() && !may_have() {
                continue;
            }
            match resource.existing.first() {
                Some(existing) => {
                    at.assign(value, existing.clone());
                }
                None => {
                    at.remove(value);
                }
            }
        }
    }

    /// Adds the case of a request. False where it is not sure, or is there already.
    pub fn add(&mut self, case: CaseBuilder, values: RequestValues) -> bool {
        self.count_confirmed(&values);
        match self.gate().confirm(values, case.intent, case.clause) {
            Ok(confirmed) => self.add_confirmed(case, confirmed),
            Err(_) => false,
        }
    }

    /// Adds a case that was confirmed before. False where the same request is there already.
    pub fn add_confirmed(&mut self, case: CaseBuilder, confirmed: Confirmed) -> bool {
        if case.intent == Intent::Valid && self.leaves_more_open(confirmed.values()) {
            return false;
        }
        let Some(confirmed) = self.harmless(&case, confirmed) else { return false };
        let Some(confirmed) = self.rebased(&case, confirmed) else { return false };
        let case = self.about_body(case, confirmed.values());
        self.list.add(case.confirmed(confirmed))
    }

    /// Whether it is not known of values whether they are valid, although it is of the baseline: they would show nothing.
    fn leaves_more_open(&self, values: &RequestValues) -> bool {
        let is_open = |values: &RequestValues| values.holds_unknown(self.operation, &self.contract.schemas);
        self.plain.as_ref().is_some_and(|baseline| is_open(values) && !is_open(baseline))
    }

    /// The request on the base of this plan, where it is as sure there.
    fn rebased(&self, case: &CaseBuilder, confirmed: Confirmed) -> Option<Confirmed> {
        let Some(rebase) = &self.rebase else { return Some(confirmed) };
        let values = rebase.apply(confirmed.values());
        match self.gate().confirm(values, case.intent, case.clause) {
            Ok(rebased) if rebased.isolation() <= confirmed.isolation() => Some(rebased),
            _ => Some(confirmed).filter(|_| !self.is_template),
        }
    }

    /// Whether values make a request longer than every server takes, where the baseline is not.
    pub fn is_needlessly_long(&self, baseline: &RequestValues, values: &RequestValues) -> bool {
        let is_long =
            |values: &RequestValues| values.head(self.operation).is_some_and(|request| request.is_long(self.operation));
        values.parameters != baseline.parameters && is_long(values) && !is_long(baseline)
    }

    /// Adds the minimal request.
    pub fn add_minimal(&mut self, case: CaseBuilder, baseline: &RequestValues) {
        let base = self.rebase.as_ref().map_or_else(|| baseline.clone(), |rebase| rebase.apply(baseline));
        if let Ok(confirmed) = self.gate().confirm(base, case.intent, None) {
            let case = self.about_body(case, baseline);
            self.list.add_minimal(case.confirmed(confirmed));
        }
    }

    /// A valid case that is about no value is about its body, if its values say what that is.
    fn about_body(&self, mut case: CaseBuilder, values: &RequestValues) -> CaseBuilder {
        if case.intent == Intent::Valid
            && case.generated.is_none()
            && values.mutation.is_none()
            && let Some((index, value)) = &values.body
            && let Some(schema) = self.media()[*index].schema
        {
            case.generated = self.generated(schema, value);
        }
        case
    }

    /// A generated value, with the place of its schema.
    pub fn generated(&self, schema: SchemaId, value: &Value) -> Option<Generated> {
        let location = self.contract.schemas.get(schema).location.clone();
        Some(Generated { schema, location, value: value.clone() })
    }

    /// Whether there is room for more cases of a kind. Those of an operation with hundreds of required
    /// properties are large, and those of hundreds of branches take long to make.
    pub fn has_room(&self, share: Share) -> bool {
        self.list.nodes() < share.nodes() && self.work() < share.work()
    }

    /// How much was done for this operation so far.
    fn work(&self) -> usize {
        self.confirmed.get() + self.generators.values().map(|generator| generator.work()).sum::<usize>()
    }

    /// Counts that values were confirmed: schemas are applied to them, and violations told.
    pub fn count_confirmed(&self, values: &RequestValues) {
        let media = values.media(self.operation).and_then(|(media, _)| media.schema);
        let weight = media.map_or(0, |schema| self.contract.schemas.weight(schema));
        self.confirmed.set(self.confirmed.get() + values.nodes() + 2 * weight);
    }

    /// Notes why a clause is not broken by any case.
    pub fn explain(&mut self, clause: ClauseId, reason: impl Into<String>) {
        self.reasons.entry(clause).or_insert_with(|| reason.into());
    }

    /// Notes one reason for every clause.
    pub fn give_up(&mut self, reason: &str) {
        for index in 0..self.clauses.all.len() {
            self.explain(ClauseId(index as u32), reason);
        }
    }

    pub fn finish(self, baseline: Result<RequestValues, String>) -> Plan {
        let refused = match &baseline {
            _ if self.list.len() > 0 => None,
            Ok(values) => {
                self.gate().confirm(values.clone(), Intent::Valid, None).err().map(|unsure| unsure.to_string())
            }
            Err(reason) => Some(reason.clone()),
        };
        let unexercised = self
            .clauses
            .iter()
            .filter(|(id, clause)| is_of_request(&clause.place) && !self.list.breaks(*id))
            .map(|(id, _)| {
                let reason = self.reasons.get(&id).cloned();
                (id, reason.unwrap_or_else(|| "no way to break it is known".to_owned()))
            })
            .collect();
        let Self { index, list, .. } = self;
        let baseline = baseline.ok();
        let mut cases = list.into_cases();
        for case in &mut cases {
            case.is_plainest = case.intent == Intent::Valid && case.values.is_some() && case.values == baseline;
        }
        Plan { operation: index, cases, baseline, template: None, refused, unexercised }
    }
}
