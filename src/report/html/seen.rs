//! What was gone through, what was not and why, and how long it took.

use std::collections::BTreeMap;

use super::page::{section, sentence, table, text as html};
use crate::report::count::count;
use crate::report::view::{OperationView, UnexercisedView, View};

/// Clauses that are named for one reason.
const MOST_CLAUSES: usize = 200;
/// Operations that are named as the slowest.
const MOST_SLOW: usize = 10;

/// What of the lives of resources was gone through: what laws are judged by.
pub(super) fn resources(view: &View) -> String {
    let mut lives: Vec<_> = view
        .contracts
        .iter()
        .flat_map(|contract| contract.lives.iter().map(move |life| (&contract.name, life)))
        .collect();
    // The parts of a run come in an order of their own.
    lives.sort_by_key(|(contract, life)| (*contract, &life.resource));
    let rows: String = lives
        .into_iter()
        .map(|(contract, life)| {
            let not: Vec<String> =
                life.unexercised.iter().map(|not| html(&format!("{}: {}", not.part, not.reason))).collect();
            let cells = [html(contract), html(&life.resource), html(&life.exercised.join(", ")), not.join("<br>")];
            let cells: String = cells.iter().map(|cell| format!("<td>{cell}</td>")).collect();
            format!("<tr data-item>{cells}</tr>\n")
        })
        .collect();
    let columns = "<th>contract</th><th>resource</th><th>judged by laws</th><th>not, and why</th>";
    table("Resources", columns, &rows)
}

/// Clauses of requests that were not exercised, by the reason.
pub(super) fn unexercised(view: &View) -> String {
    let entry = |(operation, one): &(&OperationView, &UnexercisedView)| {
        let (title, at) = (html(&operation.title()), html(&one.clause.named()));
        format!("<li>{title}: {} ({at})</li>\n", sentence(&one.description))
    };
    let reasons = view.unexercised().into_iter().map(|(reason, clauses)| {
        let more = match clauses.len().saturating_sub(MOST_CLAUSES) {
            0 => String::new(),
            more => format!("<li>… and {}</li>\n", count(more, "more clause")),
        };
        let (named, reason) = (count(clauses.len(), "clause"), sentence(reason));
        let entries: String = clauses.iter().take(MOST_CLAUSES).map(entry).collect();
        format!(
            "<details>\n<summary>{named} <span class=\"faint\">{reason}</span></summary>\n<ul>\n{entries}{more}</ul>\n</details>\n"
        )
    });
    section("Not exercised", &reasons.collect::<String>())
}

/// How long responses took, and which operations are the slowest.
pub(super) fn latency(view: &View) -> String {
    let operations = || view.contracts.iter().flat_map(|contract| &contract.operations);
    // The slowest have no bound, and come last.
    let mut all: BTreeMap<u64, usize> = BTreeMap::new();
    for one in operations().flat_map(|operation| &operation.latency) {
        *all.entry(one.below_ms.unwrap_or(u64::MAX)).or_default() += one.responses;
    }
    let most = all.values().max().copied().unwrap_or_default().max(1);
    let bars: String = all
        .iter()
        .map(|(below, responses)| {
            let percent = (responses * 100).div_ceil(most);
            let responses = count(*responses, "response");
            format!(
                "<tr><td class=\"number\">{}</td><td class=\"bars\"><div class=\"bar\" style=\"width:{percent}%\"></div></td><td class=\"number\">{responses}</td></tr>\n",
                bound(*below)
            )
        })
        .collect();
    let mut slow: Vec<(u64, &OperationView)> =
        operations().filter_map(|operation| Some((nearly_all(operation)?, operation))).collect();
    slow.sort_by_key(|(below, _)| std::cmp::Reverse(*below));
    let slow: String = slow
        .iter()
        .take(MOST_SLOW)
        .map(|(below, operation)| {
            let elapsed = bound(*below);
            format!("<tr><td>{}</td><td class=\"number\">{elapsed}</td></tr>\n", html(&operation.title()))
        })
        .collect();
    let slow = table("Slowest", "<th>operation</th><th class=\"number\">99 of 100 responses</th>", &slow);
    format!("{}{slow}", table("Latency", "<th class=\"number\">took</th><th></th><th class=\"number\"></th>", &bars))
}

/// Below what 99 of 100 responses stay.
fn nearly_all(operation: &OperationView) -> Option<u64> {
    let all: usize = operation.latency.iter().map(|one| one.responses).sum();
    let mut seen = 0;
    let found = operation.latency.iter().find(|one| {
        seen += one.responses;
        seen * 100 >= all * 99
    })?;
    Some(found.below_ms.unwrap_or(u64::MAX))
}

fn bound(below: u64) -> String {
    match below {
        u64::MAX => "5 s or more".to_owned(),
        1_000.. => format!("below {} s", below / 1_000),
        below => format!("below {below} ms"),
    }
}
