//! Branches of a `oneOf` that overlap, so that its `discriminator` names one that the keywords do not tell from others.

use serde_json::Value;

use crate::contract::{Contract, Diagnostic, Direction, SchemaId, Validators};
use crate::generate::Generator;
use crate::rule::{Rule, Severity};
use crate::wire::Channel;

/// A value that names its branch is one of another, too.
pub static OVERLAP: Rule = Rule {
    severity: Severity::Warning,
    ..Rule::lint(
        "one-of-overlap",
        "Several branches of a `oneOf` allow a value, which its `discriminator` does not change.",
        "JSON Schema 2020-12 Core, section 10.2.1.3; OpenAPI 3.1, section 4.8.25",
    )
};

/// Branches of one union that are set against each other.
const MOST_BRANCHES: usize = 12;

/// The unions of which a value is shown that two branches allow, though it has the property of the discriminator.
pub(super) fn faults(contract: &Contract, validators: &Validators) -> Vec<Diagnostic> {
    let generator = Generator::new(validators, Direction::Request, Channel::PAYLOAD);
    let overlaps = Overlaps { contract, validators, generator };
    let unions = contract.schemas.iter().filter_map(|(id, schema)| Some((id, schema.tells_apart()?)));
    unions.filter_map(|(id, property)| overlaps.fault(id, property)).collect()
}

struct Overlaps<'a> {
    contract: &'a Contract,
    validators: &'a Validators,
    generator: Generator,
}

impl Overlaps<'_> {
    fn fault(&self, id: SchemaId, property: &str) -> Option<Diagnostic> {
        let schema = self.contract.schemas.get(id);
        let branches: Vec<SchemaId> = schema.one_of.iter().take(MOST_BRANCHES).copied().collect();
        let pairs = (0..branches.len()).flat_map(|one| (one + 1..branches.len()).map(move |other| (one, other)));
        let mut shown = pairs
            .filter_map(|(one, other)| Some((one, other, self.of_both(branches[one], branches[other], property)?)));
        let (one, other, value) = shown.next()?;
        let (one, other) = (self.name(branches[one], one), self.name(branches[other], other));
        let message = format!(
            "{one} and {other} both allow `{value}`, so that `oneOf` allows it not, whatever `{property}` says; an `enum` \
             or `const` of `{property}` in each branch tells them apart"
        );
        Some(Diagnostic::new(&OVERLAP, schema.location.join("oneOf"), message))
    }

    /// A value of two branches that has the property.
    fn of_both(&self, one: SchemaId, other: SchemaId, property: &str) -> Option<Value> {
        let both = [one, other];
        let mut value = self.generator.minimal_of(&both.to_vec())?;
        if value.get(property).is_none() {
            value.as_object_mut()?.insert(property.to_owned(), Value::from("text"));
        }
        let is_of = |id: &SchemaId| self.validators.is_valid(*id, Direction::Request, &value);
        (value.get(property).is_some_and(Value::is_string) && both.iter().all(is_of)).then_some(value)
    }

    fn name(&self, branch: SchemaId, index: usize) -> String {
        let schemas = &self.contract.schemas;
        let target = schemas.get(branch).reference.unwrap_or(branch);
        schemas.component_name(target).map_or_else(|| format!("branch {index}"), |name| format!("`{name}`"))
    }
}
