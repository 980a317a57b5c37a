//! Changes of the credentials that a request needs.

use serde_json::Value;

use super::{Changes, Effect, Side, rule};
use crate::contract::{Operation, SchemeKind, SchemeRequirement};

impl Changes<'_, '_> {
    /// Credentials that were enough must still be. Alternatives are sets of schemes; a scheme is known by what it
    /// puts into the request, whatever its name.
    pub(super) fn security(&mut self, old: &Operation, new: &Operation) {
        let subject = "security";
        let place = |operation: &Operation| {
            let used = operation.security.iter().flatten().next();
            used.map_or_else(|| operation.location.clone(), |used| used.location.clone())
        };
        let (was, is) = (place(old), place(new));
        match (old.security.is_empty(), new.security.is_empty()) {
            (true, true) => return,
            (true, false) => {
                let message = "credentials are needed now: a request without any is refused";
                return self.push(Effect::Breaking, &rule::SECURITY, subject, (&was, &is), message);
            }
            (false, true) => {
                let message = "credentials are no longer needed: every request that was accepted still is";
                return self.push(Effect::Compatible, &rule::SECURITY, subject, (&was, &is), message);
            }
            (false, false) => {}
        }
        let mut narrowed = false;
        for alternative in &old.security {
            let enough = |needed: &&Vec<SchemeRequirement>| {
                needed.iter().all(|one| alternative.iter().any(|held| self.satisfies(held, one)))
            };
            let kinds_enough = |needed: &Vec<SchemeRequirement>| {
                needed.iter().all(|one| alternative.iter().any(|held| same(&held.kind, &one.kind)))
            };
            if new.security.iter().find(enough).is_some() {
                continue;
            }
            narrowed = true;
            let at = alternative.first().map_or(&was, |used| &used.location);
            let message = if let Some(scoped) = new.security.iter().find(|needed| kinds_enough(needed)) {
                format!("{} needs more scopes than before: a token without them is refused now", names(scoped))
            } else {
                format!("{} is no longer enough: a request with no more is refused now", names(alternative))
            };
            self.push(Effect::Breaking, &rule::SECURITY, subject, (at, &is), message);
        }
        let known = |needed: &Vec<SchemeRequirement>| {
            old.security.iter().any(|alternative| {
                alternative.len() == needed.len()
                    && needed.iter().all(|one| alternative.iter().any(|held| same(&held.kind, &one.kind)))
            })
        };
        for needed in new.security.iter().filter(|needed| !known(needed) && !narrowed) {
            let at = needed.first().map_or(&is, |used| &used.location);
            let message = format!("{} is enough now: every request that was accepted still is", names(needed));
            self.push(Effect::Compatible, &rule::SECURITY, subject, (&was, at), message);
        }
    }

    /// Whether what is held for one scheme is accepted for another.
    fn satisfies(&self, held: &SchemeRequirement, needed: &SchemeRequirement) -> bool {
        let (held_scopes, needed_scopes) = (scopes(&self.sides.old, held), scopes(&self.sides.new, needed));
        same(&held.kind, &needed.kind) && needed_scopes.iter().all(|scope| held_scopes.contains(scope))
    }
}

/// RFC 9110, section 5.1: names of fields are case-insensitive; so are names of schemes (section 11.1).
fn same(one: &SchemeKind, other: &SchemeKind) -> bool {
    match (one, other) {
        (SchemeKind::ApiKey(place, one), SchemeKind::ApiKey(other_place, other)) => {
            let header = *place == crate::contract::ParameterLocation::Header;
            place == other_place && (one == other || header && one.eq_ignore_ascii_case(other))
        }
        (SchemeKind::Http(one), SchemeKind::Http(other)) => one.eq_ignore_ascii_case(other),
        _ => one == other,
    }
}

fn scopes(side: &Side<'_>, used: &SchemeRequirement) -> Vec<String> {
    let value = side.contract.document.get(&used.location);
    let scopes = value.and_then(Value::as_array).into_iter().flatten();
    scopes.filter_map(Value::as_str).map(str::to_owned).collect()
}

fn names(alternative: &[SchemeRequirement]) -> String {
    alternative.iter().map(|used| format!("`{}`", used.scheme)).collect::<Vec<_>>().join(" with ")
}
