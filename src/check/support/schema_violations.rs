//! Finds the clauses that a value violates, in the best matching branch.

use std::collections::HashSet;

use serde_json::Value;

use crate::contract::{Direction, SchemaId, Schemas, Validators, Violation};

use super::anchor::Anchor;
use super::response_view::{ResponseView, brief};
use crate::finding::{Aspect, Evidence, Finding, Root};
use crate::rule::Rule;
use crate::spec::Pointer;

/// Members or items of what is small.
const FEW: usize = 4;

/// The finding of a broken clause of a body, with its schema.
pub(super) fn finding_of(
    rule: &'static Rule,
    view: &ResponseView<'_>,
    (schema, value): (SchemaId, &Value),
    violation: &Violation,
) -> Finding {
    let anchor = Anchor::new(violation.location.clone(), &violation.keyword, "");
    let at = match violation.instance.as_str() {
        "" => "The body".to_owned(),
        pointer => format!("`{pointer}`"),
    };
    let message = format!("{at} of the {} breaks its schema: {}", view.response.status, violation.message);
    let finding = view.finding(rule, &anchor, message, "").expecting(expected(view, violation));
    let aspect = Some(aspect(view, schema, value, violation));
    let evidence = Evidence { returned: returned(value, violation), ..finding.evidence };
    Finding { root: root(view, schema, value, violation), aspect, evidence, ..finding }
}

/// The value that breaks a clause, with the name of its member, where both are small enough to be known again.
fn returned(body: &Value, violation: &Violation) -> Option<(String, Value)> {
    let value = body.pointer(violation.instance.as_str())?;
    let is_scalar = |value: &Value| !value.is_object() && !value.is_array();
    let is_small = match value {
        Value::Object(members) => members.len() <= FEW && members.values().all(is_scalar),
        Value::Array(items) => items.len() <= FEW && items.iter().all(is_scalar),
        _ => true,
    };
    Some((violation.instance.member()?, value.clone())).filter(|_| is_small)
}

/// What bug a broken clause is of: its own node's, where operations share that. Errors are made in one place, though each
/// operation may document them anew, and one with no member that is documented has another envelope altogether.
fn root(view: &ResponseView<'_>, schema: SchemaId, value: &Value, violation: &Violation) -> Root {
    let habit = |manner: String| Root::Habit { manner };
    let status = view.response.status;
    if status >= 400 && violation.instance.as_str().is_empty() && is_foreign(view, schema, value) {
        return habit(format!("{status} foreign"));
    }
    if let Some(manner) = way_of_writing(view.subject.validators, value, violation) {
        return habit(manner);
    }
    if is_null(value, violation) && is_optional(view, schema, value, &violation.instance) {
        return Root::Writing { manner: "null for what there is not".to_owned() };
    }
    let is_inline = violation.location.is_inside(&view.subject.operation.location);
    if status < 400 || !is_inline {
        return Root::AnyRule;
    }
    let member = missing(view, violation).unwrap_or_default();
    habit(format!("{status} {} /{} {member}", violation.keyword, any_item(&violation.instance)))
}

/// Whether it is null that is of another type.
fn is_null(body: &Value, violation: &Violation) -> bool {
    &*violation.keyword == "type" && body.pointer(violation.instance.as_str()).is_some_and(Value::is_null)
}

/// Whether a value may be left out: a member of an object that does not require it.
fn is_optional(view: &ResponseView<'_>, schema: SchemaId, body: &Value, at: &Pointer) -> bool {
    let Some((holder, name)) = at.parent() else { return false };
    let mut without = body.clone();
    let is_member = body.pointer(holder.as_str()).is_some_and(Value::is_object);
    if !is_member || at.remove(&mut without).is_none() {
        return false;
    }
    let is_lack = |violation: &Violation| {
        violation.instance == holder && missing(view, violation).is_some_and(|member| member == name)
    };
    !violations(view.subject.validators, schema, &without).iter().any(is_lack)
}

/// What a server does with a format wherever it writes one, where it is nearly right.
fn way_of_writing(validators: &Validators, value: &Value, violation: &Violation) -> Option<String> {
    let schema = validators.schemas().get(violation.schema);
    let format = schema.format.as_deref().filter(|format| &*violation.keyword == "format" && *format == "date-time")?;
    let text = value.pointer(violation.instance.as_str())?.as_str()?;
    let with_t = text.replacen(' ', "T", 1);
    let ways = [
        ("no offset", format!("{text}Z")),
        ("a blank before the time", with_t.clone()),
        ("a blank before the time and no offset", format!("{with_t}Z")),
    ];
    let is_right =
        |text: &String| validators.is_valid(violation.schema, Direction::Response, &Value::String(text.clone()));
    ways.into_iter().find(|(_, right)| is_right(right)).map(|(way, _)| format!("{format} with {way}"))
}

/// A pointer with `*` for each index.
fn any_item(pointer: &Pointer) -> String {
    let is_index = |token: &str| token.bytes().all(|byte| byte.is_ascii_digit());
    let tokens = pointer.tokens().map(|token| if is_index(&token) { "*".to_owned() } else { token.into_owned() });
    tokens.collect::<Vec<_>>().join("/")
}

