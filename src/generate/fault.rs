//! Faults: values that break one keyword of a schema and keep all else, as far as that is possible.

use serde_json::{Value, json};

use super::number;
use super::shape::{Choices, Conjunction, Except, Shape, choose};
use super::text::stretch;
use super::values::Generator;
use crate::contract::{Clause, Clauses, SchemaId, Site, SiteId, Step, Types, Violation};
use crate::spec::Pointer;

/// A value that breaks a clause.
#[derive(Clone, Debug)]
pub struct Broken {
    /// What was done, for example "one character too long".
    pub label: String,
    /// The whole value.
    pub value: Value,
}

/// What a value's violations are, seen from one clause.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Hit {
    /// It is the only clause that breaks (with the unions above it, if it stands in a branch).
    Alone,
    /// It breaks together with others.
    WithOthers,
    /// It does not break.
    Missed,
}

/// Whether `violations` come from `clause`.
pub fn hit(clause: &Clause, violations: &[Violation]) -> Hit {
    let own = |violation: &Violation| is_of(clause, violation);
    if violations.is_empty() {
        return Hit::Missed;
    }
    if violations.iter().all(own) {
        return Hit::Alone;
    }
    if violations.iter().any(own) {
        return Hit::WithOthers;
    }
    // A clause of a branch breaks when its branch fails for it and no other branch holds.
    let best = violations
        .iter()
        .flat_map(|violation| &violation.branches)
        .map(|branch| hit(clause, branch))
        .min()
        .unwrap_or(Hit::Missed);
    if best == Hit::Alone && violations.len() > 1 { Hit::WithOthers } else { best }
}

fn is_of(clause: &Clause, violation: &Violation) -> bool {
    let here = violation.location.pointer.as_str();
    let clause_at = clause.location.pointer.as_str();
    let same_node = violation.location.file == clause.location.file
        && (here == clause_at
            // What `propertyNames`, `contains` and `not` hold is told of their inside or of themselves.
            || here.strip_prefix(clause_at).is_some_and(|rest| rest.starts_with('/'))
            || (clause.keyword == "dependentRequired" && clause_at.starts_with(here))
            // How often something must be contained is told of the count.
            || (clause.keyword == "contains"
                && matches!(violation.keyword.as_str(), "minContains" | "maxContains")
                && clause_at.rsplit_once('/').map(|(holder, _)| holder) == here.rsplit_once('/').map(|(holder, _)| holder)));
    same_node && at_place(&clause.instance, &violation.instance)
}

/// Whether a node of a value is one that a clause speaks of; `*` is any item or name.
fn at_place(pattern: &Pointer, instance: &Pointer) -> bool {
    let mut wanted = pattern.tokens();
    let mut found = instance.tokens();
    loop {
        match (wanted.next(), found.next()) {
            (None, None) => return true,
            (Some(wanted), Some(found)) if wanted == "*" || wanted == found => {}
            // A clause on names or items may be told at the name or item itself.
            (None, Some(_)) => return found.next().is_none(),
            _ => return false,
        }
    }
}

/// One node on the way to a clause: the branches to take there and the step to the next.
struct Level {
    choices: Choices,
    down: Option<Step>,
}

