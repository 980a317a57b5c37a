//! `conform` answers one question about an HTTP implementation: does it keep the contract that its
//! OpenAPI document states?
//!
//! The modules are the stages of one pipeline, in order; each knows only those before it. `compare` and
//! `lint` stand beside it: they set two contracts against each other, and a document against itself, and send nothing.

pub mod spec;

pub mod contract;

pub mod xml;

pub mod fixtures;

pub mod generate;

pub mod plan;

pub mod compare;

pub mod lint;

pub mod execute;

pub mod check;

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
