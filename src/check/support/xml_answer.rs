//! The XML of a response against its schema: its values, as in JSON, and how they are written.

use crate::contract::{Direction, Violation};
use crate::finding::Finding;
use crate::rule::Rule;
use crate::spec::Pointer;
use crate::wire::Doubt;
use crate::wire::xml::{self, Element, Misplaced};

use super::anchor::Anchor;
use super::response_view::ResponseView;
use super::schema_violations::{finding_of, missing, violations};

/// What is surely wrong with an XML body, whatever way it is read.
pub fn findings(rule: &'static Rule, view: &ResponseView<'_>, root: &Element) -> Vec<Finding> {
    let validators = view.subject.validators;
    let Some(schema) = view.media.and_then(|media| media.schema) else { return Vec::new() };
    let Some(read) = xml::read_answer(validators.schemas(), schema, root) else { return Vec::new() };
    let mut found: Vec<Finding> = read.misplaced.iter().map(|misplaced| finding(rule, view, misplaced)).collect();
    let doubt = xml::surely_invalid(validators, schema, Direction::Response, &read.value).err();
    if matches!(doubt, None | Some(Doubt::TooMany)) {
        // Where not all ways are tried together, each is for what breaks no branch of a union.
        let whole = validators.breaches(schema, Direction::Response, &read.value);
        let is_whole = |violation: &Violation| whole.iter().any(|one| one.location == violation.location);
        let is_sure = |violation: &&Violation| {
            let subject = missing(view, violation);
            !read.doubts.iter().any(|doubt| concerns(doubt, violation, subject))
                && (doubt.is_none() || is_whole(violation))
                && !xml::may_be_right(validators, schema, Direction::Response, &read.value, violation)
        };
        let all = violations(validators, schema, &read.value);
        found.extend(all.iter().filter(is_sure).map(|one| finding_of(rule, view, (schema, &read.value), one)));
    }
    found
}

/// Whether what is wrong may not be if a part is read in another way.
fn concerns(doubt: &Pointer, violation: &Violation, missing: Option<&str>) -> bool {
    let at = &violation.instance;
    if doubt.leads_to(at) {
        return true;
    }
    match &*violation.keyword {
        _ if !at.leads_to(doubt) => false,
        "type" => false,
        "required" => missing.is_none_or(|name| at.join(name).leads_to(doubt)),
        // An element that is not named may be that part.
        "additionalProperties" => doubt.parent().is_some_and(|(holder, _)| holder == *at),
        _ => true,
    }
}

fn finding(rule: &'static Rule, view: &ResponseView<'_>, misplaced: &Misplaced) -> Finding {
    let schema = view.subject.contract.schemas.get(misplaced.schema);
    let location = if schema.xml.is_some() { schema.location.join("xml") } else { schema.location.clone() };
    let at = match misplaced.at.as_str() {
        "" => "The root".to_owned(),
        pointer => format!("`{pointer}`"),
    };
    let message = format!("{at} of the {} {}", view.response.status, misplaced.found);
    let finding = view.finding(rule, &Anchor::new(location, "xml", ""), message, &misplaced.found);
    finding.expecting(misplaced.expected.clone())
}

#[cfg(test)]
mod tests {
    use crate::case::Intent;
    use crate::check::testing::*;

    /// What is told of a body that is documented with this schema, besides which the component `Line` is there.
    fn found(schema: &str, body: &str) -> Vec<String> {
        let text = format!(
            "openapi: 3.0.3
info: {{title: t, version: '1'}}
paths:
  /orders:
    get:
      responses: {{'200': {{description: all, content: {{application/xml: {{schema: {{$ref: '#/components/schemas/Order'}}}}}}}}}}
components:
  schemas:
    Line: {{type: object, required: [sku], properties: {{sku: {{type: string}}, count: {{type: integer}}}}}}
    Order: {schema}
"
        );
        let bench = Bench::of(&text);
        let found = bench.found(&case(Intent::Valid), raw(200, "application/xml", body.as_bytes()));
        let prefix = "/components/schemas/";
        found.into_iter().map(|(_, at)| at.strip_prefix(prefix).unwrap_or(&at).to_owned()).collect()
    }

    /// An order with all that XML has names for.
    const ORDER: &str = "
      type: object
      required: [id, state]
      xml: {name: order, namespace: 'urn:shop'}
      properties:
        id: {type: integer, minimum: 1, xml: {attribute: true}}
        state: {type: string, enum: [open, done], xml: {namespace: 'urn:shop'}}
        note: {type: string, maxLength: 5}
        tags: {type: array, xml: {wrapped: true}, items: {type: string, maxLength: 4, xml: {name: tag}}}
        lines: {type: array, items: {allOf: [{$ref: '#/components/schemas/Line'}], xml: {name: line}}}
        sizes: {type: array, xml: {name: sizes, wrapped: true}, items: {type: integer}}";

