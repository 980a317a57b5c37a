//! A line of a document with a caret under the node that is meant, drawn by miette.

use std::fmt;

use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, MietteSpanContents, SourceCode,
    SourceSpan, SpanContents,
};

use serde_json::Value;
use textwrap::{WordSeparator, WordSplitter};

use super::line_breaks::words;
use super::paint::Paint;
use crate::finding::Place;
use crate::rule::Severity;
use crate::spec::{Pointer, Position, SourceFile, SourceLocation};
use crate::text::ellipsis;
use crate::text::hidden::{escape, escape_lines};

/// What stands before a line of the document.
const MARGIN: usize = 10;
/// What is kept of such a line before and after the node.
const AROUND: usize = 30;
/// A longer node is marked by its name alone.
const LONGEST_MARK: usize = 60;
/// What stands around the name of such a document.
const AROUND_NAME: usize = 20;
/// A document of one longer line is shown by its nodes.
const LONG_LINE: usize = 200;
const LONGEST_MESSAGE: usize = 2_000;
/// Longer lines are cut around the node: documents may be one line of megabytes. Sentences are wrapped there.
const WIDTH: usize = 110;
/// Of fewer columns nothing can be made.
const NARROWEST: usize = 40;

/// A sentence about a place in a text, with that place's line if there is one.
#[derive(Debug)]
pub struct Snippet {
    /// What stands above the sentence, for example the check's name.
    pub code: Option<String>,
    /// The sentence.
    pub message: String,
    /// Its severity.
    pub severity: Severity,
    /// What stands at the caret.
    pub label: String,
    /// What to do.
    pub help: Option<String>,
    excerpt: Option<Excerpt>,
    width: usize,
}

impl Snippet {
    /// A sentence about a node.
    pub fn new(place: &Place, severity: Severity, message: &str) -> Self {
        Self::within(place, severity, message, None)
    }

    /// A sentence about a node, where there are so many columns.
    pub fn within(place: &Place, severity: Severity, message: &str, columns: Option<usize>) -> Self {
        let width = columns.unwrap_or(WIDTH).clamp(NARROWEST, WIDTH);
        let longest = columns.map_or(WIDTH, |_| width - MARGIN);
        let excerpt = Some(Excerpt::of(place.file(), &place.location, longest));
        let message = escape(message).into_owned();
        Self { code: None, message, severity, label: String::new(), help: None, excerpt, width }
    }

    /// An error of any stage, made safe to print: it may quote a document of any length and content.
    pub fn error(error: &dyn Diagnostic) -> Self {
        let label = error.labels().and_then(|mut labels| labels.next());
        let excerpt = match (error.source_code(), &label) {
            (Some(source), Some(label)) => Excerpt::at(source, label.inner()),
            _ => None,
        };
        Self {
            code: error.code().map(|code| escape(&code.to_string()).into_owned()),
            message: escape_lines(&ellipsis::middle(&error.to_string(), LONGEST_MESSAGE)),
            severity: Severity::Error,
            label: label.and_then(|label| label.label().map(|text| escape(text).into_owned())).unwrap_or_default(),
            help: error.help().map(|help| escape_lines(&help.to_string())),
            excerpt,
            width: WIDTH,
        }
    }

    /// Draws it; each line ends with a line break.
    pub fn draw(&self, paint: Paint) -> String {
        let mut text = String::new();
        match renderer(paint, self.width).render_report(&mut text, self) {
            Ok(()) => text,
            // Cannot happen: a string takes every write, and the excerpt contains every span.
            Err(fmt::Error) => format!("{}\n", self.message),
        }
    }
}

