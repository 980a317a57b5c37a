//! `conform SPEC`: a document or a built-in contract that is named without a flag.

use super::CliError;
use super::origin::Origin;
use super::providers::PROVIDERS;
use super::run_args::RunArgs;
use crate::text::nearest::suggest;

/// The arguments with what was named without a flag among the others. A file comes before a built-in contract.
///
/// # Errors
/// When there is neither a file nor a built-in contract of that name.
pub(super) fn named(args: &RunArgs, commands: &[String]) -> Result<RunArgs, CliError> {
    let mut args = args.clone();
    let Some(document) = args.document.take() else { return Ok(args) };
    let name = document.to_string_lossy().into_owned();
    if document.exists() || !matches!(Origin::of(&document), Origin::File(_)) {
        args.spec.push(document);
    } else if PROVIDERS.iter().any(|provider| provider.name == name) {
        args.provider.push(name);
    } else if name.contains("://") {
        let help = "a document is fetched from an http or https URL, or read from a file";
        return Err(CliError::usage(format!("`{name}` is no file"), help));
    } else if name.ends_with(".json") || name.ends_with(".yaml") || name.ends_with(".yml") {
        // The loader says what is wrong with it.
        args.spec.push(document);
    } else {
        let known = commands.iter().map(String::as_str).chain(PROVIDERS.iter().map(|provider| provider.name));
        return Err(CliError::usage(
            format!("there is no file, command or built-in contract `{name}`"),
            suggest(&name, known, "for a document of your own: conform FILE --target URL"),
        ));
    }
    Ok(args)
}
