//! Of which bug each group of one operation is, as far as the operation shows it.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use super::super::{Group, OperationResult};
use super::unchecked::{self, Unchecked};
use super::untyped::{self, Untyped};
use crate::case::{Fault, Intent, at_clause, at_node_of};
use crate::check::MARGINS;
use crate::contract::{ClauseId, ClauseTarget, Contract, Operation};
use crate::finding::{Finding, Place, Root, habit_key};
use crate::rule::{Severity, Weight};

/// Bugs are part of others, and those of others still, in so many steps.
const DEPTH: usize = 4;

/// Failures of one operation that look the same in so many ways have one reason.
const AT_LARGE: usize = 3;

/// A group with its bug.
pub(super) struct Rooted<'a> {
    pub operation: &'a Operation,
    pub group: &'a Group,
    pub severity: Severity,
    /// The key of the bug.
    pub key: String,
    /// The keys of others that are the same bug.
    pub same: Vec<String>,
    /// The keys of the bugs whose shadow it is.
    pub shadow_of: Vec<String>,
    /// What it tells, if it is the one that is shown.
    pub told: Option<Told>,
}

impl Rooted<'_> {
    /// Takes the key of a bug of which this one is, too, and what it tells of that.
    pub fn tell(&mut self, told: Option<(String, Option<String>)>) {
        let Some((key, message)) = told else { return };
        self.same.push(key);
        self.told = message.map(|message| Told { message, place: None }).or_else(|| self.told.take());
    }
}

/// What a finding tells of all that are one bug with it.
pub(super) struct Told {
    message: String,
    place: Option<Place>,
}

impl Told {
    /// The finding that tells it.
    pub fn of(&self, shown: &Finding) -> Finding {
        let place = self.place.as_ref().unwrap_or(&shown.place).clone();
        Finding { message: self.message.clone(), place, ..shown.clone() }
    }
}

/// The parts of an operation's requests that are unchecked, by their clauses.
struct Parts<'a> {
    contract: &'a Contract,
    operation: &'a Operation,
    all: Vec<Unchecked>,
    of_clauses: HashMap<ClauseId, usize>,
    /// Beside those, the values that are read without their schemas.
    untyped: Vec<Untyped>,
}

