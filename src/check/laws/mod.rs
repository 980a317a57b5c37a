//! The laws: what exchanges with one resource show together. One file each: a static [`Rule`], and a function that
//! judges by it.
//!
//! To add one, copy the most similar one, name it in `RULES`, and send what it judges in `engine::phases::life`.

mod conditional;
mod filter;
mod gone;
mod kept;
mod listed;
mod others;
mod page;
mod parent;
mod patch;
mod readable;
mod repeated;
mod shown;
mod sorted;
mod still_listed;
mod update;

pub use conditional::{judge_not_modified, judge_stale, judge_tags, tag};
pub use filter::judge as judge_filter;
pub use gone::judge as judge_gone;
pub use kept::judge as judge_kept;
pub use listed::judge as judge_listed;
pub use others::judge as judge_others;
pub use page::{judge_overlap, judge_size};
pub use parent::judge as judge_parent;
pub use patch::judge as judge_patch;
pub use readable::judge as judge_readable;
pub use repeated::judge as judge_repeated_put;
pub use shown::{listed_in, shown_by};
pub use sorted::judge as judge_sorted;
pub use still_listed::judge as judge_still_listed;
pub use update::judge as judge_update;

use super::Subject;
use super::support::anchor;
use super::support::response_view::{brief, finding};
use crate::finding::Finding;
use crate::rule::{Rule, Severity};

/// The rules of all laws, in the order of a life: what is made, read, listed, changed, deleted.
pub(super) static RULES: [&Rule; 17] = [
    &readable::RULE,
    &kept::RULE,
    &listed::RULE,
    &page::SIZE,
    &page::OVERLAP,
    &filter::RULE,
    &sorted::RULE,
    &update::RULE,
    &patch::RULE,
    &repeated::RULE,
    &others::RULE,
    &conditional::SAME_TAG,
    &conditional::STALE,
    &conditional::NOT_MODIFIED,
    &parent::RULE,
    &gone::RULE,
    &still_listed::RULE,
];

/// The status of a response, if there is one.
fn status(subject: &Subject<'_>) -> Option<u16> {
    subject.exchange.result.as_ref().ok().map(|response| response.status)
}

fn is_success(subject: &Subject<'_>) -> bool {
    status(subject).is_some_and(|status| (200..300).contains(&status))
}

/// Whether it is not there, or not any more (RFC 9110, sections 15.5.5 and 15.5.11).
fn is_missing(subject: &Subject<'_>) -> bool {
    matches!(status(subject), Some(404 | 410))
}

/// A finding about the response of an operation; `manner` distinguishes causes.
fn broken(rule: &'static Rule, subject: &Subject<'_>, message: String, manner: &str, expected: String) -> Finding {
    finding(subject, rule, &anchor::operation(subject), message, manner).expecting(expected)
}

/// How messages name an operation.
fn name(subject: &Subject<'_>) -> String {
    format!("`{} {}`", subject.operation.method, subject.operation.path)
}
