//! What documents say that their target sends, and which of it a request is.

use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

use http::Request;
use http::header::CONTENT_ENCODING;
use serde_json::Value;

use super::job::Job;
use crate::check::judge_received;
use crate::contract::{CompileOptions, Contract, Direction, Operation, ParameterLocation, SchemaId, Validators};
use crate::finding::Finding;
use crate::fixtures::{Resource, ResourcePlace, Scope};
use crate::spec::Pointer;
use crate::wire::server::read_as;

const WEBHOOKS: &str = "/webhooks/";
/// So deep a place of a body is looked for in schemas, which may refer to themselves.
const DEEPEST: usize = 24;

/// What one document says that the target sends.
#[derive(Debug)]
pub(super) struct Promised {
    /// As a contract whose operations the target calls.
    pub contract: Arc<Contract>,
    validators: Validators,
}

/// What a request is.
#[derive(Clone, Debug)]
pub(super) struct Meant {
    /// The document, by its position.
    pub document: usize,
    /// The operation, by its position in the document's contract.
    pub operation: usize,
    /// What is wrong with it.
    pub finding: Option<Finding>,
}

impl Promised {
    /// What a contract's document says; `None` where that is nothing.
    pub fn of(contract: &Contract) -> Option<Self> {
        let options = CompileOptions { sent: true, ..CompileOptions::default() };
        let mut sent = Contract::compile_with(contract.document.clone(), &options).ok()?;
        sent.name = format!("{} (sent)", contract.name);
        let validators = Validators::new(sent.schemas.clone());
        (!sent.operations.is_empty()).then(|| Self { contract: Arc::new(sent), validators })
    }

    /// Whether it is of the job's document.
    pub fn is_of(&self, job: &Job) -> bool {
        self.contract.document.files()[0].name == job.contract.document.files()[0].name
    }

    /// The operations of callbacks that belong to no operation that a job tests, be it that another part of the run does.
    pub fn unasked(&self, job: &Job) -> impl Iterator<Item = usize> {
        let operations = &job.contract.operations;
        let tested: HashSet<(&str, &str)> = job
            .operations()
            .map(|index| (operations[index].method.as_str(), operations[index].path.as_str()))
            .collect();
        let callbacks = &self.contract.callbacks;
        let is_asked = |operation: usize| {
            let mut of =
                callbacks.iter().filter(|callback| callback.operation == operation).map(|callback| &callback.of);
            of.any(|(method, path)| tested.contains(&(method.as_str(), path.as_str())))
        };
        let all: BTreeSet<usize> = callbacks.iter().map(|callback| callback.operation).collect();
        all.into_iter().filter(|operation| !is_asked(*operation)).collect::<Vec<_>>().into_iter()
    }

    /// Where requests are to say that callbacks go, as resources of their operations. No request is to say so where that is
    /// not valid: what is wrong is told by the position of the callback's operation.
    pub fn places(&self, contract: &Contract, url: &str) -> (Vec<Resource>, Vec<(usize, String)>) {
        let (mut places, mut unfit) = (Vec::new(), Vec::new());
        let validators = Validators::new(contract.schemas.clone());
        for callback in &self.contract.callbacks {
            let (method, path) = &callback.of;
            let is_it = |one: &&Operation| one.method == *method && one.path == *path;
            let Some(operation) = contract.operations.iter().find(is_it) else { continue };
            let Some(at) = place(&callback.expression) else { continue };
            let value = Value::String(format!("{url}{}", callback.base));
            match fits(&validators, operation, &at, &value) {
                None => {}
                Some(Err(why)) => {
                    unfit.push((callback.operation, format!("`{}` of {method} {path}: {why}", callback.expression)));
                }
                Some(Ok(())) => places.push(Resource {
                    operations: Scope(vec![operation.id.clone()]),
                    at,
                    existing: vec![value],
                    missing: Vec::new(),
                    always: false,
                    templates: Vec::new(),
                }),
            }
        }
        (places, unfit)
    }

