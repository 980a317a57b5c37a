//! What a run may have made, by successes that do not say that something was created.

use std::collections::{HashMap, HashSet};

use super::kept::KeptResource;
use crate::case::Case;
use crate::finding::digest;

/// So many are remembered.
const MOST: usize = 10_000;

/// What was named by such successes.
#[derive(Default)]
pub(super) struct Unsure {
    named: Vec<(usize, KeptResource)>,
    /// What was named more than once: it was there the second time.
    again: HashSet<String>,
    /// What each request got that named something, by operation and request.
    got: HashMap<(usize, u64), String>,
    /// The operations that create: to two equal requests, they named two things.
    creating: HashSet<usize>,
}

impl Unsure {
    /// Takes what an operation named.
    pub fn take(&mut self, operation: usize, case: &Case, kept: KeptResource) {
        let path = kept.resource.path();
        let request = &case.request;
        if self.named.iter().any(|(_, known)| known.resource == kept.resource) {
            // A PUT names what its request does.
            if request.method != "PUT" {
                self.again.insert(path);
            }
            return;
        }
        let body = request.body.as_ref().map(|body| body.payload.bytes()).unwrap_or_default();
        let sent = format!("{} {} {:?} {:?}", request.method, request.path, request.query, body);
        let got = self.got.entry((operation, digest(&[&sent]))).or_insert_with(|| path.clone());
        if *got != path {
            self.creating.insert(operation);
        }
        if self.named.len() < MOST {
            self.named.push((operation, kept));
        }
    }

    /// Whether an operation creates, and finds nothing that was there.
    pub fn creates(&self, operation: usize) -> bool {
        let has_found =
            |(other, kept): &(usize, KeptResource)| *other == operation && self.again.contains(&kept.resource.path());
        self.creating.contains(&operation) && !self.named.iter().any(has_found)
    }

    /// What was surely created, which is forgotten here.
    pub fn created(&mut self) -> Vec<KeptResource> {
        let all = std::mem::take(&mut self.named);
        let (created, unsure) = all.into_iter().partition(|(operation, kept)| {
            self.creating.contains(operation) && !self.again.contains(&kept.resource.path())
        });
        self.named = unsure;
        Vec::into_iter(created).map(|(_, kept)| kept).collect()
    }

    /// The paths of what may be there, in their order, without what was there already.
    pub fn paths(&self) -> Vec<String> {
        let paths = self.named.iter().map(|(_, kept)| kept.resource.path());
        let mut paths: Vec<String> = paths.filter(|path| !self.again.contains(path)).collect();
        paths.sort();
        paths
    }
}
