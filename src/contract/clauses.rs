//! Compiles the clauses of an operation.

use std::collections::{HashSet, VecDeque};

use super::clause::{Branch, Clause, ClauseTarget, Clauses, Site, SiteId, Step};
use super::media_type::PayloadKind;
use super::model::{Operation, ParameterLocation};
use super::schema::{Assertion, Direction, Schema, SchemaId, Schemas};
use crate::spec::{Pointer, SourceLocation};

/// Past this many sites an operation's schemas are counted once each, at their first place.
const MAX_SITES: usize = 3_000;

impl Operation {
    /// Every assertion that it makes, compiled when it is first asked for: a document may have ten thousand operations
    /// of which one is tested.
    pub fn clauses(&self) -> &Clauses {
        self.clauses.compiled.get_or_init(|| Clauses::of(self, &self.clauses.schemas))
    }
}

impl Clauses {
    /// The clauses of an operation: request first, then responses.
    fn of(operation: &Operation, schemas: &Schemas) -> Self {
        let mut clauses = Self::default();
        for unknown in &operation.unknown {
            clauses.push(unknown.keyword, unknown.location.clone(), ClauseTarget::Request, None);
        }
        clauses.all.iter_mut().for_each(|clause| clause.is_unknown = true);
        for (index, parameter) in operation.parameters.iter().enumerate() {
            // A parameter that carries a credential is a clause of security.
            if operation.security.iter().flatten().any(|used| used.location == parameter.location) {
                continue;
            }
            let place = ClauseTarget::Parameter(index);
            if parameter.required && parameter.place != ParameterLocation::Path {
                clauses.push("required", parameter.location.join("required"), place, None);
            }
            if let Some(schema) = parameter.schema {
                clauses.walk(schemas, schema, place);
            }
        }
        if let Some(body) = &operation.body {
            if body.required {
                clauses.push("required", body.location.join("required"), ClauseTarget::Request, None);
            }
            if !body.content.is_empty() {
                clauses.push("content", body.location.join("content"), ClauseTarget::Request, None);
            }
            if let Some(limit) = &body.max_size {
                clauses.push("x-max-request-size", limit.location.clone(), ClauseTarget::Request, None);
            }
            for media in body.content.iter().filter(|media| media.kind() == PayloadKind::Multipart) {
                for (name, _) in media.encoding.iter().filter(|(_, encoding)| encoding.is_closed()) {
                    let at = media.location.join("encoding").join(name).join("contentType");
                    clauses.push("contentType", at, ClauseTarget::Request, Some(name.clone()));
                }
            }
            for (index, media) in body.content.iter().enumerate() {
                if let Some(schema) = media.schema {
                    clauses.walk(schemas, schema, ClauseTarget::Body(index));
                }
            }
        }
        for used in operation.security.iter().flatten() {
            clauses.push("security", used.location.clone(), ClauseTarget::Request, Some(used.scheme.clone()));
        }
        for (index, response) in operation.responses.iter().enumerate() {
            let place = ClauseTarget::Response(index);
            clauses.push("status", response.location.clone(), place, Some(response.status.to_string()));
            for header in &response.headers {
                if header.required || header.schema.is_some() {
                    clauses.push("header", header.location.clone(), place, Some(header.name.clone()));
                }
            }
            for media in response.content.iter().flatten() {
                clauses.push("content", media.location.clone(), place, Some(media.name.clone()));
            }
        }
        // They are kept as long as the contract.
        clauses.all.shrink_to_fit();
        clauses.sites.shrink_to_fit();
        clauses
    }

    fn push(&mut self, keyword: &'static str, location: SourceLocation, place: ClauseTarget, subject: Option<String>) {
        let subject = subject.map(Into::into);
        let instance = Pointer::root();
        self.all.push(Clause { keyword, location, place, instance, site: None, subject, is_unknown: false });
    }

    /// Breadth first, so that the shallowest place of a schema comes first.
    fn walk(&mut self, schemas: &Schemas, root: SchemaId, place: ClauseTarget) {
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
            self.sites.push(Site { schema, parent, step, place, instance: instance.clone() });
            self.all.extend(assertions(schemas, schema).iter().map(|assertion| Clause {
                keyword: assertion.keyword,
                location: assertion.location.clone(),
                place,
                instance: instance.clone(),
                site: Some(id),
                subject: assertion.subject.clone(),
                is_unknown: assertion.is_unknown,
            }));
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
}

/// What a schema asserts of the values of a request. Computed once: ten thousand operations may share a schema.
fn assertions(schemas: &Schemas, id: SchemaId) -> &[Assertion] {
    let schema = schemas.get(id);
    schema.assertions.get_or_init(|| compile(schemas, id, schema).into())
}

fn compile(schemas: &Schemas, id: SchemaId, schema: &Schema) -> Vec<Assertion> {
    let mut all = Vec::new();
    let mut push = |keyword: &'static str, location: SourceLocation, subject: Option<&str>| {
        let is_unknown = schemas.is_unsure(id, keyword);
        all.push(Assertion { keyword, location, subject: subject.map(Into::into), is_unknown });
    };
    let simple = [
        ("type", schema.types.is_some()),
        ("enum", schema.enum_values.is_some()),
        ("const", schema.const_value.is_some()),
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
    let is_false = |child: &SchemaId| schemas.get(*child).boolean == Some(false);
    if schema.additional_properties.as_ref().is_some_and(is_false) {
        push("additionalProperties", schema.location.join("additionalProperties"), None);
    }
    if schema.items.as_ref().is_some_and(is_false) {
        push("items", schema.location.join("items"), None);
    }
    for (name, _) in schema.properties.iter().filter(|(_, child)| is_false(child)) {
        push("properties", schema.location.join("properties").join(name), Some(name));
    }
    for (pattern, _) in schema.pattern_properties.iter().filter(|(_, child)| is_false(child)) {
        push("patternProperties", schema.location.join("patternProperties").join(pattern), Some(pattern));
    }
    for (index, name) in schema.required.iter().enumerate() {
        let hidden = schema.properties.get(name).is_some_and(|child| schemas.hidden(*child, Direction::Request));
        if !hidden {
            push("required", schema.location.join("required").index(index), Some(name));
        }
    }
    for (name, needed) in &schema.dependent_required {
        let at = schema.location.join("dependentRequired").join(name);
        for (index, subject) in needed.iter().enumerate() {
            push("dependentRequired", at.index(index), Some(&format!("{name}: {subject}")));
        }
    }
    all.extend(schema.unknown.iter().map(|unknown| Assertion {
        keyword: unknown.keyword,
        location: unknown.location.clone(),
        subject: None,
        is_unknown: true,
    }));
    all
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
    if schema.if_.is_some() {
        steps.extend(schema.then_.iter().map(|child| same(Step::Branch(Branch::Then), child)));
        steps.extend(schema.else_.iter().map(|child| same(Step::Branch(Branch::Else), child)));
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
    if let Some(child) = schema.additional_properties.filter(|child| schemas.get(*child).boolean.is_none()) {
        steps.push((Step::AdditionalProperty, child, at.join("*")));
    }
    for (index, child) in schema.prefix_items.iter().enumerate() {
        steps.push((Step::PrefixItem(index), *child, at.index(index)));
    }
    if let Some(child) = schema.items.filter(|child| schemas.get(*child).boolean.is_none()) {
        steps.push((Step::Item, child, at.join("*")));
    }
    steps
}
