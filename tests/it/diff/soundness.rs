//! Pairs of schemas made by chance: no value refutes what `conform diff` calls compatible, and what it calls breaking
//! shows a value.

use std::cell::Cell;

use conform::compare::{Effect, compare};
use conform::contract::{Direction, Validators};
use conform::generate::Generator;
use conform::wire::Channel;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

use crate::support::contract::{body_schema, compile, of_json_body};
use crate::support::property::config;

/// A keyword that half of the schemas have.
fn maybe(keyword: &'static str, values: impl Strategy<Value = Value>) -> impl Strategy<Value = Keyword> {
    often(keyword, 0.5, values)
}

/// A keyword that a share of the schemas has.
fn often(keyword: &'static str, share: f64, values: impl Strategy<Value = Value>) -> impl Strategy<Value = Keyword> {
    prop::option::weighted(share, values).prop_map(move |value| value.map(|value| (keyword, value)))
}

type Keyword = Option<(&'static str, Value)>;

fn with(mut schema: Value, keywords: impl IntoIterator<Item = Keyword>) -> Value {
    for (keyword, value) in keywords.into_iter().flatten() {
        schema[keyword] = value;
    }
    schema
}

fn count(range: std::ops::Range<u64>) -> impl Strategy<Value = Value> {
    range.prop_map(Value::from)
}

fn one_of(values: &'static [&'static str]) -> impl Strategy<Value = Value> {
    select(values).prop_map(Value::from)
}

fn string() -> impl Strategy<Value = Value> {
    (
        maybe("minLength", count(0..3)),
        maybe("maxLength", count(2..5)),
        often("pattern", 0.25, one_of(&["^a", "b$", "^[a-z]*$"])),
        often("format", 0.25, one_of(&["date", "uri", "uri-reference"])),
    )
        .prop_map(|(min, max, pattern, format)| with(json!({"type": "string"}), [min, max, pattern, format]))
}

fn number() -> impl Strategy<Value = Value> {
    (
        one_of(&["integer", "number"]),
        prop_oneof![maybe("minimum", count(0..3)), maybe("exclusiveMinimum", count(0..3))],
        prop_oneof![maybe("maximum", count(3..6)), maybe("exclusiveMaximum", count(3..6))],
        often("multipleOf", 0.33, count(1..5)),
    )
        .prop_map(|(kind, min, max, multiple)| with(json!({"type": kind}), [min, max, multiple]))
}

fn array(depth: u32) -> impl Strategy<Value = Value> {
    (
        schema(depth - 1),
        maybe("minItems", count(0..3)),
        maybe("maxItems", count(2..5)),
        often("uniqueItems", 0.25, Just(json!(true))),
    )
        .prop_map(|(items, min, max, unique)| with(json!({"type": "array", "items": items}), [min, max, unique]))
}

fn object(depth: u32) -> impl Strategy<Value = Value> {
    let property = || prop::option::of(schema(depth.saturating_sub(1)));
    let closing = prop_oneof![
        any::<bool>().prop_map(|open| Some(("additionalProperties", json!(open)))),
        count(1..4).prop_map(|most| Some(("maxProperties", most))),
        Just(None),
    ];
    ([property(), property(), property()], prop::sample::subsequence(vec!["a", "b"], 0..=2), closing).prop_map(
        |(properties, required, closing)| {
            let named = ["a", "b", "c"].into_iter().zip(properties);
            let properties: Value = named.filter_map(|(name, schema)| Some((name.to_owned(), schema?))).collect();
            with(json!({"type": "object", "properties": properties, "required": required}), [closing])
        },
    )
}

fn union(depth: u32) -> impl Strategy<Value = Value> {
    (select(&["oneOf", "anyOf"][..]), prop::collection::vec(schema(depth - 1), 2..4))
        .prop_map(|(keyword, branches)| json!({keyword: branches}))
}

fn schema(depth: u32) -> BoxedStrategy<Value> {
    let listed = prop::sample::subsequence(vec![json!("a"), json!("b"), json!(1), json!(null)], 1..=4);
    let flat = prop_oneof![
        1 => string(),
        2 => number(),
        1 => listed.prop_map(|values| json!({"enum": values})),
        1 => count(0..4).prop_map(|most| json!({"type": ["string", "null"], "maxLength": most})),
        1 => Just(json!({"type": "boolean"})),
    ];
    if depth == 0 {
        return flat.boxed();
    }
    prop_oneof![
        6 => flat,
        1 => object(depth),
        1 => array(depth),
        1 => union(depth),
        1 => [object(depth), object(depth)].prop_map(|parts| json!({"allOf": parts})),
    ]
    .boxed()
}

