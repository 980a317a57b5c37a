//! Bodies at one glance: JSON cut to what matters, anything else as safe text.

use serde_json::Value;

use super::count::{count, thousands};
use crate::spec::Pointer;
use crate::text::ellipsis::middle;
use crate::text::hidden::escape;

/// A body that is no longer than this is shown as it is.
const SHORT: usize = 120;
const WIDTH: usize = 96;
const LONGEST_STRING: usize = 48;
const MOST_LINES: usize = 16;
const MOST_MEMBERS: usize = 8;
const MOST_ITEMS: usize = 4;
/// What lies deeper, away from the place that matters, is shown as `{…}` unless it is short.
const DEEPEST: usize = 3;
const SHORT_NODE: usize = 40;
/// Larger texts are not parsed only to be shown.
const LARGEST: usize = 32 << 20;

/// A body as a few lines, safe to print.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Glance {
    /// The lines.
    pub lines: Vec<String>,
    /// Whether anything was left out.
    pub cut: bool,
}

/// Shortens a body around `focus`, the place that matters (`*` in it is any name or item).
pub fn glance(body: &[u8], focus: Option<&Pointer>) -> Glance {
    if body.is_empty() {
        return Glance { lines: vec!["(empty body)".into()], cut: false };
    }
    let Ok(text) = std::str::from_utf8(body) else {
        let note = format!("({}, not UTF-8)", count(body.len(), "byte"));
        let start = String::from_utf8_lossy(&body[..body.len().min(4 * SHORT)]);
        return Glance { lines: vec![middle(&escape(&start), SHORT).into_owned(), note], cut: body.len() > SHORT };
    };
    if text.len() <= SHORT && !text.trim_end().contains('\n') {
        return Glance { lines: vec![escape(text).into_owned()], cut: false };
    }
    match (body.len() <= LARGEST).then(|| serde_json::from_str::<Value>(text)) {
        Some(Ok(value)) => json(&value, text, focus),
        _ => plain(text),
    }
}

fn plain(text: &str) -> Glance {
    let mut lines: Vec<_> =
        text.lines().take(MOST_LINES).map(|line| escape(&middle(line, SHORT)).into_owned()).collect();
    let cut = text.lines().count() > MOST_LINES || text.lines().any(|line| line.chars().count() > SHORT);
    if cut {
        lines.push(format!("… ({} in all)", count(text.len(), "byte")));
    }
    Glance { lines, cut }
}

fn json(value: &Value, text: &str, focus: Option<&Pointer>) -> Glance {
    let tokens: Option<Vec<String>> = focus.map(|focus| focus.tokens().map(|token| token.into_owned()).collect());
    let mut view = View { cut: false };
    let node = view.node(value, tokens.as_deref(), 0);
    let mut lines = Vec::new();
    node.write(0, String::new(), "", &mut lines);
    if lines.len() > MOST_LINES {
        view.cut = true;
        let more = lines.len() - MOST_LINES;
        lines.truncate(MOST_LINES);
        lines.push(format!("… {}", count(more, "more line")));
    }
    // White space is all that parsing may leave out, and it may be megabytes.
    if view.cut || text.len() > 2 * value.to_string().len() + 2 * SHORT {
        lines.push(format!("({} bytes)", thousands(text.len())));
    }
    let lines = lines.iter().map(|line| escape(line).into_owned()).collect();
    Glance { lines, cut: view.cut }
}

/// A JSON value as it will be shown.
enum Node {
    Leaf(String),
    Group { open: char, close: char, items: Vec<(Option<String>, Node)> },
}

struct View {
    cut: bool,
}

impl View {
    /// `focus` are the steps that are left to the place that matters; none is off the path.
    fn node(&mut self, value: &Value, focus: Option<&[String]>, depth: usize) -> Node {
        let (open, close) = match value {
            Value::Array(_) => ('[', ']'),
            Value::Object(_) => ('{', '}'),
            Value::String(text) => return Node::Leaf(self.string(text)),
            Value::Number(number) => {
                let digits = number.to_string();
                self.cut |= digits.len() > LONGEST_STRING;
                return Node::Leaf(middle(&digits, LONGEST_STRING).into_owned());
            }
            other => return Node::Leaf(other.to_string()),
        };
        if focus.is_none() && depth >= DEEPEST && compact_length(value, SHORT_NODE) > SHORT_NODE {
            self.cut = true;
            return Node::Leaf(format!("{open}…{close}"));
        }
        let mut items = Vec::new();
        match value {
            Value::Array(elements) => {
                let steps = |index: usize| follow(focus, &index.to_string());
                self.members(elements.iter().enumerate(), MOST_ITEMS, steps, |_| None, depth, &mut items);
            }
            Value::Object(members) => {
                let name = |name: &String| Some(Value::from(middle(name, LONGEST_STRING)).to_string());
                self.members(members.iter(), MOST_MEMBERS, |name| follow(focus, name), name, depth, &mut items);
            }
            _ => {}
        }
        Node::Group { open, close, items }
    }

