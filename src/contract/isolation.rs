//! Which clauses the violations of a value break, and whether one of them alone.

use std::borrow::Cow;
use std::collections::HashMap;

use super::clause::{Clause, ClauseId, ClauseTarget, Clauses};
use super::schema::Violation;
use crate::spec::Pointer;

/// How many violations are looked up one by one.
const FEW: usize = 8;

/// What a value's violations are, seen from one clause.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Isolation {
    /// It is the only clause that breaks (with the unions above it, if it stands in a branch).
    Alone,
    /// It breaks together with others.
    WithOthers,
    /// It does not break.
    Missed,
}

/// Whether `violations` come from `clause`, and from nothing else.
pub fn isolation(clause: &Clause, violations: &[Violation]) -> Isolation {
    let own = |violation: &Violation| is_of(clause, violation);
    if violations.is_empty() {
        return Isolation::Missed;
    }
    if violations.iter().all(own) {
        return Isolation::Alone;
    }
    if violations.iter().any(own) {
        return Isolation::WithOthers;
    }
    // A clause of a branch breaks when its branch fails for it and no other branch holds.
    let best = violations
        .iter()
        .flat_map(|violation| &violation.branches)
        .map(|branch| isolation(clause, branch))
        .min()
        .unwrap_or(Isolation::Missed);
    if best == Isolation::Alone && violations.len() > 1 { Isolation::WithOthers } else { best }
}

/// Whether a violation is reported for this clause.
fn is_of(clause: &Clause, violation: &Violation) -> bool {
    let (here, there) = (&violation.location, &clause.location);
    let same_node = here == there
        // What `propertyNames`, `contains` and `not` contain is reported for their subschema or for themselves.
        || here.is_inside(there)
        || (clause.keyword == "dependentRequired" && there.is_inside(here))
        // A wrong number of matching items is reported for the count.
        || (clause.keyword == "contains"
            && matches!(&*violation.keyword, "minContains" | "maxContains")
            && here.file == there.file
            && here.pointer.parent().map(|(holder, _)| holder) == there.pointer.parent().map(|(holder, _)| holder));
    same_node && (is_at(&clause.instance, &violation.instance) || here == there && recurs(clause, violation))
}

/// Whether a violation of the very same node is further below: a recursive schema asserts the same at every depth. Before the
/// schema begins to hold itself, and after it has done so for the last time, the way is that of the clause.
fn recurs(clause: &Clause, violation: &Violation) -> bool {
    let wanted: Vec<_> = clause.instance.tokens().collect();
    let way: Vec<_> = violation.instance.tokens().collect();
    let is_one = |(wanted, token): (&Cow<'_, str>, &Cow<'_, str>)| wanted == "*" || wanted == token;
    let alike = wanted.iter().zip(&way).take_while(|pair| is_one(*pair)).count();
    let from_end = wanted.iter().rev().zip(way.iter().rev()).take_while(|pair| is_one(*pair)).count();
    way.len() > wanted.len() && alike + from_end >= wanted.len()
}

impl Clauses {
    /// The clause that a violation breaks: the one that stands where it does, or else one that holds it.
    pub fn broken_by(&self, place: &ClauseTarget, violation: &Violation) -> Option<ClauseId> {
        let of_place = || self.iter().filter(|(_, clause)| clause.place == *place);
        let exact = of_place().find(|(_, clause)| clause.location == violation.location);
        exact.or_else(|| of_place().find(|(_, clause)| is_of(clause, violation))).map(|(id, _)| id)
    }

    /// The clauses that violations break, as [`Self::broken_by`] finds them: an object may lack hundreds of properties.
    pub fn all_broken_by(&self, place: &ClauseTarget, violations: &[Violation]) -> Vec<ClauseId> {
        // A few are found sooner than all clauses are put in order.
        if violations.len() <= FEW {
            return violations.iter().filter_map(|violation| self.broken_by(place, violation)).collect();
        }
        let mut exact = HashMap::new();
        for (id, clause) in self.iter().filter(|(_, clause)| clause.place == *place) {
            exact.entry(&clause.location).or_insert(id);
        }
        let find = |found: &Violation| exact.get(&found.location).copied().or_else(|| self.broken_by(place, found));
        violations.iter().filter_map(find).collect()
    }
}

/// Whether a violation at this node may be one of a clause on these nodes. A clause on the names or items of a value may
/// be reported for the name or item itself, one level below.
fn is_at(clause: &Pointer, violation: &Pointer) -> bool {
    violation.matches(clause) || violation.parent().is_some_and(|(holder, _)| holder.matches(clause))
}

#[cfg(test)]
mod tests {
    use super::is_at;
    use crate::spec::Pointer;

    #[test]
    fn a_violation_may_be_told_one_level_below_its_clause_and_no_deeper() {
        let is = |clause: &str, violation: &str| is_at(&Pointer::new(clause), &Pointer::new(violation));
        assert!(is("/tags/*", "/tags/3") && is("/tags", "/tags/3") && is("", "/name") && is("", ""));
        assert!(!is("/tags", "/tags/3/name") && !is("/tags/*", "/tags") && !is("/tags", "/names/3"));
    }
}
