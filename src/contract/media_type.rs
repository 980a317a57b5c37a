//! Media types and ranges of them, taken apart (RFC 9110, sections 8.3.1 and 12.5.1).

/// A media type such as `text/plain; charset=utf-8`, or a range of them such as `text/*`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MediaRange {
    /// Type and subtype without parameters, in lower case.
    essence: String,
    /// Names in lower case, values without quotes.
    parameters: Vec<(String, String)>,
}

/// How a payload of a media type is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PayloadKind {
    /// JSON and `+json`.
    Json,
    /// `application/x-www-form-urlencoded`.
    Form,
    /// `multipart/*`.
    Multipart,
    /// `text/*`.
    Text,
    /// XML and `+xml`.
    Xml,
    /// Anything else: bytes.
    Binary,
}

impl MediaRange {
    /// Takes a media type apart as a document or a `Content-Type` has it. What is none has an essence that only the same
    /// text has.
    pub fn parse(text: &str) -> Self {
        let mut parts = split(text).into_iter();
        let essence = parts.next().unwrap_or_default().trim().to_ascii_lowercase();
        let parameters = parts.filter_map(|parameter| {
            let (name, value) = parameter.split_once('=')?;
            Some((name.trim().to_ascii_lowercase(), unquoted(value.trim())))
        });
        Self { essence, parameters: parameters.collect() }
    }

    /// Type and subtype without parameters, in lower case: `application/json`.
    pub fn essence(&self) -> &str {
        &self.essence
    }

    /// The value of a parameter, quotes taken off. The case of its name does not matter.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// The parameters, with their names in lower case.
    pub fn parameters(&self) -> impl Iterator<Item = (&str, &str)> {
        self.parameters.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The value of `charset`, in lower case.
    pub fn charset(&self) -> Option<String> {
        self.parameter("charset").map(str::to_ascii_lowercase)
    }

    /// Whether a media type is this one or within this range; parameters are ignored.
    pub fn covers(&self, other: &Self) -> bool {
        match self.essence.strip_suffix("/*") {
            Some("*") => true,
            Some(kind) => other.essence.split('/').next() == Some(kind),
            None => self.essence == other.essence,
        }
    }

    /// How its payload is written; parameters are ignored, and ranges that hold JSON are JSON.
    pub fn kind(&self) -> PayloadKind {
        let essence = self.essence.as_str();
        let subtype = essence.split_once('/').map_or("", |(_, subtype)| subtype);
        if subtype == "json" || subtype.ends_with("+json") || matches!(essence, "*/*" | "application/*") {
            PayloadKind::Json
        } else if essence == "application/x-www-form-urlencoded" {
            PayloadKind::Form
        } else if essence.starts_with("multipart/") {
            PayloadKind::Multipart
        } else if subtype == "xml" || subtype.ends_with("+xml") {
            PayloadKind::Xml
        } else if essence.starts_with("text/") {
            PayloadKind::Text
        } else {
            PayloadKind::Binary
        }
    }

    /// The nearest of the documented media types and ranges that this one is of, by its position: the same, else the same
    /// but for parameters, else the narrowest range that holds it.
    pub fn nearest<'a>(&self, documented: impl Iterator<Item = &'a str>) -> Option<usize> {
        let distances = documented.map(|name| self.distance(&Self::parse(name))).enumerate();
        distances.filter_map(|(index, distance)| Some((distance?, index))).min().map(|(_, index)| index)
    }

    /// How far a documented media type is from this one: it is the same (0), the same but for parameters (1), or the
    /// range of its type (2) or of all types (3) holds it. `None` where it does not document this one.
    fn distance(&self, documented: &Self) -> Option<usize> {
        match documented.essence.as_str() {
            essence if essence == self.essence => Some(usize::from(documented.parameters != self.parameters)),
            "*/*" => Some(3),
            _ => documented.covers(self).then_some(2),
        }
    }
}

/// Whether a text is a media type with its parameters (RFC 9110, section 8.3.1).
pub fn is_media_type(text: &str) -> bool {
    let mut parts = split(text).into_iter().map(str::trim);
    let is_token = |text: &str| !text.is_empty() && text.chars().all(is_token_character);
    let is_quoted = |text: &str| text.len() > 1 && text.starts_with('"') && text.ends_with('"');
    let essence = parts.next().and_then(|essence| essence.split_once('/'));
    essence.is_some_and(|(kind, subtype)| is_token(kind) && is_token(subtype))
        && parts.all(|parameter| {
            let pair = parameter.split_once('=');
            pair.is_some_and(|(name, value)| is_token(name) && (is_token(value) || is_quoted(value)))
        })
}

