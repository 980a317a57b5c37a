//! Takes secrets out of what is shown.

mod finder;
mod handed;
mod layer;
mod spelling;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

use super::{Exchange, Failure, Response, SentRequest};
use crate::fixtures::{Secret, is_distinct};
use finder::{Finder, clean};
use handed::{Handed, Places};
use layer::Layer;

/// A short secret in the widest of its escapes is no longer than this, in bytes.
const LONGEST_SHORT: usize = 256;
/// Nor is what stands for a variable, up to its braces.
const LONGEST_NOTATION: usize = 256;

/// Puts variables in the place of secrets, however they are spelt: as they are, with another case or one character more
/// or less, in base64 or hexadecimal digits, within a longer text or not, broken into lines or not, and all of that in
/// the escapes of URLs, JSON or HTML, also when an ellipsis has cut them.
///
/// The notation is a shell's where a shell has one: `${KEY}`, `${KEY%?}` (without its last character),
/// `${KEY~~}` (case swapped), `${KEY^^}` and `${KEY,,}` (in capitals, in small letters), `${KEY#*:}` and `${KEY%%:*}`
/// (the password and the user of a pair), `${KEY##* }` (the last word); `base64(…)`, `hex(…)` and `percent(…)` stand for
/// the encodings. The parts of a secret, such as a cookie, have variables of their own: `${KEY_SID}`. A spelling shorter
/// than eight characters may well be part of something else: it is hidden where it is a whole value, be it of a header
/// field, a parameter, a segment of a path or a body, and shorter than four bytes where a request carries it as a
/// credential alone.
///
/// What a target hands out, the values of cookies and tokens, is `[secret]`. Clones share what they have learnt of it.
#[derive(Clone, Debug, Default)]
pub struct Masker {
    /// Finds all spellings that are hidden wherever they stand; `None` where there are none.
    finder: Option<Arc<Finder>>,
    /// What is shown for each spelling that is hidden as a whole value alone.
    short: Arc<HashMap<String, String>>,
    variables: Arc<[String]>,
    /// What variables stand for, to put it in their place again.
    meanings: Arc<[(String, String)]>,
    handed: Arc<Mutex<Handed>>,
    /// Secrets that came later, with what finds them.
    later: Arc<Mutex<Later>>,
}

/// Secrets that came later, with what finds them.
type Later = (Vec<Secret>, Option<Arc<Finder>>);

