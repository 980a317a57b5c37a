//! Goes through the lives of resources that the run makes for it: they are made, read, listed, changed and deleted, one
//! request after the other. What these show together is held to the laws; what two lives show alike is a finding.

mod acting;
mod actions;
mod all_pages;
mod bulk;
mod candidates;
mod changes;
mod conditions;
mod contained;
mod counts;
mod days;
mod defaults;
mod elsewhere;
mod ends;
mod fields;
mod filters;
mod heads;
mod identities;
mod jobs;
mod keyed;
mod lists;
mod located;
mod members;
mod named;
mod orders;
mod own;
mod own_order;
mod pages;
mod parameters;
mod parents;
mod places;
mod ranges;
mod references;
mod replaced;
mod searches;
mod sequences;
mod sizes;
mod stage;
mod steps;
mod stock;
mod taken;
mod totals;
mod uploads;
mod used;

use std::collections::HashSet;
use std::sync::Arc;

use crate::engine::Transport;
use crate::engine::access::ends_access;
use crate::engine::contract_run::ContractRun;
use crate::engine::coverage::{Coverage, parts};
use crate::engine::event::Event;
use crate::engine::judge::LateFinding;
use crate::engine::listener::ListenerError;
use crate::engine::model::TestedContract;
use crate::fixtures::Fixtures;
use crate::resource::{Family, families};
use crate::rule::Severity;
use places::{Place, places};
use stage::Stage;

/// When that is, for people.
const WHEN: &str = "in the life of a resource";
/// Families of resources whose lives are gone through.
const MOST: usize = 60;

/// Goes through one life of each family of resources, and of each place, and looks into each list.
pub(in crate::engine) async fn run<T: Transport>(run: &mut ContractRun<'_, '_, T>) -> Result<(), ListenerError> {
    let operations: Vec<usize> = run.operations().collect();
    let mut families = families(&run.tested.contract, &run.tested.items, &operations);
    let tested = run.tested.clone();
    let ends_access = |operation: &usize| ends_access(&tested.contract.operations[*operation]);
    for family in &mut families {
        family.delete = family.delete.filter(|delete| !ends_access(delete));
        family.actions.retain(|action| !ends_access(action));
    }
    let others = others(run);
    name_what_is_there(run, &families).await?;
    // What a life has shown already, random sequences would tell again.
    let mut sound = Vec::new();
    for index in 0..families.len().min(MOST) {
        if run.stopped.is_some() {
            return Ok(());
        }
        let Lived { mut found, wrong, is_lost, is_lived } = one_life(run, &families, index, &others, false).await?;
        sound.push(is_lived && found.is_empty());
        found.extend(wrong);
        // What shows once may be somebody else's doing. What is not there may be hidden by one of its values.
        if !found.is_empty() {
            let again = one_life(run, &families, index, &others, is_lost).await?;
            keep_what_is_in(&mut found, &[again.found, again.wrong].concat());
        }
        tell(run, found)?;
    }
    for index in (0..sound.len()).filter(|index| sound[*index]) {
        if run.stopped.is_some() || run.options.sequences == 0 {
            break;
        }
        let mut found = random(run, &families, index, run.options.sequences).await?;
        if !found.is_empty() {
            let again = random(run, &families, index, run.options.sequences).await?;
            keep_what_is_in(&mut found, &again);
        }
        tell(run, found)?;
    }
    let places = places(&Stage::new(run), &families, &operations);
    let former = run.former.clone();
    // What was there and cannot be put back is left alone here, too.
    let may_change = |place: &&Place| {
        let [replace, restore] = place.changes();
        !ends_access(&replace) && !former.bars(replace) && !former.bars(restore)
    };
    for place in places.iter().filter(may_change) {
        if run.stopped.is_some() {
            return Ok(());
        }
        let mut found = one_place(run, place, &families).await?;
        if !found.is_empty() {
            let again = one_place(run, place, &families).await?;
            keep_what_is_in(&mut found, &again);
        }
        tell(run, found)?;
    }
    for operation in operations {
        if run.stopped.is_some() {
            return Ok(());
        }
        let family = families.iter().find(|family| family.list == Some(operation) && family.parent.is_none());
        let mut found = one_list(run, operation, family).await?;
        if !found.is_empty() {
            let again = one_list(run, operation, None).await?;
            keep_what_is_in(&mut found, &again);
        }
        tell(run, found)?;
    }
    Ok(())
}

/// What is tested as it is for other identities that do not see what everybody has.
fn others<T: Transport>(run: &ContractRun<'_, '_, T>) -> Vec<Arc<TestedContract>> {
    let fixtures = &run.tested.fixtures;
    let others = fixtures.identities.iter().filter(|identity| !identity.sees_all);
    let others = others.map(|identity| {
        let mut own = (**fixtures).clone();
        own.credentials.extend(identity.credentials.clone());
        own
    });
    let is_another = |own: &Fixtures| own.credentials != fixtures.credentials;
    let tested = |own| TestedContract::new(run.tested.contract.clone(), Arc::new(own), run.options.policy.clone());
    others.filter(is_another).take(identities::MOST).map(|own| Arc::new(tested(own))).collect()
}

