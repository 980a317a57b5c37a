//! Whether a careless server treats a request otherwise than a right one.

use std::sync::Arc;

use http::Request;
use serde_json::Value;

use super::meeting::{Spot, Whole};
use super::{Change, Flaw, Lax, Site};
use crate::case::{Case, Intent};
use crate::contract::{
    ClauseTarget, Contract, Direction, MediaType, Operation, Parameter, PayloadKind, SchemaId, Validators, emit,
};
use crate::spec::Pointer;
use crate::wire::server::{ProblemKind, Received, read};

/// A request of a plan as a right server has read it.
pub(super) struct Seen<'a> {
    operation: &'a Operation,
    request: Request<Vec<u8>>,
    /// The values with their schemas.
    values: Vec<(ClauseTarget, SchemaId, Value)>,
    flaws: Vec<FlawAt>,
    /// What is wrong in another way.
    others: Vec<ProblemKind>,
}

/// A flaw with the position of its parameter or media type.
struct FlawAt {
    place: ClauseTarget,
    keyword: String,
    path: Vec<String>,
    value: Option<usize>,
    schema: Option<SchemaId>,
}

impl<'a> Seen<'a> {
    /// `None` where nothing is said of what a right server answers.
    pub fn new(contract: &'a Contract, validators: &Validators, operation: &'a Operation, case: &Case) -> Option<Self> {
        if !matches!(case.intent, Intent::Valid | Intent::Invalid(_) | Intent::Robustness) {
            return None;
        }
        let request = case.request.to_http(operation)?;
        let received = read(contract, validators, &request).ok()?;
        let mut values = Vec::new();
        let mut flaws = Vec::new();
        let mut add = |place: ClauseTarget, schema: Option<SchemaId>, value: Option<&Value>| {
            let (Some(schema), Some(value)) = (schema, value) else { return };
            for violation in validators.breaches(schema, Direction::Request, value) {
                let path = violation.instance.tokens().map(|token| token.into_owned()).collect();
                let keyword = violation.keyword;
                let (value, schema) = (Some(values.len()), Some(violation.schema));
                flaws.push(FlawAt { place, keyword: keyword.to_string(), path, value, schema });
            }
            values.push((place, schema, value.clone()));
        };
        for (index, (parameter, value)) in operation.parameters.iter().zip(&received.parameters).enumerate() {
            add(ClauseTarget::Parameter(index), parameter.schema, value.as_ref());
        }
        if let Some((index, value)) = &received.body {
            let schema = operation.body.as_ref().and_then(|body| body.content.get(*index)?.schema);
            add(ClauseTarget::Body(*index), schema, Some(value));
        }
        let mut others = Vec::new();
        for problem in &received.problems {
            let first = problem.clauses.first().map(|id| operation.clauses().get(*id));
            match (problem.kind, first) {
                (ProblemKind::Unauthenticated, _) => {}
                (ProblemKind::Invalid, Some(clause)) if clause.site.is_none() => flaws.push(FlawAt {
                    place: clause.place,
                    keyword: clause.keyword.to_owned(),
                    path: Vec::new(),
                    value: None,
                    schema: None,
                }),
                (ProblemKind::Invalid, Some(_)) => {}
                (kind, _) => others.push(kind),
            }
        }
        Some(Self { operation, request, values, flaws, others })
    }

    fn is_right(&self) -> bool {
        self.flaws.is_empty() && self.others.is_empty()
    }
}

/// One careless server.
pub(super) struct Judge<'a> {
    contract: &'a Contract,
    validators: &'a Validators,
    lax: Lax,
    /// The schemas as it has understood them.
    own: Option<Validators>,
}

impl<'a> Judge<'a> {
    pub fn new(contract: &'a Contract, validators: &'a Validators, lax: Lax) -> Self {
        let own = match lax.change {
            Change::Schemas(change) => Some(Validators::new(Arc::new(change(&contract.schemas)))),
            _ => None,
        };
        Self { contract, validators, lax, own }
    }

    /// Whether the document gives occasion to differ, as far as its keywords tell.
    pub fn applies(&self) -> bool {
        let mut roots = self.contract.operations.iter().flat_map(|operation| {
            let parameters = operation.parameters.iter().filter(|parameter| !operation.carries_credential(parameter));
            let parameters = parameters.filter_map(|parameter| Some((parameter.schema?, Some(parameter), None)));
            let content = operation.body.iter().flat_map(|body| &body.content);
            parameters.chain(content.filter_map(|media| Some((media.schema?, None, Some(media)))))
        });
        let schemas = &self.contract.schemas;
        match self.lax.change {
            Change::Schemas(_) => self.own.as_ref().is_some_and(|own| {
                roots.any(|(root, ..)| {
                    emit(schemas, root, Direction::Request) != emit(own.schemas(), root, Direction::Request)
                })
            }),
            Change::Overlooks(occasion, _) => roots.any(|(root, parameter, media)| {
                let mut within = schemas.reachable(&[root]).into_iter();
                within.any(|id| {
                    let is_root = id == root || schemas.get(root).reference == Some(id);
                    occasion(&Site { schema: schemas.get(id), parameter, media, is_root })
                })
            }),
            Change::Takes(occasion, _) | Change::Refuses(occasion, _) => {
                roots.any(|(root, ..)| schemas.reachable(&[root]).into_iter().any(|id| occasion(schemas.get(id))))
            }
            Change::Mends(_) => {
                roots.any(|(.., media)| media.is_some_and(|m: &MediaType| m.kind() == PayloadKind::Json))
            }
            Change::Media(_) => roots.any(|(.., media)| media.is_some()),
            Change::Meets(meeting) => self.contract.operations.iter().any(|operation| meeting.may(schemas, operation)),
        }
    }

