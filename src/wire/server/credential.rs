//! The credentials of a request. Whether they are right is not decided here, where the secrets are unknown.

use super::{Arrived, Problem, ProblemKind, Server};
use crate::contract::{ClauseTarget, ParameterLocation, SchemeKind, SchemeRequirement};

impl Server<'_> {
    /// What is sent for each scheme, and what is wrong where no alternative has all its schemes.
    pub(super) fn credentials(&self, arrived: &Arrived<'_>) -> (Vec<(String, String)>, Option<Problem>) {
        let mut sent: Vec<(String, String)> = Vec::new();
        for used in self.operation.security.iter().flatten() {
            if sent.iter().all(|(known, _)| *known != used.scheme) {
                sent.extend(credential(used, arrived).map(|value| (used.scheme.clone(), value)));
            }
        }
        let has = |used: &SchemeRequirement| {
            used.kind == SchemeKind::MutualTls || sent.iter().any(|(scheme, _)| *scheme == used.scheme)
        };
        let alternatives = &self.operation.security;
        let is_open = alternatives.is_empty() || alternatives.iter().any(|schemes| schemes.iter().all(has));
        let problem = (!is_open).then(|| {
            let missing = alternatives.iter().flatten().filter(|used| !has(used));
            let clause = |used: &SchemeRequirement| {
                self.operation.clauses().find("security", &ClauseTarget::Request, Some(&used.scheme))
            };
            Problem { kind: ProblemKind::Unauthenticated, clauses: missing.filter_map(clause).collect() }
        });
        (sent, problem)
    }
}

/// What is sent for a scheme: for one of `Authorization`, what follows its name.
fn credential(used: &SchemeRequirement, arrived: &Arrived<'_>) -> Option<String> {
    let authorization = |scheme: &str| {
        let sent = arrived.header("authorization")?;
        let (name, value) = sent.split_once(' ')?;
        name.eq_ignore_ascii_case(scheme).then(|| value.to_owned())
    };
    let named = |pairs: Vec<(String, String)>, name: &str| {
        pairs.into_iter().find(|(known, _)| known == name).map(|(_, value)| value)
    };
    match &used.kind {
        SchemeKind::Basic => authorization("Basic"),
        SchemeKind::Bearer => authorization("Bearer"),
        SchemeKind::Http(scheme) => authorization(scheme),
        SchemeKind::ApiKey(ParameterLocation::Header, name) => arrived.header(name),
        SchemeKind::ApiKey(ParameterLocation::Query, name) => named(arrived.query(), name),
        SchemeKind::ApiKey(ParameterLocation::Cookie, name) => named(arrived.cookies(), name),
        SchemeKind::ApiKey(ParameterLocation::Path, _) | SchemeKind::MutualTls => None,
    }
}
