//! A failing case as it is kept: all that it takes to send it again, without any secret.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::case::{Case, Fault, Intent, Origin};
use crate::contract::{Clause, ClauseId, ClausePlace, Contract, Direction, Operation, Validators};
use crate::finding::Finding;
use crate::plan::is_of_request;
use crate::wire::{Body, CredentialChange, Credentials, Payload, QueryPair, Request};

/// A failing case.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Saved {
    /// The contract's name.
    pub contract: String,
    /// The operation's id.
    pub operation: String,
    /// The check that it failed.
    pub check: String,
    /// What was wrong, for people.
    pub found: String,
    /// The case's name.
    pub case: String,
    /// What the case is meant to show: `valid`, `invalid`, `unauthenticated`, `missing-resource`, `wrong-method`.
    intent: SavedIntent,
    /// The class of the fault of an invalid case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    fault: Option<Fault>,
    /// The clause that it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    clause: Option<SavedClause>,
    method: String,
    path: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    path_params: Vec<(String, String)>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    query: Vec<QueryPair>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    headers: Vec<(String, String)>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    cookies: Vec<(String, String)>,
    #[serde(default, skip_serializing_if = "is_default")]
    credentials: Credentials,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    body: Option<SavedBody>,
    /// A server may well refuse it for another reason, which is no fault then.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    doubtful: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum SavedIntent {
    Valid,
    Invalid,
    Unauthenticated,
    MissingResource,
    WrongMethod,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SavedClause {
    keyword: String,
    pointer: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SavedBody {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    media_type: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    json: Option<Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    text: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    base64: Option<String>,
    /// The size in bytes to which `json` is filled up with white space.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    size: Option<u64>,
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

impl Saved {
    /// What is kept of a failing case; `None` where it would hold what a person keeps elsewhere, or a secret.
    pub fn of(contract: &Contract, case: &Case, finding: &Finding) -> Option<Self> {
        let request = &case.request;
        let operation = contract.operations.get(case.operation)?;
        let replaced = |(_, change): &(String, CredentialChange)| matches!(change, CredentialChange::Value(_));
        if case.origin == Origin::Fixture || request.credentials.changed.iter().any(replaced) {
            return None;
        }
        let (intent, fault) = match case.intent {
            Intent::Valid => (SavedIntent::Valid, None),
            Intent::Invalid(fault) => (SavedIntent::Invalid, Some(fault)),
            Intent::Unauthenticated => (SavedIntent::Unauthenticated, None),
            Intent::MissingResource => (SavedIntent::MissingResource, None),
            Intent::WrongMethod => (SavedIntent::WrongMethod, None),
        };
        Some(Self {
            contract: contract.name.clone(),
            operation: operation.id.clone(),
            check: finding.rule.id.to_owned(),
            found: finding.message.clone(),
            case: case.name.clone(),
            intent,
            fault,
            clause: case.clause.map(|id| operation.clauses().get(id)).map(|clause| SavedClause {
                keyword: clause.keyword.to_owned(),
                pointer: clause.location.pointer.to_string(),
            }),
            method: request.method.clone(),
            path: request.path.clone(),
            path_params: request.path_params.clone(),
            query: request.query.clone(),
            headers: request.headers.clone(),
            cookies: request.cookies.clone(),
            credentials: request.credentials.clone(),
            body: request.body.as_ref().map(SavedBody::of),
            doubtful: case.doubtful,
        })
    }

    /// The case, if it still is what it was: a valid case valid, an invalid one in breach of its clause.
    ///
    /// # Errors
    /// Why it is not, in words.
    pub fn case(&self, contract: &Contract, operation: usize, validators: &Validators) -> Result<Case, String> {
        let clauses = contract.operations[operation].clauses();
        let clause = match &self.clause {
            None => None,
            Some(saved) => match clauses.iter().find(|(_, clause)| saved.is(clause)) {
                Some((id, _)) => Some(id),
                None if matches!(self.intent, SavedIntent::Valid) => None,
                None => return Err(format!("the document has no `{}` at {} any more", saved.keyword, saved.pointer)),
            },
        };
        let intent = match self.intent {
            SavedIntent::Valid => Intent::Valid,
            SavedIntent::Invalid => Intent::Invalid(self.fault.unwrap_or(Fault::Validation)),
            SavedIntent::Unauthenticated => Intent::Unauthenticated,
            SavedIntent::MissingResource => Intent::MissingResource,
            SavedIntent::WrongMethod => Intent::WrongMethod,
        };
        let body = self.body.as_ref().map(SavedBody::body).transpose()?;
        self.confirm(&contract.operations[operation], validators, intent, clause)?;
        Ok(Case {
            index: 0,
            operation,
            name: self.case.clone(),
            origin: Origin::Regression,
            intent,
            clause,
            also_broken: Vec::new(),
            request: Request {
                method: self.method.clone(),
                path_params: self.path_params.clone(),
                path: self.path.clone(),
                query: self.query.clone(),
                headers: self.headers.clone(),
                cookies: self.cookies.clone(),
                credentials: self.credentials.clone(),
                body,
            },
            values: None,
            generated: None,
            expected: None,
            doubtful: self.doubtful,
            written_at: None,
        })
    }

    fn confirm(
        &self,
        operation: &Operation,
        validators: &Validators,
        intent: Intent,
        clause: Option<ClauseId>,
    ) -> Result<(), String> {
        let content = operation.body.as_ref().map_or(&[][..], |body| &body.content);
        let Some(SavedBody { json: Some(value), media_type, .. }) = &self.body else { return Ok(()) };
        let position = content.iter().position(|media| Some(&media.name) == media_type.as_ref()).unwrap_or(0);
        let Some(schema) = content.get(position).and_then(|media| media.schema) else { return Ok(()) };
        let violations = validators.violations(schema, Direction::Request, value);
        match intent {
            Intent::Valid if !violations.is_empty() => {
                Err(format!("it is not valid any more: {}", violations[0].message))
            }
            Intent::Invalid(Fault::Validation) => match clause.map(|id| operation.clauses().get(id)) {
                Some(clause) if matches!(clause.place, ClausePlace::Body(_)) && violations.is_empty() => {
                    Err(format!("it does not break {} any more", clause.describe(operation)))
                }
                _ => Ok(()),
            },
            _ => Ok(()),
        }
    }
}

impl SavedClause {
    fn is(&self, clause: &Clause) -> bool {
        is_of_request(&clause.place)
            && clause.keyword == self.keyword
            && clause.location.pointer.as_str() == self.pointer
    }
}

impl SavedBody {
    fn of(body: &Body) -> Self {
        let mut saved = Self { media_type: body.media_type.clone(), json: None, text: None, base64: None, size: None };
        match &body.payload {
            Payload::Json(value) => saved.json = Some(value.clone()),
            Payload::Padded { value, size } => (saved.json, saved.size) = (Some(value.clone()), Some(*size)),
            Payload::Bytes(bytes) => match std::str::from_utf8(bytes) {
                Ok(text) => saved.text = Some(text.to_owned()),
                Err(_) => saved.base64 = Some(STANDARD.encode(bytes)),
            },
        }
        saved
    }

    fn body(&self) -> Result<Body, String> {
        let payload = match (&self.json, &self.text, &self.base64, self.size) {
            (Some(value), None, None, Some(size)) => Payload::Padded { value: value.clone(), size },
            (Some(value), None, None, None) => Payload::Json(value.clone()),
            (None, Some(text), None, None) => Payload::Bytes(text.clone().into_bytes()),
            (None, None, Some(text), None) => {
                Payload::Bytes(STANDARD.decode(text).map_err(|error| format!("its body is no base64: {error}"))?)
            }
            _ => return Err("its body needs one of json, text and base64".to_owned()),
        };
        Ok(Body { media_type: self.media_type.clone(), payload })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::testing::{Bench, raw, valid};
    use serde_json::json;

    #[test]
    fn what_a_server_may_refuse_stays_so() {
        let bench = Bench::messages();
        for doubtful in [true, false] {
            let case = Case { doubtful, ..valid(json!({"text": "hello"})) };
            let crash = bench.judge(&case, Ok(raw(500, "text/plain", b""))).remove(0);
            let saved = Saved::of(&bench.contract, &case, &crash).expect("no secret in it");
            let kept: Saved = serde_yaml::from_str(&serde_yaml::to_string(&saved).expect("YAML")).expect("a case");
            let again = kept.case(&bench.contract, 0, &bench.validators).expect("still valid");
            assert_eq!(again.doubtful, doubtful);
        }
    }
}
