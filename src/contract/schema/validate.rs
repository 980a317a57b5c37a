//! Validation of values, by the `jsonschema` crate, with every error traced back to the document.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use jsonschema::Validator;
use jsonschema::error::ValidationErrorKind;
use serde_json::{Value, json};

use super::arena::Schemas;
use super::emit::emit;
use super::model::{Direction, SchemaId};
use crate::spec::{Pointer, SourceLocation};
use crate::text::ellipsis;

/// One broken assertion of a schema.
#[derive(Clone, Debug)]
pub struct Violation {
    /// The schema whose keyword is broken.
    pub schema: SchemaId,
    /// The keyword, as JSON Schema 2020-12 names it.
    pub keyword: Arc<str>,
    /// The keyword's node in the document; the item of `required` that is meant.
    pub location: SourceLocation,
    /// The value that breaks it, below the whole value.
    pub instance: Pointer,
    /// What is wrong, in words; empty where none were asked for.
    pub message: String,
    /// For a union: what each branch holds against the value.
    pub branches: Vec<Vec<Violation>>,
}

/// Validators of a contract's schemas, compiled when first needed and then kept. Clones share them.
#[derive(Clone, Debug)]
pub struct Validators {
    schemas: Arc<Schemas>,
    compiled: Arc<RwLock<Compiled>>,
    traces: Arc<RwLock<Traces>>,
}

/// The way of each path of an emitted schema along the arena: the branches of a union fail in the same ways each time.
type Traces = HashMap<SchemaId, HashMap<String, Option<Arc<Trace>>>>;

/// Schemas that the validators that are kept may hold in all. Each holds a copy of every schema that it refers to, so that
/// those of a document of ten thousand operations would fill the memory.
const MOST_KEPT: usize = 400_000;
/// Ways of one schema's paths that are kept.
const MOST_TRACES: usize = 20_000;
/// The validator quotes the value that it refuses.
const LONGEST_MESSAGE: usize = 300;

/// The validators that are kept, and their keys from the oldest on with how many schemas each holds.
#[derive(Debug, Default)]
struct Compiled {
    kept: HashMap<(SchemaId, Direction), Arc<OnceLock<Validator>>>,
    order: VecDeque<((SchemaId, Direction), usize)>,
    held: usize,
    /// How many schemas each holds, those that are not kept any more included.
    sizes: HashMap<SchemaId, usize>,
}

impl Compiled {
    /// The place of a validator, which may be empty yet.
    fn place(&mut self, key: (SchemaId, Direction), schemas: &Schemas) -> Arc<OnceLock<Validator>> {
        if let Some(known) = self.kept.get(&key) {
            return known.clone();
        }
        let size = *self.sizes.entry(key.0).or_insert_with(|| schemas.reachable(&[key.0]).len());
        while self.held + size > MOST_KEPT
            && let Some((oldest, size)) = self.order.pop_front()
        {
            self.kept.remove(&oldest);
            self.held -= size;
        }
        self.held += size;
        self.order.push_back((key, size));
        self.kept.entry(key).or_default().clone()
    }
}

impl Validators {
    /// Validators for these schemas.
    pub fn new(schemas: Arc<Schemas>) -> Self {
        Self { schemas, compiled: Arc::default(), traces: Arc::default() }
    }

    /// The schemas.
    pub fn schemas(&self) -> &Arc<Schemas> {
        &self.schemas
    }

    /// Whether `value` breaks nothing that is known of the schema.
    pub fn is_valid(&self, id: SchemaId, direction: Direction, value: &Value) -> bool {
        self.with(id, direction, |validator| validator.is_valid(value))
            || ((self.schemas.is_open(id) || self.schemas.holds_overlap(id) || contains_null(value))
                && self.breaches(id, direction, value).is_empty())
    }

    /// All that is surely wrong with `value`.
    pub fn violations(&self, id: SchemaId, direction: Direction, value: &Value) -> Vec<Violation> {
        self.violations_told(id, direction, value, &told)
    }

