//! Inheritance by `discriminator`: a schema without a union names the schemas that take it in by `allOf`
//! (Swagger 2.0, section 5.2.20; OpenAPI 3.1, section 4.8.25).

use serde_json::{Map, Value};

use super::arena::Schemas;
use super::model::{Schema, SchemaId};
use super::read::SchemaReader;
use crate::spec::{Document, SourceLocation};

/// A component with the schemas that it takes in.
struct Heir {
    name: String,
    location: SourceLocation,
    of: Vec<SourceLocation>,
}

impl SchemaReader {
    /// Completes what the discriminators of such schemas map by the names of their heirs, and reads those.
    pub(super) fn inherit(&mut self, document: &mut Document) {
        let bases = self.bases();
        if bases.is_empty() {
            return;
        }
        let heirs = heirs(document);
        for base in bases {
            let mut known = vec![self.schemas.get(base).location.clone()];
            let mut next = 0;
            while next < known.len() {
                let found = heirs.iter().filter(|heir| heir.of.contains(&known[next]));
                let new: Vec<&Heir> = found.filter(|heir| !known.contains(&heir.location)).collect();
                known.extend(new.iter().map(|heir| heir.location.clone()));
                for heir in new {
                    let id = self.enqueue(&heir.location);
                    if let Some(discriminator) = &mut self.schemas.all[base.0 as usize].discriminator
                        && discriminator.mapping.iter().all(|(_, mapped)| *mapped != id)
                    {
                        discriminator.mapping.push((heir.name.clone(), id));
                    }
                }
                next += 1;
            }
        }
    }

    /// The schemas whose discriminator selects among what is no union of theirs.
    fn bases(&self) -> Vec<SchemaId> {
        let all = self.schemas.all.iter().enumerate().filter(|(_, schema)| schema.is_inherited());
        all.map(|(index, _)| SchemaId(index as u32)).collect()
    }
}

/// The components that take others in, in the order of the document.
fn heirs(document: &mut Document) -> Vec<Heir> {
    let root = document.root();
    let homes = [root.join("definitions"), root.join("components").join("schemas")];
    let mut found = Vec::new();
    for home in homes {
        let components = document.get(&home).and_then(Value::as_object).cloned().unwrap_or_else(Map::new);
        for (name, schema) in components {
            let parts = schema.get("allOf").and_then(Value::as_array).into_iter().flatten();
            let references = parts.filter_map(|part| part.get("$ref")?.as_str());
            let of: Vec<SourceLocation> =
                references.filter_map(|reference| document.resolve(home.file, reference).ok()).collect();
            if !of.is_empty() {
                found.push(Heir { location: home.join(&name), name, of });
            }
        }
    }
    found
}

impl Schema {
    /// Whether its discriminator selects among those that take it in.
    pub(crate) fn is_inherited(&self) -> bool {
        self.discriminator.is_some() && self.any_of.is_empty() && self.one_of.is_empty()
    }
}

impl Schemas {
    /// Whether some node of a value has a discriminator that names nothing known: a server does not know what the value is.
    pub(crate) fn misnames(&self, id: SchemaId, value: &Value) -> bool {
        self.any_node(id, value, &|schema, node| {
            let Some(discriminator) = &schema.discriminator else { return false };
            let Some(Value::String(name)) = node.get(&discriminator.property) else { return false };
            let names = self.names(schema);
            !names.is_empty() && !names.iter().any(|known| known == name)
        })
    }

    /// The names by which a schema's discriminator selects: those that are mapped, and those of the branches.
    fn names(&self, schema: &Schema) -> Vec<String> {
        let mapping = schema.discriminator.iter().flat_map(|discriminator| &discriminator.mapping);
        let branches = schema.any_of.iter().chain(&schema.one_of);
        let implied =
            branches.filter_map(|branch| self.get(*branch).reference).filter_map(|target| self.last_name(target));
        mapping.map(|(name, _)| name.clone()).chain(implied).collect()
    }

    /// The last part of a schema's pointer: the name of a component.
    pub(crate) fn last_name(&self, id: SchemaId) -> Option<String> {
        self.get(id).location.pointer.tokens().last().map(std::borrow::Cow::into_owned)
    }
}
