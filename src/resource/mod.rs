//! Which operations make, read, list, change and delete which resource, inferred from the paths of a contract: nothing is
//! sent for it.

mod family;
mod items;

pub(crate) use family::{Family, aligned, families};
pub(crate) use items::{Item, Items};
