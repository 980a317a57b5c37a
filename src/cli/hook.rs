//! The hook of a run: starts it, and tells what is wrong with it.

use super::CliError;
use super::run_args::RunArgs;
use crate::execute::{Hook, Trouble};
use crate::text::command_line;

/// Starts the hook that is named, if one is.
///
/// # Errors
/// It is no command, or cannot be run.
pub(super) fn start(args: &RunArgs) -> Result<Option<Hook>, CliError> {
    let Some(text) = &args.hook else { return Ok(None) };
    let words = command_line::words(text).ok_or_else(|| {
        CliError::usage(
            format!("--hook {text} is no command"),
            "write a program and its arguments as in a shell, such as --hook 'python3 sign.py'",
        )
    })?;
    Hook::start(&words, args.hook_timeout).map(Some).map_err(told)
}

/// What is wrong with a hook.
pub(super) fn told(trouble: Trouble) -> CliError {
    CliError::usage(trouble.message, trouble.help)
}

/// Waits until a hook is of no use any more; for ever where there is none.
pub(super) async fn broken(hook: Option<Hook>) {
    match hook {
        Some(hook) => hook.broken().await,
        None => std::future::pending().await,
    }
}
