//! Makes strings that match a pattern (ECMA-262), and strings that nearly do.

use fancy_regex::Expr;
use regex_syntax::hir::{Class, Hir, HirKind, Look, Repetition};

/// Longest string that a pattern is written out to.
const LONGEST: usize = 20_000;

/// A pattern that strings are made from. Look-around and back references are left out: what is made
/// must be checked against the pattern itself.
#[derive(Clone, Debug)]
pub(crate) struct Pattern {
    hir: Hir,
    is_regular: bool,
}

impl Pattern {
    /// Reads a pattern; `None` where no string can be made from it.
    pub fn parse(pattern: &str) -> Option<Self> {
        let pattern = jsonschema_regex::to_rust_regex(pattern).ok()?;
        if let Ok(hir) = regex_syntax::parse(&pattern) {
            return Some(Self { hir, is_regular: true });
        }
        hir(&Expr::parse_tree(&pattern).ok()?.expr, 0).map(|hir| Self { hir, is_regular: false })
    }

    /// Whether it has neither look-around nor back references. In one that has, the validator takes `\d`, `\w` and the
    /// like for classes of Unicode, and ECMA-262 for ones of ASCII.
    pub fn is_regular(&self) -> bool {
        self.is_regular
    }

    /// Whether it says itself that nothing is before what it matches, and that nothing is behind.
    pub fn is_anchored(&self) -> [bool; 2] {
        let properties = self.hir.properties();
        [properties.look_set_prefix().contains(Look::Start), properties.look_set_suffix().contains(Look::End)]
    }

    /// A string whose length is as near to `length` characters as the pattern lets it be.
    pub fn sized(&self, length: usize) -> String {
        let mut string = String::new();
        write(&self.hir, length, &mut Pick::First, &mut string);
        string
    }

    /// The same without what asserts something of a place, and with no more of anything than makes strings of some `most`
    /// characters: what a strategy draws from. `None` where that is too much, or nothing.
    pub fn without_assertions(&self, most: usize) -> Option<Hir> {
        plain(&self.hir, most).filter(|hir| extent(hir).1 <= LONGEST)
    }

    /// A string for every branch of every alternation and every end of every class, up to `limit`.
    pub fn variants(&self, length: usize, limit: usize) -> Vec<String> {
        let mut strings: Vec<String> = Vec::new();
        for turn in 0..limit {
            let mut string = String::new();
            write(&self.hir, length, &mut Pick::Turn(turn), &mut string);
            if !strings.contains(&string) {
                strings.push(string);
            }
        }
        strings
    }
}

/// How a choice within a pattern is made.
enum Pick {
    /// The first that will do.
    First,
    /// The one whose turn it is.
    Turn(usize),
}

impl Pick {
    fn index(&mut self, count: usize) -> usize {
        match self {
            Self::First => 0,
            Self::Turn(turn) => *turn % count.max(1),
        }
    }
}

/// Parts of one expression that are drawn one by one.
const MOST_PARTS: usize = 300;

fn plain(hir: &Hir, most: usize) -> Option<Hir> {
    match hir.kind() {
        HirKind::Look(_) => Some(Hir::empty()),
        HirKind::Capture(capture) => plain(&capture.sub, most),
        HirKind::Repetition(Repetition { min, max, greedy, sub }) => {
            let (least, greatest) = extent(sub);
            // What repeats what varies shares the room with it.
            let most = if least == greatest { most } else { most.isqrt() };
            let Some(sub) = plain(sub, most) else { return (*min == 0).then(Hir::empty) };
            let room = u32::try_from(most / least.max(1)).unwrap_or(u32::MAX);
            let max = Some(max.unwrap_or(u32::MAX - 1).min(room.max(*min)));
            Some(Hir::repetition(Repetition { min: *min, max, greedy: *greedy, sub: Box::new(sub) }))
        }
        HirKind::Concat(parts) if parts.len() > MOST_PARTS => None,
        HirKind::Concat(parts) => Some(Hir::concat(parts.iter().map(|part| plain(part, most)).collect::<Option<_>>()?)),
        HirKind::Alternation(branches) => {
            let branches: Vec<Hir> = branches.iter().filter_map(|branch| plain(branch, most)).collect();
            (!branches.is_empty()).then(|| Hir::alternation(branches))
        }
        HirKind::Class(class) => (!class.is_empty()).then(|| hir.clone()),
        HirKind::Empty | HirKind::Literal(_) => Some(hir.clone()),
    }
}

