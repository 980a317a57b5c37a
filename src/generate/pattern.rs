//! Patterns (ECMA-262).

/// Whether the validator can judge texts by this pattern.
pub fn pattern_is_usable(pattern: &str) -> bool {
    jsonschema::validator_for(&serde_json::json!({"pattern": pattern})).is_ok()
}
