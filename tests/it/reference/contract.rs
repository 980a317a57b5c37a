//! The specs and the target say the same of every body: whoever wrote them read the same documents.

use conform::contract::{Contract, Direction, SchemaId, Validators};
use serde_json::{Map, Value, json};

use super::client::Server;
use super::providers::{Provider, all, asapp, changed, telnyx};
use crate::support::contract::{body_schema, load};

/// Values of every type, and at the edges of what the documents' keywords tell apart.
fn values() -> Vec<Value> {
    let texts =
        ["", " ", "x", "agent", "customer", "user", "system", "Agent", "null", "😀\u{0}", "2021-11-23T12:13:14Z"];
    let times =
        ["2016-12-31T23:59:60Z", "2021-11-23t12:13:14.5+23:59", "2021-11-23", "2021-02-29T00:00:00Z", "12:00:00Z"];
    let mut values: Vec<Value> = texts.iter().chain(&times).map(|text| json!(text)).collect();
    values.extend([
        json!(null),
        json!(true),
        json!(false),
        json!(0),
        json!(-1),
        json!(1.0),
        json!(-0.0),
        json!(0.5),
        json!(1e300),
        json!(i64::MIN),
        json!(u64::MAX),
        json!([]),
        json!({}),
        json!({"": null}),
    ]);
    let within: Vec<Value> = values.iter().flat_map(|value| [json!([value]), json!({"a": value})]).collect();
    let lists = within.iter().filter(|value| value.is_array()).map(|list| json!({"a": list, "b": "x"}));
    let objects = within.iter().filter(|value| value.is_object()).map(|object| json!([{}, object]));
    values.extend(lists.chain(objects).collect::<Vec<_>>());
    values.extend(within);
    values
}

/// `body` with one place changed to each value, or one member removed; the same one level below.
fn bodies(body: &Value) -> Vec<Value> {
    let values = values();
    let mut bodies = values.clone();
    let members = body.as_object().expect("an object");
    for (name, old) in members {
        let with = |value: Option<&Value>| {
            let mut members = members.clone();
            match value {
                Some(value) => members.insert(name.clone(), value.clone()),
                None => members.remove(name),
            };
            Value::Object(members)
        };
        bodies.push(with(None));
        bodies.extend(values.iter().map(|value| with(Some(value))));
        if let Value::Object(inner) = old {
            let inner_bodies = inner.keys().flat_map(|name| {
                let without: Map<_, _> = inner.clone().into_iter().filter(|(other, _)| other != name).collect();
                let changed = values.iter().map(|value| {
                    let mut inner = inner.clone();
                    inner.insert(name.clone(), value.clone());
                    inner
                });
                changed.chain([without.clone()]).collect::<Vec<_>>()
            });
            bodies.extend(inner_bodies.map(|inner| with(Some(&Value::Object(inner)))));
        }
    }
    bodies
}

struct Spec {
    contract: Contract,
    validators: Validators,
}

impl Spec {
    fn of(provider: &Provider) -> Spec {
        let contract = load(&format!("specs/{}.yaml", provider.name));
        let validators = Validators::new(contract.schemas.clone());
        Spec { contract, validators }
    }

    fn request(&self) -> SchemaId {
        body_schema(&self.contract)
    }

    /// The schema of the body that is documented for a status.
    fn response(&self, status: u16) -> Option<SchemaId> {
        let response = self.contract.operations[0].response(status)?;
        response.content.as_ref()?.first()?.schema
    }
}

#[test]
fn specs_and_target_agree_on_every_body() {
    let server = Server::start();
    for provider in all() {
        let spec = Spec::of(&provider);
        let mut connection = server.connect();
        let full = match provider.name {
            "telnyx" => json!({"role": "user", "content": "", "name": "", "tool_choice": "auto", "tool_calls": [{}],
                "tool_call_id": "", "sent_at": "2021-11-23T12:13:14Z", "metadata": {"a": 1}}),
            "example-ai" => json!({"sender_id": "u", "sender_type": "user", "text": "t", "reply_to_message_id": "m",
                "metadata": {"a": 1}, "auto_reply": true}),
            _ => provider.body.clone(),
        };
        for body in bodies(&full) {
            let response = connection.send(&provider.request().json(&body));
            let is_valid = spec.validators.is_valid(spec.request(), Direction::Request, &body);
            let expected = if is_valid { provider.success } else { provider.invalid };
            assert_eq!(response.status, expected, "{} {body}: {}", provider.name, response.text());
            if let Some(schema) = spec.response(response.status) {
                let violations = spec.validators.violations(schema, Direction::Response, &response.json());
                assert!(violations.is_empty(), "{} {body}: {violations:?}", provider.name);
            }
        }
    }
}

#[test]
fn every_other_error_fits_its_documented_envelope() {
    let server = Server::start();
    for provider in all() {
        let spec = Spec::of(&provider);
        let good = provider.request();
        let requests = [
            good.clone().without("authorization").without("asapp-api-id").without("x-api-key"),
            good.clone().method("PUT"),
            good.clone().with("content-type", "text/plain"),
            good.clone().body(" ".repeat(10 * 1024 * 1024 + 1)),
            good.clone().body("{"),
            good.clone().path(provider.path_to(provider.unknown)),
            good.clone().path(provider.path_to("%FF")),
        ];
        for request in requests {
            let response = server.send(&request);
            if let Some(schema) = spec.response(response.status) {
                let violations = spec.validators.violations(schema, Direction::Response, &response.json());
                assert!(violations.is_empty(), "{} {}: {violations:?}", provider.name, response.status);
            }
        }
    }
}

/// The one place where prose says more than a schema can: "Include the timezone, otherwise UTC will be assumed."
#[test]
fn only_asapp_takes_a_time_without_a_zone() {
    let server = Server::start();
    let time = json!("2021-11-23T12:13:14.5");
    let body = changed(&asapp().body, "/timestamp", Some(&time));
    asapp().expect_success(&server.send(&asapp().request().json(&body)), "no zone");
    let body = changed(&telnyx().body, "/sent_at", Some(&time));
    telnyx().expect_error(&server.send(&telnyx().request().json(&body)), 422, "no zone");
}
