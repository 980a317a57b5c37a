//! The text of the fixtures.

use indexmap::IndexMap;
use serde_json::Value;

use super::login::{self, Found};
use super::texts::{on_one_line, quoted, variable};
use crate::contract::{Contract, Operation, ParameterLocation, SchemeKind, SchemeRequirement};
use crate::spec::{Pointer, SourceLocation};

/// So many operations are named beside what they need.
const NAMED: usize = 3;

/// What is known, and what a person has to add, as comments.
pub(super) fn text(contract: &Contract) -> String {
    let mut lines = vec![
        "# What a person knows of the target, and the document does not say. Every text may hold ${VARIABLE} or"
            .to_owned(),
        "# ${VARIABLE:-default}. Take away the `#` of what you fill in.".to_owned(),
        String::new(),
        "# What lets requests in, by the name of the security scheme or of the parameter:".to_owned(),
        "credentials:".to_owned(),
    ];
    let found = login::find(contract);
    let schemes = schemes(contract);
    for (used, count) in schemes.values() {
        lines.extend(scheme(contract, used, *count, found.as_ref()));
    }
    for name in keys(contract) {
        lines.push(format!("  # the parameter {} looks like a credential:", quoted(&on_one_line(&name))));
        lines.push(format!("  # {}: ${{{}}}", quoted(&on_one_line(&name)), variable(&name)));
    }
    if schemes.is_empty() && lines.last().is_some_and(|last| last == "credentials:") {
        lines.push("  # the document asks for none".to_owned());
    }
    lines.push(String::new());
    lines.push("# Ids of what is there, for operations whose path names what no operation makes or lists:".to_owned());
    lines.push("resources:".to_owned());
    let ids = ids(contract);
    for (name, operations) in &ids {
        let named: Vec<String> =
            operations.iter().take(NAMED).map(|one| on_one_line(&format!("{} {}", one.method, one.path))).collect();
        let more = operations.len().saturating_sub(NAMED);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        lines.push(format!("  # {}{more}", named.join(", ")));
        lines.push(format!("  # - {{at: {}, existing: [\"…\"]}}", quoted(&on_one_line(&format!("path.{name}")))));
    }
    if ids.is_empty() {
        lines.push("  # there is none".to_owned());
    }
    lines.join("\n") + "\n"
}

/// The schemes that operations ask for, and how many do.
fn schemes(contract: &Contract) -> IndexMap<String, (&SchemeRequirement, usize)> {
    let mut found: IndexMap<String, (&SchemeRequirement, usize)> = IndexMap::new();
    for operation in &contract.operations {
        let mut own: Vec<&SchemeRequirement> = operation.security.iter().flatten().collect();
        own.dedup_by_key(|used| &used.scheme);
        for used in own {
            found.entry(used.scheme.clone()).or_insert((used, 0)).1 += 1;
        }
    }
    found
}

