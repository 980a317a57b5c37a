//! A line of a document with a caret under the node that is meant, drawn by miette.

use std::fmt;

use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, MietteSpanContents, SourceCode,
    SourceSpan, SpanContents,
};

use super::paint::Paint;
use super::text::{escape, shorten};
use crate::check::Severity;
use crate::contract::Contract;
use crate::spec::{Location, SourceFile};

/// Lines longer than this are cut around the node; documents may be one line of megabytes.
const LONGEST_LINE: usize = 110;
/// What is kept of such a line before and after the node.
const AROUND: usize = 30;
/// A longer node is marked by its name alone.
const LONGEST_MARK: usize = 60;
const WIDTH: usize = 110;

/// A sentence about a node of a document, with the node's line.
#[derive(Debug)]
pub struct Snippet {
    /// What stands above the sentence, for example the check's name.
    pub code: Option<String>,
    /// The sentence.
    pub message: String,
    /// How grave it is.
    pub severity: Severity,
    /// What stands at the caret.
    pub label: String,
    excerpt: Excerpt,
}

impl Snippet {
    /// A sentence about the node at `location`.
    pub fn new(contract: &Contract, location: &Location, severity: Severity, message: &str) -> Self {
        let excerpt = Excerpt::of(contract.document.file(location.file), location);
        Self { code: None, message: escape(message).into_owned(), severity, label: String::new(), excerpt }
    }

    /// Draws it; each line ends with a line break.
    pub fn draw(&self, paint: Paint) -> String {
        let mut text = String::new();
        match renderer(paint).render_report(&mut text, self) {
            Ok(()) => text,
            // Writing to a string cannot fail, and the excerpt holds every span; the sentence is told all the same.
            Err(fmt::Error) => format!("{}\n", self.message),
        }
    }
}

/// The renderer of every diagnostic: no links, no highlighting, one line of context.
pub fn renderer(paint: Paint) -> GraphicalReportHandler {
    let theme = match paint {
        Paint::Colour => GraphicalTheme::unicode(),
        Paint::Plain => GraphicalTheme::unicode_nocolor(),
    };
    GraphicalReportHandler::new_themed(theme)
        .with_urls(false)
        .with_width(WIDTH)
        .with_break_words(false)
        .with_context_lines(1)
        .without_syntax_highlighting()
}

impl fmt::Display for Snippet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Snippet {}

impl Diagnostic for Snippet {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.code.as_ref().map(|code| Box::new(code) as Box<dyn fmt::Display>)
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
        })
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.excerpt)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let label = Some(self.label.clone()).filter(|label| !label.is_empty());
        Some(Box::new(std::iter::once(LabeledSpan::new_with_span(label, self.excerpt.mark))))
    }
}

/// The node's line with those around it, safe to print and cut to a bearable length.
#[derive(Debug)]
struct Excerpt {
    name: String,
    /// The lines that are shown.
    text: String,
    /// The number of the first line that is shown, from 0.
    first_line: usize,
    line_count: usize,
    /// The node in [`Excerpt::text`].
    mark: SourceSpan,
    /// The node in the file, from 0.
    line: usize,
    column: usize,
}

