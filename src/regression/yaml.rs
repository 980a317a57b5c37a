//! A kept case as YAML in which a reviewer sees every character: what leaves no mark of its own is written as an escape,
//! which the emitter does for controls alone.

use serde_yaml::{Error, Mapping, Value};

use super::Saved;
use crate::text::hidden::is_unseen;

/// The longest string that the emitter writes as the key of a line of its own, in characters.
const SHORT: usize = 128;

/// The text of a file.
///
/// # Errors
/// The emitter's.
pub fn write(saved: &Saved) -> Result<String, Error> {
    let plain = serde_yaml::to_string(saved)?;
    if !plain.contains(needs_escape) {
        return Ok(plain);
    }
    let mut marks = Marks { word: word_not_in(&plain), texts: Vec::new() };
    let marked = serde_yaml::to_string(&marks.of(serde_yaml::to_value(saved)?))?;
    Ok(marks.replaced(&marked))
}

/// ASCII has controls, which the emitter escapes, and line breaks, which it lays out.
fn needs_escape(c: char) -> bool {
    !c.is_ascii() && is_unseen(c)
}

/// A word that the emitter writes as it is, and that stands nowhere in the text.
fn word_not_in(text: &str) -> String {
    let mut word = "escaped".to_owned();
    while text.contains(&word) {
        word.push('x');
    }
    word
}

/// Strings that are set aside, a word in the place of each.
struct Marks {
    word: String,
    texts: Vec<String>,
}

impl Marks {
    fn of(&mut self, value: Value) -> Value {
        match value {
            Value::String(text) if text.contains(needs_escape) => Value::String(self.mark(text)),
            Value::Sequence(items) => items.into_iter().map(|item| self.of(item)).collect(),
            Value::Mapping(members) => Value::Mapping(
                members.into_iter().map(|(key, value)| (self.of(key), self.of(value))).collect::<Mapping>(),
            ),
            Value::Tagged(mut tagged) => {
                tagged.value = self.of(std::mem::take(&mut tagged.value));
                Value::Tagged(tagged)
            }
            other => other,
        }
    }

    /// As long as its text where that is too long for a plain key.
    fn mark(&mut self, text: String) -> String {
        let fill = if quoted(&text).len() > SHORT { "-".repeat(SHORT) } else { String::new() };
        self.texts.push(text);
        format!("{}-{fill}-end", self.word)
    }

    /// They stand in the order in which they were set aside.
    fn replaced(&self, marked: &str) -> String {
        let start = format!("{}-", self.word);
        let mut parts = marked.split(&start);
        let mut text = parts.next().unwrap_or_default().to_owned();
        for (part, kept) in parts.zip(&self.texts) {
            text.push_str(&quoted(kept));
            text.push_str(part.split_once("-end").map_or("", |(_, rest)| rest));
        }
        text
    }
}

/// A double-quoted scalar (YAML 1.2, section 5.7).
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            c if c.is_control() || needs_escape(c) => quoted.push_str(&match u32::from(c) {
                code @ ..=0xffff => format!("\\u{code:04X}"),
                code => format!("\\U{code:08X}"),
            }),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// A case with this text in each kind of place.
    fn saved(text: &str) -> Saved {
        serde_json::from_value(json!({
            "contract": "a", "operation": "b", "check": "server-error", "found": text, "case": "c", "intent": "valid",
            "parameters": [{"in": "query", "name": text, "value": [text, {text: {text: 1}}]}],
            "body": {"media_type": "application/json", "value": {text: text, "plain": "escaped-end"}},
            "instead": {"body": {"text": text}},
        }))
        .expect("a case")
    }

    #[test]
    fn what_leaves_no_mark_is_an_escape_and_is_read_back_the_same() {
        let long = format!("{}\u{202e}", "long ".repeat(600));
        for text in [
            "user\u{202e}txt.exe",
            "pay\u{200b}pal",
            "\u{feff}",
            "a\u{2066}b\u{2069}\n  \"c\\\r\t\u{7f}\u{1b}",
            "\u{2028}\u{85}\u{a0}",
            "\u{e0041}\u{e000}",
            "true\u{ad}",
            ": \u{200d}# '",
            "-end\u{200d}escaped-",
            &long,
        ] {
            let saved = saved(text);
            let written = write(&saved).expect("YAML");
            assert!(!written.contains(needs_escape), "{written}");
            let read: Saved = serde_yaml::from_str(&written).unwrap_or_else(|error| panic!("{error}: {written}"));
            assert_eq!(read, saved, "{written}");
        }
        assert!(write(&saved("user\u{202e}txt")).expect("YAML").contains("found: \"user\\u202Etxt\"\n"));
        assert!(write(&saved("\u{e0041}")).expect("YAML").contains("found: \"\\U000E0041\"\n"));
    }

    #[test]
    fn what_can_be_seen_stays_as_it_is() {
        for text in ["Grüße, 你好, 👋", "two\nlines", "\u{1b}[31m", "true"] {
            let saved = saved(text);
            assert_eq!(write(&saved).expect("YAML"), serde_yaml::to_string(&saved).expect("YAML"));
        }
    }
}
