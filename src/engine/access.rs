//! Operations that end or change what the run is logged in by.

use crate::contract::Operation;

/// Words of an operation that ends a session, whatever its method.
const ENDS: [&str; 6] = ["logout", "logoff", "signout", "signoff", "revoke", "deactivate"];
/// What names whoever is logged in, at the end of a path without variables.
const OWN: [&str; 12] = [
    "me",
    "self",
    "account",
    "profile",
    "session",
    "sessions",
    "token",
    "tokens",
    "password",
    "credentials",
    "apikey",
    "whoami",
];

/// Whether a success may log the run out, or change by what it logs in: it ends a session, or it changes or deletes the
/// account, session or key of whoever sends it.
pub(super) fn ends_access(operation: &Operation) -> bool {
    if operation.security.is_empty() {
        return false;
    }
    let last = operation.path.split('/').rfind(|segment| !segment.is_empty()).unwrap_or_default();
    let ends = |text: &str| ENDS.iter().any(|word| plain(text).contains(word));
    let acts = match operation.method.as_str() {
        "DELETE" | "PUT" | "PATCH" => true,
        "POST" => plain(last) == "password",
        _ => false,
    };
    ends(last) || ends(&operation.id) || acts && !operation.path.contains('{') && OWN.contains(&plain(last).as_str())
}

fn plain(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_lowercase()
}
