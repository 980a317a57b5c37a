//! `conform` answers one question about an HTTP implementation: does it keep the contract that its
//! OpenAPI document states?
//!
//! The modules are the stages of one pipeline, in order; each knows only those before it. `compare` and
//! `lint` stand beside it: they set two contracts against each other, and a document against itself, and send nothing.
//! Before the first stage come three modules that know nothing of contracts: `text` (words for people), `whole_file`
//! (files that are never half written) and `parallel` (how much can be done at once).
//!
//! # The library
//!
//! A [`Contract`] is compiled from a [`Document`]. [`plan()`] gives its requests without sending any. A [`Job`] adds what
//! is known of a target ([`Fixtures`]), [`run`] tests it, and [`Listener`]s hear of each [`Finding`]. All that is not
//! listed here is for the project's own tests and may change with every version.
//!
//! ```
//! use std::path::Path;
//!
//! use conform::case::Intent;
//! use conform::{Contract, Document, Fixtures, LoadOptions, PlanInput, PlanOptions, Validators, plan};
//!
//! let text = "
//! openapi: 3.1.0
//! info: {title: Notes, version: '1'}
//! paths:
//!   /notes:
//!     get:
//!       parameters: [{name: limit, in: query, schema: {type: integer, minimum: 1}}]
//!       responses: {'200': {description: all of them}}
//! ";
//! let document = Document::from_text(Path::new("notes.yaml"), text.to_owned(), LoadOptions::default())?;
//! let contract = Contract::compile(document)?;
//! let (validators, fixtures) = (Validators::new(contract.schemas.clone()), Fixtures::default());
//! let options = PlanOptions { seed: 0, cases: Some(10), destructive: false };
//! let plan = plan(&PlanInput::new(&contract, &validators, &fixtures, options), 0);
//! let faults = plan.cases.iter().filter(|case| matches!(case.intent, Intent::Invalid(_)));
//! assert!(faults.clone().any(|case| case.request.query.iter().any(|pair| pair.value == "0")));
//! # Ok::<(), conform::SpecError>(())
//! ```
//!
//! To test a target:
//!
//! ```no_run
//! use std::path::Path;
//!
//! use conform::engine::{Event, Observers, Results};
//! use conform::{Document, Fixtures, Job, Listener, ListenerError, LoadOptions, RunOptions, run};
//!
//! struct Print;
//!
//! impl Listener for Print {
//!     fn on(&mut self, event: &Event, results: &Results) -> Result<(), ListenerError> {
//!         if let Event::RunFinished { outcome, .. } = event {
//!             println!("{outcome:?}: {} errors", results.totals().errors);
//!         }
//!         Ok(())
//!     }
//! }
//!
//! # async fn test() -> Result<(), Box<dyn std::error::Error>> {
//! let document = Document::load(Path::new("openapi.yaml"), LoadOptions::default())?;
//! let jobs = [Job::compile(document, Fixtures::default())?];
//! let options = RunOptions::new("http://127.0.0.1:8080".parse()?);
//! let mut print = Print;
//! let mut observers = Observers::listening(options.masker(&jobs), vec![&mut print]);
//! let finished = run(&jobs, &options, &mut observers, std::future::pending()).await?;
//! # let _ = finished;
//! # Ok(())
//! # }
//! ```

mod text;

mod whole_file;

mod parallel;

pub mod spec;

pub mod rule;

pub mod contract;

mod resource;

#[doc(hidden)]
pub mod wire;

pub mod fixtures;

#[doc(hidden)]
pub mod generate;

pub mod case;

pub mod plan;

#[doc(hidden)]
pub mod execute;

pub mod finding;

#[doc(hidden)]
pub mod compare;

#[doc(hidden)]
pub mod lint;

#[doc(hidden)]
pub mod check;

#[cfg(feature = "cli")]
mod registry;

mod shrink;

#[doc(hidden)]
pub mod regression;

#[doc(hidden)]
pub mod baseline;

pub mod engine;

#[doc(hidden)]
pub mod report;

#[doc(hidden)]
pub mod snapshot;

#[cfg(feature = "reference")]
#[doc(hidden)]
pub mod reference;

#[cfg(all(feature = "cli", feature = "reference"))]
#[doc(hidden)]
pub mod self_test;

#[cfg(feature = "cli")]
#[doc(hidden)]
pub mod cli;

#[cfg(test)]
pub(crate) mod testing;

pub use contract::{Contract, Validators};
pub use engine::{Job, Listener, ListenerError, RunOptions, run};
pub use finding::Finding;
pub use fixtures::Fixtures;
pub use generate::Values;
pub use plan::{PlanInput, PlanOptions, Requests, plan};
pub use spec::{Document, LoadOptions, SpecError};
