//! Finds the clause of a keyword or node.

use super::planner::PlanBuilder;
use crate::contract::{Clause, ClauseId, ClauseTarget, Schema, SchemaId, SiteId};
use crate::spec::Pointer;

impl PlanBuilder<'_> {
    /// The clause of a keyword of `schema` at `place`, nearest to the node `at`.
    pub fn clause_of(&self, place: &ClauseTarget, about: (SchemaId, &str), at: &Pointer) -> Option<ClauseId> {
        let (schema, keyword) = about;
        let of_schema = |site: SiteId| self.clauses.site(site).schema == schema;
        let mut found = self.clauses.iter().filter(|(_, clause)| {
            clause.keyword == keyword && clause.place == *place && clause.site.is_some_and(of_schema)
        });
        let first = found.next()?;
        let depth = at.tokens().count();
        let nearest = std::iter::once(first).chain(found).find(|(_, clause)| clause.instance.tokens().count() == depth);
        Some(nearest.unwrap_or(first).0)
    }

    /// The first clause that speaks of a node below the whole value, or of the nearest one that holds it.
    pub fn clause_of_node(&self, place: &ClauseTarget, at: &Pointer) -> Option<ClauseId> {
        let mut at = at.clone();
        while !at.as_str().is_empty() {
            let speaks =
                |clause: &Clause| clause.place == *place && clause.site.is_some() && at.matches(&clause.instance);
            if let Some((id, _)) = self.clauses.iter().find(|(_, clause)| speaks(clause)) {
                return Some(id);
            }
            at = at.parent()?.0;
        }
        None
    }

    /// The clauses that some case breaks.
    pub fn breakable(&self) -> impl Iterator<Item = (ClauseId, &Clause)> {
        self.clauses.iter().filter(|(id, _)| self.list.breaks(*id))
    }

    /// The schema that a clause stands in.
    pub fn schema_of(&self, clause: &Clause) -> Option<&Schema> {
        clause.site.map(|site| self.contract.schemas.get(self.clauses.site(site).schema))
    }
}
