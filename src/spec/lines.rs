//! Where the lines of a text are, and which character of its line a byte is.

use super::model::Position;

/// Bytes between two counts of characters.
const STRIDE: usize = 512;

/// An index of a text: a document may be one line of megabytes, and every node of it wants its column.
#[derive(Clone, Debug, Default)]
pub(super) struct Lines {
    /// The byte at which each line starts.
    starts: Vec<usize>,
    /// How many characters start before each multiple of [`STRIDE`].
    counts: Vec<usize>,
}

impl Lines {
    /// Indexes a text.
    pub fn of(text: &str) -> Self {
        let starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        let mut count = 0;
        let mut counts = vec![0];
        for chunk in text.as_bytes().chunks(STRIDE) {
            count += characters(chunk);
            counts.push(count);
        }
        Self { starts, counts }
    }

    /// The byte at which a line, counted from 0, starts; `None` past the last line.
    pub fn start(&self, index: usize) -> Option<usize> {
        self.starts.get(index).copied()
    }

    /// The position of a byte offset of the indexed text.
    pub fn position(&self, text: &str, offset: usize) -> Position {
        let line = self.starts.partition_point(|&start| start <= offset).max(1);
        let column = self.before(text, offset) - self.before(text, self.starts[line - 1]);
        Position { line: line as u32, column: column as u32 + 1 }
    }

    /// The byte offset of a position, clamped to the text.
    pub fn offset(&self, text: &str, position: Position) -> usize {
        let Some(start) = self.start((position.line as usize).saturating_sub(1)) else { return text.len() };
        let column = (position.column as usize).saturating_sub(1);
        text[start..].char_indices().nth(column).map_or(text.len(), |(at, _)| start + at)
    }

    /// How many characters start before `offset`.
    fn before(&self, text: &str, offset: usize) -> usize {
        let bytes = &text.as_bytes()[..offset.min(text.len())];
        let stride = bytes.len() / STRIDE;
        self.counts[stride] + characters(&bytes[stride * STRIDE..])
    }
}

/// The characters that start among these bytes of UTF-8.
fn characters(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| **byte & 0xc0 != 0x80).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_however_long_the_line_is() {
        let text = format!("first\n{}x\nlast", "é👋".repeat(1_000));
        let lines = Lines::of(&text);
        let offset = text.find('x').expect("there");
        let position = Position { line: 2, column: 2_001 };
        assert_eq!(lines.position(&text, offset), position);
        assert_eq!(lines.offset(&text, position), offset);
        assert_eq!(lines.position(&text, text.len()), Position { line: 3, column: 5 });
        assert_eq!(lines.offset(&text, Position { line: 9, column: 1 }), text.len());
    }
}
