//! Valid values, and the plainest where none is drawn: one part that is hard to draw must not cost the whole of which it is.

use proptest::prelude::*;
use proptest::strategy::{NewTree, ValueTree};
use proptest::test_runner::TestRunner;
use serde_json::Value;

/// A strategy, and what stands for its values where it rejects all.
#[derive(Clone, Debug)]
pub(super) struct Likely<S> {
    pub drawn: S,
    pub plain: Value,
}

impl<S> Strategy for Likely<S>
where
    S: Strategy<Value = Value>,
    S::Tree: 'static,
{
    type Tree = Box<dyn ValueTree<Value = Value>>;
    type Value = Value;

    fn new_tree(&self, runner: &mut TestRunner) -> NewTree<Self> {
        match self.drawn.new_tree(runner) {
            Ok(tree) => Ok(Box::new(tree)),
            Err(_) => Ok(Box::new(Just(self.plain.clone()).new_tree(runner)?)),
        }
    }
}
