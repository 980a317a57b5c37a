//! What never was there is deleted.

use serde_json::{Map, Value};

use super::exchange::said_of;
use super::shown::shown_by;
use super::{Finding, Rule, Subject, broken, is_missing, is_success, name, status};
use crate::contract::StatusRange;

/// The rule.
pub static RULE: Rule = Rule {
    clauses: &["operation"],
    ..Rule::law(
        "deletes-nothing",
        "A DELETE of what is not there is answered as if it had deleted it, though its 404 is documented.",
        "RFC 9110, sections 9.3.5 and 15.5.5",
    )
};

/// Words by which a deletion that finds nothing is a success.
const FINE: [&str; 9] =
    ["idempotent", "already", "even if", "whether", "regardless", "no-op", "not exist", "did not", "was not"];

/// What is wrong with a DELETE of what reading did not find before. What stands below something else may be answered for that.
pub fn judge(missing: &Subject<'_>, delete: &Subject<'_>) -> Option<Finding> {
    let is = status(delete).filter(|is| is_success(delete) && *is != 202)?;
    let operation = delete.operation;
    let is_documented = operation.responses.iter().any(|known| known.status == StatusRange::Code(404));
    let is_alone = operation.path.matches('{').count() == 1;
    let said = operation.description.iter().map(|said| said.to_lowercase());
    let mut said = said.chain([200, 204].iter().flat_map(|status| said_of(delete.contract, operation, *status)));
    if !is_missing(missing)
        || !is_documented
        || !is_alone
        || said.any(|said| FINE.iter().any(|fine| said.contains(fine)))
    {
        return None;
    }
    // What it has deleted the response may say: none.
    let says_none = |shown: Map<String, Value>| shown.values().any(|value| *value == Value::Bool(false) || *value == 0);
    if shown_by(delete).is_some_and(says_none) {
        return None;
    }
    let message = format!(
        "A {is} was returned for {} of what is answered with {} when it is read",
        name(delete),
        status(missing)?
    );
    Some(broken(&RULE, delete, message, "", "404, as documented".to_owned()))
}
