//! A file has at most 400 lines, unless it is a table of data.

use proc_macro2::TokenTree;

use super::source::{Sources, flat, tokens};

const MOST: usize = 400;

/// The files that are too long.
pub fn violations(sources: &Sources) -> Vec<String> {
    let is_long = |text: &str| text.lines().count() > MOST;
    let long = sources.iter().filter(|(path, text)| is_long(text) && !is_table(path, text));
    long.map(|(path, _)| format!("{path}: has more than {MOST} lines")).collect()
}

/// Whether there is data in a file alone: it has no function.
fn is_table(path: &str, text: &str) -> bool {
    !flat(tokens(path, text)).any(|token| matches!(token, TokenTree::Ident(word) if word == "fn"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: String) -> Vec<String> {
        violations(&[("src/a.rs".to_owned(), text)].into())
    }

    #[test]
    fn a_file_of_code_is_too_long_with_one_line_more() {
        let code = |lines: usize| format!("fn f() {{}}\n{}", "// and so on\n".repeat(lines - 1));
        assert_eq!(told(code(MOST + 1)), ["src/a.rs: has more than 400 lines"]);
        assert_eq!(told(code(MOST)), [""; 0]);
    }

    #[test]
    fn a_table_may_be_of_any_length() {
        let rows = "    (\"fn f() {}\", 1), // fn\n".repeat(MOST);
        assert_eq!(told(format!("/// What `fn` is for.\npub const ROWS: &[(&str, u8)] = &[\n{rows}];\n")), [""; 0]);
    }
}
