//! Makes anew what a request names, by the request that makes such things.

use std::sync::Arc;

use super::{Fresh, TRIES, is_success, step, vary};
use crate::case::Case;
use crate::engine::Transport;
use crate::engine::made::{Resource, parents};
use crate::engine::post::Post;
use crate::execute::Exchange;
use crate::resource::is_same_shape;

/// A request on something new, and what has made that.
pub(super) struct Anew {
    pub case: Case,
    pub made: Arc<Exchange>,
}

impl Fresh {
    /// The request on a new resource in the place of the one that its path names by so many segments, with what has made that.
    pub(super) async fn renew<T: Transport>(&self, post: &Post<'_, T>, case: &Case, depth: usize) -> Option<Anew> {
        let tested = &self.planning.tested;
        let described = &tested.contract.operations[case.operation];
        let template = described.path.split('/').take(depth + 1).collect::<Vec<_>>().join("/");
        if !template.ends_with('}') {
            return None;
        }
        let makes = |maker: &usize| {
            let path = &tested.contract.operations[*maker].path;
            tested.items.directly_of(path).any(|item| is_same_shape(&item.template, &template))
        };
        let Some(maker) = self.maker(case.operation, makes) else {
            return Box::pin(self.put_again(post, case, &template)).await;
        };
        if !self.state().may_renew(case.operation) {
            return None;
        }
        let making = &tested.contract.operations[maker.operation];
        let above = Resource { item: template.clone(), variables: parents(described, case) };
        let like = above.put_into(making, maker.values.as_ref()?).into_iter();
        let like = like.filter_map(|values| self.remade(&maker, values)).next()?;
        let mut like = self.distinct(&like).unwrap_or(like);
        let mut has_new_parent = false;
        for _ in 0..TRIES {
            let exchange = self.make(post, &like).await;
            let response = exchange.result.as_ref().ok()?;
            if (200..300).contains(&response.status) {
                // Whoever does not say that it creates may have found what it names.
                if response.status != 201 && !post.keeper.is_some_and(|keeper| keeper.creates(maker.operation)) {
                    return None;
                }
                let all = Resource::all_of(tested, &like, response);
                let made = all.into_iter().find(|made| is_same_shape(&made.item, &template))?;
                let all = made.put_into(described, case.values.as_ref()?);
                let case = all.into_iter().find_map(|values| self.remade(case, values))?;
                return Some(Anew { case, made: Arc::new(exchange) });
            }
            let unique = self.state().unique(maker.operation);
            if !unique.is_empty() && vary::is_collision(response.status, &response.body) {
                like = self.varied(&like, &unique, true)?;
                continue;
            }
            // What stands above may be in a state in which nothing is made below it.
            let is_for_state = matches!(response.status, 404 | 409 | 410 | 423) && !has_new_parent;
            let (_, above) = step::item(&making.path).filter(|_| is_for_state)?;
            like = Box::pin(self.renew(post, &like, above)).await?.case;
            has_new_parent = true;
        }
        None
    }

    /// The request on what its path names, once a PUT has put that there again.
    async fn put_again<T: Transport>(&self, post: &Post<'_, T>, case: &Case, template: &str) -> Option<Anew> {
        let tested = &self.planning.tested;
        let described = &tested.contract.operations[case.operation];
        let put = self.maker(case.operation, |maker| self.puts(*maker, template))?;
        if !self.state().may_renew(case.operation) {
            return None;
        }
        let there = Resource { item: template.to_owned(), variables: parents(described, case) };
        let all = there.put_into(&tested.contract.operations[put.operation], put.values.as_ref()?);
        let again = all.into_iter().find_map(|values| self.remade(&put, values))?;
        let made = self.make(post, &again).await;
        is_success(&made).then(|| {
            self.state().revive(&again.request.path);
            Anew { case: case.clone(), made: Arc::new(made) }
        })
    }

    /// The request on what a PUT puts there below something new, where what it names may be in a state that forbids it.
    pub(in crate::engine) async fn put_anew<T: Transport>(&self, post: &Post<'_, T>, case: &Case) -> Option<Case> {
        let tested = &self.planning.tested;
        let described = &tested.contract.operations[case.operation];
        let put = self.maker(case.operation, |maker| self.puts(*maker, &described.path))?;
        let segments = put.request.path.trim_end_matches('/').matches('/').count();
        for depth in (1..segments).rev() {
            let Some(below) = self.renew(post, &put, depth).await else { continue };
            if !is_success(&self.make(post, &below.case).await) {
                return None;
            }
            let putting = &tested.contract.operations[put.operation];
            let there = Resource { item: putting.path.clone(), variables: parents(putting, &below.case) };
            let all = there.put_into(described, case.values.as_ref()?);
            return all.into_iter().find_map(|values| self.remade(case, values));
        }
        None
    }

    /// The first accepted request of an operation that makes such a thing.
    pub(super) fn maker(&self, but: usize, makes: impl Fn(&usize) -> bool) -> Option<Case> {
        let state = self.state();
        let mut makers: Vec<usize> = state.accepted.keys().copied().filter(|other| *other != but).collect();
        makers.sort_unstable();
        makers.into_iter().filter(makes).find_map(|maker| state.accepted.get(&maker).cloned())
    }

    fn puts(&self, operation: usize, template: &str) -> bool {
        let described = &self.planning.tested.contract.operations[operation];
        described.method == "PUT" && is_same_shape(&described.path, template)
    }

    /// Sends a request that makes something, and sees to what it has made.
    pub(super) async fn make<T: Transport>(&self, post: &Post<'_, T>, case: &Case) -> Exchange {
        self.restore_named(post, case).await;
        let exchange = post.send(case.operation, case, true).await.exchange;
        self.state().sent_beside(case.operation);
        if let Some(keeper) = post.keeper {
            for surplus in keeper.surplus() {
                self.delete(post, surplus).await.iter().for_each(|case| self.deleted(case));
            }
        }
        exchange
    }
}
