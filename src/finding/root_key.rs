//! By what findings are known for one bug.

use super::digest::digest;
use super::{Finding, Root};
use crate::rule::Rule;

impl Finding {
    /// The same finding, of a bug that is known by what the target does, whatever the node.
    #[must_use]
    pub fn of_habit(self, manner: impl Into<String>) -> Self {
        Self { root: Root::Habit { manner: manner.into() }, ..self }
    }

    /// The same finding, part of these bugs, the widest first: see [`Finding::part_of`].
    #[must_use]
    pub fn within(self, part_of: Vec<String>) -> Self {
        Self { part_of, ..self }
    }

    /// By what findings of one contract are one bug. It is made of stable names alone, and of none of the operation's
    /// where the bug is no matter of one.
    pub fn root_key(&self) -> String {
        match &self.root {
            Root::Node | Root::Reading { .. } => format!("{} at {}", self.cause, self.place.address()),
            Root::AnyRule => format!("at {}", self.place.address()),
            Root::Habit { manner } | Root::Refusal { manner, .. } => habit_key(self.rule, manner),
            Root::Writing { manner } => format!("writing {manner}"),
            Root::Known(key) => key.clone(),
            Root::Crash { signature, occasion, .. } => crash_key(self.rule, signature, *occasion),
        }
    }

    /// Sixteen hexadecimal digits that are the same for the same bug in every run and on every machine, however many
    /// operations show it.
    pub fn root_fingerprint(&self, key: &str) -> String {
        format!("{:016x}", digest(&[self.place.document(), key]))
    }
}

/// By what findings of a rule are of one failure of a target.
pub fn crash_key(rule: &Rule, signature: &str, occasion: Option<&str>) -> String {
    format!("{rule} crash {signature} {}", occasion.unwrap_or_default())
}

/// By what findings of a rule are of one habit of a target.
pub fn habit_key(rule: &Rule, manner: &str) -> String {
    format!("{rule} habit {manner}")
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::sync::Arc;

    use super::*;
    use crate::check::rules::{accepted_invalid, error_envelope, response_schema};
    use crate::contract::Contract;
    use crate::finding::OperationName;
    use crate::finding::Symptom;
    use crate::spec::{Document, FileId, LoadOptions, Pointer, SourceLocation};

    fn at(rule: &'static Rule, pointer: &str) -> Finding {
        let text = "openapi: 3.1.0\npaths:\n  /a:\n    get: {responses: {'200': {description: ok}}}\n";
        let document =
            Document::from_text(Path::new("api.yaml"), text.to_owned(), LoadOptions::default()).expect("parses");
        let contract = Contract::compile(document).expect("compiles");
        let location = SourceLocation { file: FileId(0), pointer: Pointer::new(pointer) };
        crate::testing::finding(&contract, rule, location, "type", "one")
    }

    fn of_operation(finding: Finding, path: &str) -> Finding {
        let name = OperationName { id: path.to_owned(), method: "GET".to_owned(), path: path.to_owned() };
        Finding { operation: Some(Arc::new(name)), ..finding }
    }

    #[test]
    fn a_node_is_one_bug_over_operations_and_two_nodes_are_two() {
        let rule = &accepted_invalid::RULE;
        let shared = |path| of_operation(at(rule, "/components/schemas/Name"), path);
        let (one, two) = (shared("/a"), shared("/b"));
        assert_eq!(one.root_key(), two.root_key());
        assert_eq!(one.root_fingerprint(&one.root_key()), two.root_fingerprint(&two.root_key()));
        assert_ne!(one.fingerprint(), two.fingerprint(), "each place keeps its own");
        assert_ne!(one.root_key(), at(rule, "/components/schemas/Other").root_key());
        assert_ne!(one.root_key(), shared("/a").caused_by_values("500 of `/text`: null").root_key());
        // It stands in what teams keep: it is the same in every version.
        assert_eq!(one.root_fingerprint(&one.root_key()), "04eec07ba010b481");
    }

    #[test]
    fn a_habit_is_one_bug_whatever_the_node_and_of_its_rule_alone() {
        let habit = |rule, pointer, manner: &str| at(rule, pointer).of_habit(manner).root_key();
        let rule = &accepted_invalid::RULE;
        assert_eq!(habit(rule, "/paths/~1a", "malformed JSON"), habit(rule, "/paths", "malformed JSON"));
        assert_ne!(habit(rule, "/paths", "malformed JSON"), habit(rule, "/paths", "malformed XML"));
        assert_ne!(habit(rule, "/paths", "one"), habit(&error_envelope::RULE, "/paths", "one"));
    }

    #[test]
    fn a_clause_that_successes_and_errors_break_is_one_bug() {
        let broken = |rule| Finding { root: Root::AnyRule, ..at(rule, "/components/schemas/Name") }.root_key();
        assert_eq!(broken(&error_envelope::RULE), broken(&response_schema::RULE));
    }

    #[test]
    fn crashes_are_told_apart_by_their_signatures() {
        let crash = |signature: &str| Root::Crash {
            signature: signature.to_owned(),
            occasion: None,
            symptom: Symptom::default(),
        };
        assert!(crash("500 pets a").may_be(&crash("500 pets a")));
        assert!(!crash("500 pets a").may_be(&crash("500 pets b")));
        assert!(Root::Node.may_be(&Root::AnyRule));
    }

    #[test]
    fn refusals_of_one_part_for_one_reason_are_one_bug() {
        let refusal =
            |manner: &str, reason: &str| Root::Refusal { manner: manner.to_owned(), reason: reason.to_owned() };
        let one = refusal("400 an empty list no clause", "400 /where no clause");
        assert!(one.says_the_same(&refusal("400 an empty object no clause", "400 /where no clause")));
        assert!(!one.says_the_same(&refusal("400 an empty object no clause", "400 /filter no clause")));
        assert!(!one.says_the_same(&refusal("400 an empty object no name", "400 /where no name")));
        let several = refusal("400 an empty list no clause", "");
        assert!(!several.says_the_same(&several), "nobody knows which part it is");
    }

    #[test]
    fn a_failure_that_looks_like_that_of_the_plainest_request_comes_of_it() {
        let crash = |kind: &str, words: Option<&str>| Root::Crash {
            signature: String::new(),
            occasion: None,
            symptom: Symptom { kind: kind.to_owned(), words: words.map(str::to_owned), nameless: None },
        };
        let plainest = crash("500", Some("no row"));
        for (other, comes_of_it) in [
            (crash("500", Some("no row")), true),
            (crash("500", None), true),
            (crash("500", Some("no column")), false),
            (crash("500", Some("")), false),
            (crash("501", Some("no row")), false),
            (Root::Node, false),
        ] {
            assert_eq!(other.comes_of_plainest(&plainest), comes_of_it, "{other:?}");
        }
    }
}
