//! JSON pointers (RFC 6901): the address of a node in a document.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use serde_json::Value;

/// A JSON pointer, such as `/paths/~1users/get`; the empty pointer is the document itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Pointer(Arc<str>);

impl Pointer {
    /// The pointer to the whole document.
    pub fn root() -> Self {
        Self::default()
    }

    /// Takes a pointer as it is written, escapes included.
    pub fn new(text: impl Into<Arc<str>>) -> Self {
        Self(text.into())
    }

    /// The pointer to a member (or, with a decimal index, an item) of this node.
    #[must_use]
    pub fn join(&self, token: &str) -> Self {
        Self(format!("{}/{}", self.0, escape(token)).into())
    }

    /// The pointer to an item of this array.
    #[must_use]
    pub fn index(&self, index: usize) -> Self {
        Self(format!("{}/{index}", self.0).into())
    }

    /// The escaped text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether this node is below `other`.
    pub fn is_inside(&self, other: &Self) -> bool {
        self.0.strip_prefix(&*other.0).is_some_and(|rest| rest.starts_with('/'))
    }

    /// Whether it is among the nodes that `pattern` names, in which `*` is any property or item.
    pub fn matches(&self, pattern: &Self) -> bool {
        self.leads_to(pattern) && self.is_led_to_by(pattern)
    }

    /// Whether it is among the nodes that `pattern` names, or above one of them.
    pub fn leads_to(&self, pattern: &Self) -> bool {
        let mut wanted = pattern.tokens();
        self.tokens().all(|token| wanted.next().is_some_and(|wanted| is_named(&wanted, &token)))
    }

    /// Whether it is among the nodes that `pattern` names, or below one of them.
    pub fn is_led_to_by(&self, pattern: &Self) -> bool {
        let mut tokens = self.tokens();
        pattern.tokens().all(|wanted| tokens.next().is_some_and(|token| is_named(&wanted, &token)))
    }

    /// The unescaped reference tokens, from the root down.
    pub fn tokens(&self) -> impl Iterator<Item = Cow<'_, str>> {
        self.0.split('/').skip(1).map(unescape)
    }

    /// The name of the member that it points to, that of the array for an item or for any item.
    pub fn member(&self) -> Option<String> {
        let is_name = |token: &Cow<'_, str>| *token != "*" && !token.bytes().all(|byte| byte.is_ascii_digit());
        self.tokens().filter(is_name).last().map(Cow::into_owned)
    }

    /// The pointer to the node that holds this one, and this one's last token.
    pub fn parent(&self) -> Option<(Self, Cow<'_, str>)> {
        let (parent, last) = self.0.rsplit_once('/')?;
        Some((Self(parent.into()), unescape(last)))
    }

    /// Puts `value` at this pointer of `root`, adding the last member if it is not there.
    ///
    /// Returns false, and changes nothing, where the holder of the node does not exist.
    pub fn assign(&self, root: &mut Value, value: Value) -> bool {
        let Some((parent, last)) = self.parent() else {
            *root = value;
            return true;
        };
        match root.pointer_mut(parent.as_str()) {
            Some(Value::Object(members)) => {
                members.insert(last.into_owned(), value);
                true
            }
            Some(Value::Array(items)) => match last.parse::<usize>() {
                Ok(index) if index < items.len() => {
                    items[index] = value;
                    true
                }
                Ok(index) if index == items.len() => {
                    items.push(value);
                    true
                }
                _ => false,
            },
            _ => false,
        }
    }

    /// Takes the node at this pointer out of `root`; `None` where there is none.
    pub fn remove(&self, root: &mut Value) -> Option<Value> {
        let (parent, last) = self.parent()?;
        match root.pointer_mut(parent.as_str())? {
            Value::Object(members) => members.shift_remove(last.as_ref()),
            Value::Array(items) => {
                let index = last.parse::<usize>().ok().filter(|&i| i < items.len())?;
                Some(items.remove(index))
            }
            _ => None,
        }
    }
}

impl fmt::Display for Pointer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whether a token of a pattern names this one.
fn is_named(wanted: &str, token: &str) -> bool {
    wanted == "*" || wanted == token
}

/// The properties or items of a value that a token of a pattern names.
pub fn children<'v>(value: &'v Value, token: &str) -> Box<dyn Iterator<Item = &'v Value> + 'v> {
    match (value, token) {
        (Value::Object(members), "*") => Box::new(members.values()),
        (Value::Array(items), "*") => Box::new(items.iter()),
        (Value::Object(members), key) => Box::new(members.get(key).into_iter()),
        (Value::Array(items), index) => {
            Box::new(index.parse::<usize>().ok().and_then(|index| items.get(index)).into_iter())
        }
        _ => Box::new(std::iter::empty()),
    }
}

/// Escapes one reference token (RFC 6901, section 3).
pub fn escape(token: &str) -> Cow<'_, str> {
    if token.contains(['~', '/']) {
        Cow::Owned(token.replace('~', "~0").replace('/', "~1"))
    } else {
        Cow::Borrowed(token)
    }
}

fn unescape(token: &str) -> Cow<'_, str> {
    if token.contains('~') { Cow::Owned(token.replace("~1", "/").replace("~0", "~")) } else { Cow::Borrowed(token) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn tokens_are_escaped_and_unescaped() {
        let pointer = Pointer::root().join("paths").join("/a~b");
        assert_eq!(pointer.as_str(), "/paths/~1a~0b");
        assert_eq!(pointer.tokens().collect::<Vec<_>>(), ["paths", "/a~b"]);
    }

    #[test]
    fn a_pattern_names_nodes_at_its_own_depth() {
        let matches = |node: &str, pattern: &str| Pointer::new(node).matches(&Pointer::new(pattern));
        assert!(matches("", "") && matches("/a/0/b", "/a/*/b") && matches("/a~1b", "/*") && matches("/*", "/*"));
        assert!(!matches("/a", "") && !matches("", "/*") && !matches("/a/0", "/a") && !matches("/a/0/c", "/a/*/b"));
    }

    #[test]
    fn assign_and_remove_reach_members_and_items() {
        let mut value = json!({"a": [1, {"b": 2}]});
        assert!(Pointer::new("/a/1/b").assign(&mut value, json!(3)));
        assert!(Pointer::new("/a/2").assign(&mut value, json!(4)));
        assert!(!Pointer::new("/x/y").assign(&mut value, json!(5)));
        assert_eq!(value, json!({"a": [1, {"b": 3}, 4]}));
        assert_eq!(Pointer::new("/a/0").remove(&mut value), Some(json!(1)));
        assert_eq!(value, json!({"a": [{"b": 3}, 4]}));
    }
}
