//! Cases about the protocol around the values: credentials, resources, method, media type, size, syntax.

use serde_json::Value;

use super::case::{Body, CredentialChange, Fault, Intent, Origin, Payload, Request};
use super::draft::Draft;
use super::form;
use super::planner::{Entry, Planner};
use crate::contract::{ClausePlace, MediaRange, MediaType, PayloadKind, SchemeKind};
use crate::xml::Unread;

const FORM: &str = "application/x-www-form-urlencoded";

pub(super) fn add(planner: &mut Planner<'_>, base: &Draft) {
    credentials(planner, base);
    missing_resources(planner, base);
    wrong_methods(planner, base);
    body(planner, base);
}

fn entry(name: impl Into<String>, intent: Intent) -> Entry {
    Entry::new(name, Origin::Protocol, intent)
}

fn credentials(planner: &mut Planner<'_>, base: &Draft) {
    let operation = planner.operation;
    for (alternative, schemes) in operation.security.iter().enumerate() {
        if schemes.len() > 1 {
            let clause = planner.clauses.find("security", &ClausePlace::Request, None);
            let mut draft = base.clone();
            draft.credentials.alternative = alternative;
            draft.credentials.changed =
                schemes.iter().map(|used| (used.scheme.clone(), CredentialChange::Missing)).collect();
            planner.add(entry("no credentials", Intent::Unauthenticated).about(clause), &draft);
        }
        for used in schemes {
            let clause = planner.clauses.iter().find(|(_, clause)| clause.location == used.location).map(|(id, _)| id);
            if used.kind == SchemeKind::MutualTls {
                if let Some(clause) = clause {
                    planner.explain(clause, "a client certificate belongs to the connection, not to a request");
                }
                continue;
            }
            for change in changes(planner, &used.scheme, &used.kind) {
                let mut draft = base.clone();
                draft.credentials.alternative = alternative;
                let name = format!("credential {}: {}", used.scheme, change.name());
                draft.credentials.changed = vec![(used.scheme.clone(), change)];
                planner.add(entry(name, Intent::Unauthenticated).about(clause), &draft);
            }
        }
    }
}

/// What may be sent in place of a credential and is surely not it.
fn changes(planner: &Planner<'_>, scheme: &str, kind: &SchemeKind) -> Vec<CredentialChange> {
    let mut changes = vec![CredentialChange::Missing, CredentialChange::Empty, CredentialChange::Wrong];
    if let Some(secret) = planner.secret(scheme) {
        changes.extend([CredentialChange::Truncated, CredentialChange::Extended]);
        let swapped = secret.value.chars().any(|c| c.is_ascii_alphabetic());
        changes.extend(swapped.then_some(CredentialChange::OtherCase));
        let in_authorization = matches!(kind, SchemeKind::Basic | SchemeKind::Bearer | SchemeKind::Http(_));
        changes.extend(in_authorization.then_some(CredentialChange::WrongScheme));
    }
    changes
}

fn missing_resources(planner: &mut Planner<'_>, base: &Draft) {
    for (index, parameter) in planner.operation.parameters.iter().enumerate() {
        let clause = planner.clauses.iter().find(|(_, clause)| clause.place == ClausePlace::Parameter(index));
        let clause = clause.map(|(id, _)| id);
        for missing in planner.resource(index).iter().flat_map(|resource| &resource.missing) {
            let mut draft = base.clone();
            draft.parameters[index] = Some(missing.clone());
            let name = format!("{} parameter `{}` names nothing that exists", parameter.place, parameter.name);
            planner.add(entry(name, Intent::MissingResource).about(clause), &draft);
        }
    }
    for (at, resource) in planner.body_resources() {
        let Some((index, value)) = &base.body else { continue };
        for missing in &resource.missing {
            let mut value = value.clone();
            let is_valid =
                |value: &Value| planner.media()[*index].schema.is_none_or(|schema| planner.is_valid(schema, value));
            if !at.assign(&mut value, missing.clone()) || !is_valid(&value) {
                continue;
            }
            let clause = planner.clauses.iter().find(|(_, clause)| {
                clause.place == ClausePlace::Body(*index) && clause.instance == *at && clause.site.is_some()
            });
            let clause = clause.map(|(id, _)| id);
            let mut draft = base.clone();
            draft.body = Some((*index, value));
            planner
                .add(entry(format!("`{at}` names nothing that exists"), Intent::MissingResource).about(clause), &draft);
        }
    }
}

