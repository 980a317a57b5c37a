//! Queries that a server does not read, and keywords that it does not heed anywhere.

use serde_json::{Value, json};

use super::{causes, messages};
use crate::support::served::{empty, json, not_allowed};

#[tokio::test]
async fn a_query_that_nobody_reads_is_one_finding_and_one_parameter_of_it_another() {
    let document = "openapi: 3.1.0
info: {title: Pages, version: '1'}
paths:
  /items:
    get:
      operationId: items
      parameters:
        - {name: limit, in: query, schema: {type: integer, minimum: 1, maximum: 50}}
        - {name: offset, in: query, schema: {type: integer, minimum: 0}}
      responses: {'200': {description: all}, '400': {description: refused}}
";
    let told = |read: &'static [&'static str]| async move {
        let causes = causes(document, move |asked| {
            let mut pairs = url::form_urlencoded::parse(asked.query.as_bytes()).into_owned();
            let is_right = |(name, text): (String, String)| match name.as_str() {
                name if !read.contains(&name) => true,
                "limit" => text.parse().is_ok_and(|limit: i64| (1..=50).contains(&limit)),
                _ => text.parse().is_ok_and(|offset: i64| offset >= 0),
            };
            match asked.method.as_str() {
                "GET" if pairs.all(is_right) => json(200, &json!([])),
                "GET" => json(400, &json!({"error": "query"})),
                _ => not_allowed("GET"),
            }
        });
        messages(&causes.await, "accepted-invalid").into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    let found = told(&[]).await;
    assert!(matches!(&found[..], [one] if one.contains("the query parameters `limit`, `offset`")), "{found:#?}");
    let found = told(&["limit"]).await;
    assert!(matches!(&found[..], [one] if one.contains("query parameter `offset`")), "{found:#?}");
    assert_eq!(told(&["limit", "offset"]).await, [""; 0]);
}

#[tokio::test]
async fn a_keyword_that_is_heeded_nowhere_is_one_finding_and_one_that_is_elsewhere_is_one_of_its_place() {
    let operation = |name: &str, property: &str| {
        format!(
            "  /{name}:
    post:
      operationId: {name}
      requestBody:
        required: true
        content: {{application/json: {{schema: {{type: object, additionalProperties: false, properties: {{{property}: {{type: string, maxLength: 9}}}}}}}}}}
      responses: {{'204': {{description: done}}, '400': {{description: refused}}, '415': {{description: refused}}}}
"
        )
    };
    let operations = [("people", "name"), ("towns", "title"), ("roads", "label")];
    let document: String = operations.map(|(name, property)| operation(name, property)).concat();
    let document = format!("openapi: 3.1.0\ninfo: {{title: Closed, version: '1'}}\npaths:\n{document}");
    let told = |document: String, open: &'static [&'static str]| async move {
        let causes = causes(&document, move |asked| {
            let known = operations.iter().find(|(name, _)| asked.path == format!("/{name}"));
            match (asked.method.as_str(), asked.json(), known) {
                ("POST", _, Some(_)) if !asked.is_json() => empty(415),
                ("POST", Some(Value::Object(members)), Some((name, property))) => {
                    let is_right = |(key, value): (&String, &Value)| match key == property {
                        true => value.as_str().is_some_and(|text| text.chars().count() <= 9),
                        false => open.contains(name),
                    };
                    empty(if members.iter().all(is_right) { 204 } else { 400 })
                }
                ("POST", _, _) => empty(400),
                _ => not_allowed("POST"),
            }
        });
        messages(&causes.await, "accepted-invalid").into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    let found = told(document.clone(), &["people", "towns", "roads"]).await;
    assert_eq!(found, ["`additionalProperties` is heeded in none of 3 schemas"]);
    let found = told(document, &["people", "towns"]).await;
    assert_eq!(found.len(), 2, "{found:#?}");
}
