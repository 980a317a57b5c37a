//! A response repeats a value of the request, but changed.

use serde_json::{Map, Value};

use crate::case::Intent;
use crate::contract::{Direction, PayloadKind, SchemaId, Schemas, Types};
use crate::finding::Aspect;
use crate::spec::{Pointer, SourceLocation};
use crate::wire::Payload;

use super::{Anchor, Check, Finding, ResponseView, Rule, Severity, Subject, brief, payload};
use crate::check::support::equality::{is_equal, is_kept, is_secret, is_server_made};
use crate::check::support::reading::{MARGINS, without_margins};
use crate::check::support::rewritten::is_rewritten;
use crate::check::support::schema_violations::violations;

/// The rule.
pub static RULE: Rule = Rule {
    clauses: &["properties"],
    severity: Severity::Warning,
    ..Rule::check(
        "echo",
        "A value of the request that the response repeats under the same key is returned changed.",
        "none: a document that gives both the same property means the same value",
    )
};

/// The check.
#[derive(Debug)]
pub struct Echo;

impl Check for Echo {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn judge(&self, view: &ResponseView<'_>) -> Vec<Finding> {
        self.changed(view).unwrap_or_default()
    }
}

/// How many objects deep a response may wrap what it repeats, as in `{"data": {"message": {..}}}`.
const DEEPEST: usize = 2;

impl Echo {
    fn changed(&self, view: &ResponseView<'_>) -> Option<Vec<Finding>> {
        let subject = view.subject;
        let is_success = view.response.status < 300 && view.verdict.is_acceptable();
        // What may as well be refused may as well be changed: a number that not every program can hold.
        if subject.case.intent != Intent::Valid || subject.case.doubtful || !is_success {
            return None;
        }
        let body = subject.case.request.body.as_ref()?;
        // What a patch says is no value of the resource (RFC 7396; RFC 6902).
        let is_patch = |name: &str| name.contains("merge-patch+json") || name.contains("json-patch+json");
        if body.media_type.as_deref().is_some_and(is_patch) {
            return None;
        }
        let (sent, request) = sent(subject)?;
        let response = view.media?.schema?;
        let schemas = &subject.contract.schemas;
        let is_form = !matches!(body.payload, Payload::Json(_));
        let answered = view.payload.json()?;
        if is_canned(schemas, view, response, answered) {
            return None;
        }
        let mut places = Vec::new();
        wrapped(schemas, response, answered, &Pointer::root(), &mut places);
        let mut findings = Vec::new();
        for place in places {
            let repeated: Vec<(&String, SchemaId)> = sent
                .iter()
                .filter(|(_, value)| !is_form || is_telling(value))
                .filter_map(|(name, _)| {
                    let asked = property(schemas, request, name)?;
                    let returned = property(schemas, place.schema, name)?;
                    let is_free = || ![asked, returned].into_iter().any(|id| is_rewritten(subject, id));
                    (is_repeated(schemas, name, asked, returned) && is_free()).then_some((name, returned))
                })
                .collect();
            // Deeper down, one name in common may be chance: an author's `name` is not the message's.
            let is_outermost = place.at.as_str().is_empty() || place.at.as_str() == "/data";
            if !is_outermost && repeated.len() < 2 {
                continue;
            }
            for (name, returned) in repeated {
                let (Some(before), Some(after)) = (sent.get(name), place.members.get(name)) else { continue };
                // To send null in a change is to ask for the default.
                if before.is_null() && subject.case.request.method == "PATCH" {
                    continue;
                }
                // What the response may not show, it cannot repeat.
                let may_be_shown = || violations(subject.validators, returned, before).is_empty();
                if !is_same(schemas, returned, before, after) && may_be_shown() {
                    let at = place.at.join(name);
                    let anchor = Anchor::new(schemas.get(returned).location.clone(), "properties", "");
                    let message =
                        format!("`{at}` was returned as {}, which is not what was sent", brief(&after.to_string()));
                    let finding = view.finding(&RULE, &anchor, message, at.as_str());
                    // Who writes anew what it was sent does so by one piece of code.
                    let aspect = Aspect {
                        of: "changed".to_owned(),
                        beginning: "Values of the request were returned changed:".to_owned(),
                        part: format!("`{at}`"),
                        is_of_any_response: true,
                    };
                    let finding = match without_margins(before).is_some_and(|trimmed| *after == trimmed) {
                        true => finding.of_habit(MARGINS),
                        false => finding,
                    };
                    findings.push(Finding { aspect: Some(aspect), ..finding.expecting(brief(&before.to_string())) });
                }
            }
        }
        Some(findings)
    }
}

