//! Where the items of a list have a value: a property, or one of an object within them.

use std::fmt;

use serde_json::Value;

/// Objects within objects that are looked into.
const DEPTH: usize = 3;

/// The names that lead to a value from an item on.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Field {
    path: Vec<String>,
}

impl Field {
    /// The property of an item.
    pub fn of(name: &str) -> Self {
        Self { path: vec![name.to_owned()] }
    }

    /// All fields of these items that have values of their own, the outer ones first.
    pub fn all<'v>(items: impl Iterator<Item = &'v Value>) -> Vec<Self> {
        let mut found: Vec<Self> = Vec::new();
        for item in items {
            collect(item, &mut Vec::new(), &mut found);
        }
        found.sort_by_key(|field| field.path.len());
        found
    }

    /// The names that lead there.
    pub fn path(&self) -> &[String] {
        &self.path
    }

    /// Its values in an item: none where it is not there, several where it stands in an array.
    pub fn values<'v>(&self, item: &'v Value) -> Vec<&'v Value> {
        let mut all = members(item);
        for name in &self.path {
            all = all.into_iter().filter_map(|value| value.get(name)).flat_map(members).collect();
        }
        all
    }

    /// The values in an item, if there are no more than one.
    pub fn value<'v>(&self, item: &'v Value) -> Option<&'v Value> {
        let all = self.values(item);
        all.first().copied().filter(|_| all.len() == 1)
    }
}

impl fmt::Display for Field {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.path.join("."))
    }
}

/// The items of an array, or what is none.
fn members(value: &Value) -> Vec<&Value> {
    value.as_array().map_or_else(|| vec![value], |items| items.iter().collect())
}

fn collect(value: &Value, path: &mut Vec<String>, found: &mut Vec<Field>) {
    for value in members(value) {
        match value {
            Value::Object(inner) if path.len() < DEPTH => {
                for (name, value) in inner {
                    path.push(name.clone());
                    collect(value, path, found);
                    path.pop();
                }
            }
            Value::Object(_) | Value::Array(_) | Value::Null => {}
            _ if path.is_empty() || found.iter().any(|known| known.path == *path) => {}
            _ => found.push(Field { path: path.clone() }),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn fields_are_the_properties_that_have_values_however_deep() {
        let item = json!({"address": {"city": "Ulm", "zip": null}, "id": 1, "lines": [{"sku": "a"}, {"sku": "b"}], "tags": ["x"]});
        let all = Field::all(std::iter::once(&item));
        let names: Vec<String> = all.iter().map(Field::to_string).collect();
        assert_eq!(names, ["id", "tags", "address.city", "lines.sku"]);
        assert_eq!(all[3].values(&item), [&json!("a"), &json!("b")]);
        assert_eq!((all[2].value(&item), all[3].value(&item)), (Some(&json!("Ulm")), None));
        assert!(Field::of("price").values(&item).is_empty());
    }
}