    /// The webhooks.
    pub fn webhooks(&self) -> impl Iterator<Item = &Operation> {
        self.contract.operations.iter().filter(|operation| operation.path.starts_with(WEBHOOKS))
    }

    fn positions(&self, request: &Request<Vec<u8>>, is_it: impl Fn(&Operation) -> bool) -> Vec<usize> {
        let all = self.contract.operations.iter().enumerate();
        all.filter(|(_, operation)| operation.method == request.method().as_str() && is_it(operation))
            .map(|(index, _)| index)
            .collect()
    }

    fn judge(&self, request: &Request<Vec<u8>>, operation: usize) -> Option<Finding> {
        let received = read_as(&self.contract, &self.validators, request, operation);
        judge_received(&self.contract, &self.validators, &self.contract.operations[operation], &received)
    }
}

/// The status that a request is answered with, the documented success or 404, and what it is, where that is sure. It is
/// known by its path, or, of a webhook that is sent elsewhere, by its method alone. It is the first one that it keeps, of
/// whatever document. One that it breaks is blamed for it where the path or nothing else says that it is that one.
pub(super) fn made_out(all: &[Promised], request: &Request<Vec<u8>>) -> (u16, Option<Meant>) {
    let path = request.uri().path().trim_end_matches('/');
    let named = candidates(all, request, |operation| is_led_to(&operation.path, path));
    let is_ours = path.starts_with("/callbacks/") || path.starts_with(WEBHOOKS);
    let is_by_path = is_ours || !named.is_empty();
    let found = match is_by_path {
        true => named,
        false => candidates(all, request, |operation| operation.path.starts_with(WEBHOOKS)),
    };
    let Some(first) = found.first() else { return (404, None) };
    let is_sure = is_by_path || found.len() == 1;
    let of = |(document, operation): (usize, usize), finding| Meant { document, operation, finding };
    // What is coded is not read.
    let meant = if request.headers().contains_key(CONTENT_ENCODING) {
        is_sure.then(|| of(*first, None))
    } else {
        let mut broken = None;
        let kept = found.iter().find(|(document, operation)| {
            let finding = all[*document].judge(request, *operation);
            let is_kept = finding.is_none();
            broken = broken.take().or(finding);
            is_kept
        });
        kept.map(|place| of(*place, None)).or_else(|| broken.filter(|_| is_sure).map(|found| of(*first, Some(found))))
    };
    let (document, operation) = meant.as_ref().map_or(*first, |meant| (meant.document, meant.operation));
    (success(&all[document].contract.operations[operation]), meant)
}

/// The documents and operations of the request's method that are of this kind.
fn candidates(all: &[Promised], request: &Request<Vec<u8>>, is_it: impl Fn(&Operation) -> bool) -> Vec<(usize, usize)> {
    let of = |(document, promised): (usize, &Promised)| {
        promised.positions(request, &is_it).into_iter().map(move |operation| (document, operation)).collect::<Vec<_>>()
    };
    all.iter().enumerate().flat_map(of).collect()
}

/// The documented success.
fn success(operation: &Operation) -> u16 {
    let documented = |status: &u16| operation.responses.iter().any(|response| response.status.contains(*status));
    [200, 204, 202, 201].into_iter().chain(200..300).find(documented).unwrap_or(200)
}

/// Where the expression of a callback says that it goes.
fn place(expression: &str) -> Option<ResourcePlace> {
    let (inner, _) = expression.trim().strip_prefix('{')?.split_once('}')?;
    let source = inner.strip_prefix("$request.")?;
    if let Some(pointer) = source.strip_prefix("body#") {
        return (!pointer.is_empty()).then(|| ResourcePlace::Body(Pointer::new(pointer)));
    }
    let (place, name) = source.split_once('.')?;
    Some(ResourcePlace::Parameter(ParameterLocation::named(place)?, name.to_owned()))
}