impl OperationResult {
    /// Each group with its bug: that of a wider one, where the operation shows it.
    pub(super) fn rooted<'a>(&'a self, contract: &'a Contract, operation: &'a Operation) -> Vec<Rooted<'a>> {
        let all = unchecked::parts(operation, &contract.schemas, &self.tried);
        let of_clauses = all.iter().enumerate().flat_map(|(at, part)| part.clauses.iter().map(move |id| (*id, at)));
        let mut parts = Parts { contract, operation, of_clauses: of_clauses.collect(), all, untyped: Vec::new() };
        let groups = self.groups.values();
        let own = groups.clone().filter(|group| parts.of(group).is_none() && self.wider(operation, group).is_none());
        let (habits, own): (Vec<_>, Vec<_>) = own.partition(|group| self.reading(group).is_some());
        parts.untyped = untyped::values(operation, &contract.schemas, &own, &habits);
        groups
            .map(|group| {
                if let Some(refused) = self.refused(operation, group) {
                    return refused;
                }
                let key = self.key(&parts, group, DEPTH);
                let same = self.like(operation, group).map(|other| self.key(&parts, other, DEPTH));
                let same = same.chain(self.habit(&parts, group)).chain(self.unparsed(&parts, group));
                let same = same.chain(self.unread(operation, group)).collect();
                let status = group.exchange.result.as_ref().map_or(0, |response| response.status);
                let is_shadow = self.tried.is_of_valid(status);
                let shadow_of = match (parts.of(group), is_shadow) {
                    // What is told of a part is told of all of it: a hint as a warning shows no more.
                    (Some(_), _) if group.finding.severity > Severity::Note => vec![key.clone()],
                    // Who looks at nothing takes white space, too.
                    _ if is_of_margins(&group.finding.root) => {
                        vec![Finding { root: Root::Node, ..group.finding.clone() }.root_key()]
                    }
                    (None, true) => group.finding.shadow_of.clone(),
                    _ => Vec::new(),
                };
                let told = parts.tell(group).or_else(|| self.tell(group));
                Rooted { operation, group, severity: group.finding.severity, key, same, shadow_of, told }
            })
            .collect()
    }

    /// An invalid request that was refused, but with the status of a success: a target does that alike everywhere.
    fn refused<'a>(&self, operation: &'a Operation, group: &'a Group) -> Option<Rooted<'a>> {
        let finding = &group.finding;
        let member = self.tried.refusal(&group.exchange).filter(|_| finding.rule.tells_unchecked)?;
        let status = group.exchange.result.as_ref().map_or(0, |response| response.status);
        let message =
            format!("Refusals are sent with status {status}: `{member}` of the body alone tells them from successes");
        Some(Rooted {
            operation,
            group,
            severity: finding.severity,
            key: format!("{} refusals with a success", finding.rule),
            same: Vec::new(),
            shadow_of: Vec::new(),
            told: Some(Told { message, place: None }),
        })
    }

    fn key(&self, parts: &Parts<'_>, group: &Group, depth: usize) -> String {
        let own = || group.finding.root_key();
        if depth == 0 {
            return own();
        }
        if let Some(part) = parts.of(group) {
            return format!("unchecked {}", part.address(parts.contract));
        }
        if let Some(value) = parts.untyped.iter().find(|value| value.has(group)) {
            let address = Place::new(&parts.contract.document, value.location.clone(), "schema").address();
            return format!("{} types in {address}", group.finding.rule);
        }
        match self.wider(parts.operation, group) {
            Some(wider) => self.key(parts, wider, depth - 1),
            _ => self.reading(group).unwrap_or_else(own),
        }
    }

    /// A group that shows a wider bug, of which this one is part.
    fn wider(&self, operation: &Operation, group: &Group) -> Option<&Group> {
        let shown = |key: &String| {
            // Who reads values of other types there may look at all else.
            let is_of_value = group.finding.root == Root::Node && group.finding.place.keyword != "type";
            let may_explain = |other: &Group| !(is_of_value && matches!(other.finding.root, Root::Reading { .. }));
            let is_it = |other: &&Group| {
                other.finding.severity == group.finding.severity
                    && other.finding.root_key() == *key
                    && may_explain(other)
            };
            self.groups.values().find(is_it)
        };
        let wider = group.finding.part_of.iter().find_map(shown);
        let wider = wider.or_else(|| self.plainest(group)).or_else(|| self.plainer(group));
        let wider = wider.or_else(|| self.of_same_value(operation, group)).or_else(|| self.at_large(group));
        wider.filter(|wider| !std::ptr::eq(*wider, group))
    }

    /// A failure over a value of a valid request that looks like this, where this request has the same value there.
    fn of_same_value(&self, operation: &Operation, group: &Group) -> Option<&Group> {
        let is_it = |other: &&Group| {
            let Some(clause) = other.case.clause.filter(|_| other.case.intent == Intent::Valid) else { return false };
            let at = |group: &Group| {
                at_node_of(operation, clause, &group.case).map(|values| values.into_iter().cloned().collect::<Vec<_>>())
            };
            group.case.intent != Intent::Valid
                && other.is_of_same_kind(group)
                && group.finding.root.comes_of_plainest(&other.finding.root)
                && at(other).is_some_and(|values| !values.is_empty() && at(group) == Some(values))
        };
        self.groups.values().find(is_it)
    }

    /// The key of a habit of reading values, where others are refused at the node.
    fn reading(&self, group: &Group) -> Option<String> {
        let Root::Reading { manner } = &group.finding.root else { return None };
        let is_checked = self.tried.taken(group.case.clause?).is_some_and(|taken| taken.is_refused());
        is_checked.then(|| habit_key(group.finding.rule, manner))
    }

    /// The key of a habit of which a group may be, for all that is known of its node: no values of other types were taken.
    fn habit(&self, parts: &Parts<'_>, group: &Group) -> Option<String> {
        let Root::Reading { manner } = &group.finding.root else { return None };
        // What is around a text is of its type.
        if is_of_margins(&group.finding.root) {
            return None;
        }
        let is_narrow = self.tried.taken(group.case.clause?).is_some_and(|taken| taken.is_of_one_type());
        let is_own = parts.of(group).is_none() && !parts.untyped.iter().any(|value| value.has(group));
        let is_own = is_own && self.wider(parts.operation, group).is_none();
        (is_narrow && is_own).then(|| habit_key(group.finding.rule, manner))
    }

    /// The key of the bug that bodies of other media types are taken, where a group shows that none is taken, too: what is not
    /// parsed is no body.
    fn unparsed(&self, parts: &Parts<'_>, group: &Group) -> Option<String> {
        let is_taken = |other: &Group| {
            other.finding.rule.weight == Weight::Accepted && other.finding.severity == group.finding.severity
        };
        let of_other_type = |other: &&Group| other.case.intent == Intent::Invalid(Fault::MediaType) && is_taken(other);
        let is_it = is_taken(group) && matches!(group.case.intent, Intent::Invalid(_)) && parts.lacks_body(group);
        let other = self.groups.values().filter(|_| is_it).find(of_other_type)?;
        Some(self.key(parts, other, DEPTH))
    }

    /// The key of the bug that parameters are read without care, where a failure that says nothing is over one of several of
    /// the same place: it is their reading that fails.
    fn unread(&self, operation: &Operation, group: &Group) -> Option<String> {
        let of = |group: &Group| {
            let Root::Crash { symptom, .. } = &group.finding.root else { return None };
            let says_nothing = symptom.words.as_ref().is_none_or(String::is_empty);
            let clause = operation.clauses().get(group.case.clause.filter(|_| says_nothing)?);
            let ClauseTarget::Parameter(index) = clause.place else { return None };
            Some((index, operation.parameters.get(index)?.place, symptom.kind.clone()))
        };
        let (_, place, kind) = of(group)?;
        let like = self.groups.values().filter(|other| other.is_of_same_kind(group)).filter_map(of);
        let parameters: HashSet<usize> =
            like.filter(|(_, own, failure)| (*own, failure) == (place, &kind)).map(|(index, ..)| index).collect();
        (parameters.len() >= AT_LARGE)
            .then(|| format!("{} {kind} over {place} parameters of {}", group.finding.rule, operation.id))
    }

    /// The failure of the plainest request, where this is the same.
    fn plainest(&self, group: &Group) -> Option<&Group> {
        let is_it = |plainest: &&Group| {
            plainest.case.is_plainest
                && plainest.is_of_same_kind(group)
                && group.finding.root.comes_of_plainest(&plainest.finding.root)
        };
        self.groups.values().find(is_it)
    }

    /// A failure over one member that looks like this, where this is of a valid request of which nobody knows what it fails
    /// over.
    fn plainer(&self, group: &Group) -> Option<&Group> {
        let is_of_member = |group: &Group| group.case.intent == Intent::Valid && group.case.clause.is_some();
        let is_vague = group.case.intent == Intent::Valid && group.case.clause.is_none();
        let is_it = |other: &&Group| {
            is_of_member(other)
                && other.is_of_same_kind(group)
                && group.finding.root.comes_of_plainest(&other.finding.root)
        };
        self.groups.values().filter(|_| is_vague).find(is_it)
    }

    /// A failure over nothing that anybody knows of, where this one looks the same, and it is not the only one: an operation
    /// that fails whatever is wrong with the request fails for what it does itself.
    fn at_large(&self, group: &Group) -> Option<&Group> {
        let says_nothing = |root: &Root| {
            let Root::Crash { symptom, .. } = root else { return false };
            symptom.words.as_ref().is_none_or(String::is_empty)
        };
        let is_like = |vague: &Group, other: &Group| {
            other.is_of_same_kind(vague)
                && says_nothing(&other.finding.root)
                && other.finding.root.comes_of_plainest(&vague.finding.root)
        };
        let is_it = |vague: &&Group| {
            let is_vague = vague.case.intent == Intent::Valid && vague.case.clause.is_none();
            is_vague
                && self.plainer(vague).is_none()
                && says_nothing(&vague.finding.root)
                && is_like(vague, group)
                && self.groups.values().filter(|other| is_like(vague, other)).count() >= AT_LARGE
        };
        self.groups.values().find(is_it)
    }

    /// The other groups that are the same bug: what the same responses show of one value, failures
    /// and refusals in the same words, and failures over one parameter, or over null, that look the same.
    fn like<'a>(&'a self, operation: &'a Operation, group: &'a Group) -> impl Iterator<Item = &'a Group> {
        let node = |group: &Group| {
            let clause = operation.clauses().get(group.case.clause?);
            // A node of a body is that of all that it lacks.
            matches!(clause.place, ClauseTarget::Parameter(_)).then_some((clause.place, &clause.instance))
        };
        let is_of_null = |group: &Group| {
            let sent = at_clause(operation, &group.case).unwrap_or_default();
            !sent.is_empty() && sent.into_iter().all(Value::is_null)
        };
        let is_over_the_same = move |other: &Group, group: &Group| {
            let is_it = || node(other).is_some() && node(other) == node(group);
            other.finding.root.looks_the_same(&group.finding.root)
                && (is_it() || is_of_null(other) && is_of_null(group))
        };
        self.groups.values().filter(move |other| {
            !std::ptr::eq(*other, group)
                && other.is_of_same_kind(group)
                && (is_of_same_value(other, group)
                    || other.finding.root.says_the_same(&group.finding.root)
                    || is_over_the_same(other, group))
        })
    }

    /// What several groups say of one value.
    fn tell(&self, group: &Group) -> Option<Told> {
        let aspect = group.finding.aspect.as_ref()?;
        let all = self.groups.values().filter(|other| std::ptr::eq(*other, group) || is_of_same_value(other, group));
        let parts: Vec<&str> = all.filter_map(|group| Some(group.finding.aspect.as_ref()?.part.as_str())).collect();
        let message = format!("{} {}", aspect.beginning, parts.join(", "));
        (parts.len() > 1).then_some(Told { message, place: None })
    }
}

