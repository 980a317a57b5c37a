//! What a target or a document says, as text of markdown and not as markup.

use crate::text::hidden::escape;

/// Words of our own around names of the document, which stand between backticks: those are code, and all else is words.
pub fn plain(text: &str) -> String {
    let text = escape(text);
    let parts: Vec<&str> = text.split('`').collect();
    // A backtick without its other half is none of ours.
    if parts.len().is_multiple_of(2) {
        return words(&text);
    }
    parts.iter().enumerate().map(|(index, part)| if index % 2 == 1 { code(part) } else { words(part) }).collect()
}

/// A text as code, whatever is in it.
pub fn code(text: &str) -> String {
    let text = escape(text);
    if text.is_empty() {
        return String::new();
    }
    match longest_ticks(&text) {
        0 => format!("`{text}`"),
        longest => {
            let fence = "`".repeat(longest + 1);
            format!("{fence} {text} {fence}")
        }
    }
}

/// Lines as a block of code, whatever is in them.
pub fn block(lines: &str) -> String {
    let fence = "`".repeat(longest_ticks(lines).max(2) + 1);
    format!("{fence}text\n{}\n{fence}\n", lines.trim_end_matches('\n'))
}

fn longest_ticks(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}

fn words(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            // Nobody is to be mentioned.
            '@' => safe.push_str("&#64;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '#' | '~' | '!' | '$' => safe.extend(['\\', c]),
            c => safe.push(c),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_between_backticks_are_code_and_the_rest_is_words() {
        assert_eq!(plain("`a_<b>` is not *sent*"), "`a_<b>` is not \\*sent\\*");
        assert_eq!(plain("it's 5 < 6 & [x](y) by @all"), "it's 5 &lt; 6 &amp; \\[x\\](y) by &#64;all");
        assert_eq!(plain("one ` alone <b>"), "one \\` alone &lt;b&gt;");
    }

    #[test]
    fn code_ends_where_we_end_it() {
        assert_eq!(code("a"), "`a`");
        assert_eq!(code("a``b"), "``` a``b ```");
        assert_eq!(code("a\nb"), "`a\\nb`");
        assert_eq!(block("a\n```\nb\n"), "````text\na\n```\nb\n````\n");
    }
}
