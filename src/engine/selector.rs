//! What names operations of a contract: a path, a method, a tag or an id.

use crate::contract::{Contract, Operation};
use crate::text::glob::matches;
use crate::text::nearest::suggest;

/// What a selector asks of an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asks {
    Path,
    Method,
    Tag,
    Id,
    /// The id or the path.
    Either,
}

/// A pattern of operations: `path:GLOB`, `method:NAME`, `tag:NAME`, `operation:GLOB`, or a glob of ids and paths.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selector {
    asks: Asks,
    pattern: String,
    written: String,
}

const KINDS: [(&str, Asks); 4] =
    [("path", Asks::Path), ("method", Asks::Method), ("tag", Asks::Tag), ("operation", Asks::Id)];

impl Selector {
    /// Reads a selector. What stands before a colon and is no kind of selector may be part of an id or a path.
    ///
    /// # Errors
    /// What to write instead.
    pub fn parse(written: &str) -> Result<Self, String> {
        let kind = |(kind, rest): (&str, &str)| {
            let known = KINDS.iter().find(|(name, _)| *name == kind)?;
            Some((known.1, rest.to_owned()))
        };
        let (asks, pattern) =
            written.split_once(':').and_then(kind).unwrap_or_else(|| (Asks::Either, written.to_owned()));
        if pattern.is_empty() {
            return Err("write path:GLOB, method:NAME, tag:NAME, operation:GLOB, or an id or path alone".to_owned());
        }
        let pattern = if asks == Asks::Method { pattern.to_ascii_uppercase() } else { pattern };
        Ok(Self { asks, pattern, written: written.to_owned() })
    }

    /// Whether it names an operation.
    pub fn names(&self, contract: &Contract, operation: &Operation) -> bool {
        let mut texts = self.texts(contract, operation).into_iter();
        match self.asks {
            // A tag is a person's words, which may hold a star.
            Asks::Tag => texts.any(|tag| tag == self.pattern),
            _ => texts.any(|text| matches(&self.pattern, text)),
        }
    }

    /// As it was written.
    pub fn written(&self) -> &str {
        &self.written
    }

    /// What was probably meant, where it names no operation of these contracts.
    pub fn advice<'c>(&self, contracts: impl IntoIterator<Item = &'c Contract>) -> String {
        if self.asks == Asks::Either
            && let Some((prefix, rest)) = self.pattern.split_once(':').filter(|(prefix, _)| !prefix.contains('/'))
            && let Some(kind) = crate::text::nearest::nearest(prefix, KINDS.iter().map(|(name, _)| *name))
        {
            return format!("did you mean `{kind}:{rest}`?");
        }
        let mut known: Vec<&str> = contracts
            .into_iter()
            .flat_map(|contract| contract.operations.iter().flat_map(|operation| self.texts(contract, operation)))
            .collect();
        known.sort_unstable();
        known.dedup();
        suggest(&self.pattern, known, "* stands for any characters")
    }

    /// The texts of an operation that it is about.
    fn texts<'c>(&self, contract: &'c Contract, operation: &'c Operation) -> Vec<&'c str> {
        match self.asks {
            Asks::Path => vec![&operation.path],
            Asks::Method => vec![&operation.method],
            Asks::Tag => tags(contract, operation).collect(),
            Asks::Id => vec![&operation.id],
            Asks::Either => vec![&operation.id, &operation.path],
        }
    }
}

/// The tags of an operation.
pub(super) fn tags<'c>(contract: &'c Contract, operation: &Operation) -> impl Iterator<Item = &'c str> {
    let tags = contract.document.get(&operation.location.join("tags")).and_then(|tags| tags.as_array());
    tags.into_iter().flatten().filter_map(|tag| tag.as_str())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::testing::contract;

    #[test]
    fn an_operation_is_named_by_its_path_method_tag_or_id() {
        let document = json!({"/pets/{id}": {"get": {"operationId": "pets:read", "tags": ["Pets"], "responses": {}}}});
        let contract = contract(&document, &json!({}));
        let names = |written: &str| {
            let selector = Selector::parse(written).expect(written);
            selector.names(&contract, &contract.operations[0])
        };
        for right in ["path:/pets/*", "method:get", "tag:Pets", "operation:pets:*", "pets:read", "/pets/{id}", "/pets*"]
        {
            assert!(names(right), "{right}");
        }
        for wrong in ["path:/pets", "method:POST", "tag:pets", "tag:P*", "operation:/pets*", "read"] {
            assert!(!names(wrong), "{wrong}");
        }
        assert!(Selector::parse("path:").is_err() && Selector::parse("").is_err());
        let advice = |written: &str| Selector::parse(written).expect(written).advice([&contract]);
        assert_eq!(advice("tag:Pet"), "did you mean `Pets`?");
        assert_eq!(advice("pth:/pets*"), "did you mean `path:/pets*`?");
    }
}
