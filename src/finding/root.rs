//! What makes one bug of many findings of a contract: the root cause that they share, whatever operations show it.

use super::Finding;
use super::fingerprint::digest;

/// What a finding has in common with the others of its bug, in stable words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Root {
    /// The node that it is pinned to, and its cause: a shared schema, say, whichever operations refer to it.
    #[default]
    Node,
    /// The node alone, whichever rule reports it: a clause of a schema is broken by the bodies of successes and errors.
    AnyRule,
    /// What a target does alike wherever it is asked, of one rule.
    Habit {
        /// What it does, for example `allow missing`.
        manner: String,
        /// Habits that bring this one along, the widest first: who lets in everybody lets in any token. An operation
        /// that shows one of them shows nothing new with this.
        part_of: Vec<String>,
    },
    /// The bug of another finding, which explains this one, by its key.
    Known(String),
    /// A failure of the server.
    Crash {
        /// By what it is known again: its status, what its body says, and what its route is about.
        signature: String,
        /// On what occasion, where the signature says too little to go by it alone.
        occasion: Option<&'static str>,
    },
}

impl Root {
    /// Whether two failures may be the same one; true of all else.
    pub fn may_be(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Crash { signature, .. }, Self::Crash { signature: other, .. }) => signature == other,
            _ => true,
        }
    }
}

impl Finding {
    /// The same finding, of a bug that is known by what the target does, whatever the node.
    #[must_use]
    pub fn of_habit(self, manner: impl Into<String>) -> Self {
        self.of_habit_within(manner, Vec::new())
    }

    /// The same finding, of a habit that others bring along; see [`Root::Habit`].
    #[must_use]
    pub fn of_habit_within(self, manner: impl Into<String>, part_of: Vec<String>) -> Self {
        Self { root: Root::Habit { manner: manner.into(), part_of }, ..self }
    }

    /// By what findings of one contract are one bug. It is made of stable names alone, and of none of the operation's
    /// where the bug is no matter of one.
    pub fn root_key(&self) -> String {
        match &self.root {
            Root::Node => format!("{} at {}", self.cause, self.place.address()),
            Root::AnyRule => format!("at {}", self.place.address()),
            Root::Habit { manner, .. } => self.habit_key(manner),
            Root::Known(key) => key.clone(),
            Root::Crash { signature, occasion } => {
                format!("{} crash {signature} {}", self.rule, occasion.unwrap_or_default())
            }
        }
    }

    /// The keys of the bugs that this is part of where its operation shows them, the widest first.
    pub fn wider_root_keys(&self) -> Vec<String> {
        match &self.root {
            Root::Habit { part_of, .. } => part_of.iter().map(|manner| self.habit_key(manner)).collect(),
            _ => Vec::new(),
        }
    }

    fn habit_key(&self, manner: &str) -> String {
        format!("{} habit {manner}", self.rule)
    }

    /// Sixteen hexadecimal digits that are the same for the same bug in every run and on every machine, however many
    /// operations show it.
    pub fn root_fingerprint(&self, key: &str) -> String {
        format!("{:016x}", digest(&[self.place.document(), key]))
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::sync::Arc;

    use super::*;
    use crate::check::rules::{accepted_invalid, error_envelope, response_schema};
    use crate::contract::Contract;
    use crate::finding::OperationName;
    use crate::rule::Rule;
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
        let crash = |signature: &str| Root::Crash { signature: signature.to_owned(), occasion: None };
        assert!(crash("500 pets a").may_be(&crash("500 pets a")));
        assert!(!crash("500 pets a").may_be(&crash("500 pets b")));
        assert!(Root::Node.may_be(&Root::AnyRule));
    }
}
