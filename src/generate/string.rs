//! Strings: minimal and boundary ones, and ones that violate a single keyword.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use jsonschema::Validator;
use serde_json::{Value, json};

use super::format;
use super::pattern::{self, Pattern};
use super::shape::MergedSchema;
use crate::wire::Channel;

/// The longest string that is made to test a length, in characters: longer ones exceed the limits of servers and
/// proxies before those of a contract.
const LONGEST: u64 = 12_000;
/// The longest string that is made at all, in characters; a schema that asks for more is not exercised.
pub(super) const LONGEST_AT_ALL: u64 = 200_000;

/// Strings that programs are known to fail on, each with a label.
const TROUBLE: [(&str, &str); 29] = [
    ("a letter", "a"),
    ("an empty string", ""),
    ("an emoji", "👋"),
    ("an emoji of several code points", "👩🏽‍🚀 🏳️‍🌈"),
    ("letters beyond ASCII", "Grüße, 你好, Ünïcödé ß"),
    ("a combining accent", "e\u{301}a\u{30a}"),
    ("right-to-left letters", "مرحبا שלום"),
    ("direction marks and a zero-width joiner", "a\u{202e}b\u{200d}c\u{feff}"),
    ("control characters", "a\u{1}b\u{1f}c\u{7f}"),
    ("a NUL character", "a\u{0}b"),
    ("line breaks and tabs", "first\nsecond\r\nthird\tend"),
    ("blanks around it", "  text  "),
    ("nothing but a blank", " "),
    ("quotes and backslashes", "\"quoted\" 'single' \\back\\slash /slash"),
    ("the letters of a number", "12345"),
    ("the letters of a literal", "null"),
    ("markup", "<b>bold</b> & <script>alert(1)</script>"),
    ("the syntax of a query language", "Robert'); DROP TABLE messages;--"),
    ("a template", "{{7*7}} ${x} #{y} {0} {name} %s %d %n %1$s"),
    ("percent signs", "100% %41 %zz %"),
    ("reserved characters of URLs", "a=1&b+c;d#e?f/g:h@i,j|k"),
    ("wildcards and the syntax of patterns", "%_*?[a-z] .*+^${}()|\\"),
    ("a path upwards", "../../conform.txt"),
    ("letters whose case changes their number", "ßẞİıſK ŉ"),
    ("a number with zeros before it", "007"),
    ("the letters of a truth value", "true"),
    ("capital letters", "CAPITAL LETTERS AND small"),
    ("line and paragraph separators", "a\u{2028}b\u{2029}c"),
    ("the highest code points", "\u{ffff}\u{10ffff}"),
];

/// Makes and validates strings, and caches what it compiles for that.
#[derive(Debug, Default)]
pub(crate) struct Strings {
    validators: RefCell<HashMap<Value, Rc<Option<Validator>>>>,
    patterns: RefCell<HashMap<String, Rc<Option<Pattern>>>>,
    lists: RefCell<HashMap<Limits, Rc<[Labelled]>>>,
    /// Strings of other lengths than a shape allows, as often as they are asked for.
    of_length: RefCell<HashMap<LengthsWithin, Rc<[String]>>>,
}

/// Lengths in characters that strings of a shape are to have.
type LengthsWithin = (Limits, Vec<u64>);

/// A label and its string.
type Labelled = (String, String);

/// The keywords of a shape that constrain strings, and the channel of the strings.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Limits {
    channel: Channel,
    min_length: u64,
    max_length: Option<u64>,
    patterns: Vec<String>,
    formats: Vec<String>,
}

impl Limits {
    fn of(shape: &MergedSchema, channel: &Channel) -> Self {
        Self {
            channel: channel.clone(),
            min_length: shape.min_length,
            max_length: shape.max_length,
            patterns: shape.patterns.clone(),
            formats: shape.formats.clone(),
        }
    }
}

impl Strings {
    fn keeps(&self, schema: Value, string: &str) -> bool {
        let validator = self
            .validators
            .borrow_mut()
            .entry(schema)
            .or_insert_with_key(|schema| {
                Rc::new(jsonschema::options().should_validate_formats(true).offline().build(schema).ok())
            })
            .clone();
        validator.as_ref().as_ref().is_none_or(|validator| validator.is_valid(&Value::String(string.to_owned())))
    }

