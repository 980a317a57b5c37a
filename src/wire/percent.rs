//! Percent-encoding (RFC 3986) of paths, query strings, forms and cookies.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// All but the unreserved characters (RFC 3986, section 2.3).
const STRICT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Reserved characters that may stand in a query and change neither its pairs nor what they mean: `&` and
/// `+` separate pairs and words, `;` separates pairs for some servers, `#` ends the query, `[` and `]` may not stand
/// in it (RFC 3986, section 3.4), and the URL parser would encode `'` itself.
const RESERVED_NAME: &AsciiSet = &STRICT
    .remove(b':')
    .remove(b'/')
    .remove(b'?')
    .remove(b'@')
    .remove(b'!')
    .remove(b'$')
    .remove(b'(')
    .remove(b')')
    .remove(b'*')
    .remove(b',');
const RESERVED_VALUE: &AsciiSet = &RESERVED_NAME.remove(b'=');

/// All but cookie-octets (RFC 6265, section 4.1.1). `%` is one, so a value that holds it is sent as it is.
const COOKIE_VALUE: &AsciiSet = &percent_encoding::CONTROLS.add(b' ').add(b'"').add(b',').add(b';').add(b'\\');
const COOKIE_NAME: &AsciiSet = &COOKIE_VALUE.add(b'=');

/// With every encoded byte decoded; what is no UTF-8 then is replaced.
pub(crate) fn decoded(string: &str) -> String {
    percent_decode_str(string).decode_utf8_lossy().into_owned()
}

/// With every character but the unreserved ones encoded.
pub(crate) fn strict(text: &str) -> String {
    let mut encoded = String::new();
    add(&mut encoded, text, STRICT);
    encoded
}

/// Adds a text with the characters of a set encoded: room for it is made once, since texts may be long.
fn add(encoded: &mut String, text: &str, set: &'static AsciiSet) {
    encoded.reserve(text.len() + text.len() / 2);
    encoded.extend(utf8_percent_encode(text, set));
}

/// A name and value of a query string; `reserved` leaves reserved characters as they are.
pub(crate) fn query_pair(name: &str, value: &str, reserved: bool) -> String {
    let (names, values) = if reserved { (RESERVED_NAME, RESERVED_VALUE) } else { (STRICT, STRICT) };
    let mut pair = String::new();
    add(&mut pair, name, names);
    pair.push('=');
    add(&mut pair, value, values);
    pair
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
    fn cookies_hold_cookie_octets_only() {
        assert_eq!(cookie_value("a%3D=b; \"c\\,é\n"), "a%3D=b%3B%20%22c%5C%2C%C3%A9%0A");
        assert_eq!(cookie_name("a=b"), "a%3Db");
        assert_eq!(cookie_pair("a=b", "50% é"), "a%3Db=50%25%20%C3%A9");
    }
}
