//! Which operations make, read, list, change and delete which resource, inferred from the paths of a contract, and where
//! bodies hold it: nothing is sent for it.

pub(crate) mod body;
mod family;
mod items;

pub(crate) use family::{Family, aligned, families};
pub(crate) use items::{Item, Items};