/// The property that a violation of `required` names.
pub(super) fn missing<'a>(view: &ResponseView<'a>, violation: &Violation) -> Option<&'a str> {
    let member = view.subject.contract.document.get(&violation.location).filter(|_| &*violation.keyword == "required");
    member.and_then(Value::as_str)
}

/// What a broken clause says of a value: that an object lacks members, that members are null, or else what is wrong.
fn aspect(view: &ResponseView<'_>, schema: SchemaId, value: &Value, violation: &Violation) -> Aspect {
    let is_of_any_response = false;
    let schemas = view.subject.validators.schemas();
    let address = |schema: SchemaId| schemas.get(schema).location.pointer.clone();
    let status = view.response.status;
    let at = match violation.instance.as_str() {
        "" => "The body".to_owned(),
        pointer => format!("`{pointer}`"),
    };
    if let Some(member) = missing(view, violation) {
        let of = format!("lacks {} /{}", address(violation.schema), any_item(&violation.instance));
        return Aspect {
            of,
            beginning: format!("{at} of the {status} lacks"),
            part: format!("`{member}`"),
            is_of_any_response,
        };
    }
    if let Some((holder, name)) = violation.instance.parent().filter(|_| is_null(value, violation)) {
        let of = format!("null {} /{}", address(schema), any_item(&holder));
        let beginning = format!("Null, which the schema does not allow, is in the {status} at");
        return Aspect { of, beginning, part: format!("`{}`", holder.join(&name)), is_of_any_response };
    }
    let of = format!("breaks {} /{}", address(violation.schema), any_item(&violation.instance));
    let beginning = format!("{at} of the {status} breaks its schema:");
    Aspect { of, beginning, part: violation.message.clone(), is_of_any_response }
}

/// Whether an object has not one of the members that its schema declares.
fn is_foreign(view: &ResponseView<'_>, schema: SchemaId, value: &Value) -> bool {
    let schemas = view.subject.validators.schemas();
    let Value::Object(members) = value else { return false };
    let mut declared = schemas.with_branches(&[schema]).flat_map(|id| schemas.get(id).properties.keys()).peekable();
    declared.peek().is_some() && !declared.any(|name| members.contains_key(name))
}

/// The node that is broken, as the document writes it.
fn expected(view: &ResponseView<'_>, violation: &Violation) -> String {
    let node = view.subject.contract.document.get(&violation.location);
    match node {
        Some(node @ (Value::String(_) | Value::Number(_) | Value::Bool(_) | Value::Array(_))) => {
            format!("`{}: {}`", violation.keyword, brief(&node.to_string()))
        }
        _ => format!("`{}` as documented", violation.keyword),
    }
}

/// The broken clauses, each once, in the order of the validator; unions are followed into the branch that
/// the value comes nearest to. Branches that overlap by themselves are a fault of the document.
pub fn violations(validators: &Validators, schema: SchemaId, value: &Value) -> Vec<Violation> {
    let mut found = Vec::new();
    for violation in validators.violations(schema, Direction::Response, value) {
        descend(validators.schemas(), violation, value, &mut found);
    }
    let mut reported = HashSet::new();
    found.retain(|violation| {
        let is_of_document = &*violation.keyword == "oneOf"
            && value
                .pointer(violation.instance.as_str())
                .is_some_and(|node| validators.overlap_at_rest(violation.schema, Direction::Response, node));
        !is_of_document && reported.insert((violation.location.clone(), violation.keyword.clone()))
    });
    found
}

fn descend(schemas: &Schemas, violation: Violation, root: &Value, found: &mut Vec<Violation>) {
    if violation.branches.is_empty() {
        found.push(violation);
        return;
    }
    // A branch with nothing against the value is kept, whatever the validator said of the whole.
    if violation.branches.iter().any(Vec::is_empty) {
        return;
    }
    let named = discriminated(schemas, &violation, root);
    let nearest = named.or_else(|| {
        let distances = violation.branches.iter().map(|branch| distance(branch, &violation)).enumerate();
        let (index, distance) = distances.min_by_key(|(_, distance)| *distance)?;
        // The value is of none of the branches' types: no branch is meant more than another.
        (!distance.0).then_some(index)
    });
    match nearest {
        Some(index) => {
            let mut violation = violation;
            for inner in violation.branches.swap_remove(index) {
                descend(schemas, inner, root, found);
            }
        }
        None => found.push(violation),
    }
}

/// How far a value is from a branch: it is of another type, it is marked as another variant, and how much
/// is wrong with it.
fn distance(branch: &[Violation], union: &Violation) -> (bool, bool, usize) {
    let other_type = branch.iter().any(|v| &*v.keyword == "type" && v.instance == union.instance);
    let other_variant = branch.iter().any(|v| matches!(&*v.keyword, "const" | "enum"));
    (other_type, other_variant, branch.len())
}

/// The branch that the value's own discriminator names.
fn discriminated(schemas: &Schemas, violation: &Violation, root: &Value) -> Option<usize> {
    let union = schemas.get(violation.schema);
    let discriminator = union.discriminator.as_ref()?;
    let name = root.pointer(violation.instance.as_str())?.get(&discriminator.property)?.as_str()?;
    let target = discriminator.mapping.iter().find(|(known, _)| known == name)?.1;
    let branches = if &*violation.keyword == "anyOf" { &union.any_of } else { &union.one_of };
    branches.iter().position(|branch| *branch == target || schemas.get(*branch).reference == Some(target))
}
