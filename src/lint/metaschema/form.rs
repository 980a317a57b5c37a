//! Whether the value of a keyword has its form.

use std::collections::HashSet;

use serde_json::{Map, Value};

use super::dialect::Dialect;
use super::keyword::{Field, Form};

/// Strings that are quoted in a message are cut after this many characters.
const LONGEST: usize = 40;

/// A node that is not as it must be.
pub(super) struct Misfit {
    /// The way to it from the keyword's value.
    pub path: Vec<String>,
    /// What is the matter, for example "not the string `5`" or "and `a` stands twice".
    pub what: String,
}

impl Misfit {
    fn here(value: &Value) -> Option<Self> {
        Some(Self { path: Vec::new(), what: format!("not {}", found(value)) })
    }

    fn item(index: usize, what: String) -> Option<Self> {
        Some(Self { path: vec![index.to_string()], what })
    }

    fn below(mut self, token: &str) -> Self {
        self.path.insert(0, token.to_owned());
        self
    }
}

impl Form {
    /// What the value must be, in words; names of types are checked elsewhere.
    pub fn words(self, dialect: Dialect) -> &'static str {
        match self {
            Self::Anything => "any value",
            Self::String => "a string",
            Self::Boolean => "true or false",
            Self::Number => "a number",
            Self::Positive => "a number greater than 0",
            Self::Count => "a non-negative integer",
            Self::TypeName => "the name of one type",
            Self::TypeNames => "the name of a type or a non-empty array of unique names",
            Self::Array => "an array",
            Self::Names => "an array of unique strings",
            Self::SomeNames => "a non-empty array of unique strings",
            Self::NamesByName => "an object of arrays of unique strings",
            Self::Schema if dialect.has_boolean_schemas() => "a schema (an object, true or false)",
            Self::Schema => "a schema (an object)",
            Self::SchemaOrBoolean => "a schema, true or false",
            Self::SchemaOrSchemas => "a schema or a non-empty array of schemas",
            Self::Schemas => "a non-empty array of schemas",
            Self::SchemasByName => "an object of schemas",
            Self::Dependencies => "an object of schemas and of arrays of unique strings",
            Self::StringsByName => "an object of strings",
            Self::BooleansByName => "an object of true and false",
            Self::Object(_) => "an object",
        }
    }

    /// The first node of `value` that does not have the form. Schemas in it are held to theirs elsewhere.
    pub fn misfit(self, value: &Value, dialect: Dialect) -> Option<Misfit> {
        let fits = match self {
            Self::Anything => true,
            Self::String | Self::TypeName => value.is_string(),
            Self::Boolean => value.is_boolean(),
            Self::Number => value.is_number(),
            Self::Positive => value.as_f64().is_some_and(|number| number > 0.0),
            Self::Count => is_count(value),
            Self::Array => value.is_array(),
            Self::Schema => value.is_object() || value.is_boolean() && dialect.has_boolean_schemas(),
            Self::SchemaOrBoolean => value.is_object() || value.is_boolean(),
            Self::SchemasByName => value.is_object(),
            Self::Schemas => value.as_array().is_some_and(|items| !items.is_empty()),
            Self::SchemaOrSchemas => match value {
                Value::Array(items) => !items.is_empty(),
                other => return Self::Schema.misfit(other, dialect),
            },
            Self::TypeNames if value.is_string() => true,
            Self::Names | Self::SomeNames | Self::TypeNames => return self.misfit_of_names(value),
            Self::NamesByName => return each(value, |member| Self::Names.misfit(member, dialect)),
            Self::Dependencies => return each(value, |member| Self::misfit_of_dependency(member, dialect)),
            Self::StringsByName => return each(value, |member| Self::String.misfit(member, dialect)),
            Self::BooleansByName => return each(value, |member| Self::Boolean.misfit(member, dialect)),
            Self::Object(fields) => match value {
                Value::Object(members) => return misfit_of_fields(fields, members, dialect),
                _ => false,
            },
        };
        if fits { None } else { Misfit::here(value) }
    }

    fn misfit_of_names(self, value: &Value) -> Option<Misfit> {
        let Value::Array(items) = value else { return Misfit::here(value) };
        if items.is_empty() && self != Self::Names {
            return Misfit::here(value);
        }
        let mut seen = HashSet::new();
        for (index, item) in items.iter().enumerate() {
            match item {
                Value::String(name) if !seen.insert(name) => {
                    return Misfit::item(index, format!("and `{}` stands twice", shorten(name)));
                }
                Value::String(_) => {}
                other => return Misfit::item(index, format!("and one of the items is {}", found(other))),
            }
        }
        None
    }

    fn misfit_of_dependency(value: &Value, dialect: Dialect) -> Option<Misfit> {
        match value {
            Value::Array(_) if dialect.has_boolean_schemas() => Self::Names.misfit(value, dialect),
            Value::Array(_) => Self::SomeNames.misfit(value, dialect),
            other => Self::Schema.misfit(other, dialect),
        }
    }
}

fn each(value: &Value, misfit: impl Fn(&Value) -> Option<Misfit>) -> Option<Misfit> {
    let Value::Object(members) = value else { return Misfit::here(value) };
    members.iter().find_map(|(name, member)| misfit(member).map(|inner| inner.below(name)))
}

fn misfit_of_fields(fields: &[Field], members: &Map<String, Value>, dialect: Dialect) -> Option<Misfit> {
    fields.iter().find_map(|field| match members.get(field.name) {
        Some(value) => {
            let inner = field.form.misfit(value, dialect)?;
            let what = format!("whose `{}` is {}, {}", field.name, field.form.words(dialect), inner.what);
            Some(Misfit { path: inner.path, what }.below(field.name))
        }
        None if field.required => {
            Some(Misfit { path: Vec::new(), what: format!("with `{}`, which is missing", field.name) })
        }
        None => None,
    })
}

fn is_count(value: &Value) -> bool {
    value.is_u64() || value.as_f64().is_some_and(|number| number >= 0.0 && number.fract() == 0.0)
}

/// A value as a sentence names it.
pub(super) fn found(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(truth) => truth.to_string(),
        Value::Number(number) => number.to_string(),
        Value::String(string) => format!("the string `{}`", shorten(string)),
        Value::Array(items) if items.is_empty() => "an empty array".to_owned(),
        Value::Array(_) => "an array".to_owned(),
        Value::Object(_) => "an object".to_owned(),
    }
}

/// The head of a string.
pub(super) fn shorten(string: &str) -> String {
    match string.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &string[..end]),
        None => string.to_owned(),
    }
}
