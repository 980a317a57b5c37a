//! What the store holds from the start: one conversation of each provider.

use super::setting::setting;

pub(super) const TELNYX: &str = "telnyx";
pub(super) const ASAPP: &str = "asapp";
pub(super) const ADA: &str = "ada";
pub(super) const RESPONDENT: &str = "respondent";
pub(super) const EXAMPLE_AI: &str = "example-ai";

/// The conversations, each with its provider.
pub(super) fn all() -> [(&'static str, String); 5] {
    [
        // From `TELNYX_CONVERSATION_ID`; by default the document's example.
        // UUIDs are stored in lower case: see `read_conversation_id` there.
        (TELNYX, setting("TELNYX_CONVERSATION_ID", "182bd5e5-6e1a-4fe4-a799-aa6d9a6ab26e").to_lowercase()),
        // From `ASAPP_CONVERSATION_ID`; by default an identifier like those in the document's examples.
        (ASAPP, setting("ASAPP_CONVERSATION_ID", "01BX5ZZKBKACTAV9WEVGEMMVRZ")),
        // From `ADA_CONVERSATION_ID`; by default the document's example identifier.
        (ADA, setting("ADA_CONVERSATION_ID", "5df263b7db5a7e6ea03fae9b")),
        // From `RESPONDENT_CONVERSATION_UID`. The document has no example.
        (RESPONDENT, setting("RESPONDENT_CONVERSATION_UID", "64c0ffee0ddba11ca11ab1e5")),
        // From `EXAMPLE_AI_CONVERSATION_ID`; by default the document's example.
        (EXAMPLE_AI, setting("EXAMPLE_AI_CONVERSATION_ID", "con_9s2kd81")),
    ]
}
