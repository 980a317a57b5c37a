//! The grammar of regular expressions (ECMA-262, section 22.2.1, with what annex B adds for the web).

use std::iter::Peekable;
use std::str::Chars;

/// What the grammar says of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Grammar {
    /// It is an expression.
    Kept,
    /// It is one by annex B alone, which takes an escape for the letter itself that other engines take for more.
    Loose,
    /// It is none.
    Broken,
}

/// Whether a text is a regular expression.
pub(super) fn grammar(pattern: &str) -> Grammar {
    let mut parser = Parser {
        rest: pattern.chars().peekable(),
        groups: Vec::new(),
        names: Vec::new(),
        referred: Vec::new(),
        is_loose: false,
    };
    match parser.pattern(pattern.contains("(?<")) {
        None => Grammar::Broken,
        Some(()) if parser.is_loose => Grammar::Loose,
        Some(()) => Grammar::Kept,
    }
}

/// Groups are kept in a list, and not as calls: patterns nest deeper than a stack does.
struct Parser<'p> {
    rest: Peekable<Chars<'p>>,
    /// Of each open group, whether a quantifier may follow its end.
    groups: Vec<bool>,
    names: Vec<String>,
    referred: Vec<String>,
    is_loose: bool,
}

impl Parser<'_> {
    fn pattern(&mut self, may_have_names: bool) -> Option<()> {
        // Whether there is something before that a quantifier may repeat.
        let mut repeats = false;
        let mut has_alternatives = false;
        while let Some(next) = self.rest.next() {
            repeats = match next {
                '^' | '$' => false,
                '|' => {
                    has_alternatives = true;
                    false
                }
                '(' => {
                    let may_repeat = self.group()?;
                    self.groups.push(may_repeat);
                    false
                }
                ')' => self.groups.pop()?,
                '[' => {
                    self.class()?;
                    true
                }
                '\\' => !matches!(self.escape(may_have_names)?, Escape::Assertion),
                '*' | '+' | '?' => self.quantifier(repeats)?,
                '{' => match self.braces()? {
                    true => self.quantifier(repeats)?,
                    false => true,
                },
                _ => true,
            };
        }
        let is_twice = |name: &String| self.names.iter().filter(|known| *known == name).count() > 1;
        let are_known = self.referred.iter().all(|name| self.names.contains(name));
        // Alternatives may share a name.
        let are_distinct = has_alternatives || !self.names.iter().any(is_twice);
        (self.groups.is_empty() && are_known && are_distinct).then_some(())
    }

    fn take(&mut self, wanted: char) -> bool {
        self.rest.next_if_eq(&wanted).is_some()
    }

    /// The end of a quantifier; nothing may repeat it.
    fn quantifier(&mut self, repeats: bool) -> Option<bool> {
        self.take('?');
        repeats.then_some(false)
    }

    /// Whether what follows a brace makes a quantifier of it, which is then passed; `None` where its bounds are crossed.
    fn braces(&mut self) -> Option<bool> {
        let mut ahead = self.rest.clone();
        let digits = |ahead: &mut Peekable<Chars<'_>>| {
            let mut number = String::new();
            while let Some(digit) = ahead.next_if(char::is_ascii_digit) {
                number.push(digit);
            }
            number
        };
        let least = digits(&mut ahead);
        let most = ahead.next_if_eq(&',').map(|_| digits(&mut ahead));
        if least.is_empty() || ahead.next() != Some('}') {
            return Some(false);
        }
        self.rest = ahead;
        let size = |number: &str| (number.trim_start_matches('0').len(), number.trim_start_matches('0').to_owned());
        let is_crossed = most.is_some_and(|most| !most.is_empty() && size(&most) < size(&least));
        (!is_crossed).then_some(true)
    }

    /// The beginning of a group: whether a quantifier may follow its end.
    fn group(&mut self) -> Option<bool> {
        if !self.take('?') {
            return Some(true);
        }
        match self.rest.next()? {
            ':' | '=' | '!' => Some(true),
            '<' if self.take('=') || self.take('!') => Some(false),
            '<' => {
                let name = self.name()?;
                self.names.push(name);
                Some(true)
            }
            // Modifiers, since 2025.
            flag @ ('i' | 'm' | 's' | '-') => {
                let mut flags = vec![flag];
                while let Some(flag) = self.rest.next_if(|flag| "ims-".contains(*flag)) {
                    flags.push(flag);
                }
                let are_distinct = flags.iter().enumerate().all(|(index, flag)| !flags[..index].contains(flag));
                (are_distinct && flags != ['-'] && self.take(':')).then_some(true)
            }
            _ => None,
        }
    }

    /// The name of a group, up to its end.
    fn name(&mut self) -> Option<String> {
        let mut name = String::new();
        loop {
            match self.rest.next()? {
                '>' => break,
                c if c.is_alphanumeric() || "_$\\{}\u{200c}\u{200d}".contains(c) => name.push(c),
                _ => return None,
            }
        }
        let is_name = name.starts_with(|c: char| !c.is_numeric());
        is_name.then_some(name)
    }

    fn class(&mut self) -> Option<()> {
        self.take('^');
        // The first end of a range, once its hyphen was passed.
        let (mut last, mut from) = (None, None);
        loop {
            let one = match self.rest.next()? {
                ']' => return Some(()),
                '-' if last.is_some() && from.is_none() => {
                    from = last.take();
                    continue;
                }
                '\\' => match self.escape(false)? {
                    Escape::One(c) => Some(c),
                    Escape::Several => None,
                    Escape::Assertion => Some('\u{8}'),
                },
                c => Some(c),
            };
            match (from.take().flatten(), one) {
                (Some(from), Some(to)) if from > to => return None,
                (Some(_), Some(_)) => last = None,
                _ => last = Some(one),
            }
        }
    }

    fn escape(&mut self, may_have_names: bool) -> Option<Escape> {
        let one = match self.rest.next()? {
            'b' => return Some(Escape::Assertion),
            'B' => return Some(Escape::Assertion),
            'd' | 'D' | 'w' | 'W' | 's' | 'S' => return Some(Escape::Several),
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'v' => '\u{b}',
            '0' => '\0',
            '1'..='9' => return Some(Escape::Several),
            'p' | 'P' if self.rest.peek() == Some(&'{') => {
                let is_closed = self.rest.by_ref().any(|c| c == '}');
                return is_closed.then_some(Escape::Several);
            }
            'k' if may_have_names => {
                let name = if self.take('<') { self.name()? } else { return None };
                self.referred.push(name);
                return Some(Escape::Several);
            }
            'c' if self.rest.peek().is_some_and(char::is_ascii_alphabetic) => {
                char::from_u32(u32::from(self.rest.next()?) % 32)?
            }
            'x' => self.hexadecimal(2).unwrap_or_else(|| self.loose('x')),
            'u' if self.take('{') => {
                let mut digits = String::new();
                while let Some(digit) = self.rest.next_if(char::is_ascii_hexdigit) {
                    digits.push(digit);
                }
                let code = u32::from_str_radix(&digits, 16).ok().filter(|code| *code <= 0x10_ffff);
                if !self.take('}') || code.is_none() {
                    return None;
                }
                return Some(code.and_then(char::from_u32).map_or(Escape::Several, Escape::One));
            }
            'u' => return Some(self.unit()),
            letter if letter.is_ascii_alphabetic() => self.loose(letter),
            other => other,
        };
        Some(Escape::One(one))
    }

    /// `\uXXXX`; half of a pair stands for no character of its own.
    fn unit(&mut self) -> Escape {
        let before = self.rest.clone();
        let digits: String = self.rest.by_ref().take(4).collect();
        match u32::from_str_radix(&digits, 16).ok().filter(|_| digits.len() == 4) {
            Some(code) => char::from_u32(code).map_or(Escape::Several, Escape::One),
            None => {
                self.rest = before;
                Escape::One(self.loose('u'))
            }
        }
    }

    fn hexadecimal(&mut self, length: usize) -> Option<char> {
        let before = self.rest.clone();
        let digits: String = self.rest.by_ref().take(length).collect();
        let code = u32::from_str_radix(&digits, 16).ok().filter(|_| digits.len() == length);
        if code.is_none() {
            self.rest = before;
        }
        code.and_then(char::from_u32)
    }

    fn loose(&mut self, letter: char) -> char {
        self.is_loose = true;
        letter
    }
}