/// What is made anew of a schema: the part that these steps lead to is replaced, or loses a keyword.
#[derive(Clone, Debug)]
struct Edit {
    steps: Vec<Index>,
    replacement: Option<Value>,
    keyword: Index,
}

fn edit() -> impl Strategy<Value = Edit> {
    (prop::collection::vec(any::<Index>(), 0..3), prop::option::of(schema(2)), any::<Index>())
        .prop_map(|(steps, replacement, keyword)| Edit { steps, replacement, keyword })
}

impl Edit {
    fn apply(&self, schema: &mut Value) {
        let mut part = schema;
        for step in &self.steps {
            let places = ["/items", "/properties/a", "/properties/b", "/oneOf/0", "/anyOf/1", "/allOf/0", "/allOf/1"];
            let below: Vec<&str> = places.into_iter().filter(|place| part.pointer(place).is_some()).collect();
            if below.is_empty() {
                break;
            }
            part = part.pointer_mut(below[step.index(below.len())]).expect("it is there");
        }
        match (&self.replacement, part.as_object_mut()) {
            (None, Some(members)) => {
                let keywords: Vec<String> = members.keys().filter(|keyword| *keyword != "type").cloned().collect();
                if !keywords.is_empty() {
                    members.remove(&keywords[self.keyword.index(keywords.len())]);
                }
            }
            (replacement, _) => *part = replacement.clone().unwrap_or_default(),
        }
    }
}

/// Whether the new schema refuses only a value of a name that the old one does not document.
fn is_undocumented(old: &Value, value: &Value) -> bool {
    let text = old.to_string();
    let names = |value: &Value| {
        value.as_object().is_some_and(|members| members.keys().any(|name| !text.contains(&format!("\"{name}\":"))))
    };
    match value {
        Value::Object(members) => names(value) || members.values().any(|member| is_undocumented(old, member)),
        Value::Array(items) => items.iter().any(|item| is_undocumented(old, item)),
        _ => false,
    }
}

/// Checks the verdicts on a change, and counts them by effect.
fn check(old: &Value, new: &Value, counts: &[Cell<u32>; 3]) -> Result<(), TestCaseError> {
    let (was, is) = (compile(&of_json_body(old)), compile(&of_json_body(new)));
    let comparison = compare(&was, &is);
    let (from, to) = (body_schema(&was), body_schema(&is));
    let (inner, outer) = (Validators::new(was.schemas.clone()), Validators::new(is.schemas.clone()));
    let valid = |value: &Value| outer.is_valid(to, Direction::Request, value);
    for change in &comparison.changes {
        let count = &counts[Effect::of(change) as usize];
        count.set(count.get() + 1);
        if Effect::of(change) == Effect::Breaking {
            let Some(value) = &change.evidence.witness else {
                return Err(TestCaseError::fail(format!("no evidence: {old}\n{new}\n{change:?}")));
            };
            prop_assert!(inner.is_valid(from, Direction::Request, value), "{old}\n{new}\n{change:?}");
            prop_assert!(!valid(value), "{old}\n{new}\n{change:?}");
        }
    }
    if comparison.count(Effect::Compatible) == comparison.changes.len() {
        let generator = Generator::new(&inner, Direction::Request, Channel::PAYLOAD);
        for boundary in generator.boundary_values(from) {
            let kept = valid(&boundary.value) || is_undocumented(old, &boundary.value);
            prop_assert!(kept, "called compatible\n{old}\n{new}\nyet refuses {}", boundary.value);
        }
    }
    Ok(())
}

#[test]
fn verdicts_hold_for_schemas_made_by_chance() {
    let counts = [const { Cell::new(0) }; 3];
    let mut runner = TestRunner::new(config(1_500));
    let ended = runner.run(&(schema(2), edit()), |(old, edit)| {
        let mut new = old.clone();
        edit.apply(&mut new);
        check(&old, &new, &counts)
    });
    ended.unwrap_or_else(|error| panic!("{error}"));
    // Little is left open, and there is something of each.
    let counts = counts.map(Cell::into_inner);
    assert!(counts.iter().all(|count| *count > runner.config().cases / 75), "{counts:?}");
    assert!(counts[Effect::Unknown as usize] * 5 < counts.iter().sum(), "{counts:?}");
}
