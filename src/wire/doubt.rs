//! Why what breaks a clause may not do so once it is sent.

use serde_json::Value;

use crate::spec::Pointer;
use crate::text::ellipsis;

/// Why what breaks a clause may not do so once it is sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Doubt {
    /// It has no form.
    #[error("{} cannot be sent there", named(.0))]
    Unsendable(Value),
    /// It is not what a form consists of.
    #[error("a form is an object, whatever is in it")]
    NoForm,
    /// Nothing says how it is written.
    #[error("OpenAPI does not say how arrays and objects within others are written")]
    Undefined,
    /// There are too many readings of it to look at.
    #[error("what breaks it can be read in too many ways")]
    TooMany,
    /// It is as good as nothing.
    #[error("what breaks it may be taken for no value at all")]
    Nothing,
    /// It is the text of another value.
    #[error("what breaks it may be read as `{}`", brief(.0))]
    ReadAs(Value),
    /// Readers of XML may look for it under another name.
    #[error("readers may look for it under another name: the document gives it two in XML")]
    Elsewhere,
    /// It has no form in XML.
    #[error("{0}")]
    NoXml(String),
}

impl Doubt {
    /// The same of the part of the value at `place`, where `*` is any key or item.
    #[must_use]
    pub(crate) fn at(self, place: &Pointer) -> Self {
        let (again, whole): (fn(Value) -> Self, &Value) = match &self {
            Self::ReadAs(value) => (Self::ReadAs, value),
            Self::Unsendable(value) => (Self::Unsendable, value),
            _ => return self,
        };
        let mut part = whole;
        let mut tokens = place.tokens().peekable();
        while let Some(token) = tokens.next() {
            let inner = match part {
                Value::Array(items) if token == "*" => items.first(),
                Value::Array(items) => token.parse::<usize>().ok().and_then(|index| items.get(index)),
                Value::Object(members) if token == "*" => members.values().next(),
                Value::Object(members) => members.get(token.as_ref()),
                _ => None,
            };
            match inner {
                Some(inner) => part = inner,
                None if part.is_object() && tokens.peek().is_none() => return Self::Nothing,
                None => break,
            }
        }
        again(part.clone())
    }
}

/// How messages name a value that cannot be sent.
fn named(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Array(items) if items.is_empty() => "an empty array".to_owned(),
        Value::Object(members) if members.is_empty() => "an object without properties".to_owned(),
        _ => format!("`{}`", brief(value)),
    }
}

fn brief(value: &Value) -> String {
    ellipsis::end(&value.to_string(), 60).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_doubt_speaks_of_the_part_that_the_clause_is_about() {
        for (value, place, told) in [
            (json!({"a": {"b": [1]}}), "/a/b/*", "what breaks it may be read as `1`"),
            (json!({"a": {"b": "x"}}), "/*/b", "what breaks it may be read as `\"x\"`"),
            (json!({"a": {}}), "/a/b", "what breaks it may be taken for no value at all"),
            (json!({"a": "x"}), "/a/b/c", "what breaks it may be read as `\"x\"`"),
        ] {
            assert_eq!(Doubt::ReadAs(value).at(&Pointer::new(place)).to_string(), told);
        }
        let unsendable = Doubt::Unsendable(json!({"a": null})).at(&Pointer::new("/a"));
        assert_eq!(unsendable.to_string(), "null cannot be sent there");
        assert_eq!(Doubt::Unsendable(json!([])).to_string(), "an empty array cannot be sent there");
    }
}
