//! Rust files as tokens, without comments, strings and what only tests have.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

/// The texts of files, by their path from the root of the repository.
pub type Sources = BTreeMap<String, String>;

/// A part of a file that is no test.
pub struct Part {
    /// The modules around it: `["plan", "draft"]` in `src/plan/draft.rs`.
    pub module: Vec<String>,
    /// Its tokens, without those of modules within it.
    pub tokens: TokenStream,
}

/// The tokens of a text.
pub fn tokens(path: &str, text: &str) -> TokenStream {
    text.parse().unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The modules of a path below `src`.
fn module(path: &str) -> Vec<String> {
    let path = path.strip_prefix("src/").unwrap_or(path).trim_end_matches(".rs");
    path.trim_end_matches("/mod").split('/').map(str::to_owned).collect()
}

/// The parts of all files but `lib.rs` and `main.rs`, each with its path.
pub fn parts(sources: &Sources) -> Vec<(&str, Part)> {
    let mut parts = Vec::new();
    let mut tests = BTreeSet::new();
    for (path, text) in sources {
        if !["src/lib.rs", "src/main.rs"].contains(&path.as_str()) {
            let mut found = Vec::new();
            split(module(path), tokens(path, text), &mut found, &mut tests);
            parts.extend(found.into_iter().map(|part| (path.as_str(), part)));
        }
    }
    parts.retain(|(_, part)| (1..=part.module.len()).all(|depth| !tests.contains(&part.module[..depth])));
    parts
}

/// Takes the modules within a module apart, and notes those that only tests have.
fn split(module: Vec<String>, tokens: TokenStream, parts: &mut Vec<Part>, tests: &mut BTreeSet<Vec<String>>) {
    let mut own = Vec::new();
    let mut tokens = tokens.into_iter().peekable();
    let mut is_test = false;
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Punct(mark) if mark.as_char() == '#' => {
                if let Some(TokenTree::Group(attribute)) = tokens.next_if(|next| matches!(next, TokenTree::Group(_))) {
                    is_test |= is_for_tests(attribute.stream());
                }
            }
            TokenTree::Ident(word) if word == "mod" => {
                let name = tokens.next().map(|name| name.to_string()).unwrap_or_default();
                let within = [module.clone(), vec![name]].concat();
                if is_test {
                    tests.insert(within.clone());
                }
                if let Some(TokenTree::Group(body)) = tokens.next() {
                    split(within, body.stream(), parts, tests);
                }
                is_test = false;
            }
            token if is_test => is_test = !ends_item(&token),
            TokenTree::Group(group) => {
                let mut within = Vec::new();
                split(module.clone(), group.stream(), &mut within, tests);
                let last = within.pop().into_iter().flat_map(|part| part.tokens);
                own.push(TokenTree::Group(Group::new(group.delimiter(), last.collect())));
                parts.extend(within);
            }
            token => own.push(token),
        }
    }
    parts.push(Part { module, tokens: own.into_iter().collect() });
}

/// Whether an attribute is `cfg(test)`, or `cfg(all(test, ..))`.
fn is_for_tests(attribute: TokenStream) -> bool {
    let words: Vec<String> = flat(attribute)
        .filter_map(|token| match token {
            TokenTree::Ident(word) => Some(word.to_string()),
            _ => None,
        })
        .collect();
    let has = |word: &str| words.iter().any(|other| other == word);
    words.first().is_some_and(|first| first == "cfg") && has("test") && !has("not") && !has("any")
}

/// Whether an item ends with a token: a semicolon, or the braces of its body.
fn ends_item(token: &TokenTree) -> bool {
    match token {
        TokenTree::Punct(mark) => mark.as_char() == ';',
        TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
        _ => false,
    }
}

/// All tokens, those within brackets too, without the brackets.
pub fn flat(tokens: TokenStream) -> Box<dyn Iterator<Item = TokenTree>> {
    Box::new(tokens.into_iter().flat_map(|token| match token {
        TokenTree::Group(group) => flat(group.stream()),
        other => Box::new(std::iter::once(other)) as Box<dyn Iterator<Item = TokenTree>>,
    }))
}
