//! Makes the request that a case asks for, together with its shown form, in one walk.

use http::{HeaderMap, HeaderName, HeaderValue, Method};
use percent_encoding::percent_decode_str;
use url::{Position, Url};

use super::credential::{Field, change, field, header_name};
use super::hook::{Change, Shown};
use super::mask::Masker;
use super::shown_text::Text;
use super::{ClientOptions, Failure, SentRequest};
use crate::case::Case;
use crate::contract::{Operation, SchemeRequirement};
use crate::fixtures::{Fixtures, Secret};
use crate::wire::percent::{cookie_name, cookie_pair, strict};

pub(super) const USER_AGENT: &str = concat!("conform/", env!("CARGO_PKG_VERSION"));
pub(super) const ACCEPT: &str = "*/*";

/// A request with its shown form.
#[derive(Debug)]
pub(super) struct Composed {
    method: String,
    /// The URL up to its path: scheme, host and port.
    origin: String,
    path: Text,
    /// The pairs of the query.
    query: Vec<Text>,
    headers: Vec<(String, Text)>,
    body: Option<Vec<u8>>,
    /// Variables that stand for what a hook has put there.
    variables: Vec<String>,
    is_amended: bool,
    /// How connections are made, for curl.
    curl: String,
}

/// Composes the request of `case`.
///
/// A header field, query pair or cookie that the case itself holds comes before a credential of the same
/// name, and a `--header` before a credential that the case does not change.
pub(super) fn compose(
    options: &ClientOptions,
    operation: &Operation,
    case: &Case,
    fixtures: &Fixtures,
    masker: &Masker,
) -> Composed {
    let request = &case.request;
    let mut headers: Vec<(String, Text)> = Vec::new();
    let mut query: Vec<Text> = Vec::new();
    let mut cookies: Vec<Text> = Vec::new();
    let add = |headers: &mut Vec<_>, cookies: &mut Vec<_>, name: &str, value: Text| {
        let name = name.to_ascii_lowercase();
        // RFC 6265, section 5.4: all cookies travel in one field.
        if name == "cookie" { cookies.push(value) } else { headers.push((name, value)) }
    };
    for (name, value) in &request.headers {
        add(&mut headers, &mut cookies, name, Text::masked(value, masker));
    }
    for pair in &request.query {
        query.push(Text::masked_pair(&pair.encoded, masker));
    }
    for (name, value) in &request.cookies {
        cookies.push(Text::masked_pair(&cookie_pair(name, value), masker));
    }
    let uses = operation.security.get(request.credentials.alternative).map_or(&[][..], Vec::as_slice);
    let given = |name: &str| options.headers.iter().any(|(known, _)| known.eq_ignore_ascii_case(name));
    for used in uses {
        let change = change(case, used);
        match field(used, change, fixtures, masker) {
            Some(Field::Header(name, value))
                if request.header(&name).is_none() && (change.is_some() || !given(&name)) =>
            {
                add(&mut headers, &mut cookies, &name, value);
            }
            Some(Field::Query(name, value)) if !request.query.iter().any(|pair| pair.name == name) => {
                query.push(pair(&strict(&name), value));
            }
            Some(Field::Cookie(name, value)) if !request.cookies.iter().any(|(known, _)| *known == name) => {
                cookies.push(pair(&cookie_name(&name), value));
            }
            _ => {}
        }
    }
    for (name, secret) in &options.headers {
        if request.header(name).is_none() && !defeats(name, operation, case, uses) {
            add(&mut headers, &mut cookies, name, Text::secret(&secret.value, &secret.variable, "", ""));
        }
    }
    if !cookies.is_empty() {
        headers.push(("cookie".to_owned(), join(cookies, "; ")));
    }
    let body = request.body.as_ref().map(|body| body.payload.bytes());
    if let Some(media_type) = request.body.as_ref().and_then(|body| body.media_type.as_deref()) {
        headers.push(("content-type".to_owned(), Text::masked(media_type, masker)));
    }
    let mut default = |name: &str, value: &str| {
        if !headers.iter().any(|(known, _)| known == name) {
            headers.push((name.to_owned(), Text::plain(value)));
        }
    };
    default("accept", ACCEPT);
    default("user-agent", options.user_agent.as_deref().unwrap_or(USER_AGENT));
    // RFC 9110, section 8.6: sent even for no body, where the method gives a body a meaning.
    if body.is_some() || matches!(request.method.as_str(), "POST" | "PUT" | "PATCH") {
        default("content-length", &body.as_ref().map_or(0, Vec::len).to_string());
    }
    let prefix = options.target.path().trim_end_matches('/');
    let prefix = match request.is_whole {
        true => "",
        false if prefix.is_empty() => operation.base_path.trim_end_matches('/'),
        false => prefix,
    };
    let path = Text::masked_path(&format!("{prefix}{}", request.path), masker);
    let origin = &options.target[Position::BeforeHost..Position::AfterPort];
    let origin = format!("{}://{origin}", options.target.scheme());
    Composed {
        method: request.method.clone(),
        origin,
        path,
        query,
        headers,
        body,
        variables: Vec::new(),
        is_amended: false,
        curl: options.network.curl.clone(),
    }
}

/// Whether a `--header` would let in a case whose credentials are meant to be wrong: the field carries a
/// credential that the case changes, or one of an alternative that the case does not use.
fn defeats(name: &str, operation: &Operation, case: &Case, uses: &[SchemeRequirement]) -> bool {
    let carried =
        |used: &SchemeRequirement| header_name(&used.kind).is_some_and(|known| known.eq_ignore_ascii_case(name));
    let carries = operation.security.iter().flatten().chain(uses).any(carried);
    let as_configured = uses.iter().any(|used| carried(used) && change(case, used).is_none());
    !case.request.credentials.changed.is_empty() && carries && !as_configured
}

