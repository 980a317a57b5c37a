//! The body of a success against its documented schema.

use super::body_findings::body_findings;
use super::{Check, Finding, ResponseView, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    clauses: &["content", "required", "type", "enum", "format", "pattern", "additionalProperties"],
    ..Rule::check(
        "response-schema",
        "The body of a success breaks its documented schema, or is missing.",
        "OpenAPI 3.1, section 4.8.14; JSON Schema 2020-12",
    )
};

/// The check.
#[derive(Debug)]
pub struct ResponseSchema;

impl Check for ResponseSchema {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn judge(&self, view: &ResponseView<'_>) -> Vec<Finding> {
        let is_success = view.response.status < 400;
        if is_success && view.verdict.is_acceptable() { body_findings(&RULE, view) } else { Vec::new() }
    }
}

#[cfg(test)]
mod tests {
    use crate::case::Intent;
    use crate::check::testing::*;
    use serde_json::json;

    #[test]
    fn the_broken_clause_is_named_once() {
        let bench = Bench::messages();
        let case = valid(json!({"text": "hello"}));
        let found = bench.found(&case, response(201, &json!({"data": {"id": 7, "text": "hello"}})));
        assert_eq!(found, [("response-schema", "/components/schemas/Stored/properties/id/type".to_owned())]);
        let found = bench.found(&case, response(201, &json!({"data": {"id": "m1"}})));
        assert_eq!(found, [("response-schema", "/components/schemas/Stored/required/1".to_owned())]);
        let more = response(201, &json!({"data": {"id": "m1", "text": "hello", "more": 1}, "more": 1}));
        assert_eq!(bench.checks(&case, more), [""; 0]);
    }

    #[test]
    fn a_union_is_followed_into_the_branch_that_is_meant() {
        let bench = Bench::messages();
        let case = valid(json!({"text": "hello"}));
        let kind = |kind| response(201, &json!({"data": {"id": "m1", "text": "hello", "kind": kind}}));
        let branches = "/components/schemas/Stored/properties/kind/oneOf";
        let found = bench.found(&case, kind(json!({"type": "note", "words": "two"})));
        assert_eq!(found, [("response-schema", format!("{branches}/1/properties/words/type"))]);
        assert_eq!(bench.found(&case, kind(json!(7))), [("response-schema", branches.to_owned())]);
        assert_eq!(bench.found(&case, kind(json!({"type": "note", "words": 2}))), []);
    }

    #[test]
    fn an_empty_body_is_no_json() {
        let bench = Bench::messages();
        let mut case = valid(json!({"text": "hello"}));
        assert_eq!(bench.checks(&case, raw(201, "application/json", b"")), ["response-schema"]);
        case.request.method = "HEAD".to_owned();
        assert_eq!(bench.checks(&case, raw(201, "application/json", b"")), [""; 0]);
    }

    #[test]
    fn nothing_is_said_of_a_body_that_the_document_leaves_open() {
        let open = MESSAGES.replace("'409': {$ref: '#/components/responses/Error'}", "'200': {description: done}");
        let case = valid(json!({"text": "hello"}));
        for body in [&b""[..], b"anything", b"{}"] {
            assert_eq!(Bench::of(&open).checks(&case, raw(200, "text/weird", body)), [""; 0]);
        }
    }

    #[test]
    fn a_text_is_held_to_what_its_schema_says_of_texts() {
        let found = |schema: &str, body: &str| {
            let text = format!(
                "openapi: 3.1.0
info: {{title: t, version: '1'}}
paths:
  /export:
    get:
      responses: {{'200': {{description: all, content: {{text/csv: {{schema: {schema}}}}}}}}}
"
            );
            let case = case(Intent::Valid);
            Bench::of(&text).checks(&case, raw(200, "text/csv", body.as_bytes()))
        };
        assert_eq!(found("{type: string, pattern: '^year'}", "year,count"), [""; 0]);
        assert_eq!(found("{type: string, pattern: '^year'}", "1990,3"), ["response-schema"]);
        // One schema for rows of JSON and of CSV says nothing of the text.
        assert_eq!(found("{type: array, items: {type: object}}", "year,count"), [""; 0]);
        assert_eq!(found("{type: integer, minimum: 1}", "5\n"), [""; 0]);
        assert_eq!(found("{type: integer, minimum: 1}", "0"), ["response-schema"]);
        assert_eq!(found("{type: integer, minimum: 1}", "five"), ["response-schema"]);
    }

