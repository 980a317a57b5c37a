//! A failing case as it is kept, and as a case again.

use std::borrow::Cow;

use serde_json::Value;

use super::model::{Saved, SavedBody, SavedClause, SavedIntent, SavedMutation, SavedParameter};
use crate::case::{Case, Gate, Generated, Origin, RequestValues};
use crate::contract::{ClauseId, ClauseTarget, Contract, Operation};
use crate::execute::Masker;
use crate::finding::Finding;
use crate::wire::CredentialChange;

impl Saved {
    /// What is kept of a failing case; `None` where it would hold what a person keeps elsewhere, or a secret.
    pub fn of(contract: &Contract, case: &Case, finding: &Finding) -> Option<Self> {
        let saved = Self::unnamed(contract, case)?;
        Some(Self { check: finding.rule.id.to_owned(), found: finding.message.clone(), ..saved })
    }

    /// With variables in the place of secrets.
    #[must_use]
    pub fn masked(&self, secrets: &Masker) -> Self {
        self.with_texts(&|text| secrets.text(text))
    }

    /// With secrets in the place of variables.
    #[must_use]
    pub fn revealed(&self, secrets: &Masker) -> Self {
        self.with_texts(&|text| secrets.reveal(text))
    }

    /// With each of its strings changed.
    fn with_texts(&self, change: &dyn for<'t> Fn(&'t str) -> Cow<'t, str>) -> Self {
        let changed = serde_json::to_value(self).ok().and_then(|mut value| {
            change_texts(&mut value, change);
            serde_json::from_value(value).ok()
        });
        changed.unwrap_or_else(|| self.clone())
    }

    /// A failing case without what it failed.
    pub(super) fn unnamed(contract: &Contract, case: &Case) -> Option<Self> {
        let values = case.values.as_ref()?;
        let replaced = |(_, change): &(String, CredentialChange)| matches!(change, CredentialChange::Value(_));
        if case.origin == Origin::Fixture || values.credentials.changed.iter().any(replaced) {
            return None;
        }
        let operation = contract.operations.get(case.operation)?;
        let (intent, fault) = SavedIntent::of(case.intent);
        let parameters = operation.parameters.iter().zip(&values.parameters).filter_map(|(parameter, value)| {
            Some(SavedParameter {
                location: parameter.place.name().to_owned(),
                name: parameter.name.clone(),
                value: value.clone()?,
            })
        });
        Some(Self {
            contract: contract.name.clone(),
            operation: operation.id.clone(),
            check: String::new(),
            found: String::new(),
            case: case.name.clone(),
            intent,
            fault,
            clause: case.clause.map(|id| SavedClause::of(operation, operation.clauses().get(id))),
            parameters: parameters.collect(),
            credentials: values.credentials.clone(),
            body: values
                .media(operation)
                .map(|(media, value)| SavedBody { media_type: media.name.clone(), value: value.clone() }),
            instead: values.mutation.as_ref().map(SavedMutation::of),
            doubtful: case.doubtful,
        })
    }

    /// The case, if it still is what it was: a valid case valid, an invalid one in breach of its clause.
    ///
    /// # Errors
    /// Why it is not, in words.
    pub fn case(&self, gate: &Gate<'_>, operation: usize) -> Result<Case, String> {
        let intent = self.intent.intent(self.fault);
        let values = self.values(gate.operation)?;
        let media = values.body.as_ref().map(|(media, _)| *media);
        let clause = match &self.clause {
            None => None,
            Some(saved) => {
                match gate.operation.clauses().iter().find(|(_, clause)| saved.is(gate.operation, clause, media)) {
                    Some((id, _)) => Some(id),
                    None if self.intent == SavedIntent::Valid => None,
                    None => {
                        return Err(format!("the document has no `{}` at {} any more", saved.keyword, saved.pointer));
                    }
                }
            }
        };
        let confirmed = gate.confirm(values, intent, clause).map_err(|unsure| unsure.to_string())?;
        let doubtful = self.doubtful || confirmed.is_doubtful();
        let also_broken = confirmed.also_broken().to_vec();
        let (request, values) = confirmed.into_parts();
        Ok(Case {
            index: 0,
            operation,
            name: self.case.clone(),
            origin: Origin::Regression,
            intent,
            clause,
            also_broken,
            request,
            generated: generated(gate, &values, clause),
            values: Some(values),
            is_plainest: false,
            expected: None,
            doubtful,
            written_at: None,
            is_surrounded: false,
        })
    }

    /// The values, by the names that the operation has today.
    fn values(&self, operation: &Operation) -> Result<RequestValues, String> {
        let mut parameters = vec![None; operation.parameters.len()];
        for saved in &self.parameters {
            let is_same = |parameter: &crate::contract::Parameter| {
                parameter.place.name() == saved.location && parameter.name == saved.name
            };
            let index = operation.parameters.iter().position(is_same);
            let index = index.ok_or_else(|| {
                format!("the operation has no {} parameter `{}` any more", saved.location, saved.name)
            })?;
            parameters[index] = Some(saved.value.clone());
        }
        let content = operation.body.as_ref().map_or(&[][..], |body| &body.content);
        let body = self.body.as_ref().map(|saved| {
            let index = content.iter().position(|media| media.name == saved.media_type);
            let index = index.ok_or_else(|| format!("the operation takes no `{}` any more", saved.media_type))?;
            Ok::<_, String>((index, saved.value.clone()))
        });
        Ok(RequestValues {
            parameters,
            body: body.transpose()?,
            credentials: self.credentials.clone(),
            mutation: self.instead.as_ref().map(SavedMutation::mutation).transpose()?,
        })
    }
}

/// Changes the strings of a value, but for the names of members.
fn change_texts(value: &mut Value, change: &dyn for<'t> Fn(&'t str) -> Cow<'t, str>) {
    match value {
        Value::String(text) => *text = change(text).into_owned(),
        Value::Array(items) => items.iter_mut().for_each(|item| change_texts(item, change)),
        Value::Object(members) => members.values_mut().for_each(|member| change_texts(member, change)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// The value that a case is about: that of its clause's parameter, or else the body.
fn generated(gate: &Gate<'_>, values: &RequestValues, clause: Option<ClauseId>) -> Option<Generated> {
    if values.mutation.is_some() {
        return None;
    }
    let (schema, value) = match clause.map(|id| &gate.operation.clauses().get(id).place) {
        Some(ClauseTarget::Parameter(index)) => {
            (gate.operation.parameters.get(*index)?.schema?, values.parameters.get(*index)?.as_ref()?)
        }
        _ => values.media(gate.operation).and_then(|(media, value)| Some((media.schema?, value)))?,
    };
    let location = gate.contract.schemas.get(schema).location.clone();
    Some(Generated { schema, location, value: value.clone() })
}
