//! Plain values: the smallest that keep a schema.

use std::cell::{Cell, RefCell};
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use indexmap::IndexSet;
use serde_json::{Map, Value};

use super::descent::KnownSteps;
use super::edges::Edge;
use super::number;
use super::shape::{Choices, Conjunction, Except, Shape, Union};
use super::text::Texts;
use crate::contract::{Direction, SchemaId, Schemas, Types, Validators};
use crate::wire::Channel;

/// Alternatives of unions that are looked at before a schema is held for unsatisfiable.
const MAX_SHAPES: usize = 48;
/// Values nested deeper than this are not made.
const MAX_DEPTH: usize = 48;
/// Searches for another value within such searches, each of which starts at the top of its schema again.
const MAX_ASIDES: usize = 2;
/// Arrays longer than this are not made.
const MAX_ITEMS: u64 = 2_000;

type KnownShapes = HashMap<(Conjunction, Choices), Option<Rc<Shape>>>;

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
    making: RefCell<Vec<Conjunction>>,
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
    fn edges_aside(&self, conjunction: &Conjunction, depth: usize) -> Vec<Edge> {
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
    ) -> Vec<Rc<Shape>> {
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
    ) -> Option<Rc<Shape>> {
        let make = || Shape::of(self.schemas, conjunction, choices, except, self.direction).map(Rc::new);
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
            if schema.condition.is_some() {
                unions.push(((id, Union::Condition), 2));
            }
        }
        unions
    }

    /// A value of a shape with its required properties and those of `include`; not yet checked where the
    /// shape is fragile.
    pub(super) fn build(&self, shape: &Shape, include: &[String]) -> Option<Value> {
        if let Some(values) = &shape.values {
            return values.iter().find(|value| self.is_sound(shape, value)).cloned();
        }
        if include.is_empty()
            && let Some(example) = self.example(shape)
        {
            return Some(example);
        }
        self.preferred(shape).into_iter().find_map(|types| self.build_type(shape, types, include))
    }

    /// `value` if it keeps the conjunction, else the nearest one that does: what `not`, `oneOf` and `else` ask
    /// for is often a matter of one property.
    pub(super) fn mend(&self, conjunction: &Conjunction, shape: &Shape, value: Value) -> Option<Value> {
        if !shape.fragile || self.accepts(conjunction, &value) {
            return Some(value);
        }
        self.variations(shape, &value).into_iter().find(|value| self.accepts(conjunction, value))
    }

    /// `value` with one of its declared properties changed, in all the ways that the property allows.
    pub(super) fn variations(&self, shape: &Shape, value: &Value) -> Vec<Value> {
        const MOST: usize = 200;
        let mut variations = Vec::new();
        if !value.is_object() || self.making.borrow().len() > 4 {
            return variations;
        }
        for name in &shape.declared {
            for edge in self.edges_aside(&self.property(shape, name), 3) {
                let mut other = value.clone();
                if value.get(name) != Some(&edge.value) && variations.len() < MOST {
                    other[name] = edge.value;
                    variations.push(other);
                }
            }
        }
        variations
    }

    fn build_type(&self, shape: &Shape, types: Types, include: &[String]) -> Option<Value> {
        match types {
            Types::OBJECT => self.plain_object(shape, include),
            Types::ARRAY => self.array(shape, shape.min_items),
            Types::STRING => self.texts.plain(shape, &self.channel).map(Value::String),
            Types::INTEGER | Types::NUMBER => number::numbers(shape).into_iter().next().map(|(_, value)| value),
            Types::BOOLEAN => Some(Value::Bool(true)),
            _ => Some(Value::Null),
        }
    }

    /// Whether one of the values that a shape lists keeps its other keywords as well.
    fn is_sound(&self, shape: &Shape, value: &Value) -> bool {
        if let Value::String(text) = value
            && !self.channel.carries(text)
        {
            return false;
        }
        shape.except.is_some() || self.accepts(&shape.holders, value)
    }

    /// The author's own example, where the schema leaves so much open that it tells more than the schema does.
    fn example(&self, shape: &Shape) -> Option<Value> {
        if shape.except.is_some() {
            return None;
        }
        let open_object = self.is_vague(shape);
        shape
            .examples
            .iter()
            .find(|value| {
                let telling = match value {
                    Value::Object(_) | Value::Array(_) => open_object,
                    Value::String(text) => self.channel.is_plain(text),
                    Value::Null => false,
                    _ => true,
                };
                telling && self.accepts(&shape.holders, value)
            })
            .cloned()
    }

    /// Whether a shape says of its objects nothing but that they are objects, and shows one.
    pub(super) fn is_vague(&self, shape: &Shape) -> bool {
        !shape.examples.is_empty()
            && shape.holders.iter().all(|holder| {
                let schema = self.schemas.get(*holder);
                schema.properties.is_empty()
                    && schema.pattern_properties.is_empty()
                    && schema.additional_properties.is_none()
                    && schema.items.is_none()
                    && schema.prefix_items.is_empty()
            })
    }

    /// The types of a shape, those first of which its keywords speak.
    pub(super) fn preferred(&self, shape: &Shape) -> Vec<Types> {
        let speaks_of_objects = !shape.required.is_empty()
            || shape.min_properties > 0
            || shape.holders.iter().any(|holder| {
                let schema = self.schemas.get(*holder);
                !schema.properties.is_empty() || schema.additional_properties.is_some()
            });
        let speaks_of_arrays = shape.min_items > 0
            || !shape.contains.is_empty()
            || shape.holders.iter().any(|holder| self.schemas.get(*holder).items.is_some());
        let speaks_of_numbers = shape.lower.is_some() || shape.upper.is_some() || !shape.multiples.is_empty();
        let each = [
            (Types::OBJECT, speaks_of_objects),
            (Types::ARRAY, speaks_of_arrays),
            (Types::NUMBER, speaks_of_numbers),
            (Types::INTEGER, speaks_of_numbers),
            (Types::STRING, true),
            (Types::OBJECT, true),
            (Types::ARRAY, true),
            (Types::INTEGER, true),
            (Types::NUMBER, true),
            (Types::BOOLEAN, true),
            (Types::NULL, true),
        ];
        let mut order = Vec::new();
        for (types, now) in each {
            if now && shape.types.contains(types) && !order.contains(&types) {
                order.push(types);
            }
        }
        // A fraction is needed where `type` takes the integers out.
        if order.is_empty() && shape.types.intersects(Types::NUMBER) {
            order.push(Types::NUMBER);
        }
        order
    }

    /// The schemas of the property `name`.
    pub(super) fn property(&self, shape: &Shape, name: &str) -> Conjunction {
        let mut conjunction = Conjunction::new();
        let mut evaluated = false;
        for holder in &shape.holders {
            let schema = self.schemas.get(*holder);
            let before = conjunction.len();
            conjunction.extend(schema.properties.get(name));
            for (pattern, child) in &schema.pattern_properties {
                if self.texts.matches(pattern, name) {
                    conjunction.push(*child);
                }
            }
            evaluated |= conjunction.len() > before;
            if conjunction.len() == before && !shape.is_exempt(*holder, "additionalProperties") {
                conjunction.extend(schema.additional_properties);
                evaluated |= schema.additional_properties.is_some();
            }
        }
        if !evaluated {
            for holder in &shape.holders {
                if !shape.is_exempt(*holder, "unevaluatedProperties") {
                    conjunction.extend(self.schemas.get(*holder).unevaluated_properties);
                }
            }
        }
        conjunction
    }

    /// An object of a shape with plain values.
    pub(super) fn plain_object(&self, shape: &Shape, include: &[String]) -> Option<Value> {
        self.object(shape, include, &mut |_, conjunction| self.plain_of(conjunction))
    }

    /// An object of a shape; `child` makes the properties' values.
    pub(super) fn object(
        &self,
        shape: &Shape,
        include: &[String],
        child: &mut dyn FnMut(&str, &Conjunction) -> Option<Value>,
    ) -> Option<Value> {
        let declared = &shape.declared;
        let required: HashSet<&String> = shape.required.iter().collect();
        let asked_for: HashSet<&String> = include.iter().collect();
        let mut wanted: IndexSet<&String> = IndexSet::new();
        wanted.extend(declared.iter().filter(|name| required.contains(name) || asked_for.contains(name)));
        wanted.extend(shape.required.iter().chain(include));
        wanted.retain(|name| !shape.absent.contains(name));
        let mut grown: Vec<&String> = wanted.iter().copied().collect();
        for name in &wanted {
            for (trigger, needed) in &shape.dependent_required {
                if trigger == *name {
                    grown.extend(needed.iter().filter(|name| !shape.absent.contains(name)));
                }
            }
        }
        let mut members = Map::new();
        for name in grown {
            if !members.contains_key(name) {
                members.insert(name.clone(), self.member(shape, name, child)?);
            }
        }
        let least = shape.min_properties as usize;
        for name in declared {
            if members.len() >= least {
                break;
            }
            if !members.contains_key(name)
                && let Some(value) = self.member(shape, name, child)
            {
                members.insert(name.clone(), value);
            }
        }
        let spare = if members.len() < least { self.spare_names(shape) } else { Vec::new() };
        for name in spare {
            if members.len() >= least {
                break;
            }
            if !members.contains_key(&name)
                && let Some(value) = self.member(shape, &name, child)
            {
                members.insert(name, value);
            }
        }
        let too_many = shape.max_properties.is_some_and(|max| members.len() as u64 > max);
        (members.len() >= least && !too_many).then_some(Value::Object(members))
    }

    fn member(
        &self,
        shape: &Shape,
        name: &str,
        child: &mut dyn FnMut(&str, &Conjunction) -> Option<Value>,
    ) -> Option<Value> {
        let conjunction = self.property(shape, name);
        if let Some((_, value)) = shape.hints.iter().find(|(property, _)| property == name)
            && self.accepts(&conjunction, value)
        {
            return Some(value.clone());
        }
        child(name, &conjunction)
    }

    /// Names of properties that `properties` does not declare.
    pub(super) fn spare_names(&self, shape: &Shape) -> Vec<String> {
        let mut names = Vec::new();
        for holder in &shape.holders {
            let schema = self.schemas.get(*holder);
            for (pattern, _) in &schema.pattern_properties {
                if let Some(made) = super::pattern::Pattern::parse(pattern) {
                    names.extend([1, 3, 5, 8].map(|length| made.sized(length)));
                }
            }
            if let Some(child) = schema.property_names {
                let list = self.edges_aside(&vec![child], 1).into_iter();
                names.extend(list.filter_map(|edge| edge.value.as_str().map(str::to_owned)));
            }
        }
        names.retain(|name| !shape.absent.contains(name));
        let least = (shape.min_properties as usize).min(64) + 2;
        names.extend((1..=least).map(|index| format!("key{index}")));
        names
    }

    /// An array of a shape with `count` items.
    pub(super) fn array(&self, shape: &Shape, count: u64) -> Option<Value> {
        if count > MAX_ITEMS {
            return None;
        }
        let mut items: Vec<Value> = Vec::new();
        for contained in &shape.contains {
            for _ in 0..contained.min {
                let mut conjunction = shape.item(self.schemas, items.len());
                conjunction.push(contained.schema);
                items.push(self.fresh(shape, &conjunction, &items)?);
            }
        }
        while (items.len() as u64) < count {
            let conjunction = shape.item(self.schemas, items.len());
            items.push(self.fresh(shape, &conjunction, &items)?);
        }
        Some(Value::Array(items))
    }

    /// An item that is not among `items`, where items must be unique.
    fn fresh(&self, shape: &Shape, conjunction: &Conjunction, items: &[Value]) -> Option<Value> {
        let plain = self.plain_of(conjunction)?;
        if !shape.unique || !items.contains(&plain) {
            return Some(plain);
        }
        let other =
            self.edges_aside(conjunction, 3).into_iter().map(|edge| edge.value).find(|value| !items.contains(value));
        other.or_else(|| match &plain {
            Value::String(text) => {
                let other = Value::String(format!("{text}{}", items.len()));
                self.accepts(conjunction, &other).then_some(other)
            }
            Value::Number(number) => {
                let other = Value::from(number.as_i64()?.checked_add(items.len() as i64)?);
                self.accepts(conjunction, &other).then_some(other)
            }
            _ => None,
        })
    }
}
