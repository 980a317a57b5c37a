//! Changes of what a server may answer.

use super::payload::{Holder, documented, text_of};
use super::{Changes, Effect, rule};
use crate::contract::{Direction, Header, Operation, ResponseSpec, StatusRange};
use crate::spec::SourceLocation;
use crate::wire::{Carrier, Channel};

impl Changes<'_, '_> {
    pub(super) fn responses(&mut self, old: &Operation, new: &Operation) {
        let mut compared: Vec<(StatusRange, StatusRange)> = Vec::new();
        let mut pair = |was: &ResponseSpec, is: &ResponseSpec, all: &mut Self| {
            if !compared.contains(&(was.status, is.status)) {
                compared.push((was.status, is.status));
                all.response(was, is);
            }
        };
        for was in &old.responses {
            match counterpart(was.status, new) {
                Some(is) => pair(was, is, self),
                None => self.status_is_gone(was, old, new),
            }
        }
        for is in &new.responses {
            match counterpart(is.status, old) {
                Some(was) => pair(was, is, self),
                None => self.status_is_new(is, old),
            }
        }
    }

    fn status_is_gone(&mut self, was: &ResponseSpec, old: &Operation, new: &Operation) {
        let success = |response: &&ResponseSpec| response.status.is_success();
        let kept = new.responses.iter().filter(success).any(|is| counterpart(is.status, old).is_some());
        let places = (&was.location, &new.location);
        let subject = format!("response {}", was.status);
        if was.status.is_success() && !kept {
            let message = "the status is gone, and no success that was documented is left";
            self.push(Effect::Breaking, &rule::STATUS, subject, places, message);
        } else {
            let message = "the status is gone: the server returns only what was documented before";
            self.push(Effect::Compatible, &rule::STATUS, subject, places, message);
        }
    }

    /// A status that the old document does not have. Clients know every error by its class (RFC 9110, section 15);
    /// what a success means, they know from the document.
    fn status_is_new(&mut self, is: &ResponseSpec, old: &Operation) {
        let (effect, why) = match class(is.status) {
            Some(2) => (Effect::Breaking, "the server may return a success that was not documented"),
            Some(4 | 5) => (
                Effect::Compatible,
                "a client takes an error that it does not know for one of its class (RFC 9110, section 15)",
            ),
            Some(1) => (Effect::Compatible, "a client may ignore an interim response (RFC 9110, section 15.2)"),
            Some(_) => (Effect::Unknown, "whether clients follow a redirection that was not documented is not said"),
            None => (Effect::Unknown, "statuses that were not documented are now, and they may be successes or errors"),
        };
        let message = format!("the status is new: {why}");
        self.push(effect, &rule::STATUS, format!("response {}", is.status), (&old.location, &is.location), message);
    }

