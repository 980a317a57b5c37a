//! The real binary, run as a person or a CI job runs it.
//!
//! Most cases are data: a folder of `tests/cases` holds `args` (one a line), `exit` (the status) and `expected.txt`
//! (stdout, then stderr), beside the files that the arguments name. `UPDATE_CASES=1 cargo test --test it cli::` rewrites
//! the expectations that have no `[..]` and no `...`; review what it changes.

mod baseline;
mod cases;
mod config;
mod help;
mod hooks;
mod http2;
mod init;
mod limits;
mod narrow;
mod natural;
mod network;
mod operations;
mod overlay;
mod peer;
mod process;
mod rare;
mod report;
mod spec;