impl Excerpt {
    fn of(file: &SourceFile, location: &Location) -> Self {
        let (key, value) = (file.key_span(&location.pointer), file.value_span(&location.pointer));
        let (line, column) = (key.start.line, key.start.column);
        let text: Vec<char> = file.line(line).chars().collect();
        let start = (column as usize - 1).min(text.len());
        let on_line = |end: crate::spec::Position| {
            let end = (end.column as usize - 1).min(text.len());
            (end > start && end - start <= LONGEST_MARK).then_some(end)
        };
        // The name with its value if both are short and on this line, as in `minLength: 1`.
        let end = Some(value.end)
            .filter(|end| end.line == line)
            .and_then(on_line)
            .or_else(|| Some(key.end).filter(|end| end.line == line).and_then(on_line))
            .unwrap_or_else(|| text.len().min(start + LONGEST_MARK));
        let (from, to) = if text.len() <= LONGEST_LINE {
            (0, text.len())
        } else {
            (start.saturating_sub(AROUND), text.len().min(end + AROUND))
        };
        let part = |range: std::ops::Range<usize>| printable(&text[range].iter().collect::<String>());
        let before = format!("{}{}", if from > 0 { "…" } else { "" }, part(from..start));
        let after = format!("{}{}", part(end..to), if to < text.len() { "…" } else { "" });
        let marked = part(start..end);

        let lines = file.text.lines().count() as u32;
        let around = |number: u32| {
            let wanted = number >= 1 && number <= lines && number != line;
            wanted.then(|| shorten_end(&printable(file.line(number))))
        };
        let (above, below) = (around(line.saturating_sub(1)), around(line + 1));
        let mut shown = String::new();
        if let Some(line) = &above {
            shown.push_str(line);
            shown.push('\n');
        }
        let offset = shown.len() + before.len();
        shown.push_str(&format!("{before}{marked}{after}\n"));
        if let Some(line) = &below {
            shown.push_str(line);
            shown.push('\n');
        }
        Self {
            name: escape(&file.name).into_owned(),
            text: shown,
            first_line: line as usize - 1 - usize::from(above.is_some()),
            line_count: 1 + usize::from(above.is_some()) + usize::from(below.is_some()),
            mark: (offset, marked.len().max(1)).into(),
            line: line as usize - 1,
            column: column as usize - 1,
        }
    }
}

fn printable(text: &str) -> String {
    escape(&text.trim_end_matches('\r').replace('\t', "    ")).into_owned()
}

fn shorten_end(text: &str) -> String {
    if text.chars().count() <= LONGEST_LINE {
        return text.to_owned();
    }
    // The start is what shows where a line belongs.
    shorten(&text.chars().take(LONGEST_LINE - 1).chain(['…']).collect::<String>(), LONGEST_LINE).into_owned()
}

impl SourceCode for Excerpt {
    /// The whole excerpt; without context, as miette asks for the place alone, the node with its true place.
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        context_lines_before: usize,
        _context_lines_after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let name = self.name.clone();
        let contents = if context_lines_before == 0 {
            let data = self.text.as_bytes().get(span.offset()..span.offset() + span.len());
            let data = data.ok_or(MietteError::OutOfBounds)?;
            MietteSpanContents::new_named(name, data, *span, self.line, self.column, 1)
        } else {
            let whole = (0, self.text.len()).into();
            MietteSpanContents::new_named(name, self.text.as_bytes(), whole, self.first_line, 0, self.line_count)
        };
        Ok(Box::new(contents))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::Contract;
    use crate::spec::{Document, FileId, LoadOptions, Pointer};

    fn drawn(name: &str, text: String, pointer: &str) -> String {
        let document = Document::from_text(name.as_ref(), text, LoadOptions::default()).expect("parses");
        let contract = Contract::compile(document).expect("compiles");
        let location = Location { file: FileId(0), pointer: Pointer::new(pointer) };
        let mut snippet = Snippet::new(&contract, &location, Severity::Error, "something is wrong");
        snippet.label = "here".into();
        snippet.draw(Paint::Plain)
    }

    #[test]
    fn a_node_is_shown_with_its_neighbours_and_a_caret() {
        let text = "openapi: 3.1.0\ninfo:\n  title: Ünïcode\n  version: '1'\npaths: {}\n";
        insta::assert_snapshot!(drawn("a.yaml", text.into(), "/info/title"));
        insta::assert_snapshot!(drawn("a.yaml", text.into(), "/openapi"));
        insta::assert_snapshot!(drawn("a.yaml", text.into(), "/paths"));
    }

    #[test]
    fn a_document_of_one_huge_line_is_cut_around_the_node() {
        let filler = format!("\"{}\"", "x".repeat(1 << 20));
        let text = format!(
            r#"{{"openapi": "3.1.0", "x-before": {filler}, "info": {{"title": "T", "version": "1"}}, "x-after": {filler}, "paths": {{}}}}"#
        );
        insta::assert_snapshot!(drawn("a.json", text, "/info/title"));
    }

    #[test]
    fn what_a_document_hides_is_shown() {
        let text = "openapi: 3.1.0\ninfo:\n\tx: 1\n".replace('\t', "  ") + "x-a: \"\u{202e}evil\"\npaths: {}\n";
        assert!(drawn("a.yaml", text, "/x-a").contains("\\u202eevil"));
    }
}
