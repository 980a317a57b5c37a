//! Edges: valid values at the ends of what a schema allows, one difference from a plain value at a time.

use std::ops::ControlFlow;

use serde_json::{Map, Value, json};

use super::number;
use super::shape::{Choices, Conjunction, Shape};
use super::values::Generator;
use crate::contract::{SchemaId, Types};
use crate::spec::Pointer;
use crate::text::ellipsis;

/// A valid value with what is special about it.
#[derive(Clone, Debug)]
pub struct Edge {
    /// What it is, for example "256 characters".
    pub label: String,
    /// The whole value.
    pub value: Value,
    /// The node that is special.
    pub at: Pointer,
    /// The keyword that it is at the edge of.
    pub about: Option<(SchemaId, &'static str)>,
    /// The schema allows it, yet says so little that its author may mean less.
    pub doubtful: bool,
}

/// Edges of one node; fewer at greater depth.
const WIDEST: [usize; 6] = [600, 120, 60, 30, 12, 6];

/// How far below the whole value a node is, and how many edges the whole value may have.
#[derive(Clone, Copy, Debug)]
struct Reach {
    depth: usize,
    most: usize,
}

impl Reach {
    fn below(self) -> Self {
        Self { depth: self.depth + 1, ..self }
    }

    /// The edges of a node; `None` where it is too deep for any.
    fn widest(self) -> Option<usize> {
        WIDEST.get(self.depth).map(|widest| (widest * self.most / WIDEST[0]).max(1))
    }
}

/// Takes one edge after the other, until it has enough: a wide schema has far more than are asked for.
type Taker<'t> = dyn FnMut(Edge) -> ControlFlow<()> + 't;

/// Members of a map that has no limit.
const MANY: [usize; 3] = [17, 65, 257];
/// Levels of a value whose schema recurses.
const DEEP: usize = 7;

impl Generator<'_> {
    /// Valid values at the edges of a schema, the plain one first.
    pub fn edges(&self, schema: SchemaId) -> Vec<Edge> {
        self.edges_within(schema, WIDEST[0])
    }

    /// At most about so many of the edges of a schema, those of nested values fewer in proportion.
    pub fn edges_within(&self, schema: SchemaId, most: usize) -> Vec<Edge> {
        let root = vec![schema];
        let mut edges = self.edges_at(&root, Reach { depth: 0, most: most.min(WIDEST[0]) });
        if let Some(value) = self.deep(&root, DEEP) {
            edges.push(Edge {
                label: "deeply nested".into(),
                value,
                at: Pointer::root(),
                about: None,
                doubtful: false,
            });
        }
        edges.retain(|edge| self.accepts(&root, &edge.value));
        edges
    }

    pub(crate) fn edges_of(&self, conjunction: &Conjunction, depth: usize) -> Vec<Edge> {
        self.edges_at(conjunction, Reach { depth, most: WIDEST[0] })
    }

    fn edges_at(&self, conjunction: &Conjunction, reach: Reach) -> Vec<Edge> {
        let plain = self.plain_of(conjunction);
        let mut edges: Vec<Edge> = plain.into_iter().map(|value| edge("a plain value", value, None)).collect();
        let Some(widest) = reach.widest() else { return edges };
        for (index, shape) in self.shapes(conjunction, &Choices::new(), None, 24).iter().enumerate() {
            let mut take = |edge: Edge| {
                if edges.len() >= widest {
                    return ControlFlow::Break(());
                }
                let is_new = !edges.iter().any(|known| known.value == edge.value);
                if is_new && (!shape.fragile || self.accepts(conjunction, &edge.value)) {
                    edges.push(edge);
                }
                ControlFlow::Continue(())
            };
            if self.edges_of_shape(shape, reach, index > 0, &mut take).is_break() {
                break;
            }
        }
        edges
    }

