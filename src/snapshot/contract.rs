//! What a document obliges a server to, operation by operation, as text with the document's lines beside it.

use std::path::PathBuf;

use super::Record;
use super::schema::Sheet;
use super::selection::{file_names, folder};
use crate::contract::{ClausePlace, Clauses, Contract, MediaType, Operation, SchemeKind, Style};

/// The snapshots of all operations of a contract.
pub fn contracts(contract: &Contract) -> Vec<Record> {
    let record = |(operation, file): (&Operation, String)| {
        let source = contract.document.file(operation.location.file).name.clone();
        Record {
            name: ["contract", &folder(contract), &file].iter().collect::<PathBuf>(),
            description: format!("{}: what the document obliges a server to", operation.id),
            node: format!("{source}#{}", operation.location.pointer),
            text: text(contract, operation),
            source,
        }
    };
    contract.operations.iter().zip(file_names(contract)).map(record).collect()
}

fn text(contract: &Contract, operation: &Operation) -> String {
    let mut sheet = Sheet::new(contract);
    sheet.line(0, Some(&operation.location), format!("{} {}{}", operation.method, operation.base_path, operation.path));
    sheet.line(0, None, format!("{}, version {}", operation.id, contract.version));
    security(&mut sheet, operation);
    parameters(&mut sheet, operation);
    if let Some(body) = &operation.body {
        sheet.heading("request body");
        let needed = if body.required { "required" } else { "optional" };
        sheet.line(1, Some(&body.location), needed.to_owned());
        if let Some(limit) = &body.max_size {
            let text = format!("up to {} bytes; more than {} are too many", limit.accepted, limit.rejected_above);
            sheet.line(1, Some(&limit.location), text);
        }
        media(&mut sheet, 1, &body.content);
    }
    responses(&mut sheet, operation);
    clauses(&mut sheet, contract, operation);
    sheet.text()
}

fn security(sheet: &mut Sheet<'_>, operation: &Operation) {
    sheet.heading("security");
    if operation.security.is_empty() {
        sheet.line(1, None, "none".to_owned());
    }
    for (index, schemes) in operation.security.iter().enumerate() {
        if index > 0 {
            sheet.line(1, None, "or".to_owned());
        }
        if schemes.is_empty() {
            sheet.line(1, None, "nothing".to_owned());
        }
        for (index, used) in schemes.iter().enumerate() {
            let and = if index > 0 { "and " } else { "" };
            let kind = match &used.kind {
                SchemeKind::Basic => "Basic".to_owned(),
                SchemeKind::Bearer => "Bearer".to_owned(),
                SchemeKind::Http(scheme) => format!("Authorization: {scheme}"),
                SchemeKind::ApiKey(place, name) => format!("a key in {place} `{name}`"),
                SchemeKind::MutualTls => "a client certificate".to_owned(),
            };
            sheet.line(1, Some(&used.location), format!("{and}{}: {kind}", used.scheme));
        }
    }
}

fn parameters(sheet: &mut Sheet<'_>, operation: &Operation) {
    if operation.parameters.is_empty() {
        return;
    }
    sheet.heading("parameters");
    for parameter in &operation.parameters {
        let mut text = format!("{} {}", parameter.place, parameter.name);
        text.push_str(if parameter.required { ", required" } else { ", optional" });
        // A single value is written in the same way by every style that has no mark of its own.
        if !matches!(parameter.style, Style::Simple | Style::Form) {
            text.push_str(&format!(", style {:?}", parameter.style));
        }
        if parameter.allow_empty {
            text.push_str(", may be empty");
        }
        sheet.line(1, Some(&parameter.location), text);
        if let Some(schema) = parameter.schema {
            sheet.schema(2, "", schema, "");
        }
    }
}

fn media(sheet: &mut Sheet<'_>, depth: usize, content: &[MediaType]) {
    for media in content {
        sheet.line(depth, Some(&media.location), media.name.clone());
        match media.schema {
            Some(schema) => sheet.schema(depth + 1, "", schema, ""),
            None => sheet.line(depth + 1, None, "no schema: nothing is said of the payload".to_owned()),
        }
    }
}

fn responses(sheet: &mut Sheet<'_>, operation: &Operation) {
    sheet.heading("responses");
    for response in &operation.responses {
        sheet.line(1, Some(&response.location), response.status.to_string());
        for header in &response.headers {
            let needed = if header.required { "required" } else { "optional" };
            sheet.line(2, Some(&header.location), format!("header {}, {needed}", header.name));
            if let Some(schema) = header.schema {
                sheet.schema(3, "", schema, "");
            }
        }
        match response.content.as_deref() {
            None => sheet.line(2, None, "no content stated: nothing is said of the body".to_owned()),
            Some([]) => sheet.line(2, None, "no body".to_owned()),
            Some(content) => media(sheet, 2, content),
        }
    }
}

fn clauses(sheet: &mut Sheet<'_>, contract: &Contract, operation: &Operation) {
    let clauses = Clauses::of(operation, &contract.schemas);
    let (of_responses, of_request): (Vec<_>, Vec<_>) =
        clauses.all.iter().partition(|clause| matches!(clause.place, ClausePlace::Response(_)));
    for (heading, clauses) in [("clauses of the request", of_request), ("clauses of the responses", of_responses)] {
        sheet.heading(&format!("{heading}: {}", clauses.len()));
        for clause in clauses {
            sheet.line(1, Some(&clause.location), clause.describe(operation));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::{Document, LoadOptions};

    #[test]
    fn every_keyword_is_told_and_recursion_ends() {
        let yaml = "openapi: 3.1.0
info: {title: T, version: '1'}
components:
  schemas:
    Node:
      type: object
      properties:
        children: {type: array, items: {$ref: '#/components/schemas/Node'}, minItems: 1, uniqueItems: true}
        kind: {const: leaf}
        secret: {type: string, writeOnly: true}
      additionalProperties: false
      required: [kind, other]
      dependentRequired: {secret: [kind]}
paths:
  /things:
    get:
      parameters:
        - {name: page, in: query, schema: {type: [integer, 'null'], minimum: 1, exclusiveMaximum: 9, multipleOf: 2}}
      requestBody:
        content:
          application/json: {schema: {$ref: '#/components/schemas/Node'}}
          text/plain: {}
      responses:
        '2XX':
          description: fine
          headers: {X-Total: {required: true, schema: {type: integer}}}
          content:
            application/json:
              schema:
                oneOf: [{$ref: '#/components/schemas/Node'}, {type: string, enum: [a, b], pattern: '^\\w+$'}]
                not: {type: boolean}
        default: {description: none}
";
        let document = Document::from_text("t.yaml".as_ref(), yaml.into(), LoadOptions::default()).expect("parses");
        let contract = Contract::compile(document).expect("compiles");
        let records = contracts(&contract);
        assert_eq!(records[0].name, PathBuf::from("contract/t/GET-things.snap"));
        insta::assert_snapshot!(records[0].text);
    }
}
