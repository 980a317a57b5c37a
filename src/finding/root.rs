//! What makes one bug of many findings of a contract: the root cause that they share, whatever operations show it.

/// What a finding has in common with the others of its bug, in stable words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Root {
    /// The node that it is pinned to, and its cause: a shared schema, say, whichever operations refer to it.
    #[default]
    Node,
    /// The node alone, whichever rule reports it: a clause of a schema is broken by the bodies of successes and errors.
    AnyRule,
    /// What a target does alike wherever it is asked, of one rule.
    Habit {
        /// What it does, for example `allow missing`.
        manner: String,
    },
    /// A value that is read as one of another type: a habit where its operation refuses others at the node, which it then
    /// does look at; else no more than the node.
    Reading {
        /// What is read as what.
        manner: String,
    },
    /// A refusal of what is valid: a habit, and one bug with the others of its operation for the same reason.
    Refusal {
        /// What is refused how.
        manner: String,
        /// The part of the request, and what is said of it; empty where several parts may be meant.
        reason: String,
    },
    /// What a target does alike in all that it writes, whichever rule reports it.
    Writing {
        /// What it does.
        manner: String,
    },
    /// The bug of another finding, which explains this one, by its key.
    Known(String),
    /// A failure of the server.
    Crash {
        /// By what it is known again: its status, what its body says, and what its route is about.
        signature: String,
        /// On what occasion, where the signature says too little to go by it alone.
        occasion: Option<&'static str>,
        /// What it looks like, whatever the route and the request.
        symptom: Symptom,
    },
}

/// What a failure of a server looks like.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Symptom {
    /// The status, or how there was no response.
    pub kind: String,
    /// What is said of it, nothing that changes from request to request; `None` where nothing can be said, as to HEAD.
    pub words: Option<String>,
    /// The same without the names of what the request is about: of each member, a check may say the same.
    pub nameless: Option<String>,
}

impl Symptom {
    fn is_like(&self, other: &Self) -> bool {
        (&self.kind, &self.words) == (&other.kind, &other.words)
    }

    /// Whether both say the same of what each is about.
    fn is_of_each(&self, other: &Self) -> bool {
        self.nameless.is_some() && (&self.kind, &self.nameless) == (&other.kind, &other.nameless)
    }
}

impl Root {
    /// Whether two failures may be the same one; true of all else.
    pub fn may_be(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Crash { signature, .. }, Self::Crash { signature: other, .. }) => signature == other,
            _ => true,
        }
    }

    /// Whether the other is the failure of the same operation's plainest request: one that fails without reason fails
    /// whatever else is wrong with the request.
    pub fn comes_of_plainest(&self, plainest: &Self) -> bool {
        let (Self::Crash { symptom, .. }, Self::Crash { symptom: plain, .. }) = (self, plainest) else { return false };
        symptom.kind == plain.kind && (symptom.words.is_none() || symptom.words == plain.words)
    }

    /// Whether both are failures that look the same.
    pub fn looks_the_same(&self, other: &Self) -> bool {
        let (Self::Crash { symptom, .. }, Self::Crash { symptom: other, .. }) = (self, other) else { return false };
        symptom.words.is_some() && symptom.is_like(other)
    }

    /// Whether the other, of the same operation, says the same, and not only that something is wrong.
    pub fn says_the_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Crash { symptom, .. }, Self::Crash { symptom: other, .. }) => {
                let says_something = symptom.words.as_ref().is_some_and(|words| !words.is_empty());
                says_something && (symptom.is_like(other) || symptom.is_of_each(other))
            }
            (Self::Refusal { reason, .. }, Self::Refusal { reason: other, .. }) => {
                !reason.is_empty() && reason == other
            }
            _ => false,
        }
    }
}
