//! Parses the body of a response by its media type.

use std::cell::RefCell;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use crate::contract::{MediaRange, MediaType, PayloadKind};
use crate::execute::{Response, StillCoded};
use crate::spec::Pointer;
use crate::wire::xml::{self, Element, Unread};

/// What the body of a response holds.
#[derive(Debug)]
pub enum ResponseBody {
    /// Nothing.
    Empty,
    /// A JSON value.
    Json {
        /// The value; of a repeated name, the last member.
        value: Value,
        /// The members whose name was there already.
        repeated: Vec<Pointer>,
    },
    /// It should be text of this kind and is not, with the reason.
    Broken(&'static str, String),
    /// It is not what this content coding makes, with the reason.
    Miscoded(String, String),
    /// Text of a type that is no JSON.
    Text(String),
    /// XML: its root, and its text.
    Xml(Element, String),
    /// Anything else, or JSON that is beyond what can be held.
    Opaque,
}

impl ResponseBody {
    /// The JSON value.
    pub fn json(&self) -> Option<&Value> {
        match self {
            Self::Json { value, .. } => Some(value),
            _ => None,
        }
    }
}

/// The documented media type that a `Content-Type` is of.
///
/// Without a `Content-Type` it is the only one that is documented, if there is only one.
pub fn matching<'a>(content: &'a [MediaType], content_type: Option<&str>) -> Option<&'a MediaType> {
    let Some(content_type) = content_type else {
        return content.first().filter(|_| content.len() == 1);
    };
    MediaType::documenting(content, content_type).map(|index| &content[index])
}

/// Reads the body of a response.
pub fn read(response: &Response, documented: Option<&MediaType>, has_no_body: bool) -> ResponseBody {
    if response.body.is_empty() || has_no_body {
        return ResponseBody::Empty;
    }
    match &response.still_coded {
        Some(StillCoded::Unknown) => return ResponseBody::Opaque,
        Some(StillCoded::Broken(coding, reason)) => return ResponseBody::Miscoded(coding.clone(), reason.clone()),
        None => {}
    }
    let kind = match (response.header("content-type"), documented) {
        (Some(content_type), _) => MediaRange::parse(content_type).kind(),
        (None, Some(media)) => media.kind(),
        (None, None) => return ResponseBody::Opaque,
    };
    match kind {
        PayloadKind::Json => json(&response.body),
        PayloadKind::Text => text(response),
        PayloadKind::Xml => match xml::parse(&response.body) {
            Ok(root) => ResponseBody::Xml(root, String::from_utf8_lossy(&response.body).into_owned()),
            // The media type may name another encoding than the document does (RFC 7303, section 3).
            Err(_) if other_charset(response) => ResponseBody::Opaque,
            Err(Unread::Malformed(reason)) => ResponseBody::Broken("XML", reason),
            Err(Unread::Beyond) => text(response),
        },
        PayloadKind::Form | PayloadKind::Multipart | PayloadKind::Binary => ResponseBody::Opaque,
    }
}

/// The charset that a response says it is in, in lower case.
pub fn charset(response: &Response) -> Option<String> {
    response.header("content-type").and_then(|content_type| MediaRange::parse(content_type).charset())
}

fn other_charset(response: &Response) -> bool {
    charset(response).is_some_and(|charset| !matches!(charset.as_str(), "utf-8" | "utf8" | "us-ascii"))
}

fn text(response: &Response) -> ResponseBody {
    match std::str::from_utf8(&response.body) {
        Ok(text) => ResponseBody::Text(text.to_owned()),
        // Without a word about its charset, text may be in any.
        Err(error) => match charset(response).as_deref() {
            Some("utf-8" | "utf8") => ResponseBody::Broken("text in UTF-8", invalid_utf8(&error)),
            _ => ResponseBody::Opaque,
        },
    }
}

/// Reads a JSON text (RFC 8259).
fn json(bytes: &[u8]) -> ResponseBody {
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => return ResponseBody::Broken("JSON", invalid_utf8(&error)),
    };
    // A parser may ignore a byte order mark rather than call it an error (RFC 8259, section 8.1).
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let repeated = RefCell::default();
    let mut reader = serde_json::Deserializer::from_str(text);
    let seed = Node { at: Pointer::root(), repeated: &repeated };
    match seed.deserialize(&mut reader).and_then(|value| reader.end().map(|()| value)) {
        Ok(value) => ResponseBody::Json { value, repeated: repeated.into_inner() },
        // Well-formed as far as this parser looks: deeper, or larger in number, than it can hold.
        Err(error) if is_beyond_the_parser(&error) || has_lone_surrogate(text) => ResponseBody::Opaque,
        Err(error) => ResponseBody::Broken("JSON", error.to_string()),
    }
}

