//! The real binary, run as a person or a CI job runs it.
//!
//! Most cases are data: a folder of `tests/cases` holds `args` (one a line), `exit` (the status) and `expected.txt`
//! (stdout, then stderr), beside the files that the arguments name. `UPDATE_CASES=1 cargo test --test it cli::` rewrites
//! the expectations that have no `[..]` and no `...`; review what it changes.

mod cases;
mod help;
mod limits;
mod natural;
mod network;
mod peer;
mod process;
mod report;
