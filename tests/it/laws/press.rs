//! Uploads, refusals that a document names, and acts below a parent of somebody else, on a server of articles with covers.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use serde_json::{Value, json};

use crate::support::served::{Asked, empty, json as answer, not_allowed, serve_all};

const DOCUMENT: &str = "openapi: 3.1.0
info: {title: Press, version: '1'}
paths:
  /authors:
    post:
      operationId: addAuthor
      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/Named'}}}}
      responses: {'201': {$ref: '#/components/responses/Author'}, '400': {description: no}, '415': {description: no}}
  /authors/{authorId}:
    parameters: [{name: authorId, in: path, required: true, schema: {type: integer, minimum: 1}}]
    get: {operationId: getAuthor, responses: {'200': {$ref: '#/components/responses/Author'}, '400': {description: no}, '404': {description: none}}}
    delete: {operationId: dropAuthor, responses: {'204': {description: gone}, '400': {description: no}, '404': {description: none}, '409': {description: USED}}}
  /articles:
    post:
      operationId: addArticle
      requestBody: {required: true, content: {application/json: {schema: {type: object, required: [name, author_id], additionalProperties: false, properties: {name: {type: string, minLength: 1, maxLength: 60}, author_id: {type: integer, minimum: 1}}}}}}
      responses: {'201': {$ref: '#/components/responses/Article'}, '400': {description: no}, '415': {description: no}}
  /articles/{articleId}:
    parameters: [{$ref: '#/components/parameters/articleId'}]
    get: {operationId: getArticle, responses: {'200': {$ref: '#/components/responses/Article'}, '400': {description: no}, '404': {description: none}}}
    patch:
      operationId: changeArticle
      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/Named'}}}}
      responses: {'200': {$ref: '#/components/responses/Article'}, '400': {description: no}, '404': {description: none}, '409': {description: CHANGE}, '415': {description: no}}
    delete: {operationId: dropArticle, responses: {'204': {description: gone}, '400': {description: no}, '404': {description: none}}}
  /articles/{articleId}/archive:
    parameters: [{$ref: '#/components/parameters/articleId'}]
    post: {operationId: archive, responses: {'200': {$ref: '#/components/responses/Article'}, '400': {description: no}, '404': {description: none}, '409': {description: The article is already archived.}}}
  /articles/{articleId}/reopen:
    parameters: [{$ref: '#/components/parameters/articleId'}]
    post: {operationId: reopen, responses: {'200': {$ref: '#/components/responses/Article'}, '400': {description: no}, '404': {description: none}, '409': {description: REOPEN}}}
  /articles/{articleId}/cover:
    parameters: [{$ref: '#/components/parameters/articleId'}]
    put:
      operationId: putCover
      requestBody: {required: true, content: {application/octet-stream: {schema: {type: string, format: binary, maxLength: 4096}}}}
      responses: {'204': {description: stored}, '400': {description: no}, '404': {description: none}, '413': {description: no}, '415': {description: no}}
    get: {operationId: getCover, responses: {'200': {description: bytes, content: {application/octet-stream: {schema: {type: string, format: binary}}}}, '400': {description: no}, '404': {description: none}}}
    delete: {operationId: dropCover, responses: {'204': {description: gone}, '400': {description: no}, '404': {description: none}}}
  /articles/{articleId}/remarks:
    parameters: [{$ref: '#/components/parameters/articleId'}]
    post:
      operationId: addRemark
      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/Named'}}}}
      responses: {'201': {$ref: '#/components/responses/Remark'}, '400': {description: no}, '404': {description: none}, '409': {description: REMARK}, '415': {description: no}}
  /articles/{articleId}/remarks/{remarkId}:
    parameters:
      - {$ref: '#/components/parameters/articleId'}
      - {name: remarkId, in: path, required: true, schema: {type: integer, minimum: 1}}
    get: {operationId: getRemark, responses: {'200': {$ref: '#/components/responses/Remark'}, '400': {description: no}, '404': {description: none}}}
    patch:
      operationId: changeRemark
      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/Named'}}}}
      responses: {'200': {$ref: '#/components/responses/Remark'}, '400': {description: no}, '404': {description: none}, '415': {description: no}}
    delete: {operationId: dropRemark, responses: {'204': {description: gone}, '400': {description: no}, '404': {description: none}}}
