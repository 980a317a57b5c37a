//! Each test that SECURITY.md names is there.

use std::collections::BTreeSet;

use proc_macro2::TokenTree;

use super::source::{Sources, flat, tokens};

/// The names of functions.
fn functions(sources: &Sources) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for (path, text) in sources {
        let words: Vec<String> = flat(tokens(path, text)).map(|token: TokenTree| token.to_string()).collect();
        names.extend(words.windows(2).filter(|pair| pair[0] == "fn").map(|pair| pair[1].clone()));
    }
    names
}

/// The tests that a text names: words in backquotes with three underscores or more.
fn named(text: &str) -> Vec<&str> {
    let words = text.split('`').skip(1).step_by(2);
    let is_test = |word: &&str| {
        word.matches('_').count() >= 3 && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
    };
    words.filter(is_test).collect()
}

/// The tests that a text names and that are nowhere.
pub fn violations(text: &str, sources: &Sources) -> Vec<String> {
    let functions = functions(sources);
    let missing = named(text).into_iter().filter(|name| !functions.contains(*name));
    missing.map(|name| format!("SECURITY.md: there is no test `{name}`")).collect()
}

/// How many tests a text names.
pub fn count(text: &str) -> usize {
    named(text).len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_test_that_is_named_and_is_nowhere_is_told() {
        let sources = Sources::from([("src/a.rs".to_owned(), "fn no_file_is_read() {}".to_owned())]);
        assert_eq!(violations("none (`no_file_is_read`), `--target`, `MAX_BODY`", &sources), [""; 0]);
        let told = violations("`no_file_is_read`, `no_file_is_ever_read`", &sources);
        assert_eq!(told, ["SECURITY.md: there is no test `no_file_is_ever_read`"]);
    }
}
