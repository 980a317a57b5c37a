//! Times and statuses as a person reads them.

use std::time::Duration;

/// `0.21 s`, `12.3 s`, `3 min 05 s`.
pub fn seconds(time: Duration) -> String {
    let seconds = time.as_secs_f64();
    if seconds < 9.995 {
        format!("{seconds:.2} s")
    } else if seconds < 99.95 {
        format!("{seconds:.1} s")
    } else {
        // Rounded before it is split, so that no minute has 60 seconds.
        let whole = seconds.round() as u64;
        format!("{} min {:02} s", whole / 60, whole % 60)
    }
}

/// `404 Not Found`; a status without a registered name stands alone.
pub fn status(code: u16) -> String {
    match http::StatusCode::from_u16(code).ok().and_then(|status| status.canonical_reason()) {
        Some(reason) => format!("{code} {reason}"),
        None => code.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_never_show_sixty_seconds() {
        assert_eq!(seconds(Duration::from_millis(214)), "0.21 s");
        assert_eq!(seconds(Duration::from_millis(12_345)), "12.3 s");
        assert_eq!(seconds(Duration::from_millis(9_999)), "10.0 s");
        assert_eq!(seconds(Duration::from_millis(119_700)), "2 min 00 s");
        assert_eq!(seconds(Duration::from_secs(185)), "3 min 05 s");
    }

    #[test]
    fn statuses_are_named() {
        assert_eq!(status(404), "404 Not Found");
        assert_eq!(status(799), "799");
    }
}
