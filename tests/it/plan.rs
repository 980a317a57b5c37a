//! Plans of parameters: what is sent is read back from the wire by a reader of its own, and judged by the schema as
//! it was written.

use conform::case::Intent;
use conform::contract::Contract;
use conform::wire::Request;
use percent_encoding::percent_decode_str;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use crate::support::contract::{self, planned};
use crate::support::property::config;

/// A place with a style and `explode`.
#[derive(Clone, Copy, Debug)]
struct Way {
    place: &'static str,
    style: &'static str,
    explode: bool,
}

const fn way(place: &'static str, style: &'static str, explode: bool) -> Way {
    Way { place, style, explode }
}

const WAYS: [Way; 15] = [
    way("path", "simple", false),
    way("path", "simple", true),
    way("path", "label", false),
    way("path", "label", true),
    way("path", "matrix", false),
    way("path", "matrix", true),
    way("query", "form", true),
    way("query", "form", false),
    way("query", "spaceDelimited", false),
    way("query", "pipeDelimited", false),
    way("query", "deepObject", true),
    way("header", "simple", false),
    way("header", "simple", true),
    way("cookie", "form", false),
    way("cookie", "form", true),
];

impl Way {
    /// Whether OpenAPI defines this way for values of a type.
    fn is_defined(self, kind: &str) -> bool {
        match (self.style, kind) {
            ("deepObject", _) => kind == "object",
            ("spaceDelimited" | "pipeDelimited", _) => kind == "array",
            _ => self.place != "cookie" || !self.explode || !matches!(kind, "array" | "object"),
        }
    }
}

fn compile(way: Way, required: bool, schema: &Value) -> Contract {
    let path = if way.place == "path" { "/things/{p}" } else { "/things" };
    contract::compile(&json!({
        "openapi": "3.1.0",
        "info": {"title": "t", "version": "1"},
        "paths": {path: {"get": {
            "parameters": [{
                "name": "p", "in": way.place, "style": way.style, "explode": way.explode,
                "required": required || way.place == "path", "schema": schema,
            }],
            "responses": {"200": {"description": "ok"}},
        }}},
    }))
}

fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8().expect("UTF-8").into_owned()
}

/// The pairs of the query string as a server splits them.
fn pairs(contract: &Contract, request: &Request) -> Vec<(String, String)> {
    let url = request.path_and_query(&contract.operations[0]);
    let query = url.split_once('?').map_or("", |(_, query)| query);
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    pairs.map(|pair| pair.split_once('=').expect("a pair")).map(|(name, text)| (decoded(name), decoded(text))).collect()
}

/// A text as the type that the schema asks for; as it is where it is none.
fn typed(text: &str, schema: &Value) -> Value {
    let parsed = match schema["type"].as_str() {
        Some("integer" | "number") => serde_json::from_str(text).ok().filter(Value::is_number),
        Some("boolean") => serde_json::from_str(text).ok().filter(Value::is_boolean),
        _ => None,
    };
    parsed.unwrap_or_else(|| Value::String(text.to_owned()))
}

fn list<'t>(texts: impl Iterator<Item = &'t str>, schema: &Value) -> Value {
    texts.map(|text| typed(text, &schema["items"])).collect()
}

fn object<'t>(members: impl Iterator<Item = (&'t str, &'t str)>, schema: &Value) -> Value {
    let member = |(name, text): (&str, &str)| (name.to_owned(), typed(text, &schema["properties"][name]));
    Value::Object(members.map(member).collect::<Map<_, _>>())
}

/// Names and values that stand in turn: `a,1,b,2`.
fn in_turn<'t>(texts: &[&'t str]) -> Vec<(&'t str, &'t str)> {
    texts.chunks(2).map(|pair| (pair[0], pair.get(1).copied().unwrap_or(""))).collect()
}

/// What a server that knows the parameter takes out of a request; `None` where it finds no such parameter.
fn read(contract: &Contract, way: Way, schema: &Value, request: &Request) -> Option<Value> {
    let kind = schema["type"].as_str().unwrap_or("string");
    if way.place == "query" {
        return read_query(way, kind, schema, &pairs(contract, request));
    }
    let text = match way.place {
        "path" => decoded(request.path.strip_prefix("/things/")?),
        "header" => request.headers.iter().find(|(name, _)| name == "p")?.1.clone(),
        _ => request.cookies.iter().find(|(name, _)| name == "p")?.1.clone(),
    };
    let (text, separator) = match (way.style, way.explode) {
        ("label", explode) => (text.strip_prefix('.')?.to_owned(), if explode { "." } else { "," }),
        ("matrix", true) if kind == "object" => (text.strip_prefix(';')?.to_owned(), ";"),
        ("matrix", true) => (text.strip_prefix(";p=")?.to_owned(), ";p="),
        ("matrix", false) => (text.strip_prefix(";p=")?.to_owned(), ","),
        _ => (text, ","),
    };
    Some(match kind {
        "array" => list(text.split(separator), schema),
        "object" if way.explode => {
            object(text.split(separator).map(|pair| pair.split_once('=').unwrap_or((pair, ""))), schema)
        }
        "object" => object(in_turn(&text.split(',').collect::<Vec<_>>()).into_iter(), schema),
        _ => typed(&text, schema),
    })
}

