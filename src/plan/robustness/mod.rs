//! Odd requests, over which right servers differ: they may be taken or refused, and must be answered.

mod bytes;
mod content_type;
mod text;

use super::case_builder::CaseBuilder;
use super::planner::Planner;
use crate::case::{Intent, Origin, RequestValues};

pub(super) fn add(planner: &mut Planner<'_>, baseline: &RequestValues) {
    content_type::add(planner, baseline);
    text::add(planner, baseline);
    bytes::add(planner, baseline);
}

fn case(name: impl Into<String>) -> CaseBuilder {
    CaseBuilder::new(name, Origin::Protocol, Intent::Robustness)
}
