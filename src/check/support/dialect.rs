//! What other dialects of regular expressions make of a pattern, whose own is ECMA-262 (JSON Schema 2020-12, core, section 6.4).

use serde_json::Value;

use crate::case::Generated;
use crate::check::Subject;
use crate::contract::{Clause, Direction};

/// The reading of another dialect by which a value that breaks a pattern is right.
pub(in crate::check) fn reading(subject: &Subject<'_>) -> Option<&'static str> {
    pattern(subject)?;
    if is_valid_with(subject, &|text| text.strip_suffix('\n').unwrap_or(text).to_owned()) {
        return Some("line break behind a match");
    }
    is_of_classes(subject).then_some("letters and digits of other alphabets")
}

/// Whether nothing is wrong with a value but letters and digits that are no ASCII, where the pattern has a class for
/// them: `\\w` is any letter in Python, .NET and Rust. Documents that are made from such programs mean that.
pub(in crate::check) fn is_of_classes(subject: &Subject<'_>) -> bool {
    let Some(pattern) = pattern(subject) else { return false };
    let has = |class: &str| pattern.contains(class);
    let plain = |letter: char| match letter {
        letter if letter.is_ascii() => letter,
        letter if letter.is_alphabetic() && has("\\w") => 'a',
        letter if letter.is_numeric() && (has("\\w") || has("\\d")) => '0',
        letter => letter,
    };
    is_valid_with(subject, &|text| text.chars().map(plain).collect())
}

/// The pattern that is broken.
fn pattern<'s>(subject: &Subject<'s>) -> Option<&'s str> {
    let clauses = subject.operation.clauses();
    let clause: &Clause = subject.case.clause.map(|id| clauses.get(id)).filter(|clause| clause.keyword == "pattern")?;
    subject.contract.schemas.get(clauses.site(clause.site?).schema).pattern.as_deref()
}

/// Whether what was sent is valid with all of its texts changed.
fn is_valid_with(subject: &Subject<'_>, change: &dyn Fn(&str) -> String) -> bool {
    subject.case.generated.as_ref().is_some_and(|Generated { schema, value, .. }| {
        subject.validators.is_valid(*schema, Direction::Request, &changed(value, change))
    })
}

fn changed(value: &Value, change: &dyn Fn(&str) -> String) -> Value {
    match value {
        Value::String(text) => Value::String(change(text)),
        Value::Array(items) => items.iter().map(|item| changed(item, change)).collect(),
        Value::Object(members) => {
            Value::Object(members.iter().map(|(name, member)| (name.clone(), changed(member, change))).collect())
        }
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use crate::case::Generated;
    use crate::check::testing::*;
    use crate::rule::Severity;
    use serde_json::json;

    /// What is told of an id that a target takes, though it breaks this pattern.
    fn taken(pattern: &str, id: &str) -> (String, Severity) {
        let own = format!("id: {{type: string, pattern: '{pattern}'}}\n        secret");
        let bench = Bench::of(&MESSAGES.replace("id: {type: string}\n        secret", &own));
        let mut case = breaks(bench.clause("pattern", "id/pattern"));
        let schema = bench.contract.operations[0].body.as_ref().and_then(|body| body.content[0].schema);
        let schema = schema.expect("a schema");
        let location = bench.contract.schemas.get(schema).location.clone();
        case.generated = Some(Generated { schema, location, value: json!({"text": "hello", "id": id}) });
        let finding = bench.judge(&case, Ok(created())).remove(0);
        (finding.root_key(), finding.severity)
    }

    #[test]
    fn a_line_break_behind_a_match_is_a_habit_of_engines() {
        let is_habit = |id: &str| taken("^[a-z]+$", id).0.contains("habit line break");
        assert!(is_habit("abc\n"));
        for other in ["abc\n\n", "\nabc", "abc!", "abc!\n"] {
            assert!(!is_habit(other), "{other:?}");
        }
    }

    #[test]
    fn letters_of_other_alphabets_may_be_of_a_class() {
        for (pattern, id) in [(r"^[\w.-]+$", "é"), (r"^\w+$", "ж٣"), (r"^\d+$", "٣")] {
            let (key, severity) = taken(pattern, id);
            assert!(key.contains("other alphabets") && severity == Severity::Warning, "{pattern} {id} {key}");
        }
        for (pattern, id) in [("^[a-z]+$", "é"), (r"^\d+$", "é"), (r"^[a-z]\d$", "é1"), (r"^\w+$", "é!")] {
            assert_eq!(taken(pattern, id).1, Severity::Error, "{pattern} {id}");
        }
    }
}
