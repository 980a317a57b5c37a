//! Finds the operation that logs in: it takes a password, and hands out a token.

use crate::contract::{Contract, Operation, PayloadKind, SchemaId, Schemas, StatusRange};

/// How one logs in.
pub(super) struct Found<'a> {
    pub operation: &'a Operation,
    /// Whether the body is a form, and not JSON.
    pub is_form: bool,
    /// The names of what is sent.
    pub fields: Vec<String>,
    /// Where the token stands in the answer.
    pub token: String,
}

/// What tokens are called, the surest first.
const TOKENS: [&str; 9] =
    ["access_token", "accesstoken", "token", "jwt", "id_token", "authtoken", "auth_token", "sessiontoken", "key"];

/// The operation of a contract that logs in, if one surely does.
pub(super) fn find(contract: &Contract) -> Option<Found<'_>> {
    contract.operations.iter().filter(|operation| operation.method == "POST" && !operation.path.contains('{')).find_map(
        |operation| {
            let media = operation
                .body
                .as_ref()?
                .content
                .iter()
                .find(|media| matches!(media.kind(), PayloadKind::Json | PayloadKind::Form))?;
            let sent = members(&contract.schemas, media.schema?);
            let has = |word: &str| sent.iter().any(|(name, _)| name.to_ascii_lowercase().contains(word));
            // A second password is one that is being set.
            let passwords = sent.iter().filter(|(name, _)| name.to_ascii_lowercase().contains("password")).count();
            if passwords != 1 || !["user", "email", "login", "name", "phone"].iter().any(|word| has(word)) {
                return None;
            }
            let required: Vec<String> = sent
                .iter()
                .filter(|(name, is_required)| *is_required || name.to_ascii_lowercase().contains("password"))
                .map(|(name, _)| name.clone())
                .collect();
            let answer = operation.responses.iter().find(|response| match response.status {
                StatusRange::Code(code) => (200..300).contains(&code),
                StatusRange::Class(class) => class == 2,
                StatusRange::Default => false,
            })?;
            let schema = answer.content.iter().flatten().find(|media| media.kind() == PayloadKind::Json)?.schema?;
            let token = token(&contract.schemas, schema, 0)?;
            Some(Found { operation, is_form: media.kind() == PayloadKind::Form, fields: required, token })
        },
    )
}

/// The pointer to a token in values of a schema.
fn token(schemas: &Schemas, schema: SchemaId, depth: usize) -> Option<String> {
    let children = resolved(schemas, schema);
    let all: Vec<(String, SchemaId)> = children
        .iter()
        .flat_map(|id| schemas.get(*id).properties.iter().map(|(name, schema)| (name.clone(), *schema)))
        .collect();
    let plain = |name: &str| name.to_ascii_lowercase().replace('-', "_");
    let here = TOKENS.iter().find_map(|word| all.iter().find(|(name, _)| plain(name) == *word));
    if let Some((name, _)) = here {
        return Some(format!("/{name}"));
    }
    if depth > 1 {
        return None;
    }
    all.iter().find_map(|(name, schema)| token(schemas, *schema, depth + 1).map(|below| format!("/{name}{below}")))
}

/// The members of an object, and whether each must be there.
fn members(schemas: &Schemas, schema: SchemaId) -> Vec<(String, bool)> {
    let parts = resolved(schemas, schema);
    let required = |name: &String| parts.iter().any(|id| schemas.get(*id).required.contains(name));
    let names = parts.iter().flat_map(|id| schemas.get(*id).properties.keys());
    names.map(|name| (name.clone(), required(name))).collect()
}

/// A schema with those that it refers to, and those that all have to hold.
fn resolved(schemas: &Schemas, schema: SchemaId) -> Vec<SchemaId> {
    let mut found = Vec::new();
    let mut next = vec![schema];
    while let Some(id) = next.pop() {
        if found.contains(&id) || found.len() > 50 {
            continue;
        }
        found.push(id);
        let schema = schemas.get(id);
        next.extend(schema.reference);
        next.extend(&schema.all_of);
    }
    found
}
