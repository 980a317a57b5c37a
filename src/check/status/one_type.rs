//! What is read in one type, whatever a request accepts.

use super::Subject;
use crate::case::Mutation;
use crate::contract::{MediaRange, Operation, Parameter, ParameterLocation};
use crate::text::words;

/// Parameters that name the format of a response.
const FORMATS: [&str; 7] = ["format", "fmt", "ext", "extension", "output", "outputformat", "filetype"];

/// How the media types of files begin.
const FILES: [&str; 7] =
    ["image/", "audio/", "video/", "font/", "application/pdf", "application/zip", "application/octet-stream"];

/// Whether what is read has one type of those that the document has for all that is read so: it was stored in that type, or
/// a parameter or the end of its name says it. Then there is nothing that a request could choose (RFC 9110, section 12.5.1).
pub fn has_one_type(subject: &Subject<'_>) -> bool {
    formats(subject).next().is_some() || has_extension(subject) || is_stored(subject)
}

/// Whether it has one type for no more than a parameter that the request leaves out, and that has no default: most servers
/// take the one for it that they have always, and some the one that the request accepts.
pub fn may_have_one_type(subject: &Subject<'_>) -> bool {
    let schemas = &subject.contract.schemas;
    let is_sent = |parameter: &Parameter| {
        parameter.place == ParameterLocation::Path
            || subject.case.request.query.iter().any(|pair| pair.name == parameter.name)
    };
    let has_default = |parameter: &Parameter| {
        let mut examples = schemas.conjunction(parameter.schema.as_slice()).flat_map(|id| &schemas.get(id).examples);
        examples.any(|(_, at)| at.pointer.tokens().last().is_some_and(|last| last == "default"))
    };
    formats(subject).all(|parameter| !is_sent(parameter) && !has_default(parameter))
        && !has_extension(subject)
        && !is_stored(subject)
}

/// The parameters that name the format of a response.
fn formats<'a>(subject: &Subject<'a>) -> impl Iterator<Item = &'a Parameter> {
    subject.operation.parameters.iter().filter(|parameter| {
        matches!(parameter.place, ParameterLocation::Path | ParameterLocation::Query)
            && FORMATS.contains(&words::plain(&parameter.name).as_str())
    })
}

/// Whether the path ends in a name with an extension that is one of the documented subtypes.
fn has_extension(subject: &Subject<'_>) -> bool {
    let last = subject.case.request.path.rsplit('/').next().unwrap_or_default();
    let Some((_, extension)) = last.rsplit_once('.') else { return false };
    let ends_so = |name: &str| MediaRange::parse(name).essence().ends_with(&format!("/{extension}"));
    let contents = subject.operation.responses.iter().flat_map(|response| response.content.iter().flatten());
    !extension.is_empty() && contents.map(|media| &media.name).any(|name| ends_so(name))
}

/// Whether what is read is written as it is, as a picture is: a request at the same path has its types, and they are not
/// ways of writing the same data.
fn is_stored(subject: &Subject<'_>) -> bool {
    let operation = subject.operation;
    let is_writing =
        |other: &&Operation| other.path == operation.path && matches!(other.method.as_str(), "PUT" | "POST" | "PATCH");
    let is_file = |name: &str| {
        let range = MediaRange::parse(name);
        FILES.iter().any(|file| range.essence().starts_with(file))
    };
    let read: Vec<&str> = operation
        .responses
        .iter()
        .flat_map(|response| response.content.iter().flatten())
        .map(|media| media.name.as_str())
        .filter(|name| is_file(name))
        .collect();
    let mut writing = subject.contract.operations.iter().filter(is_writing).filter_map(|other| other.body.as_ref());
    writing.any(|body| body.content.iter().any(|media| read.contains(&media.name.as_str())))
}

/// Whether a request asks for one of the types of a response by `Accept`.
pub(super) fn asks_for_type(subject: &Subject<'_>) -> bool {
    let values = subject.case.values.as_ref();
    values.is_some_and(|values| matches!(values.mutation, Some(Mutation::Accept(_))))
}
