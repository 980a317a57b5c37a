//! Where references of a document may lead.

use clap::Args;

use crate::spec::LoadOptions;

/// What a document may refer to; nothing but files of its own folder by default.
#[derive(Args, Clone, Copy, Debug)]
pub(super) struct ReferenceArgs {
    /// Follow $ref to http and https URLs
    #[arg(long)]
    allow_remote_refs: bool,
    /// Follow $ref to files outside the document's folder
    #[arg(long)]
    allow_outside_refs: bool,
}

impl ReferenceArgs {
    /// How documents are to be loaded.
    pub fn load_options(self) -> LoadOptions {
        LoadOptions { allow_remote: self.allow_remote_refs, allow_outside: self.allow_outside_refs }
    }
}
