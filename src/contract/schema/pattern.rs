//! Patterns (ECMA-262) as documents write them.

/// Whether the validator can judge strings by this pattern.
pub(super) fn is_usable(pattern: &str) -> bool {
    jsonschema::validator_for(&serde_json::json!({"pattern": pattern})).is_ok()
}

#[cfg(test)]
mod tests {
    use super::is_usable;

    #[test]
    fn what_the_validator_compiles_is_usable_and_nothing_else_is() {
        for pattern in ["^[A-Z]{2,3}$", r"^(?=.*\d)\w+$", r"\p{Lu}", ""] {
            assert!(is_usable(pattern), "{pattern}");
        }
        for pattern in ["(", "[a", "a{2,1}", "(?P<"] {
            assert!(!is_usable(pattern), "{pattern}");
        }
    }
}
