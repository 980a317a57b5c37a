//! A list is not in the order that was asked for.

use std::cmp::Ordering;

use serde_json::Value;

use super::field::Field;
use super::shown::listed_in;
use super::times::instant;
use super::{Finding, Rule, Subject, brief, broken};
use crate::text::words;

/// The rule.
pub static RULE: Rule = Rule {
    clauses: &["parameter"],
    ..Rule::law(
        "unsorted",
        "A list is not sorted by the property that the request names.",
        "OpenAPI 3.1, section 4.8.12: a parameter that says by what a list is sorted",
    )
};

/// Properties whose texts have no order but that of their letters: others may be ranked, as priorities are.
const NAMES: [&str; 10] =
    ["name", "title", "label", "slug", "username", "login", "displayname", "firstname", "lastname", "fullname"];

/// Last words of properties that are codes: where they have one shape, with digits in it, they have no order but that of their
/// letters and digits.
const CODES: [&str; 6] = ["sku", "code", "reference", "isbn", "ean", "barcode"];
/// Their lengths.
const CODE: std::ops::RangeInclusive<usize> = 4..=20;

/// What is wrong with a list that was to be sorted by a field; either direction is right where the request names none.
/// `folds_case` says that capital and small letters are compared as one.
pub fn judge(
    list: &Subject<'_>,
    asked: &str,
    field: &Field,
    is_descending: Option<bool>,
    folds_case: bool,
) -> Option<Finding> {
    let (shown, expected) = disorder(&listed_in(list)?, field, is_descending, folds_case)?;
    let message = format!("`{asked}` was answered with `{field}` in the order {shown}");
    Some(broken(&RULE, list, message, asked, expected.to_owned()))
}

/// The values of a field that are not in order, and what that is.
pub(super) fn disorder(
    items: &[Value],
    field: &Field,
    is_descending: Option<bool>,
    folds_case: bool,
) -> Option<(String, &'static str)> {
    let values = items.iter().filter_map(|item| field.value(item)).filter(|is| !is.is_null());
    let fold = |value: &Value| match value {
        Value::String(text) if folds_case => Value::from(text.to_ascii_lowercase()),
        _ => value.clone(),
    };
    let mut values: Vec<(&Value, Value)> = values.map(|value| (value, fold(value))).collect();
    // Where the others belong, nobody knows. Of whose letters the document speaks, it is by them.
    let last = field.path().last();
    let is_name = folds_case || last.is_some_and(|name| NAMES.contains(&&*words::plain(name)));
    let is_code = last.is_some_and(|name| words::of(name).last().is_some_and(|word| CODES.contains(&&**word)));
    if values.iter().any(|(_, value)| is_word(value)) {
        values.retain(|(_, value)| is_name && is_word(value));
    }
    let orders: Vec<Ordering> = values.windows(2).filter_map(|pair| compare(&pair[0].1, &pair[1].1, is_code)).collect();
    let (up, down) = (orders.contains(&Ordering::Less), orders.contains(&Ordering::Greater));
    let (is_wrong, expected) = match is_descending {
        Some(true) => (up, "the largest first"),
        Some(false) => (down, "the smallest first"),
        None => (up && down, "sorted, in either direction"),
    };
    let shown: Vec<String> = values.iter().map(|(value, _)| value.to_string()).collect();
    is_wrong.then(|| (brief(&shown.join(", ")), expected))
}

/// Whether a text has its place in most collations: small letters of ASCII, without those and the pairs of them that stand
/// elsewhere in Estonian, Lithuanian, Danish, Czech, Spanish, Hungarian or Welsh.
fn is_word(value: &Value) -> bool {
    const PAIRS: [&str; 14] = ["aa", "ch", "ll", "cs", "dz", "gy", "ly", "ny", "sz", "ty", "zs", "dd", "ff", "ng"];
    let is_plain =
        |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_lowercase() && !b"ywzv".contains(&byte));
    value.as_str().is_some_and(|text| is_plain(text) && PAIRS.iter().all(|pair| !text.contains(pair)))
}

