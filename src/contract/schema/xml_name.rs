//! The names of XML.

/// Whether a string is a name without a prefix (Namespaces in XML 1.0, production 4, `NCName`).
pub fn is_xml_name(name: &str) -> bool {
    let mut letters = name.chars();
    letters.next().is_some_and(starts_name) && letters.all(continues_name)
}

fn starts_name(c: char) -> bool {
    matches!(
        c,
        'A'..='Z' | '_' | 'a'..='z'
            | '\u{c0}'..='\u{d6}' | '\u{d8}'..='\u{f6}' | '\u{f8}'..='\u{2ff}' | '\u{370}'..='\u{37d}'
            | '\u{37f}'..='\u{1fff}' | '\u{200c}'..='\u{200d}' | '\u{2070}'..='\u{218f}' | '\u{2c00}'..='\u{2fef}'
            | '\u{3001}'..='\u{d7ff}' | '\u{f900}'..='\u{fdcf}' | '\u{fdf0}'..='\u{fffd}' | '\u{10000}'..='\u{effff}'
    )
}

fn continues_name(c: char) -> bool {
    starts_name(c) || matches!(c, '-' | '.' | '0'..='9' | '\u{b7}' | '\u{300}'..='\u{36f}' | '\u{203f}'..='\u{2040}')
}

#[cfg(test)]
mod tests {
    use super::is_xml_name;

    #[test]
    fn names_are_those_of_xml() {
        for name in ["a", "Pet", "_x", "a-b.c1", "é", "名"] {
            assert!(is_xml_name(name), "{name}");
        }
        for name in ["", "1a", "-a", "a b", "a:b", "a<b", "List«Pet»", ".a"] {
            assert!(!is_xml_name(name), "{name}");
        }
    }
}
