//! Faults that can be seeded into the reference target, one at a time: the mistakes that programmers make when they
//! write such a server, to measure what the harness finds.
//!
//! Each is a switch at the place where the mistake would be made, `if seeded.has(&fault::ROLE_OPTIONAL)`, and a row of
//! one of the tables below, which says what the mistake is.

use std::fmt;

use serde::Serialize;
use serde_json::Value;

/// A fault that can be seeded into the reference target. There is one static value of each: its address is its identity.
#[derive(Debug)]
pub struct Seeded {
    /// The provider, which is also the name of its contract.
    pub provider: &'static str,
    /// The name of the static, for example `ROLE_OPTIONAL`; see the [`Display`](fmt::Display) form.
    id: &'static str,
    /// What kind of mistake it is.
    pub class: Class,
    /// What the server does wrong, as a sentence without its full stop.
    pub sentence: &'static str,
}

/// The kinds of mistakes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Class {
    /// A request that breaks the contract gets a success.
    AcceptsInvalid,
    /// A request that keeps the contract is refused.
    RejectsValid,
    /// The status is not the documented one, or stands for something else.
    WrongStatus,
    /// The body of a success breaks its schema.
    ResponseShape,
    /// The body of an error breaks its schema.
    Envelope,
    /// A request without the right credentials gets a success.
    Auth,
    /// The media type, of the request or of the response.
    MediaType,
    /// Header fields of the response.
    Headers,
    /// The value decides what goes wrong.
    DataDependent,
    /// A value at an edge that few requests reach.
    RareBoundary,
    /// The server fails, or gives no whole answer.
    Crash,
}

impl Class {
    /// All of them, in the order in which tables show them.
    pub const ALL: [Self; 11] = [
        Self::AcceptsInvalid,
        Self::RejectsValid,
        Self::WrongStatus,
        Self::ResponseShape,
        Self::Envelope,
        Self::Auth,
        Self::MediaType,
        Self::Headers,
        Self::DataDependent,
        Self::RareBoundary,
        Self::Crash,
    ];

    /// The name in words.
    pub fn name(self) -> &'static str {
        match self {
            Self::AcceptsInvalid => "accepts invalid",
            Self::RejectsValid => "rejects valid",
            Self::WrongStatus => "wrong status",
            Self::ResponseShape => "response shape",
            Self::Envelope => "envelope",
            Self::Auth => "auth",
            Self::MediaType => "media type",
            Self::Headers => "headers",
            Self::DataDependent => "data-dependent",
            Self::RareBoundary => "rare boundary",
            Self::Crash => "crash",
        }
    }
}

impl fmt::Display for Seeded {
    /// `telnyx/role-optional`
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}/{}", self.provider, self.id.to_ascii_lowercase().replace('_', "-"))
    }
}

/// Every fault, provider by provider.
pub fn all() -> impl Iterator<Item = &'static Seeded> {
    [telnyx::ALL, asapp::ALL, ada::ALL, respondent::ALL, example_ai::ALL].into_iter().flatten().copied()
}

/// The fault that a server was started with, if any.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Seed(pub Option<&'static Seeded>);

impl Seed {
    /// Whether it is this fault.
    pub fn has(self, fault: &'static Seeded) -> bool {
        self.0.is_some_and(|seeded| std::ptr::eq(seeded, fault))
    }

    /// The body of an answer, in another shape where the fault says so.
    pub fn shape<'a, T: Serialize>(self, body: &'a T, change: impl FnOnce(&mut Value)) -> Shaped<'a, T> {
        // A number beyond what a `Value` holds leaves the body as it is.
        match self.0.and_then(|_| serde_json::to_value(body).ok()) {
            Some(mut value) => {
                change(&mut value);
                Shaped::Otherwise(value)
            }
            None => Shaped::AsItIs(body),
        }
    }
}

/// See [`Seed::shape`].
#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum Shaped<'a, T> {
    AsItIs(&'a T),
    Otherwise(Value),
}

/// Makes one static a row, `NAME: Class "what the server does wrong";`, and `ALL` of them.
macro_rules! seeded {
    ($provider:expr; $($name:ident: $class:ident $sentence:literal;)*) => {
        $(pub(crate) static $name: $crate::reference::seeded::Seeded = $crate::reference::seeded::Seeded {
            provider: $provider,
            id: stringify!($name),
            class: $crate::reference::seeded::Class::$class,
            sentence: $sentence,
        };)*
        pub(super) static ALL: &[&$crate::reference::seeded::Seeded] = &[$(&$name),*];
    };
}

pub(crate) mod ada;
pub(crate) mod asapp;
pub(crate) mod example_ai;
pub(crate) mod respondent;
pub(crate) mod telnyx;

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn there_are_faults_of_every_class_and_each_has_its_own_name_and_sentence() {
        let names: HashSet<String> = all().map(ToString::to_string).collect();
        assert_eq!(names.len(), all().count());
        assert!(names.len() >= 100, "{}", names.len());
        for class in Class::ALL {
            assert!(all().filter(|fault| fault.class == class).count() >= 3, "{class:?}");
        }
        let mut sentences = HashSet::new();
        for fault in all() {
            assert!(sentences.insert((fault.provider, fault.sentence)) && !fault.sentence.ends_with('.'), "{fault}");
        }
    }
}
