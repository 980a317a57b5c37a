//! Which operations make, read, list, change and delete which resource, inferred from the paths of a contract, which
//! names of messages are called after one, and where bodies hold it: nothing is sent for it.

pub(crate) mod body;
mod family;
mod items;
mod needs;
mod noun;
mod shape;

pub(crate) use family::{Family, aligned, families};
pub(crate) use items::{Item, Items};
pub(crate) use needs::{Needs, references};
pub(crate) use noun::{Noun, stem};
pub(crate) use shape::{ends_fixed, is_at_or_below, is_same_shape, noun, read_path};
