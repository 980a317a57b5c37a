//! How many columns there are to write to.

use std::io::IsTerminal;

/// The variable that says so, where nothing asks a terminal.
const COLUMNS: &str = "COLUMNS";
/// Of fewer columns nothing can be made.
const NARROWEST: usize = 40;

/// The columns of stdout, as `COLUMNS` says or as its terminal has; none where it goes elsewhere.
pub(super) fn of_stdout() -> Option<usize> {
    let said = || std::env::var(COLUMNS).ok()?.parse().ok().filter(|columns| *columns > 0);
    let asked = || {
        let size = std::io::stdout().is_terminal().then(terminal_size::terminal_size)??;
        Some(usize::from(size.0.0))
    };
    said().or_else(asked).map(|columns: usize| columns.max(NARROWEST))
}
