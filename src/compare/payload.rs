//! Changes of a single schema and of media types, reported as changes of an operation.

use super::schema::{Question, differences};
use super::{Changes, Effect, rule};
use crate::contract::{Direction, MediaType, PayloadKind, SchemaId};
use crate::spec::SourceLocation;
use crate::wire::{Carrier, Channel};

/// What holds a value: how it is named, and where both documents speak of it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Holder<'a> {
    pub subject: &'a str,
    pub old: &'a SourceLocation,
    pub new: &'a SourceLocation,
    pub direction: Direction,
}

impl Changes<'_, '_> {
    /// Compares what two documents hold a value to. `text` is given for values that travel as text.
    pub(super) fn schemas(
        &mut self,
        holder: Holder<'_>,
        text: Option<Channel>,
        (old, new): (Option<SchemaId>, Option<SchemaId>),
    ) {
        let Holder { subject, direction, .. } = holder;
        let places = (holder.old, holder.new);
        match (old, new, direction) {
            (None, None, _) => {}
            (Some(old), Some(new), _) => self.both(subject, direction, text, old, new),
            (None, Some(_), Direction::Request) => self.push(
                Effect::Unknown,
                &rule::SCHEMA,
                subject,
                places,
                "the schema is new: what was valid before was not said",
            ),
            (None, Some(_), Direction::Response) => {
                let message = "the schema is new: the server sends only what the old document left open";
                self.push(Effect::Compatible, &rule::SCHEMA, subject, places, message);
            }
            (Some(_), None, Direction::Request) => {
                self.push(
                    Effect::Compatible,
                    &rule::SCHEMA,
                    subject,
                    places,
                    "the schema is gone: nothing is refused any more",
                );
            }
            (Some(_), None, Direction::Response) => {
                let message = "the schema is gone: what the server may send is no longer said";
                self.push(Effect::Unknown, &rule::SCHEMA, subject, places, message);
            }
        }
    }

    fn both(&mut self, subject: &str, direction: Direction, text: Option<Channel>, old: SchemaId, new: SchemaId) {
        let (was, is) = (&self.sides.old, &self.sides.new);
        let question = match direction {
            Direction::Request => Question { inner: was, outer: is, direction, text },
            Direction::Response => Question { inner: is, outer: was, direction, text },
        };
        let (inner, outer) = match direction {
            Direction::Request => (old, new),
            Direction::Response => (new, old),
        };
        for found in differences(&question, inner, outer) {
            let (old, new) = match direction {
                Direction::Request => (found.inner, found.outer),
                Direction::Response => (found.outer, found.inner),
            };
            let at = found.at.as_str();
            let why = found.why.unwrap_or_else(|| reason(direction, found.effect));
            let subject = if at.is_empty() { subject.to_owned() } else { format!("{subject} `{at}`") };
            self.push(found.effect, found.rule, subject, (&old, &new), format!("{}: {why}", found.what));
            if let Some(change) = self.all.last_mut() {
                change.evidence.witness = found.evidence;
            }
        }
    }
}

fn reason(direction: Direction, effect: Effect) -> &'static str {
    match (direction, effect) {
        (Direction::Request, Effect::Breaking) => "a request that was valid is refused now",
        (Direction::Request, Effect::Compatible) => "every request that was valid still is",
        (Direction::Request, Effect::Unknown) => "whether every request that was valid still is could not be settled",
        (Direction::Response, Effect::Breaking) => "the server may send what was not allowed before",
        (Direction::Response, Effect::Compatible) => "the server sends only what was allowed before",
        (Direction::Response, Effect::Unknown) => {
            "whether the server sends only what was allowed before could not be settled"
        }
    }
}

/// The texts of a payload that is no JSON; its numbers and truths are texts, too.
pub(super) fn text_of(media: &MediaType) -> Option<Channel> {
    match media.kind() {
        PayloadKind::Json => None,
        PayloadKind::Form => Some(Channel::new(Carrier::Query, "")),
        _ => Some(Channel::PAYLOAD),
    }
}

/// The media type that documents this one: of the same name, or the narrowest range that holds it.
pub(super) fn documented<'m>(content: &'m [MediaType], name: &str) -> Option<&'m MediaType> {
    MediaType::documenting(content, name).map(|index| &content[index])
}
