//! Cases that are data.

use std::fs;
use std::path::Path;

use crate::support::command::{normalised, refused, root, run};

#[test]
fn every_folder_of_cases() {
    let mut folders: Vec<_> =
        fs::read_dir(root().join("tests/cases")).expect("cases").map(|entry| entry.expect("an entry").path()).collect();
    folders.sort();
    assert!(!folders.is_empty());
    let failures: Vec<_> = folders.iter().filter_map(|folder| check(folder).err()).collect();
    assert!(failures.is_empty(), "{} of {} cases fail\n\n{}", failures.len(), folders.len(), failures.join("\n"));
}

fn check(folder: &Path) -> Result<(), String> {
    let read = |name: &str| fs::read_to_string(folder.join(name)).map_err(|error| format!("{name}: {error}"));
    let name = folder.file_name().map_or_else(Default::default, |name| name.to_string_lossy().into_owned());
    let case = || -> Result<(), String> {
        let arguments = read("args")?.replace("{refused}", &format!("http://{}", refused()));
        let ended = run(folder, &arguments.lines().collect::<Vec<_>>());
        let came = normalised(&format!("{}--- stderr\n{}", ended.stdout, ended.stderr));
        let expected = read("expected.txt").unwrap_or_default();
        let exact = !expected.contains("[..]") && !expected.lines().any(|line| line == "...");
        if exact && std::env::var_os("UPDATE_CASES").is_some() {
            return fs::write(folder.join("expected.txt"), came).map_err(|error| error.to_string());
        }
        let exit = read("exit")?;
        if ended.status.map(|status| status.to_string()).as_deref() != Some(exit.trim()) {
            return Err(format!("exit status {:?}, not {}\n{came}", ended.status, exit.trim()));
        }
        let lines = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
        if !matches(&lines(&expected), &lines(&came)) {
            return Err(format!("expected\n{expected}\ncame\n{came}"));
        }
        Ok(())
    };
    case().map_err(|error| format!("== {name}\n{error}"))
}

/// `...` stands for any lines, `[..]` for anything within a line.
fn matches(expected: &[String], came: &[String]) -> bool {
    match expected.split_first() {
        None => came.is_empty(),
        Some((line, rest)) if line == "..." => (0..=came.len()).any(|skip| matches(rest, &came[skip..])),
        Some((line, rest)) => came.split_first().is_some_and(|(c, came)| line_matches(line, c) && matches(rest, came)),
    }
}

fn line_matches(expected: &str, came: &str) -> bool {
    let mut parts = expected.split("[..]");
    let Some(mut rest) = parts.next().and_then(|first| came.strip_prefix(first)) else { return false };
    let mut last = None;
    for part in parts {
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
        last = Some(part);
    }
    // The last part reaches the line's end; an empty one lets anything follow.
    rest.is_empty() || last.is_some_and(|part| part.is_empty() || came.ends_with(part))
}

#[test]
fn wildcards_match_what_they_say() {
    assert!(line_matches("a [..] c", "a b c") && line_matches("a[..]", "abc") && line_matches("abc", "abc"));
    assert!(!line_matches("a [..] c", "a b d") && !line_matches("a", "ab"));
    let lines = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
    assert!(matches(&lines("a\n...\nd"), &lines("a\nb\nc\nd")) && matches(&lines("...\na"), &lines("a")));
    assert!(!matches(&lines("a\n..."), &lines("b\na")));
}
