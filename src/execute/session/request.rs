//! The request that obtains a credential.

use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderValue, USER_AGENT};
use serde_json::Value;
use url::{Url, form_urlencoded};

use super::answer::{self, TokenAnswer};
use super::trouble::Trouble;
use crate::contract::Contract;
use crate::execute::transport::Transport;
use crate::execute::{ClientOptions, Failure};
use crate::fixtures::{LoginBody, LoginRequest, LoginTarget, OAuth2, TokenPlace};
use crate::spec::{Pointer, SourceLocation};
use crate::text::nearest::suggest;

/// A request with the place of the credential in its answer.
#[derive(Debug)]
pub(super) struct Ask {
    /// What is asked, for people.
    who: String,
    transport: Transport,
    request: reqwest::Request,
    /// Another form of the same, where the first one is refused.
    otherwise: Option<reqwest::Request>,
    token: TokenPlace,
}

impl Ask {
    /// A login at the target.
    pub fn login(login: &LoginRequest, contract: &Contract, options: &ClientOptions) -> Result<Self, Trouble> {
        let prefix = options.target.path().trim_end_matches('/');
        let (method, path) = match &login.to {
            LoginTarget::Path(method, path) => (method.clone(), format!("{prefix}{path}")),
            LoginTarget::Operation(id) => {
                let Some(operation) = contract.operations.iter().find(|operation| operation.id == *id) else {
                    let known = contract.operations.iter().map(|operation| operation.id.as_str());
                    return Err(Trouble::ours(
                        format!("there is no operation `{id}` to log in by"),
                        suggest(id, known, ""),
                    ));
                };
                if operation.path.contains('{') {
                    return Err(Trouble::ours(
                        format!("the path of `{id}`, {}, has a parameter", operation.path),
                        "write the whole path: `request: {method: .., path: ..}`",
                    ));
                }
                let prefix = if prefix.is_empty() { operation.base_path.trim_end_matches('/') } else { prefix };
                (operation.method.clone(), format!("{prefix}{}", operation.path))
            }
        };
        let url = options.target.join(&path).map_err(|error| {
            Trouble::ours(format!("`{path}` is no path of the target: {error}"), "write a path such as /login")
        })?;
        // A path that begins with two slashes names another host (RFC 3986, section 4.2).
        if url.origin() != options.target.origin() {
            return Err(Trouble::ours(
                format!("`{path}` leads away from the target, to {url}"),
                "write a path of the target, such as /login",
            ));
        }
        let who = format!("the login {method} {url}");
        let mut request = reqwest::Request::new(method.parse().unwrap_or(http::Method::POST), url);
        match &login.body {
            None => {}
            Some(LoginBody::Json(value)) => put(&mut request, "application/json", value.to_string()),
            Some(LoginBody::Form(pairs)) => put(&mut request, FORM, form(pairs)),
        }
        Self::new(who, request, None, login.token.clone(), options)
    }

    /// A grant of OAuth 2, at the endpoint that is named or the document's.
    pub fn grant(grant: &OAuth2, scheme: &str, contract: &Contract, options: &ClientOptions) -> Result<Self, Trouble> {
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
        let mut pairs = vec![(
            "grant_type".to_owned(),
            if grant.is_password { "password" } else { "client_credentials" }.to_owned(),
        )];
        let mut add = |name: &str, value: &Option<String>| {
            pairs.extend(value.iter().map(|value| (name.to_owned(), value.clone())));
        };
        add("username", &grant.username);
        add("password", &grant.password);
        add("scope", &grant.scope);
        let plain = pairs.clone();
        pairs.extend(grant.client_id.iter().map(|id| ("client_id".to_owned(), id.clone())));
        pairs.extend(grant.client_secret.iter().map(|secret| ("client_secret".to_owned(), secret.clone())));
        let with = |pairs: &[(String, String)]| {
            let mut request = reqwest::Request::new(http::Method::POST, url.clone());
            put(&mut request, FORM, form(pairs));
            request
        };
        // RFC 6749, section 2.3.1: Basic is what every server takes, and the body what some take alone.
        let in_header = grant.client_id.as_ref().zip(grant.client_secret.as_ref()).and_then(|(id, secret)| {
            let mut request = with(&plain);
            request.headers_mut().insert(AUTHORIZATION, basic(id, secret)?);
            Some(request)
        });
        let in_body = with(&pairs);
        let who = format!("the token endpoint {url}");
        let (request, otherwise) = match in_header {
            Some(request) => (request, Some(in_body)),
            None => (in_body, None),
        };
        Self::new(who, request, otherwise, TokenPlace::Body(Pointer::new("/access_token")), options)
    }

    fn new(
        who: String,
        mut request: reqwest::Request,
        mut otherwise: Option<reqwest::Request>,
        token: TokenPlace,
        options: &ClientOptions,
    ) -> Result<Self, Trouble> {
        let agent = options.user_agent.as_deref().unwrap_or(crate::execute::request::USER_AGENT);
        for request in [Some(&mut request), otherwise.as_mut()].into_iter().flatten() {
            request.headers_mut().insert(ACCEPT, HeaderValue::from_static("application/json, */*;q=0.5"));
            if let Ok(agent) = HeaderValue::from_str(agent) {
                request.headers_mut().insert(USER_AGENT, agent);
            }
        }
        let network = options.network.towards(request.url());
        let transport = Transport::new(request.url(), options.timeout, &network);
        let transport = transport.map_err(|error| {
            Trouble::ours(
                format!("no HTTP client can be set up for {who}: {error}"),
                "check the options of the network",
            )
        })?;
        Ok(Self { who, transport, request, otherwise, token })
    }

    /// Sends it, and reads the credential.
    pub async fn send(&self) -> Result<TokenAnswer, Trouble> {
        let mut response = self.transport.send(&self.request).await.0.map_err(|failure| self.down(&failure))?;
        if let Some(otherwise) = self.otherwise.as_ref().filter(|_| matches!(response.status, 400 | 401)) {
            response = self.transport.send(otherwise).await.0.map_err(|failure| self.down(&failure))?;
        }
        answer::read(&self.who, &self.token, &response)
    }

    fn down(&self, failure: &Failure) -> Trouble {
        let help = match failure {
            Failure::Timeout(_) => "see to it that it answers, or give it more time with --timeout",
            Failure::Unreachable(_) => "start it, or check its address",
            _ => "see to it that it answers, and run again",
        };
        Trouble::of_target(format!("{} gave no answer: {failure}", self.who), help)
    }
}

const FORM: &str = "application/x-www-form-urlencoded";

fn form(pairs: &[(String, String)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

fn put(request: &mut reqwest::Request, media_type: &'static str, body: String) {
    request.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
    *request.body_mut() = Some(body.into());
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
    let flow = if grant.is_password { "password" } else { "clientCredentials" };
    let described = at("/components/securitySchemes").map(|scheme| &scheme["flows"][flow]["tokenUrl"]);
    let url = described.or_else(|| at("/securityDefinitions").map(|scheme| &scheme["tokenUrl"]));
    url.and_then(Value::as_str)
        .filter(|url| Url::parse("http://target").is_ok_and(|base| base.join(url).is_ok()))
        .map(str::to_owned)
}