impl Generator<'_> {
    /// Values of the schema `root` that are meant to break `clause` alone, for the caller to confirm.
    pub fn faults(&self, clauses: &Clauses, clause: &Clause, root: SchemaId) -> Vec<Broken> {
        let Some(site) = clause.site else { return Vec::new() };
        let mut host = |shape: &Shape, include: &[String]| self.host(shape, include);
        self.faults_with(clauses, clause, site, root, &mut host)
    }

    fn host(&self, shape: &Shape, include: &[String]) -> Option<Value> {
        self.object(shape, include, &mut |_, conjunction| self.plain_of(conjunction))
    }

    pub(super) fn faults_with(
        &self,
        clauses: &Clauses,
        clause: &Clause,
        site: SiteId,
        root: SchemaId,
        host: &mut dyn FnMut(&Shape, &[String]) -> Option<Value>,
    ) -> Vec<Broken> {
        let levels = levels(clauses, site);
        let except =
            Except { schema: clauses.site(site).schema, keyword: clause.keyword, subject: clause.subject.clone() };
        self.descend(&vec![root], &levels, &except, host)
    }

    fn descend(
        &self,
        conjunction: &Conjunction,
        levels: &[Level],
        except: &Except,
        host: &mut dyn FnMut(&Shape, &[String]) -> Option<Value>,
    ) -> Vec<Broken> {
        let Some((level, rest)) = levels.split_first() else { return Vec::new() };
        let Some(down) = &level.down else {
            let mut broken: Vec<Broken> = Vec::new();
            for (_, shape) in self.shapes(conjunction, &level.choices, Some(except), 4) {
                let mut found = self.breaks(conjunction, &shape, except, host);
                if shape.fragile
                    && let Some((label, value)) = found.first().cloned()
                {
                    // The branch that the clause stands in may hold for other values only.
                    let other = self.variations(&shape, &value).into_iter().map(|value| (label.clone(), value));
                    found.extend(other);
                }
                for (label, value) in found {
                    if !broken.iter().any(|known| known.value == value) {
                        broken.push(Broken { label, value });
                    }
                }
            }
            return broken;
        };
        for (_, shape) in self.shapes(conjunction, &level.choices, None, 8) {
            let (token, child) = match down {
                Step::Property(name) => (name.clone(), self.property(&shape, name)),
                Step::PatternProperty(_) | Step::AdditionalProperty => {
                    let Some(name) = self.spare_name(&shape, down) else { continue };
                    let child = self.property(&shape, &name);
                    (name, child)
                }
                Step::PrefixItem(index) => (index.to_string(), shape.item(self.schemas, *index)),
                Step::Item => {
                    let prefix = shape.holders.iter().map(|id| self.schemas.get(*id).prefix_items.len()).max();
                    let index = prefix.unwrap_or(0);
                    (index.to_string(), shape.item(self.schemas, index))
                }
                Step::Root | Step::Same | Step::Branch(_) => continue,
            };
            let is_item = matches!(down, Step::PrefixItem(_) | Step::Item);
            let whole = match is_item {
                true => self.array(&shape, shape.min_items.max(token.parse::<u64>().unwrap_or(0) + 1)),
                false => host(&shape, std::slice::from_ref(&token)),
            };
            let Some(whole) = whole.and_then(|whole| self.mend(conjunction, &shape, whole)) else { continue };
            let broken = self.descend(&child, rest, except, host);
            if broken.is_empty() {
                continue;
            }
            let put = |whole: &Value, token: &str, broken: &Broken| {
                let mut whole = whole.clone();
                let at = Pointer::root().join(token);
                at.assign(&mut whole, broken.value.clone())
                    .then(|| Broken { label: broken.label.clone(), value: whole })
            };
            let mut found: Vec<Broken> = broken.iter().filter_map(|broken| put(&whole, &token, broken)).collect();
            // A check of the first item alone passes faults in the others.
            if *down == Step::Item
                && let Some(several) = self.array(&shape, shape.min_items.max(token.parse::<u64>().unwrap_or(0) + 3))
                && shape.max_items.is_none_or(|max| several.as_array().is_some_and(|items| items.len() as u64 <= max))
            {
                let last = several.as_array().map_or(0, Vec::len) - 1;
                found.splice(1..1, put(&several, &last.to_string(), &broken[0]));
            }
            return found;
        }
        Vec::new()
    }

    fn spare_name(&self, shape: &Shape, step: &Step) -> Option<String> {
        let declared =
            |name: &String| shape.holders.iter().any(|id| self.schemas.get(*id).properties.contains_key(name));
        match step {
            Step::PatternProperty(pattern) => {
                let made = super::pattern::Pattern::parse(pattern)?;
                [4, 1, 8].map(|length| made.sized(length)).into_iter().find(|name| self.texts.matches(pattern, name))
            }
            _ => self.spare_names(shape).into_iter().find(|name| !declared(name)),
        }
    }

    /// Values of `shape`, which lacks the keyword, that break it.
    fn breaks(
        &self,
        conjunction: &Conjunction,
        shape: &Shape,
        except: &Except,
        host: &mut dyn FnMut(&Shape, &[String]) -> Option<Value>,
    ) -> Vec<(String, Value)> {
        let schema = self.schemas.get(except.schema);
        let texts = |texts: Vec<String>, label: &str| -> Vec<(String, Value)> {
            texts.into_iter().map(|text| (label.to_owned(), Value::String(text))).collect()
        };
        let values = |values: Vec<Value>, label: &str| -> Vec<(String, Value)> {
            values.into_iter().map(|value| (label.to_owned(), value)).collect()
        };
        match except.keyword {
            "type" => self.other_types(conjunction, except.schema),
            "enum" | "const" => {
                let known = schema.enumeration.clone().or_else(|| schema.constant.clone().map(|value| vec![value]));
                self.near_misses(shape, &known.unwrap_or_default())
            }
            "minimum" | "exclusiveMinimum" | "maximum" | "exclusiveMaximum" => {
                let is_lower = except.keyword.ends_with("inimum");
                let (inclusive, exclusive) = match is_lower {
                    true => (&schema.minimum, &schema.exclusive_minimum),
                    false => (&schema.maximum, &schema.exclusive_maximum),
                };
                let is_exclusive = except.keyword.starts_with("exclusive");
                let Some(number) = (if is_exclusive { exclusive } else { inclusive }) else { return Vec::new() };
                let bound = number::Bound { number: number.clone(), exclusive: is_exclusive };
                values(number::beyond(shape, &bound, is_lower), if is_lower { "too small" } else { "too large" })
            }
            "multipleOf" => match &schema.multiple_of {
                Some(multiple) => values(number::between_multiples(shape, multiple), "no multiple"),
                None => Vec::new(),
            },
            "minLength" => {
                let min = schema.min_length.unwrap_or(0);
                texts(self.texts.mislengths(shape, &[min.saturating_sub(1), 0], &self.charset), "too short")
            }
            "maxLength" => {
                let max = schema.max_length.unwrap_or(0);
                texts(self.texts.mislengths(shape, &[max + 1, max + 2, max * 2 + 10], &self.charset), "too long")
            }
            "pattern" => {
                let pattern = schema.pattern.as_deref().unwrap_or("");
                texts(self.texts.mismatches(shape, pattern, &self.charset), "no match of the pattern")
            }
            "format" => {
                let format = schema.format.as_deref().unwrap_or("");
                texts(self.texts.misformats(shape, format, &self.charset), &format!("no {format}"))
            }
            "required" => {
                let lacking = |value| (format!("`{}` is missing", except.subject.as_deref().unwrap_or("")), value);
                let mut missing: Vec<(String, Value)> = host(shape, &[]).map(lacking).into_iter().collect();
                // An object of nothing has no text, so that one with something in it is needed, too.
                if missing.iter().all(|(_, value)| value.as_object().is_some_and(serde_json::Map::is_empty)) {
                    let others = shape.declared(self.schemas, self.direction);
                    missing.extend(others.into_iter().find_map(|name| host(shape, &[name])).map(lacking));
                }
                // A check for any property at all passes objects that lack one.
                missing.push(("nothing in it".to_owned(), json!({})));
                missing
            }
            "dependentRequired" => self.without_dependency(shape, except),
            "additionalProperties" | "unevaluatedProperties" => self.unexpected_members(shape, host),
            "propertyNames" | "maxProperties" | "minProperties" => self.other_members(shape, except, host),
            "minItems" | "maxItems" | "uniqueItems" | "contains" | "items" | "unevaluatedItems" => {
                self.other_items(shape, except)
            }
            _ => self.assorted(conjunction, shape, except),
        }
    }

    /// Values of every type that `type` leaves out.
    fn other_types(&self, conjunction: &Conjunction, id: SchemaId) -> Vec<(String, Value)> {
        let types = self.schemas.get(id).types.unwrap_or(Types::ANY);
        let plain = self.plain_of(conjunction);
        let text = match &plain {
            Some(Value::Number(number)) => number.to_string(),
            Some(Value::Bool(truth)) => truth.to_string(),
            _ => "text".to_owned(),
        };
        let mut samples = vec![
            Value::Null,
            json!(true),
            json!(false),
            json!(123),
            json!(0),
            json!(1.5),
            Value::String(text),
            json!("text"),
            json!({}),
            json!([]),
            json!({"key": "value"}),
        ];
        samples.insert(0, plain.map_or(Value::Null, |value| json!([value])));
        samples.retain(|sample| !types.intersects(Types::of(sample)));
        samples.into_iter().map(|sample| (format!("{} in place of {}", kind(&sample), names(types)), sample)).collect()
    }

    /// Values that are nearly members of a list, and ones that are not at all.
    fn near_misses(&self, shape: &Shape, known: &[Value]) -> Vec<(String, Value)> {
        let mut out: Vec<(String, Value)> = Vec::new();
        let mut push = |label: &str, value: Value| {
            if !known.contains(&value) && !out.iter().any(|(_, other)| *other == value) {
                out.push((label.to_owned(), value));
            }
        };
        if known.iter().any(Value::is_string) || shape.types.contains(Types::STRING) {
            push("a value that is not listed", json!("not-a-listed-value"));
            push("an empty text", json!(""));
        }
        for value in known.iter().take(6) {
            match value {
                Value::String(text) => {
                    let mut letters = text.chars();
                    let first = letters.next().map(|c| c.to_uppercase().chain(letters).collect::<String>());
                    push("a listed value in capitals", Value::String(text.to_uppercase()));
                    push("a listed value in small letters", Value::String(text.to_lowercase()));
                    push("a listed value with a capital", Value::String(first.unwrap_or_default()));
                    push("a listed value with a blank after it", Value::String(format!("{text} ")));
                    push("a listed value with a blank before it", Value::String(format!(" {text}")));
                    push("a listed value with a letter more", Value::String(format!("{text}s")));
                    let count = text.chars().count();
                    push("a listed value cut short", Value::String(stretch(text, count.saturating_sub(1))));
                }
                Value::Number(number) => {
                    let near = [1i64, -1].map(|by| number.as_i64().and_then(|n| n.checked_add(by)).map(Value::from));
                    near.into_iter().flatten().for_each(|value| push("a number beside a listed one", value));
                    push("a listed number as a text", Value::String(number.to_string()));
                }
                Value::Bool(truth) => push("the other truth value", Value::Bool(!truth)),
                _ => {}
            }
        }
        push("a number that is not listed", json!(987_654));
        for value in [json!("unlisted"), json!({"unlisted": true}), json!(["unlisted"])] {
            push("a value that is not listed", value);
        }
        out.retain(|(_, value)| {
            shape.types.intersects(Types::of(value)) && value.as_str().is_none_or(|text| self.charset.carries(text))
        });
        out
    }

    fn without_dependency(&self, shape: &Shape, except: &Except) -> Vec<(String, Value)> {
        let subject = except.subject.as_deref().unwrap_or("");
        let Some((trigger, needed)) = subject.split_once(": ") else { return Vec::new() };
        let mut lacking = shape.clone();
        lacking.absent.push(needed.to_owned());
        let value = self.object(&lacking, &[trigger.to_owned()], &mut |_, conjunction| self.plain_of(conjunction));
        value.into_iter().map(|value| (format!("`{trigger}` without `{needed}`"), value)).collect()
    }

    fn unexpected_members(
        &self,
        shape: &Shape,
        host: &mut dyn FnMut(&Shape, &[String]) -> Option<Value>,
    ) -> Vec<(String, Value)> {
        let Some(whole) = host(shape, &[]) else { return Vec::new() };
        let mut names = vec!["unexpected".to_owned(), "x-unexpected".to_owned()];
        names.extend(shape.declared(self.schemas, self.direction).iter().take(2).map(|name| name.to_uppercase()));
        let mut out = Vec::new();
        for name in names {
            for extra in [json!("value"), json!(1), json!({}), json!(null)] {
                let mut whole = whole.clone();
                if whole.get(&name).is_none() && Pointer::root().join(&name).assign(&mut whole, extra) {
                    out.push((format!("`{name}`, which is not allowed"), whole));
                }
            }
        }
        out
    }

    fn other_members(
        &self,
        shape: &Shape,
        except: &Except,
        host: &mut dyn FnMut(&Shape, &[String]) -> Option<Value>,
    ) -> Vec<(String, Value)> {
        let schema = self.schemas.get(except.schema);
        let Some(mut whole) = host(shape, &[]) else { return Vec::new() };
        let mut out = Vec::new();
        match except.keyword {
            "minProperties" => {
                if whole.as_object().is_some_and(|members| (members.len() as u64) < schema.min_properties.unwrap_or(0))
                {
                    out.push(("too few properties".to_owned(), whole));
                }
            }
            "maxProperties" => {
                let most = schema.max_properties.unwrap_or(0) as usize;
                let declared = shape.declared(self.schemas, self.direction);
                let spare = (0..=most).map(|index| format!("extra{index}"));
                for name in declared.into_iter().chain(self.spare_names(shape)).chain(spare) {
                    let count = whole.as_object().map_or(0, serde_json::Map::len);
                    if count > most {
                        break;
                    }
                    if whole.get(&name).is_none()
                        && let Some(value) = self.plain_of(&self.property(shape, &name))
                    {
                        Pointer::root().join(&name).assign(&mut whole, value);
                    }
                }
                out.push(("too many properties".to_owned(), whole));
            }
            _ => {
                for name in ["", "not a name!", "UPPER", "lower", "with space", "0", "é", &"long".repeat(80)] {
                    let mut odd = whole.clone();
                    if let Some(value) = self.plain_of(&self.property(shape, name)) {
                        Pointer::root().join(name).assign(&mut odd, value);
                        out.push((format!("a property called `{name}`"), odd));
                    }
                }
            }
        }
        out
    }

    fn other_items(&self, shape: &Shape, except: &Except) -> Vec<(String, Value)> {
        let schema = self.schemas.get(except.schema);
        let mut out = Vec::new();
        match except.keyword {
            "minItems" => {
                let min = schema.min_items.unwrap_or(0);
                for count in [min.saturating_sub(1), 0].into_iter().filter(|count| *count < min) {
                    let array = self.array(shape, count);
                    out.extend(array.map(|value| (format!("{count} items"), value)));
                }
                out.push(("no items".to_owned(), json!([])));
            }
            "maxItems" => {
                let max = schema.max_items.unwrap_or(0);
                for count in [max + 1, max * 2 + 3] {
                    out.extend(self.array(shape, count).map(|value| (format!("{count} items"), value)));
                }
            }
            "uniqueItems" => {
                let count = shape.min_items.max(2);
                if let Some(Value::Array(mut items)) = self.array(shape, count) {
                    let last = items.len() - 1;
                    items[last] = items[0].clone();
                    out.push(("the same item twice".to_owned(), Value::Array(items)));
                }
            }
            "contains" => {
                for sample in pool() {
                    let count = shape.min_items.max(1) as usize;
                    out.push(("nothing that must be contained".to_owned(), Value::Array(vec![sample; count])));
                }
                out.push(("nothing at all".to_owned(), json!([])));
                let contained = self.plain_of(&vec![schema.contains.unwrap_or(except.schema)]);
                if let (Some(max), Some(item)) = (schema.max_contains, contained) {
                    out.push(("too many of what is counted".to_owned(), Value::Array(vec![item; max as usize + 1])));
                }
            }
            _ => {
                let count = shape.min_items.max(schema.prefix_items.len() as u64);
                if let Some(Value::Array(mut items)) = self.array(shape, count) {
                    items.push(json!("unexpected"));
                    out.push(("an item more".to_owned(), Value::Array(items)));
                }
            }
        }
        out
    }

    /// Values of all kinds, for keywords whose contrary cannot be aimed at.
    fn assorted(&self, conjunction: &Conjunction, shape: &Shape, except: &Except) -> Vec<(String, Value)> {
        let schema = self.schemas.get(except.schema);
        let mut out = Vec::new();
        if except.keyword == "not" {
            let mut forbidden = conjunction.clone();
            forbidden.extend(schema.not);
            for (_, shape) in self.shapes(&forbidden, &Choices::new(), Some(except), 8) {
                out.extend(self.build(&shape, &[]).map(|value| ("what `not` forbids".to_owned(), value)));
            }
        }
        // A value that two branches of `oneOf` hold for breaks it as much as one that none does.
        if except.keyword == "oneOf" {
            for (index, first) in schema.one_of.iter().enumerate().take(6) {
                for second in schema.one_of.iter().skip(index + 1).take(6) {
                    let both = vec![*first, *second];
                    out.extend(self.plain_of(&both).map(|value| ("a value of two branches at once".to_owned(), value)));
                }
            }
        }
        out.extend(pool().into_iter().map(|value| (format!("{} that no branch allows", kind(&value)), value)));
        for branch in schema.any_of.iter().chain(&schema.one_of).take(6) {
            let Some(value) = self.plain_of(&vec![*branch]) else { continue };
            if let Value::Object(members) = &value {
                for name in members.keys() {
                    let mut lacking = members.clone();
                    lacking.shift_remove(name);
                    out.push((format!("a branch without `{name}`"), Value::Object(lacking)));
                }
            }
            out.push(("a branch in a list".to_owned(), json!([value])));
        }
        out.extend(self.build(shape, &[]).map(|value| ("what is left without it".to_owned(), value)));
        out.retain(|(_, value)| value.as_str().is_none_or(|text| self.charset.carries(text)));
        out
    }
}

