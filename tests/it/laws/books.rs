//! Laws of long values, of what is made last, of languages and orders, and of what a change has chosen, on a server of books.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use axum::response::Response;
use serde_json::{Map, Value, json};

use crate::support::command::{folder_with, run_beside};
use crate::support::report;
use crate::support::served::{Asked, empty, json, not_allowed, serve_all};

const DOCUMENT: &str = "openapi: 3.1.0
info: {title: Books, version: '1'}
paths:
  /books:
    get:
      operationId: listBooks
      parameters:
        - {name: language, in: query, description: Only books in this language., schema: {type: string, enum: [de, en]}}
        - {name: sort, in: query, schema: {type: string, enum: [id, title]}}
      responses:
        '200': {description: all, content: {application/json: {schema: {type: array, items: {$ref: '#/components/schemas/Book'}}}}}
        '400': {description: no}
    post:
      operationId: addBook
      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/NewBook'}}}}
      responses:
        '201': {description: made, content: {application/json: {schema: {$ref: '#/components/schemas/Book'}}}}
        '400': {description: no}
        '415': {description: no}
  /books/{book_id}:
    parameters: [{name: book_id, in: path, required: true, schema: {type: integer, minimum: 1}}]
    get:
      operationId: getBook
      responses:
        '200': {description: it, content: {application/json: {schema: {$ref: '#/components/schemas/Book'}}}}
        '400': {description: no}
        '404': {description: none}
    patch:
      operationId: changeBook
      description: CHANGES
      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/BookChange'}}}}
      responses:
        '200': {description: it, content: {application/json: {schema: {$ref: '#/components/schemas/Book'}}}}
        '400': {description: no}
        '404': {description: none}
        '415': {description: no}
    delete: {operationId: dropBook, responses: {'204': {description: gone}, '400': {description: no}, '404': {description: none}}}
components:
  schemas:
    Book:
      type: object
      additionalProperties: false
      required: [id, title, language]
      properties:
        id: {type: integer}
        title: {type: string, minLength: 1, maxLength: 120}
        note: {type: string, maxLength: 30}
        language: {type: string, enum: [de, en]}
    NewBook:
      type: object
      additionalProperties: false
      required: [title]
      properties:
        title: {type: string, minLength: 1, maxLength: 120}
        note: {type: string, maxLength: 30}
        language: {type: string, enum: [de, en]}
    BookChange:
      type: object
      additionalProperties: false
      properties:
        title: {type: string, minLength: 1, maxLength: 120}
        note: {type: string, maxLength: 30}
";

/// What the server does, wrong or otherwise than others.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Ways {
    Plain,
    /// A title is cut once it was answered.
    CutsTitle,
    /// A change of the title does nothing, and the response says so.
    KeepsTitle,
    /// The list lacks what was made last.
    LacksNewest,
    /// The language is not looked at.
    AnyLanguage,
    /// All books are listed in the order of their making.
    Unsorted,
    /// Ids are written as fractions.
    Fractions,
}

#[derive(Default)]
struct Books {
    books: BTreeMap<u64, Map<String, Value>>,
    next: u64,
}

impl Books {
    fn answer(&mut self, ways: Ways, asked: &Asked) -> Response {
        let id = asked.path.strip_prefix("/books/").map(|id| id.parse::<u64>().ok().filter(|id| *id > 0));
        match (asked.method.as_str(), id) {
            ("GET", None) if asked.path == "/books" => self.list(ways, asked).unwrap_or_else(|| empty(400)),
            ("POST", None) if asked.path == "/books" => match body_of(asked, &["title", "note", "language"]) {
                Ok(body) if !body.contains_key("title") => empty(400),
                Ok(mut body) => {
                    self.next += 1;
                    body.entry("language").or_insert_with(|| json!("de"));
                    body.insert("id".to_owned(), json!(self.next));
                    self.books.insert(self.next, body.clone());
                    if ways == Ways::CutsTitle {
                        let title = body["title"].as_str().unwrap_or_default().chars().take(50).collect::<String>();
                        self.books.entry(self.next).or_default().insert("title".to_owned(), json!(title));
                    }
                    shown(ways, 201, &json!(body))
                }
                Err(status) => empty(status),
            },
            (_, None) if asked.path == "/books" => not_allowed("GET, POST"),
            (_, None) => empty(404),
            ("GET" | "PATCH" | "DELETE", Some(None)) => empty(400),
            (method, Some(Some(id))) if matches!(method, "GET" | "PATCH" | "DELETE") => {
                let Some(book) = self.books.get_mut(&id) else { return empty(404) };
                match method {
                    "GET" => shown(ways, 200, &json!(book)),
                    "PATCH" => match body_of(asked, &["title", "note"]) {
                        Ok(mut body) => {
                            if ways == Ways::KeepsTitle {
                                body.remove("title");
                            }
                            book.extend(body);
                            shown(ways, 200, &json!(book))
                        }
                        Err(status) => empty(status),
                    },
                    _ => {
                        self.books.remove(&id);
                        empty(204)
                    }
                }
            }
            _ => not_allowed("GET, PATCH, DELETE"),
        }
    }

