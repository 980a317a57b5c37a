//! The paths that a module names, as they are seen from the root of the crate.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};

use super::source::flat;

/// What a path starts from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// `crate`, `super` or `self`.
    Crate,
    /// A name: of a module within, of what is imported, or of another crate.
    Name,
}

/// A path of at least two names, or one that is imported.
#[derive(Debug)]
pub struct Import {
    pub start: Start,
    /// The names from the root of the crate, or from what the path starts with. The last may be `*`.
    pub names: Vec<String>,
    /// What it is called in the module: `None` for a path that is not imported.
    pub alias: Option<String>,
    /// Whether it is handed on to others.
    pub is_public: bool,
}

/// All paths of a module's tokens.
pub fn imports(module: &[String], tokens: TokenStream) -> Vec<Import> {
    let mut found = Vec::new();
    walk(module, tokens, &mut found);
    found
}

/// The words of a module outside of its imports.
pub fn words(tokens: TokenStream) -> BTreeSet<String> {
    let mut within_use = false;
    flat(tokens)
        .filter_map(|token| match token {
            TokenTree::Ident(word) if word == "use" => {
                within_use = true;
                None
            }
            TokenTree::Punct(mark) if mark.as_char() == ';' => {
                within_use = false;
                None
            }
            TokenTree::Ident(word) if !within_use => Some(word.to_string()),
            _ => None,
        })
        .collect()
}

fn walk(module: &[String], tokens: TokenStream, found: &mut Vec<Import>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut index = 0;
    while index < tokens.len() {
        match &tokens[index] {
            TokenTree::Group(group) => walk(module, group.stream(), found),
            TokenTree::Ident(word) if word == "use" => {
                let length = tokens[index..].iter().take_while(|token| !is_mark(token, ';')).count();
                let is_public = is_public(&tokens[..index]);
                tree(module, Vec::new(), &tokens[index + 1..index + length], is_public, found);
                index += length;
            }
            TokenTree::Ident(_) if !follows_path(&tokens[..index]) => {
                let (names, length) = names(&tokens[index..]);
                if names.len() > 1 {
                    found.extend(absolute(module, names, None, false));
                }
                index += length - 1;
            }
            _ => {}
        }
        index += 1;
    }
}

/// The imports of one tree of `use`, below the names before it.
fn tree(module: &[String], before: Vec<String>, tokens: &[TokenTree], is_public: bool, found: &mut Vec<Import>) {
    // A path that starts with `::` is of another crate.
    if before.is_empty() && tokens.first().is_some_and(|token| is_mark(token, ':')) {
        return;
    }
    let (mut path, length) = names(tokens);
    path.splice(0..0, before);
    match &tokens[length..] {
        [TokenTree::Group(group), ..] if group.delimiter() == Delimiter::Brace => {
            let within: Vec<TokenTree> = group.stream().into_iter().collect();
            for part in within.split(|token| is_mark(token, ',')).filter(|part| !part.is_empty()) {
                tree(module, path.clone(), part, is_public, found);
            }
        }
        rest => {
            match rest {
                [star, ..] if is_mark(star, '*') => path.push("*".to_owned()),
                _ if path.len() > 1 && path.last().is_some_and(|last| last == "self") => drop(path.pop()),
                _ => {}
            }
            let alias = match rest {
                [TokenTree::Ident(word), name] if word == "as" => Some(name.to_string()),
                _ => path.last().cloned(),
            };
            found.extend(absolute(module, path, alias, is_public));
        }
    }
}

/// A path as it is seen from the root of the crate, or from another one.
fn absolute(module: &[String], names: Vec<String>, alias: Option<String>, is_public: bool) -> Option<Import> {
    let mut start = Start::Name;
    let mut from = module;
    let mut rest = names.as_slice();
    while let Some((first, others)) = rest.split_first() {
        match first.as_str() {
            "crate" => from = &[],
            "self" => {}
            "super" => from = &from[..from.len().saturating_sub(1)],
            _ => break,
        }
        (start, rest) = (Start::Crate, others);
    }
    let names = match start {
        Start::Crate => [from, rest].concat(),
        Start::Name => rest.to_vec(),
    };
    (!rest.is_empty()).then_some(Import { start, names, alias, is_public })
}

