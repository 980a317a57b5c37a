//! README.md and the book: what they say is there, and every command line in them works.

mod commands;
mod options;
mod picture;

use std::path::Path;

use crate::support::command::{root, run};

/// README.md and the pages of the book: where each stands, and its text.
fn pages() -> Vec<(String, String)> {
    let docs = std::fs::read_dir(root().join("docs")).expect("the book");
    let names = docs.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned());
    let mut paths: Vec<String> =
        names.filter(|name| name.ends_with(".md")).map(|name| format!("docs/{name}")).collect();
    paths.push("README.md".to_owned());
    paths.sort();
    let read = |path: String| {
        let text = std::fs::read_to_string(root().join(&path)).expect("a page");
        (path, text)
    };
    paths.into_iter().map(read).collect()
}

/// Where the links of a page lead, those to other hosts aside.
fn links(text: &str) -> Vec<String> {
    let pattern = regex::Regex::new(r"\]\(([^()\s]+)\)").expect("a pattern");
    let links = pattern.captures_iter(text).map(|found| found[1].to_owned());
    links.filter(|link| !link.contains("://")).collect()
}

/// The anchor that a heading has.
fn anchor(heading: &str) -> String {
    let kept = heading.to_lowercase().replace(' ', "-");
    kept.chars().filter(|c| c.is_alphanumeric() || *c == '-' || *c == '_').collect()
}

#[test]
fn readme_is_read_in_a_minute_and_begins_with_the_readers_server() {
    let (_, readme) = pages().into_iter().find(|(path, _)| path == "README.md").expect("a README");
    assert!(readme.lines().count() <= 150, "{} lines", readme.lines().count());
    let at = |text: &str| readme.find(text).unwrap_or_else(|| panic!("no {text}"));
    assert!(at("## Your own server") < at("## The five contracts"));
    assert!(at("## The five contracts") < at("## The reference target"));
    for command in ["$ cargo run --release\n", "$ cargo test\n"] {
        at(command);
    }
}

#[test]
fn every_link_leads_somewhere() {
    for (path, text) in pages() {
        let folder = root().join(Path::new(&path).parent().expect("a folder"));
        for link in links(&text) {
            let (file, section) = link.split_once('#').unwrap_or((&link, ""));
            let target = if file.is_empty() { root().join(&path) } else { folder.join(file) };
            assert!(target.exists(), "{path} links to {link}");
            if !section.is_empty() {
                let linked = std::fs::read_to_string(&target).expect("a page");
                let mut headings = linked.lines().filter(|line| line.starts_with('#'));
                let is_there = headings.any(|line| anchor(line.trim_start_matches(['#', ' '])) == section);
                assert!(is_there, "{path} links to {link}");
            }
        }
    }
}

#[test]
fn the_summary_names_every_page_once() {
    let pages = pages();
    let (_, summary) = pages.iter().find(|(path, _)| path == "docs/SUMMARY.md").expect("a summary");
    let mut listed: Vec<String> = links(summary).into_iter().map(|link| format!("docs/{link}")).collect();
    listed.extend(["README.md".to_owned(), "docs/SUMMARY.md".to_owned()]);
    listed.sort();
    let there: Vec<&String> = pages.iter().map(|(path, _)| path).collect();
    assert_eq!(there, listed.iter().collect::<Vec<_>>());
}

#[test]
fn the_page_of_rules_is_that_of_the_registry() {
    let ended = run(root(), &["checks", "--format", "markdown"]);
    assert_eq!((ended.status, ended.stderr.as_str()), (Some(0), ""));
    is_current("docs/rules.md", &ended.stdout);
}

/// Holds a file of the repository to what makes it; `UPDATE_CASES=1` writes it anew.
fn is_current(path: &str, made: &str) {
    let file = root().join(path);
    if std::env::var_os("UPDATE_CASES").is_some() {
        std::fs::write(&file, made).expect("the file is written");
    }
    let kept = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(kept == made, "{path} is not what is made now: write it anew with UPDATE_CASES=1");
}
