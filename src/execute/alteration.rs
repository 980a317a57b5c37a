//! What is made of a credential to make it wrong.

/// Without its last character; `None` for an empty text.
pub(super) fn truncated(value: &str) -> Option<String> {
    let (last, _) = value.char_indices().next_back()?;
    Some(value[..last].to_owned())
}

/// With one character more.
pub(super) fn extended(value: &str) -> String {
    format!("{value}x")
}

/// With the case of its ASCII letters swapped; `None` where it has none.
pub(super) fn other_case(value: &str) -> Option<String> {
    let swap = |c: char| if c.is_ascii_lowercase() { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() };
    value.contains(|c: char| c.is_ascii_alphabetic()).then(|| value.chars().map(swap).collect())
}
