//! Faults: values that break one keyword of a schema and keep all else, as far as that is possible.

use serde_json::Value;

use super::shape::{Choices, Conjunction, Except, Shape, choose};
use super::values::Generator;
use crate::contract::{Clause, Clauses, SchemaId, Site, SiteId, Step, Violation};
use crate::spec::Pointer;

/// A value that breaks a clause.
#[derive(Clone, Debug)]
pub struct Broken {
    /// What was done, for example "one character too long".
    pub label: String,
    /// The whole value.
    pub value: Value,
}

/// What a value's violations are, seen from one clause.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Hit {
    /// It is the only clause that breaks (with the unions above it, if it stands in a branch).
    Alone,
    /// It breaks together with others.
    WithOthers,
    /// It does not break.
    Missed,
}

/// Whether `violations` come from `clause`.
pub fn hit(clause: &Clause, violations: &[Violation]) -> Hit {
    let own = |violation: &Violation| is_of(clause, violation);
    if violations.is_empty() {
        return Hit::Missed;
    }
    if violations.iter().all(own) {
        return Hit::Alone;
    }
    if violations.iter().any(own) {
        return Hit::WithOthers;
    }
    // A clause of a branch breaks when its branch fails for it and no other branch holds.
    let best = violations
        .iter()
        .flat_map(|violation| &violation.branches)
        .map(|branch| hit(clause, branch))
        .min()
        .unwrap_or(Hit::Missed);
    if best == Hit::Alone && violations.len() > 1 { Hit::WithOthers } else { best }
}

fn is_of(clause: &Clause, violation: &Violation) -> bool {
    let here = violation.location.pointer.as_str();
    let clause_at = clause.location.pointer.as_str();
    let same_node = violation.location.file == clause.location.file
        && (here == clause_at
            // What `propertyNames`, `contains` and `not` hold is told of their inside or of themselves.
            || here.strip_prefix(clause_at).is_some_and(|rest| rest.starts_with('/'))
            || (clause.keyword == "dependentRequired" && clause_at.starts_with(here))
            // How often something must be contained is told of the count.
            || (clause.keyword == "contains"
                && matches!(violation.keyword.as_str(), "minContains" | "maxContains")
                && clause_at.rsplit_once('/').map(|(holder, _)| holder) == here.rsplit_once('/').map(|(holder, _)| holder)));
    same_node && at_place(&clause.instance, &violation.instance)
}

/// Whether a node of a value is one that a clause speaks of; `*` is any item or name.
fn at_place(pattern: &Pointer, instance: &Pointer) -> bool {
    let mut wanted = pattern.tokens();
    let mut found = instance.tokens();
    loop {
        match (wanted.next(), found.next()) {
            (None, None) => return true,
            (Some(wanted), Some(found)) if wanted == "*" || wanted == found => {}
            // A clause on names or items may be told at the name or item itself.
            (None, Some(_)) => return found.next().is_none(),
            _ => return false,
        }
    }
}

/// One node on the way to a clause: the branches to take there and the step to the next.
struct Level {
    choices: Choices,
    down: Option<Step>,
}

