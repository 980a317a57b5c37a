//! Conditional requests do not see what has changed.

use super::ended::changed_states;
use super::exchange::said_of;
use super::shown::{sent, shown_by};
use super::{Finding, Rule, Severity, Subject, broken, is_missing, is_success, name, status};
use crate::text::words::plain;

/// The rule for changes that rest on an old state.
pub static STALE: Rule = Rule {
    clauses: &["parameter"],
    ..Rule::law(
        "stale-change",
        "A change or deletion whose `If-Match`, or the version in its body, names another state than the present one, or whose `If-Unmodified-Since` is before the last change, is accepted.",
        "RFC 9110, sections 13.1.1 and 13.1.4",
    )
};

/// The rule for changes that rest on the present state.
pub static REFUSED: Rule = Rule {
    clauses: &["parameter"],
    ..Rule::law(
        "present-refused",
        "A change whose `If-Match` names the present state is refused with 412.",
        "RFC 9110, section 13.1.1",
    )
};

/// The rule for entity tags.
pub static SAME_TAG: Rule = Rule {
    clauses: &["header"],
    ..Rule::law("same-etag", "A resource has changed, and its `ETag` has not.", "RFC 9110, section 8.8.3")
};

/// The rule for reads of what a client has.
pub static NOT_MODIFIED: Rule = Rule {
    clauses: &["parameter"],
    ..Rule::law(
        "sent-again",
        "A read whose `If-None-Match` names the present state, or whose `If-Modified-Since` is the time of the last change, is not answered with the documented 304.",
        "RFC 9110, sections 13.1.2, 13.1.3 and 15.4.5",
    )
};

/// The rule for reads of what a client does not have.
pub static NOT_SENT: Rule = Rule {
    clauses: &["parameter"],
    ..Rule::law(
        "not-sent",
        "A read whose `If-None-Match` names a former state, or whose `If-Modified-Since` is before the last change, is answered with 304.",
        "RFC 9110, sections 13.1.2 and 13.1.3",
    )
};

/// The rule for what is to be made only where nothing is.
pub static MADE_OVER: Rule = Rule {
    clauses: &["parameter"],
    ..Rule::law(
        "made-over",
        "A PUT with `If-None-Match: *` is accepted although there is something already.",
        "RFC 9110, section 13.1.2",
    )
};

/// What is wrong with a change that names the state before the last one.
pub fn judge_stale(change: &Subject<'_>) -> Option<Finding> {
    let is = status(change).filter(|_| is_success(change))?;
    let message = format!("A {is} was returned although `If-Match` names the state before the last change");
    Some(broken(&STALE, change, message, "", "412, as documented".to_owned()))
}

/// The property that has named the version of before a change in its body, where reading shows that it is another one since,
/// and a documented 409 or 412 says that such a change is refused.
pub fn names_old_version(before: &Subject<'_>, change: &Subject<'_>, after: &Subject<'_>) -> Option<String> {
    const OLD: [&str; 9] = [
        "not the current",
        "not current",
        "not the present",
        "not the latest",
        "stale",
        "outdated",
        "out of date",
        "does not match",
        "mismatch",
    ];
    let (was, is) = (shown_by(before)?, shown_by(after)?);
    let is_old = |name: &&String| {
        let word = plain(name);
        let says = |said: &String| said.contains(&word) && OLD.iter().any(|old| said.contains(old));
        let is_sent = sent(change).and_then(|sent| sent.get(*name)) == was.get(*name);
        let is_version = ["version", "revision", "etag"].contains(&&*word);
        is_version
            && is_sent
            && is.get(*name).is_some_and(|is| was.get(*name) != Some(is))
            && [409, 412].iter().any(|status| said_of(change.contract, change.operation, *status).iter().any(says))
    };
    if !is_success(change) {
        return None;
    }
    was.keys().find(is_old).cloned()
}

/// What is wrong with a change that names the version before the last one in its body.
pub fn judge_old_version(change: &Subject<'_>) -> Option<Finding> {
    let is = status(change).filter(|is| is_success(change) && *is != 202)?;
    let message = format!("A {is} was returned although the body names the version before the last change");
    Some(broken(&STALE, change, message, "version", "a refusal, as documented".to_owned()))
}

/// What is wrong with a change that rests on the state at a time before there was any.
pub fn judge_stale_time(change: &Subject<'_>) -> Option<Finding> {
    let is = status(change).filter(|_| is_success(change))?;
    let message = format!("A {is} was returned although `If-Unmodified-Since` is before the last change");
    // What is there already may be accepted (RFC 9110, section 13.1.4).
    let finding = broken(&STALE, change, message, "time", "412, as documented".to_owned());
    Some(finding.with_severity(Severity::Warning))
}

