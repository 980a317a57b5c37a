//! The request that obtains a credential.

use std::sync::{Mutex, PoisonError};

use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderValue, USER_AGENT};
use serde_json::Value;
use url::{Url, form_urlencoded};

use super::answer::{self, TokenAnswer};
use super::trouble::Trouble;
use crate::contract::Contract;
use crate::execute::transport::Transport;
use crate::execute::{ClientOptions, Failure};
use crate::fixtures::{Grant, LoginBody, LoginRequest, LoginTarget, OAuth2, Registration, TokenPlace};
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
    /// Other credentials that the answer holds.
    also: Vec<(String, TokenPlace)>,
    /// What makes the account first.
    register: Option<reqwest::Request>,
    /// The words of the accounts that were made.
    made: Mutex<Vec<String>>,
    /// Who asks for grants, where it is one.
    client: Option<Client>,
}

/// A client of OAuth 2 at a token endpoint.
#[derive(Clone)]
struct Client {
    url: Url,
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
    /// The request of a grant, and another form of it. RFC 6749, section 2.3.1: Basic is what every server takes, and the
    /// body what some take alone.
    fn requests(&self, pairs: &[(String, String)]) -> (reqwest::Request, Option<reqwest::Request>) {
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

impl Ask {
    /// A login at the target.
    pub fn login(login: &LoginRequest, contract: &Contract, options: &ClientOptions) -> Result<Self, Trouble> {
        let request = request((&login.to, login.body.as_ref()), contract, options)?;
        let who = format!("the login {} {}", request.method(), request.url());
        let mut ask = Self::new(who, request, None, login.token.clone(), options)?;
        ask.also.clone_from(&login.also);
        if let Some(Registration { to, body }) = &login.register {
            let mut register = self::request((to, body.as_ref()), contract, options)?;
            introduce(&mut register, options.user_agent.as_deref());
            ask.register = Some(register);
        }
        Ok(ask)
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
        let mut pairs = vec![("grant_type".to_owned(), grant.grant.name().to_owned())];
        let mut add = |name: &str, value: &Option<String>| {
            pairs.extend(value.iter().map(|value| (name.to_owned(), value.clone())));
        };
        add("username", &grant.username);
        add("password", &grant.password);
        add("refresh_token", &grant.refresh_token);
        add("scope", &grant.scope);
        let who = format!("the token endpoint {url}");
        let client = Client { url, id: grant.client_id.clone(), secret: grant.client_secret.clone() };
        let (request, otherwise) = client.requests(&pairs);
        let place = TokenPlace::Body(Pointer::new("/access_token"));
        let ask = Self::new(who, request, otherwise, place, options)?;
        Ok(Self { client: Some(client), ..ask })
    }

    fn new(
        who: String,
        mut request: reqwest::Request,
        mut otherwise: Option<reqwest::Request>,
        token: TokenPlace,
        options: &ClientOptions,
    ) -> Result<Self, Trouble> {
        for request in [Some(&mut request), otherwise.as_mut()].into_iter().flatten() {
            introduce(request, options.user_agent.as_deref());
        }
        let network = options.network.towards(request.url());
        let transport = Transport::new(request.url(), options.timeout, &network);
        let transport = transport.map_err(|error| {
            Trouble::ours(
                format!("no HTTP client can be set up for {who}: {error}"),
                "check the options of the network",
            )
        })?;
        Ok(Self {
            who,
            transport,
            request,
            otherwise,
            token,
            also: Vec::new(),
            register: None,
            made: Mutex::default(),
            client: None,
        })
    }

    /// What is asked, for people.
    pub fn who(&self) -> &str {
        &self.who
    }

    /// Sends it, where accounts are made with one of its own, and reads the credential.
    pub async fn send(&self) -> Result<TokenAnswer, Trouble> {
        let Some(register) = &self.register else { return self.log_in(None).await };
        let word = unique();
        self.make_account(&filled(register, &word)).await?;
        self.made.lock().unwrap_or_else(PoisonError::into_inner).push(word.clone());
        self.log_in(Some(&word)).await
    }

    /// The words of the accounts that were made.
    pub fn accounts(&self) -> Vec<String> {
        self.made.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Whether a login with another word is one to another account, and to none that was there before.
    pub fn names_account(&self) -> bool {
        let body = self.request.body().and_then(reqwest::Body::as_bytes).map(String::from_utf8_lossy);
        body.is_some_and(|body| body.contains(UNIQUE) || body.contains(UNIQUE_IN_FORM))
    }

    /// Sends it for the account of this word, or the one that there is.
    pub async fn log_in(&self, word: Option<&str>) -> Result<TokenAnswer, Trouble> {
        let Some(word) = word else { return self.send_either(&self.request, self.otherwise.as_ref()).await };
        let answer = self.send_either(&filled(&self.request, word), None).await?;
        Ok(TokenAnswer { word: Some(word.to_owned()), ..answer })
    }

    /// Asks for another credential by the token that came with the last one (RFC 6749, section 6); `None` where that is no
    /// grant, or is refused: it may be over, too.
    pub async fn refresh(&self, token: &str) -> Option<TokenAnswer> {
        let pairs = [("grant_type", Grant::Refresh.name()), ("refresh_token", token)];
        let pairs = pairs.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let (mut request, mut otherwise) = self.client.as_ref()?.requests(&pairs);
        let agent = self.request.headers().get(USER_AGENT).and_then(|agent| agent.to_str().ok());
        for request in [Some(&mut request), otherwise.as_mut()].into_iter().flatten() {
            introduce(request, agent);
        }
        self.send_either(&request, otherwise.as_ref()).await.ok()
    }

    async fn make_account(&self, register: &reqwest::Request) -> Result<(), Trouble> {
        let who = format!("the registration {} {}", register.method(), register.url());
        let response = self.transport.send(register).await.0.map_err(|failure| self.down(&failure))?;
        if (200..300).contains(&response.status) {
            return Ok(());
        }
        let help = "check `register` in the fixtures; `{unique}` in a text is another word each time";
        Err(Trouble::of_target(format!("{who} was answered with {}", response.status), help))
    }

    async fn send_either(
        &self,
        request: &reqwest::Request,
        otherwise: Option<&reqwest::Request>,
    ) -> Result<TokenAnswer, Trouble> {
        let mut response = self.transport.send(request).await.0.map_err(|failure| self.down(&failure))?;
        if let Some(otherwise) = otherwise.filter(|_| matches!(response.status, 400 | 401)) {
            response = self.transport.send(otherwise).await.0.map_err(|failure| self.down(&failure))?;
        }
        let mut answer = answer::read(&self.who, &self.token, &response)?;
        for (name, place) in &self.also {
            answer.also.push((name.clone(), answer::read(&self.who, place, &response)?.token));
        }
        Ok(answer)
    }

    fn down(&self, failure: &Failure) -> Trouble {
        let help = match failure {
            Failure::Timeout(_) => "see to it that it answers, or give it more time with --timeout",
            Failure::Unreachable(_) => "start it, or check its address",
            _ => "see to it that it answers, and run again",
        };
        let trouble = Trouble::of_target(format!("{} gave no answer: {failure}", self.who), help);
        Trouble { is_unreachable: matches!(failure, Failure::Unreachable(_)), ..trouble }
    }
}

/// A request to the target, by an operation or a path.
fn request(
    (to, body): (&LoginTarget, Option<&LoginBody>),
    contract: &Contract,
    options: &ClientOptions,
) -> Result<reqwest::Request, Trouble> {
    let prefix = options.target.path().trim_end_matches('/');
    let (method, path) = match to {
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
    let mut request = reqwest::Request::new(method.parse().unwrap_or(http::Method::POST), url);
    match body {
        None => {}
        Some(LoginBody::Json(value)) => put(&mut request, "application/json", value.to_string()),
        Some(LoginBody::Form(pairs)) => put(&mut request, FORM, form(pairs)),
    }
    Ok(request)
}

/// What stands for a word in the bodies of a registration and its login.
const UNIQUE: &str = "{unique}";
/// The same in a form.
const UNIQUE_IN_FORM: &str = "%7Bunique%7D";

/// A word that no other login has: twelve letters and digits.
fn unique() -> String {
    use std::hash::{BuildHasher as _, Hasher as _};

    // Each state is seeded by the system.
    let random = std::hash::RandomState::new().build_hasher().finish();
    format!("c{:011x}", random & 0xfff_ffff_ffff)
}

/// A request with a word in the places for one.
fn filled(template: &reqwest::Request, word: &str) -> reqwest::Request {
    let mut request = reqwest::Request::new(template.method().clone(), template.url().clone());
    *request.headers_mut() = template.headers().clone();
    let body = template.body().and_then(reqwest::Body::as_bytes).map(String::from_utf8_lossy);
    *request.body_mut() = body.map(|body| body.replace(UNIQUE, word).replace(UNIQUE_IN_FORM, word).into());
    request
}

const FORM: &str = "application/x-www-form-urlencoded";

fn form(pairs: &[(String, String)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

/// Says who asks, and for what.
fn introduce(request: &mut reqwest::Request, agent: Option<&str>) {
    let agent = agent.unwrap_or(crate::execute::request::USER_AGENT);
    request.headers_mut().insert(ACCEPT, HeaderValue::from_static("application/json, */*;q=0.5"));
    if let Ok(agent) = HeaderValue::from_str(agent) {
        request.headers_mut().insert(USER_AGENT, agent);
    }
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
