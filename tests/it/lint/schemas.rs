//! `conform lint` on the schemas of documents of each dialect: against the dialects' own metaschemas, and as it is shown.

use std::path::Path;

use conform::contract::Contract;
use conform::finding::Finding;
use conform::lint;
use conform::lint::metaschema::rule;
use conform::rule::Severity;
use conform::spec::{Document, LoadOptions};
use jsonschema::Validator;
use serde_json::{Value, json};

use crate::support::command;

/// A broken rule of a schema.
#[derive(Debug)]
struct Broken {
    rule: &'static str,
    severity: Severity,
    pointer: String,
}

/// The rules that the schemas of a document break.
fn broken(document: &Value) -> Vec<Broken> {
    let document = Document::from_text("t.json".as_ref(), document.to_string(), LoadOptions::default());
    let contract = Contract::compile(document.expect("parses")).expect("compiles");
    let of_schemas = |found: &Finding| rule::ALL.contains(&found.rule);
    let found = lint::findings(&contract).into_iter().filter(of_schemas);
    found
        .map(|found| {
            let pointer = found.place.location.pointer.to_string();
            Broken { rule: found.rule.id, severity: found.severity, pointer }
        })
        .collect()
}

fn swagger(schemas: &[Value]) -> Value {
    json!({"swagger": "2.0", "info": {"title": "t", "version": "1"}, "paths": {}, "definitions": by_name(schemas)})
}

/// The same keywords in parameters.
fn swagger_parameters(schemas: &[Value]) -> Value {
    let parameter = |schema: &Value| {
        let mut parameter = json!({"name": "a", "in": "query", "type": "string"});
        let members = parameter.as_object_mut().expect("an object");
        members.extend(schema.as_object().expect("an object").clone());
        parameter
    };
    let parameters: Vec<Value> = schemas.iter().map(parameter).collect();
    json!({"swagger": "2.0", "info": {"title": "t", "version": "1"}, "paths": {}, "parameters": by_name(&parameters)})
}

fn openapi(version: &str, schemas: &[Value]) -> Value {
    json!({
        "openapi": version, "info": {"title": "t", "version": "1"}, "paths": {},
        "components": {"schemas": by_name(schemas)},
    })
}

fn openapi_of_draft(draft: &str, schemas: &[Value]) -> Value {
    let mut document = openapi("3.1.0", schemas);
    document["jsonSchemaDialect"] = json!(draft);
    document
}

fn by_name(values: &[Value]) -> Value {
    values.iter().enumerate().map(|(index, value)| (format!("A{index}"), value.clone())).collect()
}

/// Makes a document of schemas.
type Wrap = Box<dyn Fn(&[Value]) -> Value>;

/// A dialect, with its own metaschema.
struct Dialect {
    name: &'static str,
    /// A document with these schemas, called `A0`, `A1` and so on.
    document: Wrap,
    /// Whether the metaschema accepts a schema.
    accepts: Box<dyn Fn(&Value) -> bool>,
    /// Whether the metaschema refuses what it does not know, of which the lint warns.
    is_closed: bool,
    /// Keywords of which the metaschema says nothing, or which are left to another rule.
    aside: &'static [&'static str],
}