fn invalid_utf8(error: &std::str::Utf8Error) -> String {
    format!("invalid UTF-8 at byte {}", error.valid_up_to())
}

fn is_beyond_the_parser(error: &serde_json::Error) -> bool {
    let message = error.to_string();
    message.starts_with("recursion limit exceeded") || message.starts_with("number out of range")
}

/// Whether the text is JSON but for escapes of half a surrogate pair, which the grammar allows and no string of Unicode can
/// hold (RFC 8259, section 8.2).
fn has_lone_surrogate(text: &str) -> bool {
    let halves = |of: &str| u32::from_str_radix(of, 16).ok().filter(|code| (0xd800..0xe000).contains(code));
    let mut mended = String::with_capacity(text.len());
    let mut rest = text;
    let mut is_mended = false;
    while let Some(at) = rest.find('\\') {
        let (before, escape) = rest.split_at(at);
        mended.push_str(before);
        let code = |from: usize| escape.get(from..from + 6).and_then(|text| halves(text.strip_prefix("\\u")?));
        let length = match (code(0), code(6)) {
            (Some(0xd800..0xdc00), Some(0xdc00..)) => 12,
            (Some(_), _) => {
                is_mended = true;
                mended.push('?');
                rest = &escape[6..];
                continue;
            }
            (None, _) => escape.chars().take(2).map(char::len_utf8).sum(),
        };
        mended.push_str(&escape[..length]);
        rest = &escape[length..];
    }
    mended.push_str(rest);
    is_mended && serde_json::from_str::<serde::de::IgnoredAny>(&mended).is_ok()
}

/// Builds a value as `serde_json` does, and remembers repeated names.
struct Node<'a> {
    at: Pointer,
    repeated: &'a RefCell<Vec<Pointer>>,
}

impl<'de> DeserializeSeed<'de> for Node<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Node<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Value, E> {
        Number::from_f64(value).map(Value::Number).ok_or_else(|| E::custom("number out of range"))
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(Value::String(text.to_owned()))
    }

    fn visit_string<E>(self, text: String) -> Result<Value, E> {
        Ok(Value::String(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut values = Vec::new();
        while let Some(value) =
            items.next_element_seed(Node { at: self.at.index(values.len()), repeated: self.repeated })?
        {
            values.push(value);
        }
        Ok(Value::Array(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut map = Map::new();
        while let Some(name) = members.next_key::<String>()? {
            let at = self.at.join(&name);
            let value = members.next_value_seed(Node { at: at.clone(), repeated: self.repeated })?;
            if map.insert(name, value).is_some() {
                self.repeated.try_borrow_mut().map_err(A::Error::custom)?.push(at);
            }
        }
        Ok(Value::Object(map))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn json_is_read_as_the_rfc_has_it() {
        let read = |text: &[u8]| json(text);
        assert_eq!(
            read(b" [1, 1.5, \"\\u00e9\", null, {\"a\": true}] ").json(),
            Some(&json!([1, 1.5, "é", null, {"a": true}]))
        );
        assert!(matches!(read(b"{\"a\":"), ResponseBody::Broken(..)));
        assert!(matches!(read(b"{} x"), ResponseBody::Broken(..)));
        assert!(matches!(read(b"\"\xff\""), ResponseBody::Broken(_, reason) if reason.contains("UTF-8")));
        assert!(matches!(read(b"[1e999]"), ResponseBody::Opaque));
        assert!(matches!(read(br#"["a\ud800! \\ud800"]"#), ResponseBody::Opaque));
        assert!(matches!(read(br#"["\ud83d\ude00"]"#), ResponseBody::Json { .. }));
        assert!(matches!(read(br#"["a\ud800!", }"#), ResponseBody::Broken(..)));
        assert!(matches!(read("[".repeat(300).as_bytes()), ResponseBody::Opaque));
        let ResponseBody::Json { value, repeated } = read(br#"{"a": 1, "b": [{"c": 1, "c": 2}]}"#) else { panic!() };
        assert_eq!(value, json!({"a": 1, "b": [{"c": 2}]}));
        assert_eq!(repeated, [Pointer::new("/b/0/c")]);
    }
}
