//! `conform diff` on document changes made by hand: what breaks, what does not, and what nobody can say.

mod breaking;
mod compatible;
mod neither;
mod soundness;

use breaking::{BREAKING, MORE_BREAKING};
use compatible::{COMPATIBLE, MORE_COMPATIBLE};
use conform::compare::{Effect, compare};
use conform::finding::Finding;
use neither::{NONE, UNKNOWN};

use crate::support::PROVIDERS;
use crate::support::contract::{compile_text, load};

/// Where the changed part stands; the rest of the document is the same.
#[derive(Clone, Copy, Debug)]
enum In {
    /// The schema of the request body.
    Request,
    /// The schema of the body of the response 200.
    Response,
    /// The document's other members, components among them; request and response refer to `#/components/schemas/M`.
    Components,
    /// The parameters.
    Parameters,
    /// The responses.
    Responses,
    /// The whole document below `info`.
    Document,
}

use In::{Components, Document as Whole, Parameters, Request, Response, Responses};

fn document(place: In, part: &str) -> String {
    let (mut version, mut parameters, mut rest) = ("3.1.0", "[]", "");
    let mut request = "{type: object}".to_owned();
    let mut responses = "{'200': {description: ok}}".to_owned();
    match place {
        Request => request = part.to_owned(),
        Response => responses = ok(part),
        Parameters => parameters = part,
        Responses => responses = part.to_owned(),
        Components => {
            rest = part;
            request = "{$ref: '#/components/schemas/M'}".to_owned();
            responses = ok("{$ref: '#/components/schemas/M'}");
        }
        Whole => return format!("openapi: 3.1.0\ninfo: {{title: t, version: '1'}}\n{part}\n"),
    }
    if part.contains("nullable") {
        version = "3.0.3";
    }
    format!(
        "openapi: {version}\ninfo: {{title: t, version: '1'}}\npaths:\n  /m/{{id}}:\n    post:\n      \
         parameters: {parameters}\n      requestBody: {{required: true, content: {{application/json: {{schema: {request}}}}}}}\n      \
         responses: {responses}\n{rest}\n"
    )
}

fn ok(schema: &str) -> String {
    format!("{{'200': {{description: ok, content: {{application/json: {{schema: {schema}}}}}}}}}")
}

fn changes(place: In, old: &str, new: &str) -> Vec<Finding> {
    let (old, new) = (compile_text(&document(place, old)), compile_text(&document(place, new)));
    compare(&old, &new).changes
}

type Row = (&'static str, In, &'static str, &'static str);

fn table(rows: &[Row], holds: impl Fn(&[Finding]) -> bool) {
    let told = |change: &Finding| {
        format!("    {} {} {}: {}", Effect::of(change).name(), change.rule, change.subject, change.message)
    };
    let wrong: Vec<String> = rows
        .iter()
        .filter_map(|(name, place, old, new)| {
            let changes = changes(*place, old, new);
            (!holds(&changes)).then(|| format!("{name}\n{}", changes.iter().map(told).collect::<Vec<_>>().join("\n")))
        })
        .collect();
    assert!(wrong.is_empty(), "{} of {} rows are wrong\n{}", wrong.len(), rows.len(), wrong.join("\n"));
}

#[test]
fn what_breaks_is_called_breaking() {
    table(&[BREAKING, MORE_BREAKING].concat(), |changes| {
        changes.iter().any(|change| Effect::of(change) == Effect::Breaking)
            && changes.iter().all(|change| Effect::of(change) != Effect::Unknown)
    });
}

#[test]
fn what_breaks_nobody_is_called_compatible() {
    table(&[COMPATIBLE, MORE_COMPATIBLE].concat(), |changes| {
        !changes.is_empty() && changes.iter().all(|change| Effect::of(change) == Effect::Compatible)
    });
}

#[test]
fn what_nobody_can_say_is_called_unknown() {
    table(UNKNOWN, |changes| !changes.is_empty() && changes.iter().all(|change| Effect::of(change) == Effect::Unknown));
}

#[test]
fn what_changes_the_text_alone_is_no_change() {
    table(NONE, <[Finding]>::is_empty);
}

/// What breaks one way round is a widening the other way, wherever both ways are a matter of one schema.
#[test]
fn a_broken_request_schema_is_a_kept_response_schema() {
    for (name, place, old, new) in BREAKING {
        let other = match place {
            Request => Response,
            Response => Request,
            _ => continue,
        };
        // Two formats exclude each other, and `readOnly` is for requests alone.
        if name.contains("another format") || name.contains("read-only") {
            continue;
        }
        let changes = changes(other, old, new);
        assert!(changes.iter().all(|change| Effect::of(change) == Effect::Compatible), "{name}: {changes:#?}");
    }
}

#[test]
fn a_document_is_compatible_with_itself() {
    for name in PROVIDERS {
        let contract = load(&format!("specs/{name}.yaml"));
        assert!(compare(&contract, &contract).changes.is_empty(), "{name}");
    }
}

#[test]
fn every_breaking_change_of_a_schema_shows_a_value() {
    for (name, place, old, new) in BREAKING {
        if matches!(place, Request | Response) {
            let changes = changes(*place, old, new);
            let breaking = changes.iter().filter(|change| Effect::of(change) == Effect::Breaking);
            assert!(breaking.into_iter().all(|change| change.evidence.witness.is_some()), "{name}: {changes:#?}");
        }
    }
}
