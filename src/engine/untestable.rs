//! Explains why a target could not be tested, and what to do about it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::wants::{self, Want};
use crate::case::Case;
use crate::check::can_authenticate;
use crate::contract::{Contract, Operation, ParameterLocation, PayloadKind};
use crate::execute::{Failure, Response, SentRequest};
use crate::fixtures::{Fixtures, ResourcePlace};
use crate::resource::is_same_shape;
use crate::text::ellipsis;
use crate::text::list::{code, one_of};

/// What the valid requests of an operation got, to say why none was accepted.
#[derive(Debug, Default)]
pub(super) struct Refusals {
    /// By status, how often and the first with its request.
    by_status: BTreeMap<u16, (usize, String, Said)>,
    failure: Option<String>,
}

impl Refusals {
    pub fn add(&mut self, request: &SentRequest, result: &Result<Response, Failure>) {
        match result {
            Ok(response) => {
                let first = || (0, format!("{} {}", request.method, request.url), Said::of(request, response));
                self.by_status.entry(response.status).or_insert_with(first).0 += 1;
            }
            Err(failure) => {
                self.failure.get_or_insert_with(|| failure.to_string());
            }
        }
    }

    /// The likely reason, from the most frequent response.
    pub fn reason(&self, contract: &Contract, operation: &Operation, fixtures: &Fixtures, let_in: &LetIn) -> String {
        // Of equal counts, the lowest status: credentials come before resources.
        let commonest = self.by_status.iter().max_by_key(|(status, (count, ..))| (*count, u16::MAX - **status));
        let Some((status, (_, request, said))) = commonest else {
            let failure = self.failure.as_deref().unwrap_or("there was none to send");
            return format!("no valid request was accepted: {failure}");
        };
        let every = if self.by_status.len() == 1 {
            "every valid request was answered with"
        } else {
            "no valid request was accepted, most were answered with"
        };
        let advice = match status {
            403 if let_in.knows(operation) => permissions(operation, fixtures),
            401 | 403 => credentials(operation, fixtures),
            404 => format!("{}{}", missing(operation, fixtures), made_by(contract, operation)),
            429 | 503 => "it asks for patience, which fewer requests at once may help: --concurrency 1".to_owned(),
            _ => said.told(operation).into_iter().chain(vague_body(operation)).collect::<Vec<_>>().join("; "),
        };
        let advice = if advice.is_empty() { advice } else { format!("; {advice}") };
        format!("{every} {status} ({request}){advice}")
    }
}

/// What a refusal says.
#[derive(Debug)]
struct Said {
    /// The start of its body.
    excerpt: String,
    /// What it asks for.
    wants: Vec<Want>,
    /// The first of these that the fixtures can have a value for.
    place: Option<String>,
}

impl Said {
    fn of(request: &SentRequest, response: &Response) -> Self {
        let wants = wants::of(&response.body);
        let body: Option<Value> = request.body.as_ref().and_then(|body| serde_json::from_slice(body).ok());
        let place = wants.iter().find_map(|want| want.place(body.as_ref()?));
        let place = place.map(|place| format!("body#{place}"));
        Self { excerpt: excerpt(&response.body), wants, place }
    }

    fn told(&self, operation: &Operation) -> Option<String> {
        if self.wants.is_empty() {
            return Some(format!("the target says: {}", self.excerpt)).filter(|_| !self.excerpt.is_empty());
        }
        let told = format!("the target wants {}", wants::told(&self.wants));
        Some(match &self.place {
            Some(place) => format!(
                "{told}; say what it takes under `values` in the fixtures: - {{operation: {}, at: {place}, use: ..}}",
                operation.id
            ),
            None => told,
        })
    }
}

/// The security schemes by whose credentials valid requests were let in.
#[derive(Debug, Default)]
pub(super) struct LetIn(BTreeSet<String>);

impl LetIn {
    /// Takes a valid request that was accepted. Where none need be sent, those that were show nothing.
    pub fn take(&mut self, operation: &Operation, case: &Case) {
        let Some(values) = case.values.as_ref().filter(|_| operation.security.iter().all(|used| !used.is_empty()))
        else {
            return;
        };
        let used = operation.security.get(values.credentials.alternative).into_iter().flatten();
        self.0.extend(used.map(|used| used.scheme.clone()));
    }

    fn knows(&self, operation: &Operation) -> bool {
        let mut alternatives = operation.security.iter().filter(|used| !used.is_empty());
        alternatives.any(|used| used.iter().all(|used| self.0.contains(&used.scheme)))
    }
}

