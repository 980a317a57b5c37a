//! Serialisation: values to bytes and bytes to values, for parameters of every style, forms, multipart, XML, JSON and
//! plain strings, with every interpretation of those bytes that a correct server may choose.

pub(crate) mod accept;
mod channel;
mod doubt;
pub(crate) mod form;
mod interpret;
pub(crate) mod multipart;
mod payload;
pub(crate) mod percent;
mod request;
mod search;
pub mod server;
pub(crate) mod style;
mod sure;
pub mod xml;

pub(crate) use channel::has_any;
pub use channel::{Carrier, Channel};
pub use doubt::Doubt;
pub(crate) use interpret::{expected_types, interpretations, interpretations_of, is_readable, other_readings};
pub(crate) use multipart::has_broken_text;
pub(crate) use payload::{covers, write};
pub use request::{Body, CredentialChange, Credentials, LONG, Payload, QueryPair, Request};
pub(crate) use style::channel;
pub(crate) use sure::{is_surely_valid, surely_invalid};
