//! What only a machine writes: stack traces, errors of databases, paths of a server.

use std::sync::LazyLock;

use regex::{Regex, RegexSet};

/// The patterns: no prose of an error message looks so by chance.
pub static TRACES: LazyLock<Traces> = LazyLock::new(|| {
    let known = [
        ("a Python stack trace", r"Traceback \(most recent call last\):"),
        ("a stack trace", r#"(?m)^\s*File "[^"\n]+\.py", line \d+, in "#),
        ("a stack trace", r"(?m)^\s*at [\w$.<>\[\] ]+\([^()\n]*\.(?:java|kt|scala|js|ts|mjs|cjs):\d+(?::\d+)?\)"),
        ("a stack trace", r"(?m)^\s*at [\w.<>`\[\], ]+\([^()\n]*\) in .+:line \d+"),
        ("a stack trace", r"goroutine \d+ \[[\w ]+\]:"),
        ("a Rust panic", r"thread '[^'\n]*' (?:\(\d+\) )?panicked at "),
        ("a stack trace", r"(?m)^#\d+ \S+\.php\(\d+\): "),
        ("a Ruby stack trace", r"\S+\.rb:\d+:in [`']"),
        ("a database error", r"SQLSTATE\[\w{5}\]"),
        ("a database error", r"\bORA-\d{5}: "),
        ("a database error", r"You have an error in your SQL syntax"),
        ("a database error", r"\b(?:UNIQUE|NOT NULL|FOREIGN KEY|CHECK) constraint failed: "),
        ("a database error", r#"syntax error at or near ""#),
        ("a database error", r"\b(?:psycopg2?|sqlite3|pymysql|sqlalchemy)\.(?:errors|exc)?\.?\w*Error\b"),
        ("a database error", r"violates (?:unique|foreign key|not-null|check) constraint "),
        (
            "a path of the server",
            r"(?:^|[\s\x22'(=:])/(?:home|usr/(?:src|lib|local)|var/(?:www|lib|task)|opt|srv|app|root)/[\w.@/-]+\.(?:py|js|ts|rb|php|java|go|rs)\b",
        ),
    ];
    Traces {
        any: RegexSet::new(known.map(|(_, pattern)| pattern)).unwrap_or_default(),
        each: known.into_iter().filter_map(|(kind, pattern)| Some((kind, Regex::new(pattern).ok()?))).collect(),
    }
});

/// All patterns at once, to find in one pass that a string has no match, and each with what it shows.
pub struct Traces {
    pub any: RegexSet,
    pub each: Vec<(&'static str, Regex)>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pattern_compiles() {
        assert_eq!((TRACES.any.len(), TRACES.each.len()), (16, 16));
    }
}
