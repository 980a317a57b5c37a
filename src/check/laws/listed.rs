//! A list does not hold what was made.

use serde_json::Value;

use super::shown::{has_id, is_whole, listed_in};
use super::{Finding, Rule, Subject, broken, name};

/// The rule.
pub static RULE: Rule = Rule {
    clauses: &["operation"],
    ..Rule::law(
        "not-listed",
        "A list shows what was made earlier, and not what was made last in the same way.",
        "RFC 9110, sections 9.3.1 and 15.3.2",
    )
};

/// What is wrong with a list, as far as it is whole. `ids` are of what was made in one way, the last one last.
pub fn judge(made: &Subject<'_>, list: &Subject<'_>, variable: &str, ids: &[Value]) -> Option<Finding> {
    let items = listed_in(list).filter(|_| is_whole(list))?;
    let is_listed = |id: &Value| items.iter().any(|item| has_id(item, variable, id));
    let (missing, seen): (Vec<&Value>, Vec<&Value>) = ids.iter().partition(|id| !is_listed(id));
    if missing.is_empty() || seen.is_empty() {
        return None;
    }
    let message = format!(
        "The list holds {} of {} that {} has made and that can be read, and not all",
        seen.len(),
        ids.len(),
        name(made)
    );
    Some(broken(&RULE, list, message, "", "all of them".to_owned()))
}