/// Whether a value is valid at a place of an operation's requests, as far as it is known; `None` where there is no such place.
fn fits(
    validators: &Validators,
    operation: &Operation,
    at: &ResourcePlace,
    value: &Value,
) -> Option<Result<(), String>> {
    match at {
        ResourcePlace::Parameter(place, name) => {
            let schema = operation.parameter(*place, name)?.schema;
            Some(schema.map_or(Ok(()), |schema| keeps(validators, schema, &[], value, DEEPEST)))
        }
        ResourcePlace::Body(pointer) => {
            let tokens: Vec<String> = pointer.tokens().map(|token| token.into_owned()).collect();
            let schemas = operation.body.as_ref()?.content.iter().filter_map(|media| media.schema);
            Some(schemas.into_iter().try_for_each(|schema| keeps(validators, schema, &tokens, value, DEEPEST)))
        }
    }
}

/// Whether a value is valid where these tokens lead to in a schema.
///
/// # Errors
/// What is wrong with it.
fn keeps(
    validators: &Validators,
    schema: SchemaId,
    tokens: &[String],
    value: &Value,
    deepest: usize,
) -> Result<(), String> {
    let Some(deeper) = deepest.checked_sub(1) else { return Ok(()) };
    let Some((first, rest)) = tokens.split_first() else {
        let broken = validators.violations(schema, Direction::Request, value).into_iter().next();
        return broken.map_or(Ok(()), |violation| Err(violation.message));
    };
    let known = validators.schemas().get(schema);
    let is_item = first.bytes().all(|byte| byte.is_ascii_digit());
    let below = known.properties.get(first).copied().or(known.items.filter(|_| is_item));
    below.map_or(Ok(()), |below| keeps(validators, below, rest, value, deeper))?;
    let same = |schema: SchemaId| keeps(validators, schema, tokens, value, deeper);
    known.reference.into_iter().chain(known.all_of.iter().copied()).try_for_each(same)?;
    for branches in [&known.any_of, &known.one_of] {
        // One that takes it is enough.
        if let Some(first) = branches.first()
            && branches.iter().all(|branch| same(*branch).is_err())
        {
            same(*first)?;
        }
    }
    Ok(())
}

