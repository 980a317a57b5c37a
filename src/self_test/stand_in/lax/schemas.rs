//! Keywords of types, arrays and objects that are ignored or misread.

use super::bounds::each;
use super::{Change, Lax};
use crate::contract::Types;

/// References: only the first item, bugventure/jsen#53 and networknt/json-schema-validator#926; `additionalProperties`,
/// mojolicious-plugin-openapi#210; truncated integers, pallets-eco/wtforms#659.
pub(super) const ALL: &[Lax] = &[
    Lax {
        sentence: "an integer may have a fraction",
        change: Change::Schemas(|all| each(all, |s| add_type(&mut s.types, Types::INTEGER, Types::NUMBER))),
    },
    Lax {
        sentence: "null is taken everywhere",
        change: Change::Schemas(|all| each(all, |s| add_type(&mut s.types, Types::NONE, Types::NULL))),
    },
    Lax {
        sentence: "a text may be any scalar",
        change: Change::Schemas(|all| {
            each(all, |s| {
                add_type(&mut s.types, Types::STRING, Types::NUMBER);
                add_type(&mut s.types, Types::STRING, Types::BOOLEAN);
            })
        }),
    },
    Lax {
        sentence: "an object may be an array",
        change: Change::Schemas(|all| each(all, |s| add_type(&mut s.types, Types::OBJECT, Types::ARRAY))),
    },
    Lax {
        sentence: "types are not checked where other keywords are",
        change: Change::Schemas(|all| {
            each(all, |s| {
                if !s.is_bare() && s.properties.is_empty() && s.items.is_none() {
                    s.types = None;
                }
            })
        }),
    },
    Lax { sentence: "uniqueItems is ignored", change: Change::Schemas(|all| each(all, |s| s.unique_items = false)) },
    Lax {
        sentence: "contains means: not empty",
        change: Change::Schemas(|all| {
            each(all, |s| {
                if s.contains.take().is_some() {
                    s.min_items = Some(s.min_items.unwrap_or(0).max(1));
                }
            })
        }),
    },
    Lax { sentence: "prefixItems is ignored", change: Change::Schemas(|all| each(all, |s| s.prefix_items.clear())) },
    Lax {
        sentence: "only the first of prefixItems is checked",
        change: Change::Schemas(|all| each(all, |s| s.prefix_items.truncate(1))),
    },
    Lax {
        sentence: "items behind prefixItems are not checked",
        change: Change::Schemas(|all| {
            each(all, |s| {
                if !s.prefix_items.is_empty() {
                    s.items = None;
                }
            })
        }),
    },
    Lax {
        sentence: "unevaluatedItems is ignored",
        change: Change::Schemas(|all| each(all, |s| s.unevaluated_items = None)),
    },
    Lax {
        sentence: "unevaluatedProperties is ignored",
        change: Change::Schemas(|all| each(all, |s| s.unevaluated_properties = None)),
    },
    Lax {
        sentence: "additionalProperties is ignored",
        change: Change::Schemas(|all| each(all, |s| s.additional_properties = None)),
    },
    Lax {
        sentence: "additionalProperties is ignored beside patternProperties",
        change: Change::Schemas(|all| {
            each(all, |s| {
                if !s.pattern_properties.is_empty() {
                    s.additional_properties = None;
                }
            })
        }),
    },
    Lax {
        sentence: "the schema of additionalProperties is ignored",
        change: Change::Schemas(|all| {
            all.changed(|_, s| {
                if s.additional_properties.is_some_and(|id| all.get(id).boolean.is_none()) {
                    s.additional_properties = None;
                }
            })
        }),
    },
    Lax {
        sentence: "patternProperties is ignored",
        change: Change::Schemas(|all| each(all, |s| s.pattern_properties.clear())),
    },
    Lax {
        sentence: "patternProperties needs a name from start to end",
        change: Change::Schemas(|all| {
            each(all, |s| {
                for (pattern, _) in &mut s.pattern_properties {
                    if !pattern.ends_with('$') {
                        pattern.push('$');
                    }
                }
            })
        }),
    },
    Lax { sentence: "propertyNames is ignored", change: Change::Schemas(|all| each(all, |s| s.property_names = None)) },
    Lax {
        sentence: "dependentRequired is ignored",
        change: Change::Schemas(|all| each(all, |s| s.dependent_required.clear())),
    },
    Lax {
        sentence: "only the first of dependentRequired is checked",
        change: Change::Schemas(|all| {
            each(all, |s| {
                s.dependent_required.truncate(1);
                s.dependent_required.iter_mut().for_each(|(_, needed)| needed.truncate(1));
            })
        }),
    },
    Lax {
        sentence: "dependentRequired works both ways",
        change: Change::Schemas(|all| {
            each(all, |s| {
                let back: Vec<_> = s
                    .dependent_required
                    .iter()
                    .flat_map(|(name, needed)| needed.iter().map(|n| (n.clone(), vec![name.clone()])))
                    .collect();
                for (name, needed) in back {
                    if !s.dependent_required.iter().any(|(known, _)| *known == name) {
                        s.dependent_required.push((name, needed));
                    }
                }
            })
        }),
    },
    Lax {
        sentence: "dependentSchemas is ignored",
        change: Change::Schemas(|all| each(all, |s| s.dependent_schemas.clear())),
    },
    Lax {
        sentence: "only the first of required is checked",
        change: Change::Schemas(|all| each(all, |s| s.required.truncate(1))),
    },
    Lax {
        sentence: "the last of required is not checked",
        change: Change::Schemas(|all| {
            each(all, |s| {
                s.required.pop();
            })
        }),
    },
    Lax {
        sentence: "defaults are applied before required is checked",
        change: Change::Schemas(|all| {
            all.changed(|_, s| {
                let names: Vec<String> = s
                    .required
                    .iter()
                    .filter(|name| {
                        !s.properties.get(*name).is_some_and(|id| {
                            all.get(*id).examples.iter().any(|(_, at)| at.pointer.as_str().ends_with("/default"))
                        })
                    })
                    .cloned()
                    .collect();
                s.required = names;
            })
        }),
    },
    Lax {
        sentence: "required is not checked where nothing is declared",
        change: Change::Schemas(|all| {
            each(all, |s| {
                let known = s.properties.clone();
                s.required.retain(|name| known.contains_key(name));
            })
        }),
    },
    Lax {
        sentence: "every declared property is required",
        change: Change::Schemas(|all| {
            each(all, |s| {
                if !s.required.is_empty() {
                    s.required = s.properties.keys().cloned().collect();
                }
            })
        }),
    },
    Lax { sentence: "a constant is not checked", change: Change::Schemas(|all| each(all, |s| s.const_value = None)) },
    Lax {
        sentence: "an enum of numbers is not checked",
        change: Change::Schemas(|all| {
            each(all, |s| {
                if s.enum_values.as_ref().is_some_and(|v| v.iter().all(serde_json::Value::is_number)) {
                    s.enum_values = None;
                }
            })
        }),
    },
];

fn add_type(types: &mut Option<Types>, having: Types, more: Types) {
    *types = types.map(|known| if known.contains(having) { known.or(more) } else { known });
}
