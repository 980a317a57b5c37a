//! The strategy of a node, which is built when it is first drawn from: schemas may hold themselves.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::fmt;
use std::rc::{Rc, Weak};

use proptest::prelude::*;
use proptest::strategy::{NewTree, Union, ValueTree};
use proptest::test_runner::{Reason, TestRunner};
use serde_json::{Map, Value, json};

use crate::contract::Types;
use crate::generate::generator::Generator;
use crate::generate::shape::{Choices, Conjunction, MergedSchema};

/// Deeper than this only what is required is made.
const DEEP: usize = 5;
/// Past so many nodes only what is required is made: a node that may hold twelve of its kind has thousands.
const LARGE: usize = 2_000;
/// How often a value is drawn from all for each that is one of those which programs tell apart.
const DRAWN: u32 = 3;
/// Shapes of one node that are drawn from.
const MOST_SHAPES: usize = 24;

/// The strategies that are built, and how much of a value is drawn.
#[derive(Debug)]
pub(super) struct Known {
    pub generator: Rc<Generator>,
    built: RefCell<HashMap<Conjunction, Option<BoxedStrategy<Value>>>>,
    depth: Cell<usize>,
    /// How many more nodes a value may have beside what is required.
    room: Cell<usize>,
}

impl Known {
    pub fn new(generator: Rc<Generator>) -> Self {
        Self { generator, built: RefCell::default(), depth: Cell::new(0), room: Cell::new(LARGE) }
    }

    /// Begins a new value.
    pub fn begin(&self) {
        self.depth.set(0);
        self.room.set(LARGE);
    }

    /// The strategy of a conjunction; `None` where nothing can be made of it.
    fn strategy(self: &Rc<Self>, conjunction: &Conjunction) -> Option<BoxedStrategy<Value>> {
        if let Some(known) = self.built.borrow().get(conjunction) {
            return known.clone();
        }
        let shapes = self.generator.shapes(conjunction, &Choices::new(), None, MOST_SHAPES);
        let each: Vec<BoxedStrategy<Value>> =
            shapes.iter().filter_map(|shape| self.of_shape(conjunction, shape)).collect();
        let strategy = (!each.is_empty()).then(|| {
            let drawn = Union::new(each).boxed();
            // What programs tell apart comes more often than chance has it.
            let told_apart = self.generator.choices_of(conjunction);
            match told_apart.iter().all(|value| !value.is_object()) && told_apart.len() > 1 {
                true => prop_oneof![DRAWN => drawn, 1 => prop::sample::select(told_apart.to_vec())].boxed(),
                false => drawn,
            }
        });
        self.built.borrow_mut().insert(conjunction.clone(), strategy.clone());
        strategy
    }

    fn of_shape(self: &Rc<Self>, conjunction: &Conjunction, shape: &MergedSchema) -> Option<BoxedStrategy<Value>> {
        let values = self.of_types(shape)?;
        if !shape.needs_validation {
            return Some(values);
        }
        let (generator, conjunction) = (self.generator.clone(), conjunction.clone());
        Some(values.prop_filter("kept by all keywords", move |value| generator.accepts(&conjunction, value)).boxed())
    }

    fn of_types(self: &Rc<Self>, shape: &MergedSchema) -> Option<BoxedStrategy<Value>> {
        if let Some(values) = &shape.values {
            return select(self.generator.sound(shape).iter().map(|index| values[*index].clone()));
        }
        if self.generator.is_vague(shape) {
            let known = self.generator.boundary_values_of(&shape.holders, 2);
            return select(known.into_iter().map(|boundary| boundary.value));
        }
        let types = self.generator.preferred(shape);
        let of_type = |types: Types| match types {
            Types::OBJECT => self.object(shape, &[]),
            Types::ARRAY => self.array(shape),
            Types::STRING => self.string(shape),
            Types::INTEGER | Types::NUMBER => self.number(shape),
            Types::BOOLEAN => Some(any::<bool>().prop_map(Value::Bool).boxed()),
            _ => Some(Just(Value::Null).boxed()),
        };
        // Of what may be anything, what the keywords speak of comes as often as all the rest.
        let weight = |turn: usize| if turn == 0 && shape.types == Types::ANY { types.len() as u32 } else { 1 };
        let each = types.iter().enumerate().filter_map(|(turn, types)| Some((weight(turn), of_type(*types)?)));
        let each: Vec<_> = each.collect();
        (!each.is_empty()).then(|| Union::new_weighted(each).boxed())
    }
}

/// One of these values.
pub(super) fn select(values: impl Iterator<Item = Value>) -> Option<BoxedStrategy<Value>> {
    let values: Vec<Value> = values.collect();
    (!values.is_empty()).then(|| prop::sample::select(values).boxed())
}

/// A node of a value.
#[derive(Clone)]
pub(super) struct Node {
    known: Weak<Known>,
    /// What keeps all strategies of a value: the others are kept by those that they are in.
    root: Option<Rc<Known>>,
    conjunction: Conjunction,
}

impl Node {
    pub fn root(known: Rc<Known>, conjunction: Conjunction) -> Self {
        Self { known: Rc::downgrade(&known), root: Some(known), conjunction }
    }

    /// A node within another one; any value where no schema speaks of it.
    pub fn within(known: &Rc<Known>, conjunction: Conjunction) -> BoxedStrategy<Value> {
        match conjunction.is_empty() {
            true => anything().boxed(),
            false => Self { known: Rc::downgrade(known), root: None, conjunction }.boxed(),
        }
    }

    fn minimal(&self, known: &Known) -> Result<Value, Reason> {
        known.generator.minimal_of(&self.conjunction).ok_or_else(|| "no value was found".into())
    }
}

impl fmt::Debug for Node {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_tuple("Node").field(&self.conjunction).finish()
    }
}

impl Strategy for Node {
    type Tree = Box<dyn ValueTree<Value = Value>>;
    type Value = Value;

    fn new_tree(&self, runner: &mut TestRunner) -> NewTree<Self> {
        let known = self.known.upgrade().ok_or("the strategy of the whole value is gone")?;
        if self.root.is_some() {
            known.begin();
        }
        known.generator.add_work(1);
        let Known { depth, room, .. } = &*known;
        if depth.get() > DEEP || room.get() == 0 {
            return Ok(Box::new(Just(self.minimal(&known)?).new_tree(runner)?));
        }
        room.set(room.get() - 1);
        depth.set(depth.get() + 1);
        let tree = match known.strategy(&self.conjunction) {
            Some(strategy) => strategy.new_tree(runner),
            None => self.minimal(&known).and_then(|value| Just(value).boxed().new_tree(runner)),
        };
        depth.set(depth.get().saturating_sub(1));
        tree
    }
}

/// A small JSON value of any kind.
fn anything() -> impl Strategy<Value = Value> {
    let scalar = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        (0..1_000_000).prop_map(|number| json!(number)),
        (0..1_000).prop_map(|eighths| json!(f64::from(eighths) / 8.0)),
        (0..1_000).prop_map(|number| json!(format!("text {number}"))),
    ];
    scalar.prop_recursive(2, 8, 2, |inner| {
        let properties = prop::collection::vec(inner.clone(), 0..3).prop_map(|values| {
            let named = values.into_iter().enumerate().map(|(index, value)| (format!("key{index}"), value));
            Value::Object(named.collect::<Map<_, _>>())
        });
        prop_oneof![prop::collection::vec(inner, 0..3).prop_map(Value::Array), properties]
    })
}
