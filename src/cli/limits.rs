//! What ends a run before it is done: a person, a time, or enough findings.

use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use tokio::sync::SetOnce;

use super::{signals, values};
use crate::engine::{Event, Listener, ListenerError, Results};

/// When a run ends before it is done.
#[derive(Args, Clone, Debug, Default)]
pub(super) struct LimitArgs {
    /// The longest time for the whole run, for example 5m; what was found until then is reported
    #[arg(long, value_name = "TIME", value_parser = values::duration)]
    pub max_time: Option<Duration>,
    /// End the run after the operation that shows so many errors
    #[arg(long, value_name = "N", value_parser = |text: &str| values::number(text, 1, u32::MAX))]
    pub max_findings: Option<u32>,
    /// End the run after the first operation with an error: --max-findings 1
    #[arg(long, conflicts_with = "max_findings")]
    pub fail_fast: bool,
}

/// Why a run ended before it was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Early {
    Signal,
    Time(Duration),
    Findings(u32),
    /// A credential cannot be obtained any more.
    Login,
}

/// Counts findings, and knows when and why the run is to end.
pub(super) struct Limits {
    args: LimitArgs,
    is_enough: Arc<SetOnce<()>>,
    why: Arc<SetOnce<Early>>,
    strict: bool,
}

impl Limits {
    pub fn new(args: &LimitArgs, strict: bool) -> Self {
        Self { args: args.clone(), is_enough: Arc::default(), why: Arc::default(), strict }
    }

    fn most(&self) -> Option<u32> {
        self.args.max_findings.or(self.args.fail_fast.then_some(1))
    }

    /// Is ready when the run is to end; `login` is when a credential cannot be obtained any more.
    pub fn end<F: Future<Output = ()>>(&self, login: F) -> impl Future<Output = ()> + use<F> {
        let (is_enough, why, most, time) = (self.is_enough.clone(), self.why.clone(), self.most(), self.args.max_time);
        async move {
            let late = async {
                match time {
                    Some(time) => tokio::time::sleep(time).await,
                    None => std::future::pending().await,
                }
            };
            let ended = tokio::select! {
                biased;
                () = signals::end() => Early::Signal,
                _ = is_enough.wait() => Early::Findings(most.unwrap_or(1)),
                () = login => Early::Login,
                () = late => Early::Time(time.unwrap_or_default()),
            };
            if ended != Early::Signal {
                signals::quit_on_next();
            }
            // Nobody else sets it.
            let _ = why.set(ended);
        }
    }

    /// Why the run ended early, if it did.
    pub fn why(&self) -> Option<Early> {
        self.why.get().copied()
    }
}

impl Listener for Limits {
    fn on(&mut self, event: &Event, results: &Results) -> Result<(), ListenerError> {
        // Findings of an operation are small, and those of one cause are one, when it is over.
        let (Some(most), Event::OperationFinished { .. } | Event::FoundLater { .. }) = (self.most(), event) else {
            return Ok(());
        };
        let totals = results.totals();
        let found = totals.errors + if self.strict { totals.warnings } else { 0 };
        if found >= most as usize {
            // That it is enough is said once.
            let _ = self.is_enough.set(());
        }
        Ok(())
    }
}

impl Early {
    /// The sentence for people; a signal needs none.
    pub fn told(self) -> Option<String> {
        match self {
            Self::Signal | Self::Login => None,
            Self::Time(time) => Some(format!(
                "--max-time {time:?} is over; what was found until then is reported, and the rest is not tested\n"
            )),
            Self::Findings(most) => Some(format!(
                "{most} or more errors were found, and the rest is not tested (--fail-fast, --max-findings)\n"
            )),
        }
    }
}
