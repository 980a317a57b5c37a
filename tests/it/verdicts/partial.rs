//! What was not asked for may be missing, whatever a document requires.

use axum::response::Response;
use serde_json::{Value, json};

use super::{NOTHING, Told, run};
use crate::support::served::{Asked, json, not_allowed};

const DOCUMENT: &str = "
openapi: 3.1.0
info: {title: Books, version: '1'}
paths:
  /books:
    get:
      operationId: books
      parameters: [{name: fields, in: query, explode: false, schema: {type: array, minItems: 1, items: {type: string, enum: [id, title]}}}]
      responses:
        '200':
          description: all
          content: {application/json: {schema: {type: array, items: {type: object, required: [id, title], properties: {id: {type: integer}, title: {type: string}}}}}}
        '400': {description: refused}
";

fn answer(forgets_title: bool, asked: &Asked) -> Response {
    let known = ["id", "title"];
    let pair = url::form_urlencoded::parse(asked.query.as_bytes()).find(|(name, _)| name == "fields");
    let fields = pair.map(|(_, text)| text.split(',').map(str::to_owned).collect::<Vec<_>>());
    if asked.method != "GET" {
        return not_allowed("GET");
    }
    if fields.as_ref().is_some_and(|fields| !fields.iter().all(|field| known.contains(&field.as_str()))) {
        return json(400, &json!({"error": "no such field"}));
    }
    let shows = |name: &str| {
        fields.as_ref().map_or(!forgets_title || name == "id", |fields| fields.iter().any(|it| it == name))
    };
    let whole = json!({"id": 1, "title": "Emma"});
    let book = whole.as_object().into_iter().flatten().filter(|(name, _)| shows(name));
    json(200, &json!([Value::Object(book.map(|(name, value)| (name.clone(), value.clone())).collect())]))
}

async fn told(forgets_title: bool) -> Told {
    run(DOCUMENT, NOTHING, &[], move |asked| answer(forgets_title, asked)).await
}

#[tokio::test]
async fn what_is_missing_since_other_fields_were_asked_for_is_the_documents() {
    let told = told(false).await;
    assert_eq!(told.errors(), [""; 0], "{:#?}", told.causes);
    assert!(told.of("response-schema").iter().all(|cause| cause.ends_with("(the document)")), "{:#?}", told.causes);
}

#[tokio::test]
async fn what_is_missing_though_nothing_else_was_asked_for_is_told() {
    let told = told(true).await;
    assert!(
        matches!(&told.errors()[..], [error] if error.contains("\"title\" is a required property")),
        "{:#?}",
        told.causes
    );
}
