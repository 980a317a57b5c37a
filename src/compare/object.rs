//! Containment of objects: required names, what documented names are held to, and whether there may be others.

use serde_json::{Map, Value, json};

use super::flat::{Property, WithBranches};
use super::schema::{Key, UNDOCUMENTED, Walk};
use super::{Effect, rule};
use crate::contract::Direction;
use crate::spec::SourceLocation;

impl Walk<'_, '_, '_> {
    pub(super) fn objects(&mut self, a: &WithBranches, b: &WithBranches) {
        let object = |n: u64| {
            Value::Object((0..n.min(1_000)).map(|index| (format!("name{index}"), json!(1))).collect::<Map<_, _>>())
        };
        self.counts(a, b, ["minProperties", "maxProperties"], &|n| vec![object(n)]);
        let required = self.required(a, b);
        self.additional(a, b);
        let mut names: Vec<&String> = a.properties.keys().collect();
        names.extend(b.properties.keys().filter(|name| !a.properties.contains_key(*name)));
        // What a pattern of names adds to a single name is left to the patterns' own comparison.
        let patterns = a.has(&["patternProperties"]) || b.has(&["patternProperties"]);
        for name in names {
            match (a.properties.get(name), b.properties.get(name)) {
                (Some(inner), Some(outer)) => self.property(name, inner, outer),
                (Some(inner), None) if !inner.hidden => {
                    let places = (&inner.at, &b.home);
                    let what = self.change_of(&format!("the property `{name}`"), Some(&inner.at), None);
                    if b.additional.is_empty() || self.is_true(&b.additional) {
                        let patterns = patterns.then_some("patterns of keys beside it may hold it to something else");
                        self.name_alone(name, what, places, required.contains(name), patterns);
                    } else if self.is_false(&b.additional) {
                        let by = self.question.outer.contract.schemas.get(b.additional[0]).location.clone();
                        let example = self.question.example(&self.levels, name, &inner.schemas);
                        self.narrower(&rule::PROPERTIES, what, a, (&inner.at, &by), &example);
                    } else {
                        self.below(
                            Key::Property(name.clone()),
                            inner.schemas.clone(),
                            b.additional.clone(),
                            (inner.at.clone(), b.home.clone()),
                        );
                    }
                }
                (None, Some(outer)) if !outer.hidden => {
                    let places = (&a.home, &outer.at);
                    let what = self.change_of(&format!("the property `{name}`"), None, Some(&outer.at));
                    if a.additional.is_empty() || self.inner_is_false(&a.additional) {
                        let patterns = patterns.then_some("patterns of keys beside it may hold it to something else");
                        self.name_alone(name, what, places, required.contains(name), patterns);
                    } else {
                        self.below(
                            Key::Property(name.clone()),
                            a.additional.clone(),
                            outer.schemas.clone(),
                            (a.home.clone(), outer.at.clone()),
                        );
                    }
                }
                _ => {}
            }
        }
    }

    /// A name that only one side documents, while the other promises nothing about it.
    fn name_alone(
        &mut self,
        name: &str,
        what: String,
        places: (&SourceLocation, &SourceLocation),
        already_reported: bool,
        doubt: Option<&'static str>,
    ) {
        // The change of `required` was reported, and is more specific.
        if already_reported {
            return;
        }
        let effect = if doubt.is_some() { Effect::Unknown } else { Effect::Compatible };
        let below = self.at.join(name);
        let above = std::mem::replace(&mut self.at, below);
        self.push(effect, &rule::PROPERTIES, what, places, None);
        if let Some(doubt) = doubt {
            self.because(doubt);
        }
        self.at = above;
    }

    fn property(&mut self, name: &str, inner: &Property, outer: &Property) {
        if inner.hidden && outer.hidden {
            return;
        }
        if inner.hidden != outer.hidden {
            let (keyword, rule, reason) = match self.question.direction {
                Direction::Request => ("readOnly", &rule::READ_ONLY, "a request should not have it"),
                Direction::Response => ("writeOnly", &rule::WRITE_ONLY, "a response should not have it"),
            };
            let (old, _) = self.turned(inner, outer);
            let what = if old.hidden { format!("`{keyword}` is gone") } else { format!("`{keyword}` is new") };
            let below = self.at.join(name);
            let above = std::mem::replace(&mut self.at, below);
            let places = (&inner.at, &outer.at);
            if inner.hidden {
                self.wider(rule, what, places);
            } else {
                self.push(Effect::Unknown, rule, what, places, None);
                self.because(reason);
            }
            self.at = above;
        }
        // A value that does not travel on the inner side is held to nothing on the outer one.
        if !inner.hidden {
            let nowhere = (inner.at.clone(), outer.at.clone());
            self.below(Key::Property(name.to_owned()), inner.schemas.clone(), outer.schemas.clone(), nowhere);
        }
    }

    /// Tells the names that must be there on one side only, and returns them.
    fn required(&mut self, a: &WithBranches, b: &WithBranches) -> Vec<String> {
        let mut reported = Vec::new();
        for (name, by) in b.required.iter().filter(|(name, _)| !a.required.contains_key(*name)) {
            let inner = a.properties.get(name).map_or(&a.home, |property| &property.at);
            let what = self.change_of(&format!("that `{name}` is required"), None, Some(by));
            let example = self.question.without(&self.levels, name);
            self.narrower(&rule::REQUIRED, what, a, (inner, by), &example);
            reported.push(name.clone());
        }
        for (name, by) in a.required.iter().filter(|(name, _)| !b.required.contains_key(*name)) {
            let outer = b.properties.get(name).map_or(&b.home, |property| &property.at);
            let what = self.change_of(&format!("that `{name}` is required"), Some(by), None);
            self.wider(&rule::REQUIRED, what, (by, outer));
            reported.push(name.clone());
        }
        reported
    }

    /// Whether there may be names that are not documented, and what they are held to.
    fn additional(&mut self, a: &WithBranches, b: &WithBranches) {
        if a.has(&["patternProperties"]) || b.has(&["patternProperties"]) {
            return;
        }
        let place = |flat: &WithBranches, side: &super::Side<'_>| {
            flat.additional.first().map_or(flat.home.clone(), |id| side.contract.schemas.get(*id).location.clone())
        };
        let (inner, outer) = (place(a, self.question.inner), place(b, self.question.outer));
        let places = (&inner, &outer);
        let shown = |ids: &[_], is_false: bool| {
            (!ids.is_empty()).then_some(if is_false { "false" } else { "a schema or true" })
        };
        let (closed, closes) = (self.inner_is_false(&a.additional), self.is_false(&b.additional));
        let what = self.replaced("additionalProperties", shown(&a.additional, closed), shown(&b.additional, closes));
        let open = |ids: &[_], is_true: bool| ids.is_empty() || is_true;
        let (a_open, b_open) =
            (open(&a.additional, self.inner_is_true(&a.additional)), open(&b.additional, self.is_true(&b.additional)));
        match (closed, closes) {
            (true, true) => {}
            (true, false) => self.wider(&rule::ADDITIONAL_PROPERTIES, what, places),
            (false, true) => {
                let example = self.question.example(&self.levels, UNDOCUMENTED, &a.additional);
                self.narrower(&rule::ADDITIONAL_PROPERTIES, what, a, places, &example);
            }
            _ if a_open && b_open => {}
            _ if b_open => self.wider(&rule::ADDITIONAL_PROPERTIES, what, places),
            _ => {
                let nowhere = (a.home.clone(), b.home.clone());
                self.below(Key::Undocumented, a.additional.clone(), b.additional.clone(), nowhere);
            }
        }
    }

    fn is_false(&self, ids: &[crate::contract::SchemaId]) -> bool {
        ids.iter().any(|id| self.question.outer.contract.schemas.get(*id).boolean == Some(false))
    }

    fn is_true(&self, ids: &[crate::contract::SchemaId]) -> bool {
        ids.iter().all(|id| self.question.outer.contract.schemas.get(*id).boolean == Some(true))
    }

    fn inner_is_false(&self, ids: &[crate::contract::SchemaId]) -> bool {
        ids.iter().any(|id| self.question.inner.contract.schemas.get(*id).boolean == Some(false))
    }

    fn inner_is_true(&self, ids: &[crate::contract::SchemaId]) -> bool {
        ids.iter().all(|id| self.question.inner.contract.schemas.get(*id).boolean == Some(true))
    }
}