/// RFC 9110, section 5.6.2.
fn is_token_character(c: char) -> bool {
    c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c)
}

/// The parts between semicolons, those within quotes left whole.
fn split(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut start, mut quoted, mut escaped) = (0, false, false);
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            ';' if !quoted => {
                parts.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    parts
}

/// A quoted string as what it stands for (RFC 9110, section 5.6.4); a token as it is.
fn unquoted(value: &str) -> String {
    let Some(inner) = value.strip_prefix('"') else { return value.to_owned() };
    let mut text = String::new();
    let mut characters = inner.chars();
    while let Some(c) = characters.next() {
        match c {
            '"' => break,
            '\\' => text.extend(characters.next()),
            c => text.push(c),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_told_apart() {
        let kind = |text: &str| MediaRange::parse(text).kind();
        assert_eq!(kind("application/problem+json; charset=utf-8"), PayloadKind::Json);
        assert_eq!(kind("Application/JSON"), PayloadKind::Json);
        assert_eq!(kind("*/*"), PayloadKind::Json);
        assert_eq!(kind("text/xml"), PayloadKind::Xml);
        assert_eq!(kind("text/plain"), PayloadKind::Text);
        assert_eq!(kind("multipart/mixed; boundary=json"), PayloadKind::Multipart);
        assert_eq!(kind("image/png"), PayloadKind::Binary);
        assert_eq!(kind("json"), PayloadKind::Binary);
    }

    #[test]
    fn parameters_are_found_in_any_case_and_quotes_hold_them_together() {
        let media = MediaRange::parse("Application/JSON ; a=\"x; charset=\\\"no\\\"\"; Charset=\"UTF-8\"");
        assert_eq!(media.essence(), "application/json");
        assert_eq!(media.parameter("A"), Some("x; charset=\"no\""));
        assert_eq!(media.charset().as_deref(), Some("utf-8"));
        assert_eq!(MediaRange::parse("application/json").charset(), None);
        assert_eq!(MediaRange::parse("application/json; charset").charset(), None);
        assert_eq!(MediaRange::parse("a/b; c=\"d").parameter("c"), Some("d"));
        assert_eq!(MediaRange::parse("").essence(), "");
    }

    #[test]
    fn what_is_no_media_type_is_told_from_what_is() {
        for text in ["application/json", "Text/Plain; charset=\"utf-8\"", "a/b+c;d=e ; f=\"; g\""] {
            assert!(is_media_type(text), "{text}");
        }
        for text in ["", "json", "a/b, c/d", "a/b; charset", "a/b; c=d e", "a/", "/b", "a/b; c = d"] {
            assert!(!is_media_type(text), "{text}");
        }
    }

    #[test]
    fn ranges_cover_what_is_of_their_type() {
        let covers = |range: &str, other: &str| MediaRange::parse(range).covers(&MediaRange::parse(other));
        assert!(
            covers("text/*", "text/plain; charset=utf-8") && covers("*/*", "image/png") && covers("a/b; c=d", "A/B")
        );
        assert!(!covers("text/*", "texts/plain") && !covers("text/plain", "text/*") && !covers("a/b", "a/b+json"));
    }

    #[test]
    fn the_nearest_documented_media_type_is_found() {
        let content = ["*/*", "text/*", "text/csv", "text/csv; header=absent", "text/html"];
        let nearest = |content: &[&str], name: &str| MediaRange::parse(name).nearest(content.iter().copied());
        let found = |name: &str| nearest(&content, name);
        assert_eq!(found("text/csv; header=absent"), Some(3));
        assert_eq!(found("text/csv; header=present"), Some(2));
        assert_eq!(found("text/plain"), Some(1));
        assert_eq!(found("text/*"), Some(1));
        assert_eq!(found("image/png"), Some(0));
        assert_eq!(nearest(&content[1..], "image/png"), None);
        assert_eq!(nearest(&content[4..], "text/html+x"), None);
    }
}
