//! Values of flags: each parser says what is wrong and what would be right.

use std::time::Duration;

use http::{HeaderName, HeaderValue};
use url::Url;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// `10s`, `500ms`, `2m`, `1h`, or a number of seconds; more than nothing, and a day at most.
pub(super) fn duration(text: &str) -> Result<Duration, String> {
    let text = text.trim();
    let digits = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let wrong = || "write a time such as 10s, 500ms, 2m or 1.5 (seconds)".to_owned();
    let seconds = match unit.trim() {
        "ms" => 0.001,
        "" | "s" => 1.0,
        "m" | "min" => 60.0,
        "h" => 3600.0,
        _ => return Err(wrong()),
    } * number.parse::<f64>().map_err(|_| wrong())?;
    let time = Duration::try_from_secs_f64(seconds).map_err(|_| wrong())?;
    match time {
        Duration::ZERO => Err("the time must be longer than nothing".to_owned()),
        time if time > DAY => Err("the time must be a day at most".to_owned()),
        time => Ok(time),
    }
}

/// A target's URL: `http` or `https`, a host, and no more than a path after it.
pub(super) fn target(text: &str) -> Result<Url, String> {
    let text = text.trim();
    // `localhost:8080` would be read as the scheme `localhost`.
    if !text.contains("://") {
        let host = text.trim_start_matches('/');
        return Err(if host.is_empty() || host.contains(char::is_whitespace) {
            "write a URL such as http://localhost:8080".to_owned()
        } else {
            format!("a URL starts with its scheme; did you mean http://{host}?")
        });
    }
    let url = Url::parse(text).map_err(|error| format!("{error}; write a URL such as http://localhost:8080"))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(format!("`{}` cannot be spoken here; use http or https", url.scheme()));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("credentials in a URL end up in reports; use --credential, --bearer or fixtures".to_owned());
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err("a target has neither `?` nor `#`; give its address, with a path prefix if it has one".to_owned());
    }
    Ok(url)
}

/// The seed of all that is left to chance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Seed {
    Fixed(u64),
    Random,
}

impl Seed {
    pub fn value(self) -> u64 {
        match self {
            Self::Fixed(seed) => seed,
            // Short enough to be typed again.
            Self::Random => uuid::Uuid::new_v4().as_u64_pair().1 & 0xffff_ffff,
        }
    }
}

/// A number, or `random`.
pub(super) fn seed(text: &str) -> Result<Seed, String> {
    if text == "random" {
        return Ok(Seed::Random);
    }
    text.parse().map(Seed::Fixed).map_err(|_| "write a number from 0 up, or `random`".to_owned())
}

/// A header field for every request.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Field {
    pub name: String,
    pub value: String,
}

/// `Name: value`.
pub(super) fn field(text: &str) -> Result<Field, String> {
    let (name, value) = text.split_once(':').ok_or("write it as 'Name: value'")?;
    let (name, value) = (name.trim(), value.trim());
    HeaderName::try_from(name).map_err(|_| format!("`{name}` is no name of a header field"))?;
    HeaderValue::try_from(value).map_err(|_| "the value holds a character that no header field may hold".to_owned())?;
    Ok(Field { name: name.to_owned(), value: value.to_owned() })
}

/// A credential by its security scheme.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Credential {
    pub scheme: String,
    pub value: String,
}

/// `SCHEME=VALUE`.
pub(super) fn credential(text: &str) -> Result<Credential, String> {
    match text.split_once('=') {
        Some((scheme, value)) if !scheme.trim().is_empty() => {
            Ok(Credential { scheme: scheme.trim().to_owned(), value: value.to_owned() })
        }
        _ => Err("write it as SCHEME=VALUE, with the security scheme's name in the document".to_owned()),
    }
}

// Arguments are printed by tests and by nobody else; secrets should not be there even so.
impl std::fmt::Debug for Field {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: …", self.name)
    }
}

impl std::fmt::Debug for Credential {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}=…", self.scheme)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations() {
        let milliseconds = |text| duration(text).map(|time| time.as_millis());
        assert_eq!(milliseconds("10s"), Ok(10_000));
        assert_eq!(milliseconds("500ms"), Ok(500));
        assert_eq!(milliseconds("2m"), Ok(120_000));
        assert_eq!(milliseconds("1.5"), Ok(1_500));
        assert_eq!(milliseconds(" 3 s"), Ok(3_000));
        for wrong in ["", "s", "0", "0ms", "-1s", "1..5", "1d", "ten", "NaN", "inf", "25h", "1e400"] {
            assert!(duration(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn targets() {
        assert_eq!(target("http://a.test:1/prefix").map(String::from), Ok("http://a.test:1/prefix".into()));
        for (wrong, told) in [
            ("localhost:8080", "did you mean http://localhost:8080?"),
            ("//a.test", "did you mean http://a.test?"),
            ("", "such as"),
            ("not a url", "such as"),
            ("http://", "empty host"),
            ("ftp://a.test", "use http or https"),
            ("http://u:p@a.test", "--credential"),
            ("http://a.test/?q=1", "neither"),
            ("http://a.test:99999", "invalid port"),
        ] {
            let error = target(wrong).expect_err(wrong);
            assert!(error.contains(told), "{wrong}: {error}");
        }
    }

    #[test]
    fn secrets_are_not_in_debug_output() {
        let field = field("X-Key:  s3cret ").expect("a field");
        assert_eq!((field.name.as_str(), field.value.as_str()), ("X-Key", "s3cret"));
        assert_eq!(format!("{field:?}"), "X-Key: …");
        assert_eq!(format!("{:?}", credential("a=b=c").expect("a credential")), "a=…");
        assert!(field_error("bad name: x") && field_error("x: a\nb"));
    }

    fn field_error(text: &str) -> bool {
        field(text).is_err()
    }
}
