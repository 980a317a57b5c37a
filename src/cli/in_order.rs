//! Work that is done on all processors and handed over in order.

use std::ops::ControlFlow;
use std::sync::mpsc::sync_channel;

/// Results of one thread that wait for those before them.
const AHEAD: usize = 4;

/// Does `work` for each of the `pieces` and hands the results to `take` in their order, until it breaks off.
pub(super) fn in_order<P: Sync, T: Send>(
    pieces: &[P],
    work: impl Fn(&P) -> T + Sync,
    mut take: impl FnMut(T) -> ControlFlow<()>,
) {
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(pieces.len());
    let work = &work;
    std::thread::scope(|scope| {
        let start = |first: usize| {
            let (sender, receiver) = sync_channel(AHEAD);
            scope.spawn(move || {
                // Whoever stopped listening wants no more.
                pieces.iter().skip(first).step_by(threads).try_for_each(|piece| sender.send(work(piece)).ok())
            });
            receiver
        };
        let receivers: Vec<_> = (0..threads).map(start).collect();
        for result in receivers.iter().cycle().take(pieces.len()).map(|receiver| receiver.recv()) {
            // A thread that panicked sends nothing more; the scope panics in its place.
            if result.map_or(ControlFlow::Break(()), &mut take).is_break() {
                break;
            }
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
    #[should_panic(expected = "a scoped thread panicked")]
    fn a_panic_is_not_lost() {
        in_order(&[1, 2, 3], |piece| assert_ne!(*piece, 2), |()| ControlFlow::Continue(()));
    }
}
