//! Servers that ask for patience.

use std::time::{Duration, Instant};

use super::*;
use crate::contract::StatusRange;
use crate::execute::Exchange;

const SLOW_DOWN: &str = "HTTP/1.1 429 Too Many Requests\r\nretry-after: 1\r\ncontent-length: 0\r\n\r\n";
const BUSY: &str = "HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\n\r\n";

/// A server that gives `response` so many times before it gives in.
async fn reluctant(response: &'static str, times: usize) -> Server {
    let given = Arc::new(Mutex::new(0));
    Server::start(move |mut connection| {
        let given = Arc::clone(&given);
        async move {
            while connection.read().await.is_some() {
                let refuse = {
                    let mut given = given.lock().expect("no test panics with the lock");
                    *given += 1;
                    *given <= times
                };
                connection.write(if refuse { response } else { OK }.as_bytes()).await;
            }
        }
    })
    .await
}

async fn send(server: &Server, operation: usize, case: &Case) -> Exchange {
    let contract = contract();
    client(&server.url, PATIENT).send(&contract.operations[operation], case, &fixtures()).await
}

fn status(exchange: &Exchange) -> Option<u16> {
    exchange.result.as_ref().ok().map(|response| response.status)
}

#[tokio::test]
async fn a_documented_429_is_waited_out_as_long_as_it_says() {
    let server = reluctant(SLOW_DOWN, 1).await;
    let started = Instant::now();
    let exchange = send(&server, 0, &case(request())).await;
    assert_eq!((status(&exchange), exchange.throttled), (Some(200), 1));
    assert!(started.elapsed() >= Duration::from_secs(1));
    assert!(exchange.elapsed < Duration::from_secs(1), "the wait is not the target's time");
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn a_503_that_is_documented_by_its_class_is_waited_out_five_times() {
    let server = reluctant(BUSY, usize::MAX).await;
    let started = Instant::now();
    let exchange = send(&server, 0, &case(request())).await;
    assert_eq!((status(&exchange), exchange.throttled), (Some(503), 5));
    // 50, 100, 200, 400 and 800 ms.
    assert!(started.elapsed() >= Duration::from_millis(1550));
    assert_eq!(server.requests().len(), 6);
}

#[tokio::test]
async fn a_response_that_is_documented_by_default_alone_or_wanted_stands() {
    let server = reluctant(SLOW_DOWN, usize::MAX).await;
    let exchange = send(&server, 1, &case(request())).await;
    assert_eq!((status(&exchange), exchange.throttled), (Some(429), 0));
    let wanted = Case { expected: Some(vec![StatusRange::Code(429)]), ..case(request()) };
    let exchange = send(&server, 0, &wanted).await;
    assert_eq!((status(&exchange), exchange.throttled), (Some(429), 0));
    assert_eq!(server.requests().len(), 2);
}
