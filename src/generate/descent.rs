//! Descent: the way from a whole value down to the node that a clause speaks of, and back with what breaks it.

use std::cell::OnceCell;
use std::collections::HashMap;
use std::rc::Rc;

use proptest::test_runner::TestRng;
use serde_json::Value;

use super::fault::Broken;
use super::generator::Generator;
use super::shape::{Choices, Conjunction, Except, MergedSchema, Union, choose};
use crate::contract::{Clause, Clauses, SchemaId, Schemas, Site, SiteId, Step, Types};

/// A broken node with all that it stands in: a wide value is costly to copy, so that only those that are asked for are
/// put together.
#[derive(Clone)]
pub(super) struct Found {
    label: String,
    node: Value,
    /// From the nearest to the whole.
    hosts: Vec<Rc<Host>>,
}

/// A value that a node is put into.
#[derive(Debug)]
pub(super) struct Host {
    value: Value,
    key: Key,
}

/// The place of a node in its host.
#[derive(Clone, Debug)]
pub(super) enum Key {
    Member(String),
    Item(usize),
}

impl Found {
    pub fn put_together(self) -> Option<Broken> {
        let value = self.hosts.iter().try_fold(self.node, |node, host| {
            let mut whole = host.value.clone();
            match (&mut whole, &host.key) {
                (Value::Object(members), Key::Member(name)) => {
                    members.insert(name.clone(), node);
                }
                (Value::Array(items), Key::Item(index)) => *items.get_mut(*index)? = node,
                _ => return None,
            }
            Some(whole)
        })?;
        Some(Broken { label: self.label, value })
    }
}

/// One node on the way to a clause: the branches to take there and the step to the next.
struct Level {
    choices: Choices,
    down: Option<Step>,
}

/// What stands around a broken node.
pub(super) enum Surroundings<'r> {
    /// As little as there must be.
    Plain,
    /// What chance gives.
    Random(&'r mut TestRng),
}

/// What a step leads to in one shape.
#[derive(Debug)]
pub(super) struct Inside {
    child: Conjunction,
    host: Rc<Host>,
    /// A host with several items, of which the last is meant: a check of the first item alone passes faults in others.
    last: Option<Rc<Host>>,
}

/// The shapes that a step may be taken in, and where it leads in each, once that is known.
pub(super) type Steps = Rc<[(Rc<MergedSchema>, OnceCell<Option<Rc<Inside>>>)]>;

/// Steps in plain surroundings. A wide schema has hundreds of clauses, most of which share their way.
pub(super) type KnownSteps = HashMap<(Conjunction, Choices, Step), Steps>;

/// Whether what a clause speaks of lies inside a branch of an `anyOf` that has another branch that allows anything there:
/// no value breaks such a clause.
pub fn is_swallowed(schemas: &Schemas, clauses: &Clauses, clause: &Clause) -> bool {
    clause.site.is_some_and(|site| lead_nowhere(schemas, &levels(clauses, site)))
}

fn lead_nowhere(schemas: &Schemas, levels: &[Level]) -> bool {
    let swallows = |level: &Level| {
        let holder = match level.down {
            Some(Step::PrefixItem(_) | Step::Item) => Types::ARRAY,
            Some(_) => Types::OBJECT,
            None => return false,
        };
        let is_open = |id: &SchemaId| {
            let schema = schemas.get(*id);
            schema.is_bare() && schema.types.is_none_or(|types| types.contains(holder))
        };
        level.choices.iter().any(|((schema, union), branch)| {
            let branches = schemas.get(*schema).any_of.iter().enumerate();
            *union == Union::AnyOf && branches.filter(|(index, _)| index != branch).any(|(_, id)| is_open(id))
        })
    };
    levels.iter().any(swallows)
}

