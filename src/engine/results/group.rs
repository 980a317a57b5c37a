//! Findings with the same cause, shown as one with its best case.

use std::borrow::Cow;
use std::sync::Arc;

use super::stored::{Bugs, Member, Stored};
use crate::case::{Case, Intent};
use crate::execute::{Exchange, Masker};
use crate::finding::{Evidence, Finding, Related, Root};
use crate::rule::{Pins, Severity};

/// Findings with the same cause.
#[derive(Debug)]
pub struct Group {
    /// The finding of the best case: of those that break least at once, the smallest. Its message names the other
    /// variants of the cause as well.
    pub finding: Finding,
    /// The best case.
    pub case: Arc<Case>,
    /// Its exchange, secrets as variables.
    pub exchange: Arc<Exchange>,
    /// The message of the best case alone.
    own: String,
    /// The variants of the cause that showed, in the order of their cases.
    variants: Vec<String>,
    last_case: usize,
    /// By what the finding is one bug with others, as long as nothing else explains it.
    root: Root,
    /// Whether it is a warning, and no error, for what explains it.
    is_eased: bool,
    /// The wrong values that responses returned; `None` for one that is not known again.
    returned: Vec<Option<Member>>,
}

/// Values that are remembered of one cause.
const MOST: usize = 64;

impl Group {
    /// The first finding of a cause, without these secrets.
    pub fn new(finding: &Finding, case: &Arc<Case>, exchange: &Arc<Exchange>, secrets: &Masker) -> Self {
        let (finding, exchange) = hidden(finding, case, exchange, secrets);
        Self {
            case: case.clone(),
            exchange,
            own: finding.message.clone(),
            variants: finding.variant.iter().cloned().collect(),
            last_case: case.index,
            root: finding.root.clone(),
            is_eased: false,
            returned: vec![Member::returned(&finding)],
            finding,
        }
    }

    /// Whether all that is wrong was stored by invalid requests that were accepted: then it is the bug of having accepted
    /// the first of them, and where it may be eased, no worse than the worst. True where it is no error any more.
    pub(super) fn explain(&mut self, stored: &Stored, known: &Bugs, may_be_eased: bool) -> bool {
        let bugs = self.returned.iter().map(|member| stored.explains(member.as_ref()?, known));
        let bugs: Option<Vec<&(String, Severity)>> = bugs.collect();
        let worst = bugs.iter().flatten().map(|(_, severity)| *severity).max();
        self.finding.root = match bugs.as_ref().and_then(|bugs| bugs.first()) {
            Some((key, _)) => Root::Known(key.clone()),
            None => self.root.clone(),
        };
        let is_error = self.finding.severity == Severity::Error;
        if worst.is_none() && self.is_eased {
            (self.finding.severity, self.is_eased) = (Severity::Error, false);
        } else if is_error && may_be_eased && worst.is_some_and(|worst| worst < Severity::Error) {
            (self.finding.severity, self.is_eased) = (Severity::Warning, true);
            return true;
        }
        false
    }

    /// Whether all that is wrong is small values that responses returned.
    pub(super) fn is_known_by_values(&self) -> bool {
        self.returned.iter().all(Option::is_some)
    }

    fn note_returned(&mut self, member: Option<Member>) {
        let member = member.filter(|_| self.returned.len() < MOST);
        if !self.returned.contains(&member) {
            self.returned.push(member);
        }
    }

    /// Takes another finding of the cause.
    pub(super) fn add(&mut self, finding: &Finding, case: &Arc<Case>, exchange: &Arc<Exchange>, secrets: &Masker) {
        // One exchange may break a rule at several places; that is still one case.
        self.finding.cases += usize::from(self.last_case != case.index);
        self.last_case = case.index;
        self.note(finding.variant.as_ref());
        self.note_returned(Member::returned(finding));
        if rank(case, exchange) < self.rank() {
            self.show(finding, case, exchange, secrets);
        } else {
            self.update_message();
        }
    }

