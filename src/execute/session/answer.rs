//! The credential in an answer.

use std::time::Duration;

use serde_json::Value;

use super::trouble::Trouble;
use crate::execute::Response;
use crate::fixtures::TokenPlace;

/// A credential, and for how long it is one.
#[derive(Debug)]
pub(super) struct TokenAnswer {
    pub token: String,
    pub lives: Option<Duration>,
    /// What another one is got by.
    pub refresh: Option<String>,
    /// Other credentials, by their names.
    pub also: Vec<(String, String)>,
    /// The word of the account that was made for it.
    pub word: Option<String>,
}

impl TokenAnswer {
    /// A credential of which nothing is known but what it says itself.
    pub fn alone(token: String) -> Self {
        Self { lives: lifetime(&token), token, refresh: None, also: Vec::new(), word: None }
    }
}

/// For how long a token is good by what it says itself (RFC 7519, section 4.1.4); it may say nothing. The issuer's clock may
/// be another than ours, so that what it says of its beginning counts.
fn lifetime(token: &str) -> Option<Duration> {
    use base64::Engine as _;

    let mut parts = token.trim_start_matches("Bearer ").split('.');
    let (_, claims, _) = (parts.next()?, parts.next()?, parts.next()?);
    let claims = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(claims.trim_end_matches('=')).ok()?;
    let claims: Value = serde_json::from_slice(&claims).ok()?;
    let end = claims["exp"].as_f64()?;
    let now = || Some(std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).ok()?.as_secs_f64());
    let begin = match claims["iat"].as_f64() {
        Some(begin) => begin,
        None => now()?,
    };
    Duration::try_from_secs_f64(end - begin).ok().filter(|lives| !lives.is_zero())
}

/// Reads the credential at its place in the answer of whatever `who` names.
pub(super) fn read(who: &str, place: &TokenPlace, response: &Response) -> Result<TokenAnswer, Trouble> {
    let Response { status, body, .. } = response;
    let json: Option<Value> = serde_json::from_slice(body).ok();
    if !(200..400).contains(status) {
        // RFC 6749, section 5.2.
        let error = json.as_ref().and_then(|body| body["error"].as_str()).map(str::to_owned);
        let reason = error.as_ref().map(|error| format!(" ({error})"));
        let trouble = Trouble::of_target(
            format!("{who} answered {status}{}", reason.unwrap_or_default()),
            match status {
                400 | 401 | 403 => "check the credentials that are sent there",
                404 | 405 => "check the address that they are sent to",
                _ => "see to it that the target can log in, and run again",
            },
        );
        return Err(Trouble { is_refusal: matches!(status, 400 | 401 | 403 | 404 | 410), error, ..trouble });
    }
    let (token, named) = match place {
        TokenPlace::Body(pointer) => {
            let Some(body) = &json else {
                let kind = response.header("content-type").unwrap_or("no content-type");
                return Err(Trouble::of_target(
                    format!("{who} answered {status} with no JSON ({kind})"),
                    "check the address: that of a page for people answers with HTML, and is none for programs",
                ));
            };
            let token = match body.pointer(pointer.as_str()) {
                Some(Value::String(token)) => Some(token.clone()),
                Some(Value::Number(token)) => Some(token.to_string()),
                _ => None,
            };
            (token, format!("body#{}", pointer.as_str()))
        }
        TokenPlace::Header(name) => (response.header(name).map(str::to_owned), format!("header:{name}")),
        TokenPlace::Cookie(name) => {
            let set = response.headers.iter().filter(|(known, _)| known == "set-cookie");
            let mut cookies = set.filter_map(|(_, value)| value.split(';').next()?.split_once('='));
            let found = cookies.find(|(known, _)| known.trim() == name);
            (found.map(|(_, value)| value.trim().to_owned()), format!("cookie:{name}"))
        }
    };
    let Some(token) = token.filter(|token| !token.is_empty() && !token.contains(char::is_control)) else {
        return Err(Trouble::ours(
            format!("{who} answered {status}, and there is no credential at {named}"),
            "say in `token` where it stands: body#/json/pointer, header:NAME or cookie:NAME",
        ));
    };
    let seconds = json.as_ref().and_then(|body| match &body["expires_in"] {
        Value::String(text) => text.parse::<f64>().ok(),
        number => number.as_f64(),
    });
    let lives = seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    let lives = lives.filter(|lives| !lives.is_zero()).or_else(|| lifetime(&token));
    let refresh = json.as_ref().and_then(|body| body["refresh_token"].as_str()).filter(|token| !token.is_empty());
    Ok(TokenAnswer { token, lives, refresh: refresh.map(str::to_owned), also: Vec::new(), word: None })
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;

    use super::*;

    #[test]
    fn a_token_says_itself_how_long_it_lives() {
        let of = |claims: &str| {
            let claims = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(claims);
            lifetime(&format!("e30.{claims}.c2ln")).map(|lives| lives.as_secs())
        };
        assert_eq!(of(r#"{"iat": 1000, "exp": 1060}"#), Some(60));
        let soon = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("a time").as_secs() + 90;
        assert!(of(&format!(r#"{{"exp": {soon}}}"#)).is_some_and(|lives| (85..=90).contains(&lives)));
        for nothing in [r#"{"exp": 5}"#, "{}", "[]", r#"{"exp": "soon"}"#, r#"{"iat": 9, "exp": 9}"#] {
            assert_eq!(of(nothing), None, "{nothing}");
        }
        assert_eq!(lifetime("no-token-of-that-kind"), None);
        assert_eq!(lifetime("a.b.c"), None);
    }
}
