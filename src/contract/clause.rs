//! Clauses: every single assertion that an operation makes and that a request or response can break.

use std::collections::{HashSet, VecDeque};

use super::model::{Operation, ParameterPlace};
use super::schema::{Direction, SchemaId, Schemas};
use crate::spec::{Location, Pointer};

/// A clause of one operation, by its position in [`Clauses::all`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ClauseId(pub u32);

/// What a clause speaks of.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum ClausePlace {
    /// A parameter, by its position in the operation.
    Parameter(usize),
    /// The request body, by the position of its media type.
    Body(usize),
    /// The request as a whole: credentials, media type, size.
    Request,
    /// A response, by its position in the operation.
    Response(usize),
}

/// One assertion, pinned to the node of the document that makes it.
#[derive(Clone, Debug)]
pub struct Clause {
    /// The keyword, for example `minLength`, `required`, `security`, `status`.
    pub keyword: &'static str,
    /// The node: the keyword's value, or the item of it that is meant (`/required/0`).
    pub location: Location,
    /// What it speaks of.
    pub place: ClausePlace,
    /// Where the constrained value is, below the parameter's value or the body; `*` is any item or name.
    pub instance: Pointer,
    /// The schema that holds the keyword, for clauses of a schema.
    pub site: Option<SiteId>,
    /// The property that a `required` clause names, or the scheme of a `security` clause.
    pub subject: Option<String>,
}

impl Clause {
    /// How messages name it, for example "minLength of the body at `/text`".
    pub fn describe(&self, operation: &Operation) -> String {
        let holder = match &self.place {
            ClausePlace::Parameter(index) => operation
                .parameters
                .get(*index)
                .map_or_else(String::new, |parameter| format!("{} parameter `{}`", parameter.place, parameter.name)),
            ClausePlace::Body(_) => "the body".to_owned(),
            ClausePlace::Request => "the request".to_owned(),
            ClausePlace::Response(index) => operation
                .responses
                .get(*index)
                .map_or_else(String::new, |response| format!("response {}", response.status)),
        };
        let at = if self.instance.as_str().is_empty() { String::new() } else { format!(" at `{}`", self.instance) };
        match &self.subject {
            Some(subject) => format!("{} `{subject}` of {holder}{at}", self.keyword),
            None => format!("{} of {holder}{at}", self.keyword),
        }
    }
}

/// A schema at a place of an instance, by its position in [`Clauses::sites`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SiteId(pub u32);

/// How a schema is reached from the one above it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Step {
    /// It is the whole value's schema.
    Root,
    /// It applies to the same value: `$ref`, `allOf`.
    Same,
    /// It applies to the same value when this branch of the parent's union is taken.
    Branch(Branch),
    /// It applies to the property of this name.
    Property(String),
    /// It applies to a property that `patternProperties` (this pattern) matches.
    PatternProperty(String),
    /// It applies to a property that no other keyword names.
    AdditionalProperty,
    /// It applies to the item at this index.
    PrefixItem(usize),
    /// It applies to the items after the prefix.
    Item,
}

/// A choice among subschemas of one schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Branch {
    /// `anyOf` at this index.
    AnyOf(usize),
    /// `oneOf` at this index.
    OneOf(usize),
    /// `then`, with `if` kept.
    Then,
    /// `else`, with `if` broken.
    Else,
    /// `dependentSchemas` at this index, its property being there.
    Dependent(usize),
}

/// A schema at a place of an instance.
#[derive(Clone, Debug)]
pub struct Site {
    /// The schema.
    pub schema: SchemaId,
    /// The site above it.
    pub parent: Option<SiteId>,
    /// How it is reached from there.
    pub step: Step,
    /// What holds the value.
    pub place: ClausePlace,
    /// Where the value is.
    pub instance: Pointer,
}

/// Past this many sites an operation's schemas are counted once each, at their first place.
const MAX_SITES: usize = 3_000;

/// The clauses of one operation, and the sites that they stand at.
#[derive(Clone, Debug, Default)]
pub struct Clauses {
    /// Every clause.
    pub all: Vec<Clause>,
    /// Every site of the parameters' and bodies' schemas.
    pub sites: Vec<Site>,
}

