//! Laws of lists of several pages, of where a creation leads, of counts, and of conditions of a DELETE, on a server of shelves
//! and their books that stands below a prefix.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use axum::http::{HeaderValue, header};
use axum::response::Response;
use serde_json::{Value, json};

use crate::support::command::{folder_with, run_beside};
use crate::support::report;
use crate::support::served::{Asked, empty, json as answer, not_allowed, serve_all};

const DOCUMENT: &str = "openapi: 3.1.0
info: {title: Shelves, version: '1'}
paths:
  /shelves:
    get:
      operationId: listShelves
      parameters: [{name: page, in: query, schema: {type: integer, minimum: 1, maximum: 1000}}]
      responses: {'200': {description: a page, content: {application/json: {schema: {type: array, items: {$ref: '#/components/schemas/Shelf'}}}}}, '400': {description: no}}
    post:
      operationId: addShelf
      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/New'}}}}
      responses: {'201': {$ref: '#/components/responses/Shelf'}, '400': {description: no}, '415': {description: no}}
  /shelves/{shelfId}:
    parameters: [{$ref: '#/components/parameters/shelfId'}]
    get: {operationId: getShelf, responses: {'200': {$ref: '#/components/responses/Shelf'}, '400': {description: no}, '404': {description: none}}}
    head: {operationId: headShelf, responses: {'200': {description: there is one}, '400': {description: no}, '404': {description: none}}}
    delete:
      operationId: dropShelf
      parameters: [{name: If-Match, in: header, schema: {type: string}}]
      responses: {'204': {description: gone}, '400': {description: no}, '404': {description: none}, '409': {description: it may not be deleted now}, '412': {description: another state}}
  /shelves/{shelf}/books:
    parameters: [{name: shelf, in: path, required: true, schema: {type: integer, minimum: 1}}]
    post:
      operationId: addBook
      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/New'}}}}
      responses: {'201': {$ref: '#/components/responses/Book'}, '400': {description: no}, '404': {description: none}, '415': {description: no}}
  /shelves/{shelf}/books/{bookId}:
    parameters:
      - {name: shelf, in: path, required: true, schema: {type: integer, minimum: 1}}
      - {name: bookId, in: path, required: true, schema: {type: integer, minimum: 1}}
    get: {operationId: getBook, responses: {'200': {$ref: '#/components/responses/Book'}, '400': {description: no}, '404': {description: none}}}
    delete: {operationId: dropBook, responses: {'204': {description: gone}, '400': {description: no}, '404': {description: none}}}
components:
  parameters: {shelfId: {name: shelfId, in: path, required: true, schema: {type: integer, minimum: 1}}}
  schemas:
    New:
      type: object
      required: [name]
      additionalProperties: false
      properties: {name: {type: string, minLength: 1, maxLength: 60}}
    Shelf:
      type: object
      required: [id, name, book_count]
      properties: {id: {type: integer}, name: {type: string}, book_count: {type: integer}}
    Book:
      type: object
      required: [id, name]
      properties: {id: {type: integer}, name: {type: string}}
  responses:
    Shelf: {description: a shelf, headers: {ETag: {schema: {type: string}}}, content: {application/json: {schema: {$ref: '#/components/schemas/Shelf'}}}}
    Book: {description: a book, content: {application/json: {schema: {$ref: '#/components/schemas/Book'}}}}
";

/// What the server does, wrong or otherwise than others.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Ways {
    Plain,
    /// A shelf with books is not deleted.
    RefusesFull,
    /// The response to a creation shows the name in capitals.
    Shouts,
    /// `Location` is the whole address, one of another host, or one that depends on the request.
    Whole,
    Inside,
    Relative,
    /// `Location` lacks the prefix.
    NoPrefix,
    /// `Location` names another collection than there is.
    OneShelf,
    /// The last page lacks the last shelf.
    HidesLast,
    /// A deleted shelf stays in the list, at its end.
    ListsDeleted,
    /// The response to a creation shows another name.
    Misnames,
    /// `If-Match` of a DELETE is not looked at.
    IgnoresState,
    /// HEAD shows a tag of its own.
    OtherTag,
    /// Books are not counted.
    CountsNothing,
    /// Books are counted for good.
    CountsDeleted,
    /// The count of a shelf that is read is a text once a book was deleted.
    CountsInWords,
}

#[derive(Default)]
struct Shelf {
    name: String,
    books: BTreeMap<u64, String>,
    deleted: u64,
}

struct Store {
    shelves: BTreeMap<u64, Shelf>,
    gone: Vec<Value>,
    next: u64,
}

/// Shelves on a page.
const PAGE: usize = 5;

