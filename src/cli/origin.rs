//! Which document is meant: a file, a URL, stdin, or a file of a revision.

use std::path::Path;

use url::Url;

/// Where a document is.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Origin<'a> {
    File(&'a Path),
    Url(Url),
    Stdin,
    /// A revision and a path, as git takes them.
    Revision(&'a str, &'a str),
}

impl<'a> Origin<'a> {
    /// What a SPEC names. A file comes before all else.
    pub fn of(spec: &'a Path) -> Self {
        let Some(text) = spec.to_str().filter(|_| !spec.exists()) else { return Self::File(spec) };
        if text == "-" {
            return Self::Stdin;
        }
        if text.starts_with("http://") || text.starts_with("https://") {
            return Url::parse(text).map_or(Self::File(spec), Self::Url);
        }
        // One letter before a colon is a drive.
        match text.split_once(':') {
            Some((revision, path)) if revision.len() > 1 && !path.is_empty() && !path.starts_with("//") => {
                Self::Revision(revision, path)
            }
            _ => Self::File(spec),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_is_a_file_a_url_stdin_or_of_a_revision() {
        let is =
            |text: &'static str, origin: Origin<'static>| assert_eq!(Origin::of(Path::new(text)), origin, "{text}");
        is("-", Origin::Stdin);
        is("http://a.test/b?c=d", Origin::Url("http://a.test/b?c=d".parse().expect("a URL")));
        is("main:api/a.yaml", Origin::Revision("main", "api/a.yaml"));
        is("HEAD~1:./a.yaml", Origin::Revision("HEAD~1", "./a.yaml"));
        for file in ["a.yaml", "C:\\a.yaml", "ftp://a.test/b", "main:"] {
            is(file, Origin::File(Path::new(file)));
        }
    }
}
