//! Finds the operations whose path template a path matches (OpenAPI 3.1, section 4.8.8.2).

use std::collections::HashMap;

/// The path templates of a document, by the number of their segments: a document may have ten thousand.
#[derive(Debug, Default)]
pub(super) struct Paths {
    by_length: HashMap<usize, Vec<Template>>,
}

/// A path template with the first operation that has it.
#[derive(Debug)]
struct Template {
    segments: Vec<Segment>,
    operation: usize,
}

#[derive(Debug)]
enum Segment {
    Literal(String),
    /// It holds a parameter, and so may be any text.
    Open,
}

impl Paths {
    /// The path templates of operations in their order, in which those that share a path stand together.
    pub fn of<'a>(templates: impl Iterator<Item = &'a str>) -> Self {
        let mut paths = Self::default();
        let mut last: Option<&str> = None;
        for (operation, path) in templates.enumerate() {
            if last.replace(path) == Some(path) {
                continue;
            }
            let segments: Vec<Segment> = path
                .split('/')
                .map(|text| if text.contains('{') { Segment::Open } else { Segment::Literal(text.to_owned()) })
                .collect();
            paths.by_length.entry(segments.len()).or_default().push(Template { segments, operation });
        }
        paths
    }

    /// The first operation of each template that `path` matches.
    pub fn matching<'a>(&'a self, path: &'a str) -> impl Iterator<Item = usize> + 'a {
        let texts: Vec<&str> = path.split('/').collect();
        let candidates = self.by_length.get(&texts.len()).into_iter().flatten();
        candidates.filter(move |template| template.matches(&texts)).map(|template| template.operation)
    }
}

impl Template {
    fn matches(&self, texts: &[&str]) -> bool {
        self.segments.iter().zip(texts).all(|(segment, text)| match segment {
            Segment::Literal(literal) => literal == text,
            Segment::Open => true,
        })
    }
}