fn dialects() -> Vec<Dialect> {
    let official = |version: &str| {
        let text = std::fs::read_to_string(format!("tests/data/openapi-schemas/{version}.json")).expect("a schema");
        jsonschema::validator_for(&serde_json::from_str(&text).expect("JSON")).expect("a schema")
    };
    let by_document = |name, validator: Validator, document: fn(&[Value]) -> Value, aside| Dialect {
        name,
        document: Box::new(document),
        accepts: Box::new(move |schema| validator.is_valid(&document(std::slice::from_ref(schema)))),
        is_closed: true,
        aside,
    };
    let by_draft = |name: &'static str, accepts: fn(&Value) -> bool, aside| Dialect {
        name,
        document: Box::new(move |schemas| openapi_of_draft(name, schemas)),
        accepts: Box::new(accepts),
        is_closed: false,
        aside,
    };
    // What only OpenAPI has; what 2019-09 split, and its metaschema still knows; what changes the dialect.
    let later: &[&str] =
        &["discriminator", "xml", "externalDocs", "dependencies", "$recursiveAnchor", "$recursiveRef", "$schema"];
    vec![
        by_document("Swagger 2.0", official("2.0"), swagger, &[]),
        by_document(
            "Swagger 2.0 parameters",
            official("2.0"),
            swagger_parameters,
            &["$ref", "description", "required"],
        ),
        by_document("OpenAPI 3.0", official("3.0"), |schemas| openapi("3.0.3", schemas), &[]),
        Dialect {
            name: "OpenAPI 3.1",
            document: Box::new(|schemas| openapi("3.1.0", schemas)),
            accepts: Box::new(jsonschema::draft202012::meta::is_valid),
            is_closed: false,
            aside: later,
        },
        // The metaschema of draft 4 does not know `$ref`, and wants a bound beside its flag.
        by_draft(
            "http://json-schema.org/draft-04/schema#",
            jsonschema::draft4::meta::is_valid,
            &["$schema", "$ref", "exclusiveMaximum", "exclusiveMinimum"],
        ),
        by_draft("http://json-schema.org/draft-06/schema#", jsonschema::draft6::meta::is_valid, &["$schema"]),
        by_draft("http://json-schema.org/draft-07/schema#", jsonschema::draft7::meta::is_valid, &["$schema"]),
        by_draft("https://json-schema.org/draft/2019-09/schema", jsonschema::draft201909::meta::is_valid, later),
        by_draft("https://json-schema.org/draft/2020-12/schema", jsonschema::draft202012::meta::is_valid, later),
    ]
}

/// Every keyword of every dialect.
const KEYWORDS: &str = "$anchor $comment $defs $dynamicAnchor $dynamicRef $id $recursiveAnchor $recursiveRef $ref \
    $schema $vocabulary additionalItems additionalProperties allOf anyOf const contains contentEncoding \
    contentMediaType contentSchema default definitions dependencies dependentRequired dependentSchemas deprecated \
    description discriminator else enum example examples exclusiveMaximum exclusiveMinimum externalDocs format id if \
    items maxContains maxItems maxLength maxProperties maximum minContains minItems minLength minProperties minimum \
    multipleOf not nullable oneOf pattern patternProperties prefixItems properties propertyNames readOnly required \
    then title type unevaluatedItems unevaluatedProperties uniqueItems writeOnly xml";

fn probes() -> Value {
    json!([
        null, true, false, 0, 1, -1, 1.5, "a", "string", "strng", "null", "object", [], ["a"], ["a", "b"], ["a", "a"],
        ["string"], ["string", "null"], ["string", "string"], ["strng"], [null], [1], [{}], [{}, {}], [true], [[]],
        {}, {"a": {}}, {"a": true}, {"a": 5}, {"a": "b"}, {"a": []}, {"a": ["b"]}, {"a": ["b", "b"]}, {"a": [1]},
        {"type": "string"}, {"type": 5}, {"propertyName": "a"}, {"propertyName": 5}, {"name": "a"}, {"name": 5},
        {"propertyName": "a", "mapping": {"b": "c"}}, {"propertyName": "a", "mapping": {"b": 5}}, {"url": "a"},
        {"url": 5}, {"wrapped": "a"}, {"wrapped": true},
    ])
}

