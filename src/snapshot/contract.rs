//! Contract snapshots: the clauses of each operation, as text.

use std::path::PathBuf;

use super::Record;
use super::outline::{Outline, Place};
use super::selection::{file_names, folder};
use crate::contract::{Contract, MediaType, Operation, Parameter, SchemeKind, Style};
use crate::plan::is_of_request;

/// The snapshots of all operations of a contract.
pub fn contracts(contract: &Contract) -> Vec<Record> {
    let folder: PathBuf = ["contract", &folder(contract)].iter().collect();
    let record = |(operation, file): (&Operation, String)| {
        let source = contract.document.file(operation.location.file).name.clone();
        Record {
            name: folder.join(file),
            description: format!("{}: what the document obliges a server to", operation.id),
            node: format!("{source}#{}", operation.location.pointer),
            text: text(contract, operation),
            source,
        }
    };
    contract.operations.iter().zip(file_names(contract)).map(record).collect()
}

fn text(contract: &Contract, operation: &Operation) -> String {
    let language = if contract.version.starts_with('2') { "Swagger" } else { "OpenAPI" };
    let clauses = operation.clauses();
    let of_request = clauses.all.iter().filter(|clause| is_of_request(&clause.place)).count();
    let mut outline = Outline::new(
        contract,
        vec![
            format!("{} {}{}", operation.method, operation.base_path, operation.path),
            format!("{}, {language} {}", operation.id, contract.version),
            format!("clauses: {of_request} of the request, {} of the responses", clauses.all.len() - of_request),
        ],
    );
    security(&mut outline, operation);
    parameters(&mut outline, operation);
    request_body(&mut outline, operation);
    responses(&mut outline, operation);
    outline.text()
}

fn security(outline: &mut Outline<'_>, operation: &Operation) {
    outline.section("security");
    let all = Place::of("");
    if operation.security.is_empty() {
        outline.line(&all, "none");
    }
    for (index, schemes) in operation.security.iter().enumerate() {
        if index > 0 {
            outline.line(&all, "or");
        }
        if schemes.is_empty() {
            outline.line(&all, "nothing");
        }
        for (index, used) in schemes.iter().enumerate() {
            let and = if index > 0 { "and " } else { "" };
            let kind = match &used.kind {
                SchemeKind::Basic => "Basic".to_owned(),
                SchemeKind::Bearer => "Bearer".to_owned(),
                SchemeKind::Http(scheme) => format!("Authorization: {scheme}"),
                SchemeKind::ApiKey(location, name) => format!("a key in {location} `{name}`"),
                SchemeKind::MutualTls => "a client certificate".to_owned(),
            };
            outline.line(&all, &format!("{and}{}: {kind}", used.scheme));
        }
    }
}

fn parameters(outline: &mut Outline<'_>, operation: &Operation) {
    if operation.parameters.is_empty() {
        return;
    }
    outline.section("parameters");
    for parameter in &operation.parameters {
        let value = Place::of(format!("{} {}", parameter.place, parameter.name));
        outline.line(&value, if parameter.required { "required" } else { "optional" });
        for keyword in serialisation(parameter) {
            outline.line(&value, &keyword);
        }
        if let Some(schema) = parameter.schema {
            outline.schema(&value, schema);
        }
    }
}

/// The keywords that say how a parameter's value is written, where they say more than their defaults.
fn serialisation(parameter: &Parameter) -> Vec<String> {
    let mut keywords = Vec::new();
    // A string or a number is written in the same way by the default styles of every location.
    if !matches!(parameter.style, Style::Simple | Style::Form) {
        keywords.push(format!("style {}", parameter.style.name()));
    }
    if parameter.explode != (parameter.style == Style::Form) {
        keywords.push(format!("explode {}", parameter.explode));
    }
    for (keyword, is_set) in [("allowReserved", parameter.allow_reserved), ("allowEmptyValue", parameter.allow_empty)] {
        if is_set {
            keywords.push(keyword.to_owned());
        }
    }
    keywords
}

fn request_body(outline: &mut Outline<'_>, operation: &Operation) {
    let Some(body) = &operation.body else { return };
    outline.section("request body");
    let all = Place::of("");
    outline.line(&all, if body.required { "required" } else { "optional" });
    if let Some(limit) = &body.max_size {
        let (accepted, rejected) = (limit.accepted, limit.rejected_above);
        let text = format!("x-max-request-size up to {accepted} bytes; more than {rejected} are too many");
        outline.line(&all, &text);
    }
    content(outline, "", &body.content);
}

