//! JSONPath (RFC 9535), as far as overlays have a use for it: names, indexes, wildcards, descendants, and filters that ask
//! whether a member is there or what it equals.

use std::fmt;

use serde_json::Value;

use super::pointer::Pointer;

/// An expression that selects nodes.
#[derive(Debug)]
pub(super) struct JsonPath {
    written: String,
    steps: Vec<Step>,
}

#[derive(Debug)]
struct Step {
    /// Whether it is asked of all nodes below, too.
    descends: bool,
    selectors: Vec<Selector>,
}

#[derive(Debug)]
enum Selector {
    Name(String),
    Index(i64),
    Wildcard,
    /// Of the members or items, those of which this holds.
    Filter(Vec<String>, Option<(bool, Value)>),
}

impl JsonPath {
    /// Reads an expression.
    ///
    /// # Errors
    /// What is not understood, in words.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut rest = text.strip_prefix('$').ok_or("it begins with `$`")?;
        let mut steps = Vec::new();
        while !rest.is_empty() {
            let descends = rest.starts_with("..");
            rest = if descends { &rest[1..] } else { rest };
            if let Some(after) = rest.strip_prefix('.').filter(|after| !(descends && after.starts_with('['))) {
                let end = after.find(['.', '[']).unwrap_or(after.len());
                let (name, left) = after.split_at(end);
                let selector = match name {
                    "*" => Selector::Wildcard,
                    name if is_name(name) => Selector::Name(name.to_owned()),
                    name => return Err(format!("`{name}` is no name after a dot; write ['{name}']")),
                };
                steps.push(Step { descends, selectors: vec![selector] });
                rest = left;
                continue;
            }
            let bracket = if descends { rest.strip_prefix('.') } else { Some(rest) };
            let within =
                bracket.and_then(|rest| rest.strip_prefix('[')).ok_or_else(|| format!("`{rest}` is no step"))?;
            let end = closing(within).ok_or("a bracket is left open")?;
            let selectors = split(&within[..end]).map(selector).collect::<Result<_, _>>()?;
            steps.push(Step { descends, selectors });
            rest = &within[end + 1..];
        }
        Ok(Self { written: text.to_owned(), steps })
    }

    /// The nodes of a value that it selects, each once, in the order of the value.
    pub fn select(&self, value: &Value) -> Vec<Pointer> {
        let mut nodes = vec![(Pointer::root(), value)];
        for step in &self.steps {
            let mut next: Vec<(Pointer, &Value)> = Vec::new();
            for (at, node) in nodes {
                let mut from = Vec::new();
                if step.descends {
                    descend(&at, node, &mut from);
                } else {
                    from.push((at, node));
                }
                for (at, node) in from {
                    next.extend(step.selectors.iter().flat_map(|selector| selector.select(&at, node)));
                }
            }
            nodes = next;
        }
        let mut found: Vec<Pointer> = Vec::new();
        for (at, _) in nodes {
            if !found.contains(&at) {
                found.push(at);
            }
        }
        found
    }
}

impl fmt::Display for JsonPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.written)
    }
}

impl Selector {
    fn select<'v>(&self, at: &Pointer, node: &'v Value) -> Vec<(Pointer, &'v Value)> {
        match self {
            Self::Name(name) => {
                let member = node.as_object().and_then(|members| members.get(name));
                member.into_iter().map(|value| (at.join(name), value)).collect()
            }
            Self::Index(index) => {
                let Some(items) = node.as_array() else { return Vec::new() };
                let index = if *index < 0 { items.len() as i64 + index } else { *index };
                let item = usize::try_from(index).ok().and_then(|index| Some((at.index(index), items.get(index)?)));
                item.into_iter().collect()
            }
            Self::Wildcard => children(at, node),
            Self::Filter(names, wanted) => {
                let holds = |value: &Value| {
                    let found = names.iter().try_fold(value, |value, name| value.get(name));
                    match wanted {
                        None => found.is_some(),
                        Some((is_equal, wanted)) => (found == Some(wanted)) == *is_equal,
                    }
                };
                children(at, node).into_iter().filter(|(_, value)| holds(value)).collect()
            }
        }
    }
}

fn children<'v>(at: &Pointer, node: &'v Value) -> Vec<(Pointer, &'v Value)> {
    match node {
        Value::Object(members) => members.iter().map(|(name, value)| (at.join(name), value)).collect(),
        Value::Array(items) => items.iter().enumerate().map(|(index, value)| (at.index(index), value)).collect(),
        _ => Vec::new(),
    }
}

/// The node and all below it.
fn descend<'v>(at: &Pointer, node: &'v Value, found: &mut Vec<(Pointer, &'v Value)>) {
    found.push((at.clone(), node));
    for (at, child) in children(at, node) {
        descend(&at, child, found);
    }
}

fn is_name(text: &str) -> bool {
    let is_first = |c: char| c.is_alphabetic() || c == '_' || !c.is_ascii();
    text.starts_with(is_first) && text.chars().all(|c| is_first(c) || c.is_ascii_digit())
}