/// What is wrong with a PUT that is to make what is there.
pub fn judge_made_over(put: &Subject<'_>) -> Option<Finding> {
    let is = status(put).filter(|_| is_success(put))?;
    let message = format!("A {is} was returned for `If-None-Match: *` although there is something already");
    Some(broken(&MADE_OVER, put, message, "", "412, as documented".to_owned()))
}

/// What is wrong with a DELETE that names a state that its resource never had, and that is gone now.
pub fn judge_never(delete: &Subject<'_>, gone: &Subject<'_>) -> Option<Finding> {
    let is = status(delete).filter(|_| is_success(delete) && is_missing(gone))?;
    let message = format!("A {is} was returned although `If-Match` names a state that was never there");
    Some(broken(&STALE, delete, message, "", "412, as documented".to_owned()))
}

/// What is wrong with a change that names the state that was there before it and is there after it.
pub fn judge_refused(before: &Subject<'_>, change: &Subject<'_>, after: &Subject<'_>) -> Option<Finding> {
    let (was, is) = (tag(before)?, tag(after)?);
    let mut fields = change.case.request.headers.iter();
    let named = fields.find_map(|(field, value)| field.eq_ignore_ascii_case("if-match").then_some(value))?;
    // A weak one matches nothing, and one of another coding is another one.
    let is_coded = |subject: &Subject<'_>| {
        subject.exchange.result.as_ref().is_ok_and(|response| response.header("content-encoding").is_some())
    };
    let is_sure = was == is && was.starts_with('"') && named.as_str() == was && !is_coded(before) && !is_coded(after);
    if !is_sure || status(change) != Some(412) {
        return None;
    }
    let message = "A 412 was returned although `If-Match` names the present state".to_owned();
    Some(broken(&REFUSED, change, message, "", "a success: the condition holds".to_owned()))
}

/// What is wrong with the tags of a resource before and after a change of what it shows.
pub fn judge_tags(before: &Subject<'_>, change: &Subject<'_>, after: &Subject<'_>) -> Option<Finding> {
    let (was, is) = (tag(before)?, tag(after)?);
    // A weak one may stay where little has changed (section 8.8.1).
    if was != is || was.starts_with("W/") || shown_by(before)? == shown_by(after)? {
        return None;
    }
    let message = format!("`ETag` is {is} as before, though {} has changed what is read", name(change));
    Some(broken(&SAME_TAG, after, message, "", "another tag".to_owned()))
}

/// What is wrong with the tags of a resource before and after an action that has brought it into another state.
pub fn judge_tags_of_state([before, action, after]: [&Subject<'_>; 3]) -> Option<Finding> {
    judge_tags(before, action, after).filter(|_| is_success(action) && !changed_states(before, after).is_empty())
}

/// What is wrong with reading what is known, where a field of the request says so.
pub fn judge_not_modified(read: &Subject<'_>, field: &str) -> Option<Finding> {
    let is = status(read).filter(|_| is_success(read))?;
    let message = format!(
        "A {is} was returned although `{field}` {}",
        if is_time(field) { "is the time of the last change" } else { "names the present state" }
    );
    Some(broken(
        &NOT_MODIFIED,
        read,
        message,
        if is_time(field) { "time" } else { "" },
        "304, as documented".to_owned(),
    ))
}

/// What is wrong with reading what is not known, where a field of the request says so.
pub fn judge_modified(read: &Subject<'_>, field: &str) -> Option<Finding> {
    status(read).filter(|is| *is == 304)?;
    let message = format!(
        "A 304 was returned although `{field}` {}",
        if is_time(field) { "is before the last change" } else { "names a former state" }
    );
    Some(broken(
        &NOT_SENT,
        read,
        message,
        if is_time(field) { "time" } else { "" },
        "a 200 with the present state".to_owned(),
    ))
}

fn is_time(field: &str) -> bool {
    field.ends_with("Since")
}

/// The entity tag of a response.
pub fn tag<'a>(subject: &Subject<'a>) -> Option<&'a str> {
    subject.exchange.result.as_ref().ok()?.header("etag")
}

/// The time of the last change that a response names.
pub fn last_modified<'a>(subject: &Subject<'a>) -> Option<&'a str> {
    subject.exchange.result.as_ref().ok()?.header("last-modified")
}
