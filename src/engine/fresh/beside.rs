//! Has changes of one thing go out one after another: the response to one may show what another has set meanwhile.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{Mutex as Turn, OwnedMutexGuard};

use crate::case::{Case, Intent};

/// The turns of each path.
#[derive(Debug, Default)]
pub(in crate::engine) struct Beside(Mutex<HashMap<String, Arc<Turn<()>>>>);

impl Beside {
    /// Waits until a case may go out, if it is to change what is there: until what it returns is dropped, no other one of the
    /// same path does. What is to be refused changes nothing.
    pub async fn begin(&self, case: &Case) -> Option<OwnedMutexGuard<()>> {
        if case.intent != Intent::Valid || !matches!(case.request.method.as_str(), "PUT" | "PATCH") {
            return None;
        }
        let turn = {
            let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            all.entry(case.request.path.clone()).or_default().clone()
        };
        Some(turn.lock_owned().await)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::testing::{case, request};

    #[tokio::test]
    async fn changes_of_one_path_wait_for_each_other() {
        let beside = Beside::default();
        let may_go = async |method: &str, path: &str, intent| {
            let case = case(intent, request(method, path));
            tokio::time::timeout(Duration::from_millis(20), beside.begin(&case)).await.is_ok()
        };
        let first = beside.begin(&case(Intent::Valid, request("PUT", "/a"))).await;
        assert!(first.is_some() && !may_go("PATCH", "/a", Intent::Valid).await);
        assert!(may_go("PUT", "/b", Intent::Valid).await && may_go("POST", "/a", Intent::Valid).await);
        assert!(may_go("PUT", "/a", Intent::Robustness).await);
        drop(first);
        assert!(may_go("PATCH", "/a", Intent::Valid).await);
    }
}
