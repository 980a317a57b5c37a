//! Odd requests, over which right servers differ: they may be taken or refused, and must be answered.

mod bytes;
mod content_type;
mod string;

use super::planner::PlanBuilder;
use crate::case::RequestValues;

pub(super) fn add(planner: &mut PlanBuilder<'_>, baseline: &RequestValues) {
    content_type::add(planner, baseline);
    string::add(planner, baseline);
    bytes::add(planner, baseline);
}