impl Clauses {
    /// The clauses of an operation: request first, then responses.
    pub(super) fn of(operation: &Operation, schemas: &Schemas) -> Self {
        let mut clauses = Self::default();
        for (index, parameter) in operation.parameters.iter().enumerate() {
            // A parameter that carries a credential is a clause of security.
            if operation.security.iter().flatten().any(|used| used.location == parameter.location) {
                continue;
            }
            let place = ClausePlace::Parameter(index);
            if parameter.required && parameter.place != ParameterPlace::Path {
                clauses.push("required", parameter.location.join("required"), place.clone(), None);
            }
            if let Some(schema) = parameter.schema {
                clauses.walk(schemas, schema, place);
            }
        }
        if let Some(body) = &operation.body {
            if body.required {
                clauses.push("required", body.location.join("required"), ClausePlace::Request, None);
            }
            if !body.content.is_empty() {
                clauses.push("content", body.location.join("content"), ClausePlace::Request, None);
            }
            if let Some(limit) = &body.max_size {
                clauses.push("x-max-request-size", limit.location.clone(), ClausePlace::Request, None);
            }
            for (index, media) in body.content.iter().enumerate() {
                if let Some(schema) = media.schema {
                    clauses.walk(schemas, schema, ClausePlace::Body(index));
                }
            }
        }
        for used in operation.security.iter().flatten() {
            clauses.push("security", used.location.clone(), ClausePlace::Request, Some(used.scheme.clone()));
        }
        for (index, response) in operation.responses.iter().enumerate() {
            let place = ClausePlace::Response(index);
            clauses.push("status", response.location.clone(), place.clone(), Some(response.status.to_string()));
            for header in &response.headers {
                if header.required || header.schema.is_some() {
                    clauses.push("header", header.location.clone(), place.clone(), Some(header.name.clone()));
                }
            }
            for media in response.content.iter().flatten() {
                clauses.push("content", media.location.clone(), place.clone(), Some(media.name.clone()));
            }
        }
        clauses
    }

    /// One clause.
    pub fn get(&self, id: ClauseId) -> &Clause {
        &self.all[id.0 as usize]
    }

    /// One site.
    pub fn site(&self, id: SiteId) -> &Site {
        &self.sites[id.0 as usize]
    }

    /// The clauses with their ids.
    pub fn iter(&self) -> impl Iterator<Item = (ClauseId, &Clause)> {
        self.all.iter().enumerate().map(|(index, clause)| (ClauseId(index as u32), clause))
    }

    /// The first clause of a keyword in a place, with this subject if one is given.
    pub fn find(&self, keyword: &str, place: &ClausePlace, subject: Option<&str>) -> Option<ClauseId> {
        self.iter()
            .find(|(_, clause)| {
                clause.keyword == keyword
                    && clause.place == *place
                    && clause.instance.as_str().is_empty()
                    && (subject.is_none() || clause.subject.as_deref() == subject)
            })
            .map(|(id, _)| id)
    }

    fn push(&mut self, keyword: &'static str, location: Location, place: ClausePlace, subject: Option<String>) {
        self.all.push(Clause { keyword, location, place, instance: Pointer::root(), site: None, subject });
    }

    /// Breadth first, so that the shallowest place of a schema comes first.
    fn walk(&mut self, schemas: &Schemas, root: SchemaId, place: ClausePlace) {
        let mut queue = VecDeque::from([(None, Step::Root, root, Pointer::root())]);
        let mut at_places: HashSet<(SchemaId, Pointer)> = HashSet::new();
        let mut anywhere: HashSet<SchemaId> = HashSet::new();
        while let Some((parent, step, schema, instance)) = queue.pop_front() {
            let repeated = !anywhere.insert(schema);
            if !at_places.insert((schema, instance.clone())) {
                continue;
            }
            if repeated && (self.sites.len() >= MAX_SITES || self.on_path(parent, schema)) {
                continue;
            }
            let id = SiteId(self.sites.len() as u32);
            self.sites.push(Site { schema, parent, step, place: place.clone(), instance: instance.clone() });
            self.keywords(schemas, id, schema, &place, &instance);
            for (step, child, instance) in steps(schemas, schema, &instance) {
                queue.push_back((Some(id), step, child, instance));
            }
        }
    }

    /// Whether `schema` is above already: a schema that recurses is counted at its first level.
    fn on_path(&self, mut site: Option<SiteId>, schema: SchemaId) -> bool {
        while let Some(id) = site {
            let here = self.site(id);
            if here.schema == schema {
                return true;
            }
            site = here.parent;
        }
        false
    }

