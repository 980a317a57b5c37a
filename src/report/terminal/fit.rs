//! Lines that are no wider than the terminal: words are wrapped, below the column where they began.

/// The column of what stands behind a label.
const BEHIND_LABEL: usize = 14;
/// What is drawn around a line of a document, which is cut to the width before.
const FRAME: [char; 5] = ['│', '╭', '╰', '·', '┬'];

/// The text, wrapped where a line of it is longer than `width`. Commands that are pasted are continued between arguments.
pub(super) fn fit(text: &str, width: usize) -> String {
    let mut lines = Vec::new();
    let mut is_command = false;
    for line in text.split('\n') {
        let label = plain(line).chars().take(BEHIND_LABEL).collect::<String>().trim().to_owned();
        if !label.is_empty() {
            is_command = label == "reproduce";
        }
        if is_command && columns(line) > width {
            lines.extend(continued(line, width));
        } else if columns(line) <= width || plain(line).trim_start().starts_with(FRAME) || is_source(line) {
            lines.push(line.to_owned());
        } else {
            wrap(line, width, &mut lines);
        }
    }
    lines.join("\n")
}

/// A command of a shell over several lines. An argument that fills a line stays whole.
fn continued(line: &str, width: usize) -> Vec<String> {
    let (mut lines, mut current) = (Vec::new(), String::new());
    for argument in arguments(line) {
        // What goes on takes a blank and a backslash.
        if !current.trim().is_empty() && columns(&current) + columns(argument) + 2 > width {
            lines.push(format!("{} \\", current.trim_end()));
            current = " ".repeat(BEHIND_LABEL + 2);
            current.push_str(argument.trim_start());
        } else {
            current.push_str(argument);
        }
    }
    lines.push(current);
    lines
}

/// The arguments of a command, each with the blanks before it. A label in front of them is the first.
fn arguments(line: &str) -> Vec<&str> {
    let (mut arguments, mut start, mut quote, mut last) = (Vec::new(), 0, None, ' ');
    let mut letters = line.char_indices().skip(BEHIND_LABEL);
    while let Some((at, letter)) = letters.next() {
        match (letter, quote) {
            // Only within `'..'` a backslash is one; `$'..'` is told by its dollar.
            ('\\', None | Some('"' | '$')) => drop(letters.next()),
            ('\'', None) => quote = Some(if last == '$' { '$' } else { '\'' }),
            ('\'', Some('\'' | '$')) | ('"', Some('"')) => quote = None,
            ('"', None) => quote = Some('"'),
            (' ', None) if last != ' ' => {
                arguments.push(&line[start..at]);
                start = at;
            }
            _ => {}
        }
        last = letter;
    }
    arguments.push(&line[start..]);
    // Nobody knows where arguments end that go on in the next line.
    if quote.is_some() { vec![line] } else { arguments }
}

/// A text of one line, cut at its end: after a word, where that leaves more than half of it.
pub(super) fn cut(line: &str, width: usize) -> String {
    if columns(line) <= width {
        return line.to_owned();
    }
    let mut kept = String::new();
    let mut room = width.saturating_sub(1);
    let mut is_coloured = false;
    // Where the last word ended, and whether in colour.
    let mut word = None;
    for piece in Pieces(line) {
        match piece {
            Piece::Colour(code) => {
                is_coloured = code != "\x1b[0m";
                kept.push_str(code);
            }
            Piece::Letter(letter) if room > 0 => {
                if letter == ' ' && !kept.ends_with(' ') && room < width / 2 {
                    word = Some((kept.len(), is_coloured));
                }
                room -= 1;
                kept.push(letter);
            }
            Piece::Letter(' ') => break,
            Piece::Letter(_) => {
                if let Some((end, colour)) = word {
                    kept.truncate(end);
                    is_coloured = colour;
                }
                break;
            }
        }
    }
    let end = if is_coloured { "\x1b[0m" } else { "" };
    format!("{}…{end}", kept.trim_end())
}

/// A line of a document behind its number.
fn is_source(line: &str) -> bool {
    plain(line).trim_start().trim_start_matches(|c: char| c.is_ascii_digit()).starts_with(" │")
}

