//! Who is let in, and what is said to the others.

use axum::response::Response;
use serde_json::json;

use super::{NOTHING, run};
use crate::support::served::{Asked, empty, json, not_allowed};

/// Five operations, with what the document says of their security and of their refusals.
fn document(security: &str, refusals: &[u16]) -> String {
    let refusals: String =
        refusals.iter().map(|status| format!("\n        '{status}': {{description: refused}}")).collect();
    let operations: String = ["a", "b", "c", "d", "e"]
        .map(|name| {
            format!(
                "  /{name}:
    get:
      operationId: {name}
      parameters: [{{name: limit, in: query, schema: {{type: integer, minimum: 1}}}}]
      responses:
        '200': {{description: fine, content: {{application/json: {{schema: {{type: object}}}}}}}}
        '400': {{description: invalid}}{refusals}
"
            )
        })
        .concat();
    format!(
        "openapi: 3.1.0
info: {{title: Letters, version: '1'}}
{security}
components:
  securitySchemes:
    bearer: {{type: http, scheme: bearer}}
    key: {{type: apiKey, in: header, name: X-Key}}
paths:
{operations}"
    )
}

/// What a server of the operations says to a request that is let in.
fn inside(asked: &Asked) -> Response {
    let limit = asked.query.strip_prefix("limit=").map_or(Some(1), |text| text.parse::<i64>().ok());
    match () {
        () if asked.method != "GET" => not_allowed("GET"),
        () if asked.query.is_empty() || limit.is_some_and(|limit| limit > 0) => json(200, &json!({})),
        () => empty(400),
    }
}

const SECRETS: &str = "credentials: {bearer: the-token-of-tests, key: the-key-of-tests}\n";

#[tokio::test]
async fn who_asks_for_credentials_that_no_security_speaks_of_is_told_as_untested() {
    for (refusals, status) in [(&[401][..], 401), (&[403], 403), (&[], 401), (&[], 403)] {
        let document = document("", refusals);
        for fixtures in [NOTHING, SECRETS] {
            let told = run(&document, fixtures, &[], move |_| empty(status)).await;
            assert_eq!(told.errors(), [""; 0], "{refusals:?}");
            assert_eq!(told.untested.len(), 5);
            assert!(told.untested.iter().all(|reason| reason.contains("--header")), "{:?}", told.untested);
        }
    }
}

/// A login has no security, and refuses whom it does not know.
#[tokio::test]
async fn a_documented_401_without_security_is_inconclusive_and_another_refusal_is_not() {
    for (status, errors) in [(401, 0), (403, 1)] {
        let document = document("", &[401]);
        let told = run(&document, NOTHING, &[], move |asked| match asked.query.as_str() {
            "limit=1" => empty(status),
            _ => inside(asked),
        });
        let told = told.await;
        assert_eq!((told.of("rejected-valid").len().min(1), told.errors().len().min(1)), (errors, errors), "{status}");
    }
}

#[tokio::test]
async fn of_401_and_403_the_one_that_is_not_documented_is_told_where_the_other_is() {
    let security = "security: [{bearer: []}]";
    for (refusals, status, told) in [
        (&[401][..], 401, &[][..]),
        (&[401], 403, &["error undocumented-status A 403 was returned, which is not documented"]),
        (&[403], 401, &["error undocumented-status A 401 was returned, which is not documented"]),
        (&[401, 403], 403, &[]),
        (&[], 401, &[]),
        (&[], 403, &[]),
    ] {
        let document = document(security, refusals);
        let ran = run(&document, SECRETS, &[], move |asked| {
            let is_right = asked.header("authorization") == "Bearer the-token-of-tests";
            if is_right || asked.method != "GET" { inside(asked) } else { empty(status) }
        });
        assert_eq!(ran.await.errors(), told, "{status} of {refusals:?}");
    }
}

#[tokio::test]
async fn a_server_that_lets_everybody_in_everywhere_is_one_finding() {
    // `/c` asks for one scheme where the others ask for both or either, and for another one at last.
    let own = |document: String, security: &str| {
        document.replace("      operationId: c\n", &format!("      operationId: c\n      security: {security}\n"))
    };
    for (security, of_c) in [
        ("[{bearer: []}]", "[{key: []}]"),
        ("[{bearer: []}, {key: []}]", "[{key: []}]"),
        ("[{bearer: [], key: []}]", "[{key: []}]"),
        ("[{bearer: []}, {bearer: [], key: []}]", "[{key: []}, {bearer: []}]"),
    ] {
        let document = own(document(&format!("security: {security}"), &[401]), of_c);
        let told = run(&document, SECRETS, &[], inside).await;
        let ignored = told.of("auth-ignored");
        assert_eq!((ignored.len(), told.causes.len()), (1, 1), "{security}: {:#?}", told.causes);
    }
}

#[tokio::test]
async fn a_server_that_asks_for_a_token_in_one_place_and_for_none_in_another_is_two_findings() {
    let document = document("security: [{bearer: []}]", &[401]);
    let told = run(&document, SECRETS, &[], |asked| {
        let has_token = asked.header("authorization").strip_prefix("Bearer ").is_some_and(|token| !token.is_empty());
        if asked.path == "/a" || has_token || asked.method != "GET" { inside(asked) } else { empty(401) }
    });
    let told = told.await;
    let ignored = told.of("auth-ignored");
    assert_eq!(ignored.len(), 2, "{:#?}", told.causes);
    assert!(ignored.iter().any(|cause| cause.contains("is missing")), "{ignored:?}");
}
