//! Properties of one name that responses have as another type than documented, in several schemas: who documents every `id` as
//! a string and writes numbers has one habit, and no bug for each schema.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::Twins;
use super::rooted::Rooted;
use crate::contract::Contract;
use crate::finding::Root;
use crate::rule::Severity;

/// In so many schemas it is no chance.
const LEAST: usize = 3;

/// The habits that several schemas show.
pub(super) struct Mistyped(BTreeMap<Difference, Shown>);

/// How a property of one name differs from its schemas.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Difference {
    severity: Severity,
    /// Whether it is of the property's own value, or of the items of its list.
    is_of_item: bool,
    name: String,
    is: &'static str,
    documented: String,
}

/// Where it shows.
#[derive(Default)]
struct Shown {
    /// The bugs, one for each schema.
    keys: BTreeSet<String>,
    operations: BTreeSet<String>,
}

impl Mistyped {
    pub fn of(contract: &Contract, rooted: &[Rooted<'_>], twins: &Twins) -> Self {
        let mut all: BTreeMap<Difference, Shown> = BTreeMap::new();
        for one in rooted {
            let Some(difference) = difference(contract, one) else { continue };
            let shown = all.entry(difference).or_default();
            shown.keys.insert(twins.key(&one.key));
            shown.operations.insert(one.operation.id.clone());
        }
        all.retain(|_, shown| shown.keys.len() >= LEAST);
        Self(all)
    }

    /// The key of the habit that a group shows, and what it tells.
    pub fn told(&self, contract: &Contract, one: &Rooted<'_>) -> Option<(String, Option<String>)> {
        let difference = difference(contract, one)?;
        let shown = self.0.get(&difference)?;
        let Difference { is_of_item, name, is, documented, .. } = &difference;
        let (of, operations) = (if *is_of_item { "an item of " } else { "" }, shown.operations.len());
        let key = format!("{of}{name}: {is} where {documented}");
        let message = format!("{of}`{name}` is {is} where {documented} is documented, in {operations} operations");
        let message = if *is_of_item { message.replacen("an", "An", 1) } else { message };
        Some((key, Some(message)))
    }
}

/// How the property that a group shows differs from its schema, where it does by its type, and null is not meant: that stands
/// for what there is not.
fn difference(contract: &Contract, one: &Rooted<'_>) -> Option<Difference> {
    let finding = &one.group.finding;
    let (name, value) = finding.evidence.returned.as_ref()?;
    let is_of_type = matches!(finding.root, Root::AnyRule) && finding.place.keyword == "type";
    let is = kind(value).filter(|_| is_of_type)?;
    let documented = match contract.document.get(&finding.place.location)? {
        Value::String(kind) => kind_of_name(kind)?.to_owned(),
        Value::Array(kinds) => {
            let kinds: Option<Vec<&str>> = kinds.iter().map(|kind| kind_of_name(kind.as_str()?)).collect();
            kinds?.join(" or ")
        }
        _ => return None,
    };
    let at = finding.place.location.pointer.as_str();
    let is_of_item = at.strip_suffix("/type").unwrap_or(at).ends_with("/items");
    Some(Difference { severity: finding.severity, is_of_item, name: name.clone(), is, documented })
}

fn kind(value: &Value) -> Option<&'static str> {
    kind_of_name(match value {
        Value::Null => return None,
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    })
}

/// A type as messages name it.
fn kind_of_name(name: &str) -> Option<&'static str> {
    Some(match name {
        "null" => "null",
        "boolean" => "a boolean",
        "number" => "a number",
        "integer" => "an integer",
        "string" => "a string",
        "array" => "an array",
        "object" => "an object",
        _ => return None,
    })
}
