//! Where the `Location` of a creation leads (RFC 9110, section 10.2.2).

use percent_encoding::percent_decode_str;
use serde_json::Value;
use url::Url;

use super::stage::Sent;
use crate::case::RequestValues;

/// Where what was made is read.
pub(super) enum Elsewhere {
    /// Where its body says.
    Here,
    /// By a request of another operation.
    There(usize, Box<RequestValues>),
    /// Where no operation of the document reads it, or on another host.
    Unknown,
}

/// The address that a `Location` names, whoever may have written its host: a server behind a proxy does not know its own.
#[derive(Debug)]
pub(super) struct Located {
    /// Its path, percent-encoded, without a slash at its end.
    pub path: String,
    /// The path below which all operations of the API are, if it is seen in the request.
    pub base: String,
    /// Whether it is where the request was sent to.
    pub is_here: bool,
    /// Whether it is no more than a path.
    pub is_plain: bool,
}

impl Located {
    /// That of the response to a request, if it has any that can be read.
    pub fn of(made: &Sent) -> Option<Self> {
        let location =
            made.exchange.result.as_ref().ok().filter(|response| response.status == 201)?.header("location")?;
        let asked = Url::parse(&made.exchange.request.url).ok()?;
        let base = asked.path().strip_suffix(&*made.case.request.path)?.to_owned();
        let at = asked.join(location.trim()).ok()?;
        let is_plain = at.query().is_none() && !location.trim().ends_with('/');
        let (path, is_here) = (at.path().trim_end_matches('/').to_owned(), at.origin() == asked.origin());
        Some(Self { path, base, is_here, is_plain })
    }

    /// Whether a request was sent to its path.
    pub fn is_of(&self, sent: &Sent) -> bool {
        let asked = Url::parse(&sent.exchange.request.url).ok();
        asked.is_some_and(|asked| self.segments().is_some() && decoded(asked.path()) == self.segments())
    }

    /// The segments of its path, percent-decoded.
    pub fn segments(&self) -> Option<Vec<String>> {
        decoded(&self.path)
    }

    /// The variables of a path template that it fits: it ends as that does, or is all of it where that has no fixed segment.
    pub fn variables(&self, template: &str) -> Option<Vec<(String, Value)>> {
        let (path, base) = (self.segments()?, decoded(&self.base)?);
        let template: Vec<&str> = segments(template).collect();
        let is_fixed = template.iter().any(|part| !part.contains('{'));
        let own = path.get(path.len().checked_sub(template.len())?..)?;
        if !is_fixed && path.len() != base.len() + template.len() {
            return None;
        }
        let mut found = Vec::new();
        for (part, own) in template.iter().zip(own) {
            match part.strip_prefix('{').and_then(|part| part.strip_suffix('}')) {
                Some(name) => found.push((name.to_owned(), id(own))),
                None if part == own => {}
                None => return None,
            }
        }
        Some(found)
    }
}

/// A text of a path as an id: a number where it is written as numbers are.
pub(super) fn id(text: &str) -> Value {
    let number = text.parse::<u64>().ok().filter(|number| number.to_string() == text);
    number.map_or_else(|| Value::from(text), Value::from)
}

fn decoded(path: &str) -> Option<Vec<String>> {
    segments(path).map(|part| Some(percent_decode_str(part).decode_utf8().ok()?.into_owned())).collect()
}

fn segments(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter(|part| !part.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(path: &str) -> Located {
        Located { path: path.to_owned(), base: "/v1".to_owned(), is_here: true, is_plain: true }
    }

    #[test]
    fn an_address_ends_with_a_path() {
        let of = |path: &str, template: &str| at(path).variables(template).map(|mut found| found.remove(0).1);
        assert_eq!(of("/v1/drafts/7", "/drafts/{id}"), Some(Value::from(7)));
        assert_eq!(of("/drafts/007", "/drafts/{id}"), Some(Value::from("007")), "another one than 7");
        assert_eq!(of("/v1/the%20drafts/a%2Fb", "/the drafts/{id}"), Some(Value::from("a/b")));
        assert_eq!(of("/v1/drafts/7", "/posts/{id}"), None);
        assert_eq!(of("/7", "/a/b/{id}"), None);
    }

    #[test]
    fn what_has_no_fixed_segment_is_all_of_an_address() {
        assert!(at("/v1/7").variables("/{id}").is_some());
        assert!(at("/v1/drafts/7").variables("/{id}").is_none());
        assert!(at("/v1/drafts/7").variables("/{kind}/{id}").is_some());
    }
}
