//! Puts there again what the body of a request names, where a client had given that its name and it was deleted since.

use percent_encoding::percent_decode_str;
use serde_json::Value;

use super::{Fresh, is_success};
use crate::case::Case;
use crate::engine::Transport;
use crate::engine::made::Resource;
use crate::engine::post::Post;
use crate::resource::{Noun, noun, read_path};

impl Fresh {
    /// Sends the PUT once more that has made what a case names in its body, and that is gone.
    pub(super) async fn restore_named<T: Transport>(&self, post: &Post<'_, T>, case: &Case) {
        for path in self.gone_named(case) {
            self.restore(post, case.operation, &path).await;
        }
    }

    /// The paths of what is gone that a case names in its body, by places that are called after their collections.
    fn gone_named(&self, case: &Case) -> Vec<String> {
        let Some((_, body)) = case.values.as_ref().and_then(|values| values.body.as_ref()) else { return Vec::new() };
        let state = self.state();
        if state.gone().next().is_none() {
            return Vec::new();
        }
        let mut named = Vec::new();
        texts(body, "", &mut named);
        let is_named = |path: &&str| {
            let Some((above, id)) = path.rsplit_once('/') else { return false };
            let id = percent_decode_str(id).decode_utf8_lossy();
            let collection = noun(above).unwrap_or_default();
            *path != case.request.path.trim_end_matches('/')
                && named.iter().any(|(name, text)| *text == id && Noun::of(name).closeness(collection).is_some())
        };
        let mut found: Vec<String> = state.gone().filter(is_named).map(str::to_owned).collect();
        found.sort_unstable();
        found
    }

    async fn restore<T: Transport>(&self, post: &Post<'_, T>, but: usize, path: &str) -> Option<()> {
        let contract = &self.planning.tested.contract;
        let puts = |maker: &usize| {
            let described = &contract.operations[*maker];
            described.method == "PUT" && read_path(&described.path, path).is_some()
        };
        let put = self.maker(but, puts)?;
        let described = &contract.operations[put.operation];
        let variables = read_path(&described.path, path)?.into_iter();
        let variables = variables.map(|(name, text)| {
            (name.to_owned(), Value::from(percent_decode_str(text).decode_utf8_lossy().into_owned()))
        });
        let there = Resource { item: described.path.clone(), variables: variables.collect() };
        let all = there.put_into(described, put.values.as_ref()?);
        let again = all.into_iter().find_map(|values| self.remade(&put, values))?;
        if !self.state().may_renew(put.operation) {
            return None;
        }
        let exchange = post.send(put.operation, &again, true).await.exchange;
        let mut state = self.state();
        state.sent_beside(put.operation);
        is_success(&exchange).then(|| state.revive(path))
    }
}

/// The texts of a body, with the names of the places where they are.
fn texts<'v>(value: &'v Value, name: &'v str, found: &mut Vec<(&'v str, &'v str)>) {
    match value {
        Value::Object(members) => members.iter().for_each(|(name, member)| texts(member, name, found)),
        Value::Array(items) => items.iter().for_each(|item| texts(item, name, found)),
        Value::String(text) => found.push((name, text)),
        _ => {}
    }
}