    fn keywords(&mut self, schemas: &Schemas, site: SiteId, id: SchemaId, place: &ClausePlace, instance: &Pointer) {
        let schema = schemas.get(id);
        let mut push = |keyword: &'static str, location: Location, subject: Option<String>| {
            let clause = Clause {
                keyword,
                location,
                place: place.clone(),
                instance: instance.clone(),
                site: Some(site),
                subject,
            };
            self.all.push(clause);
        };
        let simple = [
            ("type", schema.types.is_some()),
            ("enum", schema.enumeration.is_some()),
            ("const", schema.constant.is_some()),
            ("minimum", schema.minimum.is_some()),
            ("exclusiveMinimum", schema.exclusive_minimum.is_some()),
            ("maximum", schema.maximum.is_some()),
            ("exclusiveMaximum", schema.exclusive_maximum.is_some()),
            ("multipleOf", schema.multiple_of.is_some()),
            ("minLength", schema.min_length.is_some_and(|n| n > 0)),
            ("maxLength", schema.max_length.is_some()),
            ("pattern", schema.pattern.is_some()),
            ("format", schema.format.is_some()),
            ("contains", schema.contains.is_some()),
            ("minItems", schema.min_items.is_some_and(|n| n > 0)),
            ("maxItems", schema.max_items.is_some()),
            ("uniqueItems", schema.unique_items),
            ("unevaluatedItems", schema.unevaluated_items.is_some()),
            ("propertyNames", schema.property_names.is_some()),
            ("minProperties", schema.min_properties.is_some_and(|n| n > 0)),
            ("maxProperties", schema.max_properties.is_some()),
            ("unevaluatedProperties", schema.unevaluated_properties.is_some()),
            ("anyOf", !schema.any_of.is_empty()),
            ("oneOf", !schema.one_of.is_empty()),
            ("not", schema.not.is_some()),
        ];
        for (keyword, present) in simple {
            if present {
                push(keyword, schema.location.join(keyword), None);
            }
        }
        if schema.additional_properties.is_some_and(|child| schemas.get(child).constant_truth == Some(false)) {
            push("additionalProperties", schema.location.join("additionalProperties"), None);
        }
        if schema.items.is_some_and(|child| schemas.get(child).constant_truth == Some(false)) {
            push("items", schema.location.join("items"), None);
        }
        for (index, name) in schema.required.iter().enumerate() {
            let hidden = schema.properties.get(name).is_some_and(|child| schemas.hidden(*child, Direction::Request));
            if !hidden {
                push("required", schema.location.join("required").index(index), Some(name.clone()));
            }
        }
        for (name, needed) in &schema.dependent_required {
            let at = schema.location.join("dependentRequired").join(name);
            for (index, subject) in needed.iter().enumerate() {
                push("dependentRequired", at.index(index), Some(format!("{name}: {subject}")));
            }
        }
    }
}

/// The schemas that apply below this one, with how and where.
fn steps(schemas: &Schemas, id: SchemaId, at: &Pointer) -> Vec<(Step, SchemaId, Pointer)> {
    let schema = schemas.get(id);
    let mut steps = Vec::new();
    let same = |step: Step, child: &SchemaId| (step, *child, at.clone());
    steps.extend(schema.reference.iter().map(|child| same(Step::Same, child)));
    steps.extend(schema.all_of.iter().map(|child| same(Step::Same, child)));
    for (index, child) in schema.any_of.iter().enumerate() {
        steps.push(same(Step::Branch(Branch::AnyOf(index)), child));
    }
    for (index, child) in schema.one_of.iter().enumerate() {
        steps.push(same(Step::Branch(Branch::OneOf(index)), child));
    }
    if schema.condition.is_some() {
        steps.extend(schema.consequence.iter().map(|child| same(Step::Branch(Branch::Then), child)));
        steps.extend(schema.alternative.iter().map(|child| same(Step::Branch(Branch::Else), child)));
    }
    for (index, (_, child)) in schema.dependent_schemas.iter().enumerate() {
        steps.push(same(Step::Branch(Branch::Dependent(index)), child));
    }
    for (name, child) in &schema.properties {
        if !schemas.hidden(*child, Direction::Request) {
            steps.push((Step::Property(name.clone()), *child, at.join(name)));
        }
    }
    for (pattern, child) in &schema.pattern_properties {
        steps.push((Step::PatternProperty(pattern.clone()), *child, at.join("*")));
    }
    if let Some(child) = schema.additional_properties.filter(|child| schemas.get(*child).constant_truth.is_none()) {
        steps.push((Step::AdditionalProperty, child, at.join("*")));
    }
    for (index, child) in schema.prefix_items.iter().enumerate() {
        steps.push((Step::PrefixItem(index), *child, at.index(index)));
    }
    if let Some(child) = schema.items.filter(|child| schemas.get(*child).constant_truth.is_none()) {
        steps.push((Step::Item, child, at.join("*")));
    }
    steps
}
