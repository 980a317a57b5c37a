//! How a run is done.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use url::Url;

use super::job::Job;
use super::receiver::Receiver;
use crate::baseline::Baseline;
use crate::check::Policy;
use crate::execute::{ClientOptions, Masker, Sessions};
use crate::fixtures::Secret;
use crate::plan::PlanOptions;

/// How a run is done.
#[derive(Clone, Debug)]
pub struct RunOptions {
    /// The target and how it is spoken to.
    pub client: ClientOptions,
    /// Credentials that are renewed as it goes.
    pub sessions: Sessions,
    /// How many cases, and from which seed.
    pub plan: PlanOptions,
    /// The most requests in flight at once, at least 1. There are two at first, and more as long as the target keeps up.
    pub concurrency: usize,
    /// The most requests a second, if there is a limit.
    pub rate: Option<u32>,
    /// When the run is ended by whoever runs it, if that is known: each operation has its share of the time until then.
    pub until: Option<Instant>,
    /// The most requests a second of single operations, by their ids.
    pub rates: HashMap<String, u32>,
    /// How long a target that accepts no connections is waited for, at the start and after it was there.
    pub wait: Duration,
    /// Random sequences of requests for each kind of resource.
    pub sequences: usize,
    /// Warnings count as errors, and so do the documents' own faults.
    pub strict: bool,
    /// Whether what the run has made stays.
    pub keep: bool,
    /// What receives what the target sends by itself, if anything.
    pub receiver: Option<Receiver>,
    /// What the team makes of each check.
    pub policy: Arc<Policy>,
    /// Findings that the team has accepted: they fail nothing.
    pub baseline: Arc<Baseline>,
    /// Requests that are spent on making one finding small; 0 reports findings as they were found.
    pub max_shrinks: usize,
}

impl RunOptions {
    /// The most requests in flight by default.
    pub const CONCURRENCY: u16 = 8;
    /// How many requests may be spent on making one finding small by default.
    pub const MAX_SHRINKS: usize = 60;
    /// How many random sequences there are by default.
    pub const SEQUENCES: usize = 2;
    /// How long a whole response may take by default.
    pub const TIMEOUT: Duration = Duration::from_secs(10);

    /// What a run does by default, with seed 0.
    pub fn new(target: Url) -> Self {
        Self {
            client: ClientOptions::new(target, Self::TIMEOUT),
            sessions: Sessions::default(),
            plan: PlanOptions { seed: 0, cases: None, destructive: false },
            concurrency: Self::CONCURRENCY.into(),
            rate: None,
            until: None,
            rates: HashMap::new(),
            wait: Duration::ZERO,
            sequences: Self::SEQUENCES,
            strict: false,
            keep: false,
            receiver: None,
            policy: Arc::default(),
            baseline: Arc::default(),
            max_shrinks: Self::MAX_SHRINKS,
        }
    }

    /// What takes the secrets of these jobs and of the client out of what is shown.
    pub fn masker(&self, jobs: &[Job]) -> Masker {
        masker(jobs, &self.client.headers)
    }
}

/// What takes the secrets of these jobs and of header fields out of what is shown.
pub(crate) fn masker(jobs: &[Job], headers: &[(String, Secret)]) -> Masker {
    let fixtures = jobs.iter().flat_map(|job| job.fixtures.all_secrets());
    Masker::new(fixtures.chain(headers.iter().map(|(_, secret)| secret)))
}
