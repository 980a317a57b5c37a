//! One JSON document for machines: everything that is known of a run, in a fixed order.
//!
//! Two runs with the same seed against the same target differ only in the fields `started_at`,
//! `elapsed_ms` and `latency`, in ports, and in what the target makes up. [`SCHEMA_VERSION`] is raised when a field
//! is taken away or changes its meaning; new fields leave it as it is.

mod finding;
mod model;
mod root_cause;
mod source;

use std::io::Write;

use jiff::Timestamp;

#[cfg(feature = "cli")]
pub(crate) use finding::FindingModel;
pub use model::SCHEMA_VERSION;

#[cfg(feature = "cli")]
use serde_json::Value;

use super::{Output, Setting};
#[cfg(feature = "cli")]
use crate::engine::Outcome;
use crate::engine::{Event, Listener, ListenerError, Results};
use crate::text::hidden::is_hidden;

/// The output for machines.
pub struct Json<W> {
    out: Output<W>,
    setting: Setting,
    started_at: Timestamp,
}

impl<W: Write> Json<W> {
    /// Writes the document to `writer` when the run is over.
    pub fn new(writer: W, setting: Setting) -> Self {
        Self { out: Output::new(writer, setting.secrets.clone()), setting, started_at: Timestamp::now() }
    }
}

impl<W: Write> Listener for Json<W> {
    fn on(&mut self, event: &Event, results: &Results) -> Result<(), ListenerError> {
        let Event::RunFinished { outcome, .. } = event else { return Ok(()) };
        let document = model::Run::of(results, *outcome, &self.setting, self.started_at);
        match serde_json::to_string_pretty(&document) {
            Ok(text) => self.out.line(printable(&text)),
            Err(error) => self.out.fail(error.into()),
        }
        Ok(self.out.finish()?)
    }
}

/// The document of a run so far.
///
/// # Errors
/// None that is known of: a value of JSON can be made of it.
#[cfg(feature = "cli")]
pub(super) fn document(
    results: &Results,
    outcome: Outcome,
    setting: &Setting,
    started_at: Timestamp,
) -> serde_json::Result<Value> {
    serde_json::to_value(model::Run::of(results, outcome, setting, started_at))
}

/// Escapes what JSON allows unescaped and a terminal should not see; it can only stand inside strings.
pub fn printable(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        if character != '\n' && is_hidden(character) {
            for unit in character.encode_utf16(&mut [0; 2]) {
                safe.push_str(&format!("\\u{unit:04x}"));
            }
        } else {
            safe.push(character);
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::testing;

    #[test]
    fn the_document_of_a_failing_run() {
        let mut text = Vec::new();
        let mut json = Json::new(&mut text, testing::setting());
        testing::failing_run(&mut json);
        let text = String::from_utf8(text).expect("UTF-8");
        assert!(!text.contains("hunter2-secret"), "a secret came back and was shown");
        assert!(!text.contains(['\u{1b}', '\u{9b}', '\u{202e}']), "a control character got through");
        let value: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        let started_at = value["started_at"].as_str().expect("a time");
        let document = value["contracts"][0]["sources"][0]["text"].to_string();
        let text = text.replace(started_at, "[time]").replace(&document, "\"[document]\"");
        insta::assert_snapshot!(text.replace(env!("CARGO_PKG_VERSION"), "[version]"));
    }

    /// `UPDATE_CASES=1` writes the published schema anew.
    #[test]
    fn the_published_schema_is_that_of_the_document() {
        let settings = schemars::generate::SchemaSettings::draft2020_12().for_serialize();
        let schema = settings.into_generator().into_root_schema_for::<model::Run>();
        let made = format!("{}\n", serde_json::to_string_pretty(&schema).expect("JSON"));
        let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/report.schema.json");
        if std::env::var_os("UPDATE_CASES").is_some() {
            std::fs::write(&file, &made).expect("the schema is written");
        }
        let published = std::fs::read_to_string(&file).expect("the schema");
        assert!(published == made, "docs/report.schema.json is old: write it anew with UPDATE_CASES=1");
        let validator = jsonschema::validator_for(&serde_json::from_str(&published).expect("JSON")).expect("a schema");
        for run in [testing::failing_run, testing::interrupted_run, testing::untestable_run] {
            let mut text = Vec::new();
            run(&mut Json::new(&mut text, testing::setting()));
            let mut document: serde_json::Value = serde_json::from_slice(&text).expect("JSON");
            let errors: Vec<String> = validator.iter_errors(&document).map(|error| error.to_string()).collect();
            assert_eq!(errors, [""; 0]);
            document["verdict"] = 7.into();
            assert!(!validator.is_valid(&document));
        }
    }

    #[test]
    fn an_interrupted_run_is_a_whole_document() {
        let mut text = Vec::new();
        let mut json = Json::new(&mut text, testing::setting());
        testing::interrupted_run(&mut json);
        let value: serde_json::Value = serde_json::from_slice(&text).expect("JSON");
        assert_eq!(value["verdict"], "unfinished");
    }
}
