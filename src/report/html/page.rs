//! The page that a report fills, and text as HTML has it.

use crate::text::hidden::{escape, escape_lines};

const PAGE: &str = include_str!("page.html");

/// The page with HTML in the place of each `{{name}}`. What is put in is not looked at again.
pub(super) fn fill(parts: &[(&str, String)]) -> String {
    let mut page = String::with_capacity(PAGE.len() + parts.iter().map(|(_, part)| part.len()).sum::<usize>());
    let mut rest = PAGE;
    while let Some((before, after)) = rest.split_once("{{") {
        page.push_str(before);
        let Some((name, after)) = after.split_once("}}") else { break };
        page.extend(parts.iter().find(|(known, _)| *known == name).map(|(_, part)| part.as_str()));
        rest = after;
    }
    page.push_str(rest);
    page
}

/// A line of text, whatever is in it, in text or in an attribute.
pub(super) fn text(of: &str) -> String {
    markup(&escape(of))
}

/// Lines of text, whatever is in them.
pub(super) fn lines(of: &str) -> String {
    markup(&escape_lines(of))
}

/// Words of our own around names of the document, which stand between backticks.
pub(super) fn sentence(of: &str) -> String {
    let of = escape(of);
    let parts: Vec<&str> = of.split('`').collect();
    if parts.len().is_multiple_of(2) {
        return markup(&of);
    }
    let part = |(index, part): (usize, &&str)| match index % 2 {
        1 => format!("<code>{}</code>", markup(part)),
        _ => markup(part),
    };
    parts.iter().enumerate().map(part).collect()
}

/// What stands below a heading; nothing where there is nothing.
pub(super) fn section(heading: &str, content: &str) -> String {
    if content.is_empty() { String::new() } else { format!("<section>\n<h2>{heading}</h2>\n{content}</section>\n") }
}

/// Rows below their columns; nothing where there are none.
pub(super) fn table(heading: &str, columns: &str, rows: &str) -> String {
    if rows.is_empty() {
        return String::new();
    }
    let table = format!("<table>\n<thead><tr>{columns}</tr></thead>\n<tbody>\n{rows}</tbody>\n</table>");
    section(heading, &format!("<div class=\"wide\">{table}</div>\n"))
}

fn markup(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            c => safe.push(c),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_put_in_is_no_template() {
        let page = fill(&[("title", "{{verdict}}".to_owned()), ("verdict", "fails".to_owned())]);
        assert!(page.contains("<title>{{verdict}}</title>") && page.contains(">fails</span>"), "{page}");
    }

    #[test]
    fn nothing_but_text_gets_through() {
        assert_eq!(text("<a b='\"'>&\u{1b}\n"), "&lt;a b=&#39;&quot;&#39;&gt;&amp;\\u001b\\n");
        assert_eq!(lines("<a>\n\u{202e}"), "&lt;a&gt;\n\\u202e");
        assert_eq!(sentence("`<a>` is <b>"), "<code>&lt;a&gt;</code> is &lt;b&gt;");
        assert_eq!(sentence("one ` alone"), "one ` alone");
    }

    #[test]
    fn the_page_needs_no_network() {
        assert!(!PAGE.contains("http:") && !PAGE.contains("https:") && !PAGE.contains(" src="));
    }
}
