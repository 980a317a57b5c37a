//! Objects that violate one keyword.

use serde_json::{Value, json};

use crate::contract::{SchemaId, Step};
use crate::generate::array::MAX_ITEMS;
use crate::generate::generator::Generator;
use crate::generate::shape::{Choices, Except, MergedSchema};
use crate::generate::strategy::Context;
use crate::spec::Pointer;

impl Generator {
    pub(super) fn without_required(
        &self,
        shape: &MergedSchema,
        except: &Except,
        context: &mut Context<'_, '_>,
    ) -> Vec<(String, Value)> {
        let lacking = |value| (format!("`{}` is missing", except.subject.as_deref().unwrap_or("")), value);
        let mut missing: Vec<(String, Value)> = self.container(context, shape, &[]).map(lacking).into_iter().collect();
        // A form cannot carry an empty object, so one with another property is needed, too.
        if missing.iter().all(|(_, value)| value.as_object().is_some_and(serde_json::Map::is_empty)) {
            let mut others = shape.declared.iter();
            let other = others.find_map(|name| self.container(context, shape, std::slice::from_ref(name)));
            missing.extend(other.map(lacking));
        }
        // A server may check only that the object is not empty.
        missing.push(("nothing in it".to_owned(), json!({})));
        missing
    }

    pub(super) fn without_dependency(&self, shape: &MergedSchema, except: &Except) -> Vec<(String, Value)> {
        let subject = except.subject.as_deref().unwrap_or("");
        let Some((trigger, needed)) = subject.split_once(": ") else { return Vec::new() };
        let mut lacking = shape.clone();
        lacking.declared.retain(|name| name != needed);
        lacking.absent.push(needed.to_owned());
        let value = self.minimal_object(&lacking, &[trigger.to_owned()]);
        value.into_iter().map(|value| (format!("`{trigger}` without `{needed}`"), value)).collect()
    }

    pub(super) fn unexpected_properties(
        &self,
        shape: &MergedSchema,
        context: &mut Context<'_, '_>,
    ) -> Vec<(String, Value)> {
        let Some(whole) = self.container(context, shape, &[]) else { return Vec::new() };
        let mut names = vec!["unexpected".to_owned(), "x-unexpected".to_owned()];
        names.extend(shape.declared.iter().take(2).map(|name| name.to_uppercase()));
        let mut out = Vec::new();
        for name in names {
            for extra in [json!("value"), json!(1), json!({}), json!(null)] {
                let mut whole = whole.clone();
                if whole.get(&name).is_none() && Pointer::root().join(&name).assign(&mut whole, extra) {
                    out.push((format!("`{name}`, which is not allowed"), whole));
                }
            }
        }
        out
    }

    pub(super) fn other_properties(
        &self,
        shape: &MergedSchema,
        except: &Except,
        context: &mut Context<'_, '_>,
    ) -> Vec<(String, Value)> {
        let schema = self.schemas.get(except.schema);
        let Some(mut whole) = self.container(context, shape, &[]) else { return Vec::new() };
        let mut out = Vec::new();
        match except.keyword {
            "minProperties" => {
                if whole
                    .as_object()
                    .is_some_and(|properties| (properties.len() as u64) < schema.min_properties.unwrap_or(0))
                {
                    out.push(("too few properties".to_owned(), whole));
                }
            }
            "maxProperties" => {
                let most = schema.max_properties.unwrap_or(0);
                if most > MAX_ITEMS {
                    return out;
                }
                let most = most as usize;
                let declared = shape.declared.iter().cloned();
                let spare = (0..=most).map(|index| format!("extra{index}"));
                for name in declared.chain(self.spare_names(shape)).chain(spare) {
                    let count = whole.as_object().map_or(0, serde_json::Map::len);
                    if count > most {
                        break;
                    }
                    if whole.get(&name).is_none()
                        && let Some(value) = self.minimal_of(&self.property(shape, &name))
                    {
                        Pointer::root().join(&name).assign(&mut whole, value);
                    }
                }
                out.push(("too many properties".to_owned(), whole));
            }
            _ => {
                let mut names = schema.property_names.map_or_else(Vec::new, |id| self.other_names(id));
                let odd = ["", "not a name!", "UPPER", "lower", "with space", "0", "é", &"long".repeat(80)];
                names.extend(odd.map(str::to_owned));
                for name in names {
                    let mut odd = whole.clone();
                    if let Some(value) = self.minimal_of(&self.property(shape, &name)) {
                        Pointer::root().join(&name).assign(&mut odd, value);
                        out.push((format!("a property called `{name}`"), odd));
                    }
                }
            }
        }
        out
    }

    /// Names that break one keyword of the schema of names.
    fn other_names(&self, id: SchemaId) -> Vec<String> {
        /// Names that break one keyword.
        const MOST: usize = 2;
        let all = vec![id];
        let mut names = Vec::new();
        for schema in self.schemas.conjunction(&all) {
            for keyword in ["maxLength", "minLength", "pattern", "enum", "const"] {
                let except = Except { schema, keyword, subject: None };
                let shape = self.shapes(&all, &Choices::new(), Some(&except), 1).into_iter().next();
                let broken = shape.map(|shape| self.violate(&all, &shape, &except, &mut Context::Minimal));
                let texts = broken.into_iter().flatten().filter_map(|(_, value)| value.as_str().map(str::to_owned));
                names.extend(texts.filter(|name| !self.accepts(&all, &Value::from(name.as_str()))).take(MOST));
            }
        }
        names
    }

    /// Objects with what a `false` under `properties` or `patternProperties` forbids.
    pub(super) fn forbidden_properties(
        &self,
        shape: &MergedSchema,
        except: &Except,
        context: &mut Context<'_, '_>,
    ) -> Vec<(String, Value)> {
        /// Names that one pattern forbids.
        const MOST: usize = 3;
        let subject = except.subject.as_deref().unwrap_or("");
        let names = match except.keyword {
            "properties" => vec![subject.to_owned()],
            _ => self.names_for(shape, &Step::PatternProperty(subject.to_owned())),
        };
        let mut out = Vec::new();
        for name in names.into_iter().take(MOST) {
            let Some(whole) = self.container(context, shape, std::slice::from_ref(&name)) else { continue };
            let label = format!("`{name}`, which is not allowed");
            out.push((label.clone(), whole.clone()));
            // Where nothing else is said of it, it is whatever a server may look for.
            let others = [json!("value"), json!(1), json!(true), json!({}), json!(null)].into_iter();
            for value in others.filter(|_| self.property(shape, &name).is_empty()) {
                let mut whole = whole.clone();
                if Pointer::root().join(&name).assign(&mut whole, value) {
                    out.push((label.clone(), whole));
                }
            }
        }
        out
    }
}
