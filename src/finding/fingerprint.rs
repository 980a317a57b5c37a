//! What a finding is known by, over runs and machines.

use super::Finding;
use super::digest::digest;
use crate::rule::Family;

impl Finding {
    /// Sixteen hexadecimal digits that are the same for the same finding in every run and on every machine, whatever the
    /// seed, the line numbers, the sentences and the values that show it.
    ///
    /// They are of the rule, the document's name, the operation and the cause.
    pub fn fingerprint(&self) -> String {
        // The two documents of a comparison are often versions of one, under any names.
        let document = if self.rule.family == Family::Diff { "" } else { self.place.document() };
        let operation = self.operation.as_ref().map(ToString::to_string).unwrap_or_default();
        format!("{:016x}", digest(&[self.rule.id, document, &operation, &self.cause]))
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use crate::check::rules::{accepted_invalid, leak};
    use crate::contract::Contract;
    use crate::finding::Finding;
    use crate::rule::{Rule, Severity};
    use crate::spec::{Document, FileId, LoadOptions, Pointer, SourceLocation};

    const DOCUMENT: &str = "openapi: 3.1.0\npaths:\n  /a:\n    get: {responses: {'200': {description: ok}}}\n";

    fn found(file: &str, text: &str, rule: &'static Rule, pointer: &str) -> Finding {
        let document = Document::from_text(Path::new(file), text.to_owned(), LoadOptions::default()).expect("parses");
        let contract = Contract::compile(document).expect("compiles");
        let location = SourceLocation { file: FileId(0), pointer: Pointer::new(pointer) };
        crate::testing::finding(&contract, rule, location, "responses", "one")
    }

    #[test]
    fn a_finding_keeps_its_fingerprint_wherever_its_document_lies_and_whatever_it_says() {
        let rule = &accepted_invalid::RULE;
        let here = found("api.yaml", DOCUMENT, rule, "/paths/~1a/get");
        let there = found("/home/else/api.yaml", &format!("# a comment\n\n{DOCUMENT}"), rule, "/paths/~1a/get");
        assert_eq!(here.fingerprint(), there.fingerprint());
        let later =
            Finding { message: "another".to_owned(), cases: 7, ..here.clone() }.with_severity(Severity::Warning);
        assert_eq!(here.fingerprint(), later.fingerprint());
        // It stands in file names: it is the same in every version.
        assert_eq!(here.fingerprint(), "51bc496cb81683db");
    }

    #[test]
    fn another_finding_has_another_fingerprint() {
        let of = |file, rule, pointer| found(file, DOCUMENT, rule, pointer).fingerprint();
        let one = of("api.yaml", &accepted_invalid::RULE, "/paths/~1a/get");
        assert_ne!(one, of("api.yaml", &leak::RULE, "/paths/~1a/get"), "the rule");
        assert_ne!(one, of("api.yaml", &accepted_invalid::RULE, "/paths/~1a"), "the node");
        assert_ne!(one, of("other.yaml", &accepted_invalid::RULE, "/paths/~1a/get"), "the document");
        let values = |manner| {
            found("api.yaml", DOCUMENT, &accepted_invalid::RULE, "/paths").caused_by_values(manner).fingerprint()
        };
        assert_ne!(values("500 of `/text`: null"), values("500 of `/text`: zero"), "the values");
    }
}