fn wrong_methods(planner: &mut Planner<'_>, base: &Draft) {
    let Some(request) = base.request(planner.operation, &planner.contract.schemas) else { return };
    // Another path of the document may match the same text and have the method.
    let known = planner.contract.methods_on(&request.path);
    for method in ["GET", "POST", "PUT", "PATCH", "DELETE"] {
        if known.contains(method) {
            continue;
        }
        let mut request = request.clone();
        method.clone_into(&mut request.method);
        if method == "GET" {
            request.body = None;
        }
        planner.add_request(entry(format!("the method {method}"), Intent::WrongMethod), request);
    }
}

fn body(planner: &mut Planner<'_>, base: &Draft) {
    let Some(body) = &planner.operation.body else { return };
    let Some(valid) = base.request(planner.operation, &planner.contract.schemas) else { return };
    let content = planner.clauses.find("content", &ClausePlace::Request, None);
    if body.required {
        let clause = planner.clauses.find("required", &ClausePlace::Request, None);
        let mut draft = base.clone();
        draft.body = None;
        planner.add(entry("no body", Intent::Invalid(Fault::Validation)).about(clause), &draft);
    }
    if planner.media().is_empty() {
        return;
    }
    let Some(sent) = &valid.body else {
        if let Some(content) = content {
            planner.explain(content, "no body of these media types is generated");
        }
        return;
    };
    let bytes = sent.payload.bytes();
    for wrong in ["text/plain", "application/xml", "application/octet-stream", FORM] {
        // `text/xml` and `application/xml` are one media type (RFC 7303, section 9.2).
        let is_alias = |media: &MediaType| media.kind() == PayloadKind::Xml && wrong == "application/xml";
        if planner.media().iter().all(|media| !covers(&media.name, wrong) && !is_alias(media)) {
            let mut request = valid.clone();
            request.body = Some(Body { media_type: Some(wrong.to_owned()), payload: Payload::Bytes(bytes.clone()) });
            let name = format!("the media type {wrong}");
            planner.add_request(entry(name, Intent::Invalid(Fault::MediaType)).about(content), request);
        }
    }
    let Some((index, value)) = &base.body else { return };
    let media = &planner.media()[*index];
    if media.kind() == PayloadKind::Json {
        // Frameworks that parse bodies by their media type often take forms unasked.
        if planner.media().iter().all(|media| !covers(&media.name, FORM))
            && let Some(form) = form::urlencoded(media, value)
        {
            let mut request = valid.clone();
            request.body = Some(Body { media_type: Some(FORM.to_owned()), payload: Payload::Bytes(form) });
            let intent = Intent::Invalid(Fault::MediaType);
            planner.add_request(entry(format!("a form, of the media type {FORM}"), intent).about(content), request);
        }
        json(planner, &valid, media, value);
    } else if media.kind() == PayloadKind::Xml {
        xml(planner, &valid);
    } else if let Some(content) = content {
        planner.explain(content, "its syntax cannot be broken");
    }
}

fn json(planner: &mut Planner<'_>, valid: &Request, media: &MediaType, value: &Value) {
    let content = planner.clauses.find("content", &ClausePlace::Request, None);
    let with = |media_type: Option<String>, payload: Payload| {
        let mut request = valid.clone();
        request.body = Some(Body { media_type, payload });
        request
    };
    let Some(name) = valid.body.as_ref().and_then(|body| body.media_type.clone()) else { return };
    if !name.contains(';') {
        let request = with(Some(format!("{name}; charset=utf-8")), Payload::Json(value.clone()));
        planner.add_request(entry("a charset beside the media type", Intent::Valid).about(content), request);
    }
    let pretty = serde_json::to_string_pretty(value).unwrap_or_default();
    let request = with(Some(name.clone()), Payload::Bytes(format!(" \n\t{pretty}\r\n").into_bytes()));
    planner.add_request(entry("JSON with white space", Intent::Valid).about(content), request);
    let text = value.to_string();
    if let Some(escaped) = escaped(&text) {
        let request = with(Some(name.clone()), Payload::Bytes(escaped.into_bytes()));
        planner.add_request(entry("JSON with escaped characters", Intent::Valid).about(content), request);
    }
    for (label, broken) in broken(&text) {
        let request = with(Some(name.clone()), Payload::Bytes(broken.into_bytes()));
        let entry = entry(label, Intent::Invalid(Fault::Malformed)).about(content);
        planner.add_request(entry, request);
    }
    size(planner, valid, media, value);
}