impl Generator<'_> {
    /// Values of the schema `root` that are meant to break `clause` alone, for the caller to confirm.
    pub fn faults(&self, clauses: &Clauses, clause: &Clause, root: SchemaId) -> Vec<Broken> {
        let Some(site) = clause.site else { return Vec::new() };
        let mut host = |shape: &Shape, include: &[String]| self.host(shape, include);
        self.faults_with(clauses, clause, site, root, &mut host)
    }

    fn host(&self, shape: &Shape, include: &[String]) -> Option<Value> {
        self.object(shape, include, &mut |_, conjunction| self.plain_of(conjunction))
    }

    pub(super) fn faults_with(
        &self,
        clauses: &Clauses,
        clause: &Clause,
        site: SiteId,
        root: SchemaId,
        host: &mut dyn FnMut(&Shape, &[String]) -> Option<Value>,
    ) -> Vec<Broken> {
        let levels = levels(clauses, site);
        let except =
            Except { schema: clauses.site(site).schema, keyword: clause.keyword, subject: clause.subject.clone() };
        self.descend(&vec![root], &levels, &except, host)
    }

    fn descend(
        &self,
        conjunction: &Conjunction,
        levels: &[Level],
        except: &Except,
        host: &mut dyn FnMut(&Shape, &[String]) -> Option<Value>,
    ) -> Vec<Broken> {
        let Some((level, rest)) = levels.split_first() else { return Vec::new() };
        let Some(down) = &level.down else {
            let mut broken: Vec<Broken> = Vec::new();
            for (_, shape) in self.shapes(conjunction, &level.choices, Some(except), 4) {
                let mut found = self.breaks(conjunction, &shape, except, host);
                if shape.fragile
                    && let Some((label, value)) = found.first().cloned()
                {
                    // The branch that the clause stands in may hold for other values only.
                    let other = self.variations(&shape, &value).into_iter().map(|value| (label.clone(), value));
                    found.extend(other);
                }
                for (label, value) in found {
                    if !broken.iter().any(|known| known.value == value) {
                        broken.push(Broken { label, value });
                    }
                }
            }
            return broken;
        };
        for (_, shape) in self.shapes(conjunction, &level.choices, None, 8) {
            let (token, child) = match down {
                Step::Property(name) => (name.clone(), self.property(&shape, name)),
                Step::PatternProperty(_) | Step::AdditionalProperty => {
                    let Some(name) = self.spare_name(&shape, down) else { continue };
                    let child = self.property(&shape, &name);
                    (name, child)
                }
                Step::PrefixItem(index) => (index.to_string(), shape.item(self.schemas, *index)),
                Step::Item => {
                    let prefix = shape.holders.iter().map(|id| self.schemas.get(*id).prefix_items.len()).max();
                    let index = prefix.unwrap_or(0);
                    (index.to_string(), shape.item(self.schemas, index))
                }
                Step::Root | Step::Same | Step::Branch(_) => continue,
            };
            let is_item = matches!(down, Step::PrefixItem(_) | Step::Item);
            let whole = match is_item {
                true => self.array(&shape, shape.min_items.max(token.parse::<u64>().unwrap_or(0) + 1)),
                false => host(&shape, std::slice::from_ref(&token)),
            };
            let Some(whole) = whole.and_then(|whole| self.mend(conjunction, &shape, whole)) else { continue };
            let broken = self.descend(&child, rest, except, host);
            if broken.is_empty() {
                continue;
            }
            let put = |whole: &Value, token: &str, broken: &Broken| {
                let mut whole = whole.clone();
                let at = Pointer::root().join(token);
                at.assign(&mut whole, broken.value.clone())
                    .then(|| Broken { label: broken.label.clone(), value: whole })
            };
            let mut found: Vec<Broken> = broken.iter().filter_map(|broken| put(&whole, &token, broken)).collect();
            // A check of the first item alone passes faults in the others.
            if *down == Step::Item
                && let Some(several) = self.array(&shape, shape.min_items.max(token.parse::<u64>().unwrap_or(0) + 3))
                && shape.max_items.is_none_or(|max| several.as_array().is_some_and(|items| items.len() as u64 <= max))
            {
                let last = several.as_array().map_or(0, Vec::len) - 1;
                found.splice(1..1, put(&several, &last.to_string(), &broken[0]));
            }
            return found;
        }
        Vec::new()
    }

    fn spare_name(&self, shape: &Shape, step: &Step) -> Option<String> {
        let declared =
            |name: &String| shape.holders.iter().any(|id| self.schemas.get(*id).properties.contains_key(name));
        match step {
            Step::PatternProperty(pattern) => {
                let made = super::pattern::Pattern::parse(pattern)?;
                [4, 1, 8].map(|length| made.sized(length)).into_iter().find(|name| self.texts.matches(pattern, name))
            }
            _ => self.spare_names(shape).into_iter().find(|name| !declared(name)),
        }
    }
}

fn levels(clauses: &Clauses, site: SiteId) -> Vec<Level> {
    let mut path: Vec<&Site> = Vec::new();
    let mut next = Some(site);
    while let Some(id) = next {
        let site = clauses.site(id);
        path.push(site);
        next = site.parent;
    }
    path.reverse();
    let mut levels = vec![Level { choices: Choices::new(), down: None }];
    let mut above: Option<&Site> = None;
    for site in path {
        match (&site.step, levels.last_mut(), above) {
            (Step::Branch(branch), Some(level), Some(parent)) => choose(&mut level.choices, parent.schema, *branch),
            (Step::Root | Step::Same, ..) => {}
            (step, Some(level), _) => {
                level.down = Some(step.clone());
                levels.push(Level { choices: Choices::new(), down: None });
            }
            _ => {}
        }
        above = Some(site);
    }
    levels
}
