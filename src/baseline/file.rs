//! The file of a baseline: YAML, written by a program and amended by people.

use std::path::Path;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use super::{Accepted, Baseline, BaselineError};
use crate::spec::{Weight, weigh_yaml};
use crate::whole_file;

const HEAD: &str = "\
# Findings that are accepted: a run fails on others alone. `conform baseline update` adds what a run finds, `conform
# baseline prune` takes out what it does not find any more. Write a `reason`, and in `expires` the last day of it.
";

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct File {
    accepted: Vec<Accepted>,
}

impl Baseline {
    /// Reads a file.
    ///
    /// # Errors
    /// [`BaselineError`] names the line of what cannot be read.
    pub fn load(path: &Path) -> Result<Self, BaselineError> {
        let name = path.display().to_string();
        let text = whole_file::read(path).map_err(|reason| BaselineError {
            place: name.clone(),
            message: format!("cannot be read: {reason}"),
            help: "check the path; `conform baseline update` writes the file".to_owned(),
        })?;
        Self::parse(path, &text)
    }

    pub(super) fn parse(path: &Path, text: &str) -> Result<Self, BaselineError> {
        weigh_yaml(text, &mut Weight::default()).map_err(|message| BaselineError {
            place: path.display().to_string(),
            message,
            help: "`conform baseline update` writes the file without anchors and aliases".to_owned(),
        })?;
        let file: File = serde_yaml::from_str(text).map_err(|error| {
            let at = error.location().map(|at| format!(":{}:{}", at.line(), at.column()));
            let message = error.to_string();
            BaselineError {
                place: format!("{}{}", path.display(), at.unwrap_or_default()),
                message: message.split(" at line ").next().unwrap_or_default().to_owned(),
                help:
                    "`accepted` is a list, each with a `fingerprint`, and `reason`, `author` and `expires: 2026-12-31` \
                       as you like"
                        .to_owned(),
            }
        })?;
        Ok(Self::new(file.accepted, Timestamp::now().to_zoned(TimeZone::UTC).date()))
    }

    /// The text of a file, in the order of document, operation, rule and clause, so that a change shows as one.
    ///
    /// # Errors
    /// In words.
    pub fn text(&self) -> Result<String, String> {
        let mut accepted = self.accepted.clone();
        accepted.sort_by_cached_key(|one| {
            [&one.document, &one.operation, &one.rule, &one.clause, &one.fingerprint].map(String::clone)
        });
        let text = serde_yaml::to_string(&File { accepted }).map_err(|error| error.to_string())?;
        Ok(format!("{HEAD}{text}"))
    }
}

/// A day, as `2026-12-31`.
pub(super) mod date {
    use serde::{Deserializer, Serializer};

    use super::*;

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Date>, D::Error> {
        let text = Option::<String>::deserialize(from)?;
        let day = |text: String| {
            text.parse().map_err(|_| serde::de::Error::custom(format!("`{text}` is no day, such as 2026-12-31")))
        };
        text.map(day).transpose()
    }

    pub fn serialize<S: Serializer>(day: &Option<Date>, to: S) -> Result<S::Ok, S::Error> {
        day.map(|day| day.to_string()).serialize(to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_written_as_it_is_read() {
        let text = format!(
            "{HEAD}accepted:\n- fingerprint: 00000000000000aa\n  rule: leak\n  operation: GET /notes\n  clause: '#/paths/~1notes/get status'\n  \
             message: 'It: leaks'\n  reason: known\n  author: ada\n  expires: 2026-12-31\n"
        );
        let baseline = Baseline::parse(Path::new("b.yaml"), &text).expect("is read");
        assert_eq!(baseline.text().expect("is written"), text);
        assert_eq!(Baseline::parse(Path::new("b.yaml"), "accepted: []\n").expect("is read").all(), []);
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line() {
        for (text, told) in [
            ("accepted:\n- fingerprint: a\n  expires: soon\n", "b.yaml:2:3: accepted[0]: `soon` is no day"),
            ("accepted:\n- fingerprint: a\n  resaon: b\n", "b.yaml:3:3: accepted[0]: unknown field `resaon`"),
            ("accepted:\n- rule: a\n", "b.yaml:2:3: accepted[0]: missing field `fingerprint`"),
            ("nothing\n", "b.yaml:1:1: invalid type"),
            ("a: [", "b.yaml:1:1: unknown field `a`"),
        ] {
            let error = Baseline::parse(Path::new("b.yaml"), text).expect_err(text).to_string();
            assert!(error.starts_with(told), "{error}");
        }
    }
}
