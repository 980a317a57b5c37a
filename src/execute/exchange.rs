//! An exchange: one request and its response.

use std::time::Duration;

use super::room::Room;

/// A request, and its response or why there is none.
#[derive(Clone, Debug)]
pub struct Exchange {
    /// The request, secrets as variables.
    pub request: SentRequest,
    /// The response, or why there is none.
    pub result: Result<Response, Failure>,
    /// From the first byte sent to the last byte read, of the last attempt.
    pub elapsed: Duration,
    /// What came before the last attempt.
    pub attempts: Attempts,
}

/// How a request fared before its result: what may be the load's doing is repeated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Attempts {
    /// Attempts that were answered with 429 or 503.
    pub throttled: u32,
    /// Attempts that got no whole response, or none in time. They may have had an effect.
    pub lost: u32,
    /// Attempts whose connection was refused.
    pub refused: u32,
    /// The status of an attempt that failed while others were in flight, and was repeated alone.
    pub failed: Option<u16>,
    /// Whether nothing else was in flight during the last attempt.
    pub alone: bool,
    /// Whether the first attempt ended before any answer, on a connection that was opened in the
    /// meantime: for it, where it was alone.
    pub is_cut: bool,
}

impl Attempts {
    /// All attempts before the last one, but for a failure: whether others were in flight then is chance.
    pub fn earlier(self) -> usize {
        (self.throttled + self.lost + self.refused) as usize
    }

    /// That a repetition showed the same, for the end of a message.
    pub fn again(self) -> &'static str {
        if self.alone && self.earlier() > 0 { ", also when it was the only request in flight" } else { "" }
    }
}

/// A request as it is shown: each secret stands as the variable that holds it, in the notation that
/// [`Masker`](super::Masker) describes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SentRequest {
    /// The method.
    pub method: String,
    /// The whole URL.
    pub url: String,
    /// Header fields in order, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Option<Vec<u8>>,
    /// The variables that may stand in the other strings; any other `${…}` there was sent as it stands.
    pub variables: Vec<String>,
    /// How connections are made, as arguments of curl; nothing where it is as usual.
    pub curl: String,
    /// Whether a hook has changed more of it than what its case leaves open, so that nothing follows from how it is taken.
    pub is_amended: bool,
}

/// A response.
#[derive(Clone, Debug, Default)]
pub struct Response {
    /// The status.
    pub status: u16,
    /// Header fields in order, names in lower case. Bytes that are no UTF-8 are replaced.
    pub headers: Vec<(String, String)>,
    /// The body, free of its content codings.
    pub body: Vec<u8>,
    /// The version of HTTP that it was spoken in.
    pub version: http::Version,
    /// Why the body is as it was received, though a content coding is named.
    pub still_coded: Option<StillCoded>,
    /// Whether more followed the response than belongs to it: a body after the head that answers HEAD. It is looked for
    /// where no TLS is spoken.
    pub surplus: bool,
    /// That it may be in memory, where it is large: whoever is done with it lets go.
    pub room: Room,
}

impl Exchange {
    /// The status of the response, if there is one.
    pub fn status(&self) -> Option<u16> {
        self.result.as_ref().ok().map(|response| response.status)
    }

    /// Whether the response says that the request was successful.
    pub fn is_success(&self) -> bool {
        self.result.as_ref().is_ok_and(Response::is_success)
    }
}

impl Response {
    /// Whether it says that the request was successful (RFC 9110, section 15.3).
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The value of a header field, by its case-insensitive name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }
}

/// Why a request got no whole response.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// Nobody listens there, or the name does not resolve.
    #[error("cannot connect: {0}")]
    Unreachable(String),
    /// The connection cannot be made safe: no TLS is spoken there, or its certificate is not trusted.
    #[error("cannot connect safely: {0}")]
    Insecure(String),
    /// No whole response in time.
    #[error("no whole response within {0:?}")]
    Timeout(Duration),
    /// The connection ended before the head of a response was whole.
    #[error("the connection was closed before the response was whole: {0}")]
    Closed(String),
    /// The connection ended after the head of the response and before its end: what was read was being answered.
    #[error("the connection was closed before the response was whole: {0}")]
    CutOff(String),
    /// The response is too large to be read: more than this many bytes.
    #[error("the response is larger than {0} bytes")]
    TooLarge(usize),
    /// The response is too large to be read: more than this many bytes once its content codings are undone.
    #[error("the response is larger than {0} bytes once its Content-Encoding is undone")]
    Inflated(usize),
    /// The response is too large to be read: JSON of more than this many values.
    #[error("the response has more than {0} values")]
    TooMany(usize),
    /// The response is no HTTP.
    #[error("the response is no HTTP: {0}")]
    Garbage(String),
    /// The request cannot be sent as planned.
    #[error("the request cannot be sent: {0}")]
    Unsendable(String),
}

/// Why a body stands as it was received, though its header fields name a content coding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StillCoded {
    /// The coding is not known here, or there are too many.
    Unknown,
    /// The body is not what this coding makes, for this reason.
    Broken(String, String),
}