components:
  parameters: {articleId: {name: articleId, in: path, required: true, schema: {type: integer, minimum: 1}}}
  schemas:
    Named: {type: object, required: [name], additionalProperties: false, properties: {name: {type: string, minLength: 1, maxLength: 60}}}
    One: {type: object, required: [id, name], properties: {id: {type: integer}, name: {type: string}}}
    Article:
      type: object
      required: [id, name, author_id, status, has_cover]
      properties: {id: {type: integer}, name: {type: string}, author_id: {type: integer}, status: {type: string, enum: [draft, archived]}, has_cover: {type: boolean}}
  responses:
    Author: {description: one, content: {application/json: {schema: {$ref: '#/components/schemas/One'}}}}
    Article: {description: one, content: {application/json: {schema: {$ref: '#/components/schemas/Article'}}}}
    Remark: {description: one, content: {application/json: {schema: {$ref: '#/components/schemas/One'}}}}
";

/// What the 409s of a document say, by the words that stand for them.
const SAID: [(&str, &str); 4] = [
    ("USED", "The author still has articles."),
    ("CHANGE", "'The article is archived: an archived article cannot be changed.'"),
    ("REOPEN", "The article is a draft."),
    ("REMARK", "The article is archived."),
];
/// What they say of something else, or not for sure.
const SAID_OF_ELSE: [(&str, &str); 4] = [
    ("USED", "The author is being read."),
    ("CHANGE", "Another article has this name."),
    ("REOPEN", "'Only an archived article, unless it is locked.'"),
    ("REMARK", "The author of the article is archived."),
];

/// What the server does, wrong or otherwise than others.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Ways {
    Plain,
    /// The articles of an author are deleted with it.
    DeletesUsed,
    /// Bytes are taken for lines of text, or for a text that ends with a NUL.
    ChangesLines,
    LosesZeros,
    /// What was uploaded stays, when it is deleted, and when its article is.
    KeepsCover,
    LeavesCover,
    /// The flag stays.
    KeepsFlag,
    /// Remarks are changed, or deleted, by the path of any article.
    ChangesAnywhere,
    DropsAnywhere,
    /// What is archived is changed, and remarked on; what is a draft is reopened.
    ChangesArchived,
    RemarksArchived,
    ReopensDraft,
}

struct Article {
    name: String,
    author: u64,
    is_archived: bool,
    had_cover: bool,
}

#[derive(Default)]
struct Store {
    next: u64,
    authors: BTreeMap<u64, String>,
    articles: BTreeMap<u64, Article>,
    covers: BTreeMap<u64, Vec<u8>>,
    remarks: BTreeMap<(u64, u64), String>,
}

impl Store {
    fn answer(&mut self, ways: Ways, asked: &Asked) -> Response {
        let parts: Vec<&str> = asked.path.trim_start_matches('/').split('/').collect();
        let methods = match parts[..] {
            ["authors" | "articles"] | ["articles", _, "archive" | "reopen" | "remarks"] => "POST",
            ["authors", _] => "GET, DELETE",
            ["articles", _] | ["articles", _, "remarks", _] => "GET, PATCH, DELETE",
            ["articles", _, "cover"] => "GET, PUT, DELETE",
            _ => return empty(404),
        };
        if !methods.split(", ").any(|method| method == asked.method) {
            return not_allowed(methods);
        }
        let mut ids = Vec::new();
        for part in parts.iter().skip(1).step_by(2) {
            match part.parse::<u64>().ok().filter(|id| *id > 0) {
                Some(id) => ids.push(id),
                None => return empty(400),
            }
        }
        match (parts[0], &ids[..], parts.get(2).copied()) {
            ("authors", [], _) => self.add_author(asked),
            ("authors", [id, ..], _) => self.author(ways, asked, *id),
            (_, [], _) => self.add_article(asked),
            (_, [id, ..], _)
                if !(self.articles.contains_key(id) || ways == Ways::LeavesCover && asked.method == "GET") =>
            {
                empty(404)
            }
            (_, [id], Some("cover")) => self.cover(ways, asked, *id),
            (_, [id, ..], _) if !self.articles.contains_key(id) => empty(404),
            (_, [id], None) => self.article(ways, asked, *id),
            (_, [id], Some("remarks")) => self.add_remark(ways, asked, *id),
            (_, [id], Some(action)) => self.act(ways, *id, action == "archive"),
            (_, [id, remark, ..], _) => self.remark(ways, asked, (*id, *remark)),
        }
    }

    fn new_id(&mut self) -> u64 {
        self.next += 1;
        self.next
    }

