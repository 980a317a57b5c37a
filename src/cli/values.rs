//! Values of flags: each parser says what is wrong and what would be right.

use std::hash::{BuildHasher as _, Hasher as _, RandomState};
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
    if url.query().is_some() || url.fragment().is_some() {
        return Err("a target has neither `?` nor `#`; give its address, with a path prefix if it has one".to_owned());
    }
    Ok(url)
}

/// The user and password of a URL, whatever else is wrong with it, that an argument is or ends with; empty where there
/// are none.
pub(super) fn user_of(argument: &str) -> &str {
    let Some(end) = argument.rfind('@') else { return "" };
    let before = &argument[..end];
    let start = match (before.find("://"), before.strip_prefix("--").and_then(|_| before.find('='))) {
        (Some(at), _) => at + 3,
        (None, Some(at)) => at + 1,
        (None, None) => 0,
    };
    before.get(start..).unwrap_or_default()
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
            Self::Random => unguessable() & 0xffff_ffff,
        }
    }
}

/// A number that is another each time, from the system's own source of chance.
pub(super) fn unguessable() -> u64 {
    RandomState::new().build_hasher().finish()
}

/// A number, or `random`.
pub(super) fn seed(text: &str) -> Result<Seed, String> {
    if text == "random" {
        return Ok(Seed::Random);
    }
    text.parse().map(Seed::Fixed).map_err(|_| "write a number from 0 up, or `random`".to_owned())
}

/// A whole number between two, both included.
///
/// # Errors
/// In words.
pub(super) fn number(text: &str, least: u32, most: u32) -> Result<u32, String> {
    let number = text.parse().ok().filter(|number| (least..=most).contains(number));
    number.ok_or_else(|| match most {
        u32::MAX => format!("write a whole number from {least} up"),
        _ => format!("write a whole number from {least} to {most}"),
    })
}

/// How many there are to be of something.
///
/// # Errors
/// In words.
pub(super) fn count(text: &str) -> Result<usize, String> {
    number(text, 0, u32::MAX).map(|number| number as usize)
}

/// The name and value of `Name: value`. An error does not repeat the value, which may be a secret.
pub(super) fn field(text: &str) -> Result<(&str, &str), String> {
    let (name, value) = text.split_once(':').ok_or("a header field is written as 'Name: value'")?;
    let (name, value) = (name.trim(), value.trim());
    HeaderName::try_from(name).map_err(|_| format!("`{name}` is no name of a header field"))?;
    HeaderValue::try_from(value)
        .map_err(|_| format!("the value of `{name}` holds a character that no header field may hold"))?;
    Ok((name, value))
}

/// The scheme and value of `SCHEME=VALUE`. An error does not repeat the value.
pub(super) fn credential(text: &str) -> Result<(&str, &str), String> {
    match text.split_once('=') {
        Some((scheme, value)) if !scheme.trim().is_empty() => Ok((scheme.trim(), value)),
        _ => Err("a credential is written as SCHEME=VALUE".to_owned()),
    }
}

/// The highest rate that is of use as a limit.
const MOST_A_SECOND: u32 = 100_000;

/// `50` or `50/s`: requests a second.
///
/// # Errors
/// In words.
pub(super) fn rate(text: &str) -> Result<u32, String> {
    let number: Option<u32> = text.strip_suffix("/s").unwrap_or(text).parse().ok();
    number
        .filter(|number| (1..=MOST_A_SECOND).contains(number))
        .ok_or_else(|| format!("write how many requests a second, from 1 to {MOST_A_SECOND}, such as 50/s"))
}

/// Requests at once of a target that keeps up with all.
const MOST_AT_ONCE: u16 = 1_024;
/// The same where nobody has said how many.
const AUTO: u16 = 64;

/// A number of requests in flight at once, or `auto`.
///
/// # Errors
/// In words.
pub(super) fn concurrency(text: &str) -> Result<u16, String> {
    if text == "auto" {
        return Ok(AUTO);
    }
    let number: Option<u16> = text.parse().ok().filter(|number| (1..=MOST_AT_ONCE).contains(number));
    number.ok_or_else(|| format!("write how many requests may be in flight, from 1 to {MOST_AT_ONCE}, or `auto`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates() {
        assert_eq!((rate("50"), rate("50/s")), (Ok(50), Ok(50)));
        for wrong in ["0", "-1", "100001", "5/m", "fast", ""] {
            assert!(rate(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn numbers() {
        assert_eq!((count("0"), number("10", 0, 10)), (Ok(0), Ok(10)));
        for wrong in ["-1", "x", "", "1.5", "99999999999"] {
            assert!(count(wrong).is_err_and(|told| told == "write a whole number from 0 up"), "{wrong}");
        }
        assert_eq!(number("11", 0, 10), Err("write a whole number from 0 to 10".to_owned()));
    }

    #[test]
    fn requests_at_once() {
        assert_eq!((concurrency("1"), concurrency("1024"), concurrency("auto")), (Ok(1), Ok(1_024), Ok(64)));
        for wrong in ["0", "1025", "-1", "automatic", ""] {
            assert!(concurrency(wrong).is_err_and(|told| told.contains("`auto`")), "{wrong}");
        }
    }

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
            ("http://a.test/?q=1", "neither"),
            ("http://a.test:99999", "invalid port"),
        ] {
            let error = target(wrong).expect_err(wrong);
            assert!(error.contains(told), "{wrong}: {error}");
        }
    }

    #[test]
    fn the_user_of_a_url() {
        for (argument, user) in [
            ("http://a:b@c.test", "a:b"),
            ("--target=http://a:b@c@d.test/", "a:b@c"),
            ("--target=a:b/@c.test", "a:b/"),
            ("a@b", "a"),
            ("http://a.test", ""),
        ] {
            assert_eq!(user_of(argument), user);
        }
    }

    #[test]
    fn fields_and_credentials() {
        assert_eq!(field("X-Key:  s3cret "), Ok(("X-Key", "s3cret")));
        assert_eq!(credential("a=b=c"), Ok(("a", "b=c")));
        for wrong in ["s3cret", "X-Key: s3\ncret", "bad name: s3cret"] {
            assert!(told_without_secret(field(wrong)), "{wrong}");
        }
        assert!(told_without_secret(credential("s3cret")) && told_without_secret(credential("=s3cret")));
    }

    fn told_without_secret<T>(result: Result<T, String>) -> bool {
        result.is_err_and(|error| !error.contains("s3cret"))
    }
}