/// What else is refused with a 403 where the credentials are right.
fn permissions(operation: &Operation, fixtures: &Fixtures) -> String {
    let ids = unknown(operation, fixtures);
    let or = match ids.is_empty() {
        true => String::new(),
        false => format!(
            ", or there is nothing at {}: name what they may see under `resources` in the fixtures",
            ids.join(", ")
        ),
    };
    format!("other operations take these credentials: they may lack a permission{or}")
}

fn credentials(operation: &Operation, fixtures: &Fixtures) -> String {
    if !can_authenticate(operation, fixtures) {
        let schemes: Vec<String> = operation
            .security
            .iter()
            .flatten()
            .map(|used| &used.scheme)
            .filter(|scheme| !fixtures.credentials.contains_key(*scheme))
            .cloned()
            .collect();
        let named: Vec<String> = schemes.iter().map(|scheme| format!("`{scheme}`")).collect();
        let first = schemes.first().map_or("SCHEME", String::as_str);
        return format!(
            "put credentials for {} under `credentials` in the fixtures, for which `conform init` writes the lines, or give one by --credential {first}=env:NAME",
            named.join(", ")
        );
    }
    let variables: Vec<&str> = fixtures.credentials.values().map(|secret| secret.variable.as_str()).collect();
    if variables.is_empty() || operation.security.is_empty() {
        let asks = "the target asks for credentials that the document does not mention; send them with `--header`";
        let login = ", or, if this is what logs in, write a case in the fixtures with what it takes";
        return format!("{asks}{}", if operation.body.is_some() { login } else { "" });
    }
    format!("are the credentials right? They come from the fixtures and from {}", variables.join(", "))
}

/// That the document says too little of a body to make one that is surely valid, such as an image.
fn vague_body(operation: &Operation) -> Option<String> {
    let content = &operation.body.as_ref()?.content;
    let is_vague = !content.is_empty() && content.iter().all(|media| media.kind() == PayloadKind::Binary);
    is_vague.then(|| {
        let names = one_of(code(content.iter().map(|media| &media.name)));
        format!("the document does not say what a valid {names} is; a case in the fixtures may hold one")
    })
}

/// The path variables, and whether the fixtures know them.
fn unknown(operation: &Operation, fixtures: &Fixtures) -> Vec<String> {
    let path = operation.parameters.iter().filter(|parameter| parameter.place == ParameterLocation::Path);
    path.map(|parameter| {
        let at = ResourcePlace::Parameter(ParameterLocation::Path, parameter.name.clone());
        let known = fixtures.resources.iter().any(|resource| resource.at == at && !resource.existing.is_empty());
        let what = if known { "which the fixtures say exists" } else { "which the fixtures do not know" };
        format!("`{}`, {what}", parameter.name)
    })
    .collect()
}

/// What would make what a path names.
fn made_by(contract: &Contract, operation: &Operation) -> String {
    let Some(end) = operation.path.rfind('}') else { return String::new() };
    let item = &operation.path[..=end];
    let Some((collection, _)) = item.rsplit_once('/') else { return String::new() };
    let makes = |other: &&Operation| other.method == "POST" && is_same_shape(&other.path, collection);
    match contract.operations.iter().find(makes) {
        Some(maker) => format!("; {} {} makes such, and none that it made could be used", maker.method, maker.path),
        None => String::new(),
    }
}

fn missing(operation: &Operation, fixtures: &Fixtures) -> String {
    let names = unknown(operation, fixtures);
    if names.is_empty() {
        return "is the path prefix in `--target` the right one?".to_owned();
    }
    format!(
        "is the path prefix in `--target` the right one? Otherwise nothing exists at {}: name one that does under `resources` in the fixtures (an earlier run may have deleted it)",
        names.join(", ")
    )
}

fn excerpt(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(body);
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    ellipsis::end(&line, 120).into_owned()
}

/// Nothing that can be read is there, of so many operations whose paths have no variables.
pub(super) fn absent(target: &str, missing: usize) -> String {
    format!(
        "nothing is at {target} where the document says: a read of each path was answered with 404, {missing} of them paths \
         without variables; is the path prefix in `--target` the right one?"
    )
}

/// Nobody ever answered.
pub(super) fn unreachable(target: &str, failure: &Failure) -> String {
    match failure {
        Failure::Unreachable(_) => format!("{failure}; is the server running at {target}?"),
        Failure::Insecure(_) => format!("{target}: {failure}"),
        Failure::Garbage(_) => {
            format!("{target} gave no usable response: {failure}; is it the port of an HTTP server?")
        }
        _ => format!("{target} gave no usable response: {failure}"),
    }
}
