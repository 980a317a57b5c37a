//! Tests of shrinking.

use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::json;

use crate::case::Case;
use crate::check::testing::{refused, response};
use crate::engine::testing::{Memory, Setting, many};
use crate::finding::Flakiness;

const ROOMS: &str = "\
openapi: 3.0.3
info: {title: Rooms, version: '1'}
paths:
  /rooms/{room}:
    METHOD:
      parameters: [{name: room, in: path, required: true, schema: {type: string}}]
      responses: {'204': {description: done}, '404': {description: none}}
";

/// What becomes of a finding that shows the first time only.
async fn shown_once(method: &str) -> Memory {
    let document = ROOMS.replace("METHOD", &method.to_lowercase());
    let requests = AtomicUsize::new(0);
    let script = move |_: &Case| {
        let is_first = requests.fetch_add(1, Ordering::SeqCst) == 0;
        (0, Ok(if is_first { response(200, &json!({})) } else { refused(404) }))
    };
    let mut cases = many(1);
    cases[0].request.method = method.to_owned();
    // Not a request that is repeated for another reason.
    cases[0].doubtful = true;
    let setting = Setting { document, max_shrinks: 60, ..Setting::default() };
    setting.run(vec![cases], script).await.1
}

#[tokio::test]
async fn a_deletion_that_answers_the_wrong_status_is_not_called_flaky() {
    for method in ["DELETE", "POST", "PATCH"] {
        let memory = shown_once(method).await;
        assert_eq!(memory.findings.len(), 1, "{method}: {:?}", memory.findings);
        assert_eq!((memory.shrunk.len(), memory.shrunk[0].flaky), (1, None), "{method}");
    }
}

#[tokio::test]
async fn a_safe_request_that_shows_its_finding_once_is_called_flaky() {
    let memory = shown_once("GET").await;
    assert_eq!(memory.shrunk[0].flaky, Some(Flakiness { shown: 1, tries: 4 }));
}
