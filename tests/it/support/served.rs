//! Targets that a test writes as a function, or as axum routes.

use std::sync::Arc;

use axum::Router;
use axum::body::{Bytes, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde_json::Value;

/// A request as a server sees it.
pub struct Asked {
    pub method: String,
    pub path: String,
    pub query: String,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Asked {
    /// A header field; nothing where there is none.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    pub fn is_json(&self) -> bool {
        self.header("content-type").starts_with("application/json")
    }

    pub fn json(&self) -> Option<Value> {
        serde_json::from_slice(&self.body).ok()
    }
}

/// Serves routes until the test is over; the address.
pub async fn serve(router: Router) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move { axum::serve(listener, router).await });
    format!("http://{address}")
}

/// Serves what a function answers; the address.
pub async fn serve_all(answer: impl Fn(&Asked) -> Response + Send + Sync + 'static) -> String {
    let answer = Arc::new(answer);
    let handle = async move |request: Request| {
        let (parts, body) = request.into_parts();
        let asked = Asked {
            method: parts.method.to_string(),
            path: parts.uri.path().to_owned(),
            query: parts.uri.query().unwrap_or_default().to_owned(),
            headers: parts.headers,
            body: to_bytes(body, usize::MAX).await.expect("a body"),
        };
        answer(&asked)
    };
    serve(Router::new().fallback(handle)).await
}

/// A status with JSON.
pub fn json(status: u16, body: &Value) -> Response {
    let status = StatusCode::from_u16(status).expect("a status");
    (status, [(header::CONTENT_TYPE, "application/json")], body.to_string()).into_response()
}

/// A status with no body.
pub fn empty(status: u16) -> Response {
    StatusCode::from_u16(status).expect("a status").into_response()
}

/// The refusal of a method.
pub fn not_allowed(allow: &'static str) -> Response {
    (StatusCode::METHOD_NOT_ALLOWED, [(header::ALLOW, allow)]).into_response()
}