    /// All that is wrong with `value`, without words: they quote it, and hundreds of branches may refuse it.
    pub fn breaches(&self, id: SchemaId, direction: Direction, value: &Value) -> Vec<Violation> {
        self.violations_told(id, direction, value, &|_| String::new())
    }

    fn violations_told(&self, id: SchemaId, direction: Direction, value: &Value, tell: &Tell) -> Vec<Violation> {
        self.with(id, direction, |validator| {
            validator.iter_errors(value).flat_map(|error| self.violation(id, &error, tell)).collect()
        })
    }

    /// Asks a validator, which is compiled while no other thread waits for the lock.
    fn with<R>(&self, id: SchemaId, direction: Direction, ask: impl FnOnce(&Validator) -> R) -> R {
        let key = (id, direction);
        let known = self.compiled.read().unwrap_or_else(PoisonError::into_inner).kept.get(&key).cloned();
        let place = known
            .unwrap_or_else(|| self.compiled.write().unwrap_or_else(PoisonError::into_inner).place(key, &self.schemas));
        ask(place.get_or_init(|| self.compile(id, direction)))
    }

    fn compile(&self, id: SchemaId, direction: Direction) -> Validator {
        let schema = emit(&self.schemas, id, direction);
        jsonschema::options()
            .with_draft(jsonschema::Draft::Draft202012)
            .should_validate_formats(true)
            .should_ignore_unknown_formats(true)
            .with_format("byte", is_base64)
            .offline()
            .build(&schema)
            // Every keyword was checked when it was read; what is left cannot be judged, so it is allowed.
            .unwrap_or_else(|_| accept_all())
    }

    fn violation(&self, root: SchemaId, error: &jsonschema::ValidationError<'_>, tell: &Tell) -> Option<Violation> {
        let trace = self.known_trace(root, error.schema_path().as_str())?;
        if trace.nullability_ambiguous && error.instance().is_null() {
            return None;
        }
        let schema = self.schemas.get(trace.schema);
        let is_unsure = trace.keyword.as_ref().is_some_and(|keyword| self.schemas.is_unsure(trace.schema, keyword));
        if trace.unsure || is_unsure {
            return None;
        }
        let instance = match error.instance_path().as_str() {
            "" => Pointer::root(),
            path => Pointer::new(path),
        };
        let mut location = None;
        let mut branches = Vec::new();
        match error.kind() {
            ValidationErrorKind::Required { property } => {
                let child = property.as_str().and_then(|name| schema.properties.get(name));
                if child.is_some_and(|child| self.schemas.may_be_hidden(*child)) {
                    return None;
                }
                let index = schema.required.iter().position(|name| property.as_str() == Some(name));
                location = index.and_then(|index| trace.items(schema.required.len()).get(index).cloned());
            }
            ValidationErrorKind::AnyOf { context } | ValidationErrorKind::OneOfNotValid { context } => {
                branches = context
                    .iter()
                    .map(|errors| errors.iter().flat_map(|error| self.violation(root, error, tell)).collect())
                    .collect();
                // A branch that nothing surely breaks may hold.
                if (schema.open || schema.holds_overlap) && branches.iter().any(Vec::is_empty) {
                    return None;
                }
            }
            ValidationErrorKind::OneOfMultipleValid { .. }
                if schema.is_told_apart(error.instance())
                    || schema.one_of.iter().any(|branch| self.schemas.is_open(*branch)) =>
            {
                return None;
            }
            _ => {}
        }
        Some(Violation {
            schema: trace.schema,
            keyword: trace.keyword.clone().unwrap_or_else(|| error.kind().keyword().into()),
            location: location.unwrap_or_else(|| trace.location.clone()),
            instance,
            message: tell(error),
            branches,
        })
    }

