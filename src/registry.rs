//! Every rule: those of checks, of documents and of changes.

use crate::rule::Rule;
use crate::{check, compare, lint};

/// All rules: the checks in the order in which they judge, then those of documents, then those of changes.
pub fn all() -> impl Iterator<Item = &'static Rule> {
    check::rules().chain(lint::rules()).chain(compare::rules())
}

/// The rule of this id.
pub fn find(id: &str) -> Option<&'static Rule> {
    all().find(|rule| rule.id == id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn every_rule_has_an_id_of_its_own_and_says_what_it_is() {
        let mut ids = HashSet::new();
        for rule in all() {
            assert!(ids.insert(rule.id), "{rule} stands twice");
            let is_id = |c: char| c.is_ascii_alphanumeric() || c == '-';
            assert!(rule.id.chars().all(is_id), "{rule} is no id");
            assert!(rule.sentence.ends_with('.') && !rule.sentence.contains('\n'), "{rule}: {}", rule.sentence);
            assert!(!rule.source.is_empty(), "{rule} has no source");
        }
    }
}
