//! Tests of the pace.

use super::*;

const OPERATION: OperationKey = (0, 0);

fn pace(ceiling: usize) -> Arc<Pace> {
    Pace::new(ceiling, None, Duration::ZERO)
}

fn answered(pace: &Pace, times: usize, milliseconds: u64) {
    for _ in 0..times {
        let elapsed = Duration::from_millis(milliseconds);
        pace.note(OPERATION, Load::Answered(elapsed), Instant::now(), false);
    }
}

fn free(pace: &Pace) -> usize {
    let state = pace.state();
    assert_eq!(pace.permits.available_permits(), state.limit + state.surplus);
    state.limit
}

#[test]
fn the_ceiling_is_reached_after_a_few_responses() {
    let pace = pace(8);
    answered(&pace, 2, 1);
    assert_eq!(free(&pace), 3);
    answered(&pace, 3 + 4 + 5 + 6 + 7, 1);
    assert_eq!(free(&pace), 8);
    answered(&pace, 100, 1);
    assert_eq!(free(&pace), 8);
    assert_eq!(free(&super::Pace::new(1, None, Duration::ZERO)), 1);
}

#[tokio::test]
async fn what_is_too_much_halves_it_once_for_all_that_were_in_flight() {
    let pace = pace(8);
    answered(&pace, 27, 1);
    let mut permits = Vec::new();
    for _ in 0..8 {
        permits.push(pace.permit().await);
    }
    let sent_at = Instant::now();
    for load in [Load::TooMuch, Load::Silent, Load::TooMuch] {
        pace.note(OPERATION, load, sent_at, false);
    }
    permits.clear();
    assert_eq!(free(&pace), 4);
    for _ in 0..5 {
        pace.note(OPERATION, Load::TooMuch, Instant::now() + Duration::from_secs(1), false);
    }
    assert_eq!(free(&pace), 1);
}

#[test]
fn late_responses_halve_it_and_slightly_slower_ones_do_not() {
    let pace = pace(8);
    answered(&pace, 27, 10);
    answered(&pace, 8, 70);
    assert_eq!(free(&pace), 8);
    answered(&pace, 8, 900);
    assert_eq!(free(&pace), 4);
}

#[tokio::test]
async fn a_request_that_is_to_be_alone_is() {
    let pace = pace(8);
    let first = pace.beside().await;
    assert!(first.is_alone());
    let second = pace.beside().await;
    assert!(!first.is_alone() && !second.is_alone());
    let brief = Duration::from_millis(20);
    assert!(tokio::time::timeout(brief, pace.alone(Duration::ZERO)).await.is_err());
    drop((first, second));
    let alone = pace.alone(Duration::ZERO).await;
    assert!(alone.is_alone());
    assert!(tokio::time::timeout(brief, pace.beside()).await.is_err());
}

#[tokio::test]
async fn a_rate_is_kept_by_all_requests() {
    let pace = Pace::new(8, Some(100), Duration::ZERO);
    let started = Instant::now();
    for _ in 0..6 {
        drop(pace.beside().await);
    }
    assert!(started.elapsed() >= Duration::from_millis(50));
}

#[test]
fn what_was_lost_is_forgotten_once_a_later_request_is_answered() {
    let pace = pace(2);
    let before = Instant::now();
    for request in ["GET /a", "GET /b", "GET /c"] {
        pace.note_lost(Suspect { innocence: 2, sent_at: Instant::now(), request: request.to_owned() });
    }
    assert_eq!(pace.lost(), ["GET /b", "GET /c"], "no more than may be in flight");
    pace.note(OPERATION, Load::Answered(Duration::ZERO), before, false);
    assert_eq!(pace.lost().len(), 2, "it was sent before the others were lost");
    pace.note(OPERATION, Load::Answered(Duration::ZERO), Instant::now(), false);
    assert!(pace.lost().is_empty());
}

#[test]
fn the_oddest_request_is_the_first_that_a_target_may_have_died_of() {
    let pace = pace(8);
    for (innocence, request) in [(2, "GET /a"), (1, "GET /b"), (0, "GET /c"), (2, "GET /a")] {
        pace.note_lost(Suspect { innocence, sent_at: Instant::now(), request: request.to_owned() });
    }
    assert_eq!(pace.lost(), ["GET /c", "GET /b", "GET /a"]);
}

#[test]
fn what_was_sent_first_is_likelier_than_what_may_have_met_nobody() {
    let pace = pace(8);
    let first = Instant::now();
    for (sent_at, request) in [(first + Duration::from_millis(5), "GET /a"), (first, "GET /b")] {
        pace.note_lost(Suspect { innocence: 0, sent_at, request: request.to_owned() });
    }
    assert_eq!(pace.lost(), ["GET /b", "GET /a"]);
}

#[test]
fn what_cleans_up_takes_no_blame_from_a_case_that_was_in_flight() {
    let pace = pace(3);
    for (innocence, request) in [(2, "POST /a"), (CLEAN_UP, "DELETE /a/1"), (CLEAN_UP, "DELETE /a/2")] {
        pace.note_lost(Suspect { innocence, sent_at: Instant::now(), request: request.to_owned() });
    }
    assert_eq!(pace.lost(), ["POST /a", "DELETE /a/1", "DELETE /a/2"]);
    pace.note_lost(Suspect { innocence: CLEAN_UP, sent_at: Instant::now(), request: "DELETE /a/3".to_owned() });
    assert_eq!(pace.lost(), ["POST /a", "DELETE /a/2", "DELETE /a/3"], "the case is not forgotten for it");
    pace.note(OPERATION, Load::Answered(Duration::ZERO), Instant::now(), false);
    // Alone it is what the target went away with.
    pace.note_lost(Suspect { innocence: CLEAN_UP, sent_at: Instant::now(), request: "DELETE /a/4".to_owned() });
    assert_eq!(pace.lost(), ["DELETE /a/4"]);
}
