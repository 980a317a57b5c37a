//! Shapes: the schemas of a conjunction merged into one, with one branch of every union chosen.

mod merge;

use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeMap, HashMap};

use serde_json::{Number, Value};

use crate::contract::{Bound, Branch, SchemaId, Types};

/// Schemas that hold for the same value.
pub(crate) type Conjunction = Vec<SchemaId>;

/// A union of a schema, of which one branch is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Union {
    AnyOf,
    OneOf,
    /// Those that take the schema in, one of which its discriminator names.
    Heirs,
    /// `if`: branch 0 keeps it, branch 1 breaks it.
    Condition,
    /// `dependentSchemas` at this index: branch 0 leaves the property out, branch 1 has it.
    Dependent(usize),
}

/// The branch that is taken of each union, by default the first.
pub(crate) type Choices = BTreeMap<(SchemaId, Union), usize>;

/// Makes `branch` of `schema` the choice.
pub(crate) fn choose(choices: &mut Choices, schema: SchemaId, branch: Branch) {
    let (union, index) = match branch {
        Branch::AnyOf(index) => (Union::AnyOf, index),
        Branch::OneOf(index) => (Union::OneOf, index),
        Branch::Then => (Union::Condition, 0),
        Branch::Else => (Union::Condition, 1),
        Branch::Dependent(index) => (Union::Dependent(index), 1),
    };
    choices.insert((schema, union), index);
}

/// A keyword that is left out of a shape, so that its values may violate it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Except {
    pub schema: SchemaId,
    pub keyword: &'static str,
    /// The property of a `required`, `dependentRequired` or `properties`, or the pattern of a `patternProperties`.
    pub subject: Option<String>,
}

/// `contains` with its counts.
#[derive(Clone, Debug)]
pub(crate) struct Contains {
    pub schema: SchemaId,
    pub min: u64,
}

/// What a value must satisfy.
#[derive(Clone, Debug)]
pub(crate) struct MergedSchema {
    pub types: Types,
    pub values: Option<Vec<Value>>,
    pub lower: Option<Bound>,
    pub upper: Option<Bound>,
    pub multiples: Vec<Number>,
    pub min_length: u64,
    pub max_length: Option<u64>,
    pub patterns: Vec<String>,
    pub formats: Vec<String>,
    pub min_items: u64,
    pub max_items: Option<u64>,
    pub unique: bool,
    pub contains: Vec<Contains>,
    pub min_properties: u64,
    pub max_properties: Option<u64>,
    pub required: Vec<String>,
    pub dependent_required: Vec<(String, Vec<String>)>,
    /// Properties that must not be there, by the branches taken or the fault meant.
    pub absent: Vec<String>,
    /// The names that `properties` declares, without those that may not travel in this direction.
    pub declared: Vec<String>,
    /// The values that discriminators require of their properties in the branches taken.
    pub hints: Vec<(String, Value)>,
    pub examples: Vec<Value>,
    /// Every schema that holds, references and branches taken included.
    pub holders: Vec<SchemaId>,
    /// The unions that were met, with the number of their branches.
    pub unions: Vec<((SchemaId, Union), usize)>,
    /// Values must be validated: a keyword applies that generation does not take into account.
    pub needs_validation: bool,
    pub except: Option<Except>,
    /// The schemas of each property that was asked for: hundreds of holders may speak of one.
    pub known_properties: Known<RefCell<HashMap<String, Conjunction>>>,
    /// Which of the first values its other keywords allow, by their positions, once that was asked for.
    pub sound: Known<OnceCell<Vec<usize>>>,
}

/// What was found out of a shape. Of a copy, which may be changed, nothing is known.
#[derive(Debug, Default)]
pub(crate) struct Known<T>(pub T);

impl<T: Default> Clone for Known<T> {
    fn clone(&self) -> Self {
        Self::default()
    }
}