/// No links, no highlighting, one line of context.
fn renderer(paint: Paint, width: usize) -> GraphicalReportHandler {
    let theme = match paint {
        Paint::Colour => GraphicalTheme::unicode(),
        Paint::Plain => GraphicalTheme::unicode_nocolor(),
    };
    GraphicalReportHandler::new_themed(theme)
        .with_urls(false)
        .with_width(width)
        .with_break_words(false)
        .with_word_separator(WordSeparator::Custom(words))
        .with_word_splitter(WordSplitter::NoHyphenation)
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
            Severity::Note => miette::Severity::Advice,
        })
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.excerpt.as_ref().map(|excerpt| excerpt as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let label = Some(self.label.clone()).filter(|label| !label.is_empty());
        let mark = self.excerpt.as_ref()?.mark;
        Some(Box::new(std::iter::once(LabeledSpan::new_with_span(label, mark))))
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.help.as_ref().map(|help| Box::new(help) as Box<dyn fmt::Display>)
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
    /// The line of a node: its name with its value if both are short and on this line, as in `minLength: 1`.
    fn of(file: &SourceFile, location: &SourceLocation, longest: usize) -> Self {
        if let Some(member) = Self::of_member(file, location, longest) {
            return member;
        }
        let (key, value) = (file.key_span(&location.pointer), file.value_span(&location.pointer));
        let (line, start) = (key.start.line, key.start.column as usize - 1);
        let on_line = |end: Position| (end.line == line).then(|| end.column as usize - 1);
        let fits = |end: &usize| *end > start && *end - start <= LONGEST_MARK;
        let end = on_line(value.end).filter(fits).or_else(|| on_line(key.end).filter(fits));
        let lines = file.text.lines().count() as u32;
        let around = |number: u32| (number >= 1 && number <= lines && number != line).then(|| file.line(number));
        let neighbours = (around(line.saturating_sub(1)), around(line + 1));
        Self::cut(&file.name, line as usize - 1, file.line(line), start, end, neighbours, longest)
    }

    /// Of a document that is one long line of JSON, the node among its neighbours, each on a line: the line itself shows
    /// nothing. The name says where that is, since a column of thousands does not.
    fn of_member(file: &SourceFile, location: &SourceLocation, longest: usize) -> Option<Self> {
        let text = file.text.trim_end();
        if text.len() <= LONG_LINE || text.contains('\n') || !text.starts_with('{') {
            return None;
        }
        let tokens: Vec<String> = location.pointer.tokens().map(|token| token.into_owned()).collect();
        let (last, above) = tokens.split_last()?;
        let parent = above.iter().fold(Pointer::root(), |pointer, token| pointer.join(token));
        let members: Vec<String> = match file.get(&parent)? {
            Value::Object(members) => {
                members.iter().map(|(key, value)| format!("{}: {value}", Value::from(key.as_str()))).collect()
            }
            Value::Array(items) => items.iter().map(Value::to_string).collect(),
            _ => return None,
        };
        let index = match file.get(&parent)? {
            Value::Object(members) => members.keys().position(|key| key == last)?,
            _ => last.parse().ok().filter(|index| *index < members.len())?,
        };
        let name = match &tokens[..] {
            [paths, path, method, below @ ..] if paths == "paths" => {
                let below = below.iter().fold(Pointer::root(), |pointer, token| pointer.join(token));
                format!("{} {} {path} #…{below}", file.name, method.to_ascii_uppercase())
            }
            _ => format!("{} #{}", file.name, location.pointer),
        };
        let name = ellipsis::middle(&name, longest.saturating_sub(AROUND_NAME).max(NARROWEST)).into_owned();
        let shown = &members[index];
        let length = shown.chars().count();
        let key = Value::from(last.as_str()).to_string().chars().count();
        let end = if length <= LONGEST_MARK { length } else { key.min(length) };
        let neighbours =
            (index.checked_sub(1).map(|at| members[at].as_str()), members.get(index + 1).map(String::as_str));
        let drawn = ellipsis::end(shown, longest);
        let cut = Self::cut(&name, index, &drawn, 0, Some(end), neighbours, longest);
        let Position { line, column } = file.key_span(&location.pointer).start;
        Some(Self { line: line as usize - 1, column: column as usize - 1, ..cut })
    }

    /// The line of a span of any source; none where the span is outside.
    fn at(source: &dyn SourceCode, span: &SourceSpan) -> Option<Self> {
        let contents = source.read_span(span, 1, 1).ok()?;
        let shown = String::from_utf8_lossy(contents.data()).into_owned();
        let offset = span.offset().checked_sub(contents.span().offset())?;
        let before = shown.get(..offset.min(shown.len()))?;
        let index = before.matches('\n').count();
        let lines: Vec<&str> = shown.lines().collect();
        let line = lines.get(index).copied().unwrap_or("");
        let start = before.rsplit('\n').next().map_or(0, |start| start.chars().count());
        let marked = shown.get(offset..offset + span.len())?.lines().next().map_or(0, |line| line.chars().count());
        let end = Some(start + marked).filter(|_| (1..=LONGEST_MARK).contains(&marked));
        let neighbours = (index.checked_sub(1).and_then(|above| lines.get(above)), lines.get(index + 1));
        let neighbours = (neighbours.0.copied(), neighbours.1.copied());
        Some(Self::cut(
            contents.name().unwrap_or("input"),
            contents.line() + index,
            line,
            start,
            end,
            neighbours,
            WIDTH,
        ))
    }

    /// Line and columns count characters from 0; without an end, the mark goes to the line's end.
    fn cut(
        name: &str,
        line: usize,
        text: &str,
        start: usize,
        end: Option<usize>,
        (above, below): (Option<&str>, Option<&str>),
        longest: usize,
    ) -> Self {
        let text: Vec<char> = text.chars().collect();
        let column = start;
        let start = start.min(text.len());
        let end = end.unwrap_or(start + LONGEST_MARK).clamp(start, text.len());
        let (from, to) = if text.len() <= longest {
            (0, text.len())
        } else {
            let around = AROUND.min(longest.saturating_sub(end - start) / 2);
            (start.saturating_sub(around), text.len().min(end + around))
        };
        let part = |range: std::ops::Range<usize>| printable(&text[range].iter().collect::<String>());
        let before = format!("{}{}", if from > 0 { "…" } else { "" }, part(from..start));
        let after = format!("{}{}", part(end..to), if to < text.len() { "…" } else { "" });
        // At the end of a line there is nothing to mark but the place itself.
        let marked = if start < end { part(start..end) } else { " ".to_owned() };

        let mut shown = above.map_or_else(String::new, |above| format!("{}\n", first_part(above, longest)));
        let offset = shown.len() + before.len();
        shown.push_str(&format!("{before}{marked}{after}\n"));
        shown.extend(below.map(|below| format!("{}\n", first_part(below, longest))));
        Self {
            name: escape(name).into_owned(),
            line_count: shown.lines().count(),
            text: shown,
            first_line: line - usize::from(above.is_some()),
            mark: (offset, marked.len()).into(),
            line,
            column,
        }
    }
}