    /// Shows the cause by this finding.
    pub(super) fn show(&mut self, finding: &Finding, case: &Arc<Case>, exchange: &Arc<Exchange>, secrets: &Masker) {
        let (finding, exchange) = hidden(finding, case, exchange, secrets);
        let finding = Finding { cases: self.finding.cases, ..finding };
        self.root = finding.root.clone();
        self.note_returned(Member::returned(&finding));
        (self.own, self.finding, self.case, self.exchange) = (finding.message.clone(), finding, case.clone(), exchange);
        self.update_message();
    }

    /// Takes all findings of another group with the same cause, and shows the better of the two.
    pub(super) fn merge(&mut self, mut other: Self) {
        let cases = self.finding.cases + other.finding.cases;
        if other.rank() < self.rank() {
            std::mem::swap(self, &mut other);
        }
        self.finding.cases = cases;
        std::mem::take(&mut other.returned).into_iter().for_each(|member| self.note_returned(member));
        for variant in &other.variants {
            self.note(Some(variant));
        }
        self.update_message();
    }

    /// Whether the other is the same fault at another clause: of the same rule, one that blames the request, and shown by
    /// the same request.
    pub(super) fn is_shown_by_same_request(&self, other: &Self) -> bool {
        let (one, two) = (&self.finding, &other.finding);
        let status = |group: &Self| group.exchange.result.as_ref().ok().map(|response| response.status);
        one.rule == two.rule
            && one.rule.pins == Pins::Request
            && one.severity == two.severity
            && self.exchange.request == other.exchange.request
            && status(self) == status(other)
    }

    /// Takes a group that the same request shows at another clause.
    pub(super) fn unite(&mut self, mut other: Self) {
        if other.rank() < self.rank() {
            std::mem::swap(self, &mut other);
        }
        self.finding.cases += other.finding.cases;
        self.finding.related.push(Related { label: "also breaks", place: other.finding.place });
        self.finding.related.extend(other.finding.related);
        other.variants.iter().for_each(|variant| self.note(Some(variant)));
        self.update_message();
    }

    fn note(&mut self, variant: Option<&String>) {
        self.variants.extend(variant.filter(|variant| !self.variants.contains(variant)).cloned());
    }

    /// Writes the message: what the best case shows, and for which variants the same was found.
    fn update_message(&mut self) {
        let mut others = self.variants.iter().filter(|variant| Some(*variant) != self.finding.variant.as_ref());
        self.finding.message.clone_from(&self.own);
        if let Some(first) = others.next() {
            let others: Vec<&str> = std::iter::once(first).chain(others).map(String::as_str).collect();
            self.finding.message.push_str(&format!("; likewise for {}", others.join(", ")));
        }
    }

    pub(super) fn rank(&self) -> Rank {
        rank(&self.case, &self.exchange)
    }
}

/// How good a case is to show; the least is the best.
type Rank = (usize, bool, bool, usize, usize);

/// What makes a case the better one to show: that it breaks nothing else, that nothing is wrong with it, that it is plain,
/// and how little there is to read of it.
fn rank(case: &Case, exchange: &Exchange) -> Rank {
    let request = &exchange.request;
    let headers: usize = request.headers.iter().map(|(name, value)| name.len() + value.len()).sum();
    let size = request.url.len() + headers + request.body.as_ref().map_or(0, Vec::len);
    (case.also_broken.len(), case.intent != Intent::Valid, !case.is_plainest, size, case.index)
}

/// A finding with its exchange, the secrets as variables.
fn hidden(finding: &Finding, case: &Arc<Case>, exchange: &Arc<Exchange>, secrets: &Masker) -> (Finding, Arc<Exchange>) {
    let hide = |text: &String| secrets.told(text, exchange);
    let cleaned = |exchange: &Arc<Exchange>| match secrets.exchange(exchange) {
        Cow::Borrowed(_) => exchange.clone(),
        Cow::Owned(clean) => Arc::new(clean),
    };
    let clean = cleaned(exchange);
    let evidence = Evidence {
        case: Some(case.clone()),
        exchange: Some(clean.clone()),
        sequence: finding.evidence.sequence.iter().map(cleaned).collect(),
        difference: finding.evidence.difference.as_ref().map(hide),
        ..finding.evidence.clone()
    };
    let finding =
        Finding { message: hide(&finding.message), expected: hide(&finding.expected), evidence, ..finding.clone() };
    (finding, clean)
}