/// Where the bracket is closed that was open before the text, outside of quotes.
fn closing(text: &str) -> Option<usize> {
    let mut quote = None;
    let mut is_escaped = false;
    for (at, c) in text.char_indices() {
        match (quote, c) {
            _ if is_escaped => is_escaped = false,
            (Some(_), '\\') => is_escaped = true,
            (Some(open), c) if c == open => quote = None,
            (None, '\'' | '"') => quote = Some(c),
            (None, ']') => return Some(at),
            _ => {}
        }
    }
    None
}

/// The selectors between two brackets.
fn split(text: &str) -> impl Iterator<Item = &str> {
    let mut parts = Vec::new();
    let (mut start, mut quote) = (0, None);
    for (at, c) in text.char_indices() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (None, '\'' | '"') => quote = Some(c),
            (None, ',') => {
                parts.push(text[start..at].trim());
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(text[start..].trim());
    parts.into_iter()
}

fn selector(text: &str) -> Result<Selector, String> {
    if text == "*" {
        return Ok(Selector::Wildcard);
    }
    if let Some(name) = quoted(text) {
        return name.map(Selector::Name);
    }
    if let Some(filter) = text.strip_prefix('?') {
        return filtered(filter.trim());
    }
    text.parse().map(Selector::Index).map_err(|_| format!("`{text}` is no name in quotes, index, `*` or filter"))
}

/// A text between quotes; `None` for one without.
fn quoted(text: &str) -> Option<Result<String, String>> {
    let quote = text.chars().next().filter(|c| matches!(c, '\'' | '"'))?;
    let within = text[1..].strip_suffix(quote);
    let json = within.map(|within| match quote {
        '"' => text.to_owned(),
        _ => format!("\"{}\"", within.replace("\\'", "'").replace('"', "\\\"")),
    });
    let read = json.and_then(|json| serde_json::from_str(&json).ok());
    Some(read.ok_or_else(|| format!("`{text}` is no text in quotes")))
}

/// `@.name`, and `@.name == value` or `!=`; within parentheses, too.
fn filtered(text: &str) -> Result<Selector, String> {
    let text = text.strip_prefix('(').and_then(|text| text.strip_suffix(')')).unwrap_or(text).trim();
    let wrong = || format!("the filter `{text}` is not understood: write ?@.name or ?@.name == 'value'");
    let compared = ["==", "!="].iter().find_map(|sign| Some((*sign == "==", text.split_once(sign)?)));
    let (path, wanted) = match compared {
        None => (text, None),
        Some((is_equal, (path, value))) => {
            let value = value.trim();
            let value = match quoted(value) {
                Some(text) => Value::String(text?),
                None => serde_json::from_str(value).map_err(|_| wrong())?,
            };
            (path.trim(), Some((is_equal, value)))
        }
    };
    let path = JsonPath::parse(&path.replacen('@', "$", 1)).map_err(|_| wrong())?;
    let name = |step: Step| match (step.descends, <[Selector; 1]>::try_from(step.selectors)) {
        (false, Ok([Selector::Name(name)])) => Ok(name),
        _ => Err(wrong()),
    };
    Ok(Selector::Filter(path.steps.into_iter().map(name).collect::<Result<_, _>>()?, wanted))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn nodes_are_selected() {
        let value = json!({
            "info": {"title": "a"},
            "paths": {"/a b": {"get": {"tags": ["x", "y"], "parameters": [{"name": "q", "in": "query"}, {"name": "r"}]}, "post": {}}},
        });
        for (path, found) in [
            ("$", &[""][..]),
            ("$.info.title", &["/info/title"]),
            ("$['paths']['/a b'].get", &["/paths/~1a b/get"]),
            ("$.paths[\"/a b\"].*", &["/paths/~1a b/get", "/paths/~1a b/post"]),
            ("$.paths.*.get.tags[0]", &["/paths/~1a b/get/tags/0"]),
            ("$.paths.*.get.tags[-1, 0]", &["/paths/~1a b/get/tags/1", "/paths/~1a b/get/tags/0"]),
            ("$.paths.*['get', 'post', 'put']", &["/paths/~1a b/get", "/paths/~1a b/post"]),
            ("$..parameters[?@.name=='q']", &["/paths/~1a b/get/parameters/0"]),
            ("$..[?(@.in != 'query')].name", &["/paths/~1a b/get/parameters/1/name"]),
            ("$..parameters[?@.in]", &["/paths/~1a b/get/parameters/0"]),
            ("$.nothing.here", &[]),
            ("$..title", &["/info/title"]),
        ] {
            let selected = JsonPath::parse(path).expect(path).select(&value);
            assert_eq!(selected.iter().map(Pointer::as_str).collect::<Vec<_>>(), found, "{path}");
        }
    }

    #[test]
    fn what_is_not_understood_is_told() {
        for (path, told) in [
            ("paths", "it begins with `$`"),
            ("$[", "a bracket is left open"),
            ("$['a]", "a bracket is left open"),
            ("$.a-b", "write ['a-b']"),
            ("$a", "`a` is no step"),
            ("$[a]", "`a` is no name in quotes"),
            ("$[?length(@.a) > 1]", "is not understood"),
            ("$[?@..a == 1]", "is not understood"),
        ] {
            let error = JsonPath::parse(path).expect_err(path);
            assert!(error.contains(told), "{path}: {error}");
        }
    }
}