fn scheme(contract: &Contract, used: &SchemeRequirement, count: usize, login: Option<&Found<'_>>) -> Vec<String> {
    let name = quoted(&on_one_line(&used.scheme));
    let of = if count == 1 { "1 operation".to_owned() } else { format!("{count} operations") };
    let what = match &used.kind {
        SchemeKind::Basic => "a user and a password, as user:password",
        SchemeKind::Bearer => "a bearer token",
        SchemeKind::Http(_) => "what follows the scheme's name in Authorization",
        SchemeKind::ApiKey(..) => "an API key",
        SchemeKind::MutualTls => "a certificate: see client-cert in conform.toml",
    };
    let mut lines = vec![format!("  # {name}, for {of}: {what}")];
    if used.kind == SchemeKind::MutualTls {
        return lines;
    }
    lines.push(format!("  # {name}: ${{{}}}", variable(&used.scheme)));
    let flows = flows(contract, &used.scheme);
    if flows.contains(&"clientCredentials") {
        lines.push("  # or have it obtained, and renewed:".to_owned());
        lines.push(format!("  # {name}: {{oauth2: {{grant: client_credentials, client_id: \"…\", client_secret: \"${{CLIENT_SECRET}}\"}}}}"));
    }
    if flows.contains(&"password") {
        lines.push("  # or have it obtained, and renewed:".to_owned());
        lines
            .push(format!("  # {name}: {{oauth2: {{grant: password, username: \"…\", password: \"${{PASSWORD}}\"}}}}"));
    }
    if let Some(Found { operation, is_form, fields, token }) = login
        && used.kind == SchemeKind::Bearer
        && !flows.contains(&"password")
    {
        let fields: Vec<String> = fields
            .iter()
            .map(|field| {
                let is_secret = field.to_ascii_lowercase().contains("password");
                format!("{}: {}", quoted(&on_one_line(field)), if is_secret { "\"${PASSWORD}\"" } else { "\"…\"" })
            })
            .collect();
        let body = if *is_form { "form" } else { "json" };
        lines.push(format!(
            "  # or have it obtained, by {}:",
            on_one_line(&format!("{} {}", operation.method, operation.path))
        ));
        lines.push(format!(
            "  # {name}: {{login: {{operation: {}, {body}: {{{}}}, token: {}}}}}",
            quoted(&on_one_line(&operation.id)),
            fields.join(", "),
            quoted(&on_one_line(&format!("body#{token}")))
        ));
    }
    lines
}

/// The flows of OAuth 2 that the document describes for a scheme and that need nobody at a browser.
fn flows(contract: &Contract, scheme: &str) -> Vec<&'static str> {
    let root = contract.document.root();
    let at = |holder: &str| {
        let location = SourceLocation { file: root.file, pointer: Pointer::new(holder).join(scheme) };
        contract.document.get(&location)
    };
    let mut found = Vec::new();
    if let Some(described) = at("/components/securitySchemes") {
        found
            .extend(["clientCredentials", "password"].into_iter().filter(|flow| described["flows"][*flow].is_object()));
    }
    match at("/securityDefinitions").and_then(|described| described["flow"].as_str()) {
        Some("application") => found.push("clientCredentials"),
        Some("password") => found.push("password"),
        _ => {}
    }
    found
}

/// Parameters that carry a credential, by their names, where no scheme says so.
fn keys(contract: &Contract) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for operation in &contract.operations {
        for parameter in &operation.parameters {
            let name = parameter.name.to_ascii_lowercase().replace(['-', '_'], "");
            let is_key = matches!(name.as_str(), "authorization" | "token")
                || name.ends_with("apikey")
                || name.ends_with("accesstoken")
                || name.ends_with("authtoken");
            let is_elsewhere = operation.carries_credential(parameter);
            if parameter.place == ParameterLocation::Header
                && is_key
                && !is_elsewhere
                && !found.contains(&parameter.name)
            {
                found.push(parameter.name.clone());
            }
        }
    }
    found
}

/// The variables of paths whose values come from nowhere: what stands before them is neither posted to nor listed.
fn ids(contract: &Contract) -> IndexMap<String, Vec<&Operation>> {
    let mut found: IndexMap<String, Vec<&Operation>> = IndexMap::new();
    for operation in &contract.operations {
        let segments: Vec<&str> = operation.path.split('/').collect();
        for (at, segment) in segments.iter().enumerate() {
            let Some(name) = segment.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) else { continue };
            let above = segments[..at].join("/");
            let is_known = contract.operations.iter().any(|other| {
                other.path.trim_end_matches('/') == above && matches!(other.method.as_str(), "POST" | "GET")
            });
            let parameter = operation
                .parameters
                .iter()
                .find(|parameter| parameter.place == ParameterLocation::Path && parameter.name == name);
            let is_listed = parameter.and_then(|parameter| {
                contract.document.get(&parameter.location.join("schema").join("enum")).and_then(Value::as_array)
            });
            if !is_known && parameter.is_some() && is_listed.is_none() {
                found.entry(name.to_owned()).or_default().push(operation);
            }
        }
    }
    found
}
