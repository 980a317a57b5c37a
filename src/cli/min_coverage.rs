//! `--min-coverage`: what a run must have exercised.

use crate::engine::{Event, Listener, ListenerError, Results};
use crate::report::{Coverage, Kind};
use crate::text::nearest::suggest;

/// One limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct MinCoverage {
    kind: Kind,
    percent: usize,
}

/// `clauses=90`.
///
/// # Errors
/// In words: no such kind, or no percentage.
pub(super) fn parse(text: &str) -> Result<MinCoverage, String> {
    let (name, percent) = text.split_once('=').ok_or("write a kind and a percentage, such as `clauses=90`")?;
    let known = Kind::ALL.map(Kind::name);
    let kind = Kind::ALL.into_iter().find(|kind| kind.name() == name);
    let kind = kind.ok_or_else(|| format!("there is no coverage of `{name}`; {}", suggest(name, known, "")))?;
    let percent = percent.trim_end_matches('%').parse().ok().filter(|percent| *percent <= 100);
    Ok(MinCoverage { kind, percent: percent.ok_or_else(|| format!("`{text}` has no percentage from 0 to 100"))? })
}

/// What is said of a limit that is not kept.
pub(super) fn told(coverage: &Coverage, limits: &[MinCoverage]) -> Option<String> {
    let missed = limits.iter().filter(|limit| coverage.share(limit.kind).percent() < limit.percent);
    let told: Vec<String> = missed
        .map(|limit| {
            let (name, share) = (limit.kind.name(), coverage.share(limit.kind));
            format!(
                "too little was exercised: {share} of the {name}, and --min-coverage asks for {} %\n",
                limit.percent
            )
        })
        .collect();
    (!told.is_empty()).then(|| told.concat())
}

/// Takes the coverage of a run down.
#[derive(Debug, Default)]
pub(super) struct Counted(pub Coverage);

impl Listener for Counted {
    fn on(&mut self, event: &Event, results: &Results) -> Result<(), ListenerError> {
        if matches!(event, Event::RunFinished { .. }) {
            self.0 = Coverage::of(results);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_a_kind_and_a_percentage() {
        assert_eq!(parse("clauses=90"), Ok(MinCoverage { kind: Kind::Clauses, percent: 90 }));
        assert_eq!(parse("statuses=5%"), Ok(MinCoverage { kind: Kind::Statuses, percent: 5 }));
        for (wrong, told) in
            [("90", "clauses=90"), ("clause=90", "did you mean `clauses`?"), ("clauses=101", "0 to 100")]
        {
            assert!(parse(wrong).is_err_and(|reason| reason.contains(told)), "{wrong}: {:?}", parse(wrong));
        }
    }

    #[test]
    fn a_limit_is_missed_below_it_and_kept_at_it() {
        let mut coverage = Coverage::default();
        coverage.clauses.add(9, 10);
        let of = |text: &str| told(&coverage, &[parse(text).expect("a limit")]);
        assert_eq!(of("clauses=90"), None);
        let missed = of("clauses=91").expect("it is missed");
        assert!(missed.contains("9 of 10 (90 %) of the clauses"), "{missed}");
    }
}
