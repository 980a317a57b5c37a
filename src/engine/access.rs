//! Operations that end or change what the run is logged in by, or change or destroy what nobody has named.

use std::collections::HashSet;

use super::selector::tags;
use crate::case::is_safe;
use crate::contract::{Contract, Operation, ParameterLocation, template_variables};
use crate::text::words;

/// Words of an operation that ends a session, whatever its method.
const ENDS: [&str; 10] = [
    "logout",
    "logoff",
    "signout",
    "signoff",
    "revoke",
    "revoketoken",
    "logoutuser",
    "endsession",
    "logoutall",
    "deactivate",
];
/// What names whoever is logged in, at the end of a path without variables.
const OWN: [&str; 16] = [
    "me",
    "self",
    "account",
    "profile",
    "session",
    "sessions",
    "token",
    "tokens",
    "password",
    "credentials",
    "apikey",
    "user",
    "current",
    "changepassword",
    "resetpassword",
    "whoami",
];

/// The last words of variables that name one of many.
const KEYS: [&str; 10] = ["id", "ids", "uuid", "guid", "key", "slug", "name", "number", "ref", "code"];

/// Words of variables that say where, or how, all is meant.
const PREFIXES: [&str; 14] = [
    "version",
    "ver",
    "v",
    "api",
    "lang",
    "language",
    "locale",
    "region",
    "env",
    "environment",
    "stage",
    "tenant",
    "format",
    "prefix",
];

/// Words of an action that destroys, stops the target, or has it become another one.
const DESTROYS: [&str; 29] = [
    "flush",
    "reset",
    "wipe",
    "purge",
    "clear",
    "truncate",
    "drop",
    "erase",
    "empty",
    "destroy",
    "delete",
    "remove",
    "prune",
    "restore",
    "shutdown",
    "stop",
    "restart",
    "terminate",
    "kill",
    "quit",
    "exit",
    "reload",
    "reboot",
    "uninstall",
    "install",
    "upgrade",
    "downgrade",
    "exec",
    "eval",
];

/// Those that may as well stand for what is read.
const NOUNS: [&str; 5] = ["drop", "clear", "empty", "exit", "restore"];

/// Those by which something is taken away that is named beside them.
const REMOVES: [&str; 10] =
    ["delete", "remove", "destroy", "purge", "wipe", "erase", "truncate", "kill", "terminate", "uninstall"];

/// What is shown of something, as the last word of an operation: a form by which it is reset is not reset yet.
const SHOWN: [&str; 9] =
    ["form", "page", "policy", "policies", "instructions", "dialog", "screen", "preview", "confirmation"];

/// Words of an operation that reads, whatever its first word.
const READS: [&str; 7] = ["list", "read", "show", "find", "fetch", "retrieve", "status"];

/// Whether a success may log the run out, or change by what it logs in: it ends a session, or it changes or deletes the
/// account, session or key of whoever sends it.
pub(super) fn ends_access(operation: &Operation) -> bool {
    if operation.security.is_empty() {
        return false;
    }
    let last = operation.path.split('/').rfind(|segment| !segment.is_empty()).unwrap_or_default();
    let acts = match operation.method.as_str() {
        "DELETE" | "PUT" | "PATCH" => true,
        "POST" => words::plain(last).contains("password"),
        _ => false,
    };
    let ends = |text: &str| ENDS.contains(&words::plain(text).as_str());
    let is_own = OWN.contains(&words::plain(last).as_str()) && !operation.path.contains('{');
    ends(last) || ends(&operation.id) || acts && is_own
}

/// What names a session at the end of a path without variables.
const SESSIONS: [&str; 4] = ["session", "sessions", "token", "tokens"];

/// Whether a success ends the session of whoever sends it, and nothing else: another login has all as it was.
pub(crate) fn ends_session(operation: &Operation) -> bool {
    if operation.security.is_empty() || operation.body.is_some() || operation.path.contains('{') {
        return false;
    }
    let last = operation.path.split('/').rfind(|segment| !segment.is_empty()).unwrap_or_default();
    let ends = |text: &str| {
        let word = words::plain(text);
        word != "deactivate" && ENDS.contains(&word.as_str())
    };
    let is_deleted = operation.method == "DELETE" && SESSIONS.contains(&words::plain(last).as_str());
    ends(last) || ends(&operation.id) || is_deleted
}

