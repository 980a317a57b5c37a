//! What several requests show, as numbered steps and as a script of bash that takes the ids from the responses itself.

use std::sync::Arc;

use serde_json::Value;

use super::words::status;
use crate::execute::{Exchange, SentRequest, quoted};
use crate::spec::Pointer;
use crate::text::ellipsis::middle;
use crate::text::hidden::escape;

const LONGEST_URL: usize = 120;
const LONGEST_BODY: usize = 100;

/// A line for each exchange: what was sent, and what came of it.
pub(super) fn steps(sequence: &[Arc<Exchange>]) -> Vec<String> {
    let step = |(index, exchange): (usize, &Arc<Exchange>)| {
        let Exchange { request, result, .. } = &**exchange;
        let came = match result {
            Ok(response) => {
                let body = String::from_utf8_lossy(&response.body);
                format!("{} {}", status(response.status), middle(&escape(&body), LONGEST_BODY))
            }
            Err(failure) => escape(&failure.to_string()).into_owned(),
        };
        let sent = request.body.as_deref().map_or_else(String::new, |body| {
            format!(" {}", middle(&escape(&String::from_utf8_lossy(body)), LONGEST_BODY))
        });
        let url = middle(&escape(&request.url), LONGEST_URL).into_owned();
        format!("{}. {} {url}{sent} -> {}", index + 1, request.method, came.trim_end())
    };
    sequence.iter().enumerate().map(step).collect()
}

/// Lines of bash that send the requests again. An id that a response holds, and that a later URL names, is taken from the
/// response (by `jq`, where it is in a body), and so is an entity tag that a later condition names.
pub(super) fn script(sequence: &[Arc<Exchange>]) -> Vec<String> {
    let mut taken: Vec<Taken> = Vec::new();
    let mut lines = Vec::new();
    for (index, exchange) in sequence.iter().enumerate() {
        let command = with_variables(&exchange.request, &taken).curl();
        let later = &sequence[index + 1..];
        let new = made(exchange, later, &taken).or_else(|| tag(exchange, later, &taken));
        // A body that is not shown is named in a comment at the end.
        match new.filter(|_| command.starts_with("curl ") && !command.contains(" # ")) {
            Some(new) => {
                let rest = command.trim_start_matches("curl ");
                let (options, filter) = match &new.from {
                    Source::Body(at) => ("-s", format!("jq -r {}", quoted(&filter(at)))),
                    Source::Location => ("-si", field("[Ll]ocation", r".*\/\([^\/?]*\)\/*$")),
                    Source::Tag => ("-si", field("[Ee][Tt]ag", r"\(.*\)$")),
                };
                lines.push(format!("{}=$(curl {options} {rest} | {filter})", new.name));
                taken.push(new);
            }
            None => lines.push(command),
        }
    }
    lines
}

/// A value that a response holds, and that a variable of the script stands for.
struct Taken {
    name: String,
    value: String,
    from: Source,
}

/// Where a response says it.
enum Source {
    Body(Pointer),
    Location,
    Tag,
}

/// A filter for what stands in a header field.
fn field(name: &str, pattern: &str) -> String {
    format!("tr -d '\\r' | sed -n 's/^{name}: *{pattern}/\\1/p'")
}

/// The id that the response to a POST holds, of those that later URLs name and its own does not.
fn made(exchange: &Exchange, later: &[Arc<Exchange>], taken: &[Taken]) -> Option<Taken> {
    let response = exchange.result.as_ref().ok().filter(|_| exchange.request.method == "POST")?;
    let own: Vec<&str> = path(&exchange.request.url).split('/').collect();
    let segments = later.iter().flat_map(|later| path(&later.request.url).split('/'));
    let is_new = |segment: &&str| !own.contains(segment) && taken.iter().all(|known| known.value != **segment);
    let later: Vec<&str> = segments.filter(is_new).collect();
    let body = serde_json::from_slice::<Value>(&response.body).ok();
    let in_body = body.and_then(|body| find(&body, &Pointer::root(), &later));
    let in_location = || {
        let last = response.header("location")?.trim_end_matches('/').rsplit('/').next()?.to_owned();
        later.contains(&&*last).then_some((last, Source::Location))
    };
    let (value, from) = in_body.map(|(id, at)| (id, Source::Body(at))).or_else(in_location)?;
    Some(Taken { name: format!("ID{}", taken.len() + 1), value, from })
}

/// The entity tag of a response, if a later condition names it.
fn tag(exchange: &Exchange, later: &[Arc<Exchange>], taken: &[Taken]) -> Option<Taken> {
    let tag = exchange.result.as_ref().ok()?.header("etag")?;
    let is_named =
        later.iter().flat_map(|later| &later.request.headers).any(|(name, value)| is_condition(name) && value == tag);
    let is_new = taken.iter().all(|known| known.value != tag);
    let name = format!("TAG{}", taken.len() + 1);
    (is_named && is_new).then(|| Taken { name, value: tag.to_owned(), from: Source::Tag })
}

fn is_condition(field: &str) -> bool {
    ["if-match", "if-none-match"].iter().any(|known| field.eq_ignore_ascii_case(known))
}

fn find(value: &Value, at: &Pointer, later: &[&str]) -> Option<(String, Pointer)> {
    match value {
        Value::Object(members) => members.iter().find_map(|(name, value)| find(value, &at.join(name), later)),
        Value::String(_) | Value::Number(_) => {
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            later.contains(&&*text).then(|| (text, at.clone()))
        }
        _ => None,
    }
}

/// The request with variables in the place of what was taken from responses.
fn with_variables(request: &SentRequest, taken: &[Taken]) -> SentRequest {
    let mut named = request.clone();
    let mut variables = Vec::new();
    let mut put = |text: &str, is_tag: bool| {
        let known = taken.iter().find(|known| known.value == text && matches!(known.from, Source::Tag) == is_tag);
        known.map(|known| {
            variables.push(known.name.clone());
            format!("${{{}}}", known.name)
        })
    };
    let path = path(&request.url);
    let start = path_start(&request.url);
    let (before, after) = (&request.url[..start], &request.url[start + path.len()..]);
    let segments: Vec<String> =
        path.split('/').map(|segment| put(segment, false).unwrap_or_else(|| segment.to_owned())).collect();
    named.url = format!("{before}{}{after}", segments.join("/"));
    for (_, value) in named.headers.iter_mut().filter(|(name, _)| is_condition(name)) {
        if let Some(variable) = put(value, true) {
            *value = variable;
        }
    }
    named.variables.extend(variables);
    named
}

/// The path of a URL.
fn path(url: &str) -> &str {
    let (start, end) = (path_start(url), url.find(['?', '#']).unwrap_or(url.len()));
    &url[start..end.max(start)]
}

/// Where it begins.
fn path_start(url: &str) -> usize {
    let after = url.find("://").map_or(0, |at| at + 3);
    let end = url.find(['?', '#']).unwrap_or(url.len());
    url[after..].find('/').map_or(end, |at| (after + at).min(end))
}

/// A place in JSON as `jq` names it.
fn filter(at: &Pointer) -> String {
    at.tokens().map(|token| format!("[{}]", Value::from(token.as_ref()))).fold(".".to_owned(), |all, next| all + &next)
}
