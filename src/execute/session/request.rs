//! The request that obtains a credential.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use http::header::{ACCEPT, CONTENT_TYPE, HeaderValue, USER_AGENT};
use serde_json::Value;

use super::answer::{self, TokenAnswer};
use super::body::{FORM, JSON, form, put};
use super::grant::{self, Client};
use super::trouble::Trouble;
use crate::contract::Contract;
use crate::execute::transport::Transport;
use crate::execute::{ClientOptions, Failure};
use crate::fixtures::{Grant, LoginBody, LoginRequest, LoginTarget, OAuth2, Registration, TokenPlace, UNIQUE, word};
use crate::spec::Pointer;
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
    /// Both without scopes that nobody has written, where those may be what is refused.
    unscoped: Option<(reqwest::Request, Option<reqwest::Request>)>,
    /// Whether those were: no scopes are asked for any more.
    is_unscoped: AtomicBool,
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

    /// A grant of OAuth 2. Where nobody has written a scope, those that operations ask for are asked for.
    pub fn grant(grant: &OAuth2, scheme: &str, contract: &Contract, options: &ClientOptions) -> Result<Self, Trouble> {
        let client = Client::new(grant, scheme, contract, options)?;
        let who = format!("the token endpoint {}", client.url);
        let pairs = grant::pairs(grant);
        let scoped = |scope: &String| [&pairs[..], &[("scope".to_owned(), scope.clone())]].concat();
        // A refresh token has the scopes that it was given with (RFC 6749, section 6).
        let asked_for = || grant::scopes(scheme, contract).filter(|_| grant.grant != Grant::Refresh);
        let (with, without) = match (&grant.scope, asked_for()) {
            (Some(scope), _) => (scoped(scope), None),
            (None, Some(scope)) => (scoped(&scope), Some(&pairs)),
            (None, None) => (pairs.clone(), None),
        };
        let (request, otherwise) = client.requests(&with);
        let place = TokenPlace::Body(Pointer::new("/access_token"));
        let mut ask = Self::new(who, request, otherwise, place, options)?;
        ask.unscoped = without.map(|pairs| {
            let (mut request, mut otherwise) = client.requests(pairs);
            for request in [Some(&mut request), otherwise.as_mut()].into_iter().flatten() {
                introduce(request, options.user_agent.as_deref());
            }
            (request, otherwise)
        });
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
            unscoped: None,
            is_unscoped: AtomicBool::new(false),
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
        // What passwords ask for: twelve characters, digits among them.
        let word = format!("c{}{:03}", word(), std::process::id() % 1000);
        self.make_account(&filled(register, &word)).await?;
        self.made.lock().unwrap_or_else(PoisonError::into_inner).push(word.clone());
        self.log_in(Some(&word)).await
    }

    /// What it sends, for the account of this word: the method, the URL and the body; of a refresh token nothing, which
    /// many servers take once. Where a client is named in a header field by preference, its names are in the body, too.
    pub fn sends(&self, word: Option<&str>) -> Option<(String, url::Url, Value)> {
        let (request, otherwise) = self.form();
        let sent = otherwise.unwrap_or(request);
        let is_form = sent.headers().get(CONTENT_TYPE)? == FORM;
        let filled = word.map(|word| filled(sent, word));
        let sent = filled.as_ref().unwrap_or(sent);
        let bytes = sent.body()?.as_bytes()?;
        let body: Value = match is_form {
            true => {
                let pairs = url::form_urlencoded::parse(bytes);
                pairs.map(|(name, value)| (name.into_owned(), Value::String(value.into_owned()))).collect()
            }
            false => serde_json::from_slice(bytes).ok()?,
        };
        let is_once = self.client.is_some() && body.get("refresh_token").is_some();
        (!is_once).then(|| (sent.method().to_string(), sent.url().clone(), body))
    }

    /// The request and its other form, as the target takes them.
    fn form(&self) -> (&reqwest::Request, Option<&reqwest::Request>) {
        match self.unscoped.as_ref().filter(|_| self.is_unscoped.load(Ordering::Relaxed)) {
            Some((request, otherwise)) => (request, otherwise.as_ref()),
            None => (&self.request, self.otherwise.as_ref()),
        }
    }

    /// Whether it is a grant of OAuth 2.
    pub fn is_grant(&self) -> bool {
        self.client.is_some()
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
        let Some(word) = word else {
            let (request, otherwise) = self.form();
            return match (self.send_either(request, otherwise).await, &self.unscoped) {
                (Err(trouble), Some((request, otherwise))) if trouble.may_be_of_scopes() => {
                    let answer = self.send_either(request, otherwise.as_ref()).await.map_err(|_| trouble)?;
                    self.is_unscoped.store(true, Ordering::Relaxed);
                    Ok(answer)
                }
                (answer, _) => answer,
            };
        };
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
        let read = answer::read(&self.who, &self.token, &response);
        let mut answer = match (read, &self.client) {
            // RFC 6749, section 5.1: a grant says where it stands, and nobody has to.
            (Err(trouble), Some(_)) if trouble.is_ours => {
                let help =
                    "check the address, `tokenUrl` in the document or `token_url` here: it gives no `access_token`";
                return Err(Trouble::of_target(trouble.message, help));
            }
            (read, _) => read?,
        };
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
        Some(LoginBody::Json(value)) => put(&mut request, JSON, value.to_string()),
        Some(LoginBody::Form(pairs)) => put(&mut request, FORM, form(pairs)),
    }
    Ok(request)
}

/// What stands for a word in a form.
const UNIQUE_IN_FORM: &str = "%7Bunique%7D";

/// A request with a word in the places for one.
fn filled(template: &reqwest::Request, word: &str) -> reqwest::Request {
    let mut request = reqwest::Request::new(template.method().clone(), template.url().clone());
    *request.headers_mut() = template.headers().clone();
    let body = template.body().and_then(reqwest::Body::as_bytes).map(String::from_utf8_lossy);
    *request.body_mut() = body.map(|body| body.replace(UNIQUE, word).replace(UNIQUE_IN_FORM, word).into());
    request
}

/// Says who asks, and for what.
fn introduce(request: &mut reqwest::Request, agent: Option<&str>) {
    let agent = agent.unwrap_or(crate::execute::request::USER_AGENT);
    request.headers_mut().insert(ACCEPT, HeaderValue::from_static("application/json, */*;q=0.5"));
    if let Ok(agent) = HeaderValue::from_str(agent) {
        request.headers_mut().insert(USER_AGENT, agent);
    }
}
