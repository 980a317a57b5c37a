//! What is said of a baseline after a run.

use super::Observed;
use crate::baseline::{Accepted, Baseline};
use crate::cli::tell::tell;
use crate::report::{count, escape};

/// Of expired ones, so many are named.
const MOST: usize = 20;

/// Says how many findings were accepted, which are so no longer, and how many were not seen.
pub(in crate::cli) fn tell_all(baseline: &Baseline, file: &str, observed: &Observed) {
    if baseline.is_empty() {
        return;
    }
    let known: Vec<&Accepted> = observed.failing.iter().filter_map(|found| baseline.find(&found.fingerprint)).collect();
    let (expired, accepted): (Vec<&Accepted>, Vec<_>) = known.iter().partition(|one| baseline.is_expired(one));
    if !accepted.is_empty() {
        tell(format!("accepted by {file}: {}\n", count(accepted.len(), "finding")));
    }
    for one in expired.iter().take(MOST) {
        let day = one.expires.map(|day| day.to_string()).unwrap_or_default();
        tell(
            escape(&format!("accepted until {day}, and no longer: {} at {}, by {file}", one.rule, one.operation))
                .into_owned()
                + "\n",
        );
    }
    if expired.len() > MOST {
        tell(format!("and {} more\n", expired.len() - MOST));
    }
    let is_seen = |one: &Accepted| observed.failing.iter().any(|found| found.fingerprint == one.fingerprint);
    let gone = baseline.all().iter().filter(|one| observed.would_show(one) && !is_seen(one)).count();
    if gone > 0 && !observed.interrupted {
        tell(format!(
            "not shown any more, and still in {file}: {}; `conform baseline prune` takes out such ones\n",
            count(gone, "finding")
        ));
    }
}
