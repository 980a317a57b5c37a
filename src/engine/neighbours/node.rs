//! A node of a request: a parameter, or a value of the body.

use serde_json::Value;

use crate::case::RequestValues;
use crate::contract::Operation;
use crate::shrink::Difference;
use crate::spec::Pointer;

/// A node of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Node {
    /// A parameter, by its position in the operation.
    Parameter(usize),
    /// A value of the body.
    Body(Pointer),
}

impl Node {
    /// The nodes in which a request differs from another.
    pub fn all_of(difference: &Difference) -> Vec<Self> {
        let parameters = difference.parameters.iter().copied().map(Self::Parameter);
        parameters.chain(difference.body.iter().cloned().map(Self::Body)).collect()
    }

    /// What a request has there, if anything.
    pub fn get<'v>(&self, values: &'v RequestValues) -> Option<&'v Value> {
        match self {
            Self::Parameter(index) => values.parameters.get(*index)?.as_ref(),
            Self::Body(at) => values.body.as_ref()?.1.pointer(at.as_str()),
        }
    }

    /// Whether a request has what holds the node, so that it says something that the node is missing.
    pub fn has_place(&self, values: &RequestValues) -> bool {
        match self {
            Self::Parameter(_) => true,
            Self::Body(at) => values
                .body
                .as_ref()
                .is_some_and(|(_, body)| at.parent().is_none_or(|(parent, _)| body.pointer(parent.as_str()).is_some())),
        }
    }

    /// Puts a value there, or nothing. False where the request has no such place.
    pub fn set(&self, values: &mut RequestValues, value: Option<Value>) -> bool {
        match (self, &mut values.body) {
            (Self::Parameter(index), _) => values.parameters.get_mut(*index).map(|held| *held = value).is_some(),
            (Self::Body(at), Some((_, body))) => match value {
                Some(value) => at.assign(body, value),
                None => at.parent().is_some() && (body.pointer(at.as_str()).is_none() || at.remove(body).is_some()),
            },
            (Self::Body(_), None) => false,
        }
    }

    /// The other nodes beside it that a request has: parameters, or members of the same object.
    pub fn siblings(&self, values: &RequestValues) -> Vec<Self> {
        match self {
            Self::Parameter(own) => {
                (0..values.parameters.len()).filter(|index| index != own).map(Self::Parameter).collect()
            }
            Self::Body(at) => {
                let Some((parent, own)) = at.parent() else { return Vec::new() };
                let holder = values.body.as_ref().and_then(|(_, body)| body.pointer(parent.as_str()));
                let members = holder.and_then(Value::as_object).into_iter().flatten();
                members.filter(|(name, _)| **name != own).map(|(name, _)| Self::Body(parent.join(name))).collect()
            }
        }
    }

    /// Its own name: of a parameter, or of the innermost member that it is in.
    pub fn name(&self, operation: &Operation) -> String {
        match self {
            Self::Parameter(index) => {
                operation.parameters.get(*index).map_or_else(String::new, |parameter| parameter.name.clone())
            }
            Self::Body(at) => {
                let is_name = |token: &std::borrow::Cow<'_, str>| token.parse::<usize>().is_err();
                let names: Vec<_> = at.tokens().filter(is_name).collect();
                names.last().map_or_else(String::new, ToString::to_string)
            }
        }
    }

    /// Whether it holds another one, of whichever item.
    pub fn holds(&self, other: &Self) -> bool {
        let (Self::Body(own), Self::Body(other)) = (self, other) else { return false };
        let is_index = |token: &str| token.parse::<usize>().is_ok();
        let mut rest = other.tokens();
        own.tokens().all(|own| rest.next().is_some_and(|token| token == own || is_index(&token) && is_index(&own)))
    }

    /// The outermost node above it that a request lacks, or itself.
    pub fn outermost_lack(&self, values: &RequestValues) -> Self {
        let Self::Body(at) = self else { return self.clone() };
        let mut lacking = at.clone();
        while let Some((holder, _)) = lacking.parent()
            && Self::Body(holder.clone()).get(values).is_none()
        {
            lacking = holder;
        }
        Self::Body(lacking)
    }

    /// How messages name it.
    pub fn describe(&self, operation: &Operation) -> String {
        match self {
            Self::Parameter(index) => operation
                .parameters
                .get(*index)
                .map_or_else(String::new, |parameter| format!("{} parameter `{}`", parameter.place, parameter.name)),
            Self::Body(at) if at.as_str().is_empty() => "the body".to_owned(),
            Self::Body(at) => format!("`{at}`"),
        }
    }
}
