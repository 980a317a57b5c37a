//! Every option is in the help, in the book, in the schema of `conform.toml`, and in a test that drives the binary.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use regex::Regex;

use super::pages;
use crate::support::command::{root, run};

/// What is of the command line alone: where the file is, and which part of it counts.
const OF_THE_COMMAND: [&str; 3] = ["config", "profile", "api"];

/// The options of each command, by its words.
fn options() -> BTreeMap<Vec<String>, BTreeSet<String>> {
    let option = Regex::new(r"(?m)^ +(?:-\w, )?--([a-z][a-z0-9-]*)").expect("a pattern");
    let mut found = BTreeMap::new();
    let mut next = vec![Vec::new()];
    while let Some(command) = next.pop() {
        let words: Vec<&str> = command.iter().map(String::as_str).chain(["--help"]).collect();
        let help = run(root(), &words).stdout;
        let listed = help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
        let names = listed.filter_map(|line| line.strip_prefix("  ").filter(|line| !line.starts_with(' ')));
        for name in names.filter_map(|line| line.split(' ').next()).filter(|name| *name != "help") {
            next.push([command.clone(), vec![name.to_owned()]].concat());
        }
        let own = option.captures_iter(&help).map(|found| found[1].to_owned());
        found.insert(command, own.filter(|name| !["help", "version"].contains(&name.as_str())).collect());
    }
    found
}

/// The text of all files below a folder that end so.
fn text_of(folder: &Path, ends: &[&str], text: &mut String) {
    for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            text_of(&path, ends, text);
        } else if ends.iter().any(|end| path.to_string_lossy().ends_with(end)) && !path.ends_with("docs/options.rs") {
            text.push_str(&std::fs::read_to_string(&path).expect("a text"));
        }
    }
}

#[test]
fn every_option_is_documented_and_tested() {
    let book: String = pages().into_iter().map(|(_, text)| text).collect();
    let mut tests = String::new();
    text_of(&root().join("tests/it"), &[".rs"], &mut tests);
    text_of(&root().join("tests/cases"), &["/args"], &mut tests);
    let schema = std::fs::read_to_string(root().join("docs/conform.schema.json")).expect("a schema");
    let schema: serde_json::Value = serde_json::from_str(&schema).expect("JSON");
    let options = options();
    let mut lacking = BTreeSet::new();
    for (command, names) in &options {
        for name in names {
            // As an option, or as a key of the file.
            let written =
                Regex::new(&format!(r#"--{name}(?:[^a-z0-9-]|$)|(?:^|["\n\[{{, ]){name} = "#)).expect("a pattern");
            for (place, text) in [("the book", &book), ("tests", &tests)] {
                if !written.is_match(text) {
                    lacking.insert(format!("{place}: conform {} --{name}", command.join(" ")));
                }
            }
            let is_of_run = *command == ["run"] && !OF_THE_COMMAND.contains(&name.as_str());
            if is_of_run && schema["properties"][name].is_null() {
                lacking.insert(format!("the schema: --{name}"));
            }
        }
    }
    assert!(lacking.is_empty(), "not in\n{}", lacking.into_iter().collect::<Vec<_>>().join("\n"));
    assert_eq!(options[&Vec::new()], options[&vec!["run".to_owned()]]);
    assert!(options.len() > 20 && options[&Vec::new()].len() > 60, "{options:?}");
}
