//! `conform` answers one question about an HTTP implementation: does it keep the contract that its
//! OpenAPI document states?
//!
//! The modules are the stages of one pipeline, in order; each knows only those before it. `compare` and
//! `lint` stand beside it: they set two contracts against each other, and a document against itself, and send nothing.
//! Before the first stage come three modules that know nothing of contracts: `text` (words for people), `whole_file`
//! (files that are never half written) and `parallel` (how much can be done at once).

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