    fn edges_of_shape(&self, shape: &Shape, reach: Reach, other_branch: bool, take: &mut Taker<'_>) -> ControlFlow<()> {
        if let Some(values) = &shape.values {
            for value in values.iter().filter(|value| self.accepts(&shape.holders, value)) {
                let carried = value.as_str().is_none_or(|text| self.charset.carries(text));
                if carried {
                    let keyword = self.holder_of(shape, "enum").or_else(|| self.holder_of(shape, "const"));
                    take(edge(format!("the value {}", shown(value)), value.clone(), keyword))?;
                }
            }
            return ControlFlow::Continue(());
        }
        if other_branch
            && let Some(value) = self.build(shape, &[]).and_then(|value| self.mend(&shape.holders, shape, value))
        {
            take(edge("another branch", value, None))?;
        }
        for example in &shape.examples {
            if self.accepts(&shape.holders, example) && self.charset_carries(example) {
                take(edge("the document's example", example.clone(), None))?;
            }
        }
        // Where anything goes, one of each kind comes before the many of one.
        if shape.types == Types::ANY && self.charset.is_payload() {
            for value in
                [json!(null), json!(true), json!(0), json!(1.5), json!("text"), json!([]), json!({}), json!([null])]
            {
                take(edge(format!("{} where anything goes", shown(&value)), value, None))?;
            }
        }
        for types in self.preferred(shape) {
            match types {
                Types::STRING => {
                    for (label, text) in self.texts.texts(shape, &self.charset).iter() {
                        let about = self.about_text(shape, text);
                        take(edge(label.as_str(), Value::String(text.clone()), about))?;
                    }
                }
                Types::INTEGER | Types::NUMBER => {
                    for (label, value) in number::numbers(shape) {
                        let about = self.about_number(shape, &value);
                        take(edge(label, value, about))?;
                    }
                }
                Types::BOOLEAN => {
                    let about = self.holder_of(shape, "type");
                    for truth in [true, false] {
                        take(edge(format!("{truth}"), Value::Bool(truth), about))?;
                    }
                }
                Types::NULL => take(edge("null", Value::Null, self.holder_of(shape, "type")))?,
                Types::ARRAY => self.array_edges(shape, reach, take)?,
                _ => self.object_edges(shape, reach, take)?,
            }
        }
        ControlFlow::Continue(())
    }

    fn object_edges(&self, shape: &Shape, reach: Reach, take: &mut Taker<'_>) -> ControlFlow<()> {
        if self.is_vague(shape) {
            return self.example_edges(shape, take);
        }
        let declared = &shape.declared;
        let optional: Vec<&String> = declared.iter().filter(|name| !shape.required.contains(name)).collect();
        for (label, names) in rows(&optional) {
            if let Some(value) = self.plain_object(shape, &names) {
                // What is special about a row of one is that one.
                let at = match names.as_slice() {
                    [name] => Pointer::root().join(name),
                    _ => Pointer::root(),
                };
                take(Edge { at, ..edge(label, value, None) })?;
            }
        }
        for name in declared {
            let conjunction = self.property(shape, name);
            let Some(host) = self.plain_object(shape, std::slice::from_ref(name)) else { continue };
            for child in self.edges_at(&conjunction, reach.below()) {
                take(within(&host, name, child))?;
            }
        }
        self.undeclared(shape, reach, take)
    }