impl Group {
    fn is_of_same_kind(&self, other: &Self) -> bool {
        self.finding.rule == other.finding.rule && self.finding.severity == other.finding.severity
    }
}

fn is_of_margins(root: &Root) -> bool {
    matches!(root, Root::Reading { manner } if manner == MARGINS)
}

/// Whether the same responses show both, of one value, or whichever do.
fn is_of_same_value(one: &Group, other: &Group) -> bool {
    let of = |group: &Group| group.finding.aspect.as_ref().map(|aspect| aspect.of.clone());
    let is_of_any_response = one.finding.aspect.as_ref().is_some_and(|aspect| aspect.is_of_any_response);
    of(one).is_some()
        && of(one) == of(other)
        && (is_of_any_response || (one.case.index, one.finding.cases) == (other.case.index, other.finding.cases))
}

impl Parts<'_> {
    /// The part that a group is about.
    fn of(&self, group: &Group) -> Option<&Unchecked> {
        let clause = group.case.clause.filter(|_| group.finding.rule.tells_unchecked);
        let of_clause = clause.and_then(|clause| self.of_clauses.get(&clause)).map(|at| &self.all[*at]);
        of_clause.or_else(|| self.all.iter().find(|part| part.is_whole && self.is_of_whole(group)))
    }

    /// Whether a group shows that a body is taken, whatever it is: none, no JSON, one of another media type.
    fn is_of_whole(&self, group: &Group) -> bool {
        let is_taken = group.finding.rule.weight == Weight::Accepted;
        is_taken
            && match group.case.intent {
                Intent::Invalid(Fault::Malformed | Fault::MediaType) => true,
                Intent::Invalid(_) => self.lacks_body(group),
                _ => false,
            }
    }

    /// Whether a group is about a body that is missing.
    fn lacks_body(&self, group: &Group) -> bool {
        let clause = group.case.clause.map(|id| self.operation.clauses().get(id));
        clause.is_some_and(|clause| clause.keyword == "required" && clause.place == ClauseTarget::Request)
    }

    fn tell(&self, group: &Group) -> Option<Told> {
        if let Some(value) = self.untyped.iter().find(|value| value.has(group)) {
            let place = Place::new(&self.contract.document, value.location.clone(), "schema");
            return Some(Told { message: value.message.clone(), place: Some(place) });
        }
        let part = self.of(group)?;
        let (unchecked, tried) = (part.unchecked, part.tried);
        let how = match tried - unchecked {
            0 => "Nothing in",
            checked if checked * 5 <= unchecked => "Next to nothing in",
            _ => "Little of",
        };
        let message = format!(
            "{how} {} is checked: of {tried} clauses that requests broke, one at a time, {unchecked} made no difference",
            part.name
        );
        let place = (!part.is_scalar).then(|| Place::new(&self.contract.document, part.location.clone(), "schema"));
        Some(Told { message, place })
    }
}

impl Unchecked {
    fn address(&self, contract: &Contract) -> String {
        Place::new(&contract.document, self.location.clone(), "schema").address()
    }
}
