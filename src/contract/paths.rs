//! Finds the operation that a request belongs to (OpenAPI 3.1, section 4.8.8.2).

use std::collections::{HashMap, HashSet};

use super::model::Operation;
use super::template::{TemplatePart, template_parts, template_variables};

/// Where a request belongs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Route {
    /// To the operation at this position, with the values of its path's variables by name.
    Operation(usize, Vec<(String, String)>),
    /// To no operation, though the path has some: the position of the first.
    WrongMethod(usize),
    /// To no path of the document.
    Unknown,
}

/// The path templates of a document, by the number of their segments: a document may have ten thousand.
#[derive(Debug, Default)]
pub(super) struct Paths {
    by_length: HashMap<usize, Shelf>,
    /// The base paths of the servers, each once, as segments.
    bases: Vec<Vec<String>>,
}

/// Templates of one length.
#[derive(Debug, Default)]
struct Shelf {
    templates: Vec<Template>,
    /// The segment that tells most of them apart.
    telling: usize,
    /// Those that have a text there, and those that have a variable, by position.
    by_text: HashMap<String, Vec<usize>>,
    open: Vec<usize>,
}

/// A path template with the first operation that has it.
#[derive(Debug)]
struct Template {
    segments: Vec<Segment>,
    operation: usize,
    /// The base paths that it stands below, by position.
    bases: Vec<usize>,
}

#[derive(Debug)]
enum Segment {
    Literal(String),
    Open(Vec<Piece>),
}

/// A part of a segment that holds a variable.
#[derive(Debug)]
enum Piece {
    Literal(String),
    Variable(String),
}

impl Paths {
    /// The templates of operations, which stand together when they share a path.
    pub fn of(operations: &[Operation]) -> Self {
        let mut paths = Self::default();
        let mut last: Option<&str> = None;
        for (operation, described) in operations.iter().enumerate() {
            let path = described.path.as_str();
            if last.replace(path) == Some(path) {
                continue;
            }
            let bases = described.base_paths.iter().map(|base| paths.base(base)).collect();
            let segments: Vec<Segment> = path.split('/').map(Segment::of).collect();
            paths.by_length.entry(segments.len()).or_default().templates.push(Template { segments, operation, bases });
        }
        paths.by_length.values_mut().for_each(Shelf::sort);
        paths
    }

    fn base(&mut self, path: &str) -> usize {
        let segments: Vec<String> = path.split('/').skip(1).map(str::to_owned).collect();
        self.bases.iter().position(|known| *known == segments).unwrap_or_else(|| {
            self.bases.push(segments);
            self.bases.len() - 1
        })
    }

    /// The first operation of each template that `path` may match: a segment that holds a variable may be anything.
    pub fn matching<'a>(&'a self, path: &'a str) -> impl Iterator<Item = usize> + 'a {
        let segments: Vec<&str> = path.split('/').collect();
        let candidates = self.by_length.get(&segments.len()).map_or_else(Vec::new, |shelf| shelf.candidates(&segments));
        let found = candidates.into_iter().filter(move |template| template.may_match(&segments));
        found.map(|template| template.operation)
    }

    /// Where a request belongs, by the segments of its path (what is before each slash, from the empty one before the
    /// first), decoded. A concrete path comes before a templated one, a path as it is written before one that differs
    /// in its last slash.
    pub fn route(&self, operations: &[Operation], method: &str, segments: &[String]) -> Route {
        let mut found: Vec<Found<'_>> = Vec::new();
        for (index, base) in self.bases.iter().enumerate() {
            let below = segments.get(1..).and_then(|segments| segments.strip_prefix(base.as_slice()));
            let Some(below) = below else { continue };
            let path: Vec<&str> = std::iter::once("").chain(below.iter().map(String::as_str)).collect();
            found.extend(self.captured(index, &path, false));
            let mut other = path.clone();
            match other.as_slice() {
                [.., last, ""] if !last.is_empty() => {
                    other.pop();
                }
                _ => other.push(""),
            }
            found.extend(self.captured(index, &other, true));
        }
        found.sort_by_key(|found| (found.is_loose, found.variables.len(), found.template.operation));
        let has_method = |found: &Found<'_>| {
            let first = found.template.operation;
            let on_path = operations[first..].iter().take_while(|operation| operation.path == operations[first].path);
            on_path.zip(first..).find(|(operation, _)| operation.method == method).map(|(_, index)| index)
        };
        let route = found.iter().find_map(|found| Some((has_method(found)?, found)));
        match (route, found.first()) {
            (Some((index, found)), _) => Route::Operation(index, found.variables.clone()),
            (None, Some(found)) => Route::WrongMethod(found.template.operation),
            (None, None) => Route::Unknown,
        }
    }

    fn captured<'a>(&'a self, base: usize, path: &[&str], is_loose: bool) -> impl Iterator<Item = Found<'a>> + use<'a> {
        let path: Vec<String> = path.iter().map(|segment| (*segment).to_owned()).collect();
        let candidates = self.by_length.get(&path.len()).map_or_else(Vec::new, |shelf| shelf.candidates(&path));
        candidates.into_iter().filter(move |template| template.bases.contains(&base)).filter_map(move |template| {
            let variables = template.captures(&path)?;
            Some(Found { template, variables, is_loose })
        })
    }
}

