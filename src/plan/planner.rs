//! What all kinds of cases share: the valid request that they vary, and the list that they go into.

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use serde_json::Value;

use super::budget::Budget;
use super::case::{Case, Credentials, Generated, Intent, Origin, Request};
use super::draft::Draft;
use super::parameter;
use super::xml;
use super::{Plan, is_of_request};
use crate::contract::{
    ClauseId, ClausePlace, Clauses, Contract, Direction, MediaType, Operation, Parameter, ParameterPlace, PayloadKind,
    SchemaId, SchemeKind, Validators, Violation,
};
use crate::fixtures::{Fixtures, Resource, ResourcePlace, Secret};
use crate::generate::{Carrier, Charset, Generator, is_of};
use crate::spec::Pointer;

/// Collects the cases of one operation.
pub(super) struct Planner<'a> {
    pub contract: &'a Contract,
    pub operation: &'a Operation,
    pub validators: &'a Validators,
    pub fixtures: &'a Fixtures,
    pub clauses: &'a Clauses,
    pub budget: Budget,
    /// Whether the plainest request is doubtful.
    doubtful: bool,
    index: usize,
    generators: HashMap<Charset, std::rc::Rc<Generator<'a>>>,
    cases: Vec<Case>,
    /// The requests that are planned, with the position of their case.
    seen: HashMap<[u64; 2], usize>,
    plainest: Option<usize>,
    broken: HashSet<ClauseId>,
    reasons: HashMap<ClauseId, String>,
}

/// A case in the making.
pub(super) struct Entry {
    pub name: String,
    pub origin: Origin,
    pub intent: Intent,
    pub clause: Option<ClauseId>,
    pub also_broken: Vec<ClauseId>,
    pub generated: Option<Generated>,
    pub doubtful: bool,
}

impl Entry {
    pub fn new(name: impl Into<String>, origin: Origin, intent: Intent) -> Self {
        Self {
            name: name.into(),
            origin,
            intent,
            clause: None,
            also_broken: Vec::new(),
            generated: None,
            doubtful: false,
        }
    }

    pub fn about(mut self, clause: Option<ClauseId>) -> Self {
        self.clause = clause;
        self
    }

    pub fn with_value(mut self, generated: Option<Generated>) -> Self {
        self.generated = generated;
        self
    }
}

impl<'a> Planner<'a> {
    pub fn new(
        contract: &'a Contract,
        index: usize,
        validators: &'a Validators,
        fixtures: &'a Fixtures,
        random: Option<usize>,
    ) -> Self {
        let operation = &contract.operations[index];
        let clauses = operation.clauses();
        Self {
            contract,
            operation,
            validators,
            fixtures,
            budget: Budget::of(clauses.all.len(), contract.operations.len(), random),
            clauses,
            doubtful: false,
            index,
            generators: HashMap::new(),
            cases: Vec::new(),
            seen: HashMap::new(),
            plainest: None,
            broken: HashSet::new(),
            reasons: HashMap::new(),
        }
    }