/// What an escape stands for.
enum Escape {
    One(char),
    /// A class, or what was found before.
    Several,
    /// The edge of a word; a backspace in a class.
    Assertion,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_are_told_from_those_of_other_languages() {
        for pattern in [
            "",
            "^[A-Z]{2,3}$",
            r"^(?=.*\d)(?!a)\w+$",
            r"\p{Lu}\P{Script=Latin}",
            r"(?<=a)b(?<!c)",
            r"(?<year>\d{4})-\k<year>",
            "(?i:abc)",
            "(?:a|b)*?",
            "a{2}",
            "a{2,}",
            "a{2,3}?",
            "a{,5}",
            "a{",
            "]",
            "}",
            r"[\w-a]",
            "[^]",
            "[]",
            r"[\b]",
            r"\/\-\@\_",
            r"\cA",
            r"\x41A\u{1F600}",
            r"\uD83D\uDE00",
            "(?=a)*b",
            r"[a-]",
            r"[-a]",
            r"(?<n>a)|(?<n>b)",
            r"[\]]",
            r"\1(a)",
        ] {
            assert_eq!(grammar(pattern), Grammar::Kept, "{pattern}");
        }
        for pattern in [r"\A[a-z]+\z", r"a\Z", r"\Qab\E", r"\h", r"\x4", r"\u12", r"\k", r"\pL"] {
            assert_eq!(grammar(pattern), Grammar::Loose, "{pattern}");
        }
        for pattern in [
            "(",
            ")",
            "[a",
            "a{2,1}",
            "a{10,9}",
            "a++b",
            "a**",
            "a{2}{3}",
            r"\d{1,3}+",
            "(?i)abc",
            "(?P<n>a)",
            "(?#c)a",
            "(?>a)b",
            "(?|a)",
            "(?<a",
            "(?<1>a)",
            "^*",
            "*a",
            "a|*",
            "(?<=a)*",
            r"a\",
            "[z-a]",
            r"(?<n>a)\k<m>",
            r"(?<n>a)(?<n>b)",
            r"\b+",
            "(?ii:a)",
        ] {
            assert_eq!(grammar(pattern), Grammar::Broken, "{pattern}");
        }
    }
}