/// What the body of a request has sent, by its schema: an object in JSON, or the fields of a form.
fn sent<'a>(subject: &'a Subject<'_>) -> Option<(&'a Map<String, Value>, SchemaId)> {
    let content = &subject.operation.body.as_ref()?.content;
    let body = subject.case.request.body.as_ref()?;
    if let Payload::Json(value) = &body.payload {
        return Some((value.as_object()?, payload::matching(content, body.media_type.as_deref())?.schema?));
    }
    let values = subject.case.values.as_ref().filter(|values| values.mutation.is_none())?;
    let (index, value) = values.body.as_ref()?;
    let media = content.get(*index)?;
    matches!(media.kind(), PayloadKind::Form | PayloadKind::Multipart).then_some((value.as_object()?, media.schema?))
}

/// Whether a field of a form can be read in one way alone: nothing, null and lists have several spellings.
fn is_telling(value: &Value) -> bool {
    value.is_number() || value.is_boolean() || value.as_str().is_some_and(|text| !text.is_empty())
}

/// Whether a response is the document's own example, whatever was asked: that of a mock, which repeats nothing.
fn is_canned(schemas: &Schemas, view: &ResponseView<'_>, schema: SchemaId, answered: &Value) -> bool {
    let of_media = view.media.iter().flat_map(|media| &media.examples);
    let whole = of_media.chain(schemas.conjunction(&[schema]).flat_map(|id| &schemas.get(id).examples));
    let is_whole = whole.map(|(example, _)| example).any(|example| example == answered);
    let mut found = (0, 0);
    examples_kept(schemas, schema, answered, &mut found);
    // Of a few among many, all may be right by chance.
    let members = answered.as_object().map_or(0, serde_json::Map::len);
    is_whole || found.0 > 0 && found.0 == found.1 && found.0 * 2 >= members
}

/// Counts the values of a response that have an example in their schema, and those that are one.
fn examples_kept(schemas: &Schemas, schema: SchemaId, value: &Value, found: &mut (usize, usize)) {
    let Value::Object(members) = value else { return };
    for (name, value) in members {
        let Some(child) = property(schemas, schema, name) else { continue };
        let all = schemas.conjunction(&[child]).flat_map(|id| &schemas.get(id).examples);
        // A server may rightly, or wrongly, put a default in the place of what was sent.
        let is_default = |at: &SourceLocation| at.pointer.tokens().last().is_some_and(|token| token == "default");
        let examples: Vec<&Value> = all.filter(|(_, at)| !is_default(at)).map(|(example, _)| example).collect();
        match examples.as_slice() {
            [] => examples_kept(schemas, child, value, found),
            known => *found = (found.0 + 1, found.1 + usize::from(known.contains(&value))),
        }
    }
}

/// An object of the response with its schema.
pub(super) struct Place<'a> {
    pub at: Pointer,
    pub schema: SchemaId,
    pub members: &'a Map<String, Value>,
}

/// The objects of a response in which a value of the request may be repeated, the outermost first.
pub(super) fn wrapped<'a>(
    schemas: &Schemas,
    schema: SchemaId,
    value: &'a Value,
    at: &Pointer,
    places: &mut Vec<Place<'a>>,
) {
    let Value::Object(members) = value else { return };
    places.push(Place { at: at.clone(), schema, members });
    if at.tokens().count() < DEEPEST {
        for (name, member) in members {
            if let Some(child) = property(schemas, schema, name) {
                wrapped(schemas, child, member, &at.join(name), places);
            }
        }
    }
}

/// The schema of a property, through references and `allOf`; a union's branches are not asked.
pub(super) fn property(schemas: &Schemas, id: SchemaId, name: &str) -> Option<SchemaId> {
    schemas.conjunction(&[id]).find_map(|id| schemas.get(id).properties.get(name).copied())
}

/// Whether the response speaks of the value that the request sent: by name, and by schema.
fn is_repeated(schemas: &Schemas, name: &str, asked: SchemaId, returned: SchemaId) -> bool {
    let is_hidden = |id| schemas.hidden(id, Direction::Request) || schemas.hidden(id, Direction::Response);
    let hidden = is_hidden(asked) || is_hidden(returned) || is_secret(name);
    let (asked, returned) = (kind(schemas, asked), kind(schemas, returned));
    !is_server_made(name) && !hidden && asked == returned && asked.comparable
}

/// What two schemas must have in common to describe one value.
#[derive(PartialEq)]
struct Kind {
    types: Types,
    enum_values: Option<Vec<Value>>,
    comparable: bool,
}

