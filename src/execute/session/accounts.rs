//! The accounts that logins have made for themselves.

use super::{Session, Sessions, Source, Trouble, also, command};
use crate::fixtures::{Fixtures, Secret};

impl Sessions {
    /// Those that made accounts.
    pub fn that_register(&self) -> impl Iterator<Item = &Session> {
        self.all.iter().filter(|session| !session.accounts().is_empty())
    }
}

impl Session {
    /// The words of the accounts that were made.
    pub fn accounts(&self) -> Vec<String> {
        match &self.source {
            Source::Request(ask) => ask.accounts(),
            Source::Command(_) => Vec::new(),
        }
    }

    /// The name of its security scheme.
    pub fn scheme(&self) -> &str {
        &self.scheme
    }

    /// Whether its logins name the account, so that none is an account that was there before.
    pub fn names_account(&self) -> bool {
        matches!(&self.source, Source::Request(ask) if ask.names_account())
    }

    /// The fixtures of who logs in by one of these words.
    ///
    /// # Errors
    /// Nobody is let in by it: the account is gone, unless nothing was answered.
    pub async fn as_account(&self, word: &str, fixtures: &Fixtures) -> Result<Fixtures, Trouble> {
        let answer = match &self.source {
            Source::Request(ask) => ask.log_in(Some(word)).await?,
            Source::Command(command) => command::run(command, self.timeout).await?,
        };
        let mut own = fixtures.clone();
        let secret = Secret { value: answer.token, variable: self.variable.clone() };
        own.credentials.insert(self.scheme.clone(), secret);
        own.credentials.extend(answer.also.iter().map(|(name, value)| (name.clone(), also(name, value))));
        Ok(own)
    }
}
