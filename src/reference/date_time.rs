//! The `date-time` of RFC 3339, by its grammar and its calendar.

use jiff::civil::Date;

/// Whether a date-time may go without its zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Zone {
    /// As RFC 3339 says.
    Required,
    /// UTC where it is absent.
    Optional,
}

/// Whether `text` is a `date-time` of RFC 3339 §5.6, on a day that exists.
///
/// Not jiff's parser, which reads the wider ISO 8601 (no seconds, a space for the `T`, a zone name in brackets) and
/// which stops at nanoseconds where the RFC does not.
pub(super) fn is_date_time(text: &str, zone: Zone) -> bool {
    date_time(text, zone).is_some()
}

fn date_time(text: &str, zone: Zone) -> Option<()> {
    let date = Date::new(
        digits(text, 0, 4)?,
        i8::try_from(digits(text, 5, 7)?).ok()?,
        i8::try_from(digits(text, 8, 10)?).ok()?,
    );
    date.ok()?;
    let (hour, minute, second) = (digits(text, 11, 13)?, digits(text, 14, 16)?, digits(text, 17, 19)?);
    let marks = [text.get(4..5)?, text.get(7..8)?, text.get(13..14)?, text.get(16..17)?];
    if marks != ["-", "-", ":", ":"] || !text.get(10..11)?.eq_ignore_ascii_case("T") {
        return None;
    }
    let mut rest = text.get(19..)?;
    if let Some(fraction) = rest.strip_prefix('.') {
        rest = fraction.trim_start_matches(|c: char| c.is_ascii_digit());
        if rest.len() == fraction.len() {
            return None;
        }
    }
    let offset = match rest {
        "Z" | "z" => 0,
        "" if zone == Zone::Optional => 0,
        _ => {
            let (hours, minutes) = (digits(rest, 1, 3)?, digits(rest, 4, 6)?);
            if rest.len() != 6 || rest.get(3..4)? != ":" || hours > 23 || minutes > 59 {
                return None;
            }
            match rest.get(0..1)? {
                "+" => hours * 60 + minutes,
                "-" => -(hours * 60 + minutes),
                _ => return None,
            }
        }
    };
    // A leap second is the last one of a UTC day (RFC 3339 §5.7).
    let last_minute = (hour * 60 + minute - offset).rem_euclid(24 * 60) == 23 * 60 + 59;
    let seconds = if last_minute { 0..=60 } else { 0..=59 };
    (hour <= 23 && minute <= 59 && seconds.contains(&second)).then_some(())
}

/// The number in `text[from..to]`, where there are only digits.
fn digits(text: &str, from: usize, to: usize) -> Option<i16> {
    let part = text.get(from..to)?;
    let plain = part.bytes().all(|byte| byte.is_ascii_digit());
    if plain { part.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn date_times_are_those_of_rfc_3339() {
        for text in [
            "2021-11-23T12:13:14Z",
            "2021-11-23t12:13:14z",
            "2021-11-23T12:13:14.555Z",
            "2021-11-23T12:13:14.1234567890123456789Z",
            "2021-11-23T12:13:14+23:59",
            "0000-01-01T00:00:00-00:00",
            "2024-02-29T00:00:00Z",
            "1998-12-31T23:59:60Z",
            "1998-12-31T15:59:60.123-08:00",
        ] {
            assert!(is_date_time(text, Zone::Required), "{text}");
        }
        for text in [
            "",
            "not-a-date",
            "2021-11-23",
            "2021-11-23 12:13:14Z",
            "2021-11-23T12:13Z",
            "2021-11-23T12:13:14.Z",
            "2021-11-23T12:13:14+24:00",
            "2021-11-23T12:13:14+0100",
            "2021-11-23T12:13:14Z[UTC]",
            "2021-02-29T00:00:00Z",
            "2021-13-01T00:00:00Z",
            "2021-11-23T24:00:00Z",
            "2021-11-23T12:60:00Z",
            "2021-11-23T12:13:60Z",
            "2021-11-23T12:13:14\u{661}",
            "+021-11-23T12:13:14Z",
            "２０21-11-23T12:13:14Z",
        ] {
            assert!(!is_date_time(text, Zone::Required), "{text}");
            assert!(!is_date_time(text, Zone::Optional), "{text}");
        }
        assert!(is_date_time("2021-11-23T12:13:14.555", Zone::Optional));
        assert!(!is_date_time("2021-11-23T12:13:14.555", Zone::Required));
    }

    /// What the harness's validator calls a date-time is what the harness will send as a good one.
    #[test]
    fn date_times_are_those_of_the_json_schema_validator() {
        let schema = serde_json::json!({"format": "date-time"});
        let validator = jsonschema::options().should_validate_formats(true).build(&schema).expect("a schema");
        let agree = |text: String| {
            let value = serde_json::Value::String(text);
            let text = value.as_str().unwrap_or_default();
            // jsonschema 0.60 subtracts from all digits of a number at once, and so lets `+0` and its like pass for two.
            let bytes = text.as_bytes();
            let mut digits = vec![0, 1, 2, 3, 5, 6, 8, 9, 11, 12, 14, 15, 17, 18];
            if !text.ends_with(['Z', 'z']) {
                digits.extend([5, 4, 2, 1].map(|back| bytes.len().wrapping_sub(back)));
            }
            let has_odd_digit = digits.iter().any(|at| bytes.get(*at).is_none_or(|byte| !byte.is_ascii_digit()));
            let expected = validator.is_valid(&value) && !has_odd_digit;
            assert_eq!(is_date_time(text, Zone::Required), expected, "{text}");
        };
        // Every single edit of some good ones.
        for good in [
            "2021-11-23T12:13:14Z",
            "1998-12-31T23:59:60Z",
            "2024-02-29t00:00:00.123456789z",
            "1900-02-28T08:29:60-15:30",
            "2000-01-31T23:59:59.5+23:59",
        ] {
            for at in 0..=good.len() {
                let (before, after) = good.split_at(at);
                let rest = after.get(1..).unwrap_or_default();
                agree(format!("{before}{rest}"));
                for character in "0123456789+-:., TtZz\u{660}".chars() {
                    agree(format!("{before}{character}{after}"));
                    agree(format!("{before}{character}{rest}"));
                }
            }
        }
        // Leap seconds in every zone.
        for (hour, zone) in (0..=24).flat_map(|hour| (0..=24).map(move |zone| (hour, zone))) {
            for (minute, half) in [(0, 0), (29, 30), (59, 0), (29, 0), (30, 31), (58, 59), (59, 60)] {
                agree(format!("2016-12-31T{hour:02}:{minute:02}:60+{zone:02}:{half:02}"));
                agree(format!("2016-12-31T{hour:02}:{minute:02}:60-{zone:02}:{half:02}"));
            }
        }
        // Every day that a month could have.
        for (month, day) in (0..=13).flat_map(|month| (0..=32).map(move |day| (month, day))) {
            for year in ["0000", "1900", "2000", "2023", "2024", "9999"] {
                agree(format!("{year}-{month:02}-{day:02}T00:00:00Z"));
            }
        }
    }
}
