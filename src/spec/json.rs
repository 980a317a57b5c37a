//! JSON (RFC 8259) to a value with the place of every node. It is read straight into both, and room is made for what is there:
//! a tree of the text between them, and lists that double, took more than they do.

use serde_json::{Number, Value};

use super::lines::Lines;
use super::model::{Members, Parsed, Position, Span, Spans};
use super::size::{Weight, weigh_json};

const MAX_DEPTH: usize = 512;

/// What is wrong, and at which octet.
type Failure = (usize, String);

/// Parses `text`, whose lines are `lines`; its nodes are added to `weight`.
pub(super) fn parse(text: &str, lines: &Lines, weight: &mut Weight) -> Result<Parsed, (Position, String)> {
    let start = text.len() - text.trim_start_matches('\u{feff}').len();
    let told = |(at, message): Failure| (lines.position(text, at), message);
    let counts = weigh_json(&text[start..], weight).map_err(|(at, message)| told((start + at, message)))?;
    let mut reader = Reader { text, at: start, lines, counts: counts.into_iter(), duplicates: Vec::new() };
    let (value, spans) = reader.whole().map_err(told)?;
    Ok(Parsed { value, spans, duplicates: reader.duplicates })
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    lines: &'a Lines,
    /// How many nodes each list and object holds, in their order.
    counts: std::vec::IntoIter<u32>,
    duplicates: Vec<(Position, String)>,
}

