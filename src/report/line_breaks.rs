//! Where a line of a report may be broken: between words, and not within a command.

use textwrap::core::Word;

/// Longer code may be broken between its words: it is no command, but a quotation.
const LONGEST_CODE: usize = 90;

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

    fn told(line: &str) -> Vec<String> {
        words(line).map(|word| format!("{}{}", word.word, word.whitespace)).collect()
    }

    #[test]
    fn words_and_commands_are_whole() {
        assert_eq!(told("  a  b-c, d/e "), ["  ", "a  ", "b-c, ", "d/e "]);
        assert_eq!(
            told("use `conform snapshots list --verbose`, then `accept`"),
            ["use ", "`conform snapshots list --verbose`, ", "then ", "`accept`"]
        );
        assert_eq!(told("a ` b"), ["a ", "` ", "b"]);
        assert_eq!(told("é `ü ö` ß"), ["é ", "`ü ö` ", "ß"]);
        assert_eq!(told(""), [""; 0]);
        let quotation = format!("`{}`", "word ".repeat(40));
        assert_eq!(told(&quotation).len(), 41);
    }
}
