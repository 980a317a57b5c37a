//! Breaks sentences into lines: between words, and not within a command.

use textwrap::core::Word;

/// Longer code may be broken between its words: it is no command, but a quotation.
const LONGEST_CODE: usize = 90;

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

/// The words of a line, each with the spaces behind it. What stands between two backticks is one word: people copy
/// it from a report.
pub(super) fn words(line: &str) -> Box<dyn Iterator<Item = Word<'_>> + '_> {
    let mut words = Vec::new();
    let (mut start, mut code_end, mut is_after_space) = (0, 0, false);
    for (at, c) in line.char_indices() {
        if is_after_space && c != ' ' {
            words.push(Word::from(&line[start..at]));
            start = at;
        }
        is_after_space = c == ' ' && at >= code_end;
        if c == '`'
            && at >= code_end
            && let Some(length) = line[at + 1..].find('`').filter(|length| *length <= LONGEST_CODE)
        {
            code_end = at + length + 2;
        }
    }
    if start < line.len() {
        words.push(Word::from(&line[start..]));
    }
    Box::new(words.into_iter())
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

    fn pieces(line: &str) -> Vec<String> {
        words(line).map(|word| format!("{}{}", word.word, word.whitespace)).collect()
    }

    #[test]
    fn words_and_commands_are_whole() {
        assert_eq!(pieces("  a  b-c, d/e "), ["  ", "a  ", "b-c, ", "d/e "]);
        assert_eq!(
            pieces("use `conform snapshots list --verbose`, then `accept`"),
            ["use ", "`conform snapshots list --verbose`, ", "then ", "`accept`"]
        );
        assert_eq!(pieces("a ` b"), ["a ", "` ", "b"]);
        assert_eq!(pieces("é `ü ö` ß"), ["é ", "`ü ö` ", "ß"]);
        assert_eq!(pieces(""), [""; 0]);
        let quotation = format!("`{}`", "word ".repeat(40));
        assert_eq!(pieces(&quotation).len(), 41);
    }
}
