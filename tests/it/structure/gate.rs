//! What is written is written where secrets are taken out.

use proc_macro2::TokenTree;

use super::source::{Sources, flat, parts};

/// The files that write themselves, and how they come by text without secrets.
const WRITERS: [&str; 5] = [
    // The report's file, which an `Output` writes to.
    "src/cli/report_file.rs",
    // A kept case, masked there.
    "src/regression/folder.rs",
    // Snapshots, masked as they are made of exchanges.
    "src/snapshot/store.rs",
    "src/whole_file.rs",
    // What is wrong with arguments and documents, before anything was sent; a panic; how many cases were kept.
    "src/cli/tell.rs",
];
/// What writes: macros, and functions by the last two names of their paths.
const MACROS: [&str; 4] = ["print", "println", "eprint", "eprintln"];
const FUNCTIONS: [[&str; 2]; 6] = [
    ["File", "create"],
    ["fs", "write"],
    ["whole_file", "write"],
    ["whole_file", "draft"],
    ["OpenOptions", "new"],
    ["NamedTempFile", "new"],
];

/// The files that write and are not known to.
pub fn violations(sources: &Sources) -> Vec<String> {
    let mut told = Vec::new();
    for (path, part) in parts(sources) {
        let tokens: Vec<String> = flat(part.tokens).map(|token: TokenTree| token.to_string()).collect();
        let is_known = WRITERS.contains(&path);
        let writes = |window: &[String]| match window {
            [name, mark, ..] if mark == "!" => MACROS.contains(&name.as_str()),
            [first, one, two, last] if one == ":" && two == ":" => {
                FUNCTIONS.iter().any(|[kind, function]| kind == first && function == last)
            }
            _ => false,
        };
        if let Some(window) = tokens.windows(4).find(|window| writes(window) && !is_known) {
            told.push(format!("{path}: `{}` writes past the gate; use `report::Output`", window.concat()));
        }
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(path: &str, text: &str) -> usize {
        violations(&Sources::from([(path.to_owned(), text.to_owned())])).len()
    }

    #[test]
    fn a_file_that_writes_past_the_gate_is_told() {
        for text in ["fn f() { println!(\"{x}\"); }", "fn f() { std::fs::write(p, x)?; }", "fn f() { File::create(p) }"]
        {
            assert_eq!(told("src/report/a.rs", text), 1, "{text}");
            assert_eq!(told("src/report/a.rs", &format!("#[cfg(test)]\nmod tests {{ {text} }}")), 0, "{text}");
        }
        for text in ["fn f() { writeln!(text, \"{x}\"); out.line(x); fs::read(p) }", "fn print() { x != y }"] {
            assert_eq!(told("src/report/a.rs", text), 0, "{text}");
        }
    }
}
