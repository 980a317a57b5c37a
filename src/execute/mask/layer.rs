//! Undoes one layer of escapes, and knows where each byte came from.

use std::ops::Range;

/// A text with one layer of its escapes undone: percent-encoding, the escapes of JSON and its kin, HTML's references. A
/// plus is a space, as in a form; line breaks, which wrap long texts, are gone.
#[derive(Debug)]
pub(super) struct Layer {
    pub bytes: Vec<u8>,
    steps: Vec<Step>,
}

/// What escapes start with.
const MARKS: &[u8] = b"%\\&+\r\n";
const IS_MARK: [bool; 256] = {
    let mut is_mark = [false; 256];
    let mut index = 0;
    while index < MARKS.len() {
        is_mark[MARKS[index] as usize] = true;
        index += 1;
    }
    is_mark
};

/// A stretch of a layer.
#[derive(Debug)]
struct Step {
    /// Its start.
    here: usize,
    /// Its start in the text before.
    before: usize,
    /// Whether it stands there as it is; otherwise it is one escape.
    is_copy: bool,
}

/// What an escape stands for.
enum Meaning {
    Nothing,
    Byte(u8),
    Character(char),
}

impl Layer {
    /// The layer below a text; `None` where there is nothing to undo. It takes a time linear in the text.
    pub fn of(text: &[u8]) -> Option<Self> {
        // Most texts hold none of them, and may be megabytes.
        if !MARKS.iter().any(|mark| text.contains(mark)) {
            return None;
        }
        let mut layer = Self { bytes: Vec::new(), steps: vec![Step { here: 0, before: 0, is_copy: true }] };
        let (mut done, mut at) = (0, 0);
        while let Some(offset) = text[at..].iter().position(|byte| IS_MARK[usize::from(*byte)]) {
            at += offset;
            let Some((meaning, length)) = escape(&text[at..]) else {
                at += 1;
                continue;
            };
            layer.bytes.extend_from_slice(&text[done..at]);
            layer.put(&meaning, at, length);
            at += length;
            done = at;
        }
        layer.bytes.extend_from_slice(&text[done..]);
        (done > 0).then_some(layer)
    }

    /// The text itself and the layers below it, `most` of them.
    pub fn all(text: &[u8], most: usize) -> Vec<Vec<u8>> {
        let below = std::iter::successors(Some(text.to_vec()), |text| Self::of(text).map(|layer| layer.bytes));
        below.take(most + 1).collect()
    }

    fn put(&mut self, meaning: &Meaning, before: usize, length: usize) {
        let here = self.bytes.len();
        match meaning {
            Meaning::Nothing => {}
            Meaning::Byte(byte) => self.bytes.push(*byte),
            Meaning::Character(character) => {
                self.bytes.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
            }
        }
        if self.bytes.len() > here {
            self.steps.push(Step { here, before, is_copy: false });
        }
        self.steps.push(Step { here: self.bytes.len(), before: before + length, is_copy: true });
    }

    /// Where a range, which is not empty, stands in the text before: whole escapes.
    pub fn source(&self, range: &Range<usize>) -> Range<usize> {
        let first = self.steps.partition_point(|step| step.here <= range.start).saturating_sub(1);
        let last = self.steps.partition_point(|step| step.here < range.end).saturating_sub(1);
        let (from, to) = (&self.steps[first], &self.steps[last]);
        let start = if from.is_copy { from.before + range.start - from.here } else { from.before };
        let end = if to.is_copy { to.before + range.end - to.here } else { self.steps[last + 1].before };
        start..end
    }
}

/// The escape at the start of a text, and its length there.
fn escape(text: &[u8]) -> Option<(Meaning, usize)> {
    match text {
        [b'\r' | b'\n', ..] => Some((Meaning::Nothing, 1)),
        [b'+', ..] => Some((Meaning::Byte(b' '), 1)),
        [b'%', high, low, ..] => Some((byte(&[*high, *low])?, 3)),
        [b'\\', letter, rest @ ..] => backslash(*letter, rest),
        [b'&', rest @ ..] => reference(rest),
        _ => None,
    }
}

/// RFC 8259, section 7, and what JavaScript, Python and others have beyond it.
fn backslash(letter: u8, rest: &[u8]) -> Option<(Meaning, usize)> {
    let meaning = match letter {
        b'n' | b'r' => Meaning::Nothing,
        b't' => Meaning::Byte(b'\t'),
        b'b' => Meaning::Byte(8),
        b'f' => Meaning::Byte(12),
        b'"' | b'\'' | b'\\' | b'/' => Meaning::Byte(letter),
        b'x' | b'X' => return Some((byte(rest.get(..2)?)?, 4)),
        b'u' | b'U' => return unicode(rest).map(|(character, length)| (Meaning::Character(character), length + 2)),
        _ => return None,
    };
    Some((meaning, 2))
}

