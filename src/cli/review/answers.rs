//! What a person answers: one key on a terminal, one line elsewhere.

use std::io::{BufRead, Error, ErrorKind, Write};

use console::{Key, Term};

/// Where answers come from.
pub(in crate::cli) enum Answers<'a> {
    /// A terminal, whose keys count without Enter.
    Keys(Term),
    /// Lines of a pipe or a file.
    Lines(&'a mut dyn BufRead),
}

/// What to do with an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    Accept,
    /// This entry and all later ones of its kind.
    AcceptKind,
    Reject,
    Skip,
    /// Show the lines of the document.
    Lines,
    /// Show the differences of what is folded beneath.
    Beneath,
    Quit,
    /// None of these.
    Other,
}

impl Answers<'_> {
    /// The next answer. The end of the input is as good as quitting.
    pub(super) fn next(&mut self, output: &mut dyn Write) -> Result<Answer, Error> {
        match self {
            Self::Lines(input) => {
                let mut line = String::new();
                let read = input.read_line(&mut line)?;
                Ok(if read == 0 { Answer::Quit } else { Answer::of(line.trim()) })
            }
            Self::Keys(terminal) => {
                let key = terminal.read_key()?;
                let answer = match key {
                    Key::Char(character) => Answer::of(&character.to_string()),
                    Key::Escape => Answer::Quit,
                    Key::Unknown => return Err(ErrorKind::NotConnected.into()),
                    _ => Answer::Other,
                };
                // What was pressed is not echoed.
                writeln!(output)?;
                Ok(answer)
            }
        }
    }
}

impl Answer {
    /// A letter, or the word that it stands for. A capital A takes all of a kind.
    fn of(text: &str) -> Self {
        if matches!(text, "A" | "all") {
            return Self::AcceptKind;
        }
        match text.to_lowercase().as_str() {
            "a" | "accept" => Self::Accept,
            "r" | "reject" => Self::Reject,
            "k" | "skip" => Self::Skip,
            "s" | "show" => Self::Lines,
            "d" | "details" => Self::Beneath,
            "q" | "quit" => Self::Quit,
            _ => Self::Other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_and_words_are_answers_and_the_end_of_the_input_quits() {
        let mut input = "a\nAccept\n A \nall\nR\nskip\ns\nd\nwhat\n\nq\n".as_bytes();
        let mut answers = Answers::Lines(&mut input);
        let all: Vec<Answer> = (0..12).map(|_| answers.next(&mut Vec::new()).expect("read")).collect();
        use Answer::*;
        let expected = [Accept, Accept, AcceptKind, AcceptKind, Reject, Skip, Lines, Beneath, Other, Other, Quit, Quit];
        assert_eq!(all, expected);
    }
}