    fn xml() -> Bench {
        let before = "            application/json:
              schema:
                type: object
                required: [data]
                properties:
                  data: {$ref: '#/components/schemas/Stored'}";
        let after = "            application/xml:
              schema: {$ref: '#/components/schemas/Receipt'}";
        let schema = "    Receipt:
      type: object
      required: [id, lines]
      xml: {name: receipt}
      properties:
        id: {type: integer, minimum: 1, xml: {attribute: true}}
        note: {type: string, maxLength: 5}
        lines: {type: array, items: {type: integer, xml: {name: line}}}
        home: {$ref: '#/components/schemas/Home'}
    Home: {type: object, required: [city], properties: {city: {type: string}}}
    Error:";
        Bench::of(&MESSAGES.replace(before, after).replacen(
            "    Error:\n      type",
            &format!("{schema}\n      type"),
            1,
        ))
    }

    #[test]
    fn xml_that_surely_breaks_its_schema_is_found() {
        let bench = xml();
        let case = valid(json!({"text": "hello"}));
        let found = |body: &str| bench.found(&case, raw(201, "application/xml", body.as_bytes()));
        let at = |pointer: &str| vec![("response-schema", format!("/components/schemas/{pointer}"))];
        let cases = [
            ("<receipt id='0'><line>1</line></receipt>", at("Receipt/properties/id/minimum")),
            ("<receipt><line>1</line></receipt>", at("Receipt/required/0")),
            ("<receipt id='1'><line>one</line></receipt>", at("Receipt/properties/lines/items/type")),
            ("<receipt id='1'><note>too long</note></receipt>", at("Receipt/properties/note/maxLength")),
            ("<receipt id='1'><note>too long</note><home/></receipt>", at("Receipt/properties/note/maxLength")),
            ("<receipt id='1'><home/></receipt>", Vec::new()),
            ("<receipt id='1'/>", Vec::new()),
            ("<receipt id=' 1 '><note> four </note><line>+1</line></receipt>", Vec::new()),
        ];
        for (body, expected) in cases {
            assert_eq!(found(body), expected, "{body}");
        }
    }

    #[test]
    fn nothing_is_said_of_xml_that_can_be_read_in_several_ways() {
        let bench = xml();
        let case = valid(json!({"text": "hello"}));
        for body in [
            "<receipt id='1' xmlns='urn:a'/>",
            "<receipt id='1'><note xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance' xsi:nil='true'/></receipt>",
            "<!DOCTYPE receipt [<!ENTITY a 'b'>]><receipt>&a;</receipt>",
        ] {
            assert_eq!(bench.checks(&case, raw(201, "application/xml", body.as_bytes())), [""; 0], "{body}");
        }
    }

    #[test]
    fn xml_that_does_not_parse_is_malformed() {
        let bench = xml();
        let case = valid(json!({"text": "hello"}));
        let found = |media_type: &str, body: &[u8]| bench.checks(&case, raw(201, media_type, body));
        for body in ["<receipt>", "<receipt id=1/>", "{\"id\": 1}", "<receipt id='1'/><receipt/>"] {
            assert_eq!(found("application/xml", body.as_bytes()), ["malformed-body"], "{body}");
        }
        let latin = b"<?xml version='1.0' encoding='iso-8859-1'?><receipt id='1'><note>\xe9</note></receipt>";
        assert_eq!(found("application/xml", latin), [""; 0]);
        assert_eq!(
            found("application/xml; charset=iso-8859-1", b"<receipt id='1'><note>\xe9</note></receipt>"),
            [""; 0]
        );
    }
}
