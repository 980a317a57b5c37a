//! Changes of inputs, drawn from a seed.

/// Numbers as programs get them wrong, and texts that mean something to a parser.
const WORDS: [&str; 24] = [
    "-1",
    "0",
    "1e999",
    "9007199254740993",
    "18446744073709551616",
    "-9223372036854775808",
    "40000000000000",
    "0.1e-400",
    "null",
    "true",
    "[]",
    "{}",
    "\"\"",
    "''",
    "&a [*a]",
    "<<: *a",
    "!!binary",
    "\u{202e}",
    "\u{feff}",
    "\0",
    "${",
    "(a+)+$",
    "\\u{",
    "#/paths/~0~1",
];

/// Numbers without a pattern (SplitMix64).
pub struct Chance(pub u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Less than `end`; 0 where that is 0.
    pub fn below(&mut self, end: usize) -> usize {
        (self.next() % end.max(1) as u64) as usize
    }
}

/// One of the inputs, changed in one to four places.
pub fn changed(inputs: &[Vec<u8>], chance: &mut Chance) -> Vec<u8> {
    let mut bytes = inputs[chance.below(inputs.len())].clone();
    for _ in 0..=chance.below(4) {
        change(&mut bytes, inputs, chance);
    }
    bytes
}

fn change(bytes: &mut Vec<u8>, inputs: &[Vec<u8>], chance: &mut Chance) {
    if bytes.is_empty() {
        bytes.push(b'a');
    }
    let at = chance.below(bytes.len());
    match chance.below(7) {
        0 => bytes[at] ^= 1 << chance.below(8),
        1 => drop(bytes.splice(at..at, WORDS[chance.below(WORDS.len())].bytes())),
        2 => {
            let word = around(bytes, at, |byte| byte.is_ascii_alphanumeric() || b"._-".contains(byte));
            bytes.splice(word, WORDS[chance.below(WORDS.len())].bytes());
        }
        3 => {
            let line = around(bytes, at, |byte| *byte != b'\n');
            let again = [b"\n", &bytes[line.clone()]].concat();
            bytes.splice(line.end..line.end, again);
        }
        4 => {
            let line = around(bytes, at, |byte| *byte != b'\n');
            bytes.drain(line);
        }
        5 => {
            // A number, if there is one from here on.
            if let Some(digit) = bytes[at..].iter().position(u8::is_ascii_digit) {
                let number = around(bytes, at + digit, u8::is_ascii_digit);
                bytes.splice(number, WORDS[chance.below(8)].bytes());
            }
        }
        _ => {
            // The end of another.
            let other = &inputs[chance.below(inputs.len())];
            bytes.truncate(at);
            bytes.extend_from_slice(&other[chance.below(other.len())..]);
        }
    }
}

/// The bytes around a position that are alike.
fn around(bytes: &[u8], at: usize, is_alike: impl Fn(&u8) -> bool) -> std::ops::Range<usize> {
    let start = bytes[..at].iter().rposition(|byte| !is_alike(byte)).map_or(0, |before| before + 1);
    let end = bytes[at..].iter().position(|byte| !is_alike(byte)).map_or(bytes.len(), |length| at + length);
    start..end.max(start)
}