/// How two codes of one shape follow each other: by the first place at which they differ, where any collation says so.
fn of_codes(one: &Value, two: &Value) -> Option<Ordering> {
    let (one, two) = (one.as_str()?, two.as_str()?);
    let class = |letter: char| match letter {
        _ if letter.is_ascii_digit() => '0',
        _ if letter.is_ascii_uppercase() => 'A',
        _ if letter.is_ascii_lowercase() => 'a',
        other => other,
    };
    let shape = |text: &str| text.chars().map(class).collect::<String>();
    let is_code = CODE.contains(&one.len()) && one.is_ascii() && two.is_ascii() && shape(one).contains('0');
    if !is_code || shape(one) != shape(two) {
        return None;
    }
    let at = one.bytes().zip(two.bytes()).position(|(one, two)| one != two)?;
    let word = |text: &str| {
        let rest = text[at..].split(|letter: char| !letter.is_ascii_alphabetic()).next().unwrap_or_default().len();
        let start = text[..at].rfind(|letter: char| !letter.is_ascii_alphabetic()).map_or(0, |before| before + 1);
        Value::from(text[start..at + rest].to_lowercase())
    };
    let is_digit = one.as_bytes()[at].is_ascii_digit();
    (is_digit || is_word(&word(one)) && is_word(&word(two))).then(|| one[at..].cmp(&two[at..]))
}

/// How two values follow each other; `None` for texts whose order depends on the collation, or on their meaning.
fn compare(one: &Value, two: &Value, is_code: bool) -> Option<Ordering> {
    let instant = |value: &Value| value.as_str().and_then(instant);
    match (one, two) {
        (Value::Number(one), Value::Number(two)) => one.as_f64()?.partial_cmp(&two.as_f64()?),
        _ if is_word(one) && is_word(two) => Some(one.as_str()?.cmp(two.as_str()?)),
        _ => match (instant(one), instant(two)) {
            (Some(one), Some(two)) => Some(one.cmp(&two)),
            _ if is_code => of_codes(one, two),
            _ => None,
        },
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn small_letters_have_their_place_in_any_collation() {
        assert_eq!(compare(&json!("te"), &json!("text"), false), Some(Ordering::Less));
        assert_eq!(compare(&json!("rose"), &json!("ape"), false), Some(Ordering::Greater));
        for (one, two) in [("Ape", "zebra"), ("aal", "zebra"), ("é", "z"), ("a b", "ab"), ("chata", "dom"), ("", "a")]
        {
            assert_eq!(compare(&json!(one), &json!(two), false), None, "{one} {two}");
        }
    }

    #[test]
    fn codes_of_one_shape_have_one_order() {
        let codes = |all: &[&str]| -> Vec<Value> { all.iter().map(|code| json!({"sku": code})).collect() };
        let sku = Field::of("sku");
        let wrong = |all: &[&str], down| disorder(&codes(all), &sku, Some(down), false).is_some();
        assert!(wrong(&["AAA-0001", "AAA-0002"], true) && !wrong(&["AAA-0002", "AAA-0001"], true));
        assert!(wrong(&["BCD-0001", "BED-0000"], true) && wrong(&["BED-0000", "BCD-0001"], false));
        // A digraph may stand elsewhere, and what has another shape, or no digits, may be ranked.
        assert!(!wrong(&["AAB-0001", "ABA-0001"], true) && !wrong(&["A1-0001", "AB-0002"], true));
        assert!(!wrong(&["HIGH", "LAST"], true));
        let days = ["02.01.2026", "01.02.2026"].map(|day| json!({"day": day}));
        assert_eq!(disorder(&days, &Field::of("day"), Some(false), false), None);
    }

    #[test]
    fn letters_are_compared_as_one_where_that_is_said() {
        let items = ["harbour", "Lantern", "marble"].map(|title| json!({"title": title, "rank": title}));
        let sensitive = ["Lantern", "harbour", "marble"].map(|title| json!({"title": title, "rank": title}));
        let title = Field::of("title");
        assert_eq!(disorder(&items, &title, Some(false), true), None);
        assert!(disorder(&sensitive, &title, Some(false), true).is_some());
        assert_eq!(disorder(&sensitive, &title, Some(false), false), None, "in some collations");
        assert_eq!(disorder(&sensitive, &Field::of("rank"), Some(false), false), None);
    }
}
