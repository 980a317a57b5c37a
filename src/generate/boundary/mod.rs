//! Boundary values: valid values at the limits of a schema. Each differs from a minimal value in one way.

mod about;
mod array;
mod example;
mod object;
mod pairs;
mod value;

pub use value::BoundaryValue;

use std::ops::ControlFlow;

use serde_json::{Value, json};

use super::generator::{Generator, MOST_LISTED};
use super::number;
use super::shape::{Choices, Conjunction, MergedSchema};
use crate::contract::{SchemaId, Types};
use crate::spec::Pointer;
use crate::text::ellipsis;

/// Boundary values of one node; fewer at greater depth.
const WIDEST: [usize; 6] = [600, 120, 60, 30, 12, 6];

/// How far below the whole value a node is, and how many boundary values the whole value may have.
#[derive(Clone, Copy, Debug)]
struct Reach {
    depth: usize,
    most: usize,
    /// Whether integers beyond their format are among them, which the schema allows and its author may not mean.
    beyond_format: bool,
}

impl Reach {
    fn below(self) -> Self {
        Self { depth: self.depth + 1, ..self }
    }

    /// The boundary values of a node; `None` where it is too deep for any.
    fn widest(self) -> Option<usize> {
        WIDEST.get(self.depth).map(|widest| (widest * self.most / WIDEST[0]).max(1))
    }
}

/// Takes one boundary value after the other, until it has enough: a wide schema has far more than are asked for.
type Taker<'t> = dyn FnMut(BoundaryValue) -> ControlFlow<()> + 't;

/// Levels of nesting of a value whose schema recurses.
const DEEP: usize = 7;

impl Generator {
    /// The boundary values of a schema, the minimal value first.
    pub fn boundary_values(&self, schema: SchemaId) -> Vec<BoundaryValue> {
        self.boundary_values_of_root(schema, Reach { depth: 0, most: WIDEST[0], beyond_format: false })
    }

    /// At most about so many of the boundary values of a schema, those of nested values fewer in proportion; integers
    /// beyond their format are among them.
    pub fn boundary_values_within(&self, schema: SchemaId, most: usize) -> Vec<BoundaryValue> {
        self.boundary_values_of_root(schema, Reach { depth: 0, most: most.min(WIDEST[0]), beyond_format: true })
    }

    fn boundary_values_of_root(&self, schema: SchemaId, reach: Reach) -> Vec<BoundaryValue> {
        let root = vec![schema];
        let mut boundaries = self.boundary_values_at(&root, reach);
        boundaries.extend(self.deep(schema, DEEP).into_iter().map(|value| boundary("deeply nested", value, None)));
        boundaries.retain(|boundary| self.accepts(&root, &boundary.value));
        boundaries
    }

    pub(crate) fn boundary_values_of(&self, conjunction: &Conjunction, depth: usize) -> Vec<BoundaryValue> {
        self.boundary_values_at(conjunction, Reach { depth, most: WIDEST[0], beyond_format: false })
    }

    fn boundary_values_at(&self, conjunction: &Conjunction, reach: Reach) -> Vec<BoundaryValue> {
        let minimal = self.minimal_of(conjunction);
        let mut boundaries: Vec<BoundaryValue> =
            minimal.into_iter().map(|value| boundary("a plain value", value, None)).collect();
        let Some(widest) = reach.widest() else { return boundaries };
        for (index, shape) in self.shapes(conjunction, &Choices::new(), None, 24).iter().enumerate() {
            let mut take = |boundary: BoundaryValue| {
                if boundaries.len() >= widest {
                    return ControlFlow::Break(());
                }
                let is_new = !boundaries.iter().any(|known| known.value == boundary.value);
                if is_new && (!shape.needs_validation || self.accepts(conjunction, &boundary.value)) {
                    boundaries.push(boundary);
                }
                ControlFlow::Continue(())
            };
            if self.boundary_values_of_shape(shape, reach, index > 0, &mut take).is_break() {
                break;
            }
        }
        boundaries
    }

