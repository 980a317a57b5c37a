//! `conform init`: writes `conform.toml` and fixtures for a document, filled in as far as it says.

mod fixtures;
mod login;
mod settings;
mod texts;

use std::path::{Path, PathBuf};

use clap::Args;
use url::Url;

use texts::FIXTURES;

use super::load_args::LoadArgs;
use super::network_args::NetworkArgs;
use super::origin::Origin;
use super::report_file::ReportFile;
use super::tell::tell;
use super::{CliError, Exit, config, discover, server, values};
use crate::contract::Contract;
use crate::execute::Masker;
use crate::report::Output;

/// Where documents are often found.
const USUAL: [&str; 12] = [
    "openapi.yaml",
    "openapi.yml",
    "openapi.json",
    "swagger.yaml",
    "swagger.yml",
    "swagger.json",
    "api/openapi.yaml",
    "api/openapi.json",
    "docs/openapi.yaml",
    "docs/openapi.json",
    "spec/openapi.yaml",
    "spec/openapi.json",
];

/// What `conform init` is told.
#[derive(Args, Debug)]
pub(super) struct InitArgs {
    /// The OpenAPI document: a file or a URL; openapi.yaml and the like, or the one that --target publishes, where none
    /// is named
    #[arg(value_name = "SPEC")]
    spec: Option<PathBuf>,
    /// The server to test
    #[arg(long, value_name = "URL", value_parser = values::target)]
    target: Option<Url>,
    /// Replace files that are there
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    load: LoadArgs,
}

/// Writes both files into this folder.
pub(super) fn run(args: &InitArgs) -> Result<Exit, CliError> {
    let network = NetworkArgs::default();
    let spec = spec(args, &network)?;
    if !matches!(Origin::of(&spec), Origin::File(_) | Origin::Url(_)) {
        return Err(CliError::usage(
            format!("{} is there for one run alone", spec.display()),
            "name a file or a URL, which conform.toml can hold",
        ));
    }
    let contract = Contract::compile(args.load.document(&spec, &network)?)?;
    let files = [config::STANDARD, FIXTURES];
    if let Some(there) = files.iter().find(|file| Path::new(file).exists() && !args.force) {
        return Err(CliError::usage(format!("{there} is there already"), "--force replaces it"));
    }
    let servers = server::servers(&contract);
    put(FIXTURES, &fixtures::text(&contract))?;
    let settings =
        settings::Settings { spec: &spec, target: args.target.as_ref(), servers: &servers, contract: &contract };
    put(config::STANDARD, &settings.text())?;
    tell(format!("{} and {FIXTURES} are written\n", config::STANDARD));
    tell(match settings.tested() {
        Some(target) => format!("next: `conform` tests {target}; `conform config` shows all options\n"),
        None => "next: `conform --target URL` tests your server; write its URL into conform.toml\n".to_owned(),
    });
    Ok(Exit::Conforms)
}

fn spec(args: &InitArgs, network: &NetworkArgs) -> Result<PathBuf, CliError> {
    if let Some(spec) = &args.spec {
        return Ok(spec.clone());
    }
    if let Some(usual) = USUAL.iter().find(|usual| Path::new(usual).is_file()) {
        return Ok(PathBuf::from(usual));
    }
    if let Some(target) = &args.target {
        let network = network.network(target)?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| CliError::system("cannot start the async runtime", error))?;
        if let Some(document) = runtime.block_on(discover::document_of(target, &network)) {
            return Ok(PathBuf::from(document.as_str()));
        }
    }
    Err(CliError::usage(
        "no document is named, and none is where documents often are",
        "name a file or a URL: conform init openapi.yaml",
    ))
}

fn put(path: &str, text: &str) -> Result<(), CliError> {
    let (place, file) = ReportFile::new(Path::new(path))?;
    // Nothing secret is known yet.
    let mut output = Output::new(file, Masker::default());
    // What cannot be written is told by `finish`.
    let _ = output.lines(text);
    output.finish().map_err(|error| CliError::system(format!("cannot write {path}"), error))?;
    place.put()
}