/// `x-signature` becomes `HOOK_X_SIGNATURE`.
fn variable(name: &str) -> String {
    format!("HOOK_{}", name.to_ascii_uppercase().replace(|c: char| !c.is_ascii_alphanumeric(), "_"))
}

fn pair(name: &str, value: Text) -> Text {
    let mut pair = Text::plain(&format!("{name}="));
    pair.push(value);
    pair
}

fn join(parts: Vec<Text>, separator: &str) -> Text {
    let mut joined = Text::default();
    for (index, part) in parts.into_iter().enumerate() {
        if index > 0 {
            joined.push(Text::plain(separator));
        }
        joined.push(part);
    }
    joined
}

impl Composed {
    /// Puts a header field in the place of those of its name.
    pub fn put(&mut self, (name, value): (String, String)) {
        self.headers.retain(|(known, _)| *known != name);
        self.headers.push((name, Text::plain(&value)));
    }

    /// The pairs of the query behind their question mark; nothing where there are none.
    fn query(&self) -> Text {
        let mark = Text::plain(if self.query.is_empty() { "" } else { "?" });
        join(vec![mark, join(self.query.clone(), "&")], "")
    }

    /// As a hook sees it: as it is sent.
    pub fn to_hook(&self) -> Shown<'_> {
        Shown {
            method: &self.method,
            url: format!("{}{}{}", self.origin, self.path.sent, self.query().sent),
            headers: self.headers.iter().map(|(name, value)| (name.as_str(), value.sent.as_str())).collect(),
            body: self.body.as_deref(),
        }
    }

    /// Does what a hook says. Its values are shown as variables: they are secret, or others each time. Gives the header
    /// fields by their names.
    pub fn amend(&mut self, change: Change, is_amended: bool) -> Vec<(String, Secret)> {
        self.is_amended = is_amended;
        let mut secrets = Vec::new();
        for (name, value) in change.headers {
            self.headers.retain(|(known, _)| *known != name);
            let Some(value) = value else { continue };
            let variable = self.variable(&name);
            self.headers.push((name.clone(), Text::secret(&value, &variable, "", "")));
            secrets.push((name, Secret { value, variable }));
        }
        for (name, values) in change.query {
            self.query.retain(|pair| {
                let sent = pair.sent.split('=').next().unwrap_or_default();
                percent_decode_str(sent).decode_utf8_lossy() != name
            });
            for value in values {
                let variable = self.variable(&name);
                self.query.push(pair(&strict(&name), Text::secret(&strict(&value), &variable, "", "")));
            }
        }
        if let Some(body) = change.body {
            if let Some((_, length)) = self.headers.iter_mut().find(|(name, _)| name == "content-length") {
                *length = Text::plain(&body.len().to_string());
            }
            self.body = Some(body);
        }
        secrets
    }

    fn variable(&mut self, name: &str) -> String {
        let variable = variable(name);
        self.variables.push(variable.clone());
        variable
    }

    /// As it is shown.
    pub fn shown(&self, masker: &Masker) -> SentRequest {
        SentRequest {
            curl: self.curl.clone(),
            method: self.method.clone(),
            url: format!("{}{}{}", self.origin, self.path.shown, self.query().shown),
            headers: self.headers.iter().map(|(name, value)| (name.clone(), value.shown.clone())).collect(),
            body: self.body.as_ref().map(|body| masker.body(body).into_owned()),
            variables: [masker.variables(), &self.variables].concat(),
            is_amended: self.is_amended,
        }
    }

    /// As the HTTP client takes it.
    ///
    /// # Errors
    /// [`Failure::Unsendable`] for what HTTP or the client cannot carry: a control character in a header
    /// field, a length or framing that is not the body's, the method CONNECT (it asks for a tunnel), and a path
    /// that the URL standard rewrites, such as one with a `.` or `..` segment (`%2e` too), a backslash or a
    /// character that is not percent-encoded.
    pub fn request(&self) -> Result<reqwest::Request, Failure> {
        let method = Method::from_bytes(self.method.as_bytes())
            .ok()
            .filter(|method| *method != Method::CONNECT)
            .ok_or_else(|| Failure::Unsendable(format!("`{}` is no method", self.method)))?;
        let query = self.query().sent;
        let address = format!("{}{}{query}", self.origin, self.path.sent);
        let url = Url::parse(&address).map_err(|error| Failure::Unsendable(format!("no URL: {error}")))?;
        if url.path() != self.path.sent || url[Position::AfterPath..] != query {
            let rewritten = "a URL cannot hold this path as it is (a `.` or `..` segment, or a character that is not \
                             percent-encoded)";
            return Err(Failure::Unsendable(format!("{rewritten}: {}", self.path.shown)));
        }
        let length = self.body.as_ref().map_or(0, Vec::len).to_string();
        let mut headers = HeaderMap::new();
        for (name, value) in &self.headers {
            let no_field = |_| Failure::Unsendable(format!("`{name}: {}` is no header field", value.shown));
            if name == "transfer-encoding" || (name == "content-length" && value.sent != length) {
                let reason = format!("`{name}: {}` is not how the body is sent", value.shown);
                return Err(Failure::Unsendable(reason));
            }
            let field = HeaderName::from_bytes(name.as_bytes()).map_err(|_| ()).map_err(no_field)?;
            let value = HeaderValue::from_bytes(value.sent.as_bytes()).map_err(|_| ()).map_err(no_field)?;
            headers.append(field, value);
        }
        let mut request = reqwest::Request::new(method, url);
        *request.headers_mut() = headers;
        *request.body_mut() = self.body.clone().map(reqwest::Body::from);
        Ok(request)
    }
}