fn printable(text: &str) -> String {
    escape(&text.trim_end_matches('\r').replace('\t', "    ")).into_owned()
}

/// The start of a line is what shows where it belongs.
fn first_part(line: &str, longest: usize) -> String {
    printable(&ellipsis::end(line, longest))
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
    use crate::finding::Place;
    use crate::spec::{Document, FileId, LoadOptions};

    fn drawn(name: &str, text: String, pointer: &str) -> String {
        let document = Document::from_text(name.as_ref(), text, LoadOptions::default()).expect("parses");
        let contract = Contract::compile(document).expect("compiles");
        let location = SourceLocation { file: FileId(0), pointer: Pointer::new(pointer) };
        let place = Place::new(&contract.document, location, "");
        let mut snippet = Snippet::new(&place, Severity::Error, "something is wrong");
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
    fn a_node_of_one_line_is_located_by_its_operation_and_pointer() {
        let text = format!(
            r#"{{"openapi": "3.1.0", "info": {{"title": "T", "version": "1"}}, "paths": {{"/notes": {{"post": {{"requestBody": {{"content": {{"application/json": {{"schema": {{"type": "object", "required": ["text"], "properties": {{"text": {{"type": "string", "maxLength": 5, "description": "{}"}}}}}}}}}}}}, "responses": {{"204": {{"description": "done"}}}}}}}}}}}}"#,
            "x".repeat(300)
        );
        let pointer = "/paths/~1notes/post/requestBody/content/application~1json/schema/properties/text/maxLength";
        insta::assert_snapshot!(drawn("a.json", text, pointer));
    }

    #[test]
    fn an_error_in_a_huge_line_is_cut_too() {
        let text = format!("{{\"a\": \"{}\u{1b}[31m\", oops}}", "x".repeat(1 << 20));
        let error = SourceFile::parse("a.json".into(), "a.json".into(), text).expect_err("no JSON");
        let drawn = Snippet::error(&error).draw(Paint::Plain);
        assert!(drawn.len() < 2_000, "{} bytes", drawn.len());
        assert!(!drawn.contains('\u{1b}'));
        let error = SourceFile::parse("a.yaml".into(), "a.yaml".into(), "a: 1\nb: [1,\nc: é 2\n".into());
        insta::assert_snapshot!(Snippet::error(&error.expect_err("no YAML")).draw(Paint::Plain));
    }

    #[test]
    fn no_word_and_no_command_is_broken() {
        #[derive(Debug, thiserror::Error, Diagnostic)]
        #[error("{0}")]
        struct Wrong(String, #[help] String);
        let command = "`conform replay a-b-c/d-e-f --max-shrinks 7`";
        // Wherever the line ends, it ends before or after the word.
        for length in 1..WIDTH {
            let lead = "x".repeat(length);
            let wrong = Wrong(format!("{lead} conform-regressions/a-b.yaml"), format!("{lead} {command}"));
            let drawn = Snippet::error(&wrong).draw(Paint::Plain);
            assert!(drawn.contains(" conform-regressions/a-b.yaml") && drawn.contains(command), "{drawn}");
        }
    }

    #[test]
    fn what_a_document_hides_is_shown() {
        let text = "openapi: 3.1.0\ninfo:\n\tx: 1\n".replace('\t', "  ") + "x-a: \"\u{202e}evil\"\npaths: {}\n";
        assert!(drawn("a.yaml", text, "/x-a").contains("\\u202eevil"));
    }
}
