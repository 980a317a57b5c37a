//! Words on stderr, for people, without secrets. Where nobody can read them, the exit status still says what there is to
//! know.

use std::fmt::Display;
use std::io::Write as _;
use std::sync::{Mutex, PoisonError};

use crate::execute::Masker;

/// What takes out the secrets that are known so far. A panic knows nothing of whoever holds them.
static HIDDEN: Mutex<Vec<Masker>> = Mutex::new(Vec::new());

/// Takes these secrets out of all that is told from now on.
pub(super) fn hide(secrets: Masker) {
    HIDDEN.lock().unwrap_or_else(PoisonError::into_inner).push(secrets);
}

/// Writes a text that ends in a line break.
pub(super) fn tell(text: impl Display) {
    // `eprint!` panics on a full disk, and in a panic it aborts.
    let _ = std::io::stderr().write_all(masked(text.to_string()).as_bytes());
}

fn masked(text: String) -> String {
    // Held for a moment only: a panic may come from within a masker.
    let hidden = HIDDEN.lock().unwrap_or_else(PoisonError::into_inner).clone();
    hidden.iter().fold(text, |text, secrets| secrets.text(&text).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::Secret;

    #[test]
    fn what_is_told_holds_no_secret_that_is_known() {
        let told = "internal error: no header is `t0ld-in-a-panic`; found t0ld-elsewhere";
        assert_eq!(masked(told.to_owned()), told);
        hide(Masker::new([&Secret { value: "t0ld-in-a-panic".to_owned(), variable: "TOKEN".to_owned() }]));
        assert_eq!(masked(told.to_owned()), "internal error: no header is `${TOKEN}`; found t0ld-elsewhere");
    }
}