/// The shortest and longest string of an expression, in characters.
fn extent(hir: &Hir) -> (usize, usize) {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => (0, 0),
        HirKind::Literal(literal) => {
            let count = String::from_utf8_lossy(&literal.0).chars().count();
            (count, count)
        }
        HirKind::Class(_) => (1, 1),
        HirKind::Capture(capture) => extent(&capture.sub),
        HirKind::Repetition(repetition) => {
            let (min, max) = extent(&repetition.sub);
            let most = repetition.max.map_or(LONGEST, |max| max as usize);
            (min.saturating_mul(repetition.min as usize).min(LONGEST), max.saturating_mul(most).min(LONGEST))
        }
        HirKind::Concat(parts) => parts.iter().map(extent).fold((0, 0), |(min, max), (least, most)| {
            (min.saturating_add(least).min(LONGEST), max.saturating_add(most).min(LONGEST))
        }),
        HirKind::Alternation(branches) => {
            branches.iter().map(extent).reduce(|a, b| (a.0.min(b.0), a.1.max(b.1))).unwrap_or((0, 0))
        }
    }
}

fn write(hir: &Hir, length: usize, pick: &mut Pick, out: &mut String) {
    if out.len() > LONGEST {
        return;
    }
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => {}
        HirKind::Literal(literal) => out.push_str(&String::from_utf8_lossy(&literal.0)),
        HirKind::Class(class) => out.extend(character(class, pick)),
        HirKind::Capture(capture) => write(&capture.sub, length, pick, out),
        HirKind::Repetition(repetition) => repeat(repetition, length, pick, out),
        HirKind::Concat(parts) => {
            let extents: Vec<(usize, usize)> = parts.iter().map(extent).collect();
            let mut spare = length.saturating_sub(extents.iter().map(|(min, _)| min).sum());
            for (part, (min, max)) in parts.iter().zip(extents) {
                let more = spare.min(max - min);
                spare -= more;
                write(part, min + more, pick, out);
            }
        }
        HirKind::Alternation(branches) => {
            let fitting: Vec<&Hir> = branches
                .iter()
                .filter(|branch| {
                    let (min, max) = extent(branch);
                    (min..=max).contains(&length)
                })
                .collect();
            let branch = match fitting.len() {
                0 => branches.get(pick.index(branches.len())),
                count => fitting.get(pick.index(count)).copied(),
            };
            if let Some(branch) = branch {
                write(branch, length, pick, out);
            }
        }
    }
}

fn repeat(repetition: &Repetition, length: usize, pick: &mut Pick, out: &mut String) {
    let (min, max) = extent(&repetition.sub);
    let most = repetition.max.map_or(LONGEST, |max| max as usize);
    let count =
        length.checked_div(min.max(1)).unwrap_or(0).clamp(repetition.min as usize, most.max(repetition.min as usize));
    let mut left = length;
    for done in 0..count {
        let remaining = count - done;
        let share = (left / remaining).clamp(min, max.max(min));
        let before = out.chars().count();
        write(&repetition.sub, share, pick, out);
        left = left.saturating_sub(out.chars().count() - before);
        if out.len() > LONGEST {
            return;
        }
        if let Pick::Turn(turn) = pick {
            *turn += 1;
        }
    }
}

/// A character of a class; common ones are preferred to exotic ones.
fn character(class: &Class, pick: &mut Pick) -> Option<char> {
    let ranges: Vec<(char, char)> = match class {
        Class::Unicode(class) => class.ranges().iter().map(|range| (range.start(), range.end())).collect(),
        Class::Bytes(class) => {
            class.ranges().iter().map(|range| (char::from(range.start()), char::from(range.end()))).collect()
        }
    };
    let within = |c: char| ranges.iter().any(|(start, end)| (*start..=*end).contains(&c));
    match pick {
        Pick::First => {
            ['a', 'A', '0', 'x', '1', '-', '_'].into_iter().find(|c| within(*c)).or(ranges.first().map(|range| range.0))
        }
        Pick::Turn(turn) => {
            let mut ends: Vec<char> = Vec::new();
            for (start, end) in ranges.iter().take(16) {
                ends.extend([*start, *end]);
            }
            ends.dedup();
            let minimal: Vec<char> = ends.iter().copied().filter(|c| !c.is_control()).collect();
            let ends = if minimal.is_empty() { ends } else { minimal };
            ends.get(*turn % ends.len().max(1)).copied()
        }
    }
}