/// The names of a path at the start of tokens, and how many tokens they take with the `::` after them.
fn names(tokens: &[TokenTree]) -> (Vec<String>, usize) {
    let mut names = Vec::new();
    let mut length = 0;
    while let Some(TokenTree::Ident(word)) = tokens.get(length) {
        names.push(word.to_string());
        length += 1;
        if !follows_path(&tokens[..(length + 2).min(tokens.len())]) || length + 2 > tokens.len() {
            break;
        }
        length += 2;
    }
    (names, length)
}

/// Whether `::` stands at the end of the tokens.
fn follows_path(tokens: &[TokenTree]) -> bool {
    matches!(tokens, [.., TokenTree::Punct(first), TokenTree::Punct(second)]
        if first.as_char() == ':' && first.spacing() == Spacing::Joint && second.as_char() == ':')
}

/// Whether `pub`, or `pub(..)`, stands at the end of the tokens.
fn is_public(tokens: &[TokenTree]) -> bool {
    let tokens = match tokens {
        [before @ .., TokenTree::Group(group)] if group.delimiter() == Delimiter::Parenthesis => before,
        tokens => tokens,
    };
    matches!(tokens, [.., TokenTree::Ident(word)] if word == "pub")
}

fn is_mark(token: &TokenTree, mark: char) -> bool {
    matches!(token, TokenTree::Punct(other) if other.as_char() == mark)
}

/// The files of modules, what is imported under which name in each, and so what a path leads to.
pub struct Modules {
    aliases: BTreeMap<Vec<String>, BTreeMap<String, Vec<String>>>,
}

impl Modules {
    /// From the modules and their imports.
    pub fn new<'a>(all: impl Iterator<Item = (&'a [String], &'a [Import])>) -> Self {
        let mut modules = Self { aliases: BTreeMap::new() };
        let all: Vec<_> = all.collect();
        for (module, _) in &all {
            modules.aliases.entry(module.to_vec()).or_default();
        }
        for (module, imports) in all {
            for import in imports {
                if let (Some(alias), Some(path)) = (&import.alias, modules.seen_from_root(module, import)) {
                    modules.aliases.entry(module.to_vec()).or_default().insert(alias.clone(), path);
                }
            }
        }
        modules
    }

    /// The path of an import from the root, if it does not lead to another crate.
    fn seen_from_root(&self, module: &[String], import: &Import) -> Option<Vec<String>> {
        let first = import.names.first()?;
        match import.start {
            Start::Crate => Some(import.names.clone()),
            Start::Name if self.aliases.contains_key(&[module, std::slice::from_ref(first)].concat()) => {
                Some([module, &import.names].concat())
            }
            Start::Name => {
                let alias = self.aliases.get(module)?.get(first)?;
                // `use name::..` in which the name is what the line itself imports is of another crate.
                (import.alias.as_ref() != Some(first)).then(|| [alias, &import.names[1..]].concat())
            }
        }
    }

    /// What an import names, and the module that declares it: not one that hands it on. `None` for a module itself, and
    /// for other crates.
    pub fn owner(&self, module: &[String], import: &Import) -> Option<(Vec<String>, String)> {
        let mut path = self.seen_from_root(module, import)?;
        for _ in 0..16 {
            let depth = (1..=path.len()).rev().find(|depth| self.aliases.contains_key(&path[..*depth]))?;
            let (owner, rest) = path.split_at(depth);
            let first = rest.first()?;
            match self.aliases[owner].get(first) {
                Some(alias) => path = [alias, &rest[1..]].concat(),
                None => return Some((owner.to_vec(), first.clone())),
            }
        }
        None
    }
}