impl Default for Store {
    fn default() -> Self {
        let there = (1..=7).map(|id| (id, Shelf { name: format!("shelf {id}"), ..Shelf::default() }));
        Self { shelves: there.collect(), gone: Vec::new(), next: 7 }
    }
}

impl Store {
    fn answer(&mut self, ways: Ways, asked: &Asked) -> Response {
        let Some(path) = asked.path.strip_prefix("/v1/") else { return empty(404) };
        let segments: Vec<&str> = path.split('/').collect();
        let id = |text: &str| text.parse::<u64>().ok().filter(|id| *id > 0);
        match &segments[..] {
            ["shelves"] => match asked.method.as_str() {
                "GET" => self.list(ways, asked),
                "POST" => self.add(ways, asked),
                _ => not_allowed("GET, POST"),
            },
            ["shelves", shelf] => id(shelf).map_or_else(|| empty(400), |shelf| self.shelf(ways, asked, shelf)),
            ["shelves", shelf, "books"] => id(shelf).map_or_else(|| empty(400), |shelf| self.add_book(asked, shelf)),
            ["shelves", shelf, "books", book] => match (id(shelf), id(book)) {
                (Some(shelf), Some(book)) => self.book(asked, shelf, book),
                _ => empty(400),
            },
            _ => empty(404),
        }
    }

    fn shown(&self, ways: Ways, id: u64) -> Value {
        let shelf = &self.shelves[&id];
        let count = shelf.books.len() as u64;
        let count = match ways {
            Ways::CountsNothing => json!(0),
            Ways::CountsDeleted => json!(count + shelf.deleted),
            Ways::CountsInWords if shelf.deleted > 0 => json!(count.to_string()),
            _ => json!(count),
        };
        json!({"id": id, "name": shelf.name, "book_count": count})
    }

    fn list(&self, ways: Ways, asked: &Asked) -> Response {
        let page = asked.query.split('&').find_map(|pair| pair.strip_prefix("page="));
        let page = page.map(|page| page.parse::<usize>().ok().filter(|page| (1..=1000).contains(page)));
        let Some(page) = page.unwrap_or(Some(1)) else { return empty(400) };
        // Whether a list comes after a deletion is a matter of time.
        let own = if let Ways::CountsInWords = ways { Ways::Plain } else { ways };
        let mut all: Vec<Value> = self.shelves.keys().map(|id| self.shown(own, *id)).collect();
        match ways {
            Ways::HidesLast if all.len() > 8 => drop(all.pop()),
            Ways::ListsDeleted => all.extend(self.gone.iter().cloned()),
            _ => {}
        }
        answer(200, &json!(all.iter().skip((page - 1) * PAGE).take(PAGE).collect::<Vec<_>>()))
    }

    fn add(&mut self, ways: Ways, asked: &Asked) -> Response {
        let name = match name_of(asked) {
            Ok(name) => name,
            Err(status) => return empty(status),
        };
        self.next += 1;
        let id = self.next;
        self.shelves.insert(id, Shelf { name: name.clone(), ..Shelf::default() });
        let mut shown = self.shown(ways, id);
        match ways {
            Ways::Shouts => shown["name"] = json!(name.to_uppercase()),
            Ways::Misnames => shown["name"] = json!("another"),
            _ => {}
        }
        let location = match ways {
            Ways::Whole => format!("http://{}/v1/shelves/{id}", asked.header("host")),
            Ways::Inside => format!("http://inside.example:8000/shelves/{id}"),
            Ways::Relative => format!("shelves/{id}"),
            Ways::NoPrefix => format!("/shelves/{id}"),
            Ways::OneShelf => format!("/v1/shelf/{id}"),
            _ => format!("/v1/shelves/{id}"),
        };
        let mut made = answer(201, &shown);
        made.headers_mut().insert(header::LOCATION, HeaderValue::from_str(&location).expect("an address"));
        made
    }

    fn shelf(&mut self, ways: Ways, asked: &Asked, id: u64) -> Response {
        if !matches!(asked.method.as_str(), "GET" | "HEAD" | "DELETE") {
            return not_allowed("GET, HEAD, DELETE");
        }
        let Some(shelf) = self.shelves.get(&id) else { return empty(404) };
        let tag = format!("\"{}-{}\"", shelf.books.len(), shelf.deleted);
        if asked.method != "DELETE" {
            let tag = if ways == Ways::OtherTag && asked.method == "HEAD" { "\"head\"".to_owned() } else { tag };
            let mut shown = answer(200, &self.shown(ways, id));
            shown.headers_mut().insert(header::ETAG, HeaderValue::from_str(&tag).expect("a tag"));
            return shown;
        }
        let named = asked.header("if-match");
        if !named.is_empty() && named != "*" && named != tag && ways != Ways::IgnoresState {
            return empty(412);
        }
        if ways == Ways::RefusesFull && !shelf.books.is_empty() {
            return empty(409);
        }
        self.gone.push(self.shown(ways, id));
        self.shelves.remove(&id);
        empty(204)
    }

