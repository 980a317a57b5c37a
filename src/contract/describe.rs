//! How messages name a clause.

use super::clause::{Clause, ClauseTarget};
use super::model::Operation;

impl Clause {
    /// How messages name it, for example "minLength of the body at `/text`".
    pub fn describe(&self, operation: &Operation) -> String {
        let holder = match &self.place {
            ClauseTarget::Parameter(index) => operation
                .parameters
                .get(*index)
                .map_or_else(String::new, |parameter| format!("{} parameter `{}`", parameter.place, parameter.name)),
            ClauseTarget::Body(_) => "the body".to_owned(),
            ClauseTarget::Request => "the request".to_owned(),
            ClauseTarget::Response(index) => operation
                .responses
                .get(*index)
                .map_or_else(String::new, |response| format!("response {}", response.status)),
        };
        let at = if self.instance.as_str().is_empty() { String::new() } else { format!(" at `{}`", self.instance) };
        match &self.subject {
            Some(subject) => format!("{} `{subject}` of {holder}{at}", self.keyword),
            None => format!("{} of {holder}{at}", self.keyword),
        }
    }
}
