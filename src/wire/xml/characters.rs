//! The characters of XML 1.0 (fifth edition).

/// Whether a document may contain the character (production 2, `Char`).
pub fn is_character(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..='\u{10ffff}')
}

#[cfg(test)]
mod tests {
    use super::is_character;

    #[test]
    fn characters_are_those_of_xml() {
        assert!(is_character('\t') && is_character('\u{85}') && is_character('\u{1f600}'));
        assert!(!is_character('\u{1}') && !is_character('\u{0}') && !is_character('\u{ffff}'));
    }
}
