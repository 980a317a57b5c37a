//! Pairs of schemas made by chance: no value refutes what `conform diff` calls compatible, and what it calls breaking
//! shows a value.

use conform::compare::{Effect, compare};
use conform::contract::{Contract, Direction, Validators};
use conform::generate::Generator;
use conform::spec::{Document, LoadOptions};
use conform::wire::Channel;
use serde_json::{Value, json};

/// A small generator of numbers (Knuth's MMIX constants), the same on every machine.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }

    fn one_in(&mut self, sides: u64) -> bool {
        self.roll(sides) == 0
    }
}

fn schema(dice: &mut Dice, depth: u32) -> Value {
    let values = [json!("a"), json!("b"), json!(1), json!(null)];
    match dice.roll(if depth == 0 { 6 } else { 10 }) {
        0 => text(dice),
        1 | 2 => number(dice),
        3 => json!({"enum": Vec::from(&values[..=dice.roll(4) as usize])}),
        4 => json!({"type": ["string", "null"], "maxLength": dice.roll(4)}),
        5 => json!({"type": "boolean"}),
        6 => object(dice, depth),
        7 => {
            let mut array = json!({"type": "array", "items": schema(dice, depth - 1)});
            if dice.one_in(2) {
                array["minItems"] = json!(dice.roll(3));
            }
            if dice.one_in(2) {
                array["maxItems"] = json!(2 + dice.roll(3));
            }
            if dice.one_in(4) {
                array["uniqueItems"] = json!(true);
            }
            array
        }
        8 => {
            let keyword = ["oneOf", "anyOf"][dice.roll(2) as usize];
            json!({keyword: (0..2 + dice.roll(2)).map(|_| schema(dice, depth - 1)).collect::<Vec<_>>()})
        }
        _ => json!({"allOf": [object(dice, depth), object(dice, depth)]}),
    }
}

fn text(dice: &mut Dice) -> Value {
    let mut text = json!({"type": "string"});
    if dice.one_in(2) {
        text["minLength"] = json!(dice.roll(3));
    }
    if dice.one_in(2) {
        text["maxLength"] = json!(2 + dice.roll(3));
    }
    if dice.one_in(4) {
        text["pattern"] = json!(["^a", "b$", "^[a-z]*$"][dice.roll(3) as usize]);
    }
    if dice.one_in(4) {
        text["format"] = json!(["date", "uri", "uri-reference"][dice.roll(3) as usize]);
    }
    text
}

fn number(dice: &mut Dice) -> Value {
    let mut number = json!({"type": if dice.one_in(2) { "integer" } else { "number" }});
    if dice.one_in(2) {
        number[["minimum", "exclusiveMinimum"][dice.roll(2) as usize]] = json!(dice.roll(3));
    }
    if dice.one_in(2) {
        number[["maximum", "exclusiveMaximum"][dice.roll(2) as usize]] = json!(3 + dice.roll(3));
    }
    if dice.one_in(3) {
        number["multipleOf"] = json!(1 + dice.roll(4));
    }
    number
}

fn object(dice: &mut Dice, depth: u32) -> Value {
    let mut object = json!({"type": "object", "properties": {}});
    for name in ["a", "b", "c"] {
        if dice.one_in(2) {
            object["properties"][name] = schema(dice, depth.saturating_sub(1));
        }
    }
    object["required"] = ["a", "b"].into_iter().filter(|_| dice.one_in(3)).map(Value::from).collect();
    match dice.roll(5) {
        0 => object["additionalProperties"] = json!(false),
        1 => object["additionalProperties"] = json!(true),
        2 => object["maxProperties"] = json!(1 + dice.roll(3)),
        _ => {}
    }
    object
}

/// A schema with one part of it made anew.
fn changed(dice: &mut Dice, value: &Value, depth: u32) -> Value {
    if dice.one_in(3) {
        return schema(dice, depth);
    }
    let mut value = value.clone();
    let below: Vec<String> =
        ["/items", "/properties/a", "/properties/b", "/oneOf/0", "/anyOf/1", "/allOf/0", "/allOf/1"]
            .into_iter()
            .filter(|pointer| value.pointer(pointer).is_some())
            .map(str::to_owned)
            .collect();
    if !below.is_empty() && !dice.one_in(4) {
        let pointer = &below[dice.roll(below.len() as u64) as usize];
        let part = value.pointer(pointer).cloned().unwrap_or_default();
        let part = changed(dice, &part, depth.saturating_sub(1));
        if let Some(place) = value.pointer_mut(pointer) {
            *place = part;
        }
        return value;
    }
    if let Some(members) = value.as_object_mut() {
        let keys: Vec<String> = members.keys().filter(|key| *key != "type").cloned().collect();
        if !keys.is_empty() {
            members.remove(&keys[dice.roll(keys.len() as u64) as usize]);
        }
    }
    value
}

fn contract(schema: &Value) -> Contract {
    let document = json!({"openapi": "3.1.0", "paths": {"/a": {"post": {
        "requestBody": {"required": true, "content": {"application/json": {"schema": schema}}},
        "responses": {"200": {"description": "ok"}}
    }}}});
    let document = Document::from_text("t.json".as_ref(), document.to_string(), LoadOptions::default());
    Contract::compile(document.expect("parses")).expect("compiles")
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

#[test]
fn verdicts_hold_for_schemas_made_by_chance() {
    let mut dice = Dice(7);
    let mut counts = [0_usize; 3];
    for _ in 0..1_500 {
        let old = schema(&mut dice, 2);
        let new = changed(&mut dice, &old, 2);
        let (was, is) = (contract(&old), contract(&new));
        let comparison = compare(&was, &is);
        let id = |contract: &Contract| contract.operations[0].body.as_ref().and_then(|body| body.content[0].schema);
        let (Some(from), Some(to)) = (id(&was), id(&is)) else { panic!("no schema") };
        let (inner, outer) = (Validators::new(was.schemas.clone()), Validators::new(is.schemas.clone()));
        let valid = |value: &Value| outer.is_valid(to, Direction::Request, value);
        for change in &comparison.changes {
            counts[Effect::of(change) as usize] += 1;
            if Effect::of(change) == Effect::Breaking {
                let value =
                    change.evidence.witness.as_ref().unwrap_or_else(|| panic!("no evidence: {old}\n{new}\n{change:?}"));
                assert!(inner.is_valid(from, Direction::Request, value) && !valid(value), "{old}\n{new}\n{change:?}");
            }
        }
        if comparison.count(Effect::Compatible) == comparison.changes.len() {
            let generator = Generator::new(&was.schemas, &inner, Direction::Request, Channel::PAYLOAD);
            for edge in generator.edges(from) {
                let kept = valid(&edge.value) || is_undocumented(&old, &edge.value);
                assert!(kept, "called compatible\n{old}\n{new}\nyet refuses {}\n{:#?}", edge.value, comparison.changes);
            }
        }
    }
    // Little is left open, and there is something of each.
    assert!(counts.iter().all(|count| *count > 20), "{counts:?}");
    assert!(counts[Effect::Unknown as usize] * 5 < counts.iter().sum(), "{counts:?}");
    println!("{counts:?}");
}
