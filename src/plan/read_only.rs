//! Cases that send `readOnly` properties, as a client does that sends back what it has read.

use serde_json::{Value, json};

use super::case_builder::CaseBuilder;
use super::planner::PlanBuilder;
use crate::case::{Intent, Origin, RequestValues};
use crate::contract::{Direction, PayloadKind, SchemaId};

/// Adds a case for each property at the top of the body. "Should not be sent" (OpenAPI 3.1, section 4.8.24) leaves
/// open whether it is refused or ignored, so that the case is doubtful.
pub(super) fn add(planner: &mut PlanBuilder<'_>, baseline: &RequestValues) {
    let Some((index, value @ Value::Object(properties))) = &baseline.body else { return };
    let media = &planner.media()[*index];
    let Some(schema) = media.schema.filter(|_| media.kind() == PayloadKind::Json) else { return };
    for (name, child) in read_only(planner, schema) {
        let Some(sent) = recognisable(planner, child).filter(|_| !properties.contains_key(&name)) else { continue };
        let mut value = value.clone();
        value[&name] = sent;
        let mut values = baseline.clone();
        values.body = Some((*index, value));
        let name = format!("`{name}` is sent, which only responses carry");
        let mut case = CaseBuilder::new(name, Origin::Protocol, Intent::Valid);
        case.doubtful = true;
        planner.add(case, values);
    }
}

/// The properties of a schema that only responses carry, each once.
fn read_only(planner: &PlanBuilder<'_>, schema: SchemaId) -> Vec<(String, SchemaId)> {
    let schemas = &planner.contract.schemas;
    let mut found: Vec<(String, SchemaId)> = Vec::new();
    for id in schemas.with_branches(&[schema]) {
        for (name, child) in &schemas.get(id).properties {
            if schemas.hidden(*child, Direction::Request) && found.iter().all(|(known, _)| known != name) {
                found.push((name.clone(), *child));
            }
        }
    }
    found
}

/// A value that no server makes up by itself.
fn recognisable(planner: &PlanBuilder<'_>, schema: SchemaId) -> Option<Value> {
    let candidates = [
        json!("sent-by-conform"),
        json!("5e27c0de-c0de-4c0d-8c0d-5e27c0dec0de"),
        json!("1987-06-05T04:03:02Z"),
        json!("1987-06-05"),
        json!(198_765_432),
    ];
    let is_valid = |value: &Value| planner.validators.is_valid(schema, Direction::Response, value);
    candidates.into_iter().find(is_valid)
}
