//! The laws: what exchanges with one resource show together. One file each: a static [`Rule`], and a function that
//! judges by it.
//!
//! To add one, copy the most similar one, name it in `RULES`, and send what it judges in `engine::phases::life`.

mod acted;
mod afterlife;
mod altered;
mod answer;
mod asked;
mod chosen;
mod conditional;
mod counted;
mod counter;
mod default;
mod done;
mod ended;
mod exchange;
mod field;
mod filter;
mod foreign;
mod given;
mod gone;
mod head;
mod in_order;
mod kept;
mod keyed;
mod listed;
mod location;
mod merged;
mod more;
mod nothing;
mod orphan;
mod others;
mod page;
mod parent;
mod patch;
mod phrase;
mod readable;
mod repeated;
mod restored;
mod searched;
mod several;
mod shown;
mod sorted;
mod stale;
mod state;
mod still_listed;
mod sums;
mod telling;
mod times;
mod total;
mod twice;
mod unknown;
mod update;
mod upload;
mod used;

pub use acted::{judge as judge_acted, judge_others as judge_acted_others};
pub use afterlife::judge as judge_afterlife;
pub use altered::judge as judge_altered;
pub use answer::judge as judge_answer;
pub use asked::{is_merge_patch, merged};
pub use chosen::{is_chosen, is_made_or_replaced, is_promised, is_replaced};
pub use conditional::{
    judge_made_over, judge_modified, judge_never, judge_not_modified, judge_old_version, judge_refused, judge_stale,
    judge_stale_time, judge_tags, judge_tags_of_state, last_modified, names_old_version, tag,
};
pub use counted::{judge as judge_count, judge_counter, judge_flag};
pub use counter::{Counter, counters};
pub use default::{defaults_of, documented as documented_default, judge as judge_default};
pub use done::{judge as judge_done, promised};
pub use ended::{has_another_state, is_refused_now, judge as judge_in_state, judge_now, may_name_a_state, may_refuse};
pub use exchange::said_of_schema;
pub use field::Field;
pub use filter::{Chosen, Limit, judge as judge_filter, judge_range};
pub use foreign::{
    judge_changed as judge_foreign_change, judge_listed as judge_foreign_list, judge_read as judge_foreign_read,
};
pub use given::{judge_stored, judge_taken_away, kept as kept_of};
pub use gone::judge as judge_gone;
pub use head::judge as judge_head;
pub use in_order::{judge_age, judge_field as judge_own_order};
pub use kept::{judge as judge_kept, judge_answer as judge_creation, judge_members};
pub use keyed::{judge_listed_twice, judge_repeated as judge_repeated_key, judge_reused as judge_reused_key};
pub use listed::judge as judge_listed;
pub use location::judge as judge_location;
pub use merged::{is_replacement, judge as judge_merged, judge_within as judge_merged_within};
pub use more::{judge_last, judge_more};
pub use nothing::judge as judge_nothing;
pub use orphan::judge as judge_orphan;
pub use others::{judge as judge_others, judge_parent_kept};
pub use page::{judge_overlap, judge_pages, judge_past_end, judge_size};
pub use parent::{
    judge as judge_parent, judge_change as judge_parent_change, judge_end as judge_parent_end,
    judge_list as judge_parent_list,
};
pub use patch::{judge as judge_patch, judge_beside, judge_unchanged, judge_within};
pub use readable::judge as judge_readable;
pub use repeated::judge as judge_repeated_put;
pub use restored::judge as judge_restored;
pub use searched::judge as judge_search;
pub use several::{judge as judge_several, judge_told};
pub use shown::{
    are_once, are_one, are_part_of, are_same_items, body, has_id, is_cached, is_whole, listed_in, names, says_all,
    says_no_more, shown_by, total, unmoved,
};
pub use sorted::judge as judge_sorted;
pub use stale::judge as judge_stale_list;
pub use state::{judge as judge_state, judge_list as judge_state_list};
pub use still_listed::judge as judge_still_listed;
pub use sums::judge as judge_sum;
pub use times::{judge as judge_times, judge_unmoved, seconds};
pub use total::{judge as judge_total, judge_filtered as judge_total_of_filter, judge_page as judge_total_of_page};
pub use twice::{is_called_unique, judge_by_change as judge_taken_by_change, judge_same, judge_taken, refuses_taken};
pub use unknown::{Reference, is_named_in, judge as judge_unknown, judge_without, refuses_unknown, refuses_without};
pub use update::{RULE as LOST_UPDATE, judge as judge_update, judge_action, judge_member, repeats};
pub use upload::judge as judge_upload;
pub use used::{judge as judge_used, refuses_used};

use super::Subject;
use super::support::response_view::brief;
use crate::finding::Finding;
use crate::rule::{Rule, Severity};
use exchange::{broken, is_missing, is_success, name, said_of_conflict, spaced, status, type_of};

/// The rules of all laws, in the order of a life: what is made, read, listed, changed, deleted.
pub(super) static RULES: [&Rule; 52] = [
    &readable::RULE,
    &done::RULE,
    &location::RULE,
    &kept::RULE,
    &default::RULE,
    &twice::SAME_ID,
    &twice::TAKEN,
    &twice::SET_TWICE,
    &keyed::REPEATED,
    &keyed::REUSED,
    &unknown::RULE,
    &listed::RULE,
    &total::RULE,
    &page::SIZE,
    &page::OVERLAP,
    &page::GAP,
    &more::RULE,
    &filter::RULE,
    &searched::RULE,
    &sorted::RULE,
    &in_order::RULE,
    &update::RULE,
    &altered::RULE,
    &answer::RULE,
    &stale::RULE,
    &times::RULE,
    &patch::RULE,
    &merged::RULE,
    &repeated::RULE,
    &others::RULE,
    &conditional::SAME_TAG,
    &conditional::STALE,
    &conditional::REFUSED,
    &conditional::NOT_MODIFIED,
    &conditional::NOT_SENT,
    &conditional::MADE_OVER,
    &head::RULE,
    &upload::RULE,
    &parent::RULE,
    &counted::RULE,
    &sums::RULE,
    &foreign::RULE,
    &gone::RULE,
    &nothing::RULE,
    &used::RULE,
    &acted::RULE,
    &ended::RULE,
    &afterlife::RULE,
    &restored::RULE,
    &orphan::RULE,
    &still_listed::RULE,
    &state::RULE,
];
