//! Applicators that are ignored or misread.

use std::collections::HashSet;

use super::bounds::each;
use super::{Change, Lax};
use crate::contract::{SchemaId, Schemas};

/// References: the discriminator, networknt/json-schema-validator#1225 and openapistack/openapi-backend#804.
pub(super) const ALL: &[Lax] = &[
    Lax {
        sentence: "oneOf is read as anyOf",
        change: Change::Schemas(|all| {
            each(all, |s| {
                let branches = std::mem::take(&mut s.one_of);
                s.any_of.extend(branches);
            })
        }),
    },
    Lax {
        sentence: "anyOf is read as oneOf",
        change: Change::Schemas(|all| {
            each(all, |s| {
                if s.one_of.is_empty() {
                    s.one_of = std::mem::take(&mut s.any_of);
                }
            })
        }),
    },
    Lax {
        sentence: "the second branch of a union is not checked for what is required",
        change: Change::Schemas(|all| branches(all, |at| at > 0)),
    },
    Lax {
        sentence: "the first branch of a union is not checked for what is required",
        change: Change::Schemas(|all| branches(all, |at| at == 0)),
    },
    Lax {
        sentence: "the last branch of a union is forgotten",
        change: Change::Schemas(|all| {
            each(all, |s| {
                if s.one_of.len() > 1 {
                    s.one_of.pop();
                }
                if s.any_of.len() > 1 {
                    s.any_of.pop();
                }
            })
        }),
    },
    Lax {
        sentence: "unions are not checked",
        change: Change::Schemas(|all| {
            each(all, |s| {
                s.one_of.clear();
                s.any_of.clear();
            })
        }),
    },
    Lax {
        sentence: "only the first of allOf is checked",
        change: Change::Schemas(|all| each(all, |s| s.all_of.truncate(1))),
    },
    Lax {
        sentence: "the first of allOf is not checked",
        change: Change::Schemas(|all| {
            each(all, |s| {
                if s.all_of.len() > 1 {
                    s.all_of.remove(0);
                }
            })
        }),
    },
    Lax { sentence: "the name in a discriminator's property does not matter", change: Change::Schemas(discriminated) },
    Lax { sentence: "not is ignored", change: Change::Schemas(|all| each(all, |s| s.not = None)) },
    Lax {
        sentence: "if is ignored",
        change: Change::Schemas(|all| {
            each(all, |s| {
                s.if_ = None;
                s.then_ = None;
                s.else_ = None;
            })
        }),
    },
    Lax { sentence: "then is ignored", change: Change::Schemas(|all| each(all, |s| s.then_ = None)) },
    Lax { sentence: "else is ignored", change: Change::Schemas(|all| each(all, |s| s.else_ = None)) },
    Lax {
        sentence: "then and else are always asked",
        change: Change::Schemas(|all| {
            each(all, |s| {
                s.if_ = None;
                s.all_of.extend(s.then_.take());
            })
        }),
    },
];

/// What the branches of a union refer to.
fn branches(all: &Schemas, is_meant: fn(usize) -> bool) -> Schemas {
    let mut meant: HashSet<SchemaId> = HashSet::new();
    for index in 0..all.len() {
        let schema = all.get(SchemaId(index as u32));
        for (_, branch) in schema.one_of.iter().chain(&schema.any_of).enumerate().filter(|(at, _)| is_meant(*at)) {
            meant.insert(*branch);
            meant.extend(all.get(*branch).reference);
        }
    }
    all.changed(|id, schema| {
        if meant.contains(&id) {
            // What tells the branches apart stays.
            schema.required.truncate(1);
        }
    })
}

fn discriminated(all: &Schemas) -> Schemas {
    let mut named: HashSet<SchemaId> = HashSet::new();
    for index in 0..all.len() {
        let schema = all.get(SchemaId(index as u32));
        let Some(discriminator) = &schema.discriminator else { continue };
        let branches = schema.one_of.iter().chain(&schema.any_of);
        let targets = branches.flat_map(|id| [Some(*id), all.get(*id).reference]).flatten();
        named.extend(targets.filter_map(|id| all.get(id).properties.get(&discriminator.property)));
    }
    let changed = all.changed(|id, schema| {
        if named.contains(&id) {
            schema.const_value = None;
            schema.enum_values = None;
        }
    });
    each(&changed, |schema| {
        if schema.discriminator.take().is_some() {
            let branches = std::mem::take(&mut schema.one_of);
            schema.any_of.extend(branches);
        }
    })
}
