//! Characters. A text has many of them: of each no more is kept than what it takes to make it plainer.

use proptest::char::{CharStrategy, CharValueTree, range};
use proptest::prelude::*;
use proptest::strategy::{NewTree, ValueTree};
use proptest::test_runner::TestRunner;

/// Ranges with their weights: most often one of ASCII.
const RANGES: [(u64, char, char); 7] = [
    (13, ' ', '~'),
    (2, '¡', 'ÿ'),
    (1, 'Ѐ', 'ӿ'),
    (1, '一', '龥'),
    (1, '😀', '🙏'),
    (1, '\u{300}', '\u{36f}'),
    (1, '\t', '\n'),
];
/// What stands for a character of another range, if it may.
const PLAIN: char = 'a';

/// A character of any of the ranges. It draws what `prop_oneof!` of them does, which keeps a source of chance for each
/// range that was not chosen.
#[derive(Clone, Debug)]
pub(super) struct Characters {
    ranges: [CharStrategy<'static>; RANGES.len()],
}

impl Characters {
    pub fn new() -> Self {
        Self { ranges: RANGES.map(|(_, first, last)| range(first, last)) }
    }
}

impl Strategy for Characters {
    type Tree = Character;
    type Value = char;

    fn new_tree(&self, runner: &mut TestRunner) -> NewTree<Self> {
        let sum = RANGES.iter().map(|(weight, ..)| weight).sum();
        let drawn = (0..sum).new_tree(runner)?.current();
        let mut below = 0;
        let mut chosen = 0;
        for (index, (weight, ..)) in RANGES.iter().enumerate() {
            below += weight;
            if drawn < below {
                chosen = index;
                break;
            }
            // That of a range that was not chosen.
            drop(runner.new_rng());
        }
        let drawn = self.ranges[chosen].new_tree(runner)?;
        let stage = if drawn.current().is_ascii_graphic() { Stage::OfItsRange } else { Stage::Drawn };
        Ok(Character { drawn, stage })
    }
}

/// A character that becomes plainer: [`PLAIN`], if it may, and else a plainer one of its range.
#[derive(Clone, Copy, Debug)]
pub(super) struct Character {
    drawn: CharValueTree,
    stage: Stage,
}

#[derive(Clone, Copy, Debug)]
enum Stage {
    Drawn,
    Plain,
    OfItsRange,
}

impl ValueTree for Character {
    type Value = char;

    fn current(&self) -> char {
        if matches!(self.stage, Stage::Plain) { PLAIN } else { self.drawn.current() }
    }

    fn simplify(&mut self) -> bool {
        match self.stage {
            Stage::Drawn => {
                self.stage = Stage::Plain;
                true
            }
            Stage::Plain => false,
            Stage::OfItsRange => self.drawn.simplify(),
        }
    }

    fn complicate(&mut self) -> bool {
        match self.stage {
            Stage::Drawn => false,
            Stage::Plain => {
                self.stage = Stage::OfItsRange;
                true
            }
            Stage::OfItsRange => self.drawn.complicate(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::collection::vec;

    #[test]
    fn they_are_drawn_like_those_of_a_union() {
        let [a, b, c, d, e, f, g] = RANGES.map(|(weight, first, last)| (weight as u32, range(first, last)));
        let union = prop_oneof![a.0 => a.1, b.0 => b.1, c.0 => c.1, d.0 => d.1, e.0 => e.1, f.0 => f.1, g.0 => g.1];
        let (mut one, mut other) = (TestRunner::deterministic(), TestRunner::deterministic());
        for _ in 0..200 {
            let texts = [
                vec(Characters::new(), 0..40).new_tree(&mut one).expect("a text").current(),
                vec(union.clone(), 0..40).new_tree(&mut other).expect("a text").current(),
            ];
            assert_eq!(texts[0], texts[1]);
        }
    }

    #[test]
    fn one_of_another_range_becomes_plain_where_it_may() {
        let mut runner = TestRunner::deterministic();
        let all: Vec<Character> = (0..200).filter_map(|_| Characters::new().new_tree(&mut runner).ok()).collect();
        for mut tree in all.iter().copied().filter(|tree| !tree.current().is_ascii_graphic()) {
            let drawn = tree.current();
            assert!(tree.simplify() && tree.current() == PLAIN && !tree.simplify());
            assert!(tree.complicate() && tree.current() == drawn);
            // It may not: what is left is of its range, and comes to an end.
            assert!((0..100).any(|_| !tree.simplify()) && !tree.current().is_ascii_graphic());
        }
    }
}