fn levels(clauses: &Clauses, site: SiteId) -> Vec<Level> {
    let mut path: Vec<&Site> = Vec::new();
    let mut next = Some(site);
    while let Some(id) = next {
        let site = clauses.site(id);
        path.push(site);
        next = site.parent;
    }
    path.reverse();
    let mut levels = vec![Level { choices: Choices::new(), down: None }];
    let mut above: Option<&Site> = None;
    for site in path {
        match (&site.step, levels.last_mut(), above) {
            (Step::Branch(branch), Some(level), Some(parent)) => choose(&mut level.choices, parent.schema, *branch),
            (Step::Root | Step::Same, ..) => {}
            (step, Some(level), _) => {
                level.down = Some(step.clone());
                levels.push(Level { choices: Choices::new(), down: None });
            }
            _ => {}
        }
        above = Some(site);
    }
    levels
}

fn pool() -> Vec<Value> {
    vec![
        json!(null),
        json!(true),
        json!(0),
        json!(-1),
        json!(42),
        json!(1.5),
        json!(""),
        json!("text"),
        json!("not a match!"),
        json!([]),
        json!([null]),
        json!([{}]),
        json!(["text"]),
        json!([[]]),
        json!([1.5]),
        json!({}),
        json!({"key": "value"}),
        json!({"key": null}),
    ]
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(number) if crate::contract::is_integer(number) => "an integer",
        Value::Number(_) => "a fraction",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

fn names(types: Types) -> String {
    types.names().join(" or ")
}