    #[test]
    fn what_is_written_otherwise_than_documented_is_found() {
        let state = "<state xmlns='urn:shop'>open</state>";
        let order = |rest: &str| format!("<order xmlns='urn:shop' id='1'>{state}{rest}</order>");
        let cases = [
            (format!("<Order xmlns='urn:shop' id='1'>{state}</Order>"), vec!["Order/xml"]),
            (format!("<order id='1'>{state}</order>"), vec!["Order/xml"]),
            (format!("<order xmlns='urn:other' id='1'>{state}</order>"), vec!["Order/xml"]),
            (format!("<order xmlns='urn:shop'><id>1</id>{state}</order>"), vec!["Order/properties/id/xml"]),
            (format!("<order xmlns='urn:shop'>{state}</order>"), vec!["Order/required/0"]),
            (format!("<order xmlns='urn:shop' id='0'>{state}</order>"), vec!["Order/properties/id/minimum"]),
            (format!("<order xmlns='urn:shop' id='one'>{state}</order>"), vec!["Order/properties/id/type"]),
            (
                "<order xmlns='urn:shop' id='1'><state>lost</state></order>".to_owned(),
                vec!["Order/properties/state/enum"],
            ),
            (
                "<s:order xmlns:s='urn:shop' id='1'><state>open</state></s:order>".to_owned(),
                vec!["Order/properties/state/xml"],
            ),
            (format!("<order xmlns='urn:shop' id='1' note='n'>{state}</order>"), vec!["Order/properties/note"]),
            (order("<tag>a</tag><tag>b</tag>"), vec!["Order/properties/tags/xml"]),
            (order("<tags>a</tags><tags>b</tags>"), vec!["Order/properties/tags/xml"]),
            (order("<tags><item>a</item></tags>"), vec!["Order/properties/tags/items/xml"]),
            (order("<tags><tag>a</tag><tag>longer</tag></tags>"), vec!["Order/properties/tags/items/maxLength"]),
            (order("<lines><line><sku>a</sku></line></lines>"), vec!["Order/properties/lines"]),
            (order("<line><line><sku>a</sku></line></line>"), vec!["Order/properties/lines"]),
            (order("<line><count>1</count></line>"), vec!["Line/required/0"]),
            (order("<line><sku>a</sku><count>many</count></line>"), vec!["Line/properties/count/type"]),
            (order("<more>1</more><note>too long</note>"), vec!["Order/properties/note/maxLength"]),
            (order("<sizes><sizes>1</sizes><sizes>x</sizes></sizes>"), vec!["Order/properties/sizes/items/type"]),
        ];
        for (body, expected) in cases {
            assert_eq!(found(ORDER, &body), expected, "{body}");
        }
    }

    #[test]
    fn what_a_right_server_may_write_is_not() {
        let order = |rest: &str| format!("<order xmlns='urn:shop' id='1'><state>open</state>{rest}</order>");
        let bodies = [
            order(""),
            format!("<?xml version='1.0' encoding='UTF-8'?>\n<!-- one -->\n{}\n", order("\n  <note> a </note>\n")),
            "<s:order id='1' xmlns:s='urn:shop'><s:state>done</s:state><s:note>a</s:note></s:order>".to_owned(),
            "<s:order id='1' xmlns:s='urn:shop'><note>a</note><s:state>done</s:state></s:order>".to_owned(),
            order("<note><![CDATA[a<b]]></note><tags/>"),
            order("<tags></tags><line><count>1</count><sku>a</sku></line><line><sku>b</sku></line>"),
            order("<line><sku>a</sku></line><note>a</note><line><sku>b</sku></line>"),
            order("<tags><!-- none --></tags><sizes><sizes> 1 </sizes></sizes>"),
            order("<unknown><deep>1</deep></unknown><x:note xmlns:x='urn:x'>too long for it</x:note>"),
            order("<note xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance' xsi:nil='true'/>"),
            "<order xmlns='urn:shop' xmlns:l='urn:l' l:at='x' version='2' id='1'><state>open</state></order>"
                .to_owned(),
        ];
        for body in bodies {
            assert_eq!(found(ORDER, &body), [""; 0], "{body}");
        }
    }

    #[test]
    fn what_a_document_says_nothing_of_may_be_written_in_any_way() {
        let plain = "
      type: object
      required: [id]
      properties:
        id: {type: integer}
        lines: {type: array, items: {$ref: '#/components/schemas/Line'}}
        tags: {type: array, items: {type: string}}";
        for body in [
            "<Order><id>1</id></Order>",
            "<response><id>1</id></response>",
            "<Order id='1'/>",
            "<Order><Id>1</Id></Order>",
            "<Order><id>1</id><lines><line><sku>a</sku></line></lines></Order>",
            "<Order><id>1</id><lines><sku>a</sku></lines><tags><tag>a</tag></tags></Order>",
        ] {
            assert_eq!(found(plain, body), [""; 0], "{body}");
        }
        assert_eq!(found(plain, "<Order><id>one</id></Order>"), ["Order/properties/id/type"]);
        assert_eq!(found(plain, "<any><id>1</id><lines><count>1</count></lines></any>"), ["Line/required/0"]);
        assert_eq!(found(plain, "<Order><tags>a</tags></Order>"), ["Order/required/0"]);
        let closed = "{type: object, additionalProperties: false, xml: {name: o}, properties: {id: {type: integer}}}";
        assert_eq!(found(closed, "<o><id>1</id><more>1</more></o>"), ["Order/additionalProperties"]);
        assert_eq!(found(closed, "<o version='1'><id>1</id></o>"), [""; 0]);
        let either = "
      xml: {name: o}
      oneOf:
        - {type: object, required: [a], properties: {a: {type: string, xml: {attribute: true}}, c: {type: integer}}}
        - {type: object, required: [b], properties: {b: {type: string}}}";
        assert_eq!(found(either, "<o><b>x</b><a>free</a></o>"), [""; 0]);
    }
}