/// The payloads of a body, each under its media type's name where there are several.
fn content(outline: &mut Outline<'_>, holder: &str, content: &[MediaType]) {
    for media in content {
        let name = if content.len() > 1 { media.name.as_str() } else { "" };
        let value = Place::of(format!("{holder} {name}").trim());
        let unsaid = if media.schema.is_none() { ", no schema: nothing is said of the payload" } else { "" };
        outline.line(&Place::of(holder), &format!("content {}{unsaid}", media.name));
        for (property, encoding) in &media.encoding {
            for (keyword, set) in [
                ("contentType", encoding.content_type.clone()),
                ("style", encoding.style.map(|style| style.name().to_owned())),
                ("explode", encoding.explode.map(|explode| explode.to_string())),
            ] {
                if let Some(set) = set {
                    outline.line(&value, &format!("encoding {property}: {keyword} {set}"));
                }
            }
        }
        if let Some(schema) = media.schema {
            outline.schema(&value, schema);
        }
    }
}

fn responses(outline: &mut Outline<'_>, operation: &Operation) {
    outline.section("responses");
    for response in &operation.responses {
        let status = response.status.to_string();
        for header in &response.headers {
            let value = Place::of(format!("{status} header {}", header.name));
            outline.line(&value, if header.required { "required" } else { "optional" });
            if let Some(schema) = header.schema {
                outline.schema(&value, schema);
            }
        }
        match response.content.as_deref() {
            None => outline.line(&Place::of(status), "no content stated: nothing is said of the body"),
            Some([]) => outline.line(&Place::of(status), "no body"),
            Some(media) => content(outline, &status, media),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::{Document, LoadOptions};

    const THINGS: &str = r"openapi: 3.1.0
info: {title: T, version: '1'}
components:
  schemas:
    Node:
      type: object
      properties:
        children: {type: array, items: {$ref: '#/components/schemas/Node'}, minItems: 1, uniqueItems: true}
        kind: {const: leaf}
        secret: {type: string, writeOnly: true}
        'two words': {maxLength: 7}
      additionalProperties: false
      patternProperties: {'^x-': {}}
      required: [kind, other]
      dependentRequired: {secret: [kind]}
  responses:
    Refusal:
      description: refused
      content: {application/json: {schema: {type: string, format: uuid}}}
paths:
  /things/{ids}:
    get:
      parameters:
        - {name: page, in: query, schema: {type: [integer, 'null'], minimum: 1, exclusiveMaximum: 9, multipleOf: 2}}
        - {name: ids, in: path, required: true, style: label, explode: true, schema: {type: array, items: {type: integer}}}
        - {name: filter, in: query, style: deepObject, allowReserved: true, schema: {type: object, additionalProperties: {type: string}}}
      requestBody:
        content:
          application/json: {schema: {$ref: '#/components/schemas/Node'}}
          multipart/form-data:
            schema: {type: object, properties: {file: {type: string}}}
            encoding: {file: {contentType: image/png}}
          text/plain: {}
      responses:
        '2XX':
          description: fine
          headers: {X-Total: {required: true, schema: {type: integer}}}
          content:
            application/json:
              schema:
                oneOf: [{$ref: '#/components/schemas/Node'}, {type: string, enum: [a, b], pattern: '^\w+$'}]
                not: {type: boolean}
        '400': {$ref: '#/components/responses/Refusal'}
        '404': {$ref: '#/components/responses/Refusal'}
        default: {description: none}
";

    fn shown(yaml: &str) -> Record {
        let document = Document::from_text("t.yaml".as_ref(), yaml.into(), LoadOptions::default()).expect("parses");
        contracts(&Contract::compile(document).expect("compiles")).remove(0)
    }

    #[test]
    fn every_keyword_is_listed_once_and_recursion_ends() {
        let record = shown(THINGS);
        assert_eq!(record.name, PathBuf::from("contract/t/GET-things-ids.snap"));
        insta::assert_snapshot!(record.text);
    }

    #[test]
    fn what_only_moves_lines_changes_nothing() {
        assert_eq!(shown(&format!("{}\n{THINGS}", "# A comment.\n".repeat(10))), shown(THINGS));
    }

    #[test]
    fn a_changed_value_changes_its_line_alone() {
        for (from, to, old, new) in [
            ("minItems: 1", "minItems: 2", "  /children minItems 1", "  /children minItems 2"),
            ("minimum: 1", "minimum: 0", "  query page minimum 1", "  query page minimum 0"),
            ("format: uuid", "format: uri", "  400 format uuid", "  400 format uri"),
            ("[a, b]", "[a, c]", r#"  2XX oneOf/1 enum "a" "b""#, r#"  2XX oneOf/1 enum "a" "c""#),
            ("style: label", "style: matrix", "  path ids style label", "  path ids style matrix"),
        ] {
            let (before, after) = (shown(THINGS).text, shown(&THINGS.replace(from, to)).text);
            assert_eq!(before.lines().count(), after.lines().count());
            let changed: Vec<_> = before.lines().zip(after.lines()).filter(|(before, after)| before != after).collect();
            assert_eq!(changed, [(old, new)]);
        }
    }
}
