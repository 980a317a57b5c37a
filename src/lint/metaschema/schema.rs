//! Holds one schema to the keywords of its dialect.

use serde_json::Value;

use super::dialect::Dialect;
use super::form::{Misfit, found, shorten};
use super::keyword::{Form, Keyword, Named};
use super::node::SchemaNode;
use super::{advice, enumeration, rule, type_name, typo};
use crate::contract::Diagnostic;
use crate::rule::Rule;
use crate::spec::SourceLocation;

/// Values of `enum` that are named.
const MOST_NAMED: usize = 5;

/// A schema that is none.
pub(super) fn not_a_schema(value: &Value, at: &SourceLocation, dialect: Dialect) -> Diagnostic {
    let is_reference = at.pointer.parent().is_some_and(|(_, name)| name == "$ref");
    let advice = match value {
        Value::String(_) if is_reference => {
            "; a reference stands in place of a schema, not of an object of schemas".to_owned()
        }
        Value::String(name) if type_name::TYPES.contains(&name.as_str()) => format!("; write `{{type: {name}}}`"),
        _ => String::new(),
    };
    let form = Form::Schema.words(dialect);
    let message = format!("{form} is expected here in {}, not {}{advice}", dialect.name, found(value));
    diagnostic(&rule::NOT_A_SCHEMA, at.clone(), message)
}

/// What is wrong with the member of a schema that is no keyword of its dialect.
pub(super) fn no_keyword(node: &SchemaNode<'_>, name: &str, value: &Value, named: &Named) -> Option<Diagnostic> {
    let dialect = node.dialect;
    match named {
        Named::Foreign => {
            let advice = advice::instead_of(node, name, value);
            let message = format!("`{name}` is no keyword of {}, so it does nothing{advice}", dialect.name);
            Some(diagnostic(&rule::KEYWORD_DIALECT, node.at.join(name), message))
        }
        Named::Unknown => unknown(node, name, value),
        Named::Keyword(_) | Named::Quiet => None,
    }
}

fn unknown(node: &SchemaNode<'_>, name: &str, value: &Value) -> Option<Diagnostic> {
    let (at, dialect) = (node.at.join(name), node.dialect);
    if typo::is_extension(name) || !dialect.is_known() {
        return None;
    }
    let meant = typo::meant(name, value, node.members, dialect);
    if !meant.is_empty() {
        let meant: Vec<String> = meant.into_iter().map(|name| format!("`{name}`")).collect();
        let message = format!("`{name}` is no keyword of {}; did you mean {}?", dialect.name, meant.join(" or "));
        return Some(diagnostic(&rule::KEYWORD_TYPO, at, message));
    }
    // JSON Schema 2020-12 takes unknown names for notes (Core, 6.5).
    if !dialect.is_closed() {
        return None;
    }
    let advice = match value {
        Value::Object(members) if typo::is_schema(members) => "a property stands in `properties`",
        _ => "the name of an extension starts with `x-`",
    };
    let message = format!("`{}` is no keyword of {}, so it does nothing; {advice}", shorten(name), dialect.name);
    Some(diagnostic(&rule::KEYWORD_UNKNOWN, at, message))
}

/// What is wrong with the value of a keyword.
pub(super) fn keyword(node: &SchemaNode<'_>, keyword: &Keyword, value: &Value) -> Option<Diagnostic> {
    let at = node.at.join(keyword.name);
    match (keyword.name, value) {
        ("type", _) => type_of(node, keyword, value, at),
        ("required", Value::Bool(flag)) => {
            let message = format!(
                "`required` is an array of the names of properties in {}; {}",
                node.dialect.name,
                advice::instead_of_flag(node.at, *flag)
            );
            Some(diagnostic(&rule::REQUIRED_FLAG, at, message))
        }
        ("enum", Value::Array(values)) => values_of(values, at),
        _ => {
            let misfit = keyword.form.misfit(value, node.dialect)?;
            Some(of_misfit(node, keyword, value, at, misfit))
        }
    }
}

fn of_misfit(
    node: &SchemaNode<'_>,
    keyword: &Keyword,
    value: &Value,
    at: SourceLocation,
    misfit: Misfit,
) -> Diagnostic {
    let Keyword { name, form, .. } = keyword;
    let advice = advice::for_value(node, keyword, value);
    let message =
        format!("`{name}` must be {} in {}, {}{advice}", form.words(node.dialect), node.dialect.name, misfit.what);
    let at = misfit.path.iter().fold(at, |at, token| at.join(token));
    diagnostic(&rule::KEYWORD_VALUE, at, message)
}

fn type_of(node: &SchemaNode<'_>, keyword: &Keyword, value: &Value, at: SourceLocation) -> Option<Diagnostic> {
    let unknown = |name: &str, at| diagnostic(&rule::TYPE_NAME, at, type_name::message(name, node));
    match value {
        Value::String(name) if type_name::is_type(name, node) => None,
        Value::String(name) => Some(unknown(name, at)),
        Value::Array(names) if keyword.form == Form::TypeNames => {
            let wrong = names.iter().enumerate().find_map(|(index, name)| match name {
                Value::String(name) if type_name::is_type(name, node) => None,
                Value::String(name) => Some(unknown(name, at.index(index))),
                other => Some(diagnostic(&rule::KEYWORD_VALUE, at.index(index), type_name::not_a_name(other, node))),
            });
            wrong.or_else(|| {
                let misfit = keyword.form.misfit(value, node.dialect)?;
                Some(of_misfit(node, keyword, value, at, misfit))
            })
        }
        other => Some(diagnostic(&rule::KEYWORD_VALUE, at, type_name::not_a_name(other, node))),
    }
}

fn values_of(values: &[Value], at: SourceLocation) -> Option<Diagnostic> {
    if values.is_empty() {
        return Some(diagnostic(&rule::ENUM_EMPTY, at, "an empty `enum` allows nothing"));
    }
    let (first, twice) = enumeration::duplicates(values)?;
    let named: Vec<String> =
        twice.iter().take(MOST_NAMED).map(|value| format!("`{}`", shorten(&value.to_string()))).collect();
    let more = twice.len().checked_sub(MOST_NAMED).filter(|more| *more > 0);
    let more = more.map_or(String::new(), |more| format!(" and {more} more"));
    let message = format!("the values of `enum` must differ: {}{more} more than once", named.join(", "));
    Some(diagnostic(&rule::ENUM_DUPLICATE, at.index(first), message))
}

fn diagnostic(rule: &'static Rule, at: SourceLocation, message: impl Into<String>) -> Diagnostic {
    Diagnostic::new(rule, at, message)
}