    /// The first `most` children, and the one on the way to the place that matters.
    fn members<'a, 'f, K: Copy>(
        &mut self,
        children: impl Iterator<Item = (K, &'a Value)>,
        most: usize,
        steps: impl Fn(K) -> Option<&'f [String]>,
        name: impl Fn(K) -> Option<String>,
        depth: usize,
        items: &mut Vec<(Option<String>, Node)>,
    ) {
        let mut hidden = 0;
        let leave_out = |hidden: &mut usize, items: &mut Vec<(Option<String>, Node)>| {
            if *hidden > 0 {
                items.push((None, Node::Leaf(format!("… {} more", thousands(*hidden)))));
                *hidden = 0;
            }
        };
        for (position, (key, child)) in children.enumerate() {
            let focus = steps(key);
            // A wildcard step matches every child; the first few of them are enough.
            if position >= most && (focus.is_none() || items.len() > 2 * most) {
                hidden += 1;
                continue;
            }
            leave_out(&mut hidden, items);
            let child = self.node(child, focus, depth + 1);
            items.push((name(key), child));
        }
        self.cut |= hidden > 0;
        leave_out(&mut hidden, items);
    }

    fn string(&mut self, text: &str) -> String {
        let length = if text.len() <= LONGEST_STRING { 0 } else { text.chars().count() };
        if length <= LONGEST_STRING {
            return Value::from(text).to_string();
        }
        self.cut = true;
        format!("{} ({} characters)", Value::from(middle(text, LONGEST_STRING)), thousands(length))
    }
}

/// The steps below a child, if the child is on the way.
fn follow<'f>(focus: Option<&'f [String]>, step: &str) -> Option<&'f [String]> {
    let (next, rest) = focus?.split_first()?;
    (next == step || next == "*").then_some(rest)
}

/// The length of the compact text, counted no further than a little past `limit`.
fn compact_length(value: &Value, limit: usize) -> usize {
    let children: Box<dyn Iterator<Item = (usize, &Value)>> = match value {
        Value::Array(items) => Box::new(items.iter().map(|item| (1, item))),
        Value::Object(members) => Box::new(members.iter().map(|(name, member)| (name.len() + 4, member))),
        Value::String(text) => return text.len() + 2,
        other => return other.to_string().len(),
    };
    let mut length = 2;
    for (extra, child) in children {
        length += extra + compact_length(child, limit);
        if length > limit {
            break;
        }
    }
    length
}

impl Node {
    fn flat(&self) -> String {
        match self {
            Self::Leaf(text) => text.clone(),
            Self::Group { open, close, items } => {
                let items: Vec<_> = items.iter().map(|(name, node)| labelled(name, &node.flat())).collect();
                format!("{open}{}{close}", items.join(", "))
            }
        }
    }

    /// On one line if it fits, otherwise one line a child.
    fn write(&self, indent: usize, name: String, comma: &str, lines: &mut Vec<String>) {
        let margin = " ".repeat(indent);
        let flat = self.flat();
        match self {
            Self::Group { open, close, items }
                if indent + name.len() + flat.chars().count() > WIDTH && !items.is_empty() =>
            {
                lines.push(format!("{margin}{name}{open}"));
                for (index, (name, node)) in items.iter().enumerate() {
                    let comma = if index + 1 < items.len() { "," } else { "" };
                    node.write(indent + 2, labelled(name, ""), comma, lines);
                }
                lines.push(format!("{margin}{close}{comma}"));
            }
            _ => lines.push(format!("{margin}{name}{flat}{comma}")),
        }
    }
}

fn labelled(name: &Option<String>, text: &str) -> String {
    match name {
        Some(name) => format!("{name}: {text}"),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn shown(value: &Value, focus: &str) -> String {
        glance(value.to_string().as_bytes(), Some(&Pointer::new(focus))).lines.join("\n")
    }

    #[test]
    fn a_short_body_is_shown_as_it_is() {
        assert_eq!(glance(br#"{"text":  "Hello"}"#, None).lines, [r#"{"text":  "Hello"}"#]);
        assert_eq!(glance(b"{\"text\":", None).lines, ["{\"text\":"]);
        assert_eq!(glance(b"", None).lines, ["(empty body)"]);
    }

    #[test]
    fn a_long_body_is_cut_around_the_place_that_matters() {
        let body = json!({
            "text": "x".repeat(5_000),
            "items": (0..100).collect::<Vec<_>>(),
            "far": {"a": {"b": {"c": {"secret of the deep": "that nobody needs to read at all"}}}},
            "near": {"a": {"b": {"c": {"wanted": "this one is wanted, and it stays in sight"}}}},
        });
        insta::assert_snapshot!(shown(&body, "/near/a/b/c/wanted"));
        insta::assert_snapshot!(shown(&body, "/items/57"));
    }

    #[test]
    fn a_wildcard_shows_the_first_items_alone() {
        let body = json!({"list": (0..1_000).map(|n| json!({"number": n})).collect::<Vec<_>>()});
        assert!(
            glance(body.to_string().as_bytes(), Some(&Pointer::new("/list/*/number"))).lines.len() <= MOST_LINES + 2
        );
    }

    #[test]
    fn padding_is_counted_and_not_printed() {
        let mut body = json!({"text": "x"}).to_string();
        body.push_str(&" ".repeat(1_000_000));
        assert_eq!(glance(body.as_bytes(), None).lines, [r#"{"text": "x"}"#, "(1,000,012 bytes)"]);
    }

    #[test]
    fn bytes_pages_and_escapes_are_safe_to_print() {
        assert_eq!(glance(b"\xff\x1b[2J", None).lines, ["\u{fffd}\\u001b[2J", "(5 bytes, not UTF-8)"]);
        let page = format!("<html>\n{}\n", "<p>error</p>\n".repeat(40));
        let shown = glance(page.as_bytes(), None);
        assert!(shown.cut);
        assert_eq!(shown.lines.len(), MOST_LINES + 1);
        let hidden = json!({"a": "\u{1b}[31m\u{202e}", "b": "y".repeat(200)});
        assert!(!shown_is_unsafe(&glance(hidden.to_string().as_bytes(), None)));
    }

    fn shown_is_unsafe(glance: &Glance) -> bool {
        glance.lines.iter().any(|line| line.contains(['\u{1b}', '\u{202e}']))
    }
}