/// XML that is written in other ways, and what is no XML.
fn xml(planner: &mut Planner<'_>, valid: &Request) {
    let content = planner.clauses.find("content", &ClausePlace::Request, None);
    let Some(Body { media_type: Some(name), payload }) = &valid.body else { return };
    let Ok(text) = String::from_utf8(payload.bytes()) else { return };
    let with = |media_type: &str, text: String| {
        let mut request = valid.clone();
        request.body =
            Some(Body { media_type: Some(media_type.to_owned()), payload: Payload::Bytes(text.into_bytes()) });
        request
    };
    if !name.contains(';') {
        let request = with(&format!("{name}; charset=utf-8"), text.clone());
        planner.add_request(entry("a charset beside the media type", Intent::Valid).about(content), request);
    }
    if !text.starts_with("<?xml") {
        let request = with(name, format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{text}\n"));
        planner.add_request(entry("XML with a declaration", Intent::Valid).about(content), request);
    }
    for (label, broken) in not_xml(&text) {
        let entry = entry(label, Intent::Invalid(Fault::Malformed)).about(content);
        planner.add_request(entry, with(name, broken));
    }
}

/// Texts that no parser takes for XML (XML 1.0, section 2.1).
fn not_xml(text: &str) -> Vec<(&'static str, String)> {
    let half: String = text.chars().take(text.chars().count().div_ceil(2)).collect();
    let mut cut = text.to_owned();
    cut.pop();
    let mut texts = vec![
        ("an empty body", String::new()),
        ("a single angle bracket", "<".to_owned()),
        ("a word", "not xml".to_owned()),
        ("XML that ends half-way", half),
        ("XML without its last character", cut),
        ("text after the XML", format!("{text} text")),
        ("XML twice", format!("{text}{text}")),
        ("an element that is not closed", format!("<open>{text}")),
        ("elements that overlap", format!("<a><b>{text}</a></b>")),
        ("an entity that is not declared", format!("<a>&undeclared;{text}</a>")),
    ];
    texts.retain(|(_, text)| matches!(crate::xml::parse(text.as_bytes()), Err(Unread::Malformed(_))));
    texts
}

/// Texts that no JSON parser takes for JSON (RFC 8259).
fn broken(text: &str) -> Vec<(&'static str, String)> {
    let half: String = text.chars().take(text.chars().count().div_ceil(2)).collect();
    let mut cut = text.to_owned();
    cut.pop();
    let mut texts = vec![
        ("an empty body", String::new()),
        ("a single brace", "{".to_owned()),
        ("a word", "not json".to_owned()),
        ("JSON that ends half-way", half),
        ("JSON without its last character", cut),
        ("text after the JSON", format!("{text} text")),
        ("JSON twice", format!("{text}{text}")),
    ];
    if let Some(inside) = text.strip_suffix('}').filter(|inside| inside.len() > 1) {
        texts.push(("a comma after the last member", format!("{inside},}}")));
        texts.push(("a member without a value", format!("{inside},\"key\":}}")));
    }
    texts.retain(|(_, text)| serde_json::from_str::<Value>(text).is_err());
    texts
}

/// JSON whose first letter of each text is escaped; `None` where it has no text.
fn escaped(text: &str) -> Option<String> {
    let mut out = String::new();
    let mut letters = text.chars().peekable();
    let mut opens = true;
    let mut changed = false;
    while let Some(letter) = letters.next() {
        out.push(letter);
        match letter {
            '\\' => out.extend(letters.next()),
            '"' if opens => {
                opens = false;
                if let Some(first) = letters.next_if(char::is_ascii_alphanumeric) {
                    changed = true;
                    out.push_str(&format!("\\u{:04x}", first as u32));
                }
            }
            '"' => opens = true,
            _ => {}
        }
    }
    changed.then_some(out)
}

fn size(planner: &mut Planner<'_>, valid: &Request, media: &MediaType, value: &Value) {
    let Some(limit) = planner.operation.body.as_ref().and_then(|body| body.max_size.as_ref()) else { return };
    let clause = planner.clauses.find("x-max-request-size", &ClausePlace::Request, None);
    let with = |size: u64| {
        let mut request = valid.clone();
        let payload = Payload::Padded { value: value.clone(), size };
        request.body = Some(Body { media_type: Some(media.name.clone()), payload });
        request
    };
    // What surrounds a body (header fields) may count towards a limit on the request.
    const SURROUNDINGS: u64 = 16 * 1024;
    if limit.accepted > 2 * SURROUNDINGS {
        let name = "a body just below the size limit";
        planner.add_request(entry(name, Intent::Valid).about(clause), with(limit.accepted - SURROUNDINGS));
    }
    let name = "a body above the size limit";
    let intent = Intent::Invalid(Fault::TooLarge);
    planner.add_request(entry(name, intent).about(clause), with(limit.rejected_above + 1));
}

/// Whether a documented media type, perhaps a range, holds another.
fn covers(documented: &str, media_type: &str) -> bool {
    MediaRange::parse(documented).covers(&MediaRange::parse(media_type))
}
