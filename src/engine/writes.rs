//! What was written since safe requests were last sent.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use percent_encoding::percent_decode;

use crate::case::{Case, Intent, Mutation, is_safe};
use crate::check::family;
use crate::contract::Operation;
use crate::execute::Exchange;

/// Writes that a finding names.
const MOST: usize = 2;

/// What was written since safe requests were last sent.
#[derive(Debug, Default)]
pub(super) struct Writes {
    /// By what their routes are about.
    pub taken: BTreeMap<String, Written>,
    /// Whether the target has taken what is invalid, or what a right server need not take. It may well not be able to show
    /// that, which is no fault of its own.
    pub any_invalid: bool,
}

/// What was written on the routes about one thing.
#[derive(Debug, Default)]
pub(super) struct Written {
    pub count: usize,
    /// The likeliest to break something, with how likely that is.
    pub oddest: Vec<(u8, String)>,
}

impl Writes {
    /// Takes the next exchange.
    pub fn take(&mut self, operation: &Operation, case: &Case, exchange: &Exchange) {
        let is_taken = exchange.is_success();
        if is_taken && !is_safe(&case.request.method) {
            let Written { count, oddest } = self.taken.entry(family(operation).to_owned()).or_default();
            *count += 1;
            oddest.push((oddity(case), format!("{} {} ({})", case.request.method, operation.path, case.name)));
            oddest.sort_by_key(|(oddity, _)| Reverse(*oddity));
            oddest.truncate(MOST);
            self.any_invalid |= match case.intent {
                Intent::Valid | Intent::Unauthenticated => false,
                Intent::Robustness => holds_odd_text(case),
                _ => true,
            };
        }
    }
}

/// How likely it is that what a case stores breaks something.
fn oddity(case: &Case) -> u8 {
    let body = case.request.body.as_ref().map_or_else(Vec::new, |body| body.payload.bytes());
    let is_plain = |byte: &u8| matches!(byte, b' '..=b'~' | b'\n') && !matches!(byte, b'\\' | b'%');
    match case.intent {
        Intent::Robustness if holds_odd_text(case) => 3,
        Intent::Robustness | Intent::Valid | Intent::Unauthenticated => u8::from(!body.iter().all(is_plain)),
        _ => 2,
    }
}

/// Whether it is a text of an odd request that is odd, and not how it says what its body is.
fn holds_odd_text(case: &Case) -> bool {
    let body = case.request.body.as_ref().map_or_else(Vec::new, |body| body.payload.bytes());
    let mutation = case.values.as_ref().and_then(|values| values.mutation.as_ref());
    !matches!(mutation, Some(Mutation::Body(_))) || percent_decode(&body).decode_utf8().is_err()
}

impl Written {
    /// For a message.
    pub fn since(&self) -> String {
        let names: Vec<&str> = self.oddest.iter().map(|(_, name)| name.as_str()).collect();
        match self.count - names.len() {
            0 => format!(": {}", names.join(", ")),
            more => format!(": {} and {more} more, the oddest first", names.join(", ")),
        }
    }
}