/// Where a metaschema and the lint differ on purpose.
fn differ_on_purpose(keyword: &str, probe: &Value, rules: &[&str]) -> bool {
    match keyword {
        // That an empty one allows nothing is a fault, and that one says the same twice a warning: the text says SHOULD.
        "enum" => rules.iter().any(|rule| rule.starts_with("schema-enum")),
        // Other fields of these are not looked at, nor is the syntax of addresses.
        "xml" | "externalDocs" | "discriminator" => rules.is_empty() && probe.is_object(),
        // Draft 5 says MUST, which the official schema of 3.0 leaves out.
        "allOf" | "anyOf" | "oneOf" => probe.as_array().is_some_and(Vec::is_empty),
        // An item of a parameter of Swagger 2.0 has no name, of which nothing is said.
        "items" => rules.is_empty() && probe.get("name").is_some(),
        // The names that anchors may have are not looked at.
        "$anchor" | "$dynamicAnchor" => probe.is_string(),
        // Notes to people are let pass where a dialect does not have them.
        "$comment" | "$id" | "$schema" | "$vocabulary" | "deprecated" | "id" | "title" => rules.is_empty(),
        _ => false,
    }
}

#[test]
fn what_the_metaschema_of_a_dialect_refuses_is_a_fault_and_nothing_else_is() {
    let (mut compared, mut differences) = (0, Vec::new());
    for dialect in dialects() {
        for keyword in KEYWORDS.split_whitespace().filter(|keyword| !dialect.aside.contains(keyword)) {
            let probes = probes();
            let schemas: Vec<Value> =
                probes.as_array().expect("probes").iter().map(|probe| json!({keyword: probe})).collect();
            let found = broken(&(dialect.document)(&schemas));
            for (index, schema) in schemas.iter().enumerate() {
                let name = format!("A{index}");
                let found: Vec<&Broken> =
                    found.iter().filter(|broken| broken.pointer.split('/').any(|token| token == name)).collect();
                let rules: Vec<&str> = found.iter().map(|broken| broken.rule).collect();
                if differ_on_purpose(keyword, &schema[keyword], &rules) {
                    continue;
                }
                compared += 1;
                let is_fault = found.iter().any(|broken| dialect.is_closed || broken.severity == Severity::Error);
                if is_fault == (dialect.accepts)(schema) {
                    differences.push(format!("{}: {schema}: {found:?}", dialect.name));
                }
            }
        }
    }
    assert!(differences.is_empty(), "{} differences: {differences:#?}", differences.len());
    assert!(compared > 20_000, "{compared}");
}

