//! Cases of the protocol around the values: credentials, resources, media type, size, syntax.

use serde_json::Value;

use super::case_builder::CaseBuilder;
use super::planner::PlanBuilder;
use crate::case::{Fault, Intent, Mutation, Origin, RequestValues};
use crate::contract::{ClauseTarget, MediaType, PayloadKind, SchemeKind};
use crate::wire::xml::Unread;
use crate::wire::{Body, CredentialChange, Payload, covers, form};

const FORM: &str = "application/x-www-form-urlencoded";

pub(super) fn add(planner: &mut PlanBuilder<'_>, baseline: &RequestValues) {
    credentials(planner, baseline);
    missing_resources(planner, baseline);
    body(planner, baseline);
}

fn case(name: impl Into<String>, intent: Intent) -> CaseBuilder {
    CaseBuilder::new(name, Origin::Protocol, intent)
}

/// The baseline with something else in place of a part of it.
fn mutated(baseline: &RequestValues, mutation: Mutation) -> RequestValues {
    RequestValues { mutation: Some(mutation), ..baseline.clone() }
}

fn with_body(baseline: &RequestValues, media_type: &str, payload: Payload) -> RequestValues {
    mutated(baseline, Mutation::Body(Body { media_type: Some(media_type.to_owned()), payload }))
}

fn credentials(planner: &mut PlanBuilder<'_>, baseline: &RequestValues) {
    let operation = planner.operation;
    for (alternative, schemes) in operation.security.iter().enumerate() {
        if schemes.len() > 1 {
            let clause = planner.clauses.find("security", &ClauseTarget::Request, None);
            let mut values = baseline.clone();
            values.credentials.alternative = alternative;
            values.credentials.changed =
                schemes.iter().map(|used| (used.scheme.clone(), CredentialChange::Missing)).collect();
            planner.add(case("no credentials", Intent::Unauthenticated).about(clause), values);
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
                let mut values = baseline.clone();
                values.credentials.alternative = alternative;
                let name = format!("credential {}: {}", used.scheme, change.name());
                values.credentials.changed = vec![(used.scheme.clone(), change)];
                planner.add(case(name, Intent::Unauthenticated).about(clause), values);
            }
            if let Some(clause) = clause {
                // Kept only where nothing was added.
                planner.explain(clause, "without it, the request may still be let in by other credentials, or by none");
            }
        }
    }
}

