//! Responses that may have no end: they are read for a while.

use std::time::Duration;

use tokio::time::{Instant, timeout_at};

use crate::contract::MediaRange;

/// How long a stream is read.
pub(super) const LONGEST: Duration = Duration::from_secs(1);

/// Media types of what goes on until somebody leaves.
const STREAMS: [&str; 6] = [
    "text/event-stream",
    "application/x-ndjson",
    "application/ndjson",
    "application/jsonl",
    "application/json-seq",
    "multipart/x-mixed-replace",
];

/// Whether the fields of a response say that it is a stream, whose length nobody knows.
pub(super) fn is_stream(headers: &[(String, String)]) -> bool {
    let value = |wanted: &str| headers.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.as_str());
    let is_of_type = |name: &str| STREAMS.contains(&MediaRange::parse(name).essence());
    value("content-length").is_none() && value("content-type").is_some_and(is_of_type)
}

/// The next part of a response; nothing after its end, or where it is a stream and has been read for long enough.
pub(super) async fn next(
    response: &mut reqwest::Response,
    end: Option<Instant>,
) -> Result<Option<Vec<u8>>, reqwest::Error> {
    let next = match end {
        None => response.chunk().await,
        Some(end) => match timeout_at(end, response.chunk()).await {
            Ok(Err(error)) if error.is_timeout() => Ok(None),
            Ok(next) => next,
            Err(_) => Ok(None),
        },
    };
    next.map(|chunk| chunk.map(Vec::from))
}
