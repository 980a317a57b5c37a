//! Containment of what is no plain conjunction of limits: unions branch by branch, the rest as a whole.

use super::flat::{Other, WithBranches};
use super::print::print;
use super::schema::{Key, Walk};
use super::{Effect, rule};
use crate::contract::{SchemaId, Schemas, Types};

impl Walk<'_, '_, '_> {
    /// Compares keywords that are no plain limits. Those that are the same on both sides hold on both.
    pub(super) fn others(&mut self, a: &WithBranches, b: &WithBranches, reported: bool) {
        let mut inner: Vec<&Other> = a.others.iter().collect();
        let mut outer: Vec<&Other> = Vec::new();
        for other in &b.others {
            match inner.iter().position(|known| known.keyword == other.keyword && known.print == other.print) {
                Some(position) => {
                    inner.remove(position);
                }
                None => outer.push(other),
            }
        }
        for outer in outer {
            let same = inner.iter().position(|known| known.keyword == outer.keyword);
            let is_union = |other: &Other| matches!(other.keyword, "anyOf" | "oneOf");
            let union = inner.iter().position(|known| is_union(known) && is_union(outer));
            let counterpart = same.or(union).map(|position| inner.remove(position));
            match counterpart {
                Some(inner) if is_union(outer) => self.unions(a, inner, outer),
                counterpart => {
                    let at = counterpart.map_or(&a.home, |other| &other.at);
                    let what = self.change_of(
                        &format!("`{}`", outer.keyword),
                        counterpart.map(|other| &other.at),
                        Some(&outer.at),
                    );
                    let excluded =
                        if outer.keyword == "not" { self.question.below_outer(outer.holder) } else { Vec::new() };
                    self.narrower(rule::of(outer.keyword), what, a, (at, &outer.at), &excluded);
                }
            }
        }
        // What is gone only allows more, and its replacement was reported.
        for other in inner.into_iter().filter(|_| !reported) {
            let what = self.change_of(&format!("`{}`", other.keyword), Some(&other.at), None);
            self.wider(rule::of(other.keyword), what, (&other.at, &b.home));
        }
    }

    fn unions(&mut self, a: &WithBranches, inner: &Other, outer: &Other) {
        let direction = self.question.direction;
        let (ours, theirs) = (&self.question.inner.contract.schemas, &self.question.outer.contract.schemas);
        let mut from: Vec<SchemaId> = branches(ours, inner);
        let mut into: Vec<SchemaId> = branches(theirs, outer);
        let all_into = into.clone();
        let mut same = Vec::new();
        from.retain(|branch| {
            let printed = print(ours, &[*branch], direction);
            let found = into.iter().position(|other| print(theirs, &[*other], direction) == printed);
            same.extend(found.map(|position| into.remove(position)));
            found.is_none()
        });
        let before = self.found.len();
        let mut pairs = Vec::new();
        from.retain(|branch| {
            let found = into.iter().position(|other| alike(ours, *branch, theirs, *other));
            pairs.extend(found.map(|position| (*branch, into.remove(position))));
            found.is_none()
        });
        if let ([one], [other]) = (from.as_slice(), into.as_slice()) {
            pairs.push((*one, *other));
            (from, into) = (Vec::new(), Vec::new());
        }
        for (one, other) in &pairs {
            let nowhere = (ours.get(*one).location.clone(), theirs.get(*other).location.clone());
            self.below(Key::Same, vec![*one], vec![*other], nowhere);
        }
        for branch in &from {
            let at = ours.get(*branch).location.clone();
            let what = self.change_of(&named(ours, *branch, inner.keyword), Some(&at), None);
            let example = self.question.plain(&[*branch]);
            self.narrower(rule::of(inner.keyword), what, a, (&at, &outer.at), &example);
        }
        for branch in &into {
            let at = theirs.get(*branch).location.clone();
            let what = self.change_of(&named(theirs, *branch, outer.keyword), None, Some(&at));
            self.wider(rule::of(outer.keyword), what, (&inner.at, &at));
        }
        if outer.keyword == "oneOf" {
            // One that is wider than before may take in a value that another allows, too.
            let wider: Vec<SchemaId> = pairs.iter().map(|(_, other)| *other).chain(into).collect();
            let others =
                |branch: &SchemaId| all_into.iter().filter(|other| *other != branch).copied().collect::<Vec<_>>();
            let apart = wider.iter().all(|one| others(one).iter().all(|other| disjoint(theirs, *one, *other)));
            let switched = inner.keyword != "oneOf" && !pairwise_disjoint(theirs, &all_into);
            if (!apart || switched) && !self.question.covered(&self.levels) {
                self.demote(before);
                let what = "`oneOf` has changed".to_owned();
                self.narrower(&rule::ONE_OF, what, a, (&inner.at, &outer.at), &[]);
                if self.found.last().is_some_and(|last| last.effect == Effect::Unknown) {
                    self.because("a value may now keep two branches of the `oneOf`, which refuses it");
                }
            }
        }
    }

    /// What looked compatible branch by branch is not proven to be so as a whole.
    fn demote(&mut self, from: usize) {
        for difference in &mut self.found[from..] {
            if difference.effect == Effect::Compatible {
                difference.effect = Effect::Unknown;
                difference.why = Some("branches of the `oneOf` may overlap");
            }
        }
    }
}