/// What `fancy_regex` reads and `regex_syntax` does not, without its look-around.
fn hir(expression: &Expr, depth: usize) -> Option<Hir> {
    const DEEPEST: usize = 200;
    if depth > DEEPEST {
        return None;
    }
    let deeper = |expression: &Expr| hir(expression, depth + 1);
    let insensitive = |string: &str, casei: bool| match casei {
        true => regex_syntax::parse(&format!("(?i:{string})")).ok(),
        false => regex_syntax::parse(string).ok(),
    };
    Some(match expression {
        Expr::Any { newline, .. } => regex_syntax::parse(if *newline { "(?s:.)" } else { "." }).ok()?,
        Expr::Literal { val, casei } => insensitive(&regex_syntax::escape(val), *casei)?,
        Expr::Delegate { inner, casei, .. } => insensitive(inner, *casei)?,
        Expr::Concat(parts) => Hir::concat(parts.iter().map(deeper).collect::<Option<_>>()?),
        Expr::Alt(branches) => Hir::alternation(branches.iter().map(deeper).collect::<Option<_>>()?),
        Expr::Group(inner) => deeper(inner)?,
        Expr::AtomicGroup(inner) => deeper(inner)?,
        Expr::Repeat { child, lo, hi, greedy } => Hir::repetition(Repetition {
            min: u32::try_from(*lo).ok()?,
            max: if *hi == usize::MAX { None } else { Some(u32::try_from(*hi).ok()?) },
            greedy: *greedy,
            sub: Box::new(deeper(child)?),
        }),
        Expr::Empty | Expr::Assertion(_) | Expr::LookAround(..) | Expr::KeepOut => Hir::empty(),
        _ => return None,
    })
}

/// Whether a pattern asks for a carriage return itself, and has no `.`, of which engines disagree whether it matches one.
pub(crate) fn names_return(pattern: &str) -> bool {
    const ESCAPES: [&str; 4] = ["r", "x0d", "u000d", "cm"];
    let (mut is_named, mut is_in_class) = (false, false);
    let mut chars = pattern.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '\r' => is_named = true,
            '\\' => {
                let rest: String = pattern[at + 1..].chars().take(5).collect::<String>().to_ascii_lowercase();
                // `\R` is no escape of ECMA-262.
                is_named |= !rest.is_empty()
                    && !pattern[at + 1..].starts_with('R')
                    && ESCAPES.iter().any(|escape| rest.starts_with(escape));
                chars.next();
            }
            '[' => is_in_class = true,
            ']' => is_in_class = false,
            '.' if !is_in_class => return false,
            _ => {}
        }
    }
    is_named
}

/// Strings that differ a little from `string`, which matches: what each kind of careless check lets pass, the first of
/// each kind before the second of any.
pub(crate) fn edits(string: &str) -> Vec<String> {
    let chars: Vec<char> = string.chars().collect();
    let with = |at: usize, removed: usize, added: &str| {
        let (head, tail) = chars.split_at(at.min(chars.len()));
        head.iter().copied().chain(added.chars()).chain(tail.iter().skip(removed).copied()).collect::<String>()
    };
    let behind = |added: &str| format!("{string}{added}");
    let before = |added: &str| format!("{added}{string}");
    let places = places(&chars);
    let mut swapped = Vec::new();
    for turn in 0..2 {
        for at in &places {
            swapped.extend(swaps(chars[*at]).get(turn).map(|c| with(*at, 1, &c.to_string())));
        }
    }
    let kinds: [Vec<String>; 9] = [
        vec![string.to_lowercase(), string.to_uppercase()],
        // A `$` that stops before the last line break lets the first pass, one that stops at each line the second.
        vec![behind("\n"), behind("\nx"), before("x\n")],
        ["!", "a", "0", "Z", "-", "_", "é"].map(behind).to_vec(),
        ["!", "a", "0", "Z", "-", "_", "é"].map(before).to_vec(),
        // A literal dot that stands for any character is one of these.
        swapped,
        places.iter().map(|at| with(*at, 0, &chars[*at].to_string())).collect(),
        places.iter().rev().map(|at| with(*at, 1, "")).collect(),
        vec![behind(" "), before(" ")],
        vec![String::new(), "!".to_owned(), "not a match".to_owned()],
    ];
    let most = kinds.iter().map(Vec::len).max().unwrap_or(0);
    let mut edits: Vec<String> = Vec::new();
    for edit in (0..most).flat_map(|turn| kinds.iter().filter_map(move |kind| kind.get(turn))) {
        if edit != string && !edits.contains(edit) {
            edits.push(edit.clone());
        }
    }
    // All else that may stand in each place.
    for at in &places {
        for c in swaps(chars[*at]) {
            let edit = with(*at, 1, &c.to_string());
            if !edits.contains(&edit) {
                edits.push(edit);
            }
        }
    }
    edits
}

