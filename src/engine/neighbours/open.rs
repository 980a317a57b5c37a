//! Parameters of which a document says no more than that they are texts.

use crate::contract::{Schema, SchemaId, Schemas, Types};
use crate::engine::habits::leaves_text_open;
use crate::wire::expected_types;

/// Whether nothing is said of the texts that a parameter may have, or of those in its list.
pub(super) fn is_any_text(schemas: &Schemas, schema: SchemaId) -> bool {
    let is_of = |schema: &Schema, wanted| schema.types.is_none_or(|types| types.intersects(wanted));
    let types = expected_types(schemas, schema);
    let mut branches = schemas.with_branches(&[schema]).map(|id| schemas.get(id));
    if types.intersects(Types::ARRAY) && !types.intersects(Types::STRING) {
        let mut items = branches.filter_map(|schema| schema.items).peekable();
        return items.peek().is_some() && items.all(|item| is_any_text(schemas, item));
    }
    // Whether it may be null, too, says nothing of its texts.
    types.intersects(Types::STRING)
        && branches.all(|schema| !is_of(schema, Types::STRING) || leaves_text_open(schema) && schema.format.is_none())
}
