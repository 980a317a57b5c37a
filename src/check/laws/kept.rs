//! What is read back is not what was made.

use serde_json::Value;

use super::default::schemas_of;
use super::shown::{are_one, has_an_id, sent, shown_by};
use super::telling::is_empty;
use super::{Finding, Rule, Subject, brief, broken, is_success, name};
use crate::check::ResponseView;
use crate::check::support::equality::{is_equal, is_secret, is_server_made};
use crate::contract::SchemaId;

/// The rule.
pub static RULE: Rule = Rule {
    clauses: &["operation"],
    ..Rule::law(
        "not-kept",
        "A property that the response to a creation repeats as it was sent is another one when it is read back, or the other way round, or an object lacks a member that it was sent with.",
        "RFC 9110, sections 9.3.3 and 15.3.2",
    )
};

/// What is wrong with what is read back: where the creation says that it took a value, reading says the same.
pub fn judge(made: &Subject<'_>, read: &Subject<'_>) -> Option<Finding> {
    let (sent, answered, read_back) = (sent(made)?, shown_by(made)?, shown_by(read)?);
    if !is_success(read) {
        return None;
    }
    let wrong = sent.iter().find_map(|(property, value)| {
        let was = answered
            .get(property)
            .filter(|was| !is_server_made(property) && !is_secret(property) && is_equal(value, was))?;
        let is = read_back.get(property).unwrap_or(&Value::Null);
        if !read_back.contains_key(property) && !is_documented(read, property) {
            return None;
        }
        (!was.is_null() && !is_equal(was, is)).then_some((property, was, read_back.get(property)))
    });
    let (property, was, is) = wrong?;
    let is = is.map_or_else(|| "missing".to_owned(), |is| brief(&is.to_string()));
    let message = format!("`{property}` is {is} when it is read back; {} had answered as it was sent", name(made));
    Some(broken(&RULE, read, message, property, brief(&was.to_string())))
}

/// What is wrong with the response to a creation, where a text is read back as it was sent, and the response shows another one.
/// One of a few may be a state that passes by itself, and letters and white space may be normalised by either. A response need
/// not show the resource: it may have a `message` of its own.
pub fn judge_answer(made: &Subject<'_>, read: &Subject<'_>) -> Option<Finding> {
    let (sent, answered, read_back) = (sent(made)?, shown_by(made)?, shown_by(read)?);
    if !is_success(made) || !is_success(read) || !has_an_id(&answered) || !are_one(made, read) {
        return None;
    }
    let repeats_another = |property: &str| {
        let is_kept = |(other, value): (&String, &Value)| {
            other != property && answered.get(other).is_some_and(|was| !was.is_null() && is_equal(value, was))
        };
        sent.iter().any(is_kept) || sent.len() == 1 && are_described_as_one(made, read)
    };
    let normal = |text: &str| text.split_whitespace().collect::<String>().to_lowercase();
    let (property, was, is) = sent.iter().find_map(|(property, value)| {
        let [was, is] = [answered.get(property)?, read_back.get(property)?];
        let (sent, shown) = (value.as_str()?, was.as_str()?);
        let is_free = !is_server_made(property) && !is_secret(property) && !is_one_of_few(made, property);
        let differs = !is_equal(value, was) && normal(sent) != normal(shown) && !sent.is_empty();
        (is_free && differs && is == value && repeats_another(property)).then_some((property, was, is))
    })?;
    let (was, is) = (brief(&was.to_string()), brief(&is.to_string()));
    let message = format!("The response of {} shows `{property}` as {was}, and reading it shows {is}", name(made));
    Some(broken(&RULE, made, message, property, format!("{is}, as it was sent")))
}

/// What is wrong with an object that lacks, in the response to its creation and when it is read back, a member that it was sent
/// with, beside others that are there: the document describes both by one schema, so that the member is meant to be shown.
pub fn judge_members(made: &Subject<'_>, read: &Subject<'_>) -> Option<Finding> {
    let (sent, answered, read_back) = (sent(made)?, shown_by(made)?, shown_by(read)?);
    if !is_success(made) || !is_success(read) {
        return None;
    }
    let schemas = &made.contract.schemas;
    let (property, member, value) = sent.iter().find_map(|(property, value)| {
        let (value, was) = (value.as_object()?, answered.get(property)?.as_object()?);
        let is = read_back.get(property)?.as_object()?;
        let shown: Vec<SchemaId> = schemas.conjunction(&shown_schemas(read, property)).collect();
        let both = schemas_of(made, property);
        let both: Vec<SchemaId> = schemas.conjunction(&both).filter(|id| shown.contains(id)).collect();
        let is_meant = |member: &str| {
            let mut own = both.iter().filter_map(|id| schemas.get(*id).properties.get(member)).peekable();
            own.peek().is_some() && own.all(|id| !schemas.get(*id).write_only)
        };
        let is_kept = |(member, value): (&String, &Value)| is.get(member).is_some_and(|is| is_equal(value, is));
        let is_lost = |(member, value): &(&String, &Value)| {
            let is_gone = !was.contains_key(*member) && !is.contains_key(*member);
            // Many leave out what is false or 0.
            let is_plain = matches!(value, Value::Bool(false)) || value.as_f64() == Some(0.0);
            is_gone && !is_plain && !is_empty(value) && !is_secret(member) && is_meant(member)
        };
        let (member, value) = value.iter().find(is_lost).filter(|_| value.iter().any(is_kept))?;
        Some((property, member, value))
    })?;
    let message = format!("`{property}` has no `{member}` when it is read back; {} had sent it", name(made));
    let manner = format!("{property}/{member}");
    Some(broken(&RULE, read, message, &manner, brief(&value.to_string())))
}

/// The schemas of a property of what a response shows.
fn shown_schemas(read: &Subject<'_>, property: &str) -> Vec<SchemaId> {
    let Ok(response) = &read.exchange.result else { return Vec::new() };
    let schemas = &read.contract.schemas;
    let whole = ResponseView::new(read, response).media.and_then(|media| media.schema);
    let all = whole.into_iter().flat_map(|schema| schemas.conjunction(&[schema]));
    all.filter_map(|id| schemas.get(id).properties.get(property).copied()).collect()
}

/// Whether two responses have one schema, that a document names twice.
fn are_described_as_one(made: &Subject<'_>, read: &Subject<'_>) -> bool {
    let [one, other] = [made, read].map(|subject| {
        let response = subject.exchange.result.as_ref().ok()?;
        let schema = ResponseView::new(subject, response).media.and_then(|media| media.schema)?;
        Some(subject.contract.schemas.get(schema).reference.unwrap_or(schema))
    });
    one.is_some() && one == other
}

/// Whether a property of a request is one of an enumeration, or has a format, of which a value has many spellings.
fn is_one_of_few(made: &Subject<'_>, property: &str) -> bool {
    let schemas = &made.contract.schemas;
    let own = schemas_of(made, property);
    let all = schemas.conjunction(&own);
    own.is_empty()
        || all
            .map(|id| schemas.get(id))
            .any(|own| own.enum_values.is_some() || own.const_value.is_some() || own.format.is_some())
}

/// Whether the response to a read is documented with this property: it may show less than a creation.
fn is_documented(read: &Subject<'_>, property: &str) -> bool {
    !shown_schemas(read, property).is_empty()
}
