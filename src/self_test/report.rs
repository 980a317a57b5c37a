//! What a self-test found out, as a table for people and as JSON for machines.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::{Catch, Expectation, LaxRun, Mutant, StandInRun, Trial};
use crate::reference::seeded::Class;
use crate::report::Paint;
use crate::rule::Severity;

/// A trial of a fault, with what was expected.
type Tried<'a> = (&'a Expectation, &'a Trial);

/// The table, class by class, with totals; it ends with a line break.
pub fn text(trials: &[Trial], paint: Paint) -> String {
    let mut out = String::new();
    for trial in trials.iter().filter(|trial| trial.expected.is_none()) {
        let verdict = match (&trial.first, &trial.untestable) {
            (Some(catch), _) => format!("{}  {}", paint.bad("FALSE ALARM"), told(catch)),
            (None, Some(reason)) => format!("{}  {reason}", paint.bad("UNTESTABLE")),
            (None, None) => format!("{}  no finding, as there should be none", paint.good("clean")),
        };
        let _ = writeln!(out, "{:<32}  {verdict}", format!("{} without a fault", trial.provider));
    }
    for class in Class::ALL {
        let of_class: Vec<Tried<'_>> = tried(trials).filter(|(expected, _)| expected.fault.class == class).collect();
        if of_class.is_empty() {
            continue;
        }
        let _ = writeln!(out, "\n{}  {}", paint.strong(class.name()), counts(&of_class));
        for (expected, trial) in of_class {
            let verdict = verdict(expected, trial);
            let painted = match verdict {
                "killed" | "warned" => paint.good(format!("{verdict:<8}")),
                "unnamed" | "unseen" => paint.warn(format!("{verdict:<8}")),
                _ => paint.bad(format!("{verdict:<8}")),
            };
            let unseen = || expected.unseen.unwrap_or(expected.fault.sentence).to_owned();
            let seen = trial.catch().map_or_else(unseen, told);
            let _ = writeln!(out, "  {painted}  {:<36}  {seen}", expected.to_string());
        }
    }
    let all: Vec<Tried<'_>> = tried(trials).collect();
    let _ = writeln!(out, "\n{}  {}", paint.strong("all faults"), counts(&all));
    for (heading, wanted) in [("survived", "SURVIVED"), ("found, but not by the clause that they break", "unnamed")] {
        let mut these = all.iter().filter(|(expected, trial)| verdict(expected, trial) == wanted).peekable();
        if these.peek().is_some() {
            let _ = writeln!(out, "\n{}:", paint.bad(heading));
        }
        for (expected, _) in these {
            let Expectation { fault, rule, node, .. } = expected;
            let _ = writeln!(out, "  {fault}: {}; {rule} at {node}", fault.sentence);
        }
    }
    out
}

/// The same as one JSON object.
pub fn json(trials: &[Trial], seed: u64) -> Value {
    let catch = |catch: &Catch| {
        json!({
            "check": catch.finding.rule.id,
            "severity": catch.finding.severity,
            "keyword": catch.finding.place.keyword,
            "pointer": catch.finding.place.location.pointer.as_str(),
            "place": catch.place,
            "message": catch.finding.message,
            "requests": catch.requests,
            "milliseconds": catch.elapsed.as_secs_f64() * 1_000.0,
        })
    };
    let fault = |(expected, trial): Tried<'_>| {
        json!({
            "fault": expected.to_string(),
            "class": expected.fault.class.name(),
            "sentence": expected.fault.sentence,
            "check": expected.rule.id,
            "severity": expected.severity,
            "node": expected.node,
            "unseen": expected.unseen,
            "verdict": verdict(expected, trial).to_ascii_lowercase(),
            "first": trial.first.as_ref().map(catch),
            "named": trial.named.as_ref().map(catch),
        })
    };
    let clean = |trial: &Trial| {
        json!({
            "provider": trial.provider,
            "finding": trial.first.as_ref().map(catch),
            "untestable": trial.untestable,
        })
    };
    json!({
        "schema_version": 1,
        "seed": seed,
        "clean": trials.iter().filter(|trial| trial.expected.is_none()).map(clean).collect::<Vec<_>>(),
        "faults": tried(trials).map(fault).collect::<Vec<_>>(),
    })
}