fn wrap(line: &str, width: usize, lines: &mut Vec<String>) {
    let shown = plain(line);
    let blanks = shown.chars().take_while(|c| *c == ' ').count();
    let is_labelled = shown.chars().nth(BEHIND_LABEL - 1) == Some(' ')
        && shown.chars().nth(BEHIND_LABEL).is_some_and(|c| c != ' ')
        && blanks >= 2;
    let indent = if is_labelled { BEHIND_LABEL } else { blanks + 2 }.min(width / 2);
    let (mut current, mut length) = (String::new(), 0);
    // Where the last word ended: what is kept, and how long that is.
    let mut last = (0, 0);
    for piece in Pieces(line) {
        let letter = match piece {
            Piece::Colour(code) => {
                current.push_str(code);
                continue;
            }
            Piece::Letter(letter) => letter,
        };
        if length == width {
            // A word that fills a line is broken: what is copied stands in a command.
            let (at, _) = if last.1 > indent { last } else { (current.len(), length) };
            let rest = current.split_off(at);
            lines.push(std::mem::take(&mut current).trim_end().to_owned());
            current = format!("{}{}", " ".repeat(indent), rest.trim_start());
            length = columns(&current);
            last = (0, 0);
            if letter == ' ' && length == indent {
                continue;
            }
        }
        if letter == ' ' && length > blanks {
            last = (current.len(), length);
        }
        current.push(letter);
        length += 1;
    }
    lines.push(current);
}

/// How wide a text is.
pub(super) fn columns(text: &str) -> usize {
    Pieces(text).filter(|piece| matches!(piece, Piece::Letter(_))).count()
}

fn plain(text: &str) -> String {
    let letters = Pieces(text).filter_map(|piece| match piece {
        Piece::Letter(letter) => Some(letter),
        Piece::Colour(_) => None,
    });
    letters.collect()
}

enum Piece<'a> {
    /// What takes no column.
    Colour(&'a str),
    Letter(char),
}

/// A text in its letters and colours.
struct Pieces<'a>(&'a str);

impl<'a> Iterator for Pieces<'a> {
    type Item = Piece<'a>;

    fn next(&mut self) -> Option<Piece<'a>> {
        let first = self.0.chars().next()?;
        let end = if first == '\x1b' { self.0.find('m').map(|at| at + 1) } else { None };
        let (piece, rest) = self.0.split_at(end.unwrap_or(first.len_utf8()));
        self.0 = rest;
        Some(if end.is_some() { Piece::Colour(piece) } else { Piece::Letter(first) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_wrapped_below_where_they_began() {
        let text = "  expected    400 or 422, as documented\n  reproduce   curl -X POST http://a.test/very/long";
        assert_eq!(
            fit(text, 30),
            "  expected    400 or 422, as\n              documented\n  reproduce   curl -X POST \\\n                http://a.test/very/long"
        );
    }

    #[test]
    fn colours_take_no_columns_and_are_never_cut() {
        let line = "\x1b[1;31mone two\x1b[0m three";
        assert_eq!(fit(line, 13), line);
        assert_eq!(fit(line, 8), "\x1b[1;31mone two\x1b[0m\n  three");
        assert_eq!(cut(line, 6), "\x1b[1;31mone…\x1b[0m");
        assert_eq!(cut("one twenty-two", 13), "one twenty-t…", "half of it would be lost");
        assert_eq!(cut(line, 13), line);
    }

    #[test]
    fn a_command_is_continued_between_its_arguments_alone() {
        let body = r#"$'{"a b":"it\'s -H c"}'"#;
        let line = format!("  reproduce   curl -X POST 'http://a.test/a b' -H \"x: $A b\" --data-raw {body}");
        let told = fit(&line, 50);
        let lines: Vec<&str> = told.lines().collect();
        let expected = [
            "  reproduce   curl -X POST 'http://a.test/a b' \\",
            "                -H \"x: $A b\" --data-raw \\",
            &format!("                {body}"),
        ];
        assert_eq!(lines, expected);
        // What a shell makes of it is what was meant.
        let pasted = told.replace("\\\n", "");
        assert_eq!(pasted.split_whitespace().collect::<Vec<_>>(), line.split_whitespace().collect::<Vec<_>>());
    }

    #[test]
    fn no_line_is_too_wide_whatever_is_in_it() {
        for width in 20..60 {
            let text = format!("  request     GET http://a.test/{}\n    a {} b", "x".repeat(100), "word ".repeat(30));
            for line in fit(&text, width).lines() {
                assert!(columns(line) <= width, "{width}: {line}");
            }
        }
    }
}