    fn boundary_values_of_shape(
        &self,
        shape: &MergedSchema,
        reach: Reach,
        other_branch: bool,
        take: &mut Taker<'_>,
    ) -> ControlFlow<()> {
        if let Some(values) = &shape.values {
            for value in values.iter().take(MOST_LISTED).filter(|value| self.accepts(&shape.holders, value)) {
                let carried = value.as_str().is_none_or(|string| self.channel.carries(string));
                if carried {
                    let keyword = self.holder_of(shape, "enum").or_else(|| self.holder_of(shape, "const"));
                    take(boundary(format!("the value {}", shown(value)), value.clone(), keyword))?;
                }
            }
            return ControlFlow::Continue(());
        }
        if other_branch
            && let Some(value) = self.build(shape, &[]).and_then(|value| self.repair(&shape.holders, shape, value))
        {
            let label = match &value {
                Value::String(_) | Value::Array(_) | Value::Object(_) => "another branch".to_owned(),
                scalar => format!("another branch: {scalar}"),
            };
            take(boundary(label, value, None))?;
        }
        for example in &shape.examples {
            if self.accepts(&shape.holders, example) && self.channel_carries(example) {
                take(boundary("the document's example", example.clone(), None))?;
            }
        }
        // Where anything goes, one of each kind comes before the many of one.
        if shape.types == Types::ANY && self.channel.is_payload() {
            for value in
                [json!(null), json!(true), json!(0), json!(1.5), json!("text"), json!([]), json!({}), json!([null])]
            {
                take(boundary(format!("{} where anything goes", shown(&value)), value, None))?;
            }
        }
        for types in self.preferred(shape) {
            match types {
                Types::STRING => {
                    for (label, string) in self.strings.strings(shape, &self.channel).iter() {
                        let about = self.about_string(shape, string);
                        take(boundary(label.as_str(), Value::String(string.clone()), about))?;
                    }
                    for word in self.quoted_words(shape, reach) {
                        let label = format!("`{word}`, which a description quotes");
                        take(BoundaryValue { doubtful: true, ..boundary(label, Value::String(word), None) })?;
                    }
                }
                Types::INTEGER | Types::NUMBER => {
                    for (label, value) in number::numbers(shape) {
                        let about = self.about_number(shape, &value);
                        let doubtful = !number::is_sure(shape, &value);
                        take(BoundaryValue { doubtful, ..boundary(label, value, about) })?;
                    }
                    let beyond = number::beyond_format(shape).filter(|_| reach.beyond_format);
                    if let Some((label, value)) = beyond.filter(|(_, value)| self.accepts(&shape.holders, value)) {
                        take(BoundaryValue {
                            doubtful: true,
                            ..boundary(label, value, self.holder_of(shape, "format"))
                        })?;
                    }
                }
                Types::BOOLEAN => {
                    let about = self.holder_of(shape, "type");
                    for truth in [true, false] {
                        take(boundary(format!("{truth}"), Value::Bool(truth), about))?;
                    }
                }
                Types::NULL => take(boundary("null", Value::Null, self.holder_of(shape, "type")))?,
                Types::ARRAY => self.array_boundaries(shape, reach, take)?,
                _ => self.object_boundaries(shape, reach, take)?,
            }
        }
        ControlFlow::Continue(())
    }

    /// Words that descriptions quote as code and that a shape takes: those of its own, and a few of others. What they mean is
    /// said in prose alone, so that a refusal of them says nothing.
    fn quoted_words(&self, shape: &MergedSchema, reach: Reach) -> Vec<String> {
        const ELSEWHERE: usize = 2;
        if reach.depth > 2 || !shape.formats.is_empty() {
            return Vec::new();
        }
        let fits = |word: &&String| self.is_fitting(shape, word);
        let own = shape.holders.iter().flat_map(|id| &self.schemas.get(*id).quoted).filter(fits);
        let mut words: Vec<String> = own.cloned().collect();
        let all = self.schemas.quoted();
        // Each place has others of them.
        let from = shape.holders.first().map_or(0, |id| id.0 as usize * ELSEWHERE);
        let others =
            all.iter().cycle().skip(from % all.len().max(1)).take(all.len()).filter(|word| !words.contains(word));
        let others: Vec<String> = others.filter(fits).take(ELSEWHERE).cloned().collect();
        words.extend(others);
        words
    }

    pub(super) fn channel_carries(&self, value: &Value) -> bool {
        value.as_str().is_none_or(|string| self.channel.is_plain(string))
    }
}

fn boundary(label: impl Into<String>, value: Value, about: Option<(SchemaId, &'static str)>) -> BoundaryValue {
    BoundaryValue { label: label.into(), value, at: Pointer::root(), about, doubtful: false }
}

/// A boundary value of a property or item, put into its container.
fn within(container: &Value, token: &str, child: BoundaryValue) -> BoundaryValue {
    let mut value = container.clone();
    let at = Pointer::root().join(token);
    at.assign(&mut value, child.value);
    BoundaryValue { value, at: Pointer::new(format!("{at}{}", child.at)), ..child }
}

fn shown(value: &Value) -> String {
    ellipsis::end(&value.to_string(), 40).into_owned()
}
