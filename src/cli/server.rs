//! The target that a document names itself, where none is named on the command line.

use serde_json::Value;
use url::Url;

use super::CliError;
use super::run_args::RunArgs;
use crate::contract::Contract;
use crate::engine::Job;
use crate::execute::is_of_this_machine;
use crate::spec::{Pointer, SourceLocation};

/// The target of a run; `None` for the reference target.
///
/// # Errors
/// When a document is to be tested and names no server on this machine: others are tested where somebody says so.
pub(super) fn target(args: &RunArgs, jobs: &[Job]) -> Result<Option<Url>, CliError> {
    if args.target.is_some() || args.spec.is_empty() {
        return Ok(args.target.clone());
    }
    let [job] = jobs else {
        return Err(CliError::usage(
            "several contracts are to be tested, and no target is named",
            "name the server that keeps them: add --target URL",
        ));
    };
    let servers = servers(&job.contract);
    // A document of somebody else's must not choose among the servers of this machine.
    let is_from_afar = base(&job.contract).is_some_and(|base| !is_of_this_machine(&base));
    let here = servers.iter().find(|server| is_of_this_machine(server));
    if let Some(here) = here.filter(|_| !is_from_afar || args.yes) {
        return Ok(Some(here.clone()));
    }
    if args.yes && !servers.is_empty() {
        return Ok(servers.first().cloned());
    }
    let spec = args.spec[0].display();
    Err(match servers.first() {
        Some(server) => CliError::usage(
            match is_from_afar {
                true => {
                    format!("no --target is named, and {spec}, which names the server {server}, is not of this machine")
                }
                false => format!("no --target is named, and the server of {spec}, {server}, is not on this machine"),
            },
            format!("to test it all the same: conform {spec} --target {server}, or --yes"),
        ),
        None => CliError::usage(
            format!("no --target is named, and {spec} names no server with an http address"),
            format!("name yours: conform {spec} --target http://localhost:8080"),
        ),
    })
}

/// The URL of a document that was fetched.
fn base(contract: &Contract) -> Option<Url> {
    let base = Url::parse(&contract.document.files()[0].path.to_string_lossy()).ok();
    base.filter(|base| matches!(base.scheme(), "http" | "https"))
}

/// The servers of a document with whole addresses, variables at their defaults. Those of a document that was fetched are as
/// seen from its URL.
pub(super) fn servers(contract: &Contract) -> Vec<Url> {
    let root = contract.document.root();
    let get =
        |pointer: &str| contract.document.get(&SourceLocation { file: root.file, pointer: Pointer::new(pointer) });
    let mut written: Vec<String> = Vec::new();
    for server in get("/servers").and_then(Value::as_array).into_iter().flatten() {
        let Some(mut url) = server["url"].as_str().map(str::to_owned) else { continue };
        for (name, variable) in server["variables"].as_object().into_iter().flatten() {
            url = url.replace(&format!("{{{name}}}"), variable["default"].as_str().unwrap_or_default());
        }
        written.push(url);
    }
    let base = base(contract);
    // Swagger 2.0.
    let path = get("/basePath").and_then(Value::as_str).unwrap_or_default();
    if let Some(host) = get("/host").and_then(Value::as_str) {
        let schemes = get("/schemes").and_then(Value::as_array);
        let has_http = schemes.is_none_or(|schemes| schemes.iter().any(|scheme| scheme == "http"));
        written.push(format!("{}://{host}{path}", if has_http { "http" } else { "https" }));
    }
    // OpenAPI 3.1, section 4.8.1: without servers, there is one at `/`; Swagger 2.0 is served from where it is.
    if written.is_empty() && base.is_some() {
        written.push(if path.is_empty() { "/".to_owned() } else { path.to_owned() });
    }
    let written = written.iter().map(|url| match base.as_ref().and_then(|base| base.join(url).ok()) {
        Some(whole) => whole.to_string(),
        None => url.clone(),
    });
    let whole = written.filter_map(|url| super::values::target(&url).ok());
    whole.filter(|url| url.username().is_empty() && url.password().is_none()).collect()
}