/// Each rule, with a schema that breaks it and the place of the fault, and with its near twin that does not.
#[test]
fn each_rule_is_broken_by_a_schema_and_not_by_its_near_twin() {
    let v30 = |schema: Value| openapi("3.0.3", &[schema]);
    let v31 = |schema: Value| openapi("3.1.0", &[schema]);
    let v2 = |schema: Value| swagger(&[schema]);
    let property = |schema: Value| json!({"type": "object", "properties": {"a": schema}});
    let cases = [
        (&rule::NOT_A_SCHEMA, v31(property(json!("string"))), "/properties/a", v31(property(json!(true)))),
        (&rule::NOT_A_SCHEMA, v30(property(json!(true))), "/properties/a", v30(json!({"additionalProperties": true}))),
        (
            &rule::KEYWORD_VALUE,
            v31(json!({"exclusiveMinimum": true})),
            "/exclusiveMinimum",
            v31(json!({"exclusiveMinimum": 1})),
        ),
        (
            &rule::KEYWORD_VALUE,
            v30(json!({"exclusiveMinimum": 1})),
            "/exclusiveMinimum",
            v30(json!({"exclusiveMinimum": true})),
        ),
        (
            &rule::KEYWORD_VALUE,
            v30(json!({"type": ["string", "null"]})),
            "/type",
            v31(json!({"type": ["string", "null"]})),
        ),
        (&rule::KEYWORD_VALUE, v31(json!({"items": [{}]})), "/items", v2(json!({"items": [{}]}))),
        (&rule::KEYWORD_VALUE, v30(json!({"required": []})), "/required", v31(json!({"required": []}))),
        (
            &rule::KEYWORD_VALUE,
            v31(json!({"required": ["a", "a"]})),
            "/required/1",
            v31(json!({"required": ["a", "A"]})),
        ),
        (&rule::KEYWORD_VALUE, v30(json!({"maxLength": "5"})), "/maxLength", v30(json!({"maxLength": 5.0}))),
        (&rule::TYPE_NAME, v31(json!({"type": "strng"})), "/type", v31(json!({"type": "string"}))),
        (&rule::TYPE_NAME, v30(json!({"type": "null"})), "/type", v31(json!({"type": "null"}))),
        (
            &rule::TYPE_NAME,
            v31(json!({"type": ["string", "nil"]})),
            "/type/1",
            v31(json!({"type": ["string", "null"]})),
        ),
        (
            &rule::REQUIRED_FLAG,
            v31(property(json!({"required": true}))),
            "/properties/a/required",
            v31(json!({"required": ["a"]})),
        ),
        (&rule::ENUM_EMPTY, v31(json!({"enum": []})), "/enum", v31(json!({"enum": [null]}))),
        (&rule::ENUM_DUPLICATE, v31(json!({"enum": [1, 2, 1.0]})), "/enum/2", v31(json!({"enum": [1, "1", true]}))),
        (&rule::KEYWORD_TYPO, v31(json!({"maxlength": 5})), "/maxlength", v31(property(json!({})))),
        (&rule::KEYWORD_TYPO, v31(json!({"maxlength": 5})), "/maxlength", v31(json!({"maxlength": "a note"}))),
        (&rule::KEYWORD_TYPO, v30(json!({"one-of": [{}]})), "/one-of", v30(json!({"x-one-of": [{}]}))),
        (&rule::KEYWORD_TYPO, v31(json!({"item": {}})), "/item", v31(json!({"item": {}, "items": {}}))),
        (&rule::KEYWORD_TYPO, v31(json!({"itms": {}})), "/itms", v31(json!({"item1": {}}))),
        (&rule::KEYWORD_TYPO, v31(json!({"patern": "a"})), "/patern", v31(json!({"properties": {"patern": {}}}))),
        (&rule::KEYWORD_DIALECT, v31(json!({"nullable": true})), "/nullable", v30(json!({"nullable": true}))),
        (&rule::KEYWORD_DIALECT, v30(json!({"const": 1})), "/const", v31(json!({"const": 1}))),
        (&rule::KEYWORD_DIALECT, v30(json!({"examples": [1]})), "/examples", v30(json!({"example": 1}))),
        (&rule::KEYWORD_DIALECT, v2(json!({"oneOf": [{}]})), "/oneOf", v30(json!({"oneOf": [{}]}))),
        (&rule::KEYWORD_DIALECT, v2(json!({"nullable": true})), "/nullable", v2(json!({"x-nullable": true}))),
        (&rule::KEYWORD_UNKNOWN, v30(json!({"colour": "blue"})), "/colour", v31(json!({"colour": "blue"}))),
        (&rule::KEYWORD_UNKNOWN, v2(json!({"id": {"type": "string"}})), "/id", v2(json!({"id": "Thing"}))),
    ];
    let untold: Vec<&str> =
        rule::ALL.iter().map(|rule| rule.id).filter(|name| cases.iter().all(|case| case.0.id != *name)).collect();
    assert!(untold.is_empty(), "{untold:?}");
    for (rule, document, pointer, twin) in cases {
        let found = broken(&document);
        assert_eq!(found.len(), 1, "{}: {found:?}", rule.id);
        assert_eq!((found[0].rule, found[0].severity), (rule.id, rule.severity), "{document}");
        assert!(found[0].pointer.ends_with(&format!("/A0{pointer}")), "{}: {found:?}", rule.id);
        let found = broken(&twin);
        assert!(found.is_empty(), "{}, near twin: {found:?}", rule.id);
    }
}

fn shown(document: &str) -> String {
    let ended = command::run(Path::new("tests/documents/lint"), &["lint", document]);
    assert_eq!(ended.stderr, "", "{document}");
    ended.stdout
}

macro_rules! shows {
    ($($name:ident: $document:literal,)*) => {
        $(
            #[test]
            fn $name() {
                insta::assert_snapshot!(shown($document));
            }
        )*
    };
}