    /// Whether it takes an invalid request, or refuses a valid one.
    pub fn differs(&self, seen: &Seen<'_>) -> bool {
        match self.lax.change {
            Change::Schemas(_) => seen.others.is_empty() && self.is_right_to_own(&seen.request) != seen.is_right(),
            Change::Overlooks(_, overlooks) => {
                let overlooks = |flaw: &FlawAt| overlooks(&self.flaw(seen, flaw));
                seen.others.is_empty() && !seen.flaws.is_empty() && seen.flaws.iter().all(overlooks)
            }
            Change::Takes(_, change) => {
                let is_mended = |flaw: &FlawAt| {
                    let Some((_, schema, value)) = flaw.value.and_then(|at| seen.values.get(at)) else { return false };
                    let is_valid = |value: &Value| self.validators.is_valid(*schema, Direction::Request, value);
                    !is_valid(value) && variants(value, change).iter().any(is_valid)
                };
                seen.others.is_empty() && !seen.flaws.is_empty() && seen.flaws.iter().all(is_mended)
            }
            Change::Refuses(_, change) => {
                let is_spoilt = |(_, schema, value): &(ClauseTarget, SchemaId, Value)| {
                    let is_valid = |value: &Value| self.validators.is_valid(*schema, Direction::Request, value);
                    variants(value, change).iter().any(|value| !is_valid(value))
                };
                seen.is_right() && seen.values.iter().any(is_spoilt)
            }
            Change::Meets(meeting) => {
                let schemas = &self.contract.schemas;
                let validators = self.validators;
                let whole = Whole { schemas, validators, operation: seen.operation, values: &seen.values };
                let overlooks = |flaw: &FlawAt| {
                    meeting.overlooks(&whole, &Spot { place: flaw.place, keyword: &flaw.keyword, path: &flaw.path })
                };
                match seen.is_right() {
                    true => meeting.refuses(&whole),
                    false => seen.others.is_empty() && seen.flaws.iter().all(overlooks),
                }
            }
            Change::Mends(mend) => {
                let mended = std::str::from_utf8(seen.request.body()).ok().and_then(mend);
                let with = |body: String| {
                    let mut request = seen.request.clone();
                    *request.body_mut() = body.into_bytes();
                    self.is_right(self.validators, &request)
                };
                seen.others == [ProblemKind::Malformed] && mended.is_some_and(with)
            }
            Change::Media(is_taken) => {
                let sent = seen.request.headers().get("content-type").and_then(|value| value.to_str().ok());
                let content = seen.operation.body.iter().flat_map(|body| &body.content);
                let with = |sent: &str| {
                    content.into_iter().any(|media| {
                        let mut request = seen.request.clone();
                        let Ok(name) = media.name.parse() else { return false };
                        request.headers_mut().insert("content-type", name);
                        is_taken(sent, &media.name) && self.is_right(self.validators, &request)
                    })
                };
                seen.others == [ProblemKind::MediaType] && sent.is_some_and(with)
            }
        }
    }

    fn is_right_to_own(&self, request: &Request<Vec<u8>>) -> bool {
        self.is_right(self.own.as_ref().unwrap_or(self.validators), request)
    }

    fn is_right(&self, validators: &Validators, request: &Request<Vec<u8>>) -> bool {
        let wrong =
            |received: &Received| received.problems.iter().any(|problem| problem.kind != ProblemKind::Unauthenticated);
        read(self.contract, validators, request).is_ok_and(|received| !wrong(&received))
    }

    fn flaw<'s>(&'s self, seen: &'s Seen<'_>, at: &FlawAt) -> Flaw<'s> {
        let (parameter, media): (Option<&Parameter>, Option<&MediaType>) = match &at.place {
            ClauseTarget::Parameter(index) => (seen.operation.parameters.get(*index), None),
            ClauseTarget::Body(index) => (None, seen.operation.body.as_ref().and_then(|body| body.content.get(*index))),
            _ => (None, None),
        };
        let value = at.value.and_then(|index| seen.values.get(index));
        let schemas = &self.contract.schemas;
        let resolved = |id: SchemaId| {
            let schema = schemas.get(id);
            schema.reference.map_or(schema, |target| schemas.get(target))
        };
        Flaw {
            parameter,
            media,
            keyword: at.keyword.clone(),
            path: at.path.clone(),
            root: value.map(|(.., value)| value),
            schema: at.schema.map(|id| schemas.get(id)),
            root_schema: value.map(|(_, id, _)| resolved(*id)),
        }
    }
}

/// A value with one of its nodes changed.
fn variants(value: &Value, change: fn(&Value) -> Vec<Value>) -> Vec<Value> {
    const MOST: usize = 300;
    let mut out = Vec::new();
    let mut queue = vec![(Pointer::root(), value)];
    while let Some((at, node)) = queue.pop() {
        for changed in change(node) {
            let mut whole = value.clone();
            if changed != *node && at.assign(&mut whole, changed) {
                out.push(whole);
            }
        }
        match node {
            Value::Array(items) => queue.extend(items.iter().enumerate().map(|(index, item)| (at.index(index), item))),
            Value::Object(members) => queue.extend(members.iter().map(|(name, member)| (at.join(name), member))),
            _ => {}
        }
        if out.len() > MOST {
            break;
        }
    }
    out
}
