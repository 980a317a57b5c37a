//! Has each request be one of its own where it names a key by which a target knows it again: what has the key of another
//! one is answered as that was, or refused.

use super::{Fresh, vary};
use crate::case::Case;
use crate::finding::digest;

/// Values that are tried until one is new.
const TRIES: usize = 4;

impl Fresh {
    /// The request under a key that no other one has had, where its own was sent before.
    pub(super) fn keyed(&self, case: &Case) -> Option<Case> {
        let at = self.planning.tested.contract.operations[case.operation].idempotency_key()?;
        let values = case.values.as_ref()?;
        let key = values.parameters.get(at)?.clone()?;
        if self.state().take_key(case.operation, &key) {
            return None;
        }
        let what = format!("{:?} {:?}", values.parameters, values.body);
        for _ in 0..TRIES {
            let count = self.state().vary(case.operation, digest(&[&what]));
            let nonce = vary::nonce(self.planning.options.seed, &what, count);
            for other in vary::others(&key, nonce, case.clause.is_none()) {
                let mut own = values.clone();
                own.parameters[at] = Some(other.clone());
                let Some(own) = self.remade(case, own) else { continue };
                if self.state().take_key(case.operation, &other) {
                    return Some(own);
                }
            }
        }
        None
    }
}