/// What names an account at the end of a path without variables.
const ACCOUNTS: [&str; 6] = ["me", "self", "account", "profile", "user", "current"];

/// Whether a success deletes the account of whoever sends it: another login needs another account.
pub(crate) fn ends_account(operation: &Operation) -> bool {
    if operation.security.is_empty() || operation.path.contains('{') || operation.method != "DELETE" {
        return false;
    }
    let last = operation.path.split('/').rfind(|segment| !segment.is_empty()).unwrap_or_default();
    ACCOUNTS.contains(&words::plain(last).as_str())
}

/// The paths of a contract as far as they tell items from collections. Made once, since every operation is asked about.
pub(super) struct Places<'c> {
    contract: &'c Contract,
    /// The paths, without the names of their variables.
    shapes: HashSet<String>,
    /// What the paths of items stand below, as it is written.
    collections: HashSet<&'c str>,
    /// The paths of what is read.
    readable: HashSet<&'c str>,
}

impl<'c> Places<'c> {
    pub fn new(contract: &'c Contract) -> Self {
        let paths = || contract.operations.iter().map(|operation| operation.path.as_str());
        let collection = |path: &'c str| {
            let (above, last) = path.trim_end_matches('/').rsplit_once('/')?;
            last.starts_with('{').then_some(above)
        };
        let reads = contract.operations.iter().filter(|operation| operation.method == "GET");
        Self {
            contract,
            shapes: paths().map(|path| shape(&named_segments(path))).collect(),
            collections: paths().filter_map(collection).collect(),
            readable: reads.map(|operation| operation.path.trim_end_matches('/')).collect(),
        }
    }

    /// Whether a success may change or destroy what no id in the operation's path names: it deletes, changes all items of
    /// a collection, or is an action that is called after destruction.
    pub fn destroys_unnamed(&self, operation: &Operation) -> bool {
        if operation.method == "GET" {
            return self.acts(operation);
        }
        if is_safe(&operation.method) || self.names_one(operation) {
            return false;
        }
        let has_items = self.collections.contains(operation.path.trim_end_matches('/'));
        match operation.method.as_str() {
            "DELETE" => true,
            "PUT" | "PATCH" if has_items => true,
            // What cannot be read cannot be put back.
            "PUT" | "PATCH" if !self.readable.contains(operation.path.trim_end_matches('/')) => true,
            // What a POST to a collection makes may be called like that.
            "POST" if has_items => segments(&operation.path).any(is_of_destruction),
            _ => {
                segments(&operation.path).any(is_of_destruction)
                    || is_of_destruction(&operation.id)
                    || tags(self.contract, operation).any(is_of_destruction)
            }
        }
    }

    /// Whether a GET is an action by its name: the last segment of its path is what ends or stops something, or the id of
    /// the operation begins with that. Where the path has a method that acts, that one is the action, unless all of the API
    /// is called by any method: `/deletePad`.
    fn acts(&self, operation: &Operation) -> bool {
        let is_action = |word: &str| ENDS.contains(&word) || DESTROYS.contains(&word) && !NOUNS.contains(&word);
        let path = operation.path.trim_end_matches('/');
        let last = path.rsplit('/').next().filter(|last| !last.contains('{')).unwrap_or_default();
        let id = words::of(&operation.id);
        // What the path is of may be called so itself.
        let is_shown = |word: &String| {
            let is_of_path = || segments(path).any(|segment| words::plain(segment).starts_with(word.as_str()));
            SHOWN.contains(&word.as_str()) && !is_of_path()
        };
        let called = words::of(last);
        let is_call = called.len() > 1 && REMOVES.contains(&called[0].as_str());
        let is_reading = id.iter().any(|word| READS.contains(&word.as_str()))
            || id.last().is_some_and(is_shown)
            || !is_call && operation.methods_on_path.iter().any(|method| !is_safe(method));
        let is_called_so = is_call || is_action(&words::plain(last)) || id.first().is_some_and(|word| is_action(word));
        is_called_so && !is_reading && !self.collections.contains(path)
    }

    /// Whether the path names the one thing that is meant: its last segment is a variable, or the variable before it is
    /// that of an item. What stands before a collection (`/{tenant}/todos`) names none of its items; one of the few values
    /// of a list says no more than a fixed segment.
    fn names_one(&self, operation: &Operation) -> bool {
        let is_listed = |name: &str| {
            let parameter = operation.parameter(ParameterLocation::Path, name);
            parameter.and_then(|parameter| parameter.schema).is_some_and(|id| {
                let schema = self.contract.schemas.get(id);
                schema.enum_values.is_some() || schema.const_value.is_some()
            })
        };
        let all = named_segments(&operation.path);
        let Some(at) = all.iter().rposition(|segment| variable(segment).is_some_and(|name| !is_listed(name))) else {
            return false;
        };
        let (until, tail) = all.split_at(at + 1);
        let is_collection = |from: usize| self.shapes.contains(&shape(&[&all[..from], &["{}"]].concat()));
        let acts_on_all = |index: usize| is_of_destruction(tail[index]) || is_collection(at + 1 + index);
        tail.is_empty() || self.is_item(until) && (1..tail.len()).all(|index| !acts_on_all(index))
    }

    /// Whether the last of these segments is the variable of an item: it follows a noun and is called like it or like a
    /// key, or the document has paths of that item, or of all of them.
    fn is_item(&self, segments: &[&str]) -> bool {
        let Some((last, above)) = segments.split_last() else { return false };
        let Some(name) = variable(last) else { return false };
        if !last.starts_with('{') {
            return true;
        }
        let is_noun = |segment: &&&str| variable(segment).is_none() && !is_prefix(segment);
        let Some(noun) = above.iter().rfind(is_noun) else { return false };
        let (words, noun) = (words::of(name), words::plain(noun));
        let stem = |word: &str| {
            let word = words::plain(word);
            let endings = ["ies", "es", "s", "y"];
            endings.iter().find_map(|ending| word.strip_suffix(ending)).unwrap_or(&word).to_owned()
        };
        let is_called_like = |word: &String| stem(word).len() > 1 && noun.starts_with(&stem(word));
        let follows_noun = above.last().is_some_and(|segment| is_noun(&segment));
        let has_key = words.last().is_some_and(|word| KEYS.contains(&word.as_str()));
        if follows_noun && (has_key || words.iter().any(is_called_like)) {
            return true;
        }
        let is_there = |segments: &[&str]| self.shapes.contains(&shape(segments));
        !words.iter().any(|word| PREFIXES.contains(&word.as_str()))
            && (is_there(segments) || follows_noun && is_there(above))
    }
}