    /// Objects with properties that the schema does not name, where it allows them.
    fn undeclared(&self, shape: &Shape, reach: Reach, take: &mut Taker<'_>) -> ControlFlow<()> {
        let Some(Value::Object(host)) = self.plain_object(shape, &[]) else { return ControlFlow::Continue(()) };
        let mut spare = self.spare_names(shape).into_iter().filter(|name| !host.contains_key(name));
        let Some(name) = spare.next() else { return ControlFlow::Continue(()) };
        if shape.max_properties.is_some_and(|max| host.len() as u64 >= max) {
            return ControlFlow::Continue(());
        }
        let conjunction = self.property(shape, &name);
        let host = Value::Object(host);
        let about = self.holder_of(shape, "additionalProperties");
        if conjunction.is_empty() {
            let values = match reach.depth {
                0 | 1 => vec![json!("value"), json!({"nested": [1, 2.5, true, null, {"deep": "value"}]}), json!(null)],
                _ => vec![json!("value")],
            };
            // What stands beside declared properties is tried in one way only: it is no part of the contract.
            let is_map = shape.declared.is_empty();
            let count = if is_map { values.len() } else { 1 };
            for value in values.into_iter().take(count) {
                let label = format!("a property that is not declared: {}", shown(&value));
                take(within(&host, &name, edge(label, value, about)))?;
            }
            return ControlFlow::Continue(());
        }
        for child in self.edges_at(&conjunction, reach.below()) {
            take(within(&host, &name, child))?;
        }
        // Names of members are texts like any other where the schema leaves them open.
        if let Some(value) = self.plain_of(&conjunction)
            && shape.holders.iter().all(|holder| self.schemas.get(*holder).property_names.is_none())
        {
            for odd in ["key with blanks", "ключ", "👋", "a.b-c_d$e", "__proto__", "constructor"] {
                if self.property(shape, odd) == conjunction {
                    take(within(&host, odd, edge(format!("a property called `{odd}`"), value.clone(), about)))?;
                }
            }
            for length in [65, 256] {
                let name = super::text::stretch("name", length);
                if self.property(shape, &name) == conjunction {
                    let label = format!("a property whose name has {length} characters");
                    take(within(&host, &name, edge(label, value.clone(), about)))?;
                }
            }
            for count in MANY {
                let names = (1..=count).map(|index| format!("key{index}"));
                let mut members = host.as_object().cloned().unwrap_or_default();
                members.extend(names.map(|name| (name, value.clone())));
                if shape.max_properties.is_none_or(|max| members.len() as u64 <= max) {
                    take(edge(format!("{count} properties"), Value::Object(members), about))?;
                }
            }
        }
        ControlFlow::Continue(())
    }

    /// Where the schema shows an object and says nothing else, only prose in the example is surely free: a text
    /// with blanks in it is no id, no number and no member of a list of values. All else is doubtful.
    fn example_edges(&self, shape: &Shape, take: &mut Taker<'_>) -> ControlFlow<()> {
        let about = self.holder_of(shape, "type");
        let open = Shape {
            types: Types::STRING,
            min_length: 1,
            holders: Vec::new(),
            examples: Vec::new(),
            values: None,
            ..shape.clone()
        };
        for example in shape.examples.iter().filter(|example| self.accepts(&shape.holders, example)) {
            for (at, prose) in prose(example) {
                for (label, text) in self.texts.texts(&open, &self.charset).iter() {
                    let mut value = example.clone();
                    if text != prose && !text.trim().is_empty() && at.assign(&mut value, Value::String(text.clone())) {
                        take(Edge { label: label.clone(), value, at: at.clone(), about, doubtful: false })?;
                    }
                }
            }
            for (label, at, value) in departures(example) {
                take(Edge { label, value, at, about, doubtful: true })?;
            }
        }
        take(Edge { doubtful: true, ..edge("an empty object", json!({}), about) })?;
        ControlFlow::Continue(())
    }

    fn array_edges(&self, shape: &Shape, reach: Reach, take: &mut Taker<'_>) -> ControlFlow<()> {
        let most = shape.max_items.unwrap_or(shape.min_items.max(2) + 1);
        let mut counts = vec![shape.min_items, shape.min_items + 1, most.saturating_sub(1), most];
        counts.retain(|count| (shape.min_items..=shape.max_items.unwrap_or(1_000).min(1_000)).contains(count));
        counts.dedup();
        for count in counts {
            let about = match count {
                _ if Some(count) == shape.max_items => self.holder_of(shape, "maxItems"),
                _ if count == shape.min_items => self.holder_of(shape, "minItems"),
                _ => None,
            };
            if let Some(value) = self.array(shape, count) {
                take(edge(format!("{count} items"), value, about))?;
            }
        }
        let fixed = shape.holders.iter().map(|holder| self.schemas.get(*holder).prefix_items.len()).max().unwrap_or(0);
        for index in 0..=fixed {
            let count = shape.min_items.max(index as u64 + 1);
            if shape.max_items.is_some_and(|max| count > max) {
                break;
            }
            let Some(host) = self.array(shape, count) else { continue };
            let conjunction = shape.item(self.schemas, index);
            for child in self.edges_at(&conjunction, reach.below()) {
                take(within(&host, &index.to_string(), child))?;
            }
        }
        if !shape.unique
            && shape.max_items.is_none_or(|max| max >= 2)
            && let Some(item) = self.plain_of(&shape.item(self.schemas, 0))
            && let Some(Value::Array(mut items)) = self.array(shape, shape.min_items.max(2))
        {
            if fixed == 0 {
                items[1] = item.clone();
                items[0] = item;
            }
            take(edge("the same item twice", Value::Array(items), None))?;
        }
        ControlFlow::Continue(())
    }

