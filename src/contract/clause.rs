//! Clauses: every single assertion that an operation makes and that a request or response can break.

use std::sync::Arc;

use super::schema::SchemaId;
use crate::spec::{Pointer, SourceLocation};

/// A clause of one operation, by its position in [`Clauses::all`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ClauseId(pub u32);

/// What a clause speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ClauseTarget {
    /// A parameter, by its position in the operation.
    Parameter(usize),
    /// The request body, by the position of its media type.
    Body(usize),
    /// The request as a whole: credentials, media type, size.
    Request,
    /// A response, by its position in the operation.
    Response(usize),
}

/// One assertion, pinned to the node of the document that makes it.
#[derive(Clone, Debug)]
pub struct Clause {
    /// The keyword, for example `minLength`, `required`, `security`, `status`.
    pub keyword: &'static str,
    /// The node: the keyword's value, or the item of it that is meant (`/required/0`).
    pub location: SourceLocation,
    /// What it speaks of.
    pub place: ClauseTarget,
    /// Where the constrained value is, below the parameter's value or the body; `*` is any item or name.
    pub instance: Pointer,
    /// The schema that holds the keyword, for clauses of a schema.
    pub site: Option<SiteId>,
    /// The property that a `required` clause or one that forbids it names, or the scheme of a `security` clause.
    pub subject: Option<Arc<str>>,
    /// Whether the document leaves open what breaks it: it is neither kept nor broken by any request.
    pub is_unknown: bool,
}

/// A schema at a place of an instance, by its position in [`Clauses::sites`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SiteId(pub u32);

/// How a schema is reached from the one above it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Step {
    /// It is the whole value's schema.
    Root,
    /// It applies to the same value: `$ref`, `allOf`.
    Same,
    /// It applies to the same value when this branch of the parent's union is taken.
    Branch(Branch),
    /// It applies to the property of this name.
    Property(String),
    /// It applies to a property that `patternProperties` (this pattern) matches.
    PatternProperty(String),
    /// It applies to a property that no other keyword names.
    AdditionalProperty,
    /// It applies to the item at this index.
    PrefixItem(usize),
    /// It applies to the items after the prefix.
    Item,
}

/// A choice among subschemas of one schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Branch {
    /// `anyOf` at this index.
    AnyOf(usize),
    /// `oneOf` at this index.
    OneOf(usize),
    /// `then`, with `if` kept.
    Then,
    /// `else`, with `if` broken.
    Else,
    /// `dependentSchemas` at this index, its property being there.
    Dependent(usize),
}

/// A schema at a place of an instance.
#[derive(Clone, Debug)]
pub struct Site {
    /// The schema.
    pub schema: SchemaId,
    /// The site above it.
    pub parent: Option<SiteId>,
    /// How it is reached from there.
    pub step: Step,
    /// What holds the value.
    pub place: ClauseTarget,
    /// Where the value is.
    pub instance: Pointer,
}

/// The clauses of one operation, and the sites that they stand at.
#[derive(Clone, Debug, Default)]
pub struct Clauses {
    /// Every clause.
    pub all: Vec<Clause>,
    /// Every site of the parameters' and bodies' schemas.
    pub sites: Vec<Site>,
}

impl Clauses {
    /// One clause.
    pub fn get(&self, id: ClauseId) -> &Clause {
        &self.all[id.0 as usize]
    }

    /// One site.
    pub fn site(&self, id: SiteId) -> &Site {
        &self.sites[id.0 as usize]
    }

    /// The clauses with their ids.
    pub fn iter(&self) -> impl Iterator<Item = (ClauseId, &Clause)> {
        self.all.iter().enumerate().map(|(index, clause)| (ClauseId(index as u32), clause))
    }

    /// The first clause of a keyword in a place, with this subject if one is given.
    pub fn find(&self, keyword: &str, place: &ClauseTarget, subject: Option<&str>) -> Option<ClauseId> {
        self.iter()
            .find(|(_, clause)| {
                clause.keyword == keyword
                    && clause.place == *place
                    && clause.instance.as_str().is_empty()
                    && (subject.is_none() || clause.subject.as_deref() == subject)
            })
            .map(|(id, _)| id)
    }
}
