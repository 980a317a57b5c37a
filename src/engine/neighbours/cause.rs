//! Of what a refusal that holds is: what the document leaves out, or else what the target says.

use std::sync::LazyLock;

use super::evidence::Evidence;
use super::node::Node;
use crate::case::{Case, RequestValues};
use crate::check::{Sent, is_empty_talk, says};
use crate::contract::{ClauseTarget, Contract, Operation, Schema, Site};
use crate::engine::habits::Omission;
use crate::execute::Response;
use crate::finding::{Finding, Root, digest};
use crate::shrink::Difference;
use crate::spec::Pointer;
use regex::Regex;
use serde_json::Value;

/// A refusal that holds, with what was refused and what is accepted in its place.
pub(super) struct Refusal<'a> {
    pub contract: &'a Contract,
    pub evidence: &'a Evidence,
    pub nodes: &'a [Node],
    pub own: &'a RequestValues,
    pub plain: &'a RequestValues,
}

impl Refusal<'_> {
    /// The finding as one of its bug, that of all refusals of one kind in the same words; and what the document leaves out,
    /// if it is that, with the manner of the target.
    pub fn attribute(
        &self,
        finding: Finding,
        case: &Case,
        response: &Response,
        difference: &Difference,
    ) -> (Finding, Option<(Omission, String)>) {
        let words = self.words(case, response);
        let status = response.status;
        let root = match words.is_empty() {
            true => finding.root,
            false => Root::Refusal {
                manner: format!("{status} {}{words}", difference.kinds.join(", ")),
                reason: self.part().map(|part| format!("{status} {part}{words}")).unwrap_or_default(),
            },
        };
        let manner = |omission: &Omission| format!("{status} {} left out{words}", omission.keyword);
        let omission = self.omission(response).map(|omission| (manner(&omission), omission));
        (Finding { root, ..finding }, omission.map(|(manner, omission)| (omission, manner)))
    }

    /// By what the words of a refusal are known again; nothing where they say no more than that it is one.
    pub fn words(&self, case: &Case, response: &Response) -> String {
        let said = self.says(case, response);
        if is_empty_talk(&said) { String::new() } else { format!(" {:016x}", digest(&[&said])) }
    }

    /// What a refusal says, without the names and values that it is about.
    fn says(&self, case: &Case, response: &Response) -> String {
        static BETWEEN: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"[\s\p{P}\p{S}0]+").ok());
        let operation = self.evidence.operation();
        let mut names: Vec<String> = operation.parameters.iter().map(|parameter| parameter.name.clone()).collect();
        for node in self.nodes {
            let Node::Body(at) = node else { continue };
            names.extend(at.tokens().map(|token| token.into_owned()));
            for holder in above(at) {
                names.extend(self.schemas(&holder).flat_map(|schema| schema.properties.keys().cloned()));
            }
        }
        let said = says(&response.body, &Sent::of(case).and(names));
        BETWEEN.as_ref().map_or_else(|| said.clone(), |between| between.replace_all(&said, " ").into_owned())
    }

    /// The one node that is refused, whichever item it is of, and whatever a key is called that no schema names.
    fn part(&self) -> Option<String> {
        let [node] = self.nodes else { return None };
        let Node::Body(at) = node else { return Some(node.describe(self.operation())) };
        let (mut part, mut holder) = (Pointer::root(), Pointer::root());
        for token in at.tokens() {
            let is_named = self.schemas(&holder).any(|schema| schema.properties.contains_key(&*token));
            part = part.join(if is_named { &token } else { "*" });
            holder = holder.join(&token);
        }
        Some(part.to_string())
    }

    /// The object that holds the one node that is refused, where no schema names its key.
    pub fn free_key(&self) -> Option<Pointer> {
        let [Node::Body(at)] = self.nodes else { return None };
        let (holder, name) = at.parent()?;
        let is_object = Node::Body(holder.clone()).get(self.own).is_some_and(Value::is_object);
        let is_declared = self.schemas(&holder).any(|schema| schema.properties.contains_key(&*name));
        (is_object && !is_declared).then_some(holder)
    }

    /// The schemas that hold, or may hold, at a node.
    pub fn schemas_of(&self, node: &Node) -> Vec<&Schema> {
        match node {
            Node::Parameter(index) => {
                self.sites(ClauseTarget::Parameter(*index), &Pointer::root()).map(|site| self.schema(site)).collect()
            }
            Node::Body(at) => self.schemas(at).collect(),
        }
    }

    /// The schemas that hold, or may hold, at a node of the body.
    pub fn schemas(&self, at: &Pointer) -> impl Iterator<Item = &Schema> {
        let index = self.own.body.as_ref().map_or(0, |(index, _)| *index);
        self.sites(ClauseTarget::Body(index), at).map(|site| self.schema(site))
    }

    fn sites(&self, place: ClauseTarget, at: &Pointer) -> impl Iterator<Item = &Site> {
        let sites = &self.operation().clauses().sites;
        sites.iter().filter(move |site| site.place == place && at.matches(&site.instance))
    }

    fn schema(&self, site: &Site) -> &Schema {
        self.contract.schemas.get(site.schema)
    }

    pub fn operation(&self) -> &Operation {
        self.evidence.operation()
    }
}

/// The nodes that hold a node, the outermost first.
pub(super) fn above(at: &Pointer) -> impl Iterator<Item = Pointer> {
    let mut all: Vec<Pointer> = std::iter::successors(at.parent().map(|(holder, _)| holder), |holder| {
        holder.parent().map(|(holder, _)| holder)
    })
    .collect();
    all.reverse();
    all.into_iter()
}
