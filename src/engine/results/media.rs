//! Which documented media types the requests and responses of an operation had.

use std::collections::BTreeSet;

use crate::case::{Case, Intent};
use crate::contract::{MediaType, Operation};
use crate::execute::Exchange;

/// The media types that were met, by their positions.
#[derive(Debug, Default)]
pub(super) struct Media {
    /// Those of the request that a valid request was accepted with.
    sent: BTreeSet<usize>,
    /// Those of a response.
    received: BTreeSet<(usize, usize)>,
}

/// A documented media type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MediaTypeSeen {
    /// `request`, or the status of the response as it is documented.
    pub at: String,
    /// Its name.
    pub name: String,
    /// Whether it was met: a valid request was accepted with it, or a response had it.
    pub seen: bool,
}

impl Media {
    /// Takes what a case was sent with, and got.
    pub fn take(&mut self, operation: &Operation, case: &Case, exchange: &Exchange) {
        let Ok(response) = &exchange.result else { return };
        if let Some(body) = operation.body.as_ref().filter(|_| case.intent == Intent::Valid && response.status < 400) {
            let fields = &exchange.request.headers;
            let written = fields.iter().find(|(name, _)| name == "content-type").map(|(_, value)| value.as_str());
            self.sent.extend(written.and_then(|written| MediaType::documenting(&body.content, written)));
        }
        let documented = operation.response(response.status);
        let at = documented.and_then(|known| operation.responses.iter().position(|one| one.status == known.status));
        let content = documented.and_then(|known| known.content.as_deref()).unwrap_or_default();
        let written = response.header("content-type").and_then(|written| MediaType::documenting(content, written));
        self.received.extend(at.zip(written));
    }

    /// All that an operation documents.
    pub fn of(&self, operation: &Operation) -> Vec<MediaTypeSeen> {
        let of_request = operation.body.iter().flat_map(|body| body.content.iter().enumerate());
        let mut all: Vec<MediaTypeSeen> = of_request
            .map(|(index, media)| MediaTypeSeen {
                at: "request".to_owned(),
                name: media.name.clone(),
                seen: self.sent.contains(&index),
            })
            .collect();
        for (at, response) in operation.responses.iter().enumerate() {
            let content = response.content.iter().flatten().enumerate();
            all.extend(content.map(|(index, media)| MediaTypeSeen {
                at: response.status.to_string(),
                name: media.name.clone(),
                seen: self.received.contains(&(at, index)),
            }));
        }
        all
    }
}