    fn add_author(&mut self, asked: &Asked) -> Response {
        match named(asked, &["name"]) {
            Ok(body) => {
                let id = self.new_id();
                self.authors.insert(id, text(&body));
                answer(201, &json!({"id": id, "name": body["name"]}))
            }
            Err(status) => empty(status),
        }
    }

    fn author(&mut self, ways: Ways, asked: &Asked, id: u64) -> Response {
        let Some(name) = self.authors.get(&id) else { return empty(404) };
        if asked.method == "GET" {
            return answer(200, &json!({"id": id, "name": name}));
        }
        let own: Vec<u64> =
            self.articles.iter().filter(|(_, article)| article.author == id).map(|(own, _)| *own).collect();
        if !own.is_empty() && ways != Ways::DeletesUsed {
            return empty(409);
        }
        own.into_iter().for_each(|own| self.drop_article(ways, own));
        self.authors.remove(&id);
        empty(204)
    }

    fn drop_article(&mut self, ways: Ways, id: u64) {
        self.articles.remove(&id);
        if ways != Ways::LeavesCover {
            self.covers.remove(&id);
        }
        self.remarks.retain(|(article, _), _| *article != id);
    }

    fn add_article(&mut self, asked: &Asked) -> Response {
        let body = match named(asked, &["name", "author_id"]) {
            Ok(body) => body,
            Err(status) => return empty(status),
        };
        let author = &body["author_id"];
        let author = author.as_u64().unwrap_or_else(|| author.as_f64().unwrap_or_default() as u64);
        let id = self.new_id();
        self.articles.insert(id, Article { name: text(&body), author, is_archived: false, had_cover: false });
        self.show(id, 201)
    }

    fn show(&self, id: u64, status: u16) -> Response {
        let Article { name, author, is_archived, had_cover } = &self.articles[&id];
        let state = if *is_archived { "archived" } else { "draft" };
        let has_cover = *had_cover || self.covers.contains_key(&id);
        answer(status, &json!({"id": id, "name": name, "author_id": author, "status": state, "has_cover": has_cover}))
    }

    fn article(&mut self, ways: Ways, asked: &Asked, id: u64) -> Response {
        match asked.method.as_str() {
            "DELETE" => {
                self.drop_article(ways, id);
                return empty(204);
            }
            "PATCH" => match named(asked, &["name"]) {
                Err(status) => return empty(status),
                Ok(_) if self.articles[&id].is_archived && ways != Ways::ChangesArchived => return empty(409),
                Ok(body) => {
                    if let Some(article) = self.articles.get_mut(&id) {
                        article.name = text(&body);
                    }
                }
            },
            _ => {}
        }
        self.show(id, 200)
    }

    fn act(&mut self, ways: Ways, id: u64, archives: bool) -> Response {
        let Some(article) = self.articles.get_mut(&id) else { return empty(404) };
        if article.is_archived == archives && (archives || ways != Ways::ReopensDraft) {
            return empty(409);
        }
        article.is_archived = archives;
        self.show(id, 200)
    }

    fn cover(&mut self, ways: Ways, asked: &Asked, id: u64) -> Response {
        match asked.method.as_str() {
            "GET" => self.covers.get(&id).map_or_else(
                || empty(404),
                |bytes| ([(header::CONTENT_TYPE, "application/octet-stream")], bytes.clone()).into_response(),
            ),
            "DELETE" if !self.covers.contains_key(&id) => empty(404),
            "DELETE" => {
                if ways != Ways::KeepsCover {
                    self.covers.remove(&id);
                }
                if let Some(article) = self.articles.get_mut(&id).filter(|_| ways == Ways::KeepsFlag) {
                    article.had_cover = true;
                }
                empty(204)
            }
            _ if asked.header("content-type") != "application/octet-stream" => empty(415),
            _ if asked.body.is_empty() => empty(400),
            _ if asked.body.len() > 4096 => empty(413),
            _ => {
                let mut bytes = asked.body.to_vec();
                if ways == Ways::ChangesLines {
                    bytes.retain(|byte| *byte != b'\r');
                }
                while ways == Ways::LosesZeros && bytes.last() == Some(&0) {
                    bytes.pop();
                }
                self.covers.insert(id, bytes);
                empty(204)
            }
        }
    }

    fn add_remark(&mut self, ways: Ways, asked: &Asked, id: u64) -> Response {
        match named(asked, &["name"]) {
            Err(status) => empty(status),
            Ok(_) if self.articles[&id].is_archived && ways != Ways::RemarksArchived => empty(409),
            Ok(body) => {
                let remark = self.new_id();
                self.remarks.insert((id, remark), text(&body));
                answer(201, &json!({"id": remark, "name": body["name"]}))
            }
        }
    }

