//! Embeds an invalid node in a whole value: goes down to the node that a clause constrains, and builds what contains it.

use std::cell::OnceCell;
use std::collections::HashSet;
use std::rc::Rc;

use serde_json::Value;

use super::generator::Generator;
use super::invalid_node::{Container, InvalidNode, Key, StepTarget, Steps};
use super::invalid_value::InvalidValue;
use super::object::ALIKE;
use super::shape::{Choices, Conjunction, Except, MergedSchema, Union, choose};
use super::strategy::Context;
use crate::contract::{Clause, Clauses, SchemaId, Schemas, Site, SiteId, Step, Types};
use crate::spec::Pointer;

/// One node on the way to a clause: the branches to take there and the step to the next.
struct Level {
    choices: Choices,
    down: Option<Step>,
}

/// Whether no value can violate a clause: it constrains a node in one branch of an `anyOf`, and another branch allows
/// anything there.
pub fn is_swallowed(schemas: &Schemas, clauses: &Clauses, clause: &Clause) -> bool {
    clause.site.is_some_and(|site| are_unreachable(schemas, &levels(clauses, site)))
}

fn are_unreachable(schemas: &Schemas, levels: &[Level]) -> bool {
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

impl Generator {
    /// Values of the schema `root` that are meant to violate `clause` alone. The caller confirms them.
    pub fn faults(
        &self,
        clauses: &Clauses,
        clause: &Clause,
        root: SchemaId,
    ) -> impl Iterator<Item = InvalidValue> + use<> {
        let mut found = self.faults_in(Context::Minimal, clauses, clause, root);
        // A server may look at a part only where another one is missing, or set.
        let beside = [0, 1].map(|row| {
            let first = self.faults_in(Context::Row(row), clauses, clause, root).into_iter().next();
            first.map(|node| InvalidNode { label: format!("{}, beside all else", node.label), ..node })
        });
        // The plainest come first, so that large operations have those alone.
        const PLAIN: usize = 4;
        let at = found.len().min(PLAIN);
        found.splice(at..at, beside.into_iter().flatten());
        let below = found.first().map(|first| self.below(root, first));
        let mut found: Vec<InvalidValue> = found.into_iter().filter_map(InvalidNode::assemble).collect();
        let at = found.len().min(PLAIN);
        found.splice(at..at, below.into_iter().flatten());
        found.into_iter()
    }

    /// A value that is meant to violate `clause` alone, beside the choices of a row: each choice of what is around it is in one
    /// of a few rows. The caller confirms it.
    pub fn fault_beside(&self, clauses: &Clauses, clause: &Clause, root: SchemaId, row: usize) -> Option<InvalidValue> {
        let node = self.faults_in(Context::Row(row + ALIKE), clauses, clause, root).into_iter().next()?;
        InvalidNode { label: format!("{}, beside other choices", node.label), ..node }.assemble()
    }

    pub(super) fn faults_in(
        &self,
        mut context: Context<'_, '_>,
        clauses: &Clauses,
        clause: &Clause,
        root: SchemaId,
    ) -> Vec<InvalidNode> {
        let Some(site) = clause.site else { return Vec::new() };
        let levels = levels(clauses, site);
        if are_unreachable(&self.schemas, &levels) {
            return Vec::new();
        }
        let schema = clauses.site(site).schema;
        let except = Except { schema, keyword: clause.keyword, subject: clause.subject.as_deref().map(str::to_owned) };
        self.descend(&vec![root], &levels, &except, &mut context)
    }

    /// An object with its required properties and those of `include`.
    pub(super) fn container(
        &self,
        context: &mut Context<'_, '_>,
        shape: &MergedSchema,
        include: &[String],
    ) -> Option<Value> {
        match context {
            Context::Minimal => self.minimal_object(shape, include),
            Context::Row(row) => self.varied_object(shape, include, *row),
            Context::Drawn(draw) => draw.container(shape, include),
        }
    }

    fn descend(
        &self,
        conjunction: &Conjunction,
        levels: &[Level],
        except: &Except,
        context: &mut Context<'_, '_>,
    ) -> Vec<InvalidNode> {
        let Some((level, rest)) = levels.split_first() else { return Vec::new() };
        let Some(down) = &level.down else { return self.violate_here(conjunction, level, except, context) };
        let row = match context {
            Context::Row(row) => Some(*row),
            _ => None,
        };
        let steps = self.steps(conjunction, &level.choices, down, row);
        // Of what may be of several branches, each row has another.
        let (before, after) = steps.split_at(row.unwrap_or(0) % steps.len().max(1));
        for (shape, known) in after.iter().chain(before) {
            let target = match context {
                Context::Minimal | Context::Row(_) => {
                    known.get_or_init(|| self.step(conjunction, shape, down, context).map(Rc::new)).clone()
                }
                Context::Drawn(_) => self.step(conjunction, shape, down, context).map(Rc::new),
            };
            let Some(target) = target else { continue };
            let mut found = self.descend(&target.child, rest, except, context);
            let Some(first) = found.first() else { continue };
            let among_others = target.elsewhere.iter().map(|array| {
                let mut containers = first.containers.clone();
                containers.push(array.clone());
                InvalidNode { label: first.label.clone(), node: first.node.clone(), containers }
            });
            let among_others: Vec<InvalidNode> = among_others.collect();
            for found in &mut found {
                found.containers.push(target.container.clone());
            }
            if !level.choices.is_empty() {
                // Another branch may allow a value that violates this one.
                found.retain(|found| {
                    found.clone().assemble().is_some_and(|broken| !self.accepts(conjunction, &broken.value))
                });
                if found.is_empty() {
                    continue;
                }
            }
            found.splice(1..1, among_others);
            return found;
        }
        Vec::new()
    }

    fn violate_here(
        &self,
        conjunction: &Conjunction,
        level: &Level,
        except: &Except,
        context: &mut Context<'_, '_>,
    ) -> Vec<InvalidNode> {
        let mut broken: Vec<InvalidNode> = Vec::new();
        for shape in self.shapes(conjunction, &level.choices, Some(except), 4) {
            let mut found = self.violate(conjunction, &shape, except, context);
            if shape.needs_validation
                && let Some((label, value)) = found.first().cloned()
            {
                // The branch with the clause may apply to other values only.
                let other = self.variations(&shape, &value).map(|value| (label.clone(), value));
                found.extend(other);
            }
            for (label, node) in found {
                if !broken.iter().any(|known| known.node == node) {
                    broken.push(InvalidNode { label, node, containers: Vec::new() });
                }
            }
        }
        broken
    }

    fn steps(&self, conjunction: &Conjunction, choices: &Choices, down: &Step, row: Option<usize>) -> Steps {
        let key = (conjunction.clone(), choices.clone(), down.clone(), row);
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
        context: &mut Context<'_, '_>,
    ) -> Option<StepTarget> {
        let repaired = |whole: Option<Value>| whole.and_then(|whole| self.repair(conjunction, shape, whole));
        let property = |name: String, context: &mut Context<'_, '_>| {
            if shape.absent.contains(&name) {
                return None;
            }
            let child = self.property(shape, &name);
            let value = if child.iter().any(|id| self.schemas.forbids(*id)) {
                // Nothing can be there, so that what is around it is right without it.
                let mut without = repaired(self.container(context, shape, &[]))?;
                Pointer::root().join(&name).assign(&mut without, Value::Null).then_some(without)?
            } else {
                repaired(self.container(context, shape, std::slice::from_ref(&name)))?
            };
            let container = Rc::new(Container { value, key: Key::Property(name), inner: child.clone() });
            Some(StepTarget { child, container, elsewhere: Vec::new() })
        };
        let item = |index: usize, elsewhere: Vec<Rc<Container>>| {
            let value = repaired(self.array(shape, shape.min_items.max(index as u64 + 1)))?;
            let child = shape.item(&self.schemas, index);
            let container = Rc::new(Container { value, key: Key::Item(index), inner: child.clone() });
            Some(StepTarget { child, container, elsewhere })
        };
        match down {
            Step::Property(name) => property(name.clone(), context),
            Step::PatternProperty(_) | Step::AdditionalProperty => {
                let mut names = self.names_for(shape, down).into_iter();
                let mut target = property(names.next()?, context)?;
                // A server may look at the first of them alone.
                let Key::Property(name) = &target.container.key else { return None };
                let second = names.next().map(|other| vec![other, name.clone()]);
                let both = repaired(second.and_then(|both| self.container(context, shape, &both)));
                let (key, inner) = (target.container.key.clone(), target.child.clone());
                target.elsewhere = both.map(|value| Rc::new(Container { value, key, inner })).into_iter().collect();
                Some(target)
            }
            Step::PrefixItem(index) => item(*index, Vec::new()),
            Step::Item => {
                let index = shape.prefix(&self.schemas);
                item(index, self.among_others(shape, index))
            }
            Step::Root | Step::Same | Step::Branch(_) => None,
        }
    }

    /// Arrays of right items but one: the last, the middle or the first of three, the second of two, the last of many.
    fn among_others(&self, shape: &MergedSchema, index: usize) -> Vec<Rc<Container>> {
        const MANY: usize = 12;
        let mut found = Vec::new();
        let mut add = |count: usize, place: &dyn Fn(usize) -> usize| {
            let count = shape.min_items.max((index + count) as u64);
            if shape.max_items.is_none_or(|max| count <= max)
                && let Some(value) = self.array(shape, count)
            {
                let place = place(value.as_array().map_or(0, Vec::len));
                let inner = shape.item(&self.schemas, place);
                found.push(Rc::new(Container { value, key: Key::Item(place), inner }));
            }
        };
        add(3, &|count| count.saturating_sub(1));
        add(3, &|count| (index + count) / 2);
        add(3, &|_| index);
        add(2, &|count| count.saturating_sub(1));
        add(MANY, &|count| count.saturating_sub(1));
        found
    }

    /// Whether a property may have this name.
    fn may_be_called(&self, shape: &MergedSchema, name: &str) -> bool {
        let named = shape.holders.iter().filter_map(|id| self.schemas.get(*id).property_names);
        self.accepts(&named.collect::<Vec<_>>(), &Value::from(name))
    }

    /// Names that lead along a step, the likeliest first.
    pub(super) fn names_for(&self, shape: &MergedSchema, step: &Step) -> Vec<String> {
        match step {
            Step::PatternProperty(pattern) => {
                let Some(made) = super::pattern::Pattern::parse(pattern) else { return Vec::new() };
                let names = [4, 1, 8].map(|length| made.sized(length));
                // A pattern need not match the whole name.
                let longer = names.iter().map(|name| format!("{name}xyz"));
                let longer = longer.filter(|name| self.may_be_called(shape, name));
                let mut seen = HashSet::new();
                let matching = longer.chain(names.iter().cloned()).filter(|name| self.strings.matches(pattern, name));
                matching.filter(|name| seen.insert(name.clone())).collect()
            }
            _ => {
                let declared =
                    |name: &String| shape.holders.iter().any(|id| self.schemas.get(*id).properties.contains_key(name));
                let is_additional = |name: &String| {
                    let mut patterns = shape.holders.iter().flat_map(|id| &self.schemas.get(*id).pattern_properties);
                    patterns.all(|(pattern, _)| !self.strings.matches(pattern, name))
                };
                let mut names: Vec<String> =
                    self.spare_names(shape).into_iter().filter(|name| !declared(name)).collect();
                names.sort_by_key(|name| !(is_additional(name) && self.may_be_called(shape, name)));
                names
            }
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
