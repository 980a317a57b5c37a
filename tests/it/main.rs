//! The integration tests: one binary, so that the library and all that it needs are linked once.

mod checks;
mod cli;
mod diff;
mod explain;
mod generate;
mod harm;
mod idempotence;
mod lint;
mod load;
mod patterns;
mod peers;
mod plan;
mod reference;
mod regressions;
mod robustness;
mod root_causes;
mod security;
mod selection;
mod self_test;
mod snapshots;
mod specs;
mod structure;
mod support;
mod xml;
