//! The laws: what exchanges with one resource show together. One file each: a static [`Rule`], and a function that
//! judges by it.
//!
//! To add one, copy the most similar one, name it in `RULES`, and send what it judges in `engine::phases::life`.

mod conditional;
mod exchange;
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
pub use shown::{are_one, is_cached, is_whole, listed_in, names, shown_by};
pub use sorted::judge as judge_sorted;
pub use still_listed::judge as judge_still_listed;
pub use update::{judge as judge_update, repeats};

use super::Subject;
use super::support::response_view::brief;
use crate::finding::Finding;
use crate::rule::{Rule, Severity};
use exchange::{broken, is_missing, is_success, name, status};

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
