//! Changes of parameters.

use super::payload::Holder;
use super::{Changes, Effect, rule};
use crate::contract::{Direction, Operation, Parameter, ParameterLocation, Style, Types, template_variables};
use crate::wire::channel;

impl Changes<'_, '_> {
    pub(super) fn parameters(&mut self, old: &Operation, new: &Operation) {
        for parameter in &old.parameters {
            match counterpart(old, parameter, new) {
                Some(other) => self.parameter(parameter, other),
                None => self.parameter_is_gone(parameter, new),
            }
        }
        for parameter in &new.parameters {
            if counterpart(new, parameter, old).is_some() {
                continue;
            }
            let subject = subject(parameter);
            let places = (&old.location, &parameter.location);
            if parameter.required {
                let message = "the parameter is new and required: a request without it is refused now";
                self.push(Effect::Breaking, &rule::PARAMETER, subject, places, message);
            } else {
                let message = "the parameter is new and may be left out: every request that was valid still is";
                self.push(Effect::Compatible, &rule::PARAMETER, subject, places, message);
            }
        }
    }

    fn parameter_is_gone(&mut self, parameter: &Parameter, new: &Operation) {
        let (effect, why) = match parameter.place {
            // RFC 9110, section 5.1: recipients should ignore fields that they do not know; so with cookies.
            ParameterLocation::Header | ParameterLocation::Cookie => {
                (Effect::Compatible, "a server ignores header fields that it does not know (RFC 9110, section 5.1)")
            }
            ParameterLocation::Query => {
                (Effect::Unknown, "whether one that is sent regardless is ignored or refused is not said")
            }
            // The changed path is reported already.
            ParameterLocation::Path => return,
        };
        let message = format!("the parameter is gone: {why}");
        self.push(effect, &rule::PARAMETER, subject(parameter), (&parameter.location, &new.location), message);
    }

    fn parameter(&mut self, old: &Parameter, new: &Parameter) {
        let subject = subject(old);
        let places = (&old.location, &new.location);
        if old.required != new.required {
            let required = (&old.location.join("required"), &new.location.join("required"));
            if new.required {
                let message = "the parameter is required now: a request without it is refused";
                self.push(Effect::Breaking, &rule::REQUIRED, &subject, required, message);
            } else {
                let message = "the parameter may be left out now: every request that was valid still is";
                self.push(Effect::Compatible, &rule::REQUIRED, &subject, required, message);
            }
        }
        self.style(old, new, &subject);
        if old.allow_empty != new.allow_empty {
            let message = if new.allow_empty {
                (Effect::Compatible, "an empty value is allowed now: every request that was valid still is")
            } else {
                (Effect::Unknown, "an empty value is no longer named as allowed: whether it is refused is not said")
            };
            self.push(message.0, &rule::ALLOW_EMPTY_VALUE, &subject, places, message.1);
        }
        let text = if old.is_json() { None } else { Some(channel(old)) };
        let holder =
            Holder { subject: &subject, old: &old.location, new: &new.location, direction: Direction::Request };
        self.schemas(holder, text, (old.schema, new.schema));
    }

    /// How arrays and objects become strings; a single string is the same in most styles.
    fn style(&mut self, old: &Parameter, new: &Parameter, subject: &str) {
        if (old.style, old.explode) == (new.style, new.explode) {
            return;
        }
        let marked = |style: Style| matches!(style, Style::Label | Style::Matrix | Style::Content);
        let single = old.style == new.style || !(marked(old.style) || marked(new.style));
        let types = old.schema.map_or(Types::ANY, |id| {
            let schemas = &self.sides.old.contract.schemas;
            super::flat::WithBranches::of(schemas, &[id], Direction::Request, &old.location).types.value
        });
        let several = Types::ARRAY.or(Types::OBJECT);
        if single && !types.intersects(several) {
            return;
        }
        let (keyword, rule) =
            if old.style == new.style { ("explode", &rule::EXPLODE) } else { ("style", &rule::STYLE) };
        let places = (&old.location.join(keyword), &new.location.join(keyword));
        if several.contains(types) || !single {
            let message = "how the value is serialised has changed: what was sent is read differently now";
            self.push(Effect::Breaking, rule, subject, places, message);
        } else {
            let message = "how arrays and objects are serialised has changed: whether any is sent is not said";
            self.push(Effect::Unknown, rule, subject, places, message);
        }
    }
}

/// The same parameter of the other document: by place and name; in a path, by position.
fn counterpart<'o>(of: &Operation, parameter: &Parameter, other: &'o Operation) -> Option<&'o Parameter> {
    if parameter.place != ParameterLocation::Path {
        return other.parameter(parameter.place, &parameter.name);
    }
    let position = template_variables(&of.path).position(|name| name == parameter.name)?;
    let name = template_variables(&other.path).nth(position)?;
    other.parameter(ParameterLocation::Path, name)
}

fn subject(parameter: &Parameter) -> String {
    format!("{} parameter `{}`", parameter.place, parameter.name)
}
