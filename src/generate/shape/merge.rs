//! Merges a conjunction of schemas into one shape.

use std::collections::HashSet;

use indexmap::IndexSet;
use serde_json::Value;

use super::{Choices, Conjunction, Contains, Except, Known, MergedSchema, Union};
use crate::contract::{Bound, Direction, SchemaId, Schemas, Types};

impl MergedSchema {
    fn new(except: Option<&Except>) -> Self {
        Self {
            types: Types::ANY,
            values: None,
            lower: None,
            upper: None,
            multiples: Vec::new(),
            min_length: 0,
            max_length: None,
            patterns: Vec::new(),
            formats: Vec::new(),
            min_items: 0,
            max_items: None,
            unique: false,
            contains: Vec::new(),
            min_properties: 0,
            max_properties: None,
            required: Vec::new(),
            dependent_required: Vec::new(),
            absent: Vec::new(),
            declared: Vec::new(),
            hints: Vec::new(),
            examples: Vec::new(),
            holders: Vec::new(),
            unions: Vec::new(),
            needs_validation: false,
            except: except.cloned(),
            known_properties: Known::default(),
            sound: Known::default(),
        }
    }

    /// The shape of a conjunction; `None` where its keywords contradict each other outright.
    pub fn of(
        schemas: &Schemas,
        conjunction: &[SchemaId],
        choices: &Choices,
        except: Option<&Except>,
        direction: Direction,
    ) -> Option<Self> {
        let mut shape = Self::new(except);
        let mut seen = HashSet::new();
        let mut queue: Vec<SchemaId> = conjunction.iter().rev().copied().collect();
        while let Some(id) = queue.pop() {
            if seen.insert(id) {
                shape.take(schemas, id, choices, direction, &mut queue)?;
            }
        }
        shape.resolve().map(|shape| shape.declare(schemas, direction))
    }

    fn skips(&self, id: SchemaId, keyword: &str) -> bool {
        self.except.as_ref().is_some_and(|except| except.schema == id && except.keyword == keyword)
    }

    fn take(
        &mut self,
        schemas: &Schemas,
        id: SchemaId,
        choices: &Choices,
        direction: Direction,
        queue: &mut Vec<SchemaId>,
    ) -> Option<()> {
        let schema = schemas.get(id);
        match schema.boolean {
            Some(true) => return Some(()),
            Some(false) => return None,
            None => {}
        }
        self.holders.push(id);
        queue.extend(schema.reference);
        queue.extend(schema.all_of.iter().rev());
        if let Some(types) = schema.types
            && !self.skips(id, "type")
        {
            self.types = self.types.and(types);
        }
        if schema.nullability_ambiguous {
            self.types = self.types.without(Types::NULL);
        }
        if !self.skips(id, "enum") {
            self.among(schema.enum_values.as_deref());
        }
        if !self.skips(id, "const") {
            self.among(schema.const_value.as_ref().map(std::slice::from_ref));
        }
        self.take_numbers(schemas, id);
        self.take_counts(schemas, id);
        self.take_strings(schemas, id);
        self.examples.extend(schema.examples.iter().map(|(value, _)| value.clone()));
        self.take_required(schemas, id, direction);
        for (name, needed) in &schema.dependent_required {
            self.dependent_required.push((name.clone(), needed.clone()));
        }
        self.needs_validation |= schema.not.is_some()
            || schema.property_names.is_some()
            || schema.unevaluated_properties.is_some()
            || schema.unevaluated_items.is_some();
        self.take_unions(schemas, id, choices, queue)
    }

    fn take_numbers(&mut self, schemas: &Schemas, id: SchemaId) {
        let schema = schemas.get(id);
        for (keyword, number, exclusive, is_lower) in [
            ("minimum", &schema.minimum, false, true),
            ("exclusiveMinimum", &schema.exclusive_minimum, true, true),
            ("maximum", &schema.maximum, false, false),
            ("exclusiveMaximum", &schema.exclusive_maximum, true, false),
        ] {
            if let Some(number) = number
                && !self.skips(id, keyword)
            {
                let bound = Bound { number: number.clone(), exclusive };
                let place = if is_lower { &mut self.lower } else { &mut self.upper };
                if place.as_ref().is_none_or(|known| bound.is_tighter(known, is_lower)) {
                    *place = Some(bound);
                }
            }
        }
        if let Some(multiple) = &schema.multiple_of
            && !self.skips(id, "multipleOf")
        {
            self.multiples.push(multiple.clone());
            self.needs_validation = true;
        }
    }

    fn take_strings(&mut self, schemas: &Schemas, id: SchemaId) {
        let schema = schemas.get(id);
        if let Some(pattern) = &schema.pattern
            && !self.skips(id, "pattern")
            && !self.patterns.contains(pattern)
        {
            self.patterns.push(pattern.clone());
        }
        if let Some(format) = &schema.format
            && !self.skips(id, "format")
            && !self.formats.contains(format)
        {
            self.formats.push(format.clone());
        }
    }

