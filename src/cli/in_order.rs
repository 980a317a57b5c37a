//! Work that is done on all processors, no more pieces at once than there are, and handed over in order.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::mpsc::channel;
use std::sync::{Mutex, PoisonError};

use crate::parallel::processors;

/// Pieces that are worked on ahead of the next one to hand over.
const WINDOW: usize = 64;

/// Does `work` for each of the `pieces` and hands the results to `take` in their order, until it breaks off. Few
/// results are held at any time.
///
/// # Panics
/// Where `work` does.
pub(super) fn in_order<P: Sync, T: Send>(
    pieces: &[P],
    work: impl Fn(&P) -> T + Sync,
    mut take: impl FnMut(T) -> ControlFlow<()>,
) {
    let threads = processors().min(pieces.len());
    let (ask, asked) = channel::<usize>();
    let (answer, answers) = channel();
    let (asked, work) = (&Mutex::new(asked), &work);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            let answer = answer.clone();
            scope.spawn(move || {
                let next = || asked.lock().unwrap_or_else(PoisonError::into_inner).recv();
                while let Ok(index) = next() {
                    // A panic is handed over like a result: whoever waits for it would wait for ever.
                    let result = catch_unwind(AssertUnwindSafe(|| work(&pieces[index])));
                    if answer.send((index, result)).is_err() {
                        break;
                    }
                }
            });
        }
        // Without anybody who asks and listens, the threads end.
        let (ask, answers) = (ask, answers);
        let mut unasked = 0..pieces.len();
        let mut waiting = BTreeMap::new();
        for index in unasked.by_ref().take(WINDOW) {
            let _ = ask.send(index);
        }
        for next in 0..pieces.len() {
            while !waiting.contains_key(&next)
                && let Ok((index, result)) = answers.recv()
            {
                waiting.insert(index, result);
            }
            let Some(result) = waiting.remove(&next) else { break };
            if take(result.unwrap_or_else(|panic| resume_unwind(panic))).is_break() {
                break;
            }
            let _ = unasked.next().map(|index| ask.send(index));
        }
    });
}

#[cfg(test)]
mod tests {
    use std::ops::ControlFlow;

    use super::in_order;

    fn taken(count: usize, most: usize) -> Vec<usize> {
        let pieces: Vec<usize> = (0..count).collect();
        let mut taken = Vec::new();
        in_order(
            &pieces,
            |piece| piece * 2,
            |result| {
                taken.push(result);
                if taken.len() < most { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
            },
        );
        taken
    }

    #[test]
    fn results_come_in_the_order_of_their_pieces() {
        assert_eq!(taken(1_000, usize::MAX), (0..1_000).map(|piece| piece * 2).collect::<Vec<_>>());
        assert!(taken(0, usize::MAX).is_empty());
        assert_eq!(taken(1_000_000, 3), [0, 2, 4]);
    }

    #[test]
    #[should_panic(expected = "not two")]
    fn a_panic_is_not_lost() {
        in_order(&[1, 2, 3], |piece| assert_ne!(*piece, 2, "not two"), |()| ControlFlow::Continue(()));
    }
}
