//! Every rule: those of checks, of documents and of changes.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::rule::Rule;
use crate::{check, compare, lint};

static EXAMPLES: LazyLock<HashMap<String, String>> =
    LazyLock::new(|| toml::from_str(include_str!("examples.toml")).unwrap_or_default());

/// All rules: the checks in the order in which they judge, then those of documents, then those of changes.
pub fn all() -> impl Iterator<Item = &'static Rule> {
    check::rules().chain(lint::rules()).chain(compare::rules())
}

/// What breaks a rule, for example, and what looks like it and does not: one sentence of Markdown.
pub fn example(rule: &Rule) -> Option<&'static str> {
    EXAMPLES.get(rule.id).map(String::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;
    use std::path::{Path, PathBuf};

    /// Where names are those of rules as well: the intents of cases.
    const OTHER_NAMES: &str = "case/model.rs";

    /// The product's part of every source file.
    fn sources(folder: &Path, found: &mut Vec<(PathBuf, String)>) {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            let is_test = path.file_stem().is_some_and(|stem| matches!(stem.to_str(), Some("tests" | "testing")));
            if path.is_dir() && !is_test {
                sources(&path, found);
            } else if path.extension().is_some_and(|ending| ending == "rs") && !is_test {
                let text = std::fs::read_to_string(&path).expect("a text");
                let product = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default().to_owned();
                found.push((path, product));
            }
        }
    }

    #[test]
    fn no_module_names_a_rule_of_another() {
        let mut found = Vec::new();
        sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found);
        found.retain(|(path, _)| !path.to_string_lossy().replace('\\', "/").contains(OTHER_NAMES));
        for rule in all() {
            let literal = format!("\"{rule}\"");
            let naming = found.iter().flat_map(|(path, text)| text.matches(&literal).map(move |_| path));
            let naming: Vec<_> = naming.collect();
            assert_eq!(naming.len(), 1, "{rule} is named by its own definition alone, and by {naming:?}");
        }
    }

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

    #[test]
    fn every_rule_has_an_example_and_no_example_is_of_none() {
        let known: HashSet<&str> = all().map(|rule| rule.id).collect();
        let shown: HashSet<&str> = EXAMPLES.keys().map(String::as_str).collect();
        let differ: Vec<_> = known.symmetric_difference(&shown).collect();
        assert!(differ.is_empty(), "a rule and its line in examples.toml: {differ:?}");
    }
}
