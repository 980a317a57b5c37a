//! References to nowhere, in all parts of a document.

use serde_json::{Map, Value};

use crate::contract::{Diagnostic, rule};
use crate::spec::{Document, FileId, Pointer, SourceLocation};

/// Members whose values are data, in which `$ref` is a name like any other.
const DATA: [&str; 6] = ["example", "examples", "default", "enum", "const", "value"];

/// References that lead to nothing, whether an operation reaches them or not.
pub(super) fn to_nowhere(document: &mut Document) -> Vec<Diagnostic> {
    let mut references = Vec::new();
    for (index, file) in document.files().iter().enumerate() {
        let root = SourceLocation { file: FileId(index as u32), pointer: Pointer::root() };
        collect(&file.value, &root, false, &mut references);
    }
    references
        .into_iter()
        .filter_map(|(location, reference)| {
            let error = document.resolve(location.file, &reference).err()?;
            Some(Diagnostic::new(rule::of_reference(&error), location, error.to_string()))
        })
        .filter(|fault| fault.rule != &rule::REFERENCE_WITHHELD)
        .collect()
}

/// Members whose members are named by the author of the document.
const MAPS: [&str; 5] = ["properties", "patternProperties", "$defs", "definitions", "dependentSchemas"];

/// Every `$ref`, names of properties aside. A work list: documents nest deeper than a stack does calls.
fn collect(value: &Value, at: &SourceLocation, names: bool, references: &mut Vec<(SourceLocation, String)>) {
    let mut queue = vec![(value, at.clone(), names)];
    while let Some((value, at, names)) = queue.pop() {
        match value {
            Value::Object(members) => {
                for (key, child) in members {
                    let below = at.join(key);
                    match child {
                        Value::String(reference) if key == "$ref" && !names => {
                            references.push((below, reference.clone()));
                        }
                        Value::Object(named) if key == "examples" && !names => {
                            references.extend(of_examples(named, &below));
                        }
                        _ if !names && (DATA.contains(&key.as_str()) || key.starts_with("x-")) => {}
                        _ => queue.push((child, below, !names && MAPS.contains(&key.as_str()))),
                    }
                }
            }
            Value::Array(items) => {
                queue.extend(items.iter().enumerate().map(|(index, item)| (item, at.index(index), false)));
            }
            _ => {}
        }
    }
}

/// `examples` beside a schema are objects that may be references themselves.
fn of_examples(named: &Map<String, Value>, at: &SourceLocation) -> Vec<(SourceLocation, String)> {
    let of = |(name, example): (&String, &Value)| {
        let reference = example.get("$ref")?.as_str()?.to_owned();
        Some((at.join(name).join("$ref"), reference))
    };
    named.iter().filter_map(of).collect()
}
