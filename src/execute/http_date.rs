//! Dates in header fields.

use std::time::SystemTime;

/// An HTTP date (RFC 9110, section 5.6.7).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct HttpDate {
    /// The time that it names; a leap second is the second before it.
    pub time: SystemTime,
    /// Whether it has the form that senders must use, IMF-fixdate, and not one of the two obsolete ones that recipients
    /// must read all the same.
    pub is_current: bool,
}

impl HttpDate {
    /// Reads any of the three forms; `None` for everything else, such as a numeric zone or a day that is not in the
    /// calendar. Times before 1970, when there was no HTTP, are not read.
    pub fn parse(text: &str) -> Option<Self> {
        // The grammar has leap seconds, and `httpdate` has not.
        let steady = text.replacen(":60 ", ":59 ", 1);
        let time = httpdate::parse_http_date(&steady).ok()?;
        Some(Self { time, is_current: httpdate::fmt_http_date(time) == steady })
    }

    /// The time in the form that senders must use.
    pub fn current(self) -> String {
        httpdate::fmt_http_date(self.time)
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use super::*;

    #[test]
    fn all_three_forms_are_read_and_one_is_current() {
        let time = UNIX_EPOCH + Duration::from_secs(784_111_777);
        for (text, is_current) in [
            ("Sun, 06 Nov 1994 08:49:37 GMT", true),
            ("Sunday, 06-Nov-94 08:49:37 GMT", false),
            ("Sun Nov  6 08:49:37 1994", false),
        ] {
            let date = HttpDate::parse(text);
            assert_eq!(date, Some(HttpDate { time, is_current }), "{text}");
            assert_eq!(date.map(HttpDate::current).as_deref(), Some("Sun, 06 Nov 1994 08:49:37 GMT"));
        }
        assert!(HttpDate::parse("Sat, 31 Dec 2016 23:59:60 GMT").is_some_and(|date| date.is_current));
    }

    #[test]
    fn what_is_nearly_a_date_is_none() {
        for text in [
            "",
            "Sun, 06 Nov 1994 08:49:37 +0000",
            "Sun, 06 Nov 1994 08:49:37 UTC",
            "Sun, 06 Nov 1994 08:49:37",
            "Sun, 6 Nov 1994 08:49:37 GMT",
            "Mon, 06 Nov 1994 08:49:37 GMT",
            "Wed, 31 Nov 1994 08:49:37 GMT",
            "Sun, 06 Nov 1994 24:00:00 GMT",
            "06 Nov 1994 08:49:37 GMT",
            "1994-11-06T08:49:37Z",
        ] {
            assert_eq!(HttpDate::parse(text), None, "{text}");
        }
    }
}