impl Reader<'_> {
    fn whole(&mut self) -> Result<(Value, Spans), Failure> {
        self.skip_blanks();
        if self.at == self.text.len() {
            return Err((self.at, "the document is empty".into()));
        }
        let whole = self.node(0)?;
        self.skip_blanks();
        match self.peek() {
            None => Ok(whole),
            Some(_) => Err((self.at, "the document ended before this".into())),
        }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn skip_blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    /// Steps over an octet, where it comes next.
    fn take(&mut self, byte: u8) -> bool {
        let is_next = self.peek() == Some(byte);
        self.at += usize::from(is_next);
        is_next
    }

    /// That something else is here than what JSON asks for.
    fn wrong<T>(&self, expected: &str) -> Result<T, Failure> {
        let found = match self.text[self.at..].chars().next() {
            Some(found) => format!("`{}`", found.escape_debug()),
            None => "the end".to_owned(),
        };
        Err((self.at, format!("expected {expected}, found {found}")))
    }

    fn span(&self, start: usize) -> Span {
        let position = |offset| self.lines.position(self.text, offset);
        Span { start: position(start), end: position(self.at) }
    }

    fn node(&mut self, depth: usize) -> Result<(Value, Spans), Failure> {
        if depth > MAX_DEPTH {
            return Err((self.at, format!("nested deeper than {MAX_DEPTH} levels")));
        }
        let start = self.at;
        let mut children = Vec::new();
        let value = match self.peek() {
            Some(b'{') => {
                let members = self.object(depth)?;
                children = members.spans;
                Value::Object(members.values)
            }
            Some(b'[') => {
                let (items, spans) = self.array(depth)?;
                children = spans;
                Value::Array(items)
            }
            Some(b'"') => Value::String(self.string()?),
            Some(b'-' | b'0'..=b'9') => self.number()?,
            Some(b'a'..=b'z') => self.literal()?,
            _ => return self.wrong("a value"),
        };
        let span = self.span(start);
        Ok((value, Spans { key: span, value: span, children: children.into() }))
    }

    /// Room for what the next list or object holds.
    fn room(&mut self) -> usize {
        self.counts.next().unwrap_or(0) as usize
    }

    fn array(&mut self, depth: usize) -> Result<(Vec<Value>, Vec<Spans>), Failure> {
        self.at += 1;
        let room = self.room();
        let (mut items, mut children) = (Vec::with_capacity(room), Vec::with_capacity(room));
        self.skip_blanks();
        if self.take(b']') {
            return Ok((items, children));
        }
        loop {
            self.skip_blanks();
            let (value, spans) = self.node(depth + 1)?;
            items.push(value);
            children.push(spans);
            self.skip_blanks();
            if self.take(b']') {
                return Ok((items, children));
            }
            if !self.take(b',') {
                return self.wrong("`,` or `]`");
            }
        }
    }

    fn object(&mut self, depth: usize) -> Result<Members, Failure> {
        self.at += 1;
        let mut members = Members::with_room(self.room());
        self.skip_blanks();
        if self.take(b'}') {
            return Ok(members);
        }
        loop {
            self.skip_blanks();
            let start = self.at;
            if self.peek() != Some(b'"') {
                return self.wrong("a name in double quotes");
            }
            let name = self.string()?;
            let key = self.span(start);
            self.skip_blanks();
            if !self.take(b':') {
                return self.wrong("`:`");
            }
            self.skip_blanks();
            let (value, spans) = self.node(depth + 1)?;
            if let Some(name) = members.add(name, value, Spans { key, ..spans }) {
                self.duplicates.push((key.start, name));
            }
            self.skip_blanks();
            if self.take(b'}') {
                return Ok(members);
            }
            if !self.take(b',') {
                return self.wrong("`,` or `}`");
            }
        }
    }

    fn string(&mut self) -> Result<String, Failure> {
        let start = self.at;
        self.at += 1;
        loop {
            match self.peek() {
                Some(b'"') => break,
                Some(b'\\') => self.at += 2,
                Some(0..0x20) => return self.wrong("no control character in a string"),
                Some(_) => self.at += 1,
                None => return Err((start, "this string does not end".into())),
            }
        }
        self.at += 1;
        let literal = &self.text[start..self.at];
        if !literal.contains('\\') {
            return Ok(literal[1..literal.len() - 1].to_owned());
        }
        serde_json::from_str(literal).map_err(|_| (start, "this string has an escape that JSON does not know".into()))
    }

    fn number(&mut self) -> Result<Value, Failure> {
        let start = self.at;
        self.take(b'-');
        if !self.take(b'0') {
            self.digits()?;
        }
        if self.take(b'.') {
            self.digits()?;
        }
        if self.take(b'e') || self.take(b'E') {
            let _ = self.take(b'+') || self.take(b'-');
            self.digits()?;
        }
        let text = &self.text[start..self.at];
        // Too large for a number of 64 bits: the nearest one, or the text where there is none.
        Ok(text.parse::<Number>().map_or_else(|_| Value::String(text.to_owned()), Value::Number))
    }

    fn digits(&mut self) -> Result<(), Failure> {
        if !self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            return self.wrong("a digit");
        }
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        Ok(())
    }

    fn literal(&mut self) -> Result<Value, Failure> {
        for (word, value) in [("true", Value::Bool(true)), ("false", Value::Bool(false)), ("null", Value::Null)] {
            if self.text[self.at..].starts_with(word) {
                self.at += word.len();
                return Ok(value);
            }
        }
        self.wrong("a value")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn parse(text: &str) -> Result<Parsed, (Position, String)> {
        super::parse(text, &Lines::of(text), &mut Weight::default())
    }

    #[test]
    fn strict_json_only() {
        let texts = [
            "{a: 1}",
            "{\"a\": 1,}",
            "[1,]",
            "// c\n1",
            "{'a': 1}",
            "[0x1]",
            "",
            "01",
            "1.",
            "-",
            "1e",
            "+1",
            "nul",
            "[1 2]",
        ];
        let strings =
            ["\"a", "\"\\", "\"\\x\"", "\"\\ud800\"", "\"a\tb\"", "{\"a\" 1}", "{\"a\"", "[", "1 2", "truefalse"];
        for text in texts.into_iter().chain(strings) {
            assert!(parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place() {
        let told = |text: &str| parse(text).expect_err("no JSON");
        assert_eq!(told("{\"a\":\n é}"), (Position { line: 2, column: 2 }, "expected a value, found `é`".into()));
        assert_eq!(told("[1"), (Position { line: 1, column: 3 }, "expected `,` or `]`, found the end".into()));
        let deep = told(&format!("{}{}", "[".repeat(600), "]".repeat(600)));
        assert_eq!(deep, (Position { line: 1, column: 514 }, "nested deeper than 512 levels".into()));
    }

    #[test]
    fn every_value_is_read_as_serde_reads_it() {
        let texts = [
            r#" { "a" : [ 1 , -0.5e-3, "x\"\\\/\b\n\u00e9\ud83d\ude00", true, false, null, {}, [ ] ] } "#,
            "\"\"",
            "[[[]],{\"\":{}}]",
            "-0",
            "1E400",
            "123456789012345678901234567890",
        ];
        for text in texts {
            let read = parse(text).expect("JSON").value;
            let expected = serde_json::from_str(text).unwrap_or_else(|_| Value::String(text.to_owned()));
            assert_eq!(read, expected, "{text}");
        }
    }

    #[test]
    fn numbers_keep_their_kind() {
        let text = "[1, 1.0, 18446744073709551615, -1, 1e2]";
        let parsed = parse(text).expect("parses");
        assert_eq!(parsed.value, json!([1, 1.0, 18446744073709551615u64, -1, 100.0]));
    }

    #[test]
    fn a_name_that_stands_twice_is_told() {
        let text = "{\"a\": 1,\n \"a\": 2}";
        let parsed = parse(text).expect("parses");
        assert_eq!(parsed.duplicates, [(Position { line: 2, column: 2 }, "a".to_owned())]);
        assert_eq!(parsed.value, json!({"a": 2}));
    }

    #[test]
    fn many_names_that_stand_twice_take_no_square_of_time() {
        let members: String = (0..400_000).map(|n| format!("\"{}\":{n},", n % 200_000)).collect();
        let parsed = parse(&format!("{{{members}\"a\":1}}")).expect("parses");
        assert_eq!(parsed.duplicates.len(), 200_000);
        assert_eq!(parsed.value["7"], json!(200_007));
        assert_eq!(parsed.value.as_object().map(serde_json::Map::len), Some(200_001));
    }
}