    fn known_trace(&self, root: SchemaId, path: &str) -> Option<Arc<Trace>> {
        let known = self.traces.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(trace) = known.get(&root).and_then(|of_root| of_root.get(path)) {
            return trace.clone();
        }
        drop(known);
        let trace = self.trace(root, path).map(Arc::new);
        let mut known = self.traces.write().unwrap_or_else(PoisonError::into_inner);
        let of_root = known.entry(root).or_default();
        if of_root.len() < MOST_TRACES {
            of_root.insert(path.to_owned(), trace.clone());
        }
        trace
    }

    /// Walks the path of an emitted schema along the arena.
    fn trace(&self, root: SchemaId, path: &str) -> Option<Trace> {
        let pointer = Pointer::new(path);
        let mut tokens: Vec<String> = pointer.tokens().map(std::borrow::Cow::into_owned).collect();
        let mut schema = root;
        if tokens.first().is_some_and(|token| token == "$defs") {
            schema = SchemaId(tokens.get(1)?.parse().ok()?);
            tokens.drain(..2);
        }
        let mut unsure = false;
        let mut nullability_ambiguous = self.schemas.get(schema).nullability_ambiguous;
        let mut rest = tokens.as_slice();
        while !rest.is_empty() {
            if rest[0] == "$ref" {
                schema = self.schemas.get(schema).reference?;
                rest = &rest[1..];
                nullability_ambiguous |= self.schemas.get(schema).nullability_ambiguous;
                continue;
            }
            let Some((count, child)) = self.schemas.child(schema, rest) else { break };
            // `items: false` and its like fail at the keyword itself: stay at the holder.
            if rest.len() == count && self.schemas.get(child).boolean == Some(false) {
                break;
            }
            unsure |= self.schemas.is_unsure_below(schema, &rest[0]);
            let same_value = matches!(rest[0].as_str(), "allOf" | "anyOf" | "oneOf" | "then" | "else");
            schema = child;
            rest = &rest[count..];
            let open = self.schemas.get(child).nullability_ambiguous;
            nullability_ambiguous = if same_value { nullability_ambiguous || open } else { open };
        }
        let holder = &self.schemas.get(schema).location;
        let location = rest.iter().fold(holder.clone(), |at, token| at.join(token));
        let keyword = rest.first().map(|keyword| keyword.as_str().into());
        Some(Trace { schema, keyword, location, items: OnceLock::new(), nullability_ambiguous, unsure })
    }
}

/// Puts an error into words.
type Tell = dyn Fn(&jsonschema::ValidationError<'_>) -> String;

fn told(error: &jsonschema::ValidationError<'_>) -> String {
    ellipsis::middle(&error.to_string(), LONGEST_MESSAGE).into_owned()
}

#[derive(Debug)]
struct Trace {
    schema: SchemaId,
    keyword: Option<Arc<str>>,
    location: SourceLocation,
    /// The places of the keyword's items, once they were asked for.
    items: OnceLock<Box<[SourceLocation]>>,
    nullability_ambiguous: bool,
    /// What it is about depends on something that is not known.
    unsure: bool,
}

impl Trace {
    /// The places of so many items of the keyword: hundreds of branches may lack the same property each time.
    fn items(&self, count: usize) -> &[SourceLocation] {
        self.items.get_or_init(|| (0..count).map(|index| self.location.index(index)).collect())
    }
}

fn accept_all() -> Validator {
    #[allow(clippy::expect_used, reason = "the empty schema always compiles")]
    jsonschema::validator_for(&json!(true)).expect("`true` is a schema")
}

/// Whether a text is base64 of some alphabet, padded or not (RFC 4648).
pub(crate) fn is_base64(text: &str) -> bool {
    use base64::Engine as _;
    use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
    let compact: String = text.chars().filter(|c| !c.is_ascii_whitespace()).collect();
    [STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD].iter().any(|engine| engine.decode(&compact).is_ok())
}

fn contains_null(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.iter().any(contains_null),
        Value::Object(members) => members.values().any(contains_null),
        _ => false,
    }
}
