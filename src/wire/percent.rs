//! Percent-encoding (RFC 3986) of paths, query strings, forms and cookies.

use percent_encoding::{AsciiSet, percent_decode_str, utf8_percent_encode};

/// Unreserved characters (RFC 3986, section 2.3).
fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~')
}

/// Reserved characters that may stand in a query and change neither its pairs nor what they mean: `&` and
/// `+` separate pairs and words, `;` separates pairs for some servers, `#` ends the query, `[` and `]` may not stand
/// in it (RFC 3986, section 3.4), and the URL parser would encode `'` itself. `=` may stand in a value.
const RESERVED: &[u8] = b":/?@!$()*,";

/// All but cookie-octets (RFC 6265, section 4.1.1). `%` is one, so a value that holds it is sent as it is.
const COOKIE_VALUE: &AsciiSet = &percent_encoding::CONTROLS.add(b' ').add(b'"').add(b',').add(b';').add(b'\\');
const COOKIE_NAME: &AsciiSet = &COOKIE_VALUE.add(b'=');

/// With every encoded byte decoded; what is no UTF-8 then is replaced.
pub(crate) fn decoded(string: &str) -> String {
    percent_decode_str(string).decode_utf8_lossy().into_owned()
}

/// With every character but the unreserved ones encoded.
pub(crate) fn strict(text: &str) -> String {
    let mut encoded = Vec::with_capacity(text.len() * 2);
    add(&mut encoded, text, is_unreserved);
    of_ascii(encoded)
}

/// Adds a text with all bytes encoded that are not kept. Texts may be long, and have such a byte every few characters.
fn add(encoded: &mut Vec<u8>, text: &str, is_kept: impl Fn(u8) -> bool) {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    for byte in text.bytes() {
        match is_kept(byte) {
            true => encoded.push(byte),
            false => encoded.extend([b'%', DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]]),
        }
    }
}

/// What is encoded has no byte beyond ASCII.
fn of_ascii(encoded: Vec<u8>) -> String {
    String::from_utf8(encoded).unwrap_or_default()
}

/// A name and value of a query string; `reserved` leaves reserved characters as they are.
pub(crate) fn query_pair(name: &str, value: &str, reserved: bool) -> String {
    let mut pair = Vec::with_capacity(2 * (name.len() + value.len()) + 1);
    add(&mut pair, name, |byte| is_unreserved(byte) || reserved && RESERVED.contains(&byte));
    pair.push(b'=');
    add(&mut pair, value, |byte| is_unreserved(byte) || reserved && (byte == b'=' || RESERVED.contains(&byte)));
    of_ascii(pair)
}

/// A cookie's name.
pub(crate) fn cookie_name(name: &str) -> String {
    utf8_percent_encode(name, COOKIE_NAME).to_string()
}

/// A cookie's value, with what no cookie can hold encoded.
pub(crate) fn cookie_value(value: &str) -> String {
    utf8_percent_encode(value, COOKIE_VALUE).to_string()
}

/// A cookie. A percent sign of the value itself is encoded, so that the value can be had back.
pub(crate) fn cookie_pair(name: &str, value: &str) -> String {
    format!("{}={}", cookie_name(name), cookie_value(&value.replace('%', "%25")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pair_stays_one_pair() {
        assert_eq!(query_pair("a b", "ü&=+#~", false), "a%20b=%C3%BC%26%3D%2B%23~");
        assert_eq!(query_pair("a=b", "x/y?z:@!$(),*=", true), "a%3Db=x/y?z:@!$(),*=");
        assert_eq!(query_pair("f[k]", "&+;#[]'% |\"", true), "f%5Bk%5D=%26%2B%3B%23%5B%5D%27%25%20%7C%22");
    }

    #[test]
    fn every_character_is_encoded_or_may_stand_where_it_is() {
        use percent_encoding::NON_ALPHANUMERIC;
        const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
        for character in ('\0'..='\u{7ff}').chain(['\u{800}', '一', '\u{ffff}', '😀']) {
            let text = character.to_string();
            let encoded = utf8_percent_encode(&text, UNRESERVED).to_string();
            assert_eq!(strict(&text), encoded);
            assert_eq!(query_pair(&text, &text, false), format!("{encoded}={encoded}"));
            let [name, value] =
                [":/?@!$()*,", ":/?@!$()*,="].map(|kept| if kept.contains(character) { &text } else { &encoded });
            assert_eq!(query_pair(&text, &text, true), format!("{name}={value}"));
        }
    }

    #[test]
    fn cookies_hold_cookie_octets_only() {
        assert_eq!(cookie_value("a%3D=b; \"c\\,é\n"), "a%3D=b%3B%20%22c%5C%2C%C3%A9%0A");
        assert_eq!(cookie_name("a=b"), "a%3Db");
        assert_eq!(cookie_pair("a=b", "50% é"), "a%3Db=50%25%20%C3%A9");
    }
}
