//! Formats that say nothing of what is valid.

use super::Subject;

/// Whether the clause that is broken is a format which the document's dialect gives as a hint alone. What a person wrote
/// down as invalid is.
pub fn is_hint(subject: &Subject<'_>) -> bool {
    let Some(clause) = subject.case.clause.map(|id| subject.operation.clauses().get(id)) else { return false };
    let site = clause.site.filter(|_| clause.keyword == "format" && subject.case.expected.is_none());
    site.is_some_and(|site| {
        let schema = subject.contract.schemas.get(subject.operation.clauses().site(site).schema);
        schema.format.as_deref().is_some_and(|format| !subject.contract.dialect.asserts_format(format))
    })
}