/// The ends of a string, its middle, and the first of each run of characters of one class.
fn places(chars: &[char]) -> Vec<usize> {
    const MOST: usize = 12;
    let class = |c: char| (c.is_ascii_lowercase(), c.is_ascii_uppercase(), c.is_ascii_digit(), c.is_alphanumeric());
    let ends = match chars.len() {
        0 => return Vec::new(),
        count => [count - 1, 0, count / 2],
    };
    let starts = (1..chars.len()).filter(|at| class(chars[*at]) != class(chars[at - 1]));
    // What stands for itself in a pattern is seldom a letter.
    let (marks, others): (Vec<usize>, Vec<usize>) = starts.partition(|at| !chars[*at].is_alphanumeric());
    let mut places: Vec<usize> = Vec::new();
    for at in marks.into_iter().chain(ends).chain(others) {
        if places.len() < MOST && !places.contains(&at) {
            places.push(at);
        }
    }
    places
}

/// Characters of other classes than `c`.
fn swaps(c: char) -> Vec<char> {
    let case = if c.is_lowercase() { c.to_uppercase().next() } else { c.to_lowercase().next() };
    let digit = c.is_ascii_digit().then_some('x');
    let mut swaps: Vec<char> = Vec::new();
    for other in digit.into_iter().chain(case).chain(['0', 'x', '!', ' ', 'é']) {
        if other != c && !swaps.contains(&other) {
            swaps.push(other);
        }
    }
    swaps
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pattern: &str, string: &str) -> bool {
        let schema = serde_json::json!({"pattern": pattern});
        jsonschema::validator_for(&schema).expect("usable").is_valid(&serde_json::json!(string))
    }

    #[test]
    fn what_is_made_from_a_pattern_matches_it() {
        for pattern in
            ["^[A-Z0-9]+$", r"^\d{3}-\d{4}$", "^(red|green)$", r"^\p{Lu}\w*$", "a|b{2,}", r"^(?=.*\d)[a-z\d]{4,9}$"]
        {
            let made = Pattern::parse(pattern).expect("parses");
            let strings = (0..12).map(|length| made.sized(length)).chain(made.variants(5, 12));
            assert!(strings.filter(|string| matches(pattern, string)).count() > 5, "{pattern}");
        }
    }

    #[test]
    fn a_carriage_return_is_named_by_its_escapes_alone() {
        for pattern in [r"^a\r\n$", "^a\r$", r"[.\r]", r"\x0D", r"\u000d", r"\.\r"] {
            assert!(names_return(pattern), "{pattern}");
        }
        for pattern in [r"^.*\r$", r"\\r", "^[^,]+$", r"\s", "r", r"\R"] {
            assert!(!names_return(pattern), "{pattern}");
        }
    }

    #[test]
    fn lengths_are_met_where_the_pattern_allows() {
        let made = Pattern::parse("^[a-z]+(-[0-9]{2})?$").expect("parses");
        assert_eq!(made.sized(1).len(), 1);
        assert_eq!(made.sized(40).len(), 40);
        assert_eq!(Pattern::parse("^x{3,5}$").expect("parses").sized(9), "xxxxx");
    }

    #[test]
    fn edits_of_a_match_break_it_in_several_ways() {
        let broken = edits("AB12").into_iter().filter(|edit| !matches("^[A-Z0-9]+$", edit)).count();
        assert!(broken > 8, "{broken}");
    }
}