/// The table of a stand-in and its perturbations; it ends with a line break.
pub fn stand_in_text(staged: &[StandInRun], paint: Paint) -> String {
    let mut out = String::new();
    for stage in staged {
        let what = stage.mutant.map_or("nothing is wrong", Mutant::sentence);
        let found = stage.found.as_ref().map(|(finding, place)| format!("{:<20} {place}", finding.rule.id));
        let verdict = stand_in_verdict(stage);
        let painted = match verdict {
            "found" | "clean" => paint.good(format!("{verdict:<10}")),
            "no occasion" => paint.faint(format!("{verdict:<10}")),
            _ => paint.bad(format!("{verdict:<10}")),
        };
        let told = found.or_else(|| stage.untestable.clone()).unwrap_or_default();
        let _ = writeln!(out, "{painted}  {what:<48}  {told}");
        for place in &stage.overlooked {
            let _ = writeln!(out, "            not found where {place} is broken");
        }
    }
    out
}

/// The table of the small bugs that a document gives occasion to, with their number; it ends with a line break.
pub fn lax_text(runs: &[LaxRun], paint: Paint) -> String {
    let mut out = String::new();
    let applied: Vec<&LaxRun> = runs.iter().filter(|run| run.applied).collect();
    for (kind, is_meeting) in [("small bugs", false), ("small bugs for which two things must meet", true)] {
        let of_kind = || applied.iter().filter(|run| run.is_meeting == is_meeting);
        let found = of_kind().filter(|run| run.found.is_some()).count();
        let _ = writeln!(out, "{}  {found} of {} found", paint.strong(kind), of_kind().count());
    }
    for run in applied {
        let told = run.found.as_ref().map(|(operation, case)| format!("{operation}: {case}"));
        let seen = || format!("{} requests that say nothing", run.differs);
        let painted = match run.found {
            Some(_) => paint.good(format!("{:<10}", "found")),
            None => paint.warn(format!("{:<10}", "survives")),
        };
        let _ = writeln!(out, "{painted}  {:<64}  {}", run.sentence, told.unwrap_or_else(seen));
    }
    out
}

/// The same as one JSON object.
pub fn stand_in_json(staged: &[StandInRun], seed: u64) -> Value {
    let stage = |stage: &StandInRun| {
        json!({
            "perturbation": stage.mutant.map(Mutant::sentence),
            "check": stage.mutant.map(|mutant| mutant.rule().id),
            "verdict": stand_in_verdict(stage).to_ascii_lowercase(),
            "place": stage.found.as_ref().map(|(_, place)| place),
            "message": stage.found.as_ref().map(|(finding, _)| &finding.message),
            "overlooked": stage.overlooked,
            "untestable": stage.untestable,
        })
    };
    json!({"schema_version": 1, "seed": seed, "stand_in": staged.iter().map(stage).collect::<Vec<_>>()})
}

fn stand_in_verdict(stage: &StandInRun) -> &'static str {
    match (stage.mutant, &stage.found) {
        (None, Some(_)) => "FALSE ALARM",
        (None, None) if stage.untestable.is_some() => "UNTESTABLE",
        (None, None) => "clean",
        (Some(_), _) if !stage.applied => "no occasion",
        (Some(_), Some(_)) if stage.overlooked.is_empty() => "found",
        (Some(_), _) => "MISSED",
    }
}

fn tried(trials: &[Trial]) -> impl Iterator<Item = Tried<'_>> {
    trials.iter().filter_map(|trial| Some((trial.expected?, trial)))
}

fn verdict(expected: &Expectation, trial: &Trial) -> &'static str {
    match (&trial.first, &trial.named) {
        (None, _) if expected.unseen.is_some() => "unseen",
        (None, _) => "SURVIVED",
        (Some(_), None) => "unnamed",
        (Some(_), Some(_)) if expected.severity == Severity::Warning => "warned",
        (Some(_), Some(_)) => "killed",
    }
}

/// `5 of 5 killed, 5 named`
fn counts(of: &[Tried<'_>]) -> String {
    let killed = of.iter().filter(|(_, trial)| trial.first.is_some()).count();
    let named = of.iter().filter(|(_, trial)| trial.named.is_some()).count();
    let unseen = of.iter().filter(|(expected, trial)| verdict(expected, trial) == "unseen").count();
    let unseen = if unseen > 0 { format!(", {unseen} not looked for") } else { String::new() };
    format!("{killed} of {} killed, {named} by the clause that they break{unseen}", of.len())
}

fn told(catch: &Catch) -> String {
    let Catch { finding, place, requests, elapsed } = catch;
    let seconds = elapsed.as_secs_f64();
    format!("{:<20} {:<16} {place}  request {requests}, {seconds:.2} s", finding.rule.id, finding.place.keyword)
}
