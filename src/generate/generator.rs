//! The generator: what it knows of its schemas, and the shapes of a conjunction.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use serde_json::Value;

use super::descent::KnownSteps;
use super::edges::BoundaryValue;
use super::shape::{Choices, Conjunction, Except, MergedSchema, Union};
use super::text::Texts;
use crate::contract::{Direction, SchemaId, Schemas, Validators};
use crate::wire::Channel;

/// Alternatives of unions that are looked at before a schema is held for unsatisfiable.
const MAX_SHAPES: usize = 48;
/// Values nested deeper than this are not made.
const MAX_DEPTH: usize = 48;
/// Searches for another value within such searches, each of which starts at the top of its schema again.
const MAX_ASIDES: usize = 2;

type KnownShapes = HashMap<(Conjunction, Choices), Option<Rc<MergedSchema>>>;

/// Makes values of one contract's schemas, for one direction and one way to travel.
#[derive(Debug)]
pub struct Generator<'a> {
    pub(super) schemas: &'a Schemas,
    pub(super) validators: &'a Validators,
    pub(super) direction: Direction,
    pub(super) channel: Channel,
    pub(super) texts: Texts,
    plain: RefCell<HashMap<Conjunction, Option<Value>>>,
    /// A wide schema has hundreds of clauses, each of which leads through the same shapes.
    known_shapes: RefCell<KnownShapes>,
    pub(super) known_steps: RefCell<KnownSteps>,
    pub(super) making: RefCell<Vec<Conjunction>>,
    /// A value was refused only because it is being made already.
    cut: Cell<bool>,
    /// How many searches for another value are under way.
    asides: Cell<usize>,
}

impl<'a> Generator<'a> {
    /// A generator of values that `channel` carries.
    pub fn new(schemas: &'a Schemas, validators: &'a Validators, direction: Direction, channel: Channel) -> Self {
        Self {
            schemas,
            validators,
            direction,
            channel,
            texts: Texts::default(),
            plain: RefCell::default(),
            known_shapes: RefCell::default(),
            known_steps: RefCell::default(),
            making: RefCell::default(),
            cut: Cell::new(false),
            asides: Cell::new(0),
        }
    }

    /// A small value that keeps the schema, of its author's examples where it says little itself.
    /// `None` where no such value was found.
    pub fn plain(&self, schema: SchemaId) -> Option<Value> {
        let root = vec![schema];
        let plain = self.plain_of(&root).filter(|value| self.accepts(&root, value));
        plain.or_else(|| self.edges(schema).into_iter().next().map(|edge| edge.value))
    }

    /// Whether `value` keeps every schema of a conjunction.
    pub(super) fn accepts(&self, conjunction: &[SchemaId], value: &Value) -> bool {
        conjunction.iter().all(|id| self.validators.is_valid(*id, self.direction, value))
    }

    /// The edges of a schema that is met while a value of another is made; none where that would go on for ever.
    pub(super) fn edges_aside(&self, conjunction: &Conjunction, depth: usize) -> Vec<BoundaryValue> {
        let under_way = self.asides.get();
        if under_way >= MAX_ASIDES {
            return Vec::new();
        }
        self.asides.set(under_way + 1);
        let edges = self.edges_of(conjunction, depth);
        self.asides.set(under_way);
        edges
    }

    pub(crate) fn plain_of(&self, conjunction: &Conjunction) -> Option<Value> {
        if let Some(known) = self.plain.borrow().get(conjunction) {
            return known.clone();
        }
        if self.making.borrow().contains(conjunction) || self.making.borrow().len() > MAX_DEPTH {
            self.cut.set(true);
            return None;
        }
        let outer_cut = self.cut.replace(false);
        self.making.borrow_mut().push(conjunction.clone());
        let value = self.shapes(conjunction, &Choices::new(), None, MAX_SHAPES).iter().find_map(|shape| {
            let value = self.build(shape, &[])?;
            self.mend(conjunction, shape, value)
        });
        self.making.borrow_mut().pop();
        // What failed only for being inside itself may succeed elsewhere.
        if value.is_some() || !self.cut.get() || self.making.borrow().is_empty() {
            self.plain.borrow_mut().insert(conjunction.clone(), value.clone());
        }
        self.cut.set(outer_cut || (self.cut.get() && value.is_none()));
        value
    }

    /// The shapes of a conjunction, one for each branch of each union: the sum of the branches, not their product.
    pub(super) fn shapes(
        &self,
        conjunction: &[SchemaId],
        fixed: &Choices,
        except: Option<&Except>,
        limit: usize,
    ) -> Vec<Rc<MergedSchema>> {
        let mut shapes = Vec::new();
        let mut queue = std::collections::VecDeque::from([(fixed.clone(), Vec::<(SchemaId, Union)>::new())]);
        let mut tried: Vec<Choices> = Vec::new();
        while let Some((choices, decided)) = queue.pop_front() {
            if shapes.len() >= limit || tried.len() >= 4 * limit {
                break;
            }
            if tried.contains(&choices) {
                continue;
            }
            tried.push(choices.clone());
            // Even a shape that contradicts itself tells which unions there are, by its siblings.
            let shape = self.shape(conjunction, &choices, except);
            let unions = match &shape {
                Some(shape) => shape.unions.clone(),
                None => self.unions(conjunction, &choices),
            };
            let mut now_decided = decided.clone();
            now_decided.extend(unions.iter().map(|(union, _)| *union));
            for (union, branches) in unions {
                if fixed.contains_key(&union) || decided.contains(&union) {
                    continue;
                }
                let taken = choices.get(&union).copied().unwrap_or(0);
                for branch in (0..branches).filter(|branch| *branch != taken) {
                    let mut other = choices.clone();
                    other.insert(union, branch);
                    queue.push_back((other, now_decided.clone()));
                }
            }
            shapes.extend(shape);
        }
        shapes
    }

    /// The shape of a conjunction with these branches taken; `None` where it contradicts itself.
    pub(super) fn shape(
        &self,
        conjunction: &[SchemaId],
        choices: &Choices,
        except: Option<&Except>,
    ) -> Option<Rc<MergedSchema>> {
        let make = || MergedSchema::of(self.schemas, conjunction, choices, except, self.direction).map(Rc::new);
        if except.is_some() {
            return make();
        }
        let key = (conjunction.to_vec(), choices.clone());
        self.known_shapes.borrow_mut().entry(key).or_insert_with(make).clone()
    }

    /// The unions that are met before a conjunction contradicts itself.
    fn unions(&self, conjunction: &[SchemaId], choices: &Choices) -> Vec<((SchemaId, Union), usize)> {
        let mut unions = Vec::new();
        let mut seen = Vec::new();
        let mut queue = conjunction.to_vec();
        while let Some(id) = queue.pop() {
            if seen.contains(&id) {
                continue;
            }
            seen.push(id);
            let schema = self.schemas.get(id);
            queue.extend(schema.reference);
            queue.extend(&schema.all_of);
            for (union, branches) in [(Union::AnyOf, &schema.any_of), (Union::OneOf, &schema.one_of)] {
                if !branches.is_empty() {
                    unions.push(((id, union), branches.len()));
                    queue.extend(branches.get(choices.get(&(id, union)).copied().unwrap_or(0)));
                }
            }
            if schema.if_.is_some() {
                unions.push(((id, Union::Condition), 2));
            }
        }
        unions
    }
}
