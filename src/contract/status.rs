//! The statuses that a response documents.

use std::fmt;

/// The statuses that a response documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StatusRange {
    /// One code.
    Code(u16),
    /// A class, `2` for `2XX`.
    Class(u8),
    /// Every status that no other response documents.
    Default,
}

impl StatusRange {
    /// Reads `200`, `2XX` or `default`.
    pub fn parse(text: &str) -> Option<Self> {
        if text.eq_ignore_ascii_case("default") {
            return Some(Self::Default);
        }
        let bytes = text.as_bytes();
        if bytes.len() == 3 && bytes[1..].eq_ignore_ascii_case(b"xx") && (b'1'..=b'5').contains(&bytes[0]) {
            return Some(Self::Class(bytes[0] - b'0'));
        }
        text.parse().ok().filter(|code| (100..600).contains(code)).map(Self::Code)
    }

    /// Whether a status is one of these.
    pub fn contains(self, status: u16) -> bool {
        match self {
            Self::Code(code) => code == status,
            Self::Class(class) => status / 100 == u16::from(class),
            Self::Default => true,
        }
    }

    /// Whether it is of the class of successes alone.
    pub fn is_success(self) -> bool {
        match self {
            Self::Code(code) => (200..300).contains(&code),
            Self::Class(class) => class == 2,
            Self::Default => false,
        }
    }
}

impl fmt::Display for StatusRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Code(code) => write!(f, "{code}"),
            Self::Class(class) => write!(f, "{class}XX"),
            Self::Default => f.write_str("default"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statuses_are_codes_classes_or_all_others() {
        assert_eq!(StatusRange::parse("2XX"), Some(StatusRange::Class(2)));
        assert_eq!(StatusRange::parse("404"), Some(StatusRange::Code(404)));
        assert_eq!(StatusRange::parse("default"), Some(StatusRange::Default));
        assert_eq!(StatusRange::parse("x-note"), None);
        assert_eq!(StatusRange::parse("99"), None);
    }
}
