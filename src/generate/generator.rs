//! The generator: its caches, and the shapes of a conjunction.

use std::cell::{Cell, RefCell};
use std::collections::{HashMap, HashSet, VecDeque};
use std::rc::Rc;
use std::sync::Arc;

use serde_json::Value;

use super::boundary::BoundaryValue;
use super::invalid_node::KnownSteps;
use super::shape::{Choices, Conjunction, Except, MergedSchema, Union};
use super::string::Strings;
use crate::contract::{Direction, SchemaId, Schemas, Validators};
use crate::spec::nodes;
use crate::wire::Channel;

/// Combinations of branches that are tried before a schema counts as unsatisfiable.
const MAX_SHAPES: usize = 48;
/// Values nested deeper than this are not made.
const MAX_DEPTH: usize = 48;
/// The nodes that a minimal value may have: schemas of which each requires two of the next ask for more than fits.
const MOST_NODES: usize = 50_000;
/// How many values of an `enum` are looked at.
pub(super) const MOST_LISTED: usize = 1_000;
/// How deep searches for boundary values are nested. Each starts at the root of its schema.
const MAX_NESTED_SEARCHES: usize = 2;

/// A combination of branches that is to be tried: that of another shape with one other branch. Of hundreds of unions few get
/// their turn, so that it is put together only then.
struct Turn {
    of: Rc<Choices>,
    other: Option<((SchemaId, Union), usize)>,
    /// The unions whose other branches are in the queue already.
    decided: Rc<HashSet<(SchemaId, Union)>>,
}

type KnownShapes = HashMap<(Conjunction, Choices), Option<Rc<MergedSchema>>>;

/// Makes values of one contract's schemas, for one direction and one channel.
#[derive(Debug)]
pub struct Generator {
    pub(super) schemas: Arc<Schemas>,
    pub(super) validators: Validators,
    pub(super) direction: Direction,
    pub(super) channel: Channel,
    pub(super) strings: Strings,
    minimal: RefCell<HashMap<Conjunction, Option<Value>>>,
    /// A wide schema has hundreds of clauses, which share most of their shapes.
    known_shapes: RefCell<KnownShapes>,
    pub(super) known_steps: RefCell<KnownSteps>,
    pub(super) known_choices: RefCell<HashMap<Conjunction, Rc<[Value]>>>,
    /// The schemas that hold themselves, by the root that they are reached from.
    pub(super) known_recursion: RefCell<HashMap<SchemaId, Rc<HashSet<SchemaId>>>>,
    pub(super) making: RefCell<Vec<Conjunction>>,
    /// A value was refused only because it is being made already: its schema recurses.
    recursion_hit: Cell<bool>,
    /// How many searches for boundary values are under way.
    nested_searches: Cell<usize>,
    work: Cell<usize>,
}

impl Generator {
    /// A generator of values that `channel` can carry.
    pub fn new(validators: &Validators, direction: Direction, channel: Channel) -> Self {
        Self {
            schemas: validators.schemas().clone(),
            validators: validators.clone(),
            direction,
            channel,
            strings: Strings::default(),
            minimal: RefCell::default(),
            known_shapes: RefCell::default(),
            known_steps: RefCell::default(),
            known_choices: RefCell::default(),
            known_recursion: RefCell::default(),
            making: RefCell::default(),
            recursion_hit: Cell::new(false),
            nested_searches: Cell::new(0),
            work: Cell::new(0),
        }
    }

    /// What carries the values.
    pub(crate) fn channel(&self) -> &Channel {
        &self.channel
    }

    /// A small valid value, made of the schema's examples where it has few keywords; `None` where none was found.
    pub fn minimal(&self, schema: SchemaId) -> Option<Value> {
        let root = vec![schema];
        let minimal = self.minimal_of(&root).filter(|value| self.accepts(&root, value));
        minimal.or_else(|| self.boundary_values(schema).into_iter().next().map(|boundary| boundary.value))
    }

    /// Whether `value` is valid for every schema of a conjunction.
    pub(super) fn accepts(&self, conjunction: &[SchemaId], value: &Value) -> bool {
        conjunction.iter().all(|id| {
            self.add_work(self.schemas.weight(*id));
            self.validators.is_valid(*id, self.direction, value)
        })
    }