/// What may be sent in place of a credential and is surely not it.
fn changes(planner: &PlanBuilder<'_>, scheme: &str, kind: &SchemeKind) -> Vec<CredentialChange> {
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

fn missing_resources(planner: &mut PlanBuilder<'_>, baseline: &RequestValues) {
    for (index, parameter) in planner.operation.parameters.iter().enumerate() {
        let clause = planner.clauses.iter().find(|(_, clause)| clause.place == ClauseTarget::Parameter(index));
        let clause = clause.map(|(id, _)| id);
        for missing in planner.resource(index).iter().flat_map(|resource| &resource.missing) {
            let mut values = baseline.clone();
            values.parameters[index] = Some(missing.clone());
            let name = format!("{} parameter `{}` names nothing that exists", parameter.place, parameter.name);
            planner.add(case(name, Intent::MissingResource).about(clause), values);
        }
    }
    for (at, resource) in planner.fixtures.body_resources() {
        let Some((index, value)) = &baseline.body else { continue };
        for missing in &resource.missing {
            let mut value = value.clone();
            if !at.assign(&mut value, missing.clone()) {
                continue;
            }
            let clause = planner.clauses.iter().find(|(_, clause)| {
                clause.place == ClauseTarget::Body(*index) && clause.instance == *at && clause.site.is_some()
            });
            let clause = clause.map(|(id, _)| id);
            let mut values = baseline.clone();
            values.body = Some((*index, value));
            planner
                .add(case(format!("`{at}` names nothing that exists"), Intent::MissingResource).about(clause), values);
        }
    }
}

fn body(planner: &mut PlanBuilder<'_>, baseline: &RequestValues) {
    let Some(body) = &planner.operation.body else { return };
    let Some(valid) = baseline.request(planner.operation, &planner.contract.schemas) else { return };
    let content = planner.clauses.find("content", &ClauseTarget::Request, None);
    if body.required {
        let clause = planner.clauses.find("required", &ClauseTarget::Request, None);
        let mut values = baseline.clone();
        values.body = None;
        planner.add(case("no body", Intent::Invalid(Fault::Validation)).about(clause), values);
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
            let values = with_body(baseline, wrong, Payload::Bytes(bytes.clone()));
            let name = format!("the media type {wrong}");
            planner.add(case(name, Intent::Invalid(Fault::MediaType)).about(content), values);
        }
    }
    let Some((index, value)) = &baseline.body else { return };
    let media = &planner.media()[*index];
    match media.kind() {
        PayloadKind::Json => {
            // Frameworks that parse bodies by their media type often take forms unasked.
            if planner.media().iter().all(|media| !covers(&media.name, FORM))
                && let Some(form) = form::urlencoded(media, value)
            {
                let values = with_body(baseline, FORM, Payload::Bytes(form));
                let intent = Intent::Invalid(Fault::MediaType);
                planner.add(case(format!("a form, of the media type {FORM}"), intent).about(content), values);
            }
            if let Some(name) = &sent.media_type {
                json(planner, baseline, name, value);
                size(planner, baseline, media, value);
            }
        }
        PayloadKind::Xml => xml(planner, baseline, sent),
        PayloadKind::Form | PayloadKind::Multipart | PayloadKind::Text | PayloadKind::Binary => {
            super::parts::add(planner, baseline, *index);
            if let Some(content) = content {
                planner.explain(content, "its syntax cannot be broken");
            }
        }
    }
}

/// JSON of this media type that is written in other ways, and what is no JSON.
fn json(planner: &mut PlanBuilder<'_>, baseline: &RequestValues, name: &str, value: &Value) {
    let content = planner.clauses.find("content", &ClauseTarget::Request, None);
    let with = |string: String| with_body(baseline, name, Payload::Bytes(string.into_bytes()));
    if !name.contains(';') {
        let values = with_body(baseline, &format!("{name}; charset=utf-8"), Payload::Json(value.clone()));
        planner.add(case("a charset beside the media type", Intent::Valid).about(content), values);
    }
    let pretty = serde_json::to_string_pretty(value).unwrap_or_default();
    let spaced = with(format!(" \n\t{pretty}\r\n"));
    planner.add(case("JSON with white space", Intent::Valid).about(content), spaced);
    let text = value.to_string();
    if let Some(escaped) = escaped(&text) {
        planner.add(case("JSON with escaped characters", Intent::Valid).about(content), with(escaped));
    }
    // A number is broken in a body that has one.
    let has_number = |text: &String| number(text).is_some();
    let numbered = Some(text.clone()).filter(has_number).or_else(|| {
        let media = planner.media().iter().find(|media| media.name == name)?;
        let boundaries = planner.body_generator(media).boundary_values(media.schema?);
        let mut sure = boundaries.into_iter().filter(|boundary| !boundary.doubtful);
        sure.find_map(|boundary| Some(boundary.value.to_string()).filter(has_number))
    });
    let no_numbers = numbered.as_deref().map(no_numbers).unwrap_or_default();
    for (label, broken) in broken(&text).into_iter().chain(no_numbers) {
        let case = case(label, Intent::Invalid(Fault::Malformed)).about(content);
        planner.add(case, with(broken));
    }
}

