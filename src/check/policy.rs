//! What a team makes of each check: severities by check, operation and status, from `conform.toml`.

use std::path::Path;
use std::time::Duration;

use serde::Deserialize;
use toml::Spanned;

use super::rules;
use crate::contract::{Operation, StatusRange};
use crate::finding::Finding;
use crate::rule::Severity;
use crate::text::nearest::suggest;

/// How findings are graded.
#[derive(Clone, Debug, Default)]
pub struct Policy {
    /// The longest time that a response may take; no limit where there is none.
    pub max_response_time: Option<Duration>,
    rules: Vec<Rule>,
}

/// One line of a policy; the last that fits counts.
#[derive(Clone, Debug)]
struct Rule {
    check: String,
    operation: Option<String>,
    status: Option<StatusRange>,
    level: Level,
}

/// What becomes of a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Level {
    Error,
    Warning,
    Off,
}

/// A configuration that cannot be used.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
#[error("{place}: {message}")]
pub struct PolicyError {
    place: String,
    message: String,
    #[help]
    help: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct File {
    #[serde(default)]
    max_response_time: Option<Spanned<String>>,
    #[serde(default)]
    checks: std::collections::BTreeMap<Spanned<String>, Level>,
    #[serde(default)]
    rules: Vec<FileRule>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct FileRule {
    check: Spanned<String>,
    #[serde(default)]
    operation: Option<String>,
    #[serde(default)]
    status: Option<Spanned<String>>,
    severity: Level,
}

impl Policy {
    /// Reads `conform.toml`: `max-response-time`, a table `checks` of severities by name, and a list `rules` of
    /// `check`, `operation`, `status` and `severity`.
    ///
    /// # Errors
    /// [`PolicyError`] names the file and line of an unknown key, check or severity.
    pub fn load(path: &Path, duration: impl Fn(&str) -> Result<Duration, String>) -> Result<Self, PolicyError> {
        let name = path.display().to_string();
        let text = std::fs::read_to_string(path).map_err(|error| PolicyError {
            place: name.clone(),
            message: format!("cannot be read: {error}"),
            help: "check the path and its permissions".to_owned(),
        })?;
        Self::parse(&name, &text, duration)
    }

    fn parse(name: &str, text: &str, duration: impl Fn(&str) -> Result<Duration, String>) -> Result<Self, PolicyError> {
        let at = |offset: usize, message: String, help: String| {
            let line = text.get(..offset).unwrap_or("").matches('\n').count() + 1;
            PolicyError { place: format!("{name}:{line}"), message, help }
        };
        let file: File = toml::from_str(text).map_err(|error| {
            at(error.span().map_or(0, |span| span.start), error.message().to_owned(), help(error.message()))
        })?;
        let known = |check: &Spanned<String>| {
            if rules().any(|known| known.id == check.get_ref()) {
                return Ok(check.get_ref().clone());
            }
            let names: Vec<&str> = rules().map(|rule| rule.id).collect();
            let message = format!("there is no check `{}`", check.get_ref());
            Err(at(check.span().start, message, suggest(check.get_ref(), names, "")))
        };
        let mut policy = Self::default();
        if let Some(limit) = file.max_response_time {
            let limit = duration(limit.get_ref()).map_err(|told| at(limit.span().start, told, "for example 2s".into()));
            policy.max_response_time = Some(limit?);
        }
        for (check, level) in &file.checks {
            policy.rules.push(Rule { check: known(check)?, operation: None, status: None, level: *level });
        }
        for rule in &file.rules {
            let status = match &rule.status {
                None => None,
                Some(text) => Some(StatusRange::parse(text.get_ref()).ok_or_else(|| {
                    let message = format!("`{}` is no status", text.get_ref());
                    at(text.span().start, message, "for example \"404\" or \"4XX\"".to_owned())
                })?),
            };
            let check = known(&rule.check)?;
            policy.rules.push(Rule { check, operation: rule.operation.clone(), status, level: rule.severity });
        }
        Ok(policy)
    }

    /// Grades what was found in one exchange that was answered with `status`, and drops what is switched off.
    pub fn grade(&self, operation: &Operation, status: Option<u16>, findings: &mut Vec<Finding>) {
        findings.retain_mut(|finding| self.grades(operation, status, finding));
    }

    /// Grades one finding; false if it is switched off.
    pub fn grades(&self, operation: &Operation, status: Option<u16>, finding: &mut Finding) -> bool {
        let fits = |rule: &&Rule| {
            rule.check == finding.rule.id
                && rule.operation.as_ref().is_none_or(|id| *id == operation.id)
                && rule.status.is_none_or(|range| status.is_some_and(|status| range.contains(status)))
        };
        match self.rules.iter().rev().find(fits).map(|rule| rule.level) {
            Some(Level::Error) => finding.severity = Severity::Error,
            Some(Level::Warning) => finding.severity = Severity::Warning,
            Some(Level::Off) => return false,
            None => {}
        }
        true
    }
}

/// What to do about a file that is not as it should be. The deserializer names a key or severity that it does not know
/// in backticks, and then those that it knows.
fn help(message: &str) -> String {
    let mut names = message.split('`').skip(1).step_by(2);
    match names.next() {
        Some(wanted) if message.starts_with("unknown ") => suggest(wanted, names, ""),
        _ => "keys are max-response-time, [checks] and [[rules]]; severities error, warning and off".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::Intent;
    use crate::check::testing::*;

    fn parse(text: &str) -> Result<Policy, PolicyError> {
        Policy::parse("conform.toml", text, |text| {
            text.trim_end_matches('s').parse().map(Duration::from_secs).map_err(|_| "no time".to_owned())
        })
    }

    #[test]
    fn findings_are_graded_by_check_operation_and_status() {
        let bench = Bench::messages();
        let graded = |text: &str| {
            let mut findings = bench.judge(&case(Intent::Valid), Ok(refused(500)));
            parse(text).expect("a policy").grade(&bench.contract.operations[0], Some(500), &mut findings);
            findings.first().map(|finding| finding.severity)
        };
        assert_eq!(graded(""), Some(Severity::Error));
        assert_eq!(graded("[checks]\nserver-error = \"warning\""), Some(Severity::Warning));
        assert_eq!(graded("[checks]\nserver-error = \"off\""), None);
        let rule = |more: &str| format!("[[rules]]\ncheck = \"server-error\"\nseverity = \"off\"\n{more}");
        assert_eq!(graded(&rule("status = \"5XX\"")), None);
        assert_eq!(graded(&rule("status = \"503\"")), Some(Severity::Error));
        assert_eq!(graded(&rule("operation = \"another\"")), Some(Severity::Error));
    }

    #[test]
    fn a_misspelt_key_check_or_severity_is_answered_with_the_nearest() {
        for (text, told) in [
            ("[check]\necho = \"off\"", "did you mean `checks`?"),
            ("[checks]\nserver-eror = \"off\"", "did you mean `server-error`?"),
            ("[checks]\necho = \"of\"", "did you mean `off`?"),
            ("[checks]\necho = \"loud\"", "there are `error`, `warning`, `off`"),
            ("[[rules]]\nchekc = \"echo\"\nseverity = \"off\"", "did you mean `check`?"),
        ] {
            assert_eq!(parse(text).expect_err(text).help, told);
        }
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line() {
        for (text, told) in [
            ("\nstrange = 1", "conform.toml:2: unknown field `strange`"),
            ("[checks]\n\nserver-eror = \"off\"", "conform.toml:3: there is no check `server-eror`"),
            ("[checks]\necho = \"loud\"", "conform.toml:2: unknown variant `loud`"),
            ("[[rules]]\ncheck = \"echo\"\nstatus = \"99\"\nseverity = \"off\"", "conform.toml:3: `99` is no status"),
            ("max-response-time = \"soon\"", "conform.toml:1: no time"),
            ("[checks", "conform.toml:1"),
        ] {
            let error = parse(text).expect_err(text).to_string();
            assert!(error.starts_with(told), "{error}");
        }
    }
}
