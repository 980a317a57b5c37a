//! What the document says of the parameters of a list.

use serde_json::Value;

use super::lists::List;
use crate::check::laws;
use crate::contract::{Parameter, ParameterLocation, SchemaId, Types};
use crate::engine::Transport;
use crate::text::words::{self, plain};
use crate::wire;

impl<T: Transport> List<'_, T> {
    /// The position of the query parameter with one of these names, if it takes values of these types.
    pub(super) fn parameter(&self, names: &[&str], types: Types) -> Option<usize> {
        let is_it = |parameter: &Parameter| {
            let is_known = parameter.place == ParameterLocation::Query && names.contains(&&*plain(&parameter.name));
            is_known && self.types(parameter).intersects(types)
        };
        self.stage.described(self.operation).parameters.iter().position(is_it)
    }

    pub(super) fn name(&self, parameter: usize) -> String {
        self.stage.described(self.operation).parameters[parameter].name.clone()
    }

    /// What the document says of a parameter, in small letters.
    pub(super) fn said(&self, index: usize) -> String {
        let said = self.stage.described(self.operation).parameters[index].description.as_deref();
        said.unwrap_or_default().to_lowercase()
    }

    /// The schema of the items of a parameter that takes a list.
    pub(super) fn element(&self, parameter: &Parameter) -> Option<SchemaId> {
        let schemas = &self.stage.tested.contract.schemas;
        let all = schemas.conjunction(&[parameter.schema?]);
        all.filter_map(|id| schemas.get(id).items).next().filter(|_| self.types(parameter).intersects(Types::ARRAY))
    }

    /// The one default of a parameter.
    pub(super) fn default(&self, index: usize) -> Option<Value> {
        let schema = self.stage.described(self.operation).parameters[index].schema?;
        laws::documented_default(&self.stage.tested.contract.schemas, schema)
    }

    /// The format of a parameter, or of its items.
    pub(super) fn format(&self, index: usize) -> Option<&str> {
        let schemas = &self.stage.tested.contract.schemas;
        let parameter = &self.stage.described(self.operation).parameters[index];
        let own = self.element(parameter).or(parameter.schema)?;
        schemas.conjunction(&[own]).find_map(|id| schemas.get(id).format.as_deref())
    }

    /// Whether the values of a parameter are surely ids.
    pub(super) fn is_key(&self, index: usize, types: Types) -> bool {
        let is_uuid = self.format(index) == Some("uuid");
        let is_number = types.intersects(Types::INTEGER) && !types.intersects(Types::STRING);
        is_uuid || is_number || says(&self.said(index), &["id", "ids", "identifier"])
    }

    pub(super) fn types(&self, parameter: &Parameter) -> Types {
        parameter.schema.map_or(Types::ANY, |schema| self.types_of(schema))
    }

    pub(super) fn types_of(&self, schema: SchemaId) -> Types {
        let schemas = &self.stage.tested.contract.schemas;
        let choices = schemas.conjunction(&[schema]).filter_map(|id| schemas.get(id).enum_values.as_ref()).flatten();
        choices.fold(wire::expected_types(schemas, schema), |types, choice| types.or(Types::of(choice)))
    }

    /// The members of the enumeration of a parameter, or of its items.
    pub(super) fn choices(&self, index: usize) -> Vec<Value> {
        let schemas = &self.stage.tested.contract.schemas;
        let parameter = &self.stage.described(self.operation).parameters[index];
        let own = self.element(parameter).or(parameter.schema);
        let all = own.into_iter().flat_map(|schema| schemas.conjunction(&[schema]));
        all.filter_map(|id| schemas.get(id).enum_values.clone()).flatten().collect()
    }
}

/// Whether a text in small letters says that capital and small letters are one.
pub(super) fn folds_case(said: &str) -> bool {
    const KNOWN: [&str; 8] = [
        "without regard to case",
        "regardless of case",
        "case-insensitive",
        "case insensitive",
        "in any case",
        "ignoring case",
        "ignores case",
        "case is ignored",
    ];
    KNOWN.iter().any(|words| said.contains(words) && !said.contains(&format!("not {words}")))
}

/// Whether a text has one of these words.
pub(super) fn says(text: &str, known: &[&str]) -> bool {
    words::of(text).iter().any(|word| known.contains(&word.as_str()))
}