    /// A value that takes a recursive schema `levels` deep; `None` where it does not recurse.
    fn deep(&self, conjunction: &Conjunction, levels: usize) -> Option<Value> {
        if levels == 0 {
            return self.plain_of(conjunction);
        }
        for shape in self.shapes(conjunction, &Choices::new(), None, 4) {
            for name in &shape.declared {
                let child = self.property(&shape, name);
                if self.recurs(&child, &shape)
                    && let Some(value) = self.deep(&child, levels - 1)
                    && let Some(mut host) = self.plain_object(&shape, std::slice::from_ref(name))
                {
                    host[name] = value;
                    return Some(host);
                }
            }
            if shape.types.contains(Types::ARRAY)
                && shape.holders.iter().any(|id| self.schemas.get(*id).items.is_some())
            {
                let child = shape.item(self.schemas, 0);
                if self.recurs(&child, &shape)
                    && let Some(value) = self.deep(&child, levels - 1)
                    && let Some(mut host) = self.array(&shape, shape.min_items.max(1))
                {
                    host[0] = value;
                    return Some(host);
                }
            }
        }
        None
    }

    fn recurs(&self, child: &[SchemaId], shape: &Shape) -> bool {
        let reached = self.schemas.reachable(child);
        shape.holders.iter().any(|holder| reached.contains(holder))
    }

    fn charset_carries(&self, value: &Value) -> bool {
        value.as_str().is_none_or(|text| self.charset.is_plain(text))
    }

    /// The holder of a keyword in a shape.
    fn holder_of(&self, shape: &Shape, keyword: &'static str) -> Option<(SchemaId, &'static str)> {
        let has = |id: &SchemaId| {
            let schema = self.schemas.get(*id);
            match keyword {
                "type" => schema.types.is_some(),
                "enum" => schema.enumeration.is_some(),
                "const" => schema.constant.is_some(),
                "minLength" => schema.min_length.is_some(),
                "maxLength" => schema.max_length.is_some(),
                "pattern" => schema.pattern.is_some(),
                "format" => schema.format.is_some(),
                "minItems" => schema.min_items.is_some(),
                "maxItems" => schema.max_items.is_some(),
                "minimum" => schema.minimum.is_some(),
                "exclusiveMinimum" => schema.exclusive_minimum.is_some(),
                "maximum" => schema.maximum.is_some(),
                "exclusiveMaximum" => schema.exclusive_maximum.is_some(),
                "multipleOf" => schema.multiple_of.is_some(),
                "additionalProperties" => schema.additional_properties.is_some(),
                _ => false,
            }
        };
        shape.holders.iter().copied().find(has).map(|id| (id, keyword))
    }

    fn about_text(&self, shape: &Shape, text: &str) -> Option<(SchemaId, &'static str)> {
        let length = text.chars().count() as u64;
        let keyword = match length {
            _ if Some(length) == shape.max_length => "maxLength",
            _ if length == shape.min_length && length > 0 => "minLength",
            _ if !shape.patterns.is_empty() => "pattern",
            _ if !shape.formats.is_empty() => "format",
            _ => "type",
        };
        self.holder_of(shape, keyword)
    }

