//! Characters, by what programs make of them.

/// The kind of a character, as far as programs treat kinds differently.
pub fn kind_of(letter: char) -> &'static str {
    match letter {
        '\0' => "NUL",
        '\n' | '\r' | '\t' => "line breaks",
        letter if letter.is_control() => "control characters",
        ' ' => "blanks",
        '"' | '\'' | '\\' | '`' => "quotes",
        '<' | '>' | '&' => "markup",
        '0'..='9' => "digits",
        'A'..='Z' => "capitals",
        'a'..='z' => "letters",
        letter if letter.is_ascii() => "punctuation",
        '\u{300}'..='\u{36f}' => "combining characters",
        '\u{590}'..='\u{8ff}' => "right-to-left letters",
        '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{feff}' => "format characters",
        letter if letter > '\u{ffff}' => "characters beyond the BMP",
        _ => "letters beyond ASCII",
    }
}