    fn list(&self, ways: Ways, asked: &Asked) -> Option<Response> {
        let mut all: Vec<&Map<String, Value>> = self.books.values().collect();
        let mut seen = BTreeSet::new();
        for (name, text) in url::form_urlencoded::parse(asked.query.as_bytes()) {
            let is_known = match &*name {
                "language" => ["de", "en"].contains(&&*text),
                "sort" => ["id", "title"].contains(&&*text),
                _ => continue,
            };
            if !is_known || !seen.insert(name.to_string()) {
                return None;
            }
            match &*name {
                "language" if ways != Ways::AnyLanguage => all.retain(|book| book["language"] == *text),
                "sort" if text == "title" && ways != Ways::Unsorted => {
                    all.sort_by_key(|book| book["title"].to_string())
                }
                _ => {}
            }
        }
        if ways == Ways::LacksNewest {
            all.retain(|book| book["id"] != self.next);
        }
        Some(shown(ways, 200, &json!(all)))
    }
}

/// A response, its whole numbers written as some languages do.
fn shown(ways: Ways, status: u16, body: &Value) -> Response {
    fn fractions(value: &Value) -> Value {
        match value {
            Value::Number(number) => json!(number.as_f64()),
            Value::Array(items) => items.iter().map(fractions).collect(),
            Value::Object(members) => members.iter().map(|(name, value)| (name.clone(), fractions(value))).collect(),
            other => other.clone(),
        }
    }
    json(status, &if ways == Ways::Fractions { fractions(body) } else { body.clone() })
}

/// The object that is sent, of these properties alone, or the status of the refusal.
fn body_of(asked: &Asked, known: &[&str]) -> Result<Map<String, Value>, u16> {
    if !asked.is_json() {
        return Err(415);
    }
    let Some(Value::Object(body)) = asked.json() else { return Err(400) };
    let fits = |(name, value): (&String, &Value)| {
        let length = value.as_str().map(|text| text.chars().count());
        known.contains(&name.as_str())
            && match name.as_str() {
                "title" => length.is_some_and(|length| (1..=120).contains(&length)),
                "note" => length.is_some_and(|length| length <= 30),
                _ => value == "de" || value == "en",
            }
    };
    if body.iter().all(fits) { Ok(body) } else { Err(400) }
}

/// What is told of a server with these ways, as errors: the rule and the operation.
async fn told(document: &str, ways: Ways) -> BTreeSet<String> {
    let books: Arc<Mutex<Books>> = Arc::default();
    let url = serve_all(move |asked| books.lock().expect("no panic").answer(ways, asked)).await;
    let folder = folder_with(&[("api.yaml", document)]);
    let options = ["--spec", "api.yaml", "--target", &url, "--regressions", "off", "--format", "json"];
    let report = report::read(&run_beside(folder.path(), &options).await);
    assert_eq!(report::untested(&report), [""; 0], "{ways:?}");
    report::wrong(&report)
}

#[tokio::test]
async fn a_right_server_of_books_keeps_the_laws() {
    assert_eq!(told(DOCUMENT, Ways::Plain).await, BTreeSet::new());
    assert_eq!(told(DOCUMENT, Ways::Fractions).await, BTreeSet::new());
    let fixed = DOCUMENT.replace("CHANGES", "The title is ignored.");
    assert_eq!(told(&fixed, Ways::KeepsTitle).await, BTreeSet::new());
}

#[tokio::test]
async fn laws_of_books_are_told() {
    let broken = [
        (Ways::CutsTitle, "not-kept getBook"),
        (Ways::KeepsTitle, "lost-update changeBook"),
        (Ways::LacksNewest, "wrong-state listBooks"),
        (Ways::AnyLanguage, "unfiltered listBooks"),
        (Ways::Unsorted, "unsorted listBooks"),
    ];
    let mut wrong = Vec::new();
    for (ways, law) in broken {
        let found = told(DOCUMENT, ways).await;
        if !found.iter().eq([law]) {
            wrong.push((ways, law, found));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
