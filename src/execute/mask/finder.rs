//! Finds spellings in a text, however they are escaped.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::ops::Range;

use aho_corasick::{AhoCorasick, AhoCorasickKind, Input, MatchKind};
use indexmap::IndexMap;

use super::layer::Layer;
use super::spelling::Spelling;
use crate::fixtures::is_distinct;

/// How many escapes may lie around one another: JSON in a percent-encoded text in HTML, and one more.
pub(super) const LAYERS: usize = 4;
/// Of longer spellings the automaton knows this many bytes: no secret needs an automaton of megabytes.
const LONGEST_START: usize = 256;
/// A part of a secret that an ellipsis cut, and that is shorter, may be anything.
const SHORTEST_CUT: usize = 8;
/// No text is cut so that more than this stays of it.
const LONGEST_CUT: usize = 512;
/// Ellipses that are looked at: a target may send megabytes of them.
const MOST_ELLIPSES: usize = 1_000;
/// One byte less than the shortest pattern has.
const STRIDE: usize = 7;
/// Stretches that are so near to each other are read as one.
const NEAR: usize = 64;
const ELLIPSIS: &[u8] = "…".as_bytes();

/// An automaton of all spellings, each in every layer of its own escapes: what stands for another text in one place is
/// that text in another.
#[derive(Debug)]
pub(super) struct Finder {
    automaton: AhoCorasick,
    /// The spellings that start as each pattern of the automaton does.
    patterns: Vec<Vec<usize>>,
    spellings: Vec<(Vec<u8>, Spelling)>,
    pairs: Pairs,
}

/// The pairs of bytes that stand in a pattern of the automaton, in small letters.
#[derive(Debug)]
struct Pairs(Vec<bool>);

impl Pairs {
    fn of<'p>(patterns: impl Iterator<Item = &'p Vec<u8>>) -> Self {
        let mut pairs = Self(vec![false; 1 << 16]);
        patterns.flat_map(|pattern| pattern.windows(2)).for_each(|pair| pairs.0[Self::index(pair[0], pair[1])] = true);
        pairs
    }

    fn index(first: u8, second: u8) -> usize {
        usize::from(first.to_ascii_lowercase()) << 8 | usize::from(second.to_ascii_lowercase())
    }

    /// The stretches of a text that may hold a pattern. No pattern is shorter than a stride and one byte, so that each holds
    /// a pair that is looked at: of megabytes of white space, little is read.
    fn stretches(&self, text: &[u8]) -> Vec<Range<usize>> {
        let mut stretches: Vec<Range<usize>> = Vec::new();
        for at in (0..text.len().saturating_sub(1)).step_by(STRIDE) {
            if self.0[Self::index(text[at], text[at + 1])] {
                let (start, end) = (at.saturating_sub(STRIDE), text.len().min(at + 2 * STRIDE));
                match stretches.last_mut() {
                    Some(last) if start <= last.end + NEAR => last.end = end,
                    _ => stretches.push(start..end),
                }
            }
        }
        stretches
    }
}

/// A stretch of a text that is not to be shown.
struct Found<'f> {
    range: Range<usize>,
    spelling: &'f Spelling,
    /// How many layers of escapes were undone to find it.
    depth: usize,
}

impl Finder {
    /// A finder of these; `None` where there are none.
    pub fn new(spellings: impl IntoIterator<Item = Spelling>) -> Option<Self> {
        let mut patterns: IndexMap<Vec<u8>, Vec<usize>> = IndexMap::new();
        let mut all: Vec<(Vec<u8>, Spelling)> = Vec::new();
        for spelling in spellings {
            for text in Layer::all(spelling.text.as_bytes(), LAYERS) {
                if !is_distinct(&String::from_utf8_lossy(&text)) {
                    continue;
                }
                let start = text[..text.len().min(LONGEST_START)].to_ascii_lowercase();
                let alike = patterns.entry(start).or_default();
                if !alike.iter().any(|index| all[*index].0 == text) {
                    alike.push(all.len());
                    all.push((text, spelling.clone()));
                }
            }
        }
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .ascii_case_insensitive(true)
            // The fastest kind needs a table for every byte of every spelling.
            .kind(Some(AhoCorasickKind::ContiguousNFA))
            .build(patterns.keys())
            // It fails for gigabytes of secrets only.
            .ok()
            .filter(|_| !patterns.is_empty())?;
        let pairs = Pairs::of(patterns.keys());
        Some(Self { automaton, patterns: patterns.into_values().collect(), spellings: all, pairs })
    }

