//! Texts of a document as the files that are written can hold them.

/// The name of the fixtures beside `conform.toml`.
pub(super) const FIXTURES: &str = "fixtures.yaml";

/// A text that is to stand in a comment or between quotes, on one line.
pub(super) fn on_one_line(text: &str) -> String {
    let shown = crate::report::escape(text);
    shown.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A text as TOML and YAML both take it.
pub(super) fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// `x-api-key` becomes `X_API_KEY`.
pub(super) fn variable(name: &str) -> String {
    let name = name.to_ascii_uppercase().replace(|c: char| !c.is_ascii_alphanumeric(), "_");
    if name.starts_with(|c: char| c.is_ascii_digit()) { format!("_{name}") } else { name }
}
