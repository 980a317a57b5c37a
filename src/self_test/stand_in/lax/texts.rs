//! Bodies that are parsed leniently.

use serde_json::Value;

use super::{Change, Lax};

/// What JSON5 and JSONC parsers, Python's `json.loads` and Jackson's `ALLOW_*` features let pass.
pub(super) const ALL: &[Lax] = &[
    Lax { sentence: "JSON may have comments", change: Change::Mends(uncommented) },
    Lax { sentence: "JSON may have trailing commas", change: Change::Mends(|text| Some(without_commas(text))) },
    Lax { sentence: "JSON may have single quotes", change: Change::Mends(|text| Some(text.replace('\'', "\""))) },
    Lax {
        sentence: "JSON may have NaN and Infinity",
        change: Change::Mends(|text| {
            Some(["-Infinity", "Infinity", "NaN"].iter().fold(text.to_owned(), |text, word| text.replace(word, "1")))
        }),
    },
    Lax { sentence: "JSON may have names without quotes", change: Change::Mends(quoted) },
    Lax {
        sentence: "JSON may be followed by anything",
        change: Change::Mends(|text| {
            serde_json::Deserializer::from_str(text).into_iter::<Value>().next()?.ok().map(|value| value.to_string())
        }),
    },
    Lax { sentence: "JSON may be cut off", change: Change::Mends(closed) },
    Lax {
        sentence: "JSON may have raw control characters in texts",
        change: Change::Mends(|text| Some(text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect())),
    },
    Lax {
        sentence: "numbers of JSON may have leading zeros or a plus",
        change: Change::Mends(|text| {
            Some(text.replace(":+", ":").replace(": +", ":").replace(":00", ":").replace(":0", ":").replace(": 0", ":"))
        }),
    },
    Lax {
        sentence: "an empty body is an empty object",
        change: Change::Mends(|text| text.trim().is_empty().then(|| "{}".to_owned())),
    },
    Lax { sentence: "any media type is read as the documented one", change: Change::Media(|_, _| true) },
    Lax {
        sentence: "a media type of the same family is taken",
        change: Change::Media(|sent, due| {
            sent.split('/').next() == due.split('/').next()
                && sent.to_lowercase().contains("json") == due.contains("json")
        }),
    },
    Lax {
        sentence: "a media type with JSON in its name is taken",
        change: Change::Media(|sent, due| sent.to_lowercase().contains("json") && due.contains("json")),
    },
];

/// Calls `other` for all that is outside of texts.
fn outside(text: &str, mut other: impl FnMut(char, &str, &mut String) -> usize) -> String {
    let mut out = String::new();
    let mut in_text = false;
    let mut skip = 0;
    for (at, c) in text.char_indices() {
        if skip > 0 {
            skip -= 1;
            if in_text {
                out.push(c);
            }
            continue;
        }
        match c {
            '"' => {
                in_text = !in_text;
                out.push(c);
            }
            '\\' if in_text => {
                out.push(c);
                skip = 1;
            }
            _ if in_text => out.push(c),
            _ => skip = other(c, &text[at + c.len_utf8()..], &mut out),
        }
    }
    out
}

fn uncommented(text: &str) -> Option<String> {
    Some(outside(text, |c, rest, out| match (c, rest.chars().next()) {
        ('/', Some('/')) => rest.chars().take_while(|c| *c != '\n').count(),
        ('/', Some('*')) => rest.find("*/").map_or(0, |end| rest[..end].chars().count() + 2),
        _ => {
            out.push(c);
            0
        }
    }))
}

fn without_commas(text: &str) -> String {
    outside(text, |c, rest, out| {
        if c != ',' || !rest.trim_start().starts_with(['}', ']']) {
            out.push(c);
        }
        0
    })
}

fn quoted(text: &str) -> Option<String> {
    Some(outside(text, |c, rest, out| {
        out.push(c);
        let name: String = rest.trim_start().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
        if matches!(c, '{' | ',') && !name.is_empty() && rest.trim_start()[name.len()..].trim_start().starts_with(':') {
            out.push_str(&format!("\"{name}\""));
            let blanks = rest.chars().take_while(|c| c.is_whitespace()).count();
            return blanks + name.chars().count();
        }
        0
    }))
}

fn closed(text: &str) -> Option<String> {
    let mut open = Vec::new();
    outside(text, |c, _, _| {
        match c {
            '{' => open.push('}'),
            '[' => open.push(']'),
            '}' | ']' => {
                open.pop();
            }
            _ => {}
        }
        0
    });
    Some(text.chars().chain(open.into_iter().rev()).collect())
}
