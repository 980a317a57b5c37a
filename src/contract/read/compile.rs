//! Compiles a document: finds out its version, reads its operations, and makes a contract of them.

use std::sync::Arc;

use serde_json::Value;

use super::reader::{Reader, not_openapi};
use super::security;
use crate::contract::compiled::{CompileOptions, Contract};
use crate::contract::diagnostic::Diagnostic;
use crate::contract::model::LazyClauses;
use crate::contract::paths::Paths;
use crate::contract::rule;
use crate::contract::schema::{Dialect, SchemaReader};
use crate::spec::{Document, SpecError};

/// Compiles a document.
pub(in crate::contract) fn compile(document: Document, options: &CompileOptions) -> Result<Contract, SpecError> {
    let (dialect, version) = dialect_of(&document)?;
    let mut reader = Reader { schemas: SchemaReader::new(dialect), document, dialect, unknown: Vec::new() };
    let (mut operations, callbacks) = match options.sent {
        true => reader.sent(),
        false => (reader.operations()?, Vec::new()),
    };
    reader.schemas.finish(&mut reader.document);
    let Reader { schemas: SchemaReader { mut schemas, mut diagnostics, .. }, document, .. } = reader;
    schemas.components_name_elements = version.starts_with("3.2");
    schemas.cut_heavy(&mut diagnostics);
    schemas.mark_open();
    schemas.mark_overlaps();
    for file in document.files() {
        for (position, key) in &file.duplicates {
            let place = format!("{}:{}:{}", file.name, position.line, position.column);
            let message = format!("the key `{key}` stands twice in one object, again at {place}; the last one counts");
            diagnostics.push(Diagnostic::new(&rule::KEY_TWICE, document.root(), message));
        }
    }
    let root = &document.files()[0];
    let name = root.path.file_stem().map_or_else(|| root.name.clone(), |stem| stem.to_string_lossy().into_owned());
    let title = root.value.pointer("/info/title").and_then(Value::as_str).unwrap_or(&name).to_owned();
    let schemas = Arc::new(schemas);
    for operation in &mut operations {
        security::adopt(operation, &options.credentials);
        operation.clauses = LazyClauses { schemas: schemas.clone(), ..LazyClauses::default() };
    }
    let paths = Paths::of(&operations);
    Ok(Contract {
        name,
        title,
        version,
        dialect,
        operations,
        callbacks,
        is_sent: options.sent,
        schemas,
        diagnostics,
        document,
        paths,
    })
}

/// Finds out which version a document is of.
fn dialect_of(document: &Document) -> Result<(Dialect, String), SpecError> {
    let root = &document.files()[0].value;
    let version = |name: &str| match root.get(name) {
        Some(Value::String(text)) => Some(text.clone()),
        // An unquoted `openapi: 3.1` is a number in YAML.
        Some(Value::Number(number)) => Some(number.to_string()),
        _ => None,
    };
    let (key, version) = match (version("openapi"), version("swagger")) {
        (Some(version), _) => ("openapi", version),
        (None, Some(version)) => ("swagger", version),
        (None, None) => {
            return Err(not_openapi(
                document,
                &document.root(),
                "this is no OpenAPI document: it has neither `openapi` nor `swagger` at the top".into(),
                "start the document with its version, for example `openapi: 3.1.0`",
            ));
        }
    };
    let dialect = match version.as_str() {
        v if key == "swagger" && v.starts_with("2") => Dialect::Swagger2,
        v if key == "openapi" && v.starts_with("3.0") => Dialect::OpenApi30,
        v if key == "openapi" && (v.starts_with("3.1") || v.starts_with("3.2")) => Dialect::OpenApi31,
        _ => {
            return Err(not_openapi(
                document,
                &document.root().join(key),
                format!("`{key}: {version}` is a version that conform does not know"),
                "use Swagger 2.0 or OpenAPI 3.0, 3.1 or 3.2",
            ));
        }
    };
    Ok((dialect, version))
}
