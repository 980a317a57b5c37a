//! What a document would have to say for a refusal to be right.

use serde_json::Value;

use super::cause::{Refusal, above};
use super::evidence::says_name;
use super::node::Node;
use super::stated::Stated;
use crate::case::RequestValues;
use crate::engine::habits::{
    Least, Omission, Spot, Variation, is_blank, is_open, leaves_characters_open, leaves_text_open,
};
use crate::execute::Response;
use crate::spec::SourceLocation;

impl Refusal<'_> {
    /// What the document leaves out, of which the response may say that it is meant.
    pub fn omission(&self, response: &Response) -> Option<Omission> {
        let said = Stated::of(response);
        match self.nodes {
            [node] => self.omission_of(node, &said),
            // Of several, the one that the response names, if that explains it.
            nodes => {
                let body = String::from_utf8_lossy(&response.body).to_lowercase();
                let is_named = |node: &&Node| says_name(&body, &node.name(self.operation()));
                let present = nodes.iter().filter(|node| node.get(self.own).is_some()).filter(is_named);
                present.filter_map(|node| self.omission_of(node, &said)).find(|omission| omission.is_meant)
            }
        }
    }

    fn omission_of(&self, node: &Node, said: &Stated) -> Option<Omission> {
        let omission = self.undeclared(node).or_else(|| self.needed(node)).or_else(|| self.empty(node));
        let omission = omission.or_else(|| self.blank(node)).or_else(|| self.least(node));
        let omission = omission.map(|omission| match omission.spot.variation {
            Variation::Empty | Variation::Blank => Omission { is_meant: said.is_not_empty(), ..omission },
            Variation::Least(Least::NoItem | Least::NoProperty) => {
                Omission { is_meant: said.is_not_empty(), ..omission }
            }
            Variation::Least(Least::Character | Least::Negative) => Omission { is_meant: said.has_limit(), ..omission },
            Variation::Missing => Omission { is_meant: omission.is_meant && said.is_not_empty(), ..omission },
            Variation::Undeclared | Variation::Narrowed => omission,
        });
        omission.or_else(|| self.bound(node, said)).or_else(|| self.map(node)).or_else(|| self.narrowed(node))
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
            let spot = Spot::at(Variation::Undeclared, &schema.location, true, "");
            is_left_out.then(|| Omission {
                spot,
                keyword: "additionalProperties",
                location: schema.location.clone(),
                add: "add `additionalProperties: false`".to_owned(),
                is_meant: false,
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
                let spot = Spot::at(Variation::Missing, &location, false, &parameter.name);
                let add = "add `required: true`".to_owned();
                Some(Omission { spot, keyword: "required", location, add, is_meant: false })
            }
            Node::Body(at) => {
                let (holder, name) = at.parent()?;
                let schema = self.schemas(&holder).find(|schema| schema.properties.contains_key(&*name))?;
                let add = match schema.required.is_empty() {
                    true => format!("add `required: [{name}]`"),
                    false => format!("add `{name}` to `required`"),
                };
                let spot = Spot::at(Variation::Missing, &schema.location, true, &name);
                // An author who names nothing that must be there has not said that it need not.
                let is_meant = schema.required.is_empty();
                Some(Omission { spot, keyword: "required", location: schema.location.clone(), add, is_meant })
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
        let spot = self.spot(Variation::Empty, node, &typed.location);
        schemas.iter().all(|schema| leaves_text_open(schema)).then(|| Omission {
            spot,
            keyword: "minLength",
            location: typed.location.clone(),
            add: "add `minLength: 1`".to_owned(),
            is_meant: false,
        })
    }

    /// A text of nothing but white space, where some other one is accepted, and none of white space.
    fn blank(&self, node: &Node) -> Option<Omission> {
        let text = |values| -> Option<&str> { node.get(values)?.as_str() };
        text(self.own).filter(|text| is_blank(text))?;
        let mut accepted = self.evidence.accepted().filter_map(text).filter(|text| !text.is_empty()).peekable();
        accepted.peek()?;
        let schemas = self.schemas_of(node);
        let typed = schemas.iter().find(|schema| schema.types.is_some())?;
        let spot = self.spot(Variation::Blank, node, &typed.location);
        let is_open = schemas.iter().all(|schema| leaves_characters_open(schema)) && !accepted.any(is_blank);
        is_open.then(|| Omission {
            spot,
            keyword: "pattern",
            location: typed.location.clone(),
            add: r"add `pattern: \S`".to_owned(),
            is_meant: false,
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
        let spot = self.spot(Variation::Least(least), node, &typed.location);
        let add = format!("add `{keyword}: {bound}`");
        Some(Omission { spot, keyword, location: typed.location.clone(), add, is_meant: false })
    }

    /// Where a variation of a node is tried.
    pub fn spot(&self, variation: Variation, node: &Node, location: &SourceLocation) -> Spot {
        Spot::at(variation, location, matches!(node, Node::Body(_)), &node.name(self.operation()))
    }

    /// The length of the shortest text that is accepted, where length tells what is refused.
    fn shortest(&self, node: &Node, accepted: &[&Value]) -> Option<usize> {
        let length = |value: &Value| value.as_str().map(|text| text.chars().count());
        let lengths: Vec<usize> = accepted.iter().filter_map(|value| length(value)).collect();
        let (shortest, longest) = (*lengths.iter().min()?, *lengths.iter().max()?);
        let mut refused = self.evidence.refused().filter_map(|values| length(node.get(values)?));
        (!refused.any(|length| (shortest..=longest).contains(&length))).then_some(shortest)
    }
}
