//! `conform plan`: shows the cases of a document without sending them.

use std::cell::RefCell;
use std::collections::HashMap;
use std::io::BufWriter;

use base64::Engine as _;
use clap::{Args, ValueEnum};
use serde_json::{Map, Value, json};

use super::document::{DocumentArgs, Planned};
use super::in_order::in_order;
use super::{CliError, Exit};
use crate::case::{Case, Intent};
use crate::contract::{Clause, ClauseId, Contract, Operation};
use crate::execute::Masker;
use crate::report::{Output, escape};
use crate::wire::Payload;

/// What `conform plan` is told.
#[derive(Args, Debug)]
pub(super) struct PlanArgs {
    #[command(flatten)]
    document: DocumentArgs,
    /// How to show the cases: for people or for machines
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: PlanFormat,
}

/// How to show the cases.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum PlanFormat {
    /// A line a case, for people
    Text,
    /// A JSON object a line, with all that is needed to check the case with another validator
    Ndjson,
}

/// Writes the cases, one operation after the other as they are planned.
pub(super) fn run(args: &PlanArgs) -> Result<Exit, CliError> {
    let planned = args.document.load()?;
    // Ids and written values may hold what a credential holds.
    let secrets = Masker::new(planned.job.fixtures.all_secrets());
    let mut output = Output::new(BufWriter::new(std::io::stdout()), secrets);
    let lines = |index: &usize| {
        let plan = planned.plan(*index);
        let operation = &planned.job.contract.operations[*index];
        let shown = Shown { planned: &planned, operation, clauses: RefCell::default() };
        let mut lines = String::new();
        if let (PlanFormat::Text, true, Some(reason)) = (args.format, plan.cases.is_empty(), &plan.refused) {
            let line = format!("{:<16} {} {}  {reason}", "no case", operation.method, operation.path);
            lines.push_str(&escape(&line));
            lines.push('\n');
        }
        for case in &plan.cases {
            let line = match args.format {
                PlanFormat::Text => shown.text(case),
                PlanFormat::Ndjson => shown.json(case).to_string(),
            };
            lines.push_str(&line);
            lines.push('\n');
        }
        lines
    };
    in_order(&planned.operations(), lines, |lines| output.lines(&lines));
    output.finish().map_err(|error| CliError::system("cannot write the plan", error))?;
    Ok(Exit::Conforms)
}

/// One operation whose cases are shown.
struct Shown<'a> {
    planned: &'a Planned,
    operation: &'a Operation,
    /// How clauses are told of, each once made.
    clauses: RefCell<HashMap<ClauseId, Value>>,
}

impl Shown<'_> {
    fn contract(&self) -> &Contract {
        &self.planned.job.contract
    }

    fn clause(&self, case: &Case) -> Option<&Clause> {
        case.clause.map(|id| self.operation.clauses().get(id))
    }

    fn text(&self, case: &Case) -> String {
        let place = self.clause(case).map(|clause| format!("  ({})", self.contract().place(&clause.location)));
        let line = format!(
            "{:<16} {} {}  {}{}",
            intent(case),
            case.request.method,
            self.operation.path,
            case.name,
            place.unwrap_or_default()
        );
        escape(&line).into_owned()
    }

    /// The case as an object. Bodies that are JSON stand as values, all others as base64; credentials are left to
    /// the run, which alone knows them.
    fn json(&self, case: &Case) -> Value {
        let request = &case.request;
        let pairs = |pairs: &[(String, String)]| -> Map<String, Value> {
            pairs.iter().map(|(name, value)| (name.clone(), Value::from(value.as_str()))).collect()
        };
        let query: Vec<Value> =
            request.query.iter().map(|pair| json!({"name": pair.name, "value": pair.value})).collect();
        let mut line = json!({
            "operation": self.operation.id,
            "name": case.name,
            "origin": case.origin,
            "intent": case.intent.name(),
            "doubtful": case.doubtful,
            "method": request.method,
            "path": self.operation.path,
            "url": request.path_and_query(self.operation),
            "path_params": pairs(&request.path_params),
            "query": query,
            "headers": pairs(&request.headers),
            "cookies": pairs(&request.cookies),
        });
        if let Some(body) = &request.body {
            line["media_type"] = json!(body.media_type);
            match &body.payload {
                Payload::Json(value) => line["body"] = value.clone(),
                Payload::Bytes(bytes) => {
                    line["body_bytes"] = base64::engine::general_purpose::STANDARD.encode(bytes).into();
                }
                Payload::Padded { value, size } => {
                    line["body"] = value.clone();
                    line["body_size"] = json!(size);
                }
            }
        }
        let changed = &request.credentials.changed;
        if !changed.is_empty() {
            let changed = changed.iter().map(|(scheme, change)| (scheme.clone(), Value::from(change.name())));
            line["credentials"] = Value::Object(changed.collect());
        }
        line["clause"] = case.clause.map_or(Value::Null, |id| {
            let mut known = self.clauses.borrow_mut();
            known.entry(id).or_insert_with(|| self.at(self.operation.clauses().get(id))).clone()
        });
        if let Some(generated) = &case.generated {
            let file = self.contract().document.file(generated.location.file);
            line["schema_file"] = json!(file.name);
            line["schema_pointer"] = json!(generated.location.pointer.as_str());
            line["value"] = generated.value.clone();
        }
        line
    }

    fn at(&self, clause: &Clause) -> Value {
        let Clause { location, keyword, .. } = clause;
        let document = &self.contract().document;
        let position = document.position(location);
        json!({
            "keyword": keyword,
            "pointer": location.pointer.as_str(),
            "file": document.file(location.file).name,
            "line": position.line,
            "column": position.column,
        })
    }
}

/// The intent, and whether a valid case may not be valid to all who read the document.
fn intent(case: &Case) -> String {
    let is_open = case.doubtful && case.intent == Intent::Valid;
    if is_open { format!("{}, doubtful", case.intent.name()) } else { case.intent.name().to_owned() }
}