    /// Whether `string` matches `pattern`; a pattern that cannot be judged is matched by all.
    pub fn matches(&self, pattern: &str, string: &str) -> bool {
        self.keeps(json!({"pattern": pattern}), string)
    }

    fn has_format(&self, format: &str, string: &str) -> bool {
        match format {
            "byte" => crate::contract::is_base64(string),
            _ => self.keeps(json!({"format": format}), string),
        }
    }

    /// What strings are made of that match a pattern; nothing of one that cannot be read.
    pub fn pattern(&self, pattern: &str) -> Rc<Option<Pattern>> {
        let mut patterns = self.patterns.borrow_mut();
        patterns.entry(pattern.to_owned()).or_insert_with(|| Rc::new(Pattern::parse(pattern))).clone()
    }

    /// Whether engines agree on what `.`, `\s`, `\d` and the like match in a string. They disagree on which characters
    /// end a line or are blanks, and on digits beyond ASCII.
    fn is_read_alike(&self, pattern: &str, string: &str) -> bool {
        const DISPUTED: [char; 7] = ['\u{b}', '\u{c}', '\u{85}', '\u{2028}', '\u{2029}', '\u{feff}', '\u{180e}'];
        let is_regular = || self.pattern(pattern).as_ref().as_ref().is_some_and(Pattern::is_regular);
        let is_disputed = string.contains(DISPUTED) || string.contains('\r') && !pattern::names_return(pattern);
        !is_disputed && (string.is_ascii() || is_regular())
    }

    /// Whether `string` satisfies the shape.
    pub fn fits(&self, shape: &MergedSchema, string: &str) -> bool {
        let length = string.chars().count() as u64;
        length >= shape.min_length
            && shape.max_length.is_none_or(|max| length <= max)
            && shape.patterns.iter().all(|pattern| self.is_read_alike(pattern, string) && self.matches(pattern, string))
            && shape.formats.iter().all(|format| self.has_format(format, string))
    }

    /// Strings of the shape, the simplest first, each with a label.
    pub fn strings(&self, shape: &MergedSchema, channel: &Channel) -> Rc<[Labelled]> {
        let limits = Limits::of(shape, channel);
        if let Some(known) = self.lists.borrow().get(&limits) {
            return known.clone();
        }
        let mut out: Vec<Labelled> = Vec::new();
        for (label, string) in self.candidates(shape) {
            if channel.is_plain(&string) && self.fits(shape, &string) && !out.iter().any(|(_, known)| *known == string)
            {
                out.push((label, string));
            }
        }
        let list: Rc<[Labelled]> = out.into();
        self.lists.borrow_mut().insert(limits, list.clone());
        list
    }

    /// A minimal string of the shape.
    pub fn minimal(&self, shape: &MergedSchema, channel: &Channel) -> Option<String> {
        if shape.min_length > LONGEST_AT_ALL {
            return None;
        }
        let simple =
            shape.patterns.is_empty() && !shape.formats.iter().any(|format| format::constrains_strings(format));
        let length = shape.min_length.max(4).min(shape.max_length.unwrap_or(u64::MAX)).min(LONGEST_AT_ALL);
        let string = stretch("text", length as usize);
        if simple && channel.is_plain(&string) && self.fits(shape, &string) {
            return Some(string);
        }
        self.strings(shape, channel).first().map(|(_, string)| string.clone())
    }