impl Generator<'_> {
    /// Values of the schema `root` that are meant to break `clause` alone, for the caller to confirm.
    pub fn faults(&self, clauses: &Clauses, clause: &Clause, root: SchemaId) -> impl Iterator<Item = Broken> + use<> {
        self.faults_in(Surroundings::Plain, clauses, clause, root).into_iter().filter_map(Found::put_together)
    }

    pub(super) fn faults_in(
        &self,
        mut surroundings: Surroundings<'_>,
        clauses: &Clauses,
        clause: &Clause,
        root: SchemaId,
    ) -> Vec<Found> {
        let Some(site) = clause.site else { return Vec::new() };
        let levels = levels(clauses, site);
        if lead_nowhere(self.schemas, &levels) {
            return Vec::new();
        }
        let schema = clauses.site(site).schema;
        let except = Except { schema, keyword: clause.keyword, subject: clause.subject.as_deref().map(str::to_owned) };
        self.descend(&vec![root], &levels, &except, &mut surroundings)
    }

    /// An object with what is required of it and `include`.
    pub(super) fn host(
        &self,
        surroundings: &mut Surroundings<'_>,
        shape: &MergedSchema,
        include: &[String],
    ) -> Option<Value> {
        match surroundings {
            Surroundings::Plain => self.plain_object(shape, include),
            Surroundings::Random(rng) => self.random_host(shape, include, rng),
        }
    }

    fn descend(
        &self,
        conjunction: &Conjunction,
        levels: &[Level],
        except: &Except,
        surroundings: &mut Surroundings<'_>,
    ) -> Vec<Found> {
        let Some((level, rest)) = levels.split_first() else { return Vec::new() };
        let Some(down) = &level.down else { return self.broken_here(conjunction, level, except, surroundings) };
        for (shape, known) in self.steps(conjunction, &level.choices, down).iter() {
            let inside = match surroundings {
                Surroundings::Plain => {
                    known.get_or_init(|| self.step(conjunction, shape, down, surroundings).map(Rc::new)).clone()
                }
                Surroundings::Random(_) => self.step(conjunction, shape, down, surroundings).map(Rc::new),
            };
            let Some(inside) = inside else { continue };
            let mut found = self.descend(&inside.child, rest, except, surroundings);
            let Some(first) = found.first() else { continue };
            let last = inside.last.as_ref().map(|last| {
                let mut hosts = first.hosts.clone();
                hosts.push(last.clone());
                Found { label: first.label.clone(), node: first.node.clone(), hosts }
            });
            for found in &mut found {
                found.hosts.push(inside.host.clone());
            }
            if !level.choices.is_empty() {
                // Another branch may allow what breaks this one.
                found.retain(|found| {
                    found.clone().put_together().is_some_and(|broken| !self.accepts(conjunction, &broken.value))
                });
                if found.is_empty() {
                    continue;
                }
            }
            found.splice(1..1, last);
            return found;
        }
        Vec::new()
    }

    fn broken_here(
        &self,
        conjunction: &Conjunction,
        level: &Level,
        except: &Except,
        surroundings: &mut Surroundings<'_>,
    ) -> Vec<Found> {
        let mut broken: Vec<Found> = Vec::new();
        for shape in self.shapes(conjunction, &level.choices, Some(except), 4) {
            let mut found = self.breaks(conjunction, &shape, except, surroundings);
            if shape.fragile
                && let Some((label, value)) = found.first().cloned()
            {
                // The branch that the clause stands in may hold for other values only.
                let other = self.variations(&shape, &value).into_iter().map(|value| (label.clone(), value));
                found.extend(other);
            }
            for (label, node) in found {
                if !broken.iter().any(|known| known.node == node) {
                    broken.push(Found { label, node, hosts: Vec::new() });
                }
            }
        }
        broken
    }

    fn steps(&self, conjunction: &Conjunction, choices: &Choices, down: &Step) -> Steps {
        let key = (conjunction.clone(), choices.clone(), down.clone());
        if let Some(known) = self.known_steps.borrow().get(&key) {
            return known.clone();
        }
        let shapes = self.shapes(conjunction, choices, None, 8).into_iter();
        let steps: Steps = shapes.map(|shape| (shape, OnceCell::new())).collect();
        self.known_steps.borrow_mut().insert(key, steps.clone());
        steps
    }

    /// Where a step leads in a shape; `None` where it cannot be taken.
    fn step(
        &self,
        conjunction: &Conjunction,
        shape: &MergedSchema,
        down: &Step,
        surroundings: &mut Surroundings<'_>,
    ) -> Option<Inside> {
        let mended = |whole: Option<Value>| whole.and_then(|whole| self.mend(conjunction, shape, whole));
        let member = |name: String, surroundings: &mut Surroundings<'_>| {
            if shape.absent.contains(&name) {
                return None;
            }
            let child = self.property(shape, &name);
            let value = mended(self.host(surroundings, shape, std::slice::from_ref(&name)))?;
            Some(Inside { child, host: Rc::new(Host { value, key: Key::Member(name) }), last: None })
        };
        let item = |index: usize, last: Option<Rc<Host>>| {
            let value = mended(self.array(shape, shape.min_items.max(index as u64 + 1)))?;
            let child = shape.item(self.schemas, index);
            Some(Inside { child, host: Rc::new(Host { value, key: Key::Item(index) }), last })
        };
        match down {
            Step::Property(name) => member(name.clone(), surroundings),
            Step::PatternProperty(_) | Step::AdditionalProperty => member(self.spare_name(shape, down)?, surroundings),
            Step::PrefixItem(index) => item(*index, None),
            Step::Item => {
                let prefix = shape.holders.iter().map(|id| self.schemas.get(*id).prefix_items.len()).max();
                let index = prefix.unwrap_or(0);
                item(index, self.last_of_several(shape, index))
            }
            Step::Root | Step::Same | Step::Branch(_) => None,
        }
    }

    fn last_of_several(&self, shape: &MergedSchema, index: usize) -> Option<Rc<Host>> {
        let value = self.array(shape, shape.min_items.max(index as u64 + 3))?;
        let count = value.as_array()?.len();
        let fits = shape.max_items.is_none_or(|max| count as u64 <= max);
        fits.then(|| Rc::new(Host { value, key: Key::Item(count - 1) }))
    }

    fn spare_name(&self, shape: &MergedSchema, step: &Step) -> Option<String> {
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
