//! Of what a refusal that holds is: what the document leaves out, or else what the target says.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

use super::evidence::Evidence;
use super::node::Node;
use crate::case::{Case, RequestValues};
use crate::check::{Sent, is_empty_talk, says};
use crate::contract::{ClauseTarget, Contract, Operation, Schema, Site};
use crate::engine::habits::{Least, Omission, Spot, is_open, leaves_text_open};
use crate::execute::Response;
use crate::finding::{Finding, Root, digest};
use crate::shrink::Difference;
use crate::spec::Pointer;

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
        let said = self.says(case, response);
        let words = if is_empty_talk(&said) { String::new() } else { format!(" {:016x}", digest(&[&said])) };
        let status = response.status;
        let root = match words.is_empty() {
            true => finding.root,
            false => Root::Refusal {
                manner: format!("{status} {}{words}", difference.kinds.join(", ")),
                reason: self.part().map(|part| format!("{status} {part}{words}")).unwrap_or_default(),
            },
        };
        let manner = |omission: &Omission| format!("{status} {} left out{words}", omission.keyword);
        let omission = self.omission().map(|omission| (manner(&omission), omission));
        (Finding { root, ..finding }, omission.map(|(manner, omission)| (omission, manner)))
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

    /// The one node that is refused, whichever item it is of.
    fn part(&self) -> Option<String> {
        let [node] = self.nodes else { return None };
        let Node::Body(at) = node else { return Some(node.describe(self.operation())) };
        let is_index = |token: &str| token.bytes().all(|digit| digit.is_ascii_digit());
        let tokens = at.tokens().map(|token| if is_index(&token) { "*".to_owned() } else { token.into_owned() });
        Some(tokens.fold(Pointer::root(), |at, token| at.join(&token)).to_string())
    }

    fn omission(&self) -> Option<Omission> {
        let [node] = self.nodes else { return None };
        self.undeclared(node).or_else(|| self.needed(node)).or_else(|| self.empty(node)).or_else(|| self.least(node))
    }

    /// A property that no schema declares, nor rules out.
    fn undeclared(&self, node: &Node) -> Option<Omission> {
        let Node::Body(at) = node else { return None };
        node.get(self.own)?;
        above(at).find_map(|holder| {
            let name = at.tokens().nth(holder.tokens().count())?.into_owned();
            let is_undeclared = |name: &String| {
                let mut schemas = self.schemas(&holder);
                schemas.all(|schema| !schema.properties.contains_key(name))
            };
            let has_others = |values: &RequestValues| {
                let object = Node::Body(holder.clone()).get(values).and_then(|value| value.as_object());
                object.is_some_and(|members| members.keys().any(is_undeclared))
            };
            let schema = self.schemas(&holder).find(|schema| !schema.properties.is_empty())?;
            let is_left_out = is_undeclared(&name)
                && self.schemas(&holder).all(is_open)
                && Node::Body(holder.join(&name)).get(self.plain).is_none()
                && !self.evidence.accepted().any(has_others);
            let spot = Spot::undeclared(&schema.location, true);
            is_left_out.then(|| Omission {
                spot,
                keyword: "additionalProperties",
                location: schema.location.clone(),
                add: "add `additionalProperties: false`".to_owned(),
            })
        })
    }

    /// A parameter or property that must not be missing.
    fn needed(&self, node: &Node) -> Option<Omission> {
        let is_missing = |values: &RequestValues| node.get(values).is_none() && node.has_place(values);
        if !is_missing(self.own) || self.evidence.accepted().any(is_missing) {
            return None;
        }
        match node {
            Node::Parameter(index) => {
                let parameter = self.evidence.operation().parameters.get(*index)?;
                let location = parameter.location.clone();
                let spot = Spot::missing(&location, false, &parameter.name);
                Some(Omission { spot, keyword: "required", location, add: "add `required: true`".to_owned() })
            }
            Node::Body(at) => {
                let (holder, name) = at.parent()?;
                let schema = self.schemas(&holder).find(|schema| schema.properties.contains_key(&*name))?;
                let add = match schema.required.is_empty() {
                    true => format!("add `required: [{name}]`"),
                    false => format!("add `{name}` to `required`"),
                };
                let spot = Spot::missing(&schema.location, true, &name);
                Some(Omission { spot, keyword: "required", location: schema.location.clone(), add })
            }
        }
    }

    /// A text that must not be empty, where nothing is said of its characters.
    fn empty(&self, node: &Node) -> Option<Omission> {
        node.get(self.own)?.as_str().filter(|text| text.is_empty())?;
        // Some other text is accepted there, and none that is shorter is refused.
        let length = |values: &RequestValues| node.get(values)?.as_str().map(|text| text.chars().count());
        let shortest = self.evidence.accepted().filter_map(length).min()?;
        if self.evidence.refused().filter_map(length).any(|refused| (1..shortest).contains(&refused)) {
            return None;
        }
        let schemas = self.schemas_of(node);
        let typed = schemas.iter().find(|schema| schema.types.is_some())?;
        let spot = Spot::empty(&typed.location, matches!(node, Node::Body(_)), &node.name(self.operation()));
        schemas.iter().all(|schema| leaves_text_open(schema)).then(|| Omission {
            spot,
            keyword: "minLength",
            location: typed.location.clone(),
            add: "add `minLength: 1`".to_owned(),
        })
    }

    /// The least of its type, where no bound is given, and others of the type are accepted.
    fn least(&self, node: &Node) -> Option<Omission> {
        let schemas = self.schemas_of(node);
        let own = node.get(self.own)?;
        let least = Least::of(own, &schemas)?;
        let typed = schemas.iter().find(|schema| schema.types.is_some())?;
        // Under names of our own choice, several places are one.
        let is_free = |token: &str| matches!(token, "additionalProperties" | "patternProperties");
        if typed.location.pointer.tokens().any(|token| is_free(&token)) {
            return None;
        }
        let of_type = |value: &&Value| std::mem::discriminant(*value) == std::mem::discriminant(own);
        let accepted: Vec<&Value> =
            self.evidence.accepted().filter_map(|values| node.get(values)).filter(of_type).collect();
        if accepted.is_empty() || accepted.iter().any(|value| Least::of(value, &schemas) == Some(least)) {
            return None;
        }
        let bound = match least {
            Least::Character => self.shortest(node, &accepted)?,
            Least::Negative => 0,
            Least::NoItem | Least::NoProperty => 1,
        };
        let keyword = least.keyword();
        let spot = Spot::least(least, &typed.location, matches!(node, Node::Body(_)), &node.name(self.operation()));
        let add = format!("add `{keyword}: {bound}`");
        Some(Omission { spot, keyword, location: typed.location.clone(), add })
    }

    /// The length of the shortest text that is accepted, where length tells what is refused.
    fn shortest(&self, node: &Node, accepted: &[&Value]) -> Option<usize> {
        let length = |value: &Value| value.as_str().map(|text| text.chars().count());
        let lengths: Vec<usize> = accepted.iter().filter_map(|value| length(value)).collect();
        let (shortest, longest) = (*lengths.iter().min()?, *lengths.iter().max()?);
        let mut refused = self.evidence.refused().filter_map(|values| length(node.get(values)?));
        (!refused.any(|length| (shortest..=longest).contains(&length))).then_some(shortest)
    }

    /// The schemas that hold, or may hold, at a node.
    fn schemas_of(&self, node: &Node) -> Vec<&Schema> {
        match node {
            Node::Parameter(index) => {
                self.sites(ClauseTarget::Parameter(*index), &Pointer::root()).map(|site| self.schema(site)).collect()
            }
            Node::Body(at) => self.schemas(at).collect(),
        }
    }

    /// The schemas that hold, or may hold, at a node of the body.
    fn schemas(&self, at: &Pointer) -> impl Iterator<Item = &Schema> {
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

    fn operation(&self) -> &Operation {
        self.evidence.operation()
    }
}

/// The nodes that hold a node, the outermost first.
fn above(at: &Pointer) -> impl Iterator<Item = Pointer> {
    let mut all: Vec<Pointer> = std::iter::successors(at.parent().map(|(holder, _)| holder), |holder| {
        holder.parent().map(|(holder, _)| holder)
    })
    .collect();
    all.reverse();
    all.into_iter()
}