    fn about_number(&self, shape: &Shape, value: &Value) -> Option<(SchemaId, &'static str)> {
        let Value::Number(number) = value else { return None };
        let at = |bound: &Option<number::Bound>| {
            bound.as_ref().is_some_and(|bound| number::compare(&bound.number, number).is_eq())
        };
        let keywords: &[&'static str] = if at(&shape.lower) {
            &["minimum"]
        } else if at(&shape.upper) {
            &["maximum"]
        } else {
            &["multipleOf", "format", "exclusiveMinimum", "exclusiveMaximum", "type"]
        };
        keywords.iter().find_map(|keyword| self.holder_of(shape, keyword))
    }
}

fn edge(label: impl Into<String>, value: Value, about: Option<(SchemaId, &'static str)>) -> Edge {
    Edge { label: label.into(), value, at: Pointer::root(), about, doubtful: false }
}

/// An edge of a member or item, put into its host.
fn within(host: &Value, token: &str, child: Edge) -> Edge {
    let mut value = host.clone();
    let at = Pointer::root().join(token);
    at.assign(&mut value, child.value);
    Edge { value, at: Pointer::new(format!("{at}{}", child.at)), ..child }
}

fn shown(value: &Value) -> String {
    ellipsis::end(&value.to_string(), 40).into_owned()
}

/// Which of the optional properties are there: each alone, all but each, and rows in which every pair is
/// together, apart either way, and missing (two for each bit of their positions).
fn rows(optional: &[&String]) -> Vec<(String, Vec<String>)> {
    const ONE_BY_ONE: usize = 24;
    let pick = |keep: &dyn Fn(usize) -> bool| -> Vec<String> {
        optional.iter().enumerate().filter(|(index, _)| keep(*index)).map(|(_, name)| (*name).clone()).collect()
    };
    let mut rows = vec![("only required properties".to_owned(), Vec::new())];
    if optional.is_empty() {
        return rows;
    }
    rows.push(("every property".to_owned(), pick(&|_| true)));
    for (index, name) in optional.iter().enumerate().take(ONE_BY_ONE) {
        rows.push((format!("`{name}` is there"), pick(&|other| other == index)));
        rows.push((format!("every property but `{name}`"), pick(&|other| other != index)));
    }
    for bit in 0..usize::BITS - optional.len().leading_zeros() {
        rows.push(("some properties".to_owned(), pick(&|index| index >> bit & 1 == 1)));
        rows.push(("some properties".to_owned(), pick(&|index| index >> bit & 1 == 0)));
    }
    rows
}

/// An example with one member missing, of another kind, or too many.
fn departures(example: &Value) -> Vec<(String, Pointer, Value)> {
    let mut found = Vec::new();
    let Value::Object(members) = example else { return found };
    for name in members.keys() {
        let at = Pointer::root().join(name);
        let mut lacking = members.clone();
        lacking.shift_remove(name);
        found.push((format!("without `{name}`"), at.clone(), Value::Object(lacking)));
        for other in [json!(12345), json!(null), json!(""), json!("👋"), json!("other text"), json!([]), json!({})] {
            let mut changed = members.clone();
            let label = format!("{} in place of the example's value", shown(&other));
            changed.insert(name.clone(), other);
            found.push((label, at.clone(), Value::Object(changed)));
        }
    }
    let mut more = members.clone();
    more.insert("additional".to_owned(), json!({"nested": [1, "two", null]}));
    found.push(("a member more than the example".to_owned(), Pointer::root().join("additional"), Value::Object(more)));
    found
}

/// The texts of an example that hold blanks, with their places.
fn prose(example: &Value) -> Vec<(Pointer, &str)> {
    let mut found = Vec::new();
    let mut queue = vec![(Pointer::root(), example)];
    while let Some((at, value)) = queue.pop() {
        match value {
            Value::String(text) if text.trim().contains(char::is_whitespace) => found.push((at, text.as_str())),
            Value::Array(items) => {
                queue.extend(items.iter().enumerate().rev().map(|(index, item)| (at.index(index), item)));
            }
            Value::Object(members) => {
                let members: &Map<String, Value> = members;
                queue.extend(members.iter().rev().map(|(name, value)| (at.join(name), value)));
            }
            _ => {}
        }
    }
    found
}