fn read_query(way: Way, kind: &str, schema: &Value, pairs: &[(String, String)]) -> Option<Value> {
    let declared = |name: &str| schema["properties"].get(name).is_some();
    let own = || pairs.iter().filter(|(name, _)| name == "p").map(|(_, text)| text.as_str());
    let some = |members: Vec<(&str, &str)>| (!members.is_empty()).then(|| object(members.into_iter(), schema));
    let delimiter = match way.style {
        "spaceDelimited" => ' ',
        "pipeDelimited" => '|',
        _ => ',',
    };
    match kind {
        "object" if way.style == "deepObject" => some(
            pairs
                .iter()
                .filter_map(|(name, text)| Some((name.strip_prefix("p[")?.strip_suffix(']')?, text.as_str())))
                .collect(),
        ),
        // Other names belong to other parameters.
        "object" if way.explode => {
            some(pairs.iter().filter(|(name, _)| declared(name)).map(|(name, text)| (&**name, &**text)).collect())
        }
        "object" => own().next().map(|text| object(in_turn(&text.split(',').collect::<Vec<_>>()).into_iter(), schema)),
        "array" if way.explode => own().next().map(|_| list(own(), schema)),
        "array" => own().next().map(|text| list(text.split(delimiter), schema)),
        _ => own().next().map(|text| typed(text, schema)),
    }
}

fn check(way: Way, required: bool, schema: &Value) -> Result<(), TestCaseError> {
    let contract = compile(way, required, schema);
    let plan = planned(&contract, 20);
    let whole = jsonschema::options().should_validate_formats(true).build(schema).expect("a schema");
    prop_assert!(plan.cases.iter().any(|case| case.intent == Intent::Valid), "no valid case: {way:?} {schema}");
    for case in &plan.cases {
        let Some(generated) = &case.generated else { continue };
        let found = read(&contract, way, schema, &case.request);
        let told = format!("{way:?} {schema}: {}: sent {}, read {found:?}", case.name, generated.value);
        match case.intent {
            // Nothing tells the types of members that are not declared; some are parameters of their own to a server.
            Intent::Valid if has_undeclared(schema, &generated.value) => {
                prop_assert!(found.as_ref().is_some_and(|found| whole.is_valid(found)), "{told}");
            }
            Intent::Valid => prop_assert_eq!(found.as_ref(), Some(&generated.value), "{}", told),
            Intent::Invalid(_) => match &found {
                Some(found) => prop_assert!(!whole.is_valid(found), "{told}"),
                None => prop_assert!(required || way.place == "path", "{told}"),
            },
            _ => {}
        }
    }
    Ok(())
}

fn has_undeclared(schema: &Value, value: &Value) -> bool {
    let members = value.as_object().into_iter().flat_map(Map::keys);
    members.into_iter().any(|name| schema["properties"].get(name).is_none())
}

fn scalar() -> impl Strategy<Value = Value> {
    prop_oneof![
        (0i64..20, 0i64..30)
            .prop_map(|(low, width)| json!({"type": "integer", "minimum": low, "maximum": low + width})),
        Just(json!({"type": "integer"})),
        Just(json!({"type": "number", "exclusiveMinimum": 0})),
        Just(json!({"type": "boolean"})),
        Just(json!({"type": "string"})),
        Just(json!({"type": "string", "enum": ["red", "dark green", "a"]})),
        Just(json!({"type": "string", "pattern": "^[a-z]{2,5}$"})),
        Just(json!({"type": "string", "format": "uuid"})),
        (0u64..3, 0u64..5)
            .prop_map(|(min, more)| json!({"type": "string", "minLength": min, "maxLength": min + more + 1})),
    ]
}

fn schema() -> impl Strategy<Value = Value> {
    prop_oneof![
        scalar(),
        (scalar(), 1u64..3, 0u64..3, any::<bool>()).prop_map(|(items, min, more, unique)| {
            json!({"type": "array", "items": items, "minItems": min, "maxItems": min + more, "uniqueItems": unique && min < 2})
        }),
        (scalar(), scalar(), any::<bool>()).prop_map(|(a, b, closed)| {
            json!({"type": "object", "required": ["a"], "properties": {"a": a, "b": b}, "additionalProperties": !closed})
        }),
    ]
}

proptest! {
    #![proptest_config(config(300))]

    #[test]
    fn parameters_arrive_as_they_were_meant(
        way in prop::sample::select(WAYS.to_vec()),
        schema in schema(),
        required in any::<bool>(),
    ) {
        prop_assume!(way.is_defined(schema["type"].as_str().unwrap_or("string")));
        check(way, required, &schema)?;
    }
}

/// `0` is a list of one number, which is too small: it is the items that it breaks, not the list.
#[test]
fn a_fault_is_of_the_clause_that_every_reading_breaks() {
    let schema = json!({"type": "array", "items": {"type": "integer", "minimum": 1}});
    let contract = compile(way("query", "form", true), true, &schema);
    let plan = planned(&contract, 20);
    let broken: Vec<(&str, String)> = plan
        .cases
        .iter()
        .filter(|case| matches!(case.intent, Intent::Invalid(_)))
        .filter_map(|case| Some((contract.operations[0].clauses().get(case.clause?), case)))
        .map(|(clause, case)| {
            let texts: Vec<String> = pairs(&contract, &case.request).into_iter().map(|(_, text)| text).collect();
            (clause.location.pointer.as_str().rsplit_once("/schema").map_or("", |(_, at)| at), texts.join("&"))
        })
        .collect();
    assert!(broken.contains(&("/items/minimum", "0".to_owned())), "{broken:?}");
    assert!(broken.contains(&("/items/type", "text".to_owned())), "{broken:?}");
    assert!(!broken.iter().any(|(at, _)| *at == "/type"), "{broken:?}");
}