    fn take_required(&mut self, schemas: &Schemas, id: SchemaId, direction: Direction) {
        let schema = schemas.get(id);
        for name in &schema.required {
            let hidden = schema.properties.get(name).is_some_and(|child| schemas.hidden(*child, direction));
            let left_out = self.except.as_ref().filter(|except| except.keyword == "required");
            if left_out.is_some_and(|except| except.subject.as_deref() == Some(name)) {
                // Whatever else asks for it breaks with it.
                self.absent.push(name.clone());
            } else if !hidden && !self.required.contains(name) {
                self.required.push(name.clone());
            }
        }
        // With it, a value is as valid as without it, whatever is meant.
        for (name, child) in schema.properties.iter().filter(|(_, child)| schemas.may_be_required(**child)) {
            if !schemas.hidden(*child, direction) && !self.required.contains(name) && !self.absent.contains(name) {
                self.required.push(name.clone());
            }
        }
    }

    fn take_counts(&mut self, schemas: &Schemas, id: SchemaId) {
        let schema = schemas.get(id);
        let keep = |keyword: &str, count: Option<u64>| count.filter(|_| !self.skips(id, keyword));
        let least = |known: &mut u64, count: Option<u64>| *known = count.map_or(*known, |count| count.max(*known));
        let most = |known: &mut Option<u64>, count: Option<u64>| {
            *known = match (*known, count) {
                (Some(known), Some(count)) => Some(known.min(count)),
                (known, count) => known.or(count),
            };
        };
        let (min_length, max_length) = (keep("minLength", schema.min_length), keep("maxLength", schema.max_length));
        let (min_items, max_items) = (keep("minItems", schema.min_items), keep("maxItems", schema.max_items));
        let min_properties = keep("minProperties", schema.min_properties);
        let max_properties = keep("maxProperties", schema.max_properties);
        let unique = schema.unique_items && !self.skips(id, "uniqueItems");
        if let Some(contained) = schema.contains
            && !self.skips(id, "contains")
        {
            let min = schema.min_contains.unwrap_or(1);
            self.contains.push(Contains { schema: contained, min });
            self.needs_validation = true;
        }
        least(&mut self.min_length, min_length);
        most(&mut self.max_length, max_length);
        least(&mut self.min_items, min_items);
        most(&mut self.max_items, max_items);
        least(&mut self.min_properties, min_properties);
        most(&mut self.max_properties, max_properties);
        self.unique |= unique;
    }

    fn take_unions(
        &mut self,
        schemas: &Schemas,
        id: SchemaId,
        choices: &Choices,
        queue: &mut Vec<SchemaId>,
    ) -> Option<()> {
        let schema = schemas.get(id);
        for (keyword, union, branches) in
            [("anyOf", Union::AnyOf, &schema.any_of), ("oneOf", Union::OneOf, &schema.one_of)]
        {
            if branches.is_empty() || self.skips(id, keyword) {
                continue;
            }
            self.unions.push(((id, union), branches.len()));
            let branch = *branches.get(choices.get(&(id, union)).copied().unwrap_or(0))?;
            queue.push(branch);
            self.needs_validation |= union == Union::OneOf && branches.len() > 1;
            if let Some(discriminator) = &schema.discriminator
                && let Some(name) = discriminator_name(schemas, &discriminator.mapping, branch)
            {
                self.hints.push((discriminator.property.clone(), Value::String(name)));
            }
        }
        self.take_heirs(schemas, id, choices, queue);
        if let Some(condition) = schema.if_
            && (schema.then_.is_some() || schema.else_.is_some())
        {
            self.unions.push(((id, Union::Condition), 2));
            self.needs_validation = true;
            if choices.get(&(id, Union::Condition)).copied().unwrap_or(0) == 0 {
                queue.push(condition);
                queue.extend(schema.then_);
            } else {
                queue.extend(schema.else_);
            }
        }
        for (index, (name, child)) in schema.dependent_schemas.iter().enumerate() {
            let union = Union::Dependent(index);
            self.unions.push(((id, union), 2));
            if choices.get(&(id, union)).copied().unwrap_or(0) == 1 || self.required.contains(name) {
                queue.push(*child);
                if !self.required.contains(name) {
                    self.required.push(name.clone());
                }
            } else {
                self.absent.push(name.clone());
                self.needs_validation = true;
            }
        }
        Some(())
    }

