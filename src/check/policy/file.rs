//! Reads `conform.toml`.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;
use toml::Spanned;

use super::model::{Level, OwnValue, Row, Written};
use super::{Policy, PolicyError};
use crate::check;
use crate::check::rules::{rejected_valid, undocumented_status};
use crate::contract::StatusRange;
use crate::fixtures::{PLACES, ResourcePlace, VariableError, expand};
use crate::rule::Rule;
use crate::spec::Pointer;
use crate::text::nearest::suggest;

/// What a file says of findings and operations, by key. What else it holds are options of a run.
#[cfg(feature = "cli")]
pub const POLICY_KEYS: [&str; 3] = ["checks", "rules", "operations"];

#[derive(Deserialize)]
struct File {
    #[serde(default)]
    checks: BTreeMap<Spanned<String>, Level>,
    #[serde(default)]
    rules: Vec<Spanned<FileRow>>,
    #[serde(default)]
    operations: Vec<Spanned<FileOperation>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct FileOperation {
    operation: Spanned<String>,
    #[serde(default)]
    timeout: Option<Spanned<String>>,
    #[serde(default)]
    expect: Vec<Spanned<String>>,
    #[serde(default)]
    severity: Option<Level>,
    #[serde(default)]
    rate: Option<Spanned<Rate>>,
    #[serde(default)]
    values: BTreeMap<Spanned<String>, Value>,
}

/// Requests a second: a number, or text such as `5/s`.
#[derive(Deserialize)]
#[serde(untagged)]
enum Rate {
    Number(i64),
    Text(String),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct FileRow {
    #[serde(default)]
    check: Option<Spanned<String>>,
    #[serde(default)]
    operation: Option<Spanned<String>>,
    #[serde(default)]
    status: Option<Spanned<String>>,
    #[serde(default)]
    clause: Option<Spanned<String>>,
    #[serde(default)]
    pointer: Option<Spanned<String>>,
    severity: Level,
}

/// The text of a file with its name.
struct Source<'a> {
    name: &'a str,
    text: &'a str,
}

impl Source<'_> {
    /// The line of a byte, from 1.
    fn line(&self, offset: usize) -> usize {
        self.text.get(..offset).unwrap_or("").matches('\n').count() + 1
    }

    fn error(&self, offset: usize, message: impl Into<String>, help: impl Into<String>) -> PolicyError {
        let place = format!("{}:{}", self.name, self.line(offset));
        PolicyError { place, message: message.into(), help: help.into() }
    }

    fn written<T>(&self, text: &Spanned<String>, value: T) -> Written<T> {
        Written { value, line: self.line(text.span().start) }
    }