    fn candidates(&self, shape: &MergedSchema) -> Vec<(String, String)> {
        let mut out: Vec<(String, String)> = Vec::new();
        if shape.min_length > LONGEST_AT_ALL {
            return out;
        }
        let min = shape.min_length;
        let max = shape.max_length.filter(|max| *max <= LONGEST);
        let mut lengths = vec![min, min + 1];
        lengths.extend(max.into_iter().flat_map(|max| [max.saturating_sub(1), max]));
        for pattern in &shape.patterns {
            let Some(made) = self.pattern(pattern).as_ref().clone() else { continue };
            for length in
                [min.max(8).min(max.unwrap_or(u64::MAX)), min, 1, 2, 3, 24, 64].into_iter().chain(lengths.clone())
            {
                let string = made.sized(length as usize);
                out.push((format!("a match of {} characters", string.chars().count()), string));
            }
            let usual = min.max(6).min(max.unwrap_or(u64::MAX)) as usize;
            out.extend(
                made.variants(usual, 12).into_iter().map(|string| ("a match of the pattern".to_owned(), string)),
            );
            let room = usual.min(max.map_or(usual, |max| max.saturating_sub(1) as usize));
            out.extend(self.within_text(pattern, made.is_anchored(), &made.sized(room)));
        }
        for format in &shape.formats {
            let named = |string: &&str| (format!("a {format}"), (*string).to_owned());
            out.extend(format::examples(format).iter().map(named));
        }
        if !shape.patterns.is_empty() || shape.formats.iter().any(|format| format::constrains_strings(format)) {
            if !out.iter().any(|(_, string)| self.fits(shape, string)) {
                out.extend(self.rarer(shape, &lengths));
            }
            return out;
        }
        let usual = min.max(4).min(max.unwrap_or(u64::MAX));
        out.push(("a plain text".to_owned(), stretch("text", usual as usize)));
        for length in lengths {
            out.push((format!("{length} characters"), stretch("text", length as usize)));
        }
        if let Some(max) = max {
            out.push((format!("{max} characters beyond the BMP"), "😀".repeat(max as usize)));
        }
        if min > 0 && min <= LONGEST {
            out.push((format!("{min} characters beyond the BMP"), "😀".repeat(min as usize)));
        }
        for (label, string) in TROUBLE {
            let count = string.chars().count() as u64;
            let string = if count < min { stretch(string, min as usize) } else { string.to_owned() };
            out.push((label.to_owned(), string));
        }
        for length in [64, 101, 256, 1_001, 4_097, 10_001] {
            out.push((format!("{length} characters"), stretch("long text ", length)));
        }
        out
    }

    /// What is tried where nothing simpler is of the shape: two patterns one behind the other, what look-around asks for, and
    /// texts of a format that are longer or shorter than usual.
    fn rarer(&self, shape: &MergedSchema, lengths: &[u64]) -> Vec<Labelled> {
        let mut out: Vec<Labelled> = Vec::new();
        let made: Vec<Pattern> = shape.patterns.iter().filter_map(|pattern| (*self.pattern(pattern)).clone()).collect();
        if let [one, other] = &made[..] {
            for half in [1, 3, shape.min_length.div_ceil(2) as usize] {
                let (one, other) = (one.sized(half), other.sized(half));
                let both = [format!("{one}{other}"), format!("{other}{one}")];
                out.extend(both.map(|string| ("a match of two patterns".to_owned(), string)));
            }
        }
        if !made.iter().all(Pattern::is_regular) {
            let mixed = lengths.iter().chain(&[8, 12]).map(|length| stretch("Aa1!", *length as usize));
            out.extend(mixed.map(|string| ("characters of all kinds".to_owned(), string)));
        }
        for format in &shape.formats {
            let sized = format::sized(format, shape.min_length, shape.max_length).into_iter();
            out.extend(sized.map(|text| (format!("a {format} of {} characters", text.len()), text)));
        }
        out
    }

    /// A match with text before it and one with text behind it, where the pattern lets that be: it is looked for, and who
    /// holds the whole string to it refuses both.
    fn within_text(&self, pattern: &str, is_anchored: [bool; 2], found: &str) -> Vec<Labelled> {
        const TEXTS: [&str; 5] = ["x", "0", "-", "!", "é"];
        let [first, last] = is_anchored;
        let is_inner = |whole: &str, string: &String| self.matches(pattern, string) && !self.matches(whole, string);
        let mut out: Vec<Labelled> = Vec::new();
        if !first {
            let whole = format!("^(?:{pattern})");
            let string = TEXTS.iter().map(|text| format!("{text}{found}")).find(|string| is_inner(&whole, string));
            out.extend(string.map(|string| ("text before a match of the pattern".to_owned(), string)));
        }
        if !last {
            let whole = format!("(?:{pattern})$");
            let string = TEXTS.iter().map(|text| format!("{found}{text}")).find(|string| is_inner(&whole, string));
            out.extend(string.map(|string| ("text behind a match of the pattern".to_owned(), string)));
        }
        out
    }

