//! Values that break one clause, as a strategy. What is around the fault gets simpler, the fault stays.

use std::collections::{HashSet, VecDeque};

use proptest::prelude::*;
use proptest::strategy::{NewTree, ValueTree};
use proptest::test_runner::TestRunner;
use serde_json::Value;

use super::Values;
use crate::contract::{Clause, Clauses, Isolation, SchemaId, isolation};
use crate::generate::simpler::simpler;

/// Values that break `clause` alone.
#[derive(Clone, Debug)]
struct Breaking<'c> {
    values: Values,
    clauses: &'c Clauses,
    clause: &'c Clause,
    root: SchemaId,
}

impl Values {
    /// Values that break `clause`, one of those of the schema `root`, and nothing else. One that nothing is known to break
    /// alone rejects each draw.
    pub fn breaking<'c>(
        &self,
        clauses: &'c Clauses,
        clause: &'c Clause,
        root: SchemaId,
    ) -> impl Strategy<Value = Value> + Clone + use<'c> {
        Breaking { values: self.clone(), clauses, clause, root }
    }
}

impl Breaking<'_> {
    fn is_broken_alone(&self, value: &Value) -> bool {
        let generator = &self.values.known.generator;
        let violations = generator.validators.breaches(self.root, generator.direction, value);
        isolation(self.clause, &violations) == Isolation::Alone
    }
}

impl<'c> Strategy for Breaking<'c> {
    type Tree = BrokenTree<'c>;
    type Value = Value;

    fn new_tree(&self, runner: &mut TestRunner) -> NewTree<Self> {
        let Self { values, clauses, clause, root } = self;
        let drawn = values.draw_faults(clauses, clause, *root, runner);
        let known = values.known.generator.faults(clauses, clause, *root);
        let mut all = drawn.chain(known).map(|fault| fault.value);
        let broken = all.find(|value| self.is_broken_alone(value)).ok_or("no value is known to break it alone")?;
        Ok(BrokenTree::new(self.clone(), broken))
    }
}

/// A broken value that gets simpler.
#[derive(Debug)]
struct BrokenTree<'c> {
    strategy: Breaking<'c>,
    plain: Value,
    /// The simplest value that is known to fail.
    best: Value,
    proposed: Option<Value>,
    queue: VecDeque<Value>,
    tried: HashSet<Value>,
}

impl<'c> BrokenTree<'c> {
    fn new(strategy: Breaking<'c>, broken: Value) -> Self {
        let plain = strategy.values.known.generator.minimal(strategy.root).unwrap_or_default();
        let tried = HashSet::from([broken.clone()]);
        let mut tree = Self { strategy, plain, best: broken, proposed: None, queue: VecDeque::new(), tried };
        tree.refill();
        tree
    }

    fn refill(&mut self) {
        let at = &self.strategy.clause.instance;
        let kept = (!at.tokens().any(|token| token == "*")).then(|| match &self.strategy.clause.subject {
            Some(missing) if self.strategy.clause.keyword == "required" => at.join(missing),
            _ => at.clone(),
        });
        let proposals = simpler(&self.best, &self.plain, kept.as_ref());
        let size = self.best.to_string().len();
        self.queue = proposals.into_iter().filter(|value| value.to_string().len() < size).collect();
    }

    fn advance(&mut self) -> bool {
        self.proposed = loop {
            let Some(next) = self.queue.pop_front() else { break None };
            if self.tried.insert(next.clone()) && self.strategy.is_broken_alone(&next) {
                break Some(next);
            }
        };
        self.proposed.is_some()
    }
}

impl ValueTree for BrokenTree<'_> {
    type Value = Value;

    fn current(&self) -> Value {
        self.proposed.as_ref().unwrap_or(&self.best).clone()
    }

    fn simplify(&mut self) -> bool {
        if let Some(failing) = self.proposed.take() {
            self.best = failing;
            self.refill();
        }
        self.advance()
    }

    fn complicate(&mut self) -> bool {
        self.proposed = None;
        self.advance()
    }
}