fn kind(schemas: &Schemas, id: SchemaId) -> Kind {
    let mut kind = Kind { types: Types::ANY, enum_values: None, comparable: true };
    for id in schemas.conjunction(&[id]) {
        let schema = schemas.get(id);
        kind.types = kind.types.and(schema.types.unwrap_or(Types::ANY));
        kind.enum_values = kind.enum_values.or_else(|| schema.enum_values.clone());
        // Values of a format have many spellings: a server may put a date into its own zone.
        kind.comparable &= schema.format.is_none() && schema.any_of.is_empty() && schema.one_of.is_empty();
    }
    kind.comparable &= kind.types != Types::ANY && !kind.types.intersects(Types::ARRAY);
    kind
}

/// Whether a value was returned as it was sent. An object may gain members, and lose those that its schema
/// does not name, unless it names none.
fn is_same(schemas: &Schemas, schema: SchemaId, before: &Value, after: &Value) -> bool {
    let (Value::Object(before), Value::Object(after)) = (before, after) else { return is_equal(before, after) };
    let is_free = schemas.conjunction(&[schema]).all(|id| schemas.get(id).properties.is_empty());
    before.iter().all(|(name, value)| {
        let returned = after.get(name);
        let Some(child) = property(schemas, schema, name) else {
            return !is_free || is_kept(value, returned);
        };
        let is_judged = is_repeated(schemas, name, child, child);
        match returned {
            Some(returned) => !is_judged || is_same(schemas, child, value, returned),
            None => !is_judged || value.is_null() || !required(schemas, schema, name),
        }
    })
}

