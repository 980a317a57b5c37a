//! The picture of README.md: what a terminal shows of a real run.

use std::process::Command;

use super::is_current;
use crate::support::command::{conform, ended, folder_with, normalised, root};
use crate::support::peer::Peer;

/// Its columns.
const COLUMNS: usize = 100;

/// The text as a terminal of so many columns breaks it: commands are longer than that.
fn broken(text: &str) -> String {
    let mut shown = String::new();
    let (mut column, mut is_colour) = (0, false);
    for c in text.chars() {
        is_colour |= c == '\x1b';
        if c == '\n' {
            column = 0;
        } else if !is_colour {
            if column == COLUMNS {
                shown.push('\n');
                column = 0;
            }
            column += 1;
        }
        is_colour &= c != 'm';
        shown.push(c);
    }
    shown
}

#[test]
fn the_picture_shows_what_a_run_shows() {
    let example = root().join("docs/example");
    let mut python = Command::new("python3");
    python.arg(example.join("notes.py")).args(["--port", "0", "--careless"]);
    let peer = Peer::of(python, "notes.py");
    let document = std::fs::read_to_string(example.join("notes.yaml")).expect("a document");
    let folder = folder_with(&[("openapi.yaml", &document)]);
    let arguments = ["openapi.yaml", "--target", &peer.url, "--regressions", "off", "--color", "always"];
    let ended =
        ended(conform(folder.path()).env("COLUMNS", COLUMNS.to_string()).args(arguments).args(["--cases", "20"]));
    assert_eq!((ended.status, ended.stderr.as_str()), (Some(1), ""));
    // What differs from run to run: the port, the times, the ids that the server gives, requests that were sent again, what
    // they made, and whether a list was read before or after something wrong was in it.
    let shown = normalised(&ended.stdout);
    let shown = regex::Regex::new(r#""id": \d+"#).expect("a pattern").replace_all(&shown, r#""id": 7"#);
    let shown = regex::Regex::new(r"\d+ requests in").expect("a pattern").replace_all(&shown, "300 requests in");
    let made = regex::Regex::new(r"made \d+ resources, \d+ of them").expect("a pattern");
    let shown = made.replace_all(&shown, "made 99 resources, 99 of them");
    let shown = regex::Regex::new(r"· \d+ cases").expect("a pattern").replace_all(&shown, "· 20 cases");
    let shown =
        shown.replace("127.0.0.1:[port]", "localhost:3000").replace("[time]", "  0.2 s").replace("[rate]", "2,000/s");
    let typed = format!("$ conform openapi.yaml --target http://localhost:3000\n{shown}");
    is_current("docs/picture.svg", &anstyle_svg::Term::new().render_svg(&broken(&typed)));
}
