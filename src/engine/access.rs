//! Operations that end or change what the run is logged in by, or delete what nobody has named.

use crate::contract::Operation;

/// Words of an operation that ends a session, whatever its method.
const ENDS: [&str; 10] = [
    "logout",
    "logoff",
    "signout",
    "signoff",
    "revoke",
    "revoketoken",
    "logoutuser",
    "endsession",
    "logoutall",
    "deactivate",
];
/// What names whoever is logged in, at the end of a path without variables.
const OWN: [&str; 16] = [
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
    "user",
    "current",
    "changepassword",
    "resetpassword",
    "whoami",
];

/// Whether a success may log the run out, or change by what it logs in: it ends a session, or it changes or deletes the
/// account, session or key of whoever sends it.
pub(super) fn ends_access(operation: &Operation) -> bool {
    if operation.security.is_empty() {
        return false;
    }
    let last = operation.path.split('/').rfind(|segment| !segment.is_empty()).unwrap_or_default();
    let acts = match operation.method.as_str() {
        "DELETE" | "PUT" | "PATCH" => true,
        "POST" => plain(last).contains("password"),
        _ => false,
    };
    let ends = |text: &str| ENDS.contains(&plain(text).as_str());
    let is_own = OWN.contains(&plain(last).as_str()) && !operation.path.contains('{');
    ends(last) || ends(&operation.id) || acts && is_own
}

/// Whether it deletes without a word of what: all that there is.
pub(super) fn deletes_all(operation: &Operation) -> bool {
    operation.method == "DELETE" && !operation.path.contains('{')
}

fn plain(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_lowercase()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::testing::contract;

    #[test]
    fn what_is_ones_own_is_told_from_what_is_not() {
        let all = [
            ("/logout", "get", true),
            ("/me", "patch", true),
            ("/me", "get", false),
            ("/session", "delete", true),
            ("/session", "post", false),
            ("/users/me/password", "post", true),
            ("/users/{id}", "delete", false),
            ("/users/{id}/session", "delete", false),
            ("/design-offices", "put", false),
            ("/tokens/revoked", "get", false),
        ];
        for (path, method, is_own) in all {
            let more = json!({
                "security": [{"key": []}],
                "components": {"securitySchemes": {"key": {"type": "http", "scheme": "bearer"}}},
            });
            let contract = contract(&json!({path: {method: {"responses": {}}}}), &more);
            assert_eq!(ends_access(&contract.operations[0]), is_own, "{method} {path}");
        }
    }
}
