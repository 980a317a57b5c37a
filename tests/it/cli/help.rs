//! What `--help` prints, at any width.

use std::path::Path;

use crate::support::command::conform;

/// The help of a subcommand, for a terminal of this many columns.
fn help(command: &[String], flag: &str, columns: usize) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let ended = conform(root).env("COLUMNS", columns.to_string()).args(command).arg(flag).output();
    let output = ended.expect("the binary starts");
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8 on stdout")
}

/// The names of the subcommands that a help lists.
fn subcommands(help: &str) -> Vec<String> {
    let listed = help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    let names = listed.filter_map(|line| line.strip_prefix("  ").filter(|line| !line.starts_with(' ')));
    names.filter_map(|line| line.split(' ').next()).filter(|name| *name != "help").map(str::to_owned).collect()
}

#[test]
fn help_breaks_no_word_and_no_command() {
    let mut commands = vec![Vec::new()];
    let mut next = 0;
    while let Some(command) = commands.get(next).cloned() {
        next += 1;
        for flag in ["--help", "-h"] {
            let widest = help(&command, flag, 1_000);
            let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
            for columns in [60, 80, 120] {
                let text = help(&command, flag, columns);
                assert_eq!(words(&text), words(&widest), "{command:?} {flag} at {columns} columns");
                for line in text.lines() {
                    assert!(line.chars().count() <= columns, "{columns} columns: {line}");
                    assert!(line.matches('`').count().is_multiple_of(2), "code is broken at {columns} columns: {line}");
                }
                // Examples are copied, and exit statuses are a table.
                let after = widest.lines().skip_while(|line| !matches!(*line, "Examples:" | "Exit status:"));
                let is_fixed = |line: &&str| {
                    let line = line.trim_start();
                    line.starts_with("conform")
                        || line.starts_with("--")
                        || line.starts_with(|c: char| c.is_ascii_digit())
                };
                for line in after.filter(is_fixed) {
                    assert!(text.lines().any(|found| found == line), "broken at {columns} columns: {line}\n{text}");
                }
            }
        }
        let own = subcommands(&help(&command, "--help", 120));
        commands.extend(own.into_iter().map(|name| [command.clone(), vec![name]].concat()));
    }
    assert!(commands.len() > 14, "{commands:?}");
}
