//! Names of snapshot files and sections, independent of the seed and valid on every file system.

use std::collections::HashSet;

use crate::contract::{Clause, ClauseTarget, Operation};
use crate::text::slug;

/// Longer ones are cut.
const LONGEST: usize = 100;

/// A text as a part of a file name.
pub(super) fn slug(text: &str) -> String {
    slug::slug(text, LONGEST)
}

/// The slug of a case that breaks a clause, for example `breaks-body-sender-role-enum`.
pub(super) fn of_clause(clause: &Clause, operation: &Operation) -> String {
    let mut words = vec!["breaks".to_owned()];
    match &clause.place {
        ClauseTarget::Parameter(index) => {
            if let Some(parameter) = operation.parameters.get(*index) {
                words.extend([parameter.place.to_string(), parameter.name.clone()]);
            }
        }
        ClauseTarget::Body(index) => {
            words.push("body".to_owned());
            let media = operation.body.as_ref().and_then(|body| body.content.get(*index)).filter(|_| *index > 0);
            words.extend(media.map(|media| media.name.clone()));
        }
        ClauseTarget::Request => words.push("request".to_owned()),
        ClauseTarget::Response(_) => words.push("response".to_owned()),
    }
    words.extend(
        clause.instance.tokens().map(|token| if token == "*" { "each".to_owned() } else { token.into_owned() }),
    );
    words.push(clause.keyword.to_owned());
    words.extend(clause.subject.as_deref().map(str::to_owned));
    slug(&words.join("-"))
}

/// Names of one directory or file, no two of which differ in case alone.
#[derive(Debug, Default)]
pub(super) struct Names(HashSet<String>);

impl Names {
    /// The name, with a number behind it where it is taken.
    pub fn take(&mut self, name: String) -> String {
        let mut free = name.clone();
        let mut number = 1;
        while !self.0.insert(free.to_ascii_lowercase()) {
            number += 1;
            free = format!("{name}-{number}");
        }
        free
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_names_are_the_same() {
        let mut names = Names::default();
        assert_eq!(names.take("get".into()), "get");
        assert_eq!(names.take("GET".into()), "GET-2");
        assert_eq!(names.take("get".into()), "get-3");
    }
}
