//! Written cases: those of the fixtures, and the examples of the document.

use serde_json::Value;

use super::case_builder::CaseBuilder;
use super::planner::PlanBuilder;
use crate::case::{Case, Fault, Intent, Origin, RequestValues};
use crate::contract::{ClauseId, ClauseTarget, Direction, MediaType, ParameterLocation, PayloadKind, StatusRange};
use crate::fixtures::{WrittenBody, WrittenCase, WrittenCredentials};
use crate::wire::{self, xml};
use crate::wire::{Body, CredentialChange, Credentials, Payload, QueryPair, Request};

pub(super) fn add(planner: &mut PlanBuilder<'_>, baseline: &RequestValues) {
    let operation = planner.operation;
    for written in &planner.fixtures.cases {
        if written.operation.as_ref().is_some_and(|id| *id != operation.id) {
            continue;
        }
        let Some(request) = request(planner, baseline, written) else { continue };
        let intent = intent(written);
        let clause = if intent == Intent::Valid { None } else { clause(planner, written) };
        let case = CaseBuilder::new(written.name.clone(), Origin::Fixture, intent).about(clause);
        planner.list.force(Case {
            expected: Some(written.status.clone()),
            written_at: Some(written.written_at.clone()),
            // A person's word is sent; what the contract does not bear out is no breach of the contract.
            doubtful: planner.gate().confirm_written(&request, intent).is_err(),
            ..case.written(request)
        });
    }
    examples(planner, baseline);
}

fn request(planner: &PlanBuilder<'_>, baseline: &RequestValues, written: &WrittenCase) -> Option<Request> {
    let operation = planner.operation;
    let mut values = baseline.clone();
    values.body = None;
    let unknown = values.take_written(operation, written).into_iter();
    let loose = unknown.map(|(name, value)| {
        let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        QueryPair::new(name, value, false)
    });
    values.credentials = credentials(planner, &written.credentials);
    let mut request = values.request(operation, &planner.contract.schemas)?;
    request.query.extend(loose);
    for (name, value) in &written.headers {
        request.headers.retain(|(known, _)| !known.eq_ignore_ascii_case(name));
        request.headers.push((name.clone(), value.clone()));
    }
    if let Some(method) = &written.method {
        request.method.clone_from(method);
    }
    let media_type = written.media_type.clone().or_else(|| planner.media().first().map(|media| media.name.clone()));
    request.body = match &written.body {
        None => None,
        Some(WrittenBody::Json(value)) => Some(body(planner, media_type, value)),
        Some(WrittenBody::Text(text)) => Some(Body { media_type, payload: Payload::Bytes(text.clone().into_bytes()) }),
    };
    Some(request)
}

/// A body that a person wrote as a value: XML where that is what its media type is.
fn body(planner: &PlanBuilder<'_>, media_type: Option<String>, value: &Value) -> Body {
    let named = |media: &&MediaType| Some(&media.name) == media_type.as_ref() && media.kind() == PayloadKind::Xml;
    let xml = planner.media().iter().find(named);
    xml.and_then(|media| wire::write(&planner.contract.schemas, media, value))
        .unwrap_or_else(|| Body { media_type, payload: Payload::Json(value.clone()) })
}

fn credentials(planner: &PlanBuilder<'_>, written: &WrittenCredentials) -> Credentials {
    let schemes = planner.operation.security.first().into_iter().flatten();
    let changed = match written {
        WrittenCredentials::Configured => Vec::new(),
        WrittenCredentials::None => schemes.map(|used| (used.scheme.clone(), CredentialChange::Missing)).collect(),
        WrittenCredentials::Replaced(values) => {
            let change = |value: &Option<String>| match value {
                Some(value) => CredentialChange::Value(value.clone()),
                None => CredentialChange::Missing,
            };
            values.iter().map(|(name, value)| (name.clone(), change(value))).collect()
        }
    };
    Credentials { alternative: 0, changed }
}

/// What a written case is meant to show, as far as it does not say itself by its statuses.
fn intent(written: &WrittenCase) -> Intent {
    let all = |range: fn(&StatusRange) -> bool| !written.status.is_empty() && written.status.iter().all(range);
    if all(|range| matches!(range, StatusRange::Class(2) | StatusRange::Code(200..=299))) {
        return Intent::Valid;
    }
    if written.credentials != WrittenCredentials::Configured {
        return Intent::Unauthenticated;
    }
    if written.method.is_some() {
        return Intent::WrongMethod;
    }
    if written.media_type.is_some() {
        return Intent::Invalid(Fault::MediaType);
    }
    if all(|range| *range == StatusRange::Code(404)) {
        return Intent::MissingResource;
    }
    match &written.body {
        Some(WrittenBody::Text(text)) if serde_json::from_str::<Value>(text).is_err() => {
            Intent::Invalid(Fault::Malformed)
        }
        _ if !written.path.is_empty() => Intent::Invalid(Fault::PathParameter),
        _ => Intent::Invalid(Fault::Validation),
    }
}

