//! Grants of OAuth 2 (RFC 6749): what is sent to a token endpoint.

use std::collections::BTreeSet;

use http::header::{AUTHORIZATION, HeaderValue};
use serde_json::Value;
use url::{Url, form_urlencoded};

use super::body::{FORM, form, put};
use super::trouble::Trouble;
use crate::contract::Contract;
use crate::execute::ClientOptions;
use crate::fixtures::{Grant, OAuth2};
use crate::spec::{Pointer, SourceLocation};

/// A client of OAuth 2 at a token endpoint.
#[derive(Clone)]
pub(super) struct Client {
    pub url: Url,
    id: Option<String>,
    secret: Option<String>,
}

// It holds a secret.
impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Client")
    }
}

impl Client {
    /// The client of a grant, at the endpoint that is named or the document's.
    pub fn new(grant: &OAuth2, scheme: &str, contract: &Contract, options: &ClientOptions) -> Result<Self, Trouble> {
        let written = grant.token_url.clone().or_else(|| documented(grant, scheme, contract)).ok_or_else(|| {
            Trouble::ours(
                format!("the document has no `tokenUrl` of this grant for `{scheme}`"),
                "add `token_url: URL` below `oauth2`",
            )
        })?;
        let url = options.target.join(&written).map_err(|error| {
            Trouble::ours(
                format!("`{written}` is no URL of a token endpoint: {error}"),
                "write a whole URL, or a path of the target",
            )
        })?;
        Ok(Self { url, id: grant.client_id.clone(), secret: grant.client_secret.clone() })
    }

    /// The request of a grant, and another form of it. RFC 6749, section 2.3.1: Basic is what every server takes, and the
    /// body what some take alone.
    pub fn requests(&self, pairs: &[(String, String)]) -> (reqwest::Request, Option<reqwest::Request>) {
        let with = |pairs: &[(String, String)]| {
            let mut request = reqwest::Request::new(http::Method::POST, self.url.clone());
            put(&mut request, FORM, form(pairs));
            request
        };
        let known = [("client_id", &self.id), ("client_secret", &self.secret)];
        let known = known.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value.clone()?)));
        let in_body = with(&[pairs, &known.collect::<Vec<_>>()].concat());
        let in_header = self.id.as_ref().zip(self.secret.as_ref()).and_then(|(id, secret)| {
            let mut request = with(pairs);
            request.headers_mut().insert(AUTHORIZATION, basic(id, secret)?);
            Some(request)
        });
        match in_header {
            Some(request) => (request, Some(in_body)),
            None => (in_body, None),
        }
    }
}

/// The names and values of a grant, without those of its client and its scope.
pub(super) fn pairs(grant: &OAuth2) -> Vec<(String, String)> {
    let known = [("username", &grant.username), ("password", &grant.password), ("refresh_token", &grant.refresh_token)];
    let known = known.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value.clone()?)));
    std::iter::once(("grant_type".to_owned(), grant.grant.name().to_owned())).chain(known).collect()
}

/// All scopes that operations ask for, as one text, where they ask for any.
pub(super) fn scopes(scheme: &str, contract: &Contract) -> Option<String> {
    let used = contract.operations.iter().flat_map(|operation| operation.security.iter().flatten());
    let lists = used.filter(|used| used.scheme == scheme).filter_map(|used| contract.document.get(&used.location));
    let scopes: BTreeSet<&str> = lists.filter_map(Value::as_array).flatten().filter_map(Value::as_str).collect();
    let scopes = scopes.into_iter().collect::<Vec<_>>().join(" ");
    Some(scopes).filter(|scopes| !scopes.is_empty())
}

/// RFC 6749, section 2.3.1: both are encoded as in a form.
fn basic(id: &str, secret: &str) -> Option<HeaderValue> {
    use base64::Engine as _;

    let encoded = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    let pair = format!("{}:{}", encoded(id), encoded(secret));
    let pair = base64::engine::general_purpose::STANDARD.encode(pair);
    HeaderValue::from_str(&format!("Basic {pair}")).ok()
}

/// The token endpoint of the document for a scheme and a grant.
fn documented(grant: &OAuth2, scheme: &str, contract: &Contract) -> Option<String> {
    let root = contract.document.root();
    let at = |holder: &str| {
        let location = SourceLocation { file: root.file, pointer: Pointer::new(holder).join(scheme) };
        contract.document.get(&location)
    };
    let flows: &[&str] = match grant.grant {
        Grant::Password => &["password"],
        Grant::ClientCredentials => &["clientCredentials"],
        Grant::Refresh => &["authorizationCode", "password", "clientCredentials"],
    };
    let described = at("/components/securitySchemes").and_then(|scheme| {
        let urls = |flow: &&str| {
            let flow = &scheme["flows"][*flow];
            let refresh = Some(&flow["refreshUrl"]).filter(|url| grant.grant == Grant::Refresh && url.is_string());
            refresh.or_else(|| Some(&flow["tokenUrl"]).filter(|url| url.is_string()))
        };
        flows.iter().find_map(urls)
    });
    let url = described.or_else(|| at("/securityDefinitions").map(|scheme| &scheme["tokenUrl"]));
    url.and_then(Value::as_str)
        .filter(|url| Url::parse("http://target").is_ok_and(|base| base.join(url).is_ok()))
        .map(str::to_owned)
}