fn unicode(rest: &[u8]) -> Option<(char, usize)> {
    if let Some(inner) = rest.strip_prefix(b"{") {
        let length = inner.iter().take(9).position(|byte| *byte == b'}')?;
        return Some((char::from_u32(number(&inner[..length])?)?, length + 2));
    }
    let unit = number(rest.get(..4)?)?;
    if let Some(character) = char::from_u32(unit) {
        return Some((character, 4));
    }
    let [b'\\', b'u' | b'U', low @ ..] = rest.get(4..10)? else { return None };
    let units = [u16::try_from(unit).ok()?, u16::try_from(number(low)?).ok()?];
    Some((char::decode_utf16(units).next()?.ok()?, 10))
}

/// A character reference of HTML (section 13.5 of its standard, as far as it is ASCII or Latin-1).
fn reference(rest: &[u8]) -> Option<(Meaning, usize)> {
    let length = rest.iter().take(12).position(|byte| *byte == b';')?;
    let name = std::str::from_utf8(&rest[..length]).ok()?;
    let character = match name.strip_prefix('#') {
        Some(digits) => char::from_u32(match digits.strip_prefix(['x', 'X']) {
            Some(digits) => number(digits.as_bytes())?,
            None => digits.parse().ok()?,
        })?,
        None => named(name)?,
    };
    Some((Meaning::Character(character), length + 2))
}

const ASCII: [(&str, char); 38] = [
    ("tab", '\t'),
    ("newline", '\n'),
    ("excl", '!'),
    ("quot", '"'),
    ("num", '#'),
    ("dollar", '$'),
    ("percnt", '%'),
    ("amp", '&'),
    ("apos", '\''),
    ("lpar", '('),
    ("rpar", ')'),
    ("ast", '*'),
    ("midast", '*'),
    ("plus", '+'),
    ("comma", ','),
    ("period", '.'),
    ("sol", '/'),
    ("colon", ':'),
    ("semi", ';'),
    ("lt", '<'),
    ("equals", '='),
    ("gt", '>'),
    ("quest", '?'),
    ("commat", '@'),
    ("lsqb", '['),
    ("lbrack", '['),
    ("bsol", '\\'),
    ("rsqb", ']'),
    ("rbrack", ']'),
    ("hat", '^'),
    ("lowbar", '_'),
    ("grave", '`'),
    ("lcub", '{'),
    ("lbrace", '{'),
    ("verbar", '|'),
    ("vert", '|'),
    ("rcub", '}'),
    ("rbrace", '}'),
];
/// From U+00A0 on.
const LATIN_1: &str = "nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn \
    sup2 sup3 acute micro para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde \
    Auml Aring AElig Ccedil Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde \
    Ouml times Oslash Ugrave Uacute Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil \
    egrave eacute ecirc euml igrave iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave \
    uacute ucirc uuml yacute thorn yuml";

fn named(name: &str) -> Option<char> {
    let ascii = ASCII.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, character)| *character);
    ascii.or_else(|| {
        let place = LATIN_1.split_ascii_whitespace().position(|known| known == name)?;
        char::from_u32(0xa0 + u32::try_from(place).ok()?)
    })
}

fn byte(digits: &[u8]) -> Option<Meaning> {
    Some(Meaning::Byte(u8::try_from(number(digits)?).ok()?))
}

/// A number in hexadecimal digits.
fn number(digits: &[u8]) -> Option<u32> {
    let digits = std::str::from_utf8(digits).ok().filter(|text| text.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
    u32::from_str_radix(digits, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn undone(text: &str) -> Option<String> {
        Layer::of(text.as_bytes()).map(|layer| String::from_utf8_lossy(&layer.bytes).into_owned())
    }

    #[test]
    fn escapes_are_undone_one_layer_at_a_time() {
        for (text, below) in [
            ("a%2Bb%2bc", "a+b+c"),
            ("a%252Bb", "a%2Bb"),
            (r#"\u002B\u002b\"\\\/\x2b\u{2b}"#, "++\"\\/++"),
            (r"\ud83d\udc4b\u00f6", "👋ö"),
            ("&#43;&#043;&#x2B;&#X2b;&plus;&amp;&AMP;&ouml;", "++++++&&ö".replacen('+', "", 1).as_str()),
            ("ab\r\ncd\ne", "abcde"),
            ("a+b", "a b"),
        ] {
            assert_eq!(undone(text).as_deref(), Some(below), "{text}");
        }
        for text in ["plain", "100% sure", "a & b; c", r"\q \u12 \x1", "&#xD800;", "&nothing;", "%", "&", "\\", "%é1"]
        {
            assert_eq!(undone(text), None, "{text}");
        }
    }

    #[test]
    fn a_range_is_found_again_in_the_text_before() {
        let text = b"x%2By\nz&#43;w";
        let layer = Layer::of(text).expect("an escape");
        assert_eq!(layer.bytes, b"x+yz+w");
        let source = |range: Range<usize>| String::from_utf8_lossy(&text[layer.source(&range)]).into_owned();
        for (range, before) in
            [(0..1, "x"), (1..2, "%2B"), (0..3, "x%2By"), (2..3, "y"), (2..4, "y\nz"), (3..5, "z&#43;"), (5..6, "w")]
        {
            assert_eq!(source(range.clone()), before, "{range:?}");
        }
    }
}