/// The clause that a written case violates, where there is exactly one.
fn clause(planner: &PlanBuilder<'_>, written: &WrittenCase) -> Option<ClauseId> {
    let request = ClauseTarget::Request;
    match intent(written) {
        Intent::Unauthenticated => {
            let scheme = match &written.credentials {
                WrittenCredentials::Replaced(values) => values.keys().next().map(String::as_str),
                _ => None,
            };
            planner.clauses.find("security", &request, scheme)
        }
        Intent::Invalid(Fault::MediaType | Fault::Malformed) => planner.clauses.find("content", &request, None),
        Intent::Invalid(_) => match &written.body {
            None => planner.clauses.find("required", &request, None),
            Some(WrittenBody::Json(value)) => {
                let schema = planner.media().first()?.schema?;
                let violations = planner.validators.violations(schema, Direction::Request, value);
                planner.clauses.broken_by(&ClauseTarget::Body(0), violations.first()?)
            }
            Some(WrittenBody::Text(_)) => planner.clauses.find("content", &request, None),
        },
        _ => None,
    }
}

/// The value of an example. One of XML may be the XML itself, as a string.
fn value_of(planner: &PlanBuilder<'_>, media: &MediaType, example: &Value) -> Value {
    let text = example.as_str().filter(|_| media.kind() == PayloadKind::Xml);
    let element = text.and_then(|text| xml::parse(text.as_bytes()).ok());
    let read = media.schema.zip(element).and_then(|(schema, root)| xml::read(&planner.contract.schemas, schema, &root));
    read.map_or_else(|| example.clone(), |read| read.value)
}

/// The document's examples of parameters that name nothing which must be there.
fn examples_of_parameters(planner: &mut PlanBuilder<'_>, baseline: &RequestValues) {
    for (index, parameter) in planner.operation.parameters.iter().enumerate() {
        if parameter.place == ParameterLocation::Path || planner.is_fixed(index) {
            continue;
        }
        let channel = wire::channel(parameter);
        for (example, location) in &parameter.examples {
            let is_carried = example.as_str().is_none_or(|text| channel.is_plain(text));
            if is_carried && planner.gate().is_valid_parameter(parameter, example) {
                let mut values = baseline.clone();
                values.parameters[index] = Some(example.clone());
                let generated = parameter.schema.and_then(|schema| planner.generated(schema, example));
                let name = format!("the example at {}", planner.contract.place(location));
                planner.add(CaseBuilder::new(name, Origin::Example, Intent::Valid).with_value(generated), values);
            }
        }
    }
}

/// The document's examples of the whole body, those that keep their own schema.
fn examples(planner: &mut PlanBuilder<'_>, baseline: &RequestValues) {
    examples_of_parameters(planner, baseline);
    for (index, media) in planner.media().iter().enumerate() {
        let own = media.schema.map(|schema| &planner.contract.schemas.get(schema).examples);
        for (example, location) in media.examples.iter().chain(own.into_iter().flatten()) {
            let mut value = value_of(planner, media, example);
            planner.pin(&mut value, None);
            let place = planner.contract.place(location);
            let mut values = baseline.clone();
            let generated = media.schema.and_then(|schema| planner.generated(schema, &value));
            values.body = Some((index, value));
            let case = CaseBuilder::new(format!("the example at {place}"), Origin::Example, Intent::Valid);
            planner.add(case.with_value(generated), values);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use crate::contract::{Contract, Validators};
    use crate::fixtures::Fixtures;
    use crate::plan::{PlanInput, PlanOptions, plan};
    use crate::spec::{Document, LoadOptions, SourceFile};

    const DOCUMENT: &str = "
openapi: 3.1.0
info: {title: T, version: '1'}
paths:
  /notes:
    post:
      parameters: [{name: page, in: query, schema: {type: integer, maximum: 9}}]
      requestBody:
        content:
          application/json: {schema: {type: object, properties: {text: {type: string, maxLength: 5}}}}
      responses: {'204': {description: made}, '400': {description: refused}}
";

    #[test]
    fn what_the_contract_does_not_bear_out_is_sent_and_doubtful() {
        let document = Document::from_text(Path::new("t.yaml"), DOCUMENT.into(), LoadOptions::default());
        let contract = Contract::compile(document.expect("YAML")).expect("a contract");
        let validators = Validators::new(contract.schemas.clone());
        for (written, doubtful) in [
            ("body: {text: hello}, status: 204", false),
            ("body: {text: 'too long'}, status: 204", true),
            ("body: {text: 'too long'}, status: 400", false),
            ("body: {text: hello}, status: 400", true),
            ("body: {}, query: {page: 10}, status: 400", false),
            ("body: {}, query: {page: 9}, status: 400", true),
            ("method: PUT, status: 405", false),
            ("body_text: '{', status: 400", false),
        ] {
            let text = format!("cases: [{{name: a case, {written}}}]\n");
            let file = SourceFile::parse("f.yaml".into(), "f.yaml".into(), text).expect("YAML");
            let fixtures = Fixtures::read(file, &|_| None).unwrap_or_else(|error| panic!("{written}: {error:?}"));
            let plan = plan(
                &PlanInput::new(
                    &contract,
                    &validators,
                    &fixtures,
                    PlanOptions { seed: 1, cases: Some(0), destructive: false },
                ),
                0,
            );
            assert_eq!(plan.cases[0].doubtful, doubtful, "{written}");
        }
    }
}
