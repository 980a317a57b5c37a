//! What a refusal says of the values that would do: a limit, or that there must be something.

use std::sync::LazyLock;

use regex::Regex;

use crate::execute::Response;

/// A refusal is known by its start, in bytes.
const START: usize = 4 * 1024;

/// The words of a refusal.
pub(super) struct Stated(String);

impl Stated {
    /// Those of a response.
    pub fn of(response: &Response) -> Self {
        let start = &response.body[..response.body.len().min(START)];
        Self(String::from_utf8_lossy(start).to_lowercase())
    }

    /// Whether it names a limit, with its number or as one that is passed.
    pub fn has_limit(&self) -> bool {
        static LIMIT: LazyLock<Option<Regex>> = LazyLock::new(|| {
            let limit = r"at (?:least|most)|(?:less|more|greater|fewer|longer|shorter|larger|smaller|higher|lower) than|between|exceed\w*|up to|limit\w*|max(?:imum)?|min(?:imum)?";
            let passed = r"\btoo (?:long|short|large|small|big|high|low|many|few)\b";
            let range = r"\b\d+ ?(?:-|–|to|\.\.) ?\d+ (?:characters|letters|bytes|items|elements|entries)\b";
            Regex::new(&format!(r"(?:\b(?:{limit})(?:[\W_]+[a-z]+){{0,4}}[\W_]*|[<>]=? ?)\d|{passed}|{range}")).ok()
        });
        LIMIT.as_ref().is_some_and(|limit| limit.is_match(&self.0))
    }

    /// Whether it asks for something where nothing was given.
    pub fn is_not_empty(&self) -> bool {
        let is_word = |word: &str| matches!(word, "empty" | "blank" | "nonempty" | "required" | "missing");
        // It quotes what was given, which in JSON is escaped: `invalid name \"\"`.
        let is_quoted = self.0.contains(r#" \"\""#);
        is_quoted || self.has_limit() || self.0.split(|letter: char| !letter.is_alphabetic()).any(is_word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stated(text: &str) -> Stated {
        Stated(text.to_lowercase())
    }

    #[test]
    fn a_limit_has_a_number_or_is_passed() {
        for text in [
            "Database name must be at least 3 characters",
            r#"{"loc": ["name"], "msg": "String should have at most 2000 characters"}"#,
            r#"{"ctx": {"max_length": 10}}"#,
            "ensure this value is less than or equal to 100",
            "the length must not exceed 255",
            "must be between 1 and 5",
            "size: must be >= 0",
            "Value is too long",
            "Expected a name containing 3-512 characters from [a-zA-Z0-9._-]",
        ] {
            assert!(stated(text).has_limit(), "{text}");
        }
        for text in [
            "Invalid timestamp '-1'",
            "Input should have less",
            "it is the minimum that we ask for",
            "12345 is not a string",
            "error 42: more than you may do",
            "not much too longing",
        ] {
            assert!(!stated(text).has_limit(), "{text}");
        }
    }

    #[test]
    fn something_is_asked_for_in_words() {
        let quoted = r#"{"message": "invalid label name \"\""}"#;
        for text in ["Metadata cannot be empty", "`title` can't be blank", "Dataset name is required", quoted] {
            assert!(stated(text).is_not_empty(), "{text}");
        }
        let empty_member = r#"{"message": "refused", "detail": ""}"#;
        for text in [empty_member, "Invalid where clause", "text must be a string", "requirements differ"] {
            assert!(!stated(text).is_not_empty(), "{text}");
        }
    }
}