fn required(schemas: &Schemas, id: SchemaId, name: &str) -> bool {
    schemas.conjunction(&[id]).any(|id| schemas.get(id).required.iter().any(|known| known == name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::testing::*;
    use crate::execute::Response;
    use serde_json::json;

    fn stored(more: &Value) -> Response {
        let mut data = json!({"id": "m1", "text": "hello"});
        let members = data.as_object_mut().expect("object");
        members.extend(more.as_object().expect("object").clone());
        response(201, &json!({"data": data}))
    }

    #[test]
    fn a_repeated_value_comes_back_as_it_was_sent() {
        let bench = Bench::messages();
        let case = valid(json!({"text": " hello "}));
        let findings = bench.judge(&case, Ok(created()));
        assert_eq!((findings[0].rule.id, findings[0].severity), ("echo", Severity::Warning));
        assert_eq!(findings[0].place.location.pointer.as_str(), "/components/schemas/Stored/properties/text");
        assert_eq!(bench.checks(&valid(json!({"text": "hello"})), created()), [""; 0]);
    }

    #[test]
    fn a_free_object_keeps_its_members_and_may_gain_some() {
        let bench = Bench::messages();
        let case = valid(json!({"text": "hello", "metadata": {"a": 1, "b": null}}));
        assert_eq!(bench.checks(&case, stored(&json!({"metadata": {"a": 2}}))), ["echo"]);
        assert_eq!(bench.checks(&case, stored(&json!({"metadata": {"a": 1.0, "c": 3}}))), [""; 0]);
    }

    #[test]
    fn what_the_document_says_is_changed_may_be() {
        let case = valid(json!({"text": " Hello "}));
        for (said, checks) in [("Trimmed, and in lower case.", &[][..]), ("The text.", &["echo"])] {
            let described = format!("        text: {{type: string, minLength: 1, description: '{said}'}}");
            let document = MESSAGES.replacen("        text: {type: string, minLength: 1}", &described, 1);
            assert_eq!(Bench::of(&document).checks(&case, created()), checks, "{said}");
        }
    }

    #[test]
    fn what_the_server_makes_is_its_own() {
        let bench = Bench::messages();
        let case = valid(json!({"text": "hello", "id": "mine", "sent_at": "2021-11-23T12:13:14+01:00"}));
        assert_eq!(bench.checks(&case, created()), [""; 0]);
    }

    #[test]
    fn what_a_server_hides_or_reads_as_a_patch_is_not_repeated() {
        let sent = json!({"text": "hello", "metadata": {"a": 1}});
        let returned = stored(&json!({"metadata": {"a": 2}}));
        let bench = Bench::messages();
        assert_eq!(bench.checks(&valid(sent.clone()), returned.clone()), ["echo"]);
        // Hidden in the request alone.
        let hidden = MESSAGES.replacen("metadata: {type: object}", "metadata: {type: object, writeOnly: true}", 1);
        assert_eq!(Bench::of(&hidden).checks(&valid(sent.clone()), returned.clone()), [""; 0]);
        for kind in ["merge-patch+json", "json-patch+json"] {
            let name = format!("application/{kind}");
            let patched = MESSAGES.replacen("application/json:", &format!("{name}:"), 1);
            let mut case = valid(sent.clone());
            case.request.body.as_mut().expect("a body").media_type = Some(name);
            assert_eq!(Bench::of(&patched).checks(&case, returned.clone()), [""; 0]);
        }
        let named = |name: &str, method: &str, before: Value, after: &str| {
            let document = MESSAGES.replace("metadata: {type: object}", &format!("{name}: {{type: [string, 'null']}}"));
            let mut case = valid(json!({"text": "hello", name: before}));
            case.request.method = method.to_owned();
            Bench::of(&document).checks(&case, stored(&json!({name: after})))
        };
        assert_eq!(named("label", "POST", json!("a"), "***"), ["echo"]);
        assert_eq!(named("apiToken", "POST", json!("a"), "***"), [""; 0]);
        assert_eq!(named("label", "PATCH", json!(null), "none"), [""; 0]);
        assert_eq!(named("label", "POST", json!(null), "none"), ["echo"]);
    }

    #[test]
    fn a_mock_that_answers_with_the_documents_example_repeats_nothing() {
        let case = valid(json!({"text": "bye"}));
        let canned = json!({"data": {"id": "m1", "text": "hello"}});
        let of_media = MESSAGES.replacen(
            "            application/json:\n              schema:\n                type: object\n                required: [data]",
            &format!("            application/json:\n              example: {canned}\n              schema:\n                type: object\n                required: [data]"),
            1,
        );
        let text = |more: &str| {
            let before = "        id: {type: string}\n        text: {type: string, minLength: 1}";
            MESSAGES.replace(
                before,
                &format!("        id: {{type: string}}\n        text: {{type: string, minLength: 1{more}}}"),
            )
        };
        for (document, checks) in [
            (MESSAGES.to_owned(), &["echo"][..]),
            (of_media, &[]),
            (text(", example: hello"), &[]),
            (text(", example: other"), &["echo"]),
            (text(", default: hello"), &["echo"]),
        ] {
            assert_eq!(Bench::of(&document).checks(&case, created()), checks);
        }
    }

    #[test]
    fn one_value_in_two_spellings_is_the_same() {
        let bench = Bench::messages();
        for (sent, returned, count) in [
            ("2021-11-23T12:13:14+01:00", "2021-11-23T11:13:14.000Z", 0),
            ("2021-11-23T12:13:14+01:00", "2021-11-23T12:13:14Z", 1),
            ("10.5", "10.50", 0),
            ("10.5", "10.51", 1),
            ("007", "7", 1),
        ] {
            let returned = response(201, &json!({"data": {"id": "m1", "text": returned}}));
            assert_eq!(bench.checks(&valid(json!({"text": sent})), returned).len(), count, "{sent}");
        }
    }

    #[test]
    fn deeper_down_one_name_in_common_is_chance() {
        let wrap = |more: &str| {
            let nested = format!(
                "properties:\n                  item:\n                    type: object\n                    properties: {{text: {{type: string, minLength: 1}}{more}}}"
            );
            let document = MESSAGES.replace("required: [data]", "required: [item]").replacen(
                "properties:\n                  data: {$ref: '#/components/schemas/Stored'}",
                &nested,
                1,
            );
            let case = valid(json!({"text": "hello", "metadata": {"a": 1}}));
            Bench::of(&document).checks(&case, response(201, &json!({"item": {"text": "bye"}})))
        };
        assert_eq!(wrap(""), [""; 0]);
        assert_eq!(wrap(", metadata: {type: object}"), ["echo"]);
    }

    #[test]
    fn letters_and_spaces_come_back_byte_for_byte() {
        let bench = Bench::messages();
        for (sent, returned, count) in [
            ("e\u{301}", "é", 1),
            ("a  b", "a b", 1),
            ("a\r\nb", "a\nb", 1),
            ("👋🏽", "??", 1),
            ("<b>", "&lt;b&gt;", 1),
            ("e\u{301} 👋🏽 <b> \u{202e}\n", "e\u{301} 👋🏽 <b> \u{202e}\n", 0),
        ] {
            let returned = response(201, &json!({"data": {"id": "m1", "text": returned}}));
            assert_eq!(bench.checks(&valid(json!({"text": sent})), returned).len(), count, "{sent}");
        }
    }
}
