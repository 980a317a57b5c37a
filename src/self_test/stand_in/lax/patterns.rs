//! Patterns, formats and lists of values that are read loosely.

use serde_json::{Value, json};

use super::bounds::each;
use super::{Change, Lax};
use crate::contract::{Schema, Types};

/// References: `$` before a line break, keleshev/schema#307 and dotnet/corefx#36467; days of a month,
/// mikeerickson/validatorjs#328 and hapijs/joi#1396.
pub(super) const ALL: &[Lax] = &[
    Lax {
        sentence: "a pattern is not anchored at its end",
        change: Change::Schemas(|all| each(all, |s| pattern(s, |p| p.strip_suffix('$').unwrap_or(p).to_owned()))),
    },
    Lax {
        sentence: "a pattern is not anchored at its start",
        change: Change::Schemas(|all| each(all, |s| pattern(s, |p| p.strip_prefix('^').unwrap_or(p).to_owned()))),
    },
    Lax {
        sentence: "a pattern may stop before a line break",
        change: Change::Schemas(|all| each(all, |s| pattern(s, |p| around(p, "^", "\\n?$")))),
    },
    Lax {
        sentence: "a pattern is matched line by line",
        change: Change::Schemas(|all| each(all, |s| pattern(s, |p| around(p, "(?:^|\\n)", "(?:\\n|$)")))),
    },
    Lax {
        sentence: "the case of letters does not matter to a pattern",
        change: Change::Schemas(|all| each(all, |s| pattern(s, any_case))),
    },
    Lax {
        sentence: "an escaped dot of a pattern is any character",
        change: Change::Schemas(|all| each(all, |s| pattern(s, |p| p.replace("\\.", ".")))),
    },
    Lax {
        sentence: "a dot of a pattern is also a line break",
        change: Change::Schemas(|all| {
            each(all, |s| pattern(s, |p| p.replace("\\.", "\u{1}").replace('.', "[\\s\\S]").replace('\u{1}', "\\.")))
        }),
    },
    Lax {
        sentence: "`\\d` and `\\w` of a pattern take letters of any script",
        change: Change::Schemas(|all| {
            each(all, |s| {
                pattern(s, |p| {
                    p.replace("[\\w", "[\\p{L}\\p{N}_").replace("\\d", "\\p{N}").replace("\\w", "[\\p{L}\\p{N}_]")
                })
            })
        }),
    },
    Lax {
        sentence: "a repetition of a pattern has no end",
        change: Change::Schemas(|all| each(all, |s| pattern(s, endless))),
    },
    Lax { sentence: "a pattern is not checked", change: Change::Schemas(|all| each(all, |s| s.pattern = None)) },
    Lax {
        sentence: "an enum takes any case of letters",
        change: Change::Schemas(|all| {
            each(all, |s| listed(s, |t| vec![t.to_uppercase(), t.to_lowercase(), capital(t)]))
        }),
    },
    Lax {
        sentence: "an enum takes blanks around",
        change: Change::Schemas(|all| {
            each(all, |s| listed(s, |t| vec![format!("{t} "), format!(" {t}"), format!(" {t} ")]))
        }),
    },
    Lax {
        sentence: "an enum takes the start of a value",
        change: Change::Schemas(|all| {
            each(all, |s| listed(s, |t| (1..t.chars().count()).map(|n| t.chars().take(n).collect()).collect()))
        }),
    },
    Lax { sentence: "an enum takes what begins with a value", change: Change::Schemas(|all| each(all, begins)) },
    Lax {
        sentence: "an enum takes an empty text",
        change: Change::Schemas(|all| each(all, |s| listed(s, |_| vec![String::new()]))),
    },
    Lax {
        sentence: "a date may be the 31st of any month",
        change: Change::Schemas(|all| {
            each(all, |s| format(s, "date", r"^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$"))
        }),
    },
    Lax {
        sentence: "a date is read from the start of a text",
        change: Change::Schemas(|all| each(all, |s| format(s, "date", r"^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|1\d|2[0-8])"))),
    },
    Lax {
        sentence: "a date may lack leading zeros",
        change: Change::Schemas(|all| {
            each(all, |s| format(s, "date", r"^\d{4}-(0?[1-9]|1[0-2])-(0?[1-9]|1\d|2[0-8])$"))
        }),
    },
    Lax {
        sentence: "a date-time is read from its date",
        change: Change::Schemas(|all| {
            each(all, |s| format(s, "date-time", r"^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|1\d|2[0-8])"))
        }),
    },
    Lax {
        sentence: "a date-time may lack its zone",
        change: Change::Schemas(|all| {
            each(all, |s| {
                format(
                    s,
                    "date-time",
                    r"^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|1\d|2[0-8])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)?$",
                )
            })
        }),
    },
    Lax {
        sentence: "a date-time may have hour 24",
        change: Change::Schemas(|all| {
            each(all, |s| {
                format(
                    s,
                    "date-time",
                    r"^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|1\d|2[0-8])T([01]\d|2[0-4]):[0-5]\d:[0-5]\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$",
                )
            })
        }),
    },
    Lax {
        sentence: "a uuid is any 36 characters",
        change: Change::Schemas(|all| each(all, |s| format(s, "uuid", "^.{36}$"))),
    },
    Lax {
        sentence: "a uuid may lack its hyphens",
        change: Change::Schemas(|all| {
            each(all, |s| {
                format(s, "uuid", "^[0-9A-Fa-f]{8}-?[0-9A-Fa-f]{4}-?[0-9A-Fa-f]{4}-?[0-9A-Fa-f]{4}-?[0-9A-Fa-f]{12}$")
            })
        }),
    },
    Lax {
        sentence: "a uuid may stand in braces",
        change: Change::Schemas(|all| {
            each(all, |s| {
                format(
                    s,
                    "uuid",
                    "^\\{?[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}\\}?$",
                )
            })
        }),
    },
    Lax {
        sentence: "the parts of an ipv4 address are any numbers",
        change: Change::Schemas(|all| each(all, |s| format(s, "ipv4", r"^\d{1,3}(\.\d{1,3}){3}$"))),
    },
    Lax {
        sentence: "an ipv4 address may lack parts",
        change: Change::Schemas(|all| each(all, |s| format(s, "ipv4", r"^((25[0-5]|2[0-4]\d|1?\d?\d)(\.|$)){1,4}$"))),
    },
    Lax {
        sentence: "an e-mail address is anything with an at sign",
        change: Change::Schemas(|all| each(all, |s| format(s, "email", "@"))),
    },
    Lax {
        sentence: "a uri is anything with a colon",
        change: Change::Schemas(|all| each(all, |s| format(s, "uri", ":"))),
    },
    Lax {
        sentence: "a uri may be relative",
        change: Change::Schemas(|all| each(all, |s| format(s, "uri", r"^[^\s\\]+$"))),
    },
    Lax {
        sentence: "base64 is not decoded",
        change: Change::Schemas(|all| each(all, |s| format(s, "byte", r"^[A-Za-z0-9+/=]*$"))),
    },
    Lax { sentence: "formats are not checked", change: Change::Schemas(|all| each(all, |s| s.format = None)) },
];