    /// Which of the first values that a shape lists its other keywords allow.
    pub(super) fn sound<'s>(&self, shape: &'s MergedSchema) -> &'s [usize] {
        let listed = || shape.values.iter().flatten().take(MOST_LISTED).enumerate();
        let sound = || listed().filter(|(_, value)| self.accepts(&shape.holders, value)).map(|(index, _)| index);
        shape.sound.0.get_or_init(|| sound().collect())
    }

    /// How much was done so far: schemas merged and asked, properties made, nodes copied. It bounds what one operation may
    /// cost, the same on every machine.
    pub fn work(&self) -> usize {
        self.work.get()
    }

    pub(super) fn add_work(&self, more: usize) {
        self.work.set(self.work.get() + more);
    }

    /// Whether a string is of a shape, and arrives as it is sent.
    pub(super) fn is_fitting(&self, shape: &MergedSchema, text: &str) -> bool {
        self.channel.is_plain(text) && self.strings.fits(shape, text)
    }

    /// The sure boundary values of a schema that is needed for a value of another; none beyond [`MAX_NESTED_SEARCHES`].
    pub(super) fn nested_boundary_values(&self, conjunction: &Conjunction, depth: usize) -> Vec<BoundaryValue> {
        let under_way = self.nested_searches.get();
        if under_way >= MAX_NESTED_SEARCHES {
            return Vec::new();
        }
        self.nested_searches.set(under_way + 1);
        let mut boundaries = self.boundary_values_of(conjunction, depth);
        boundaries.retain(|boundary| !boundary.doubtful);
        self.nested_searches.set(under_way);
        boundaries
    }

    pub(crate) fn minimal_of(&self, conjunction: &Conjunction) -> Option<Value> {
        if let Some(known) = self.minimal.borrow().get(conjunction) {
            return known.clone();
        }
        if self.making.borrow().contains(conjunction) || self.making.borrow().len() > MAX_DEPTH {
            self.recursion_hit.set(true);
            return None;
        }
        let outer_recursion_hit = self.recursion_hit.replace(false);
        self.making.borrow_mut().push(conjunction.clone());
        let value = self.shapes(conjunction, &Choices::new(), None, MAX_SHAPES).iter().find_map(|shape| {
            let value = self.build(shape, &[])?;
            self.repair(conjunction, shape, value).filter(|value| nodes(value) <= MOST_NODES)
        });
        self.making.borrow_mut().pop();
        // What failed only because it recurses may succeed elsewhere.
        if value.is_some() || !self.recursion_hit.get() || self.making.borrow().is_empty() {
            self.minimal.borrow_mut().insert(conjunction.clone(), value.clone());
        }
        self.recursion_hit.set(outer_recursion_hit || (self.recursion_hit.get() && value.is_none()));
        value
    }

    /// The shapes of a conjunction: each branch of each union in at least one of them, not every combination.
    pub(super) fn shapes(
        &self,
        conjunction: &[SchemaId],
        fixed: &Choices,
        except: Option<&Except>,
        limit: usize,
    ) -> Vec<Rc<MergedSchema>> {
        let mut shapes = Vec::new();
        let mut queue = VecDeque::from([Turn { of: Rc::new(fixed.clone()), other: None, decided: Rc::default() }]);
        let mut tried: Vec<Rc<Choices>> = Vec::new();
        while let Some(turn) = queue.pop_front() {
            if shapes.len() >= limit || tried.len() >= 4 * limit {
                break;
            }
            let Turn { of, other, decided } = turn;
            let choices = match other {
                None => of,
                Some((union, branch)) => {
                    let mut choices = (*of).clone();
                    choices.insert(union, branch);
                    Rc::new(choices)
                }
            };
            if tried.contains(&choices) {
                continue;
            }
            tried.push(choices.clone());
            // A shape that contradicts itself is none, yet its unions have other branches.
            let shape = self.shape(conjunction, &choices, except);
            let unions = match &shape {
                Some(shape) => shape.unions.clone(),
                None => self.unions(conjunction, &choices),
            };
            let mut now_decided = (*decided).clone();
            now_decided.extend(unions.iter().map(|(union, _)| *union));
            let now_decided = Rc::new(now_decided);
            for (union, branches) in unions {
                if fixed.contains_key(&union) || decided.contains(&union) {
                    continue;
                }
                let taken = choices.get(&union).copied().unwrap_or(0);
                let others = (0..branches).filter(|branch| *branch != taken);
                queue.extend(others.map(|branch| Turn {
                    of: choices.clone(),
                    other: Some((union, branch)),
                    decided: now_decided.clone(),
                }));
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
        let make = || {
            let shape = MergedSchema::of(&self.schemas, conjunction, choices, except, self.direction).map(Rc::new);
            self.add_work(shape.as_ref().map_or(1, |shape| shape.holders.len()));
            shape
        };
        if except.is_some() {
            return make();
        }
        let key = (conjunction.to_vec(), choices.clone());
        self.known_shapes.borrow_mut().entry(key).or_insert_with(make).clone()
    }

    /// The unions of a conjunction that contradicts itself.
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
            if schema.is_inherited() {
                let heirs = schema.discriminator.iter().flat_map(|discriminator| &discriminator.mapping).count();
                unions.push(((id, Union::Heirs), heirs));
            }
            if schema.if_.is_some() {
                unions.push(((id, Union::Condition), 2));
            }
        }
        unions
    }
}
