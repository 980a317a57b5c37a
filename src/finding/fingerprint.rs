//! What a finding is known by, over runs and machines.

use super::Finding;
use crate::rule::Family;

impl Finding {
    /// Sixteen hexadecimal digits that are the same for the same finding in every run and on every machine, whatever the
    /// seed, the line numbers, the sentences and the values that show it.
    ///
    /// They are of the rule, the document's name, the operation and the cause.
    pub fn fingerprint(&self) -> String {
        // The two documents of a comparison are often versions of one, under any names.
        let document = if self.rule.family == Family::Diff { "" } else { self.place.document() };
        let operation = self.operation.as_ref().map(ToString::to_string).unwrap_or_default();
        format!("{:016x}", digest(&[self.rule.id, document, &operation, &self.cause]))
    }
}

/// FNV-1a of 64 bits, which is the same in every build and on every machine.
fn digest(parts: &[&str]) -> u64 {
    let bytes = parts.iter().flat_map(|part| part.bytes().chain([0]));
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3))
}
