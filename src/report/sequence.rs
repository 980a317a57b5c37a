//! What several requests show, as numbered steps and as a script of bash that takes the ids from the responses itself.

use std::sync::Arc;

use serde_json::Value;

use super::words::status;
use crate::execute::{Exchange, SentRequest};
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
/// response (by `jq`, where it is in a body).
pub(super) fn script(sequence: &[Arc<Exchange>]) -> Vec<String> {
    let mut ids: Vec<(String, String)> = Vec::new();
    let mut lines = Vec::new();
    for (index, exchange) in sequence.iter().enumerate() {
        let command = with_ids(&exchange.request, &ids).curl();
        let later: Vec<&str> =
            sequence[index + 1..].iter().flat_map(|later| path(&later.request.url).split('/')).collect();
        match made(exchange, &later).filter(|(id, _)| ids.iter().all(|(known, _)| known != id)) {
            Some((id, from)) => {
                let name = format!("ID{}", ids.len() + 1);
                lines.push(match from {
                    From::Body(at) => format!("{name}=$({command} -s | jq -r '{}')", filter(&at)),
                    From::Location => {
                        format!("{name}=$({command} -si | tr -d '\\r' | sed -n 's|^[Ll]ocation:.*/||p')")
                    }
                });
                ids.push((id, name));
            }
            None => lines.push(command),
        }
    }
    lines
}

/// Where a response says an id.
enum From {
    Body(Pointer),
    Location,
}

/// The id that a response holds, of those that later URLs name.
fn made(exchange: &Exchange, later: &[&str]) -> Option<(String, From)> {
    let response = exchange.result.as_ref().ok().filter(|_| exchange.request.method == "POST")?;
    let body = serde_json::from_slice::<Value>(&response.body).ok();
    let in_body = body.and_then(|body| find(&body, &Pointer::root(), later));
    let of_location = || {
        let last = response.header("location")?.trim_end_matches('/').rsplit('/').next()?.to_owned();
        later.contains(&&*last).then_some((last, From::Location))
    };
    in_body.map(|(id, at)| (id, From::Body(at))).or_else(of_location)
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

/// The request with variables in the place of ids in its path.
fn with_ids(request: &SentRequest, ids: &[(String, String)]) -> SentRequest {
    let mut named = request.clone();
    let (whole, path) = (&request.url, path(&request.url));
    let start = path.as_ptr() as usize - whole.as_ptr() as usize;
    let segments: Vec<String> = path
        .split('/')
        .map(|segment| match ids.iter().find(|(id, _)| id == segment) {
            Some((_, name)) => {
                named.variables.push(name.clone());
                format!("${{{name}}}")
            }
            None => segment.to_owned(),
        })
        .collect();
    named.url = format!("{}{}{}", &whole[..start], segments.join("/"), &whole[start + path.len()..]);
    named
}

/// The path of a URL.
fn path(url: &str) -> &str {
    let after = url.find("://").map_or(0, |at| at + 3);
    let begin = url[after..].find('/').map_or(url.len(), |at| after + at);
    let end = url.find(['?', '#']).unwrap_or(url.len());
    &url[begin.min(end)..end]
}

/// A place in JSON as `jq` names it.
fn filter(at: &Pointer) -> String {
    at.tokens().map(|token| format!("[{}]", Value::from(token.as_ref()))).fold(".".to_owned(), |all, next| all + &next)
}