fn branches(schemas: &Schemas, other: &Other) -> Vec<SchemaId> {
    let schema = schemas.get(other.holder);
    if other.keyword == "oneOf" { schema.one_of.clone() } else { schema.any_of.clone() }
}

/// The name of the schema that a branch refers to.
fn target_name(schemas: &Schemas, id: SchemaId) -> Option<String> {
    let target = schemas.get(schemas.get(id).reference?);
    target.location.pointer.tokens().last().map(std::borrow::Cow::into_owned)
}

fn named(schemas: &Schemas, id: SchemaId, keyword: &str) -> String {
    match target_name(schemas, id) {
        Some(name) => format!("the branch `{name}` of `{keyword}`"),
        None => format!("a branch of `{keyword}`"),
    }
}

/// Whether two branches are the old and the new form of one: of the same name, or the same tag.
fn alike(ours: &Schemas, one: SchemaId, theirs: &Schemas, other: SchemaId) -> bool {
    match (target_name(ours, one), target_name(theirs, other)) {
        (Some(one), Some(other)) => one == other,
        _ => {
            let (one, other) = (tags(ours, one), tags(theirs, other));
            !one.is_empty() && one == other
        }
    }
}

/// Required properties of few values: what distinguishes branches.
fn tags(schemas: &Schemas, id: SchemaId) -> Vec<(String, Vec<serde_json::Value>)> {
    let flat = WithBranches::of(schemas, &[id], crate::contract::Direction::Request, &schemas.get(id).location);
    let all = crate::contract::Direction::Response;
    let mut tags: Vec<_> = flat
        .properties
        .iter()
        .filter(|(name, _)| flat.required.contains_key(*name))
        .filter_map(|(name, property)| {
            let values = WithBranches::of(schemas, &property.schemas, all, &flat.home).values?;
            Some((name.clone(), values.value))
        })
        .collect();
    tags.sort_by(|one, other| one.0.cmp(&other.0));
    tags
}

/// Whether no value keeps both schemas; false where that is not plain to see.
fn disjoint(schemas: &Schemas, one: SchemaId, other: SchemaId) -> bool {
    let flat =
        |id: SchemaId| WithBranches::of(schemas, &[id], crate::contract::Direction::Request, &schemas.get(id).location);
    let (a, b) = (flat(one), flat(other));
    let types = a.types.value.and(b.types.value);
    if types == Types::NONE {
        return true;
    }
    if let (Some(one), Some(other)) = (&a.values, &b.values)
        && !one.value.iter().any(|value| other.value.contains(value))
    {
        return true;
    }
    let (one, other) = (tags(schemas, one), tags(schemas, other));
    types == Types::OBJECT
        && one.iter().any(|(name, values)| {
            other.iter().any(|(known, others)| known == name && !values.iter().any(|value| others.contains(value)))
        })
}

fn pairwise_disjoint(schemas: &Schemas, branches: &[SchemaId]) -> bool {
    branches
        .iter()
        .enumerate()
        .all(|(index, one)| branches[index + 1..].iter().all(|other| disjoint(schemas, *one, *other)))
}