/// XML that is written in other ways, and what is no XML.
fn xml(planner: &mut PlanBuilder<'_>, baseline: &RequestValues, sent: &Body) {
    let content = planner.clauses.find("content", &ClauseTarget::Request, None);
    let Body { media_type: Some(name), payload } = sent else { return };
    let Ok(text) = String::from_utf8(payload.bytes()) else { return };
    let with = |media_type: &str, string: String| with_body(baseline, media_type, Payload::Bytes(string.into_bytes()));
    if !name.contains(';') {
        let values = with(&format!("{name}; charset=utf-8"), text.clone());
        planner.add(case("a charset beside the media type", Intent::Valid).about(content), values);
    }
    if !text.starts_with("<?xml") {
        let values = with(name, format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{text}\n"));
        planner.add(case("XML with a declaration", Intent::Valid).about(content), values);
    }
    for (label, broken) in not_xml(&text) {
        let case = case(label, Intent::Invalid(Fault::Malformed)).about(content);
        planner.add(case, with(name, broken));
    }
}

/// Malformed XML, which every parser refuses (XML 1.0, section 2.1).
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
    texts.retain(|(_, text)| matches!(crate::wire::xml::parse(text.as_bytes()), Err(Unread::Malformed(_))));
    texts
}

/// Strings of a body that are broken, from the first on.
const STRINGS: usize = 4;

/// The first number that a property has, with what is before and behind it.
fn number(text: &str) -> Option<(&str, &str, &str)> {
    let starts = text.match_indices("\":").map(|(at, _)| at + 2);
    starts.into_iter().find_map(|start| {
        let rest = &text[start..];
        let end = rest.find([',', '}', ']']).unwrap_or(rest.len());
        let number = &rest[..end];
        number.parse::<f64>().is_ok().then(|| (&text[..start], number, &rest[end..]))
    })
}

/// Malformed JSON, which every parser refuses (RFC 8259).
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
        texts.push(("a comma after the last property", format!("{inside},}}")));
        texts.push(("a property without a value", format!("{inside},\"key\":}}")));
    }
    // What a lenient parser reads of these is valid, so that nothing else refuses them.
    for (at, _) in text.match_indices(":\"").take(STRINGS) {
        let (before, after) = text.split_at(at + 2);
        texts.push(("a line break within a string", format!("{before}\n{after}")));
        texts.push(("a tab within a string", format!("{before}\t{after}")));
    }
    texts.retain(|(_, text)| serde_json::from_str::<Value>(text).is_err());
    texts
}

/// What is no number in the place of one (RFC 8259, section 6).
fn no_numbers(text: &str) -> Vec<(&'static str, String)> {
    let mut texts = Vec::new();
    if let Some((before, number, after)) = number(text) {
        let digits = number.trim_start_matches('-');
        for (label, other) in [
            ("a number with zeros before it", format!("00{digits}")),
            ("a number with a plus before it", format!("+{digits}")),
            ("a hexadecimal number", "0x1".to_owned()),
            ("a number that ends in a point", format!("{}.", digits.split(['.', 'e']).next().unwrap_or("0"))),
        ] {
            texts.push((label, format!("{before}{other}{after}")));
        }
    }
    texts.retain(|(_, text)| serde_json::from_str::<Value>(text).is_err());
    texts
}

/// JSON with the first letter of each string escaped; `None` where it has no strings.
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

fn size(planner: &mut PlanBuilder<'_>, baseline: &RequestValues, media: &MediaType, value: &Value) {
    let Some(limit) = planner.operation.body.as_ref().and_then(|body| body.max_size.as_ref()) else { return };
    let clause = planner.clauses.find("x-max-request-size", &ClauseTarget::Request, None);
    let with = |size: u64| with_body(baseline, &media.name, Payload::Padded { value: value.clone(), size });
    // What surrounds a body (header fields) may count towards a limit on the request.
    const SURROUNDINGS: u64 = 16 * 1024;
    if limit.accepted > 2 * SURROUNDINGS && limit.accepted - SURROUNDINGS <= Payload::LARGEST {
        let name = "a body just below the size limit";
        planner.add(case(name, Intent::Valid).about(clause), with(limit.accepted - SURROUNDINGS));
    }
    let Some(above) = limit.rejected_above.checked_add(1).filter(|above| *above <= Payload::LARGEST) else {
        if let Some(clause) = clause {
            planner.explain(clause, "no body of more than 64 MiB is sent");
        }
        return;
    };
    let name = "a body above the size limit";
    let intent = Intent::Invalid(Fault::TooLarge);
    planner.add(case(name, intent).about(clause), with(above));
}
