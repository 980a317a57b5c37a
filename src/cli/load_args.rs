//! The arguments that say how a document is loaded.

use std::path::PathBuf;

use clap::Args;

/// How a document is loaded. It may refer to nothing but files of its own folder by default.
#[derive(Args, Clone, Debug, Default)]
pub(super) struct LoadArgs {
    /// A header field to send where SPEC is a URL, such as 'Authorization: Bearer …'; its value is as for --bearer of a run
    #[arg(long, value_name = "'NAME: VALUE'")]
    pub spec_header: Vec<String>,
    /// Changes of the document, as an OpenAPI Overlay (1.0); several are made one after the other
    #[arg(long, value_name = "FILE")]
    pub overlay: Vec<PathBuf>,
    /// Follow $ref to http and https URLs
    #[arg(long)]
    pub allow_remote_refs: bool,
    /// Follow $ref to files outside the document's folder
    #[arg(long)]
    pub allow_outside_refs: bool,
}