/// Finds requests that name what is there, where none does that was accepted: lives begin with them.
async fn name_what_is_there<T: Transport>(
    run: &mut ContractRun<'_, '_, T>,
    families: &[Family],
) -> Result<(), ListenerError> {
    for index in 0..families.len().min(MOST) {
        let lives = run.lives;
        let mut stage = Stage::new(run);
        let filled = named::fill(&mut stage, families, index).await;
        if stage.has_sent_nothing() {
            run.lives = lives;
        }
        count(run, stage)?;
        let accepted = Arc::get_mut(&mut run.accepted);
        accepted.into_iter().for_each(|accepted| filled.iter().for_each(|case| accepted.take(case)));
    }
    Ok(())
}

fn keep_what_is_in(found: &mut Vec<LateFinding>, again: &[LateFinding]) {
    let causes: HashSet<&str> = again.iter().map(|late| late.finding.cause.as_str()).collect();
    found.retain(|late| causes.contains(late.finding.cause.as_str()));
}

/// What a life shows.
struct Lived {
    /// What its steps show together, and requests that failed.
    found: Vec<LateFinding>,
    /// What single responses show.
    wrong: Vec<LateFinding>,
    /// Whether what was made was not there.
    is_lost: bool,
    /// Whether it was there and had a life.
    is_lived: bool,
}

async fn one_life<T: Transport>(
    run: &mut ContractRun<'_, '_, T>,
    families: &[Family],
    index: usize,
    others: &[Arc<TestedContract>],
    is_plain: bool,
) -> Result<Lived, ListenerError> {
    let mut stage = Stage::new(run);
    stage.is_plain = is_plain;
    let found = steps::live(&mut stage, families, index, others).await;
    let is_lost = stage.is_lost;
    let (coverage, wrong) = count(run, stage)?;
    let is_lived = coverage.has(parts::CREATION);
    let (contract, item) = (run.tested.contract.clone(), families[index].item.clone());
    run.listeners.on(&Event::Lived { contract, item, coverage })?;
    Ok(Lived { found, wrong, is_lost, is_lived })
}

/// What random sequences show, the same ones each time.
async fn random<T: Transport>(
    run: &mut ContractRun<'_, '_, T>,
    families: &[Family],
    index: usize,
    count: usize,
) -> Result<Vec<LateFinding>, ListenerError> {
    let seed = run.options.plan.seed;
    let mut stage = Stage::new(run);
    let mut found = sequences::live(&mut stage, families, index, seed, count).await;
    found.extend(self::count(run, stage)?.1);
    Ok(found)
}

async fn one_place<T: Transport>(
    run: &mut ContractRun<'_, '_, T>,
    place: &Place,
    families: &[Family],
) -> Result<Vec<LateFinding>, ListenerError> {
    let mut stage = Stage::new(run);
    let mut found = place.live(&mut stage, families).await;
    found.extend(count(run, stage)?.1);
    Ok(found)
}

/// What a list shows, for which a few items of a family are made first.
async fn one_list<T: Transport>(
    run: &mut ContractRun<'_, '_, T>,
    operation: usize,
    family: Option<&Family>,
) -> Result<Vec<LateFinding>, ListenerError> {
    let mut stage = Stage::new(run);
    if let Some(family) = family.filter(|_| lists::is_asked(stage.described(operation))) {
        stock::fill(&mut stage, family, operation).await;
    }
    let mut found = lists::look(&mut stage, operation).await;
    found.extend(count(run, stage)?.1);
    Ok(found)
}

/// Counts what was sent; what was gone through, and what single responses show. Of a target that does not answer any more,
/// nothing more is asked.
fn count<T: Transport>(
    run: &mut ContractRun<'_, '_, T>,
    stage: Stage<T>,
) -> Result<(Coverage, Vec<LateFinding>), ListenerError> {
    if stage.is_dead {
        run.stopped.get_or_insert_with(|| "the target did not answer in the life of a resource".to_owned());
    }
    let (requests, coverage, wrong) = stage.into_parts();
    for (operation, requests) in requests {
        let contract = run.tested.contract.clone();
        run.listeners.on(&Event::SentLater { contract, operation, requests, fails: false, when: WHEN })?;
    }
    Ok((coverage, wrong))
}

fn tell<T: Transport>(run: &mut ContractRun<'_, '_, T>, found: Vec<LateFinding>) -> Result<(), ListenerError> {
    for mut late in found {
        let operation = late.case.operation;
        let described = &run.tested.contract.operations[operation];
        let status = late.exchange.result.as_ref().ok().map(|response| response.status);
        let mut graded = vec![late.finding];
        run.tested.policy.grade(described, status, &mut graded);
        let Some(finding) = graded.pop() else { continue };
        let contract = run.tested.contract.clone();
        if run.options.strict || finding.severity == Severity::Error {
            run.habits.fail(operation);
            run.listeners.on(&Event::SentLater { contract, operation, requests: 0, fails: true, when: WHEN })?;
        }
        late.finding = finding;
        run.found_later(LateFinding { case: Arc::clone(&late.case), ..late })?;
    }
    Ok(())
}
