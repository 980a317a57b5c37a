//! The documents, their lines coloured by what came of their clauses, with the findings at their lines.

use std::collections::{HashMap, HashSet};

use super::page::{section, sentence, text as html};
use crate::report::count::count;
use crate::report::view::{CauseView, SourceView, View};

const LEGEND: &str = "<p class=\"faint\">Lines with clauses of requests: <span class=\"kept\">exercised</span>, \
<span class=\"open\">not exercised</span>, and lines that the target <span class=\"broken\">breaks</span>.</p>\n";

/// The ids of the lines that bugs are shown at, by their fingerprints.
pub(super) fn places(view: &View) -> HashMap<&str, String> {
    let mut places = HashMap::new();
    for (number, source) in sources(view) {
        for broken in &source.broken {
            places.entry(broken.root_cause.as_str()).or_insert_with(|| id(number, broken.line));
        }
    }
    places
}

/// All files.
pub(super) fn documents(view: &View, causes: &[&CauseView]) -> String {
    let numbers: HashMap<&str, usize> =
        causes.iter().enumerate().map(|(number, cause)| (cause.fingerprint.as_str(), number)).collect();
    let files: String = sources(view).map(|(number, source)| file(number, source, causes, &numbers)).collect();
    section("Documents", &if files.is_empty() { files } else { format!("{LEGEND}{files}") })
}

fn sources(view: &View) -> impl Iterator<Item = (usize, &SourceView)> {
    view.contracts.iter().flat_map(|contract| &contract.sources).enumerate()
}

fn id(source: usize, line: u32) -> String {
    format!("d{source}-{line}")
}

fn file(number: usize, source: &SourceView, causes: &[&CauseView], numbers: &HashMap<&str, usize>) -> String {
    let mut broken: HashMap<u32, Vec<usize>> = HashMap::new();
    for one in &source.broken {
        if let Some(number) = numbers.get(one.root_cause.as_str()) {
            broken.entry(one.line).or_default().push(*number);
        }
    }
    let (exercised, unexercised): (HashSet<&u32>, HashSet<&u32>) =
        (source.exercised.iter().collect(), source.unexercised.iter().collect());
    let (mut shown, mut kept, mut open) = (String::new(), 0, 0);
    let width = source.text.lines().count().to_string().len();
    for (line, text) in (1..).zip(source.text.lines()) {
        let found = broken.get(&line).map_or(&[][..], Vec::as_slice);
        let class = match found {
            [] if exercised.contains(&line) => "kept",
            [] if unexercised.contains(&line) => "open",
            [] => "",
            _ => "broken",
        };
        (kept, open) = (kept + usize::from(class == "kept"), open + usize::from(class == "open"));
        let text = format!("{line:>width$}  {}", html(text));
        match class {
            "" => shown.push_str(&text),
            "broken" => shown.push_str(&format!("<span class=\"broken\" id=\"{}\">{text}</span>", id(number, line))),
            class => shown.push_str(&format!("<span class=\"{class}\">{text}</span>")),
        }
        shown.push('\n');
        for number in found {
            let finding = &causes[*number].example;
            let (rule, message) = (html(finding.rule()), sentence(&finding.message));
            shown.push_str(&format!("<button type=\"button\" data-to=\"f{number}\">{rule}: {message}</button>\n"));
        }
    }
    let broken = count(broken.len(), "line");
    let file = html(&source.file);
    format!(
        "<details>\n<summary><strong>{file}</strong> <span class=\"faint\">{broken} broken, {kept} exercised, {open} not \
         exercised</span></summary>\n<pre class=\"document\">{shown}</pre>\n</details>\n"
    )
}