impl Masker {
    /// Hides these secrets. Where two have the same spelling, the first is shown.
    pub fn new<'a>(secrets: impl IntoIterator<Item = &'a Secret>) -> Self {
        let mut variables: Vec<String> = Vec::new();
        let (mut long, mut meanings, mut short) = (Vec::new(), Vec::new(), HashMap::new());
        for whole in secrets {
            for secret in std::iter::once(whole.clone()).chain(spelling::parts(whole)) {
                for spelling in spelling::all(&secret) {
                    if is_distinct(&spelling.text) {
                        long.push(spelling);
                        continue;
                    }
                    for text in Layer::all(spelling.text.as_bytes(), 1) {
                        let text = String::from_utf8_lossy(&text).into_owned();
                        short.entry(text).or_insert_with(|| spelling.shown.clone());
                    }
                }
                meanings.extend(spelling::forms(&secret).into_iter().map(|(text, shown)| (shown, text)));
                if !variables.contains(&secret.variable) {
                    variables.push(secret.variable);
                }
            }
        }
        Self {
            finder: Finder::new(long).map(Arc::new),
            short: short.into(),
            variables: variables.into(),
            meanings: meanings.into(),
            handed: Arc::default(),
            later: Arc::default(),
        }
    }

    /// Hides one more secret, in all clones: one whose variable is known, and that is long enough to be known anywhere.
    pub fn add(&self, secret: &Secret) {
        let mut later = self.later.lock().unwrap_or_else(PoisonError::into_inner);
        later.0.push(secret.clone());
        let all = later.0.iter().flat_map(spelling::all).filter(|spelling| is_distinct(&spelling.text));
        later.1 = Finder::new(all.collect::<Vec<_>>()).map(Arc::new);
    }

    /// The variables that may stand in what is shown.
    pub fn variables(&self) -> &[String] {
        &self.variables
    }

    /// Learns what the response hands out, to hide it wherever else it stands.
    pub fn learn(&self, exchange: &Exchange) {
        let Ok(response) = &exchange.result else { return };
        let places = Places::of(&exchange.request, response);
        if !places.is_empty() {
            self.handed.lock().unwrap_or_else(PoisonError::into_inner).learn(&places, response);
        }
    }

    /// A text, such as a message or a whole report, without secrets.
    pub fn text<'a>(&self, text: &'a str) -> Cow<'a, str> {
        match self.bytes(text.as_bytes()) {
            Cow::Borrowed(_) => Cow::Borrowed(text),
            // Whole texts were replaced by whole texts, so this is UTF-8 as before.
            Cow::Owned(bytes) => Cow::Owned(String::from_utf8_lossy(&bytes).into_owned()),
        }
    }

    /// What is told of an exchange, without secrets and without what that hands out.
    pub fn told(&self, text: &str, exchange: &Exchange) -> String {
        let mut text = self.text(text).into_owned();
        if let Ok(response) = &exchange.result {
            let places = Places::of(&exchange.request, response);
            places.values(response).for_each(|value| text = text.replace(value, handed::SHOWN));
        }
        text
    }

    /// The text with the values of variables in their places.
    pub fn reveal<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let mut text = Cow::Borrowed(text);
        for (shown, meaning) in self.meanings.iter().filter(|_| text.contains("${")).cloned().collect::<Vec<_>>() {
            if text.contains(&shown) {
                text = Cow::Owned(text.replace(&shown, &meaning));
            }
        }
        text
    }

    /// A value without secrets, that of a header field say: all of it, or all that follows the name of a scheme, may be one.
    pub fn value<'a>(&self, value: &'a str) -> Cow<'a, str> {
        let (scheme, token) = value.split_once(' ').unwrap_or_default();
        match (self.whole(value), self.whole(token)) {
            (Some(shown), _) => Cow::Owned(shown),
            (None, Some(shown)) => Cow::Owned(format!("{scheme} {shown}")),
            (None, None) => self.text(value),
        }
    }

    /// A name and a value, with an equals sign between them, without secrets.
    pub fn pair<'a>(&self, pair: &'a str) -> Cow<'a, str> {
        let hidden = pair.split_once('=').and_then(|(name, value)| Some((name, self.whole(value)?)));
        hidden.map_or_else(|| self.text(pair), |(name, shown)| Cow::Owned(format!("{}={shown}", self.text(name))))
    }

    /// A path without secrets.
    pub fn path<'a>(&self, path: &'a str) -> Cow<'a, str> {
        let clean = self.text(path);
        if !clean.split('/').any(|segment| self.whole(segment).is_some()) {
            return clean;
        }
        let shown = |segment: &str| self.whole(segment).unwrap_or_else(|| segment.to_owned());
        Cow::Owned(clean.split('/').map(shown).collect::<Vec<_>>().join("/"))
    }

    /// A body without secrets.
    pub fn body<'a>(&self, body: &'a [u8]) -> Cow<'a, [u8]> {
        let text = Some(body).filter(|_| !self.short.is_empty()).and_then(|body| std::str::from_utf8(body).ok());
        match text.and_then(|text| self.whole(text.trim())) {
            Some(shown) => Cow::Owned(shown.into_bytes()),
            None => self.bytes(body),
        }
    }

    /// What is shown for a value that is a short secret.
    fn whole(&self, value: &str) -> Option<String> {
        if self.short.is_empty() || value.len() > LONGEST_SHORT {
            return None;
        }
        let layers = Layer::all(value.as_bytes(), finder::LAYERS);
        layers.iter().enumerate().find_map(|(depth, text)| {
            let shown = self.short.get(std::str::from_utf8(text).ok()?)?;
            let is_percent = depth > 0 && value.contains('%') && !shown.contains('(');
            Some(if is_percent { format!("percent({shown})") } else { shown.clone() })
        })
    }

    /// The bytes without secrets. Of two secrets at one place, the longer one is replaced.
    fn bytes<'a>(&self, bytes: &'a [u8]) -> Cow<'a, [u8]> {
        let handed = self.handed.lock().unwrap_or_else(PoisonError::into_inner).finder();
        let later = self.later.lock().unwrap_or_else(PoisonError::into_inner).1.clone();
        let finders: Vec<&Finder> = self.finder.iter().chain(&handed).chain(&later).map(Arc::as_ref).collect();
        clean(&finders, bytes, |range| self.is_shown(bytes, range))
    }

    /// Whether a range lies within the notation of a variable, whose name may well be like its value.
    fn is_shown(&self, bytes: &[u8], range: &Range<usize>) -> bool {
        let window = range.start.saturating_sub(LONGEST_NOTATION);
        let start = bytes[window..range.start].windows(2).rposition(|pair| pair == b"${");
        let Some(notation) = start.map(|start| &bytes[window + start + 2..range.end]) else { return false };
        let is_open = !notation.contains(&b'}');
        is_open && self.variables.iter().any(|variable| notation.starts_with(variable.as_bytes()))
    }

    /// The exchange without secrets: a target may send them back, in an echo or in an error's details. What was sent
    /// holds none of those that were known then.
    pub fn exchange<'a>(&self, exchange: &'a Exchange) -> Cow<'a, Exchange> {
        let request = self.request(&exchange.request);
        let result = match &exchange.result {
            Ok(response) => self.response(&exchange.request, response).map(Ok),
            Err(failure) => self.failure(failure).map(Err),
        };
        if request.is_none() && result.is_none() {
            return Cow::Borrowed(exchange);
        }
        Cow::Owned(Exchange {
            request: request.unwrap_or_else(|| exchange.request.clone()),
            result: result.unwrap_or_else(|| exchange.result.clone()),
            elapsed: exchange.elapsed,
            attempts: exchange.attempts,
        })
    }

    /// The request without secrets; `None` where it holds none.
    fn request(&self, request: &SentRequest) -> Option<SentRequest> {
        let clean = SentRequest {
            is_amended: request.is_amended,
            curl: request.curl.clone(),
            method: request.method.clone(),
            url: self.text(&request.url).into_owned(),
            headers: request
                .headers
                .iter()
                .map(|(name, value)| (name.clone(), self.text(value).into_owned()))
                .collect(),
            body: request.body.as_ref().map(|body| self.bytes(body).into_owned()),
            variables: request.variables.clone(),
        };
        (clean != *request).then_some(clean)
    }

    /// The response without secrets; `None` where it holds none.
    fn response(&self, request: &SentRequest, response: &Response) -> Option<Response> {
        let places = Places::of(request, response);
        let mut headers = response.headers.clone();
        for (index, ranges) in &places.fields {
            let value = &mut headers[*index].1;
            *value = String::from_utf8_lossy(&handed::hidden(value.as_bytes(), ranges)).into_owned();
        }
        for (name, value) in &mut headers {
            *value = match value.split_once(';') {
                Some((cookie, attributes)) if name == "set-cookie" => {
                    format!("{};{}", self.pair(cookie), self.text(attributes))
                }
                None if name == "set-cookie" => self.pair(value).into_owned(),
                _ => self.value(value).into_owned(),
            };
            *name = self.text(name).into_owned();
        }
        let handed = (!places.body.is_empty()).then(|| handed::hidden(&response.body, &places.body));
        let body = match &handed {
            Some(body) => Cow::Owned(self.body(body).into_owned()),
            None => self.body(&response.body),
        };
        if matches!(body, Cow::Borrowed(_)) && headers == response.headers {
            return None;
        }
        let Response { status, version, ref still_coded, surplus, ref room, .. } = *response;
        let (still_coded, room) = (still_coded.clone(), room.clone());
        Some(Response { status, headers, body: body.into_owned(), version, still_coded, surplus, room })
    }

    /// The failure without secrets; `None` where it holds none.
    fn failure(&self, failure: &Failure) -> Option<Failure> {
        let told: fn(String) -> Failure = match failure {
            Failure::Unreachable(_) => Failure::Unreachable,
            Failure::Insecure(_) => Failure::Insecure,
            Failure::Closed(_) => Failure::Closed,
            Failure::CutOff(_) => Failure::CutOff,
            Failure::Garbage(_) => Failure::Garbage,
            Failure::Unsendable(_) => Failure::Unsendable,
            Failure::Timeout(_) | Failure::TooLarge(_) | Failure::Inflated(_) | Failure::TooMany(_) => return None,
        };
        let (Failure::Unreachable(reason)
        | Failure::Insecure(reason)
        | Failure::Closed(reason)
        | Failure::CutOff(reason)
        | Failure::Garbage(reason)
        | Failure::Unsendable(reason)) = failure
        else {
            return None;
        };
        match self.text(reason) {
            Cow::Borrowed(_) => None,
            Cow::Owned(reason) => Some(told(reason)),
        }
    }
}
