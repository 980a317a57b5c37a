//! The command lines of README.md and the book. Those of `conform` are run, in a folder with the files that they name.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use super::pages;
use crate::support::command::{conform, ended, folder_with, root, run};
use crate::support::peer::Peer;

/// What is not run: programs that are not ours, and what would build the project anew.
const OTHERS: [&str; 7] = ["python3", "cargo install", "cargo test", "cargo bench", "cargo doc", "docker", "kubectl"];

/// What the commands would take minutes for without, by how they begin; a run sends no random cases.
const SHORTER: [(&str, &[&str]); 2] =
    [("self-test --spec", &["--cases", "1"]), ("self-test", &["--fault", "ada/author-optional"])];

/// The page whose commands find something.
const FIRST: &str = "docs/quick-start.md";

/// A case that the first command of the book leaves.
const KEPT: &str = "conform-regressions/notes-createnote-accepted-invalid-fa347ba10633c479.yaml --spec docs/example/notes.yaml --target http://localhost:3000";

/// Schemes that the commands name credentials for. The server looks at none.
const SECURITY: &str = "security: [{token: []}, {apiKey: []}]
";
const SCHEMES: &str = "components:
  securitySchemes:
    token: {type: http, scheme: bearer}
    apiKey: {type: apiKey, in: header, name: X-Api-Key}
";

/// The lines behind the prompts of a page's consoles.
fn typed(text: &str) -> Vec<String> {
    let mut is_console = false;
    let mut lines = Vec::new();
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            is_console = line.trim() == "```console";
        } else if let Some(command) = line.trim_start().strip_prefix("$ ").filter(|_| is_console) {
            lines.push(command.to_owned());
        }
    }
    lines
}