    /// Takes the heir that a discriminator selects: the one that is there already, or one of all.
    fn take_heirs(&mut self, schemas: &Schemas, id: SchemaId, choices: &Choices, queue: &mut Vec<SchemaId>) {
        let schema = schemas.get(id);
        let Some(discriminator) = schema.discriminator.as_ref().filter(|_| schema.is_inherited()) else { return };
        let heirs = &discriminator.mapping;
        // The nearest to the whole value is the one that it is of.
        let position = |heir: &SchemaId| self.holders.iter().position(|holder| holder == heir);
        let present = heirs.iter().filter(|(_, heir)| position(heir).is_some()).min_by_key(|(_, heir)| position(heir));
        let taken = present.or_else(|| {
            self.unions.push(((id, Union::Heirs), heirs.len()));
            heirs.get(choices.get(&(id, Union::Heirs)).copied().unwrap_or(0))
        });
        if let Some((name, heir)) = taken {
            queue.push(*heir);
            self.hints.push((discriminator.property.clone(), Value::String(name.clone())));
        }
    }

    fn among(&mut self, values: Option<&[Value]>) {
        let Some(values) = values else { return };
        self.values = Some(match self.values.take() {
            None => values.to_vec(),
            Some(known) => known.into_iter().filter(|value| values.contains(value)).collect(),
        });
    }

    /// Draws the conclusions that need all keywords: types that cannot be had, values that are out.
    fn resolve(mut self) -> Option<Self> {
        let crossed = |min: u64, max: Option<u64>| max.is_some_and(|max| min > max);
        // What must be there cannot be absent; and what is required of a required property is required.
        let mut index = 0;
        while index < self.required.len() {
            let name = self.required[index].clone();
            for (trigger, needed) in &self.dependent_required {
                if *trigger == name {
                    for name in needed {
                        if !self.required.contains(name) && !self.absent.contains(name) {
                            self.required.push(name.clone());
                        }
                    }
                }
            }
            index += 1;
        }
        let impossible_object = self.absent.iter().any(|name| self.required.contains(name))
            || crossed(self.min_properties.max(self.required.len() as u64), self.max_properties);
        for (types, out) in [
            (Types::STRING, crossed(self.min_length, self.max_length)),
            (Types::ARRAY, crossed(self.min_items, self.max_items)),
            (Types::OBJECT, impossible_object),
            (Types::NUMBER, Bound::crossed(self.lower.as_ref(), self.upper.as_ref())),
        ] {
            if out {
                self.types = self.types.without(types);
            }
        }
        if let Some(values) = &mut self.values {
            values.retain(|value| self.types.intersects(Types::of(value)));
            if values.is_empty() {
                return None;
            }
        }
        (self.types != Types::NONE).then_some(self)
    }

    fn declare(mut self, schemas: &Schemas, direction: Direction) -> Self {
        let mut names: IndexSet<&String> = IndexSet::new();
        for holder in &self.holders {
            for (name, child) in &schemas.get(*holder).properties {
                let forbidden = schemas.forbids(*child);
                // A value that holds what is not known shows nothing.
                let left_out = schemas.leaves_values_open(*child) && !self.required.contains(name);
                if !forbidden && !left_out && !self.absent.contains(name) && !schemas.hidden(*child, direction) {
                    names.insert(name);
                }
            }
        }
        self.declared = names.into_iter().cloned().collect();
        self
    }

    /// How many items have schemas of their own.
    pub fn prefix(&self, schemas: &Schemas) -> usize {
        self.holders.iter().map(|holder| schemas.get(*holder).prefix_items.len()).max().unwrap_or(0)
    }

    /// The schemas of the item at `index`.
    pub fn item(&self, schemas: &Schemas, index: usize) -> Conjunction {
        let mut conjunction = Conjunction::new();
        for holder in &self.holders {
            let schema = schemas.get(*holder);
            let skipped = self.skips(*holder, "items");
            let rest = schema.items.filter(|_| !skipped);
            let unevaluated = schema.unevaluated_items.filter(|_| !self.skips(*holder, "unevaluatedItems"));
            conjunction.extend(schema.prefix_items.get(index).copied().or(rest).or(unevaluated));
        }
        conjunction
    }

    /// Whether what this entry of `keyword` of `id` forbids is what values of this shape are to have.
    pub fn may_be_there(&self, id: SchemaId, keyword: &str, subject: &str) -> bool {
        self.skips(id, keyword) && self.except.as_ref().is_some_and(|except| except.subject.as_deref() == Some(subject))
    }

    /// Whether `keyword` of `id` is the one that values of this shape may break.
    pub fn is_exempt(&self, id: SchemaId, keyword: &str) -> bool {
        self.skips(id, keyword)
    }
}

/// The name that selects `branch`: its entry of the mapping, else the schema's own name.
fn discriminator_name(schemas: &Schemas, mapping: &[(String, SchemaId)], branch: SchemaId) -> Option<String> {
    let target = schemas.get(branch).reference.unwrap_or(branch);
    let mapped = mapping.iter().find(|(_, id)| *id == target || *id == branch).map(|(name, _)| name.clone());
    mapped.or_else(|| {
        schemas.get(branch).reference?;
        schemas.last_name(target)
    })
}
