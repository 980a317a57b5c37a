//! A case: one request with its intent.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::confirm::Confirmed;
use super::values::{MADE_UP_METHOD, Mutation, RequestValues, is_safe};
use crate::contract::{ClauseId, SchemaId, StatusRange};
use crate::spec::SourceLocation;
use crate::wire::Request;

/// One request with its intent.
#[derive(Clone, Debug)]
pub struct Case {
    /// Its position in the operation's plan, from 0.
    pub index: usize,
    /// The operation, by its position in the contract.
    pub operation: usize,
    /// What is tried, in a few words, for example "`text` is missing".
    pub name: String,
    /// Who thought of it.
    pub origin: Origin,
    /// What the case is meant to show.
    pub intent: Intent,
    /// The one clause that an invalid case breaks, or that a valid case is about.
    pub clause: Option<ClauseId>,
    /// Further clauses that cannot but break together with it.
    pub also_broken: Vec<ClauseId>,
    /// The request.
    pub request: Request,
    /// The values that the request was made from, where it was; they can be made simpler.
    pub values: Option<RequestValues>,
    /// Whether it is the plainest valid request of its operation, which the others vary.
    pub is_plainest: bool,
    /// The value that was generated, and the schema it was generated from.
    pub generated: Option<Generated>,
    /// The statuses that a person wrote down for this case.
    pub expected: Option<Vec<StatusRange>>,
    /// The contract is too vague here to expect success: a refusal is inconclusive, while a 5xx or an invalid response
    /// is a finding all the same.
    pub doubtful: bool,
    /// Where a person wrote the case, `file:line`.
    pub written_at: Option<String>,
    /// Whether what is around a fault is varied, too: a refusal may be for that.
    pub is_surrounded: bool,
}

impl Case {
    /// What the target has sent by itself, as one of the operations that it sends.
    pub(crate) fn of_target(index: usize, operation: usize, request: Request) -> Self {
        Self {
            index,
            operation,
            name: "sent by the target".to_owned(),
            origin: Origin::Target,
            intent: Intent::Valid,
            clause: None,
            also_broken: Vec::new(),
            request,
            values: None,
            is_plainest: false,
            generated: None,
            expected: None,
            doubtful: false,
            written_at: None,
            is_surrounded: false,
        }
    }

    /// A valid request that no plan has.
    pub(crate) fn step(operation: usize, name: &str, confirmed: Confirmed) -> Self {
        let doubtful = confirmed.is_doubtful();
        let (request, values) = confirmed.into_parts();
        Self {
            index: 0,
            operation,
            name: name.to_owned(),
            origin: Origin::Step,
            intent: Intent::Valid,
            clause: None,
            also_broken: Vec::new(),
            request,
            values: Some(values),
            is_plainest: false,
            generated: None,
            expected: None,
            doubtful,
            written_at: None,
            is_surrounded: false,
        }
    }

    /// Whether its method is one that the operation does not have, and that a server may know and act on.
    pub fn acts_by_another_method(&self) -> bool {
        let method = self.values.as_ref().and_then(|values| values.mutation.as_ref());
        matches!(method, Some(Mutation::Method(method)) if method != MADE_UP_METHOD && !is_safe(method))
    }
}

/// A generated value, with the schema it keeps or breaks.
#[derive(Clone, Debug)]
pub struct Generated {
    /// The schema of the whole value.
    pub schema: SchemaId,
    /// Where that schema stands.
    pub location: SourceLocation,
    /// The value, as the server sees it.
    pub value: Value,
}

/// Who thought of a case, in the order in which cases are run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Origin {
    /// An earlier run, which it made fail.
    Regression,
    /// A person, in the fixtures.
    Fixture,
    /// The document's own example.
    Example,
    /// A boundary value of what is allowed.
    #[serde(rename = "edge")]
    Boundary,
    /// A value that breaks one clause.
    Fault,
    /// The protocol around the value: credentials, method, media type, size, resource.
    Protocol,
    /// Chance.
    Random,
    /// A step among others in the life of a resource.
    Step,
    /// The target, which has sent it by itself.
    Target,
}

/// What a case is meant to show.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Intent {
    /// The request keeps every clause.
    Valid,
    /// The request breaks exactly one clause of a parameter or of the body.
    Invalid(Fault),
    /// The request's credentials are missing or wrong; all else is valid.
    Unauthenticated,
    /// The request is valid, yet names a resource that does not exist.
    MissingResource,
    /// The path has no such method.
    WrongMethod,
    /// Right servers differ over the request: they may take or refuse it, as long as they answer.
    Robustness,
}

/// The class of a fault; it decides which statuses are an acceptable answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fault {
    /// The body, or a parameter outside the path, breaks its schema or is missing.
    Validation,
    /// A path parameter breaks its schema: the server may as well say that there is no such resource.
    PathParameter,
    /// The body's media type is none that the operation understands.
    MediaType,
    /// The body is larger than the operation accepts.
    TooLarge,
    /// The body is malformed for its media type.
    Malformed,
    /// The request accepts no media type that the operation has.
    NotAcceptable,
}

impl Intent {
    /// The name that plans and reports use.
    pub fn name(self) -> &'static str {
        match self {
            Self::Valid => "valid",
            Self::Invalid(Fault::Malformed) => "malformed",
            Self::Invalid(_) => "invalid",
            Self::Unauthenticated => "unauthenticated",
            Self::MissingResource => "missing-resource",
            Self::WrongMethod => "wrong-method",
            Self::Robustness => "robustness",
        }
    }
}