/// The words of a command, as a shell reads them.
fn words(command: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut is_quoted = false;
    for c in command.chars() {
        match c {
            '\'' => is_quoted = !is_quoted,
            ' ' if !is_quoted => words.push(String::new()),
            c => words.last_mut().expect("there is one").push(c),
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

#[test]
fn every_command_line_works() {
    let notes = root().join("docs/example");
    let [careless, server] = [&["--careless"][..], &[]].map(|more| {
        let mut python = Command::new("python3");
        python.arg(notes.join("notes.py")).args(["--port", "0"]).args(more);
        Peer::of(python, "notes.py")
    });
    let reference = Peer::of(serve(root()), "conform serve");
    let document = std::fs::read_to_string(notes.join("notes.yaml")).expect("a document");
    let document = document.replace("http://127.0.0.1:8000", &server.url);
    let secured = document.replacen("components:\n", SCHEMES, 1) + SECURITY;
    let newer = document.replace("required: [text]", "required: [text, kind]");
    let folder = folder_with(&[
        ("openapi.yaml", &secured),
        ("old.yaml", &document),
        ("new.yaml", &newer),
        ("fixtures.yaml", "resources:\n  - {at: path.id, missing: ['404404']}\n"),
        ("key.txt", "k-1\n"),
    ]);
    std::fs::create_dir_all(folder.path().join("docs/example")).expect("a folder");
    std::fs::write(folder.path().join("docs/example/notes.yaml"), &document).expect("a file");

    let mut failures = Vec::new();
    let mut done = BTreeSet::new();
    let mut commands: Vec<(String, String)> = Vec::new();
    for (path, text) in pages() {
        commands.extend(typed(&text).into_iter().map(|line| (path.clone(), line)));
    }
    // What a run leaves for those that read it.
    commands.sort_by_key(|(path, _)| path != FIRST);
    assert!(commands.len() > 20, "{commands:?}");
    commands.extend(examples());
    for (path, line) in commands {
        if OTHERS.iter().any(|other| line.starts_with(other)) || !done.insert((path == FIRST, line.clone())) {
            continue;
        }
        // Much is waited for where a law is broken: the first page alone shows it.
        let notes = if path == FIRST { &careless.url } else { &server.url };
        if let Err(failure) = works(folder.path(), &line, notes, &reference.url) {
            failures.push(format!("{path}: $ {line}\n{failure}"));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// The reference target at whatever port is free.
fn serve(folder: &Path) -> Command {
    let mut command = conform(folder);
    command.args(["serve", "--listen", "127.0.0.1:0"]);
    command
}

/// Runs a command line to its end, or a server until it serves.
fn works(folder: &Path, line: &str, notes: &str, reference: &str) -> Result<(), String> {
    let mut words = words(line.trim_end_matches(" &"));
    let mut command = conform(folder);
    command.env("API_TOKEN", "t-1");
    // The reference target knows the credentials that the fixtures have where no variable says others.
    words = words.into_iter().skip_while(|word| word.contains('=')).collect();
    let rest = match words.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["conform", ..] => words.split_off(1),
        ["cargo", "run", "--release"] => Vec::new(),
        ["cargo", "run", "--release", "--", ..] => words.split_off(4),
        _ => return Err("neither conform nor a program that is known not to be run".to_owned()),
    };
    let is_provider = rest.iter().any(|word| word == "asapp");
    let target = if is_provider { reference } else { notes };
    let mut rest: Vec<String> = rest.iter().map(|word| word.replace("http://localhost:3000", target)).collect();
    let text = rest.join(" ");
    if rest.first().is_some_and(|first| first == "serve") {
        Peer::of(serve(folder), line);
        return Ok(());
    }
    let is_run = rest.first().is_none_or(|first| !subcommands().contains(first) || first == "run");
    match SHORTER.iter().find(|(begins, _)| text.starts_with(begins)) {
        Some((_, more)) => rest.extend(more.iter().map(|word| (*word).to_owned())),
        None if is_run => rest.extend(["--cases".to_owned(), "0".to_owned()]),
        None => {}
    }
    let ended = ended(command.args(&rest));
    match ended.status {
        Some(0 | 1) => Ok(()),
        status => Err(format!("{status:?}\n{}{}", ended.stdout, ended.stderr)),
    }
}

/// The commands that the help of each subcommand shows as examples.
fn examples() -> Vec<(String, String)> {
    let mut found = Vec::new();
    for name in subcommands().iter().filter(|name| *name != "help") {
        let help = run(root(), &[name.as_str(), "--help"]).stdout.replace("\\\n", "");
        let listed = help.lines().skip_while(|line| *line != "Examples:").skip(1).take_while(|line| !line.is_empty());
        let before = found.len();
        let commands = listed.filter_map(|line| line.strip_prefix("  ").filter(|line| line.starts_with("conform")));
        // Names stand for what a reader has.
        let named = commands.map(|line| line.replace("conform-regressions/NAME.yaml", KEPT));
        let here = named.map(|line| line.replace("https://api.test/v2", "http://localhost:3000"));
        found.extend(here.map(|line| (format!("conform {name} --help"), line)));
        assert!(found.len() > before, "the help of {name} has no example");
    }
    found
}

/// The names of all subcommands.
fn subcommands() -> BTreeSet<String> {
    let help = run(root(), &["--help"]).stdout;
    let listed = help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    listed.filter_map(|line| line.split_whitespace().next()).map(str::to_owned).collect()
}

/// What pipelines are made of.
const PIPELINES: [&str; 8] = [
    ".github/workflows/release.yml",
    ".pre-commit-hooks.yaml",
    "Dockerfile",
    "action.yml",
    "deploy/github/partition.yml",
    "deploy/gitlab/conform.yml",
    "deploy/gitlab/partition.yml",
    "deploy/kubernetes/job.yaml",
];

#[test]
fn pipelines_name_options_that_are_there() {
    let each = regex::Regex::new(r"--[a-z][a-z-]+").expect("a pattern");
    let helps: String =
        subcommands().iter().map(|name| run(root(), &[name.as_str(), "--help"]).stdout).collect::<Vec<_>>().join("\n");
    let known: BTreeSet<&str> = each.find_iter(&helps).map(|found| found.as_str()).collect();
    let mut count = 0;
    for file in PIPELINES {
        let text = std::fs::read_to_string(root().join(file)).expect(file);
        if file.ends_with("ml") {
            let parsed: Result<serde_json::Value, _> = serde_yaml::from_str(&text);
            assert!(parsed.is_ok(), "{file}: {parsed:?}");
        }
        let others = ["cargo ", "gh ", "apk ", "apt-get ", "COPY ", "HEALTHCHECK --", "docker "];
        for line in text.lines().filter(|line| !others.iter().any(|other| line.contains(other))) {
            for name in each.find_iter(line).map(|found| found.as_str()) {
                assert!(known.contains(name), "{file} names {name}: {line}");
                count += 1;
            }
        }
    }
    assert!(count > 10, "{count}");
}

#[test]
fn every_option_that_is_named_is_there() {
    let option = regex::Regex::new(r"`[^`\n]*?(--[a-z][a-z-]+)[^`\n]*`").expect("a pattern");
    let each = regex::Regex::new(r"--[a-z][a-z-]+").expect("a pattern");
    let helps: String =
        subcommands().iter().map(|name| run(root(), &[name.as_str(), "--help"]).stdout).collect::<Vec<_>>().join("\n");
    let known: BTreeSet<&str> = each.find_iter(&helps).map(|found| found.as_str()).collect();
    for (path, text) in pages() {
        for code in option.find_iter(&text).map(|found| found.as_str()) {
            // Those of other programs, and of the example's server.
            if ["cargo", "docker", "kubectl", "python3", "mdbook"].iter().any(|other| code.contains(other)) {
                continue;
            }
            for name in each.find_iter(code).map(|found| found.as_str()) {
                assert!(known.contains(name) || name == "--careless", "{path} names {name} in {code}");
            }
        }
    }
}
