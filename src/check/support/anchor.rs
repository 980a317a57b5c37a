//! Anchors a finding to the violated node of the document.

use crate::case::{Fault, Intent};
use crate::contract::{ClauseTarget, ParameterLocation};
use crate::spec::SourceLocation;

use crate::check::Subject;

/// A node of the document with the keyword that it stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Anchor {
    /// The node.
    pub location: SourceLocation,
    /// The keyword.
    pub keyword: String,
    /// How messages name it.
    pub description: String,
}

impl Anchor {
    /// An anchor at a node of the document.
    pub fn new(location: SourceLocation, keyword: &str, description: impl Into<String>) -> Self {
        Self { location, keyword: keyword.to_owned(), description: description.into() }
    }
}

/// The operation's `responses`.
pub fn responses(subject: &Subject<'_>) -> Anchor {
    Anchor::new(subject.operation.location.join("responses"), "responses", "the documented responses")
}

/// The operation.
pub fn operation(subject: &Subject<'_>) -> Anchor {
    Anchor::new(subject.operation.location.clone(), "operation", format!("`{}`", subject.operation.id))
}

/// The clause that the case is about, or the node that its kind of fault speaks of.
pub fn request(subject: &Subject<'_>) -> Anchor {
    if let Some(id) = subject.case.clause {
        let clause = subject.operation.clauses().get(id);
        return Anchor::new(clause.location.clone(), clause.keyword, clause.describe(subject.operation));
    }
    let body = subject.operation.body.as_ref();
    match subject.case.intent {
        Intent::Unauthenticated => security(subject),
        Intent::MissingResource | Intent::Invalid(Fault::PathParameter) => path(subject),
        Intent::Invalid(Fault::TooLarge) => match body.and_then(|body| body.max_size.as_ref()) {
            Some(limit) => Anchor::new(limit.location.clone(), "x-max-request-size", "the largest size of the request"),
            None => operation(subject),
        },
        Intent::Invalid(Fault::MediaType | Fault::Malformed) => match body {
            Some(body) => Anchor::new(body.location.join("content"), "content", "the media types of the body"),
            None => operation(subject),
        },
        Intent::Invalid(Fault::NotAcceptable) => operation(subject),
        Intent::Invalid(Fault::Validation) | Intent::Valid | Intent::Robustness => match body {
            Some(body) => Anchor::new(body.location.clone(), "requestBody", "the request body"),
            None => operation(subject),
        },
        Intent::WrongMethod => operation(subject),
    }
}

/// The security requirement that the case changes, or the operation's first one.
pub fn security(subject: &Subject<'_>) -> Anchor {
    let changed: Vec<&str> = subject.case.request.credentials.changed.iter().map(|(name, _)| name.as_str()).collect();
    let uses = || subject.operation.security.iter().flatten();
    let used = uses().find(|used| changed.contains(&used.scheme.as_str())).or_else(|| uses().next());
    if let Some(used) = used {
        return Anchor::new(used.location.clone(), "security", format!("security `{}`", used.scheme));
    }
    let parameter = subject.operation.parameters.iter().find(|parameter| changed.contains(&parameter.name.as_str()));
    match parameter {
        Some(parameter) => {
            let words = format!("{} parameter `{}`", parameter.place, parameter.name);
            Anchor::new(parameter.location.clone(), "parameter", words)
        }
        None => operation(subject),
    }
}

/// What names the resource: the parameter or node of the body that the case is about, or the path.
pub fn resource(subject: &Subject<'_>) -> Anchor {
    let Some(clause) = subject.case.clause.map(|id| subject.operation.clauses().get(id)) else { return path(subject) };
    match &clause.place {
        ClauseTarget::Parameter(index) => match subject.operation.parameters.get(*index) {
            Some(parameter) => {
                let words = format!("{} parameter `{}`", parameter.place, parameter.name);
                Anchor::new(parameter.location.clone(), "parameter", words)
            }
            None => path(subject),
        },
        _ => request(subject),
    }
}

/// The first variable of the path.
pub fn path(subject: &Subject<'_>) -> Anchor {
    match subject.operation.parameters.iter().find(|parameter| parameter.place == ParameterLocation::Path) {
        Some(parameter) => {
            Anchor::new(parameter.location.clone(), "parameter", format!("path parameter `{}`", parameter.name))
        }
        None => operation(subject),
    }
}
