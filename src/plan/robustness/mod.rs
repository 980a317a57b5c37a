//! Odd requests, over which right servers differ: they may be taken or refused, and must be answered.

mod bytes;
mod content_type;
mod text;

use super::planner::Planner;
use crate::case::RequestValues;

pub(super) fn add(planner: &mut Planner<'_>, baseline: &RequestValues) {
    content_type::add(planner, baseline);
    text::add(planner, baseline);
    bytes::add(planner, baseline);
}