    /// The generator of values that `charset` carries.
    pub fn generator(&mut self, charset: Charset) -> std::rc::Rc<Generator<'a>> {
        let (schemas, validators) = (&*self.contract.schemas, self.validators);
        let make = |charset: &Charset| {
            std::rc::Rc::new(Generator::new(schemas, validators, Direction::Request, charset.clone()))
        };
        self.generators.entry(charset).or_insert_with_key(make).clone()
    }

    pub fn parameter_generator(&mut self, index: usize) -> std::rc::Rc<Generator<'a>> {
        self.generator(parameter::charset(&self.operation.parameters[index]))
    }

    pub fn body_generator(&mut self, media: &MediaType) -> std::rc::Rc<Generator<'a>> {
        self.generator(match media.kind() {
            PayloadKind::Form | PayloadKind::Xml => Charset::new(Carrier::Query, ""),
            _ => Charset::PAYLOAD,
        })
    }

    /// The media types of the request body.
    pub fn media(&self) -> &'a [MediaType] {
        self.operation.body.as_ref().map_or(&[], |body| &body.content)
    }

    /// Whether a parameter carries a credential, which `execute` puts in.
    pub fn is_credential(&self, parameter: &Parameter) -> bool {
        self.operation.security.iter().flatten().any(|used| match &used.kind {
            SchemeKind::ApiKey(place, name) => *place == parameter.place && name.eq_ignore_ascii_case(&parameter.name),
            _ => parameter.place == ParameterPlace::Header && parameter.name.eq_ignore_ascii_case("authorization"),
        })
    }

    /// What the fixtures know of the parameter at `index`.
    pub fn resource(&self, index: usize) -> Option<&'a Resource> {
        let parameter = &self.operation.parameters[index];
        self.fixtures.resources.iter().find(|resource| match &resource.at {
            ResourcePlace::Parameter(place, name) => {
                *place == parameter.place
                    && match place {
                        ParameterPlace::Header => name.eq_ignore_ascii_case(&parameter.name),
                        _ => *name == parameter.name,
                    }
            }
            ResourcePlace::Body(_) => false,
        })
    }

    /// What the fixtures know of nodes of the body.
    pub fn body_resources(&self) -> impl Iterator<Item = (&'a Pointer, &'a Resource)> + use<'a> {
        self.fixtures.resources.iter().filter_map(|resource| match &resource.at {
            ResourcePlace::Body(at) => Some((at, resource)),
            ResourcePlace::Parameter(..) => None,
        })
    }

    /// The secret that the fixtures hold for a scheme.
    pub fn secret(&self, scheme: &str) -> Option<&'a Secret> {
        self.fixtures.credentials.get(scheme)
    }

    /// Whether a node of the body names a resource of which none is known to exist.
    pub fn names_unknown(&self, node: &Pointer) -> bool {
        self.body_resources().any(|(at, resource)| at == node && resource.existing.is_empty())
    }

    /// Adds the plainest request, which is about no clause more than about any other.
    pub fn add_plainest(&mut self, entry: Entry, base: &Draft) {
        if self.add(entry, base) {
            self.plainest = self.cases.len().checked_sub(1);
        }
    }

    /// Puts ids that exist in place of generated ones, save at or below `untouched`.
    pub fn pin(&self, value: &mut Value, untouched: Option<&Pointer>) {
        for (at, resource) in self.body_resources() {
            let own = untouched.is_some_and(|pointer| pointer == at || pointer.is_inside(at));
            if own || value.pointer(at.as_str()).is_none() {
                continue;
            }
            match resource.existing.first() {
                Some(existing) => {
                    at.assign(value, existing.clone());
                }
                None => {
                    at.remove(value);
                }
            }
        }
    }

    /// The plainest valid request, or why there is none.
    pub fn base(&mut self) -> Result<Draft, String> {
        let mut draft = Draft { parameters: Vec::new(), body: None, credentials: Credentials::default() };
        for (index, parameter) in self.operation.parameters.iter().enumerate() {
            let needed = parameter.required || parameter.place == ParameterPlace::Path;
            let value = match needed && !self.is_credential(parameter) {
                true => Some(self.plain_parameter(index).ok_or_else(|| {
                    format!("no valid value of the {} parameter `{}` was found", parameter.place, parameter.name)
                })?),
                false => None,
            };
            draft.parameters.push(value);
        }
        if let Some(body) = &self.operation.body {
            draft.body = self.plain_body();
            if draft.body.is_none() && body.required {
                let names: Vec<String> = body.content.iter().map(|media| format!("`{}`", media.name)).collect();
                let xml = body.content.iter().find_map(|media| self.no_xml(media));
                return Err(xml.unwrap_or_else(|| match names.as_slice() {
                    [] => "the required body has no media type".to_owned(),
                    _ => format!("no valid body of {} was found", names.join(", ")),
                }));
            }
        }
        if draft.request(self.operation, &self.contract.schemas).is_none() {
            let media = draft.body.as_ref().map_or("its media type", |(index, _)| &self.media()[*index].name);
            return Err(format!("no valid body can be written as `{media}`"));
        }
        self.doubtful = draft.is_doubtful(self.operation, &self.contract.schemas);
        Ok(draft)
    }

    /// A valid value of a parameter: an id that exists, the document's example, or a plain one.
    fn plain_parameter(&mut self, index: usize) -> Option<Value> {
        if let Some(existing) = self.resource(index).and_then(|resource| resource.existing.first()) {
            return Some(existing.clone());
        }
        let parameter = &self.operation.parameters[index];
        let charset = parameter::charset(parameter);
        let example = parameter.examples.iter().map(|(value, _)| value).find(|value| {
            let carried = value.as_str().is_none_or(|text| charset.is_plain(text));
            carried && self.is_valid_parameter(parameter, value)
        });
        if let Some(example) = example {
            return Some(example.clone());
        }
        let Some(schema) = parameter.schema else { return Some(Value::String("value".to_owned())) };
        let mut charsets = vec![charset];
        if parameter.place == ParameterPlace::Path {
            charsets.push(Charset::new(Carrier::PathAsWritten, ""));
        }
        charsets.into_iter().find_map(|charset| {
            let generator = self.generator(charset);
            let plain = generator.plain(schema).filter(|value| self.is_valid_parameter(parameter, value));
            plain.or_else(|| {
                let edges = generator.edges(schema);
                edges.into_iter().map(|edge| edge.value).find(|value| self.is_valid_parameter(parameter, value))
            })
        })
    }

    fn plain_body(&mut self) -> Option<(usize, Value)> {
        let media = self.media();
        let rank = |kind: PayloadKind| {
            use PayloadKind::{Binary, Form, Json, Multipart, Text, Xml};
            [Json, Form, Multipart, Xml, Text, Binary].iter().position(|known| *known == kind)
        };
        let mut order: Vec<usize> = (0..media.len()).collect();
        order.sort_by_key(|index| rank(media[*index].kind()));
        order.into_iter().find_map(|index| {
            let mut value = match media[index].schema {
                Some(schema) if media[index].kind() == PayloadKind::Xml => self.plain_xml(&media[index], schema)?,
                Some(schema) => self.body_generator(&media[index]).plain(schema)?,
                None if media[index].kind() == PayloadKind::Xml => xml::example(&self.contract.schemas, &media[index])?,
                None => {
                    media[index].examples.first().map_or_else(|| any(media[index].kind()), |(value, _)| value.clone())
                }
            };
            let original = value.clone();
            self.pin(&mut value, None);
            let is_valid = media[index].schema.is_none_or(|schema| self.is_valid(schema, &value));
            Some((index, if is_valid { value } else { original }))
        })
    }

    /// Whether a request may hold `value`.
    pub fn is_valid(&self, schema: SchemaId, value: &Value) -> bool {
        self.validators.is_valid(schema, Direction::Request, value)
    }

    /// Whether `value` is valid and is read back as itself by a server that knows its schema.
    pub fn is_valid_parameter(&self, parameter: &Parameter, value: &Value) -> bool {
        let Some(schema) = parameter.schema else { return parameter::carry(parameter, value).is_some() };
        self.is_valid(schema, value)
            && parameter::carry(parameter, value).is_some()
            && (parameter.style == crate::contract::Style::Content || parameter::is_readable(value))
    }

    /// Adds a case for a draft. False where it cannot be sent, or is there already.
    pub fn add(&mut self, entry: Entry, draft: &Draft) -> bool {
        if entry.intent == Intent::Valid && !self.is_surely_valid(draft) {
            return false;
        }
        let Some(request) = draft.request(self.operation, &self.contract.schemas) else { return false };
        let mut entry = self.of_body(entry, draft);
        entry.doubtful |= draft.is_doubtful(self.operation, &self.contract.schemas);
        let is_new = self.put(entry, request);
        if is_new && let Some(case) = self.cases.last_mut() {
            case.draft = Some(draft.clone());
        }
        is_new
    }

    /// A valid case that is about no value is about its body.
    fn of_body(&self, mut entry: Entry, draft: &Draft) -> Entry {
        if entry.intent == Intent::Valid
            && entry.generated.is_none()
            && let Some((index, value)) = &draft.body
            && let Some(schema) = self.media()[*index].schema
        {
            entry.generated = self.generated(schema, value);
        }
        entry
    }

    /// Adds a case that differs from the plainest request in what no draft holds. False where the same request is
    /// there already.
    pub fn add_request(&mut self, mut entry: Entry, request: Request) -> bool {
        entry.doubtful |= self.doubtful;
        self.put(entry, request)
    }

    fn put(&mut self, entry: Entry, request: Request) -> bool {
        let key = fingerprint(&request);
        if let Some(index) = self.seen.get(&key).copied() {
            self.merge(index, &entry);
            return false;
        }
        self.seen.insert(key, self.cases.len());
        self.force(entry, request);
        true
    }

    /// The same request may break a clause that another case was planned for.
    fn merge(&mut self, index: usize, entry: &Entry) {
        let case = &mut self.cases[index];
        if case.intent == Intent::Valid && case.origin == Origin::Edge && self.plainest != Some(index) {
            case.clause = case.clause.or(entry.clause);
        }
        if let Some(clause) = entry.clause
            && case.intent == entry.intent
            && case.intent != Intent::Valid
            && case.clause != Some(clause)
        {
            if !case.also_broken.contains(&clause) {
                case.also_broken.push(clause);
            }
            self.broken.insert(clause);
        }
    }

    /// Adds a case whether or not the same request is there already.
    pub fn force(&mut self, entry: Entry, request: Request) -> &mut Case {
        if matches!(entry.intent, Intent::Invalid(_) | Intent::Unauthenticated) {
            self.broken.extend(entry.clause);
        }
        let index = self.cases.len();
        self.cases.push(Case {
            index,
            operation: self.index,
            name: entry.name,
            origin: entry.origin,
            intent: entry.intent,
            clause: entry.clause,
            also_broken: entry.also_broken,
            request,
            draft: None,
            generated: entry.generated,
            expected: None,
            doubtful: entry.doubtful,
            written_at: None,
        });
        &mut self.cases[index]
    }

    /// How a generated value is told of.
    pub fn generated(&self, schema: SchemaId, value: &Value) -> Option<Generated> {
        let location = self.contract.schemas.get(schema).location.clone();
        Some(Generated { schema, location, value: value.clone() })
    }

    /// The clause of a keyword of `schema` at `place`, nearest to the node `at`.
    pub fn clause_of(&self, place: &ClausePlace, about: (SchemaId, &str), at: &Pointer) -> Option<ClauseId> {
        let (schema, keyword) = about;
        let of_schema = |site: crate::contract::SiteId| self.clauses.site(site).schema == schema;
        let mut found = self.clauses.iter().filter(|(_, clause)| {
            clause.keyword == keyword && clause.place == *place && clause.site.is_some_and(of_schema)
        });
        let first = found.next()?;
        let depth = at.tokens().count();
        let nearest = std::iter::once(first).chain(found).find(|(_, clause)| clause.instance.tokens().count() == depth);
        Some(nearest.unwrap_or(first).0)
    }

    /// The first clause that speaks of a node below the whole value, or of the nearest one that holds it.
    pub fn clause_of_node(&self, place: &ClausePlace, at: &Pointer) -> Option<ClauseId> {
        let mut at = at.clone();
        while !at.as_str().is_empty() {
            let speaks = |clause: &crate::contract::Clause| {
                clause.place == *place && clause.site.is_some() && at.matches(&clause.instance)
            };
            if let Some((id, _)) = self.clauses.iter().find(|(_, clause)| speaks(clause)) {
                return Some(id);
            }
            at = at.parent()?.0;
        }
        None
    }

    /// The clause that a violation is told of: the one that stands where it does, or else one that holds it.
    pub fn clause_broken(&self, place: &ClausePlace, violation: &Violation) -> Option<ClauseId> {
        let of_place = || self.clauses.iter().filter(|(_, clause)| clause.place == *place);
        let exact = of_place().find(|(_, clause)| clause.location == violation.location);
        exact.or_else(|| of_place().find(|(_, clause)| is_of(clause, violation))).map(|(id, _)| id)
    }

    /// The clauses that some case breaks.
    pub fn breakable(&self) -> impl Iterator<Item = (ClauseId, &crate::contract::Clause)> {
        self.clauses.iter().filter(|(id, _)| self.broken.contains(id))
    }

    /// Notes why a clause is not broken by any case.
    pub fn explain(&mut self, clause: ClauseId, reason: impl Into<String>) {
        self.reasons.entry(clause).or_insert_with(|| reason.into());
    }

    /// Notes one reason for every clause.
    pub fn give_up(&mut self, reason: &str) {
        for index in 0..self.clauses.all.len() {
            self.explain(ClauseId(index as u32), reason);
        }
    }

    pub fn finish(self, base: Option<Draft>) -> Plan {
        let unexercised = self
            .clauses
            .iter()
            .filter(|(id, clause)| is_of_request(&clause.place) && !self.broken.contains(id))
            .map(|(id, _)| {
                let reason = self.reasons.get(&id).cloned();
                (id, reason.unwrap_or_else(|| "no way to break it is known".to_owned()))
            })
            .collect();
        Plan { operation: self.index, cases: self.cases, base, unexercised }
    }
}

/// What tells requests apart: their texts are too long to be kept twice.
fn fingerprint(request: &Request) -> [u64; 2] {
    [0u8, 1].map(|salt| {
        let mut hasher = DefaultHasher::new();
        (salt, request).hash(&mut hasher);
        hasher.finish()
    })
}

/// A payload of which nothing is known.
fn any(kind: PayloadKind) -> Value {
    match kind {
        PayloadKind::Text | PayloadKind::Binary => Value::String("text".to_owned()),
        _ => Value::Object(serde_json::Map::new()),
    }
}
