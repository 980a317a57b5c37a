//! Parts of requests: those of multipart bodies, items of lists in queries, examples of headers.

use serde_json::{Value, json};

use super::{compile, planned};
use crate::case::{Case, Fault, Intent, Origin};
use crate::contract::Contract;
use crate::plan::Plan;

fn multipart(properties: &Value, encoding: &Value) -> Contract {
    let schema = json!({"type": "object", "required": ["name"], "properties": properties});
    let content = json!({"multipart/form-data": {"schema": schema, "encoding": encoding}});
    compile(&json!({"requestBody": {"required": true, "content": content}}), &json!({}))
}

fn texts(plan: &Plan, intent: Intent) -> Vec<String> {
    let wanted = plan.cases.iter().filter(|case| case.intent == intent);
    let bodies = wanted.filter_map(|case| Some(case.request.body.as_ref()?.payload.bytes()));
    bodies.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).collect()
}

#[test]
fn a_file_of_a_media_type_that_is_not_listed_breaks_the_list() {
    let properties = json!({"name": {"type": "string"}, "photo": {"type": "string", "format": "binary"}});
    let wrong = |properties: &Value, content_type: &str| {
        let contract = multipart(properties, &json!({"photo": {"contentType": content_type}}));
        let clauses = contract.operations[0].clauses();
        let plan = planned(&contract);
        let of_list = |case: &&Case| case.clause.is_some_and(|id| clauses.get(id).keyword == "contentType");
        let breaking =
            plan.cases.iter().filter(of_list).filter(|case| case.intent == Intent::Invalid(Fault::MediaType));
        let bodies = breaking.filter_map(|case| Some(case.request.body.as_ref()?.payload.bytes()));
        bodies.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).collect::<Vec<_>>()
    };
    let found = wrong(&properties, "image/png, image/jpeg");
    assert_eq!(found.len(), 1);
    assert!(found[0].contains("name=\"photo\"") && found[0].contains("Content-Type: text/html"), "{}", found[0]);
    assert!(wrong(&properties, "text/html")[0].contains("Content-Type: application/zip"));
    assert!(wrong(&properties, "image/*").is_empty() && wrong(&properties, "application/octet-stream").is_empty());
    let text = json!({"name": {"type": "string"}, "photo": {"type": "object"}});
    assert!(wrong(&text, "application/json").is_empty(), "what is no file is read whatever it is called");
}

#[test]
fn a_part_in_json_is_null_where_its_schema_is_and_is_wrong_where_it_is_not() {
    let part = |types: &Value| json!({"name": {"type": "string"}, "meta": {"type": types, "properties": {"a": {"type": "integer"}}}});
    let null = "name=\"meta\"\r\nContent-Type: application/json\r\n\r\nnull\r\n";
    let holds = |texts: &[String]| texts.iter().any(|text| text.contains(null));
    let encoding = json!({"meta": {"contentType": "application/json"}});
    let nullable = texts(&planned(&multipart(&part(&json!(["object", "null"])), &encoding)), Intent::Valid);
    assert!(holds(&nullable), "{nullable:?}");
    let object = planned(&multipart(&part(&json!("object")), &encoding));
    assert!(!holds(&texts(&object, Intent::Valid)));
    let wrong = texts(&object, Intent::Invalid(Fault::Validation));
    assert!(holds(&wrong), "{wrong:?}");
    // What is no JSON has no null.
    let plain = planned(&multipart(&part(&json!(["object", "null"])), &json!({})));
    assert!(!plain.cases.is_empty() && !holds(&texts(&plain, Intent::Valid)));
}

#[test]
fn each_item_of_a_list_in_a_query_is_wrong_once() {
    let schema = json!({"type": "array", "items": {"type": "string", "maxLength": 3}});
    for explode in [true, false] {
        let parameter = json!({"name": "tags", "in": "query", "explode": explode, "schema": schema});
        let plan = planned(&compile(&json!({"parameters": [parameter]}), &json!({})));
        let wrong = plan.cases.iter().filter(|case| matches!(case.intent, Intent::Invalid(_)));
        let lists: Vec<Vec<bool>> = wrong
            .filter_map(|case| case.values.as_ref()?.parameters[0].as_ref()?.as_array().cloned())
            .map(|items| items.iter().map(|item| item.as_str().is_some_and(|text| text.len() > 3)).collect())
            .collect();
        for wanted in [vec![true, false, false], vec![false, true, false], vec![false, false, true]] {
            assert!(lists.contains(&wanted), "{explode} {wanted:?}: {lists:?}");
        }
    }
}

#[test]
fn an_example_of_an_optional_parameter_is_sent() {
    let sent = |place: &str, example: &str| {
        let schema = json!({"type": "string", "minLength": 2});
        let parameter = json!({"name": "X-Mode", "in": place, "schema": schema, "example": example});
        let plan = planned(&compile(&json!({"parameters": [parameter]}), &json!({})));
        let valid = plan.cases.iter().filter(|case| case.intent == Intent::Valid && case.origin == Origin::Example);
        let values: Vec<Value> = valid.filter_map(|case| case.values.as_ref()?.parameters[0].clone()).collect();
        values
    };
    for place in ["header", "query"] {
        assert_eq!(sent(place, "fast"), [json!("fast")]);
        assert!(sent(place, "f").is_empty(), "it breaks its own schema");
    }
}

#[test]
fn what_a_description_quotes_is_tried_where_it_fits_and_its_refusal_says_nothing() {
    let properties = json!({
        "state": {"type": "string", "description": "One of `draft` or `ready`."},
        "note": {"type": "string", "maxLength": 5},
        "level": {"type": "string", "enum": ["low"]},
        "code": {"type": "string", "pattern": "^[0-9]+$"},
    });
    let body = json!({"required": true, "content": {"application/json": {"schema": {"type": "object", "properties": properties}}}});
    let parameter = json!({"name": "sort", "in": "query", "description": "By `size`.", "schema": {"type": "string"}});
    let plan = planned(&compile(&json!({"parameters": [parameter], "requestBody": body}), &json!({})));
    let valid: Vec<&Case> = plan.cases.iter().filter(|case| case.intent == Intent::Valid).collect();
    let sent = |name: &str, word: &str| {
        let has = |case: &&&Case| {
            let values = case.values.as_ref();
            let of_body = values.and_then(|values| values.body.as_ref()).is_some_and(|(_, body)| body[name] == word);
            of_body || name == "sort" && values.is_some_and(|values| values.parameters[0] == Some(json!(word)))
        };
        valid.iter().find(has).copied()
    };
    for (name, word) in [("state", "draft"), ("state", "ready"), ("note", "draft"), ("sort", "size")] {
        let case = sent(name, word).unwrap_or_else(|| panic!("{name} {word}"));
        assert!(case.doubtful && case.name.contains(word) && case.name.contains("quotes"), "{}", case.name);
    }
    assert!(sent("level", "draft").is_none() && sent("code", "draft").is_none());
}
