//! Makes anew what a request names, by the request that makes such things.

use super::{Fresh, TRIES, is_success, vary};
use crate::case::{Case, is_safe};
use crate::engine::Transport;
use crate::engine::made::{Resource, parents};
use crate::engine::post::Post;
use crate::execute::Exchange;
use crate::resource::is_same_shape;

/// Steps that are tried before one request.
const STEPS: usize = 6;

/// What is done to a thing before a request about it.
pub(in crate::engine) enum Step {
    Deletion,
    /// The position of the operation.
    Operation(usize),
}

/// The template of the thing that a path is about, and how many segments it has.
fn item(path: &str) -> Option<(&str, usize)> {
    let item = &path[..=path.rfind('}')?];
    Some((item, item.matches('/').count()))
}

impl Fresh {
    /// The request on a new resource in the place of the one that its path names by so many segments.
    pub(super) async fn renew<T: Transport>(&self, post: &Post<'_, T>, case: &Case, depth: usize) -> Option<Case> {
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
                return all.into_iter().find_map(|values| self.remade(case, values));
            }
            let unique = self.state().unique(maker.operation);
            if unique.is_empty() || !vary::is_collision(response.status, &response.body) {
                return None;
            }
            like = self.varied(&like, &unique, true)?;
        }
        None
    }

    /// The request on what its path names, once a PUT has put that there again.
    async fn put_again<T: Transport>(&self, post: &Post<'_, T>, case: &Case, template: &str) -> Option<Case> {
        let tested = &self.planning.tested;
        let described = &tested.contract.operations[case.operation];
        let put = self.maker(case.operation, |maker| self.puts(*maker, template))?;
        if !self.state().may_renew(case.operation) {
            return None;
        }
        let there = Resource { item: template.to_owned(), variables: parents(described, case) };
        let all = there.put_into(&tested.contract.operations[put.operation], put.values.as_ref()?);
        let again = all.into_iter().find_map(|values| self.remade(&put, values))?;
        let is_put = is_success(&self.make(post, &again).await);
        is_put.then(|| {
            self.state().revive(&again.request.path);
            case.clone()
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
            if !is_success(&self.make(post, &below).await) {
                return None;
            }
            let putting = &tested.contract.operations[put.operation];
            let there = Resource { item: putting.path.clone(), variables: parents(putting, &below) };
            let all = there.put_into(described, case.values.as_ref()?);
            return all.into_iter().find_map(|values| self.remade(case, values));
        }
        None
    }

    /// What may be done to a thing before a request about it: it is deleted, or one of the other operations on it or below it
    /// is called, as far as a request of that was accepted.
    pub(in crate::engine) fn steps(&self, case: &Case) -> Vec<Step> {
        let operations = &self.planning.tested.contract.operations;
        let Some((item, _)) = item(&operations[case.operation].path) else { return Vec::new() };
        let is_other = |other: &&Case| {
            let described = &operations[other.operation];
            let above: Vec<&str> = described.path.split('/').take(item.split('/').count()).collect();
            let acts = other.operation != case.operation && !is_safe(&described.method) && described.method != "DELETE";
            acts && is_same_shape(&above.join("/"), item)
        };
        let mut others: Vec<usize> =
            self.state().accepted.values().filter(is_other).map(|case| case.operation).collect();
        others.sort_unstable();
        let deletion = (operations[case.operation].method != "DELETE").then_some(Step::Deletion);
        deletion.into_iter().chain(others.into_iter().map(Step::Operation)).take(STEPS).collect()
    }

    /// The request on something new to which that has been done.
    pub(in crate::engine) async fn after<T: Transport>(
        &self,
        post: &Post<'_, T>,
        case: &Case,
        step: &Step,
    ) -> Option<Case> {
        let operations = &self.planning.tested.contract.operations;
        let (item, depth) = item(&operations[case.operation].path)?;
        let anew = self.renew(post, case, depth).await?;
        let there = Resource { item: item.to_owned(), variables: parents(&operations[case.operation], &anew) };
        match step {
            Step::Deletion => post.delete(there).await.map(|_| anew),
            Step::Operation(other) => {
                let like = self.state().accepted.get(other).cloned()?;
                let all = there.put_into(&operations[*other], like.values.as_ref()?);
                let before = all.into_iter().find_map(|values| self.remade(&like, values))?;
                is_success(&self.make(post, &before).await).then_some(anew)
            }
        }
    }

    /// The first accepted request of an operation that makes such a thing.
    fn maker(&self, but: usize, makes: impl Fn(&usize) -> bool) -> Option<Case> {
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
    async fn make<T: Transport>(&self, post: &Post<'_, T>, case: &Case) -> Exchange {
        let exchange = post.send(case.operation, case, true).await.exchange;
        self.state().sent_beside(case.operation);
        if let Some(keeper) = post.keeper {
            for surplus in keeper.surplus() {
                post.delete(surplus).await.iter().for_each(|case| self.deleted(case));
            }
        }
        exchange
    }
}
