//! Strategies of proptest for the values of a schema, built of its own pieces: unions of branches, optional properties,
//! collections, ranges, strings of a pattern. What they draw shrinks as any other value of proptest does.

mod array;
mod breaking;
mod character;
mod likely;
mod node;
mod number;
mod object;
mod string;

use std::rc::Rc;

use proptest::prelude::*;
use proptest::sample::Index;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use serde_json::Value;

use super::generator::Generator;
use super::invalid_node::InvalidNode;
use super::invalid_value::InvalidValue;
use super::shape::MergedSchema;
use crate::contract::{Clause, Clauses, Direction, SchemaId, Validators};
use crate::wire::Channel;
use likely::Likely;
use node::{Known, Node};

/// The strategies of a contract's schemas, for requests or for responses. Each is built once, when it is first drawn from;
/// clones share them.
///
/// A function of one's own is tested with the bodies that an operation takes:
///
/// ```
/// use std::path::Path;
///
/// use conform::contract::Direction;
/// use conform::{Contract, Document, LoadOptions, Validators, Values};
/// use proptest::prelude::*;
/// use serde_json::Value;
///
/// fn length(note: &Value) -> usize {
///     note["text"].as_str().map_or(0, str::len)
/// }
///
/// let text = "
/// openapi: 3.1.0
/// info: {title: Notes, version: '1'}
/// paths:
///   /notes:
///     post:
///       operationId: addNote
///       requestBody:
///         content: {application/json: {schema: {type: object, required: [text], properties: {text: {type: string, maxLength: 9}}}}}
///       responses: {'201': {description: added}}
/// ";
/// let document = Document::from_text(Path::new("notes.yaml"), text.to_owned(), LoadOptions::default())?;
/// let contract = Contract::compile(document)?;
/// let values = Values::new(&Validators::new(contract.schemas.clone()), Direction::Request);
/// let schema = contract.operations[0].body.as_ref().and_then(|body| body.content[0].schema).expect("a schema");
/// proptest!(|(note in values.valid(schema))| {
///     // In bytes: characters beyond ASCII have up to four of them.
///     prop_assert!(length(&note) <= 4 * 9);
/// });
/// # Ok::<(), conform::SpecError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Values {
    known: Rc<Known>,
}

impl Values {
    /// Values that travel as JSON.
    pub fn new(validators: &Validators, direction: Direction) -> Self {
        Self::of(Rc::new(Generator::new(validators, direction, Channel::PAYLOAD)))
    }

    /// Values that this generator makes.
    pub(crate) fn of(generator: Rc<Generator>) -> Self {
        Self { known: Rc::new(Known::new(generator)) }
    }

    /// Valid values of a schema, confirmed by the validator. One of which none is found rejects each draw.
    pub fn valid(&self, schema: SchemaId) -> impl Strategy<Value = Value> + Clone + use<> {
        let generator = self.known.generator.clone();
        let root = vec![schema];
        let node = Node::root(self.known.clone(), root.clone());
        node.prop_filter("valid", move |value| generator.accepts(&root, value))
    }

    /// Valid values, and the minimal one where a draw finds none; `None` where there is no value.
    pub(crate) fn likely(&self, schema: SchemaId) -> Option<impl Strategy<Value = Value> + Clone + use<>> {
        let plain = self.known.generator.minimal(schema)?;
        Some(Likely { drawn: self.valid(schema), plain })
    }

    /// Values that are meant to violate `clause` alone, among others that are drawn, the first at random. The caller
    /// confirms them.
    pub(crate) fn draw_faults(
        &self,
        clauses: &Clauses,
        clause: &Clause,
        root: SchemaId,
        runner: &mut TestRunner,
    ) -> impl Iterator<Item = InvalidValue> + use<> {
        let mut found =
            self.known.generator.faults_in(Context::Drawn(&mut Draw { values: self, runner }), clauses, clause, root);
        if let Ok(first) = any::<Index>().new_tree(runner)
            && !found.is_empty()
        {
            let first = first.current().index(found.len());
            found.rotate_left(first);
        }
        found.into_iter().filter_map(InvalidNode::assemble)
    }
}

/// What draws the containers of a fault.
pub(super) struct Draw<'d> {
    values: &'d Values,
    runner: &'d mut TestRunner,
}

impl Draw<'_> {
    /// An object with what is required of it, `include` and whatever else.
    pub fn container(&mut self, shape: &MergedSchema, include: &[String]) -> Option<Value> {
        self.values.known.begin();
        let strategy = self.values.known.object(shape, include)?;
        strategy.new_tree(self.runner).ok().map(|tree| tree.current())
    }
}

/// How the containers of an invalid node are filled.
pub(super) enum Context<'c, 'd> {
    /// With what is required.
    Minimal,
    /// With the choices of this row; see [`Generator::varied_object`].
    Row(usize),
    /// With what a strategy draws.
    Drawn(&'c mut Draw<'d>),
}