/// A template that a path matches.
struct Found<'a> {
    template: &'a Template,
    variables: Vec<(String, String)>,
    /// Whether they differ in their last slash.
    is_loose: bool,
}

impl Shelf {
    fn sort(&mut self) {
        let texts = |at: usize| {
            let segments = self.templates.iter().map(move |template| &template.segments[at]);
            segments.filter_map(Segment::literal).collect::<HashSet<_>>().len()
        };
        let length = self.templates.first().map_or(0, |template| template.segments.len());
        self.telling = (0..length).max_by_key(|at| texts(*at)).unwrap_or_default();
        for (index, template) in self.templates.iter().enumerate() {
            match template.segments[self.telling].literal() {
                Some(text) => self.by_text.entry(text.to_owned()).or_default().push(index),
                None => self.open.push(index),
            }
        }
    }

    /// The templates that a path of their length may match, in their order.
    fn candidates(&self, path: &[impl AsRef<str>]) -> Vec<&Template> {
        let text = path.get(self.telling).map_or("", AsRef::as_ref);
        let mut found: Vec<usize> = self.by_text.get(text).into_iter().flatten().chain(&self.open).copied().collect();
        found.sort_unstable();
        found.into_iter().map(|index| &self.templates[index]).collect()
    }
}

impl Template {
    fn may_match(&self, segments: &[&str]) -> bool {
        self.segments.iter().zip(segments).all(|(segment, text)| match segment {
            Segment::Literal(literal) => literal == text,
            Segment::Open(_) => true,
        })
    }

    fn captures(&self, path: &[String]) -> Option<Vec<(String, String)>> {
        let mut variables = Vec::new();
        for (segment, text) in self.segments.iter().zip(path) {
            match segment {
                Segment::Literal(literal) if literal != text => return None,
                Segment::Literal(_) => {}
                Segment::Open(pieces) => capture(pieces, text, &mut variables)?,
            }
        }
        Some(variables)
    }
}

impl Segment {
    fn literal(&self) -> Option<&str> {
        match self {
            Self::Literal(text) => Some(text),
            Self::Open(_) => None,
        }
    }

    fn of(template: &str) -> Self {
        if template_variables(template).next().is_none() {
            return Self::Literal(template.to_owned());
        }
        let piece = |part: TemplatePart<'_>| match part {
            TemplatePart::Literal(text) => Piece::Literal(text.to_owned()),
            TemplatePart::Variable(name) => Piece::Variable(name.to_owned()),
        };
        Self::Open(template_parts(template).map(piece).collect())
    }
}