shows! {
    schemas_of_swagger_2_0: "swagger2.yaml",
    schemas_of_openapi_3_0: "openapi30.yaml",
    schemas_of_openapi_3_1_in_several_files: "openapi31.yaml",
    what_looks_like_a_fault_and_is_none: "sound.yaml",
}

#[test]
fn warnings_alone_do_not_make_a_document_faulty() {
    let folder = tempfile::tempdir().expect("a folder");
    let document = openapi("3.1.0", &[json!({"type": "string", "maxlength": 5})]);
    std::fs::write(folder.path().join("t.json"), document.to_string()).expect("write");
    let ended = command::run(folder.path(), &["lint", "t.json"]);
    assert_eq!(ended.status, Some(0), "{}", ended.stdout);
    assert!(ended.stdout.contains("SOUND  0 faults and 1 warning in 1 document"), "{}", ended.stdout);
    let ended = command::run(folder.path(), &["lint", "--format", "json", "t.json"]);
    let report: Value = serde_json::from_str(&ended.stdout).expect("JSON");
    let fault = &report["documents"][0]["findings"][0];
    assert_eq!((&fault["rule"], &fault["severity"]), (&json!("schema-keyword-typo"), &json!("warning")));
}

#[test]
fn a_schema_that_is_referred_to_often_is_told_once() {
    let document = json!({
        "openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths": {},
        "components": {"schemas": {
            "A": {"type": "strng"},
            "B": {"properties": {
                "a": {"$ref": "#/components/schemas/A"}, "b": {"$ref": "#/components/schemas/A"},
                "c": {"$ref": "#/components/schemas/B"},
            }},
        }},
    });
    assert_eq!(broken(&document).len(), 1);
}

#[test]
fn a_schema_in_an_extension_is_one_where_it_is_referred_to() {
    let document = |schema: Value| {
        json!({
            "openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths": {},
            "x-schemas": {"A": {"type": "strng"}}, "components": {"schemas": {"B": schema}},
        })
    };
    let found = broken(&document(json!({"$ref": "#/x-schemas/A"})));
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].pointer, "/x-schemas/A/type");
    assert!(broken(&document(json!({"$ref": "#/x-schemas/nowhere"}))).is_empty());
}

#[test]
fn what_is_no_keyword_and_holds_the_target_of_a_reference_is_not_for_nothing() {
    let schema = json!({"type": "object", "definitions": {"B": {"type": "string"}}, "kept": {"C": {"type": "strng"}}});
    let found = broken(&openapi("3.0.3", std::slice::from_ref(&schema)));
    assert_eq!(found.len(), 2, "{found:?}");
    let references = json!({"anyOf": [
        {"$ref": "#/components/schemas/A0/definitions/B"}, {"$ref": "#/components/schemas/A0/kept/C"},
    ]});
    let found = broken(&openapi("3.0.3", &[schema, references]));
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].pointer, "/components/schemas/A0/kept/C/type");
}

#[test]
fn a_run_tells_what_is_alike_in_one_line() {
    let folder = tempfile::tempdir().expect("a folder");
    let schema = json!({"type": "string", "nullable": true});
    let mut document = openapi("3.1.0", &[schema.clone(), schema.clone(), schema, json!({"type": "strng"})]);
    document["paths"] = json!({"/a": {"get": {"responses": {"200": {"description": "ok"}}}}});
    std::fs::write(folder.path().join("t.json"), document.to_string()).expect("write");
    let target = format!("http://{}", command::refused());
    let arguments = ["run", "--spec", "t.json", "--target", &target, "--color", "never"];
    let told = command::run(folder.path(), &arguments).stdout;
    let rules: Vec<&str> = told.lines().filter(|line| line.starts_with("  schema-")).collect();
    assert_eq!(rules.len(), 2, "{told}");
    assert!(rules[0].starts_with("  schema-type-name t.json"), "{told}");
    assert!(rules[1].starts_with("  schema-keyword-dialect t.json"), "{told}");
    assert!(told.contains("write `type: [string, \"null\"]` (and at 2 more)"), "{told}");
}
