//! The exit status, decided in one place.

use std::panic::PanicHookInfo;
use std::sync::atomic::{AtomicBool, Ordering};

use super::tell::tell;
use crate::engine::Outcome;
use crate::report::escape;

/// How the command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// 0: every contract is kept, or there was nothing to judge.
    Conforms,
    /// 1: at least one finding.
    Findings,
    /// 2: wrong usage, configuration or document.
    Usage,
    /// 3: the target could not be tested.
    Untestable,
    /// 70: a fault of conform itself (`EX_SOFTWARE` of sysexits.h).
    Internal,
    /// 130: interrupted by a person, as shells count SIGINT.
    Interrupted,
}

impl Exit {
    /// How two commands ended together: as the one that says more.
    pub(super) fn and(self, other: Self) -> Self {
        const LEAST_FIRST: [Exit; 6] =
            [Exit::Conforms, Exit::Untestable, Exit::Findings, Exit::Usage, Exit::Interrupted, Exit::Internal];
        let rank = |exit: Self| LEAST_FIRST.iter().position(|known| *known == exit);
        if rank(other) > rank(self) { other } else { self }
    }

    /// As the process ends with it.
    pub(super) fn status(self) -> u8 {
        match self {
            Self::Conforms => 0,
            Self::Findings => 1,
            Self::Usage => 2,
            Self::Untestable => 3,
            Self::Internal => 70,
            Self::Interrupted => 130,
        }
    }
}

impl From<Outcome> for Exit {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Conforms => Self::Conforms,
            Outcome::Fails => Self::Findings,
            Outcome::Untestable => Self::Untestable,
        }
    }
}

/// A panic may end a task without ending the run; no verdict is worth anything then.
static PANICKED: AtomicBool = AtomicBool::new(false);

/// Makes a panic say what to do about it in place of a backtrace.
pub(super) fn report_panics() {
    std::panic::set_hook(Box::new(|panic| {
        PANICKED.store(true, Ordering::Relaxed);
        tell(told(panic) + "\n");
    }));
}

/// The status to end the process with.
pub(super) fn final_status(exit: Exit) -> u8 {
    if PANICKED.load(Ordering::Relaxed) { Exit::Internal.status() } else { exit.status() }
}

fn told(panic: &PanicHookInfo<'_>) -> String {
    let place = panic.location().map_or_else(|| "an unknown place".to_owned(), ToString::to_string);
    let payload = panic.payload();
    let message = payload.downcast_ref::<&str>().copied();
    let message = message.or_else(|| payload.downcast_ref::<String>().map(String::as_str)).unwrap_or("no message");
    format!(
        "conform: internal error at {place}: {}\n  \
         This is a fault of conform {}, and no verdict about the target. Please report it, with the command line, at\n  \
         {}/issues",
        escape(message),
        env!("CARGO_PKG_VERSION"),
        env!("CARGO_PKG_REPOSITORY"),
    )
}
