//! Breaks sentences into lines.

/// Puts `text` on lines of at most `width` characters, each behind `indent` blanks. A word that is longer than a line
/// has one of its own, and is never broken: it may be a command or a path that somebody copies.
pub fn wrap(text: &str, indent: usize, width: usize) -> String {
    let room = width.saturating_sub(indent).max(1);
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= room => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines.iter().map(|line| format!("{:indent$}{line}\n", "")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_never_broken() {
        assert_eq!(wrap("one two three", 2, 9), "  one two\n  three\n");
        assert_eq!(wrap("a /very/long/path b", 0, 6), "a\n/very/long/path\nb\n");
        assert_eq!(wrap("é é é", 0, 3), "é é\né\n");
        assert_eq!(wrap("", 4, 80), "");
    }
}