/// Whether a template leads to a path: its variables are any segment, and what follows a `#` only tells it from another one.
fn is_led_to(template: &str, path: &str) -> bool {
    let template = template.split('#').next().unwrap_or_default();
    let (template, path): (Vec<&str>, Vec<&str>) = (template.split('/').collect(), path.split('/').collect());
    let is_same = |(known, given): (&&str, &&str)| known == given || known.contains('{');
    template.len() == path.len() && template.iter().zip(&path).all(is_same)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::testing::contract;

    #[test]
    fn where_a_callback_goes_is_a_place_of_the_request() {
        let parameter = |place, name: &str| Some(ResourcePlace::Parameter(place, name.to_owned()));
        for (expression, at) in [
            ("{$request.body#/a/url}", Some(ResourcePlace::Body(Pointer::new("/a/url")))),
            ("{$request.query.back}/done", parameter(ParameterLocation::Query, "back")),
            ("{$request.header.X-Back}", parameter(ParameterLocation::Header, "X-Back")),
            ("{$response.body#/url}", None),
            ("https://fixed.example.test", None),
        ] {
            assert_eq!(place(expression), at, "{expression}");
        }
    }

    #[test]
    fn a_url_is_put_where_it_is_valid_alone() {
        let text = |more: Value| {
            let mut schema = json!({"type": "string"});
            schema.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
            schema
        };
        let call = json!({"post": {"responses": {"204": {"description": "taken"}}}});
        let wrong = [
            json!({"pattern": "^https://"}),
            json!({"maxLength": 10}),
            json!({"enum": ["https://a.test"]}),
            json!({"allOf": [{"pattern": "^https://"}]}),
            json!({"anyOf": [{"maxLength": 1}, {"const": ""}]}),
        ];
        let right =
            [json!({"format": "uri"}), json!({"pattern": "^https?://"}), json!({"anyOf": [{"maxLength": 1}, {}]})];
        for (schemas, fits) in [(&wrong[..], false), (&right[..], true)] {
            for schema in schemas {
                let body = json!({"allOf": [{"properties": {"to": {"properties": {"url": text(schema.clone())}}}}]});
                let operation = json!({
                    "parameters": [{"name": "back", "in": "query", "schema": text(schema.clone())}],
                    "requestBody": {"content": {"application/json": {"schema": body}}},
                    "responses": {"204": {"description": "made"}},
                    "callbacks": {"a": {"{$request.query.back}": call, "{$request.body#/to/url}/b": call}}
                });
                let contract = contract(&json!({"/a": {"post": operation}}), &json!({}));
                let promised = Promised::of(&contract).expect("a callback");
                let (places, unfit) = promised.places(&contract, "http://127.0.0.1:9000");
                assert_eq!((places.len(), unfit.len()), if fits { (2, 0) } else { (0, 2) }, "{schema}: {unfit:?}");
            }
        }
    }

    #[test]
    fn variables_of_a_path_are_any_segment() {
        assert!(is_led_to("/callbacks/a/{value1}/done", "/callbacks/a/7/done"));
        assert!(!is_led_to("/callbacks/a/{value1}/done", "/callbacks/a/7"));
        assert!(!is_led_to("/callbacks/a", "/callbacks/b"));
        assert!(is_led_to("/callbacks/a#2", "/callbacks/a"));
    }

    fn promised(schemas: &[&str]) -> Vec<Promised> {
        let document = |(index, kind): (usize, &&str)| {
            let body = json!({"required": true, "content": {"application/json": {"schema":
                {"type": "object", "required": ["kind"], "properties": {"kind": {"const": kind}}}}}});
            let operation = json!({"requestBody": body, "responses": {"202": {"description": "taken"}}});
            let webhooks = json!({"webhooks": {format!("hook{index}"): {"post": operation}}});
            Promised::of(&contract(&json!({}), &webhooks)).expect("a webhook")
        };
        schemas.iter().enumerate().map(document).collect()
    }

    fn sent(path: &str, body: &str, coding: Option<&str>) -> Request<Vec<u8>> {
        let request = Request::post(path).header("content-type", "application/json");
        let request = coding.into_iter().fold(request, |request, coding| request.header("content-encoding", coding));
        request.body(body.as_bytes().to_vec()).expect("a request")
    }

    #[test]
    fn a_request_is_what_it_keeps_of_any_document() {
        let two = promised(&["a", "b"]);
        let of = |all: &[Promised], request: &Request<Vec<u8>>| {
            let (status, meant) = made_out(all, request);
            (status, meant.map(|meant| (meant.document, meant.finding.is_some())))
        };
        for (path, body, is) in [
            ("/mine", r#"{"kind": "a"}"#, (202, Some((0, false)))),
            ("/mine", r#"{"kind": "b"}"#, (202, Some((1, false)))),
            // Which of both it breaks nobody knows, but by its path.
            ("/mine", r#"{"kind": "c"}"#, (202, None)),
            ("/webhooks/hook1", r#"{"kind": "c"}"#, (202, Some((1, true)))),
            ("/webhooks/other", r#"{"kind": "a"}"#, (404, None)),
        ] {
            assert_eq!(of(&two, &sent(path, body, None)), is, "{path} {body}");
        }
        assert_eq!(of(&two, &sent("/webhooks/hook1", "?", Some("gzip"))), (202, Some((1, false))));
        assert_eq!(of(&two, &sent("/mine", "?", Some("gzip"))), (202, None));
        assert_eq!(of(&promised(&["a"]), &sent("/mine", r#"{"kind": "c"}"#, None)), (202, Some((0, true))));
    }
}