/// The variables of a segment, each up to the first place where what follows it stands.
fn capture(pieces: &[Piece], text: &str, variables: &mut Vec<(String, String)>) -> Option<()> {
    match pieces {
        [] => text.is_empty().then_some(()),
        [Piece::Literal(literal), rest @ ..] => capture(rest, text.strip_prefix(literal.as_str())?, variables),
        [Piece::Variable(_)] if text.is_empty() => None,
        [Piece::Variable(name)] => {
            variables.push((name.clone(), text.to_owned()));
            Some(())
        }
        [Piece::Variable(name), rest @ ..] => {
            let ends = text.char_indices().map(|(at, _)| at).chain([text.len()]);
            let known = variables.len();
            for end in ends.skip(1) {
                variables.push((name.clone(), text[..end].to_owned()));
                if capture(rest, &text[end..], variables).is_some() {
                    return Some(());
                }
                variables.truncate(known);
            }
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::Route;
    use crate::contract::Contract;
    use crate::spec::{Document, LoadOptions};

    fn routed(method: &str, path: &str) -> (String, Vec<String>) {
        let text = "
openapi: 3.1.0
info: {title: T, version: '1'}
servers: [{url: 'https://a.test/v1'}, {url: '/v2/'}]
paths:
  /: {get: {operationId: root, responses: {}}}
  /pets: {get: {operationId: list, responses: {}}, post: {operationId: create, responses: {}}}
  /pets/{id}: {get: {operationId: read, responses: {}}}
  /pets/mine: {get: {operationId: mine, responses: {}}}
  /{kind}/mine: {put: {operationId: any, responses: {}}}
  /files/{name}.{ending}: {get: {operationId: file, responses: {}}}
  /range/{from}-{to}/: {get: {operationId: range, responses: {}}}
  /other: {servers: [{url: 'https://b.test'}], get: {operationId: other, responses: {}}}
";
        let document = Document::from_text(Path::new("t.yaml"), text.into(), LoadOptions::default());
        let contract = Contract::compile(document.expect("YAML")).expect("a contract");
        let segments: Vec<String> = path.split('/').map(str::to_owned).collect();
        match contract.route(method, &segments) {
            Route::Operation(index, variables) => {
                (contract.operations[index].id.clone(), variables.into_iter().map(|(_, value)| value).collect())
            }
            Route::WrongMethod(_) => ("wrong method".to_owned(), Vec::new()),
            Route::Unknown => ("unknown".to_owned(), Vec::new()),
        }
    }

    #[test]
    fn a_request_belongs_to_the_operation_whose_path_it_has() {
        for (method, path, id, variables) in [
            ("GET", "/v1/", "root", &[][..]),
            ("GET", "/v2", "root", &[]),
            ("GET", "/v1/pets", "list", &[]),
            ("POST", "/v2/pets", "create", &[]),
            ("GET", "/v1/pets/7", "read", &["7"]),
            ("GET", "/v1/pets/mine", "mine", &[]),
            ("PUT", "/v1/pets/mine", "any", &["pets"]),
            ("GET", "/v1/files/a.tar.gz", "file", &["a", "tar.gz"]),
            ("GET", "/v1/range/1-2/", "range", &["1", "2"]),
            ("GET", "/v1/range/1-2", "range", &["1", "2"]),
            ("GET", "/v1/pets/", "list", &[]),
            ("GET", "/other", "other", &[]),
        ] {
            assert_eq!(
                routed(method, path),
                (id.to_owned(), variables.iter().map(|v| (*v).to_owned()).collect()),
                "{path}"
            );
        }
    }

    #[test]
    fn of_thousands_of_paths_few_are_compared() {
        let paths: String =
            (0..3_000).map(|index| format!("  /v1/t{index}/{{id}}: {{get: {{responses: {{}}}}}}\n")).collect();
        let open = "  /v1/{kind}/mine: {get: {responses: {}}}\n";
        let text = format!("openapi: 3.1.0\ninfo: {{title: T, version: '1'}}\npaths:\n{paths}{open}");
        let document = Document::from_text(Path::new("t.yaml"), text, LoadOptions::default());
        let contract = Contract::compile(document.expect("YAML")).expect("a contract");
        let shelf = &contract.paths.by_length[&4];
        let compared = |path: &str| shelf.candidates(&path.split('/').collect::<Vec<_>>()).len();
        assert_eq!((shelf.templates.len(), compared("/v1/t7/1"), compared("/v1/other/mine")), (3_001, 2, 1));
    }

    #[test]
    fn a_request_that_belongs_nowhere_is_told_from_one_with_a_wrong_method() {
        for (method, path, what) in [
            ("DELETE", "/v1/pets", "wrong method"),
            ("GET", "/pets", "unknown"),
            ("GET", "/v1/other", "unknown"),
            ("GET", "/v1/files/plain", "unknown"),
            ("GET", "/v1/pets/7/more", "unknown"),
            ("GET", "/v10/pets", "unknown"),
        ] {
            assert_eq!(routed(method, path).0, what, "{method} {path}");
        }
    }
}
