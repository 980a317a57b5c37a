//! Which operations make, read, list, change and delete which resource, inferred from the paths of a contract, and which
//! names of messages are called after one: nothing is sent for it.

mod family;
mod items;
mod needs;
mod noun;
mod shape;

pub(crate) use family::{Family, aligned, families};
pub(crate) use items::{Item, Items};
pub(crate) use needs::Needs;
pub(crate) use noun::Noun;
pub(crate) use shape::{ends_fixed, is_at_or_below, is_same_shape, noun, read_path};
