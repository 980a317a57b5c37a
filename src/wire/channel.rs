//! Channels: which strings arrive unchanged, by the location of the parameter or payload.

/// Where a string travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Carrier {
    /// In JSON or another payload: every string.
    Payload,
    /// In a segment of the path.
    Path,
    /// In a segment of the path, for values that cannot but hold what some servers take for the end of one.
    PathAsWritten,
    /// In a header field.
    Header,
    /// In the query string or a form.
    Query,
    /// In a cookie.
    Cookie,
}

/// The strings that arrive unchanged.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Channel {
    carrier: Carrier,
    delimiters: &'static str,
}

impl Channel {
    /// The strings of JSON.
    pub const PAYLOAD: Self = Self { carrier: Carrier::Payload, delimiters: "" };

    /// The strings of a carrier, without those that contain one of `delimiters`.
    pub fn new(carrier: Carrier, delimiters: &'static str) -> Self {
        Self { carrier, delimiters }
    }

    /// Whether `text` would be split into several strings.
    pub fn splits(&self, text: &str) -> bool {
        has_any(text, self.delimiters.as_bytes())
    }

    /// Whether `text` can be sent at all and is read back as itself.
    pub fn carries(&self, text: &str) -> bool {
        if self.splits(text) {
            return false;
        }
        match self.carrier {
            Carrier::Payload => true,
            // `/` and `\` end a segment for some servers even when escaped, `%` is decoded twice by some,
            // and a dot segment is resolved away (RFC 3986, section 5.2.4).
            Carrier::Path => {
                !text.is_empty()
                    && is_trim(text)
                    && text.chars().any(|c| c != '.')
                    && !holds_control(text)
                    && !has_any(text, br"/\%;")
            }
            Carrier::PathAsWritten => !text.is_empty() && text.chars().any(|c| c != '.') && !holds_control(text),
            // RFC 9110, section 5.5: visible characters, with blanks between them only.
            Carrier::Header => {
                !text.is_empty() && is_trim(text) && text.chars().all(|c| c == ' ' || c.is_ascii_graphic())
            }
            Carrier::Query => !holds_control(text),
            // RFC 6265, section 4.1.1.
            Carrier::Cookie => !text.is_empty() && text.chars().all(|c| c.is_ascii_graphic() && !"\",;\\%".contains(c)),
        }
    }

    /// Whether a valid request may be built on `text`: an empty parameter counts as none for some servers.
    pub fn is_plain(&self, text: &str) -> bool {
        self.carries(text) && (self.carrier == Carrier::Payload || !text.trim().is_empty())
    }

    /// Whether this is a payload, in which every type of JSON can be distinguished.
    pub fn is_payload(&self) -> bool {
        self.carrier == Carrier::Payload
    }
}

/// Whether `text` holds any of these characters of ASCII. Texts may be long: one after the other is looked for, many bytes
/// at once.
pub(crate) fn has_any(text: &str, of: &[u8]) -> bool {
    of.iter().any(|byte| text.as_bytes().contains(byte))
}

fn is_trim(text: &str) -> bool {
    text.trim().len() == text.len()
}

/// Whether `text` holds a control character, one of C1 included.
fn holds_control(text: &str) -> bool {
    // With no way out in between, many bytes are looked at at once.
    let has_control = |text: &str| text.bytes().fold(false, |found, byte| found | byte.is_ascii_control());
    if text.is_ascii() { has_control(text) } else { text.contains(char::is_control) }
}