    fn add_book(&mut self, asked: &Asked, id: u64) -> Response {
        if asked.method != "POST" {
            return not_allowed("POST");
        }
        let Some(shelf) = self.shelves.get_mut(&id) else { return empty(404) };
        match name_of(asked) {
            Ok(name) => {
                self.next += 1;
                shelf.books.insert(self.next, name.clone());
                answer(201, &json!({"id": self.next, "name": name}))
            }
            Err(status) => empty(status),
        }
    }

    fn book(&mut self, asked: &Asked, shelf: u64, id: u64) -> Response {
        if !matches!(asked.method.as_str(), "GET" | "DELETE") {
            return not_allowed("GET, DELETE");
        }
        let Some(shelf) = self.shelves.get_mut(&shelf) else { return empty(404) };
        let Some(name) = shelf.books.get(&id).cloned() else { return empty(404) };
        if asked.method == "GET" {
            return answer(200, &json!({"id": id, "name": name}));
        }
        shelf.books.remove(&id);
        shelf.deleted += 1;
        empty(204)
    }
}

fn name_of(asked: &Asked) -> Result<String, u16> {
    if !asked.is_json() {
        return Err(415);
    }
    let body = asked.json().unwrap_or_default();
    let is_alone = body.as_object().is_some_and(|members| members.len() == 1);
    let name = body["name"].as_str().filter(|name| is_alone && (1..=60).contains(&name.chars().count()));
    name.map(str::to_owned).ok_or(400)
}

/// What is told of a server with these ways: the rule, how severe that is, and the operation.
async fn told(ways: Ways) -> BTreeSet<String> {
    let store = Arc::new(Mutex::new(Store::default()));
    let url = serve_all(move |asked| store.lock().expect("no panic").answer(ways, asked)).await;
    let (folder, target) = (folder_with(&[("api.yaml", DOCUMENT)]), format!("{url}/v1"));
    let options = ["--spec", "api.yaml", "--target", &target, "--regressions", "off", "--format", "json"];
    let report = report::read(&run_beside(folder.path(), &[&options[..], &["--cases", "0"]].concat()).await);
    assert_eq!(report::untested(&report), [""; 0], "{ways:?}");
    let told = report::findings(&report).into_iter().map(|finding| {
        let text = |at: &str| finding.pointer(at).and_then(Value::as_str).unwrap_or_default().to_owned();
        format!("{} {} {}", text("/severity"), text("/check"), text("/operation/id"))
    });
    // What is repeated otherwise than it was sent is told of each response.
    told.filter(|told| !told.contains(" echo ")).collect()
}

#[tokio::test]
async fn right_servers_of_all_kinds_keep_the_laws() {
    for ways in [Ways::Plain, Ways::RefusesFull, Ways::Shouts, Ways::Whole, Ways::Inside, Ways::Relative] {
        assert_eq!(told(ways).await, BTreeSet::new(), "{ways:?}");
    }
}

/// A way to break each law, with what is told.
const BROKEN: [(Ways, &[&str]); 10] = [
    (Ways::NoPrefix, &["error wrong-location addShelf"]),
    (Ways::OneShelf, &["error wrong-location addShelf"]),
    (Ways::HidesLast, &["error not-listed listShelves"]),
    (Ways::ListsDeleted, &["error still-listed listShelves"]),
    (Ways::Misnames, &["error not-kept addShelf"]),
    (Ways::IgnoresState, &["error stale-change dropShelf"]),
    (Ways::OtherTag, &["error head-differs headShelf"]),
    (Ways::CountsNothing, &["warning wrong-count addBook"]),
    (Ways::CountsDeleted, &["warning wrong-count dropBook"]),
    (Ways::CountsInWords, &["error response-schema getShelf"]),
];

/// The laws that are broken here.
pub fn laws() -> impl Iterator<Item = &'static str> {
    BROKEN.iter().flat_map(|(_, told)| *told).filter_map(|told| super::law(told))
}

#[tokio::test]
async fn laws_of_creations_and_lists_of_several_pages_are_told() {
    super::tell_each(&BROKEN[..4], told).await;
}

#[tokio::test]
async fn laws_of_counts_conditions_and_single_responses_are_told() {
    super::tell_each(&BROKEN[4..], told).await;
}