    fn remark(&mut self, ways: Ways, asked: &Asked, key: (u64, u64)) -> Response {
        let is_open = match asked.method.as_str() {
            "PATCH" => ways == Ways::ChangesAnywhere,
            "DELETE" => ways == Ways::DropsAnywhere,
            _ => false,
        };
        let known = self.remarks.keys().copied().find(|known| *known == key || is_open && known.1 == key.1);
        let Some(key) = known else { return empty(404) };
        match asked.method.as_str() {
            "DELETE" => {
                self.remarks.remove(&key);
                return empty(204);
            }
            "PATCH" => match named(asked, &["name"]) {
                Err(status) => return empty(status),
                Ok(body) => drop(self.remarks.insert(key, text(&body))),
            },
            _ => {}
        }
        answer(200, &json!({"id": key.1, "name": self.remarks[&key]}))
    }
}

fn text(body: &Value) -> String {
    body["name"].as_str().unwrap_or_default().to_owned()
}

/// The body, if it has just these properties, or the status of the refusal.
fn named(asked: &Asked, names: &[&str]) -> Result<Value, u16> {
    if !asked.is_json() {
        return Err(415);
    }
    let body = asked.json().unwrap_or_default();
    let is_whole = body.as_object().is_some_and(|members| members.keys().all(|name| names.contains(&name.as_str())));
    let is_name = body["name"].as_str().is_some_and(|name| (1..=60).contains(&name.chars().count()));
    let is_id = |id: &Value| id.as_f64().is_some_and(|id| id >= 1.0 && id.fract() == 0.0);
    let is_author = !names.contains(&"author_id") || is_id(&body["author_id"]);
    if is_whole && is_name && is_author { Ok(body) } else { Err(400) }
}

/// What is told of a server with these ways: the rule, how severe that is, and the operation.
async fn told(said: &[(&str, &str)], ways: Ways) -> BTreeSet<String> {
    let document = said.iter().fold(DOCUMENT.to_owned(), |all, (word, said)| all.replace(word, said));
    let store = Arc::new(Mutex::new(Store::default()));
    let url = serve_all(move |asked| store.lock().expect("no panic").answer(ways, asked)).await;
    super::told_at(&url, ("api.yaml", &document), &ways).await.into_iter().collect()
}

/// A way to break each law, with what is told.
const BROKEN: [(Ways, &str); 11] = [
    (Ways::ChangesLines, "error upload-differs getCover"),
    (Ways::LosesZeros, "error upload-differs getCover"),
    (Ways::KeepsCover, "error not-gone dropCover"),
    (Ways::LeavesCover, "error orphaned getCover"),
    (Ways::KeepsFlag, "error wrong-count dropCover"),
    (Ways::DeletesUsed, "error deletes-used dropAuthor"),
    (Ways::ChangesAnywhere, "error wrong-parent changeRemark"),
    (Ways::DropsAnywhere, "error wrong-parent dropRemark"),
    (Ways::ChangesArchived, "error acts-in-state changeArticle"),
    (Ways::RemarksArchived, "error acts-in-state addRemark"),
    (Ways::ReopensDraft, "error acts-in-state reopen"),
];

/// The laws that are broken here.
pub fn laws() -> impl Iterator<Item = &'static str> {
    BROKEN.iter().filter_map(|(_, told)| super::law(told))
}

#[tokio::test]
async fn a_right_server_of_covers_and_remarks_keeps_the_laws() {
    assert_eq!(told(&SAID, Ways::Plain).await, BTreeSet::new());
}

#[tokio::test]
async fn uploads_that_are_not_what_was_stored_are_told() {
    for (ways, law) in &BROKEN[..5] {
        assert_eq!(told(&SAID, *ways).await, [(*law).to_owned()].into(), "{ways:?}");
    }
}

#[tokio::test]
async fn what_the_words_of_a_refusal_rule_out_is_told() {
    for (ways, law) in &BROKEN[5..] {
        assert_eq!(told(&SAID, *ways).await, [(*law).to_owned()].into(), "{ways:?}");
    }
}

#[tokio::test]
async fn what_is_refused_for_something_else_may_be_accepted() {
    for ways in [Ways::DeletesUsed, Ways::ChangesArchived, Ways::RemarksArchived, Ways::ReopensDraft] {
        assert_eq!(told(&SAID_OF_ELSE, ways).await, BTreeSet::new(), "{ways:?}");
    }
}
