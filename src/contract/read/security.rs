//! Reads security requirements and the schemes that they name.

use serde_json::Value;

use super::reader::{Node, Reader};
use crate::contract::model::{Operation, ParameterLocation, SchemeKind, SchemeRequirement};
use crate::contract::rule;
use crate::contract::schema::Dialect;
use crate::spec::SourceLocation;

/// The operation's alternatives, or the document's where it has none of its own.
pub(super) fn requirements(reader: &mut Reader, root: &Node, operation: &Node) -> Vec<Vec<SchemeRequirement>> {
    let holder = if operation.1.contains_key("security") { operation } else { root };
    let mut alternatives = Vec::new();
    for location in reader.items(holder, "security") {
        let Some(requirement) = reader.object(&location) else { continue };
        let mut schemes = Vec::new();
        let mut known = true;
        for name in requirement.1.keys() {
            let at = requirement.0.join(name);
            match scheme(reader, root, name, &at) {
                Some(kind) => schemes.push(SchemeRequirement { scheme: name.clone(), kind, location: at }),
                None => known = false,
            }
        }
        if known {
            alternatives.push(schemes);
        }
    }
    // `{}` among the alternatives makes credentials optional (OpenAPI 3.1, section 4.8.30).
    if alternatives.iter().any(Vec::is_empty) { Vec::new() } else { alternatives }
}

/// Makes parameters that carry a credential part of every security alternative: documents without security
/// schemes often declare their keys as plain header parameters.
pub(super) fn adopt(operation: &mut Operation, names: &[String]) {
    let carried: Vec<SchemeRequirement> = operation
        .parameters
        .iter()
        .filter(|parameter| {
            parameter.place != ParameterLocation::Path
                && names.iter().any(|name| name.eq_ignore_ascii_case(&parameter.name))
        })
        .map(|parameter| SchemeRequirement {
            scheme: parameter.name.clone(),
            kind: SchemeKind::ApiKey(parameter.place, parameter.name.clone()),
            location: parameter.location.clone(),
        })
        .collect();
    if carried.is_empty() {
        return;
    }
    if operation.security.is_empty() {
        operation.security.push(Vec::new());
    }
    for alternative in &mut operation.security {
        alternative.extend(carried.iter().cloned());
    }
}

fn scheme(reader: &mut Reader, root: &Node, name: &str, used_at: &SourceLocation) -> Option<SchemeKind> {
    let holder = match reader.dialect {
        Dialect::Swagger2 => root.0.join("securityDefinitions"),
        _ => root.0.join("components").join("securitySchemes"),
    };
    let location = holder.join(name);
    let Some((at, members)) = reader.object(&location) else {
        reader.note(&rule::SECURITY_SCHEME, used_at, format!("no security scheme is called `{name}`"));
        return None;
    };
    let text = |key: &str| members.get(key).and_then(Value::as_str).unwrap_or("");
    match text("type") {
        "basic" => Some(SchemeKind::Basic),
        "http" => Some(match text("scheme").to_ascii_lowercase().as_str() {
            "basic" => SchemeKind::Basic,
            "bearer" => SchemeKind::Bearer,
            _ => SchemeKind::Http(text("scheme").to_owned()),
        }),
        "oauth2" | "openIdConnect" => Some(SchemeKind::Bearer),
        "mutualTLS" => Some(SchemeKind::MutualTls),
        "apiKey" => match ParameterLocation::named(text("in")) {
            Some(place) if place != ParameterLocation::Path && !text("name").is_empty() => {
                Some(SchemeKind::ApiKey(place, text("name").to_owned()))
            }
            _ => {
                reader.note(&rule::SECURITY_KEY, &at, "an apiKey needs `name` and `in`: header, query or cookie");
                None
            }
        },
        other => {
            let message = format!("the security scheme type `{other}` is not supported");
            reader.note(&rule::UNSUPPORTED, &at, message);
            None
        }
    }
}