/// The name of the variable that makes up a segment, or the key in it (`todos({id})`); what follows fixed text is no more than
/// a part of it (`todos.{format}`).
fn variable(segment: &str) -> Option<&str> {
    let name = template_variables(segment).next()?;
    let before = segment.split('{').next().unwrap_or_default();
    (before.is_empty() || before.trim_end_matches(['\'', '"']).ends_with('(')).then_some(name)
}

/// Whether a fixed segment says no more than which API it is.
fn is_prefix(segment: &str) -> bool {
    let version = segment.trim_start_matches(['v', 'V']);
    words::plain(segment) == "api"
        || version.starts_with(|letter: char| letter.is_ascii_digit())
        || segment.contains('{')
}

fn named_segments(path: &str) -> Vec<&str> {
    path.split('/').filter(|segment| !segment.is_empty()).collect()
}

/// A path without the names of its variables.
fn shape(segments: &[&str]) -> String {
    let shapes = segments.iter().map(|segment| if variable(segment).is_some() { "{}" } else { segment });
    shapes.collect::<Vec<_>>().join("/")
}

fn segments(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter(|segment| !segment.starts_with('{'))
}

fn is_of_destruction(name: &str) -> bool {
    words::of(name).iter().any(|word| DESTROYS.contains(&word.as_str()))
}

#[cfg(test)]
mod tests;
