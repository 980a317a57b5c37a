//! Wrong guesses of the command line, by what other tools call things: what is said of them names the right one.

use clap::error::{ContextKind, ContextValue, ErrorKind};

/// What others call an option, and what it is here.
const OPTIONS: [(&[&str], &str); 17] = [
    (&["url", "u", "base-url", "baseurl", "host", "server", "endpoint", "base"], "--target URL"),
    (&["token", "auth-token", "access-token", "jwt"], "--bearer env:NAME"),
    (&["auth", "a", "api-key", "apikey", "key", "user", "basic"], "--credential SCHEME=env:NAME"),
    (&["headers", "set-header"], "--header 'NAME: VALUE'"),
    (&["schema", "openapi", "swagger", "s", "f", "file", "document", "contract"], "SPEC, without an option"),
    (
        &["junit", "junit-xml", "html", "sarif", "har", "reporter"],
        "--report FORMAT=FILE, such as --report junit=junit.xml",
    ),
    (&["out", "o", "output-file"], "--output FILE, or --report FORMAT=FILE"),
    (&["workers", "w", "threads", "jobs", "j", "parallel"], "--concurrency N"),
    (&["max-examples", "n", "examples", "iterations", "runs"], "--cases N"),
    (&["no-verify", "tls-verify", "k", "insecure-skip-verify", "no-check-certificate"], "--insecure"),
    (&["cert", "tls-cert"], "--client-cert FILE and --client-key FILE"),
    (&["cacert", "ca", "cafile", "ca-cert", "ca-bundle"], "--ca-file FILE"),
    (&["rate-limit", "rps", "throttle"], "--rate 50/s"),
    (&["request-timeout", "max-time-per-request"], "--timeout 10s"),
    (&["exitfirst", "x", "bail", "stop-on-failure"], "--fail-fast"),
    (
        &["only", "filter", "include-path", "include-tag", "include-method", "tag", "path", "method"],
        "--include tag:NAME, path:GLOB, method:NAME or operation:GLOB",
    ),
    (
        &["skip", "ignore", "exclude-path", "exclude-tag", "exclude-method"],
        "--exclude tag:NAME, path:GLOB, method:NAME or operation:GLOB",
    ),
];

/// What others call testing.
const TESTING: [&str; 7] = ["test", "check", "fuzz", "verify", "scan", "start", "execute"];
/// What others call looking at a document.
const LINTING: [&str; 2] = ["validate", "audit"];

/// What was meant by arguments that are refused so, in a line.
pub(super) fn meant(error: &clap::Error, arguments: &[String]) -> Option<String> {
    if let (ErrorKind::UnknownArgument, Some(ContextValue::String(option))) =
        (error.kind(), error.get(ContextKind::InvalidArg))
        && let Some(name) = option.strip_prefix('-')
    {
        let name = name.trim_start_matches('-').split('=').next().unwrap_or_default();
        let (_, here) = OPTIONS.iter().find(|(names, _)| names.contains(&name))?;
        return Some(format!("help: here that is {here}"));
    }
    let words = arguments.iter().skip(1).take_while(|argument| !argument.starts_with('-'));
    let words: Vec<&String> = words.filter(|word| *word != "run").collect();
    let [first, second, ..] = words[..] else { return None };
    let is_url = |word: &str| word.contains("://");
    let command = match (is_url(first), is_url(second)) {
        _ if TESTING.contains(&first.as_str()) => format!("conform {second}"),
        _ if LINTING.contains(&first.as_str()) => format!("conform lint {second}"),
        (false, true) => format!("conform {first} --target {second}"),
        (true, false) => format!("conform {second} --target {first}"),
        _ if matches!(error.kind(), ErrorKind::ArgumentConflict) => {
            format!("conform --spec {first} --spec {second}, or, to compare them, conform diff {first} {second}")
        }
        _ => return None,
    };
    Some(format!("help: {command}"))
}