    fn rule(&self, name: &Spanned<String>) -> Result<&'static Rule, PolicyError> {
        check::rules().find(|rule| rule.id == name.get_ref()).ok_or_else(|| {
            let help = suggest(name.get_ref(), check::rules().map(|rule| rule.id), "");
            self.error(name.span().start, format!("there is no check `{}`", name.get_ref()), help)
        })
    }

    fn status(&self, text: &Spanned<String>) -> Result<StatusRange, PolicyError> {
        StatusRange::parse(text.get_ref()).ok_or_else(|| {
            let message = format!("`{}` is not a status", text.get_ref());
            self.error(text.span().start, message, "for example \"404\" or \"4XX\"")
        })
    }

    fn pointer(&self, text: &Spanned<String>) -> Result<Written<Pointer>, PolicyError> {
        let pointer = text.get_ref().strip_prefix('#').unwrap_or(text.get_ref());
        if !pointer.starts_with('/') {
            let message = format!("`{}` is not a JSON pointer", text.get_ref());
            let help = "for example \"/components/schemas/Message\"; `*` is any key or item, `~1` is a slash in a key";
            return Err(self.error(text.span().start, message, help));
        }
        Ok(self.written(text, Pointer::new(pointer)))
    }

    fn rate(&self, rate: &Spanned<Rate>) -> Result<u32, PolicyError> {
        let number = match rate.get_ref() {
            Rate::Number(number) => u32::try_from(*number).ok(),
            Rate::Text(text) => text.strip_suffix("/s").unwrap_or(text).parse().ok(),
        };
        number.filter(|number| *number > 0).ok_or_else(|| {
            let message = "`rate` is how many requests are sent a second, at most";
            self.error(rate.span().start, message, "a number from 1, for example 5")
        })
    }

    fn own_value(&self, place: &Spanned<String>, value: &Value) -> Result<Written<OwnValue>, PolicyError> {
        let at = ResourcePlace::parse(place.get_ref()).ok_or_else(|| {
            let message = format!("`{}` is no place of a request", place.get_ref());
            self.error(place.span().start, message, PLACES)
        })?;
        let listed = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
        if listed.is_empty() || listed.iter().any(|value| value.is_array() || value.is_object() || value.is_null()) {
            let message =
                format!("the value of `{}` is no text, number or boolean, and no list of them", place.get_ref());
            return Err(self.error(place.span().start, message, "for example \"query.region\" = [\"eu\", \"us\"]"));
        }
        let expanded = listed.iter().map(|value| match value {
            Value::String(text) => expand(text, &|name| std::env::var(name).ok()).map(|expanded| expanded.text.into()),
            other => Ok(other.clone()),
        });
        let values = expanded.collect::<Result<Vec<Value>, _>>().map_err(|error| match error {
            VariableError::Unset(name) => self.error(
                place.span().start,
                format!("the environment variable `{name}` is not set"),
                format!("set it, or write ${{{name}:-what to take otherwise}}"),
            ),
            VariableError::Malformed(text) => self.error(
                place.span().start,
                format!("`{text}` is no variable"),
                "write ${NAME}, ${NAME:-default}, or $$ for a plain $",
            ),
        })?;
        Ok(self.written(place, OwnValue { place: place.get_ref().clone(), at, values }))
    }

    fn row(&self, row: &Spanned<FileRow>) -> Result<Row, PolicyError> {
        let FileRow { check, operation, status, clause, pointer, severity } = row.get_ref();
        let name =
            |text: &Option<Spanned<String>>| text.as_ref().map(|text| self.written(text, text.get_ref().clone()));
        if [check, operation, status, clause, pointer].iter().all(|part| part.is_none()) {
            let help = "name a check, an operation, a status, a clause or a pointer, or several of them";
            return Err(self.error(row.span().start, "this rule is for everything", help));
        }
        Ok(Row {
            rule: check.as_ref().map(|check| self.rule(check)).transpose()?,
            operation: name(operation),
            status: status.as_ref().map(|status| self.status(status)).transpose()?,
            clause: name(clause),
            pointer: pointer.as_ref().map(|pointer| self.pointer(pointer)).transpose()?,
            level: *severity,
        })
    }
}

/// What to do about a file that is not as it should be. The deserializer names a key or severity that it does not know
/// in backticks, and then those that it knows.
fn help(message: &str) -> String {
    let mut names = message.split('`').skip(1).step_by(2);
    match names.next() {
        Some(wanted) if message.starts_with("unknown ") => suggest(wanted, names, ""),
        _ => "there are [checks], [[rules]] with check, operation, status, clause, pointer and severity, and \
              [[operations]] with operation, timeout, expect, severity, rate and values; severities are error, warning and off"
            .to_owned(),
    }
}

/// Reads the text of a file of this name.
pub(super) fn parse(
    name: &str,
    text: &str,
    duration: impl Fn(&str) -> Result<Duration, String>,
) -> Result<Policy, PolicyError> {
    let source = Source { name, text };
    let file: File = toml::from_str(text).map_err(|error| {
        source.error(error.span().map_or(0, |span| span.start), error.message(), help(error.message()))
    })?;
    let mut policy = Policy { file: name.to_owned(), ..Policy::default() };
    for (check, level) in &file.checks {
        policy.rows.push(Row { rule: Some(source.rule(check)?), level: *level, ..Row::default() });
    }
    for row in &file.rules {
        policy.rows.push(source.row(row)?);
    }
    for operation in file.operations.iter().map(Spanned::get_ref) {
        let name = source.written(&operation.operation, operation.operation.get_ref().clone());
        if let Some(limit) = &operation.timeout {
            let read = duration(limit.get_ref());
            let read = read.map_err(|error| source.error(limit.span().start, error, "for example 30s"))?;
            policy.timeouts.push((name.clone(), read));
        }
        if let Some(rate) = &operation.rate {
            policy.rates.push((name.clone(), source.rate(rate)?));
        }
        for (place, value) in &operation.values {
            policy.values.push((name.clone(), source.own_value(place, value)?));
        }
        if let Some(level) = operation.severity {
            policy.rows.push(Row { operation: Some(name.clone()), level, ..Row::default() });
        }
        for status in &operation.expect {
            let status = Some(source.status(status)?);
            let rules = [&rejected_valid::RULE, &undocumented_status::RULE];
            policy.rows.extend(rules.map(|rule| Row {
                rule: Some(rule),
                operation: Some(name.clone()),
                status,
                level: Level::Off,
                ..Row::default()
            }));
        }
    }
    Ok(policy)
}
