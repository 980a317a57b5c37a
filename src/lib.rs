//! `conform` answers one question about an HTTP implementation: does it keep the contract that its
//! OpenAPI document states?
//!
//! The modules are the stages of one pipeline, in order; each knows only those before it. `compare` and
//! `lint` stand beside it: they set two contracts against each other, and a document against itself, and send nothing.
//! Before the first stage come three modules that know nothing of contracts: `text` (words for people), `whole_file`
//! (files that are never half written) and `parallel` (how much can be done at once).
//!
//! The face of the library is small: a [`Contract`](contract::Contract) is compiled from a document, a
//! [`Job`](engine::Job) adds what is known of a target, [`engine::run`] tests it and tells [listeners](engine::Listener)
//! of each [`Finding`](finding::Finding), and [`plan::plan`] gives the requests without sending any. All else is public
//! for the project's own tests, and may change with every version.
//!
//! ```
//! use std::path::Path;
//!
//! use conform::case::Intent;
//! use conform::contract::{Contract, Validators};
//! use conform::fixtures::Fixtures;
//! use conform::plan::{PlanOptions, plan};
//! use conform::spec::{Document, LoadOptions};
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
//! let validators = Validators::new(contract.schemas.clone());
//! let plan = plan(&contract, 0, &validators, &Fixtures::default(), PlanOptions { seed: 0, cases: Some(10) });
//! let faults = plan.cases.iter().filter(|case| matches!(case.intent, Intent::Invalid(_)));
//! assert!(faults.clone().any(|case| case.request.query.iter().any(|pair| pair.value == "0")));
//! # Ok::<(), conform::spec::SpecError>(())
//! ```

mod text;

mod whole_file;

mod parallel;

pub mod spec;

pub mod rule;

pub mod contract;

pub mod wire;

pub mod fixtures;

pub mod generate;

pub mod case;

pub mod plan;

pub mod execute;

pub mod finding;

pub mod compare;

pub mod lint;

pub mod check;

pub mod registry;

pub mod shrink;

pub mod regression;

pub mod engine;

pub mod report;

pub mod snapshot;

#[cfg(feature = "reference")]
pub mod reference;

#[cfg(all(feature = "cli", feature = "reference"))]
pub mod self_test;

#[cfg(feature = "cli")]
pub mod cli;

#[cfg(test)]
pub(crate) mod testing;