    /// What the automaton takes, in bytes.
    #[cfg(test)]
    pub fn size(&self) -> usize {
        self.automaton.memory_usage()
    }

    /// The spellings in one layer, apart from each other; of two at one place the longer one.
    fn each<'f>(&'f self, text: &[u8], mut take: impl FnMut(Range<usize>, &'f Spelling)) {
        let mut at = 0;
        for stretch in self.pairs.stretches(text) {
            at = at.max(stretch.start);
            while at < stretch.end
                && let Some(found) = self.automaton.find(Input::new(text).span(at..stretch.end))
            {
                let rest = &text[found.start()..];
                let alike = self.patterns[found.pattern().as_usize()].iter().map(|index| {
                    let (spelt, spelling) = &self.spellings[*index];
                    let length = rest.iter().zip(spelt).take_while(|(a, b)| a.eq_ignore_ascii_case(b)).count();
                    (length, rest[..length] == spelt[..length], Reverse(*index), spelling)
                });
                let best = alike.max_by_key(|(length, is_same, index, _)| (*length, *is_same, *index));
                let Some((length, _, _, spelling)) = best else { return };
                at = found.start() + length;
                take(found.start()..at, spelling);
            }
        }
    }

    /// What is left of secrets at either side of an ellipsis.
    fn each_cut<'f>(&'f self, text: &[u8], mut take: impl FnMut(Range<usize>, &'f Spelling)) {
        if !text.contains(&ELLIPSIS[0]) {
            return;
        }
        let ellipses = (0..text.len()).filter(|at| text[*at..].starts_with(ELLIPSIS)).take(MOST_ELLIPSES);
        for at in ellipses {
            let after = at + ELLIPSIS.len();
            for (spelt, spelling) in self.spellings.iter().filter(|(_, spelling)| spelling.is_plain) {
                let longest = spelt.len().saturating_sub(1).min(LONGEST_CUT);
                let before = (at.saturating_sub(longest)..at.saturating_sub(SHORTEST_CUT - 1))
                    .find(|start| spelt[..at - start].eq_ignore_ascii_case(&text[*start..at]));
                before.into_iter().for_each(|start| take(start..at, spelling));
                let behind = (after + SHORTEST_CUT..=text.len().min(after + longest))
                    .rev()
                    .find(|end| spelt[spelt.len() - (end - after)..].eq_ignore_ascii_case(&text[after..*end]));
                behind.into_iter().for_each(|end| take(after..end, spelling));
            }
        }
    }
}

/// The bytes without what these finders find. `is_shown` are the places where a variable stands already.
pub(super) fn clean<'a>(
    finders: &[&Finder],
    bytes: &'a [u8],
    is_shown: impl Fn(&Range<usize>) -> bool,
) -> Cow<'a, [u8]> {
    if finders.is_empty() {
        return Cow::Borrowed(bytes);
    }
    let mut found: Vec<Found<'_>> = Vec::new();
    let mut layers: Vec<Layer> = Vec::new();
    loop {
        let depth = layers.len();
        let text = layers.last().map_or(bytes, |layer| layer.bytes.as_slice());
        for finder in finders {
            finder.each(text, |range, spelling| {
                let range = layers.iter().rev().fold(range, |range, layer| layer.source(&range));
                found.push(Found { range, spelling, depth });
            });
        }
        match Layer::of(text).filter(|_| depth < LAYERS) {
            Some(layer) => layers.push(layer),
            None => break,
        }
    }
    for finder in finders {
        finder.each_cut(bytes, |range, spelling| found.push(Found { range, spelling, depth: 0 }));
    }
    found.retain(|found| !is_shown(&found.range));
    if found.is_empty() {
        return Cow::Borrowed(bytes);
    }
    found.sort_by_key(|found| (found.range.start, Reverse(found.range.end), found.depth));
    let mut clean = Vec::with_capacity(bytes.len());
    let mut done = 0;
    for Found { range, spelling, depth } in found {
        if range.start >= done {
            clean.extend_from_slice(&bytes[done..range.start]);
            clean.extend_from_slice(spelling.shown_in(&bytes[range.clone()], depth > 0).as_bytes());
        }
        // What overlaps the last one is hidden with it.
        done = done.max(range.end);
    }
    clean.extend_from_slice(&bytes[done..]);
    Cow::Owned(clean)
}