    /// Strings that satisfy the shape, but do not match `pattern`, which the shape lacks.
    pub fn mismatches(&self, shape: &MergedSchema, pattern: &str, channel: &Channel) -> Vec<String> {
        let mut whole = shape.clone();
        whole.patterns.push(pattern.to_owned());
        let matches = self.strings(&whole, channel);
        let minimal = self.strings(shape, channel);
        let minimal = minimal.iter().map(|(_, string)| string.clone());
        let edited = matches.iter().take(4).flat_map(|(_, string)| pattern::edits(string));
        self.among(edited.chain(minimal), |string| {
            channel.carries(string)
                && self.is_read_alike(pattern, string)
                && self.fits(shape, string)
                && !self.matches(pattern, string)
        })
    }

    /// Strings that satisfy the shape, but surely are not of `format`, which the shape lacks.
    pub fn misformats(&self, shape: &MergedSchema, format: &str, channel: &Channel) -> Vec<String> {
        let known = format::counterexamples(format).iter().map(|string| (*string).to_owned());
        let stretched = format::counterexamples(format).iter().map(|string| stretch(string, shape.min_length as usize));
        let strings = (!shape.patterns.is_empty()).then(|| self.strings(shape, channel));
        let matching = strings.iter().flat_map(|strings| strings.iter()).map(|(_, string)| string.clone());
        self.among(known.chain(stretched).chain(matching), |string| {
            channel.carries(string) && self.fits(shape, string) && !self.has_format(format, string)
        })
    }

    /// Strings of these lengths, which the length keyword that the shape lacks forbids.
    pub fn mislengths(&self, shape: &MergedSchema, lengths: &[u64], channel: &Channel) -> Rc<[String]> {
        let key = (Limits::of(shape, channel), lengths.to_vec());
        if let Some(known) = self.of_length.borrow().get(&key) {
            return known.clone();
        }
        let made: Rc<[String]> = self.made_of_length(shape, lengths, channel).into();
        // Longer ones take more room than it takes time to make them anew.
        if lengths.iter().all(|length| *length <= LONGEST) {
            self.of_length.borrow_mut().insert(key, made.clone());
        }
        made
    }

    fn made_of_length(&self, shape: &MergedSchema, lengths: &[u64], channel: &Channel) -> Vec<String> {
        let mut out = Vec::new();
        for length in lengths.iter().filter(|length| **length <= LONGEST_AT_ALL) {
            let mut exact = shape.clone();
            exact.min_length = *length;
            exact.max_length = Some(*length);
            let mut strings =
                vec![stretch("text", *length as usize), "😀".repeat(*length as usize), " ".repeat(*length as usize)];
            for pattern in &shape.patterns {
                strings.extend(self.pattern(pattern).as_ref().iter().map(|made| made.sized(*length as usize)));
            }
            for format in &shape.formats {
                strings.extend(format::examples(format).iter().map(|string| (*string).to_owned()));
            }
            out.extend(strings.into_iter().filter(|string| channel.carries(string) && self.fits(&exact, string)));
        }
        self.among(out.into_iter(), |_| true)
    }

    fn among(&self, candidates: impl Iterator<Item = String>, keep: impl Fn(&str) -> bool) -> Vec<String> {
        const ENOUGH: usize = 16;
        let mut out: Vec<String> = Vec::new();
        for candidate in candidates {
            if !out.contains(&candidate) && keep(&candidate) {
                out.push(candidate);
            }
            if out.len() == ENOUGH {
                break;
            }
        }
        out
    }
}

/// `string`, repeated and cut to `length` characters.
pub(crate) fn stretch(string: &str, length: usize) -> String {
    let count = string.chars().count();
    if count == 0 || length <= count {
        return string.chars().take(length.max(usize::from(count == 0))).collect();
    }
    string.chars().cycle().take(length).collect()
}