    fn response(&mut self, was: &ResponseSpec, is: &ResponseSpec) {
        let subject = format!("response {}", if class(is.status).is_some() { is.status } else { was.status });
        self.headers(was, is, &subject);
        let places = (&was.location, &is.location);
        match (&was.content, &is.content) {
            (None, None) => {}
            (None, Some(_)) => {
                let message = "the body is documented now: the server sends only what the old document left open";
                self.push(Effect::Compatible, &rule::CONTENT, subject, places, message);
            }
            (Some(_), None) => {
                let message = "the body is no longer documented: what the server may send is not said";
                self.push(Effect::Unknown, &rule::CONTENT, subject, places, message);
            }
            (Some(old), Some(new)) => {
                let kept = new.iter().any(|media| documented(old, &media.name).is_some());
                for media in new {
                    let name = &media.name;
                    let body =
                        if new.len() == 1 { format!("{subject} body") } else { format!("{subject} body ({name})") };
                    match documented(old, name) {
                        Some(known) => {
                            let holder = Holder {
                                subject: &body,
                                old: &known.location,
                                new: &media.location,
                                direction: Direction::Response,
                            };
                            self.schemas(holder, text_of(media), (known.schema, media.schema));
                        }
                        None if kept => {
                            let message =
                                format!("the media type `{name}` is new: a client that sends no `Accept` may get it");
                            self.push(
                                Effect::Unknown,
                                &rule::CONTENT,
                                &subject,
                                (&was.location, &media.location),
                                message,
                            );
                        }
                        None => {
                            let message = format!("the media type is `{name}`, and none that was documented is left");
                            self.push(
                                Effect::Breaking,
                                &rule::CONTENT,
                                &subject,
                                (&was.location, &media.location),
                                message,
                            );
                        }
                    }
                }
                for media in old.iter().filter(|media| kept && documented(new, &media.name).is_none()) {
                    let is_range_of = |known: &&crate::contract::MediaType| {
                        documented(old, &known.name).is_some_and(|m| m.name == media.name)
                    };
                    if new.iter().any(|known| is_range_of(&known)) {
                        continue;
                    }
                    let message =
                        format!("the media type `{}` is gone: a client that asks for no other gets none", media.name);
                    self.push(Effect::Unknown, &rule::CONTENT, &subject, (&media.location, &is.location), message);
                }
            }
        }
    }

    fn headers(&mut self, was: &ResponseSpec, is: &ResponseSpec, subject: &str) {
        let find = |headers: &[Header], name: &str| {
            headers.iter().find(|header| header.name.eq_ignore_ascii_case(name)).cloned()
        };
        let mut push = |effect, name: &str, places: (&SourceLocation, &SourceLocation), message: &str| {
            self.push(effect, &rule::HEADER, format!("{subject} header `{name}`"), places, message);
        };
        let mut shared = Vec::new();
        for old in &was.headers {
            match find(&is.headers, &old.name) {
                None if old.required => {
                    let message = "the header field is gone: a response had to have it before";
                    push(Effect::Breaking, &old.name, (&old.location, &is.location), message);
                }
                None => {
                    let message = "the header field is gone: a response could do without it before";
                    push(Effect::Compatible, &old.name, (&old.location, &is.location), message);
                }
                Some(new) => {
                    let places = (&old.location, &new.location);
                    if old.required && !new.required {
                        let message = "the header field is optional now: a response had to have it before";
                        push(Effect::Breaking, &old.name, places, message);
                    } else if new.required && !old.required {
                        let message = "the header field is required now: the server sends only what was allowed before";
                        push(Effect::Compatible, &old.name, places, message);
                    }
                    shared.push((old.clone(), new));
                }
            }
        }
        for new in is.headers.iter().filter(|new| find(&was.headers, &new.name).is_none()) {
            let message =
                "the header field is new: a client ignores header fields that it does not know (RFC 9110, section 5.1)";
            push(Effect::Compatible, &new.name, (&was.location, &new.location), message);
        }
        for (old, new) in shared {
            let subject = format!("{subject} header `{}`", old.name);
            let holder =
                Holder { subject: &subject, old: &old.location, new: &new.location, direction: Direction::Response };
            self.schemas(holder, Some(Channel::new(Carrier::Header, "")), (old.schema, new.schema));
        }
    }
}

/// The response that documents these statuses: the same, or the next wider one.
fn counterpart(status: StatusRange, operation: &Operation) -> Option<&ResponseSpec> {
    let find = |wanted: StatusRange| operation.responses.iter().find(|response| response.status == wanted);
    match status {
        StatusRange::Code(code) => operation.response(code),
        StatusRange::Class(class) => find(StatusRange::Class(class)).or_else(|| find(StatusRange::Default)),
        StatusRange::Default => find(StatusRange::Default),
    }
}

fn class(status: StatusRange) -> Option<u16> {
    match status {
        StatusRange::Code(code) => Some(code / 100),
        StatusRange::Class(class) => Some(class.into()),
        StatusRange::Default => None,
    }
}
