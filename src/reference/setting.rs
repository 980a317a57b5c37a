//! What the environment says of the reference target.

/// What the environment `variable` says, or `default` where it is unset or empty.
pub(super) fn setting(variable: &str, default: &str) -> String {
    match std::env::var(variable) {
        Ok(value) if !value.is_empty() => value,
        _ => default.to_owned(),
    }
}
