//! Nodes that a file names by keywords of its schemas: `$id` and `$anchor` (JSON Schema 2020-12 Core, section 8.2).

use serde_json::Value;
use url::Url;

use super::pointer::Pointer;

/// Members whose value is data, whatever it looks like.
const DATA: [&str; 5] = ["const", "default", "enum", "example", "examples"];

/// Members whose value has names for members, and no keywords.
const NAMED: [&str; 18] = [
    "$defs",
    "callbacks",
    "content",
    "definitions",
    "dependentSchemas",
    "encoding",
    "headers",
    "links",
    "parameters",
    "pathItems",
    "paths",
    "patternProperties",
    "properties",
    "requestBodies",
    "responses",
    "schemas",
    "securitySchemes",
    "webhooks",
];

/// A node that is no data; the members of some have names that look like keywords and are none.
struct Node<'a> {
    value: &'a Value,
    at: Pointer,
    is_named: bool,
}

impl<'a> Node<'a> {
    fn text(&self, keyword: &str) -> Option<&'a str> {
        self.value.get(keyword).filter(|_| !self.is_named && self.value.is_object()).and_then(Value::as_str)
    }

    fn children(&self) -> Vec<Self> {
        match self.value {
            Value::Object(members) => {
                let below = members.iter().filter(|(key, _)| self.is_named || !DATA.contains(&key.as_str()));
                let is_named = |key: &String| !self.is_named && NAMED.contains(&key.as_str());
                below.map(|(key, value)| Self { value, at: self.at.join(key), is_named: is_named(key) }).collect()
            }
            Value::Array(items) => {
                let items = items.iter().enumerate();
                items.map(|(index, value)| Self { value, at: self.at.index(index), is_named: false }).collect()
            }
            _ => Vec::new(),
        }
    }
}

/// The node below `value`, which is at `at`, that declares `$anchor` (or `$dynamicAnchor`, or draft 6's `$id: "#name"`).
pub(super) fn anchor(value: &Value, at: &Pointer, name: &str) -> Option<Pointer> {
    // A work list instead of recursion: documents nest schemas deeper than a stack does calls.
    let mut left = vec![Node { value, at: at.clone(), is_named: false }];
    while let Some(node) = left.pop() {
        let id = node.text("$id").and_then(|id| id.strip_prefix('#'));
        if [node.text("$anchor"), node.text("$dynamicAnchor"), id].contains(&Some(name)) {
            return Some(node.at);
        }
        left.extend(node.children().into_iter().rev());
    }
    None
}

/// The schemas of one file that have an `$id`.
#[derive(Clone, Debug, Default)]
pub(super) struct Resources {
    /// The id as it is written, and with what is around it.
    all: Vec<(String, Option<Url>, Pointer)>,
}

impl Resources {
    pub fn of(value: &Value) -> Self {
        let mut all = Vec::new();
        let mut left = vec![(Node { value, at: Pointer::root(), is_named: false }, None::<Url>)];
        while let Some((node, around)) = left.pop() {
            let mut base = around;
            let id = node.text("$id").map(|id| id.trim_end_matches('#')).filter(|id| !id.is_empty());
            if let Some(id) = id.filter(|id| !id.starts_with('#')) {
                base = within(base.as_ref(), id);
                all.push((id.to_owned(), base.clone(), node.at.clone()));
            }
            left.extend(node.children().into_iter().rev().map(|child| (child, base.clone())));
        }
        Self { all }
    }

    /// The schema that an address without a fragment means, be it relative to the id of another one.
    pub fn find(&self, address: &str) -> Option<&Pointer> {
        let written = self.all.iter().find(|(id, _, _)| id == address);
        let of = |url: &Url| self.all.iter().find(|(_, known, _)| known.as_ref() == Some(url));
        let absolute = || of(&Url::parse(address).ok()?);
        let relative = || self.all.iter().find_map(|(_, base, _)| of(&base.as_ref()?.join(address).ok()?));
        written.or_else(absolute).or_else(relative).map(|(_, _, at)| at)
    }
}

fn within(base: Option<&Url>, id: &str) -> Option<Url> {
    match base {
        Some(base) => base.join(id).ok(),
        None => Url::parse(id).ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_anchor_is_a_keyword_of_a_schema() {
        let found = |schemas: &Value| {
            let document = json!({"components": {"schemas": schemas}});
            let at = anchor(&document, &Pointer::root(), "x")?;
            Some(at.as_str().trim_start_matches("/components/schemas").to_owned())
        };
        for data in [
            json!({"enum": [{"$anchor": "x"}]}),
            json!({"const": {"$dynamicAnchor": "x"}}),
            json!({"default": {"$id": "#x"}}),
            json!({"examples": [{"$anchor": "x"}], "example": {"$anchor": "x"}}),
            json!({"properties": {"$anchor": "x"}}),
        ] {
            assert_eq!(found(&json!({"a": data, "b": {"$anchor": "x"}})).as_deref(), Some("/b"), "{data}");
            assert_eq!(found(&json!({"a": data})), None, "{data}");
        }
        for (schemas, at) in [
            (json!({"enum": {"$anchor": "x"}}), "/enum"),
            (json!({"default": {"properties": {"example": {"$anchor": "x"}}}}), "/default/properties/example"),
            (json!({"a": {"properties": {"properties": {"$anchor": "x"}}}}), "/a/properties/properties"),
            (json!({"a": {"allOf": [{"$dynamicAnchor": "x"}]}}), "/a/allOf/0"),
        ] {
            assert_eq!(found(&schemas).as_deref(), Some(at), "{schemas}");
        }
    }

    #[test]
    fn a_schema_is_found_by_its_id() {
        let resources = Resources::of(&json!({
            "n": {"$id": "urn:example:n"},
            "tree": {"$id": "https://example.com/schemas/tree.json", "$defs": {"leaf": {"$id": "leaf.json#"}}},
            "data": {"const": {"$id": "urn:example:data"}},
        }));
        for (address, at) in [
            ("urn:example:n", Some("/n")),
            ("https://example.com/schemas/leaf.json", Some("/tree/$defs/leaf")),
            ("leaf.json", Some("/tree/$defs/leaf")),
            ("tree.json", Some("/tree")),
            ("https://example.com/tree.json", None),
            ("urn:example:data", None),
            ("other.json", None),
        ] {
            assert_eq!(resources.find(address).map(Pointer::as_str), at, "{address}");
        }
    }
}
