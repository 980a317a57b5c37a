//! Components that are of one kind: `Book`, `BookRequest` and `PatchedBookRequest` have nearly the same properties, as one
//! piece of code reads them all. What is wrong with such a property is one.

use std::collections::{BTreeMap, HashMap};

use serde_json::{Map, Value};

use super::bare::bare;
use crate::resource::stem;
use crate::spec::Pointer;
use crate::text::words;

/// Components with one property alike that are looked at.
const MOST: usize = 16;
/// Words of a name that say what a component is for, and not of what it is.
const USES: [&str; 24] = [
    "base", "body", "create", "created", "dto", "in", "input", "item", "list", "new", "out", "output", "patch",
    "patched", "public", "read", "request", "response", "schema", "simple", "update", "updated", "view", "write",
];
/// Fewer properties in common are chance.
const LEAST: usize = 2;

/// The address of each property of a component that an earlier one of its kind has, too, with that of the first.
pub(super) fn properties(
    holder: &Pointer,
    components: &Map<String, Value>,
    twins: &HashMap<String, String>,
) -> HashMap<String, String> {
    let mut found: HashMap<String, String> = HashMap::new();
    // By name and schema of a property, the components that have it.
    let mut having: HashMap<(&str, String), Vec<&str>> = HashMap::new();
    // By name, how many properties a component has, and its place.
    let mut known: HashMap<&str, (usize, usize)> = HashMap::new();
    for (place, (component, schema)) in components.iter().enumerate() {
        let Some(properties) = schema.get("properties").and_then(Value::as_object) else { continue };
        let own: Vec<(&str, String)> =
            properties.iter().map(|(name, schema)| (name.as_str(), bare(schema, twins).to_string())).collect();
        let mut shared: BTreeMap<&str, usize> = BTreeMap::new();
        for other in own.iter().filter_map(|property| having.get(property)).flatten() {
            *shared.entry(other).or_default() += 1;
        }
        let is_kin = |(other, shared): &(&str, usize)| {
            let smaller = known.get(other).map_or(own.len(), |(count, _)| own.len().min(*count));
            *shared >= LEAST && *shared * 2 >= smaller && are_akin(component, other)
        };
        // What was written first, of those that are nearest.
        let nearest = shared
            .into_iter()
            .filter(is_kin)
            .max_by_key(|(other, shared)| (*shared, std::cmp::Reverse(known.get(other).map(|(_, place)| *place))));
        if let Some((other, _)) = nearest {
            let address =
                |component: &str, name: &str| format!("#{}", holder.join(component).join("properties").join(name));
            for (name, _) in own.iter().filter(|property| having.get(*property).is_some_and(|all| all.contains(&other)))
            {
                let first = address(other, name);
                let first = found.get(&first).cloned().unwrap_or(first);
                found.insert(address(component, name), first);
            }
        }
        known.insert(component, (own.len(), place));
        for property in own {
            let all = having.entry(property).or_default();
            if all.len() < MOST {
                all.push(component);
            }
        }
    }
    found
}

/// Whether two components are called after one thing: one's words, but for what says how it is used, are among the other's.
fn are_akin(one: &str, other: &str) -> bool {
    let own = |name: &str| -> Vec<String> {
        words::of(name).into_iter().filter(|word| !USES.contains(&word.as_str())).map(|word| stem(&word)).collect()
    };
    let (one, other) = (own(one), own(other));
    let (less, more) = if one.len() <= other.len() { (one, other) } else { (other, one) };
    !less.is_empty() && less.iter().all(|word| more.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_property_of_components_of_one_kind_is_one() {
        let text = json!({"type": "string", "maxLength": 10});
        let components = json!({
            "Book": {"properties": {"id": {"type": "integer"}, "title": text, "price": {"type": "number"}}},
            "BookRequest": {"properties": {"title": text, "price": {"type": "number"}}},
            "PatchedBookRequest": {"properties": {"title": {"maxLength": 10, "type": "string", "title": "Title"}, "price": {"type": "number"}}},
            "Film": {"properties": {"id": {"type": "integer"}, "title": text, "price": {"type": "number"}}},
            "Author": {"properties": {"name": text, "title": text, "born": {"type": "integer"}, "died": {"type": "integer"}}},
        });
        let components = components.as_object().expect("an object");
        let found = properties(&Pointer::new("/components/schemas"), components, &HashMap::new());
        let at = |component: &str| found.get(&format!("#/components/schemas/{component}/properties/title"));
        let first = "#/components/schemas/Book/properties/title".to_owned();
        assert_eq!((at("BookRequest"), at("PatchedBookRequest")), (Some(&first), Some(&first)));
        assert_eq!((at("Book"), at("Author")), (None, None), "one property in common is chance");
        assert_eq!(at("Film"), None, "it is another thing");
    }
}