fn pattern(schema: &mut Schema, change: fn(&str) -> String) {
    if let Some(pattern) = &schema.pattern {
        schema.pattern = Some(change(pattern));
    }
}

fn around(pattern: &str, start: &str, end: &str) -> String {
    match pattern.strip_prefix('^').and_then(|rest| rest.strip_suffix('$')) {
        Some(inner) => format!("{start}(?:{inner}){end}"),
        None => pattern.to_owned(),
    }
}

fn any_case(pattern: &str) -> String {
    let mut out = String::new();
    let mut chars = pattern.chars().peekable();
    let mut in_class = false;
    while let Some(c) = chars.next() {
        match c {
            '\\' => {
                out.push(c);
                out.extend(chars.next());
                continue;
            }
            '[' => in_class = true,
            ']' => in_class = false,
            _ => {}
        }
        if in_class && c.is_ascii_alphabetic() && chars.peek() == Some(&'-') {
            chars.next();
            let end = chars.next().unwrap_or(c);
            out.push_str(&format!("{c}-{end}"));
            if end.is_ascii_alphabetic() {
                let other = |c: char| if c.is_lowercase() { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() };
                out.push_str(&format!("{}-{}", other(c), other(end)));
            }
            continue;
        }
        match (c.is_ascii_alphabetic(), in_class) {
            (true, true) => out.extend([c.to_ascii_lowercase(), c.to_ascii_uppercase()]),
            (true, false) => out.push_str(&format!("[{}{}]", c.to_ascii_lowercase(), c.to_ascii_uppercase())),
            _ => out.push(c),
        }
    }
    out
}

/// `{2,5}` and `{3}` without their upper ends.
fn endless(pattern: &str) -> String {
    let mut out = String::new();
    let mut rest = pattern;
    while let Some((head, tail)) = rest.split_once('{') {
        out.push_str(head);
        out.push('{');
        rest = tail;
        let Some((inside, after)) = tail.split_once('}') else { break };
        let least = inside.split(',').next().unwrap_or_default();
        if !head.ends_with('\\') && !least.is_empty() && least.chars().all(|c| c.is_ascii_digit()) {
            out.push_str(&format!("{least},}}"));
            rest = after;
        }
    }
    out + rest
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|c| c.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

fn listed(schema: &mut Schema, more: fn(&str) -> Vec<String>) {
    if let Some(values) = &mut schema.enum_values {
        let others: Vec<Value> =
            values.iter().filter_map(Value::as_str).flat_map(more).map(|text| json!(text)).collect();
        for other in others {
            if !values.contains(&other) {
                values.push(other);
            }
        }
    }
}

fn begins(schema: &mut Schema) {
    let texts: Option<Vec<&str>> =
        schema.enum_values.as_ref().map(|values| values.iter().filter_map(Value::as_str).collect());
    if let Some(texts) = texts.filter(|texts| !texts.is_empty())
        && schema.pattern.is_none()
        && schema.types == Some(Types::STRING)
    {
        let all: Vec<String> = texts.iter().map(|text| regex_syntax::escape(text)).collect();
        schema.pattern = Some(format!("^(?:{})", all.join("|")));
        schema.enum_values = None;
    }
}

fn format(schema: &mut Schema, name: &str, loose: &str) {
    if schema.format.as_deref() == Some(name) && schema.pattern.is_none() && schema.enum_values.is_none() {
        schema.format = None;
        schema.pattern = Some(loose.to_owned());
    }
}
