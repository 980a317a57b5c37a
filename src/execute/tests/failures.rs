//! Servers that hang up, hang, or talk nonsense.

use std::time::{Duration, Instant};

use super::*;
use crate::execute::{Exchange, Failure, Response};

async fn send(url: &Url, timeout: Duration, body: Option<Body>) -> Exchange {
    let contract = contract();
    let case = case(Request { body, ..request() });
    client(url, timeout).send(&contract.operations[0], &case, &fixtures()).await
}

async fn result(url: &Url) -> Result<Response, Failure> {
    send(url, PATIENT, json_body(json!({}))).await.result
}

#[tokio::test]
async fn a_port_that_refuses_and_a_name_that_is_none() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let url = Url::parse(&format!("http://{}", listener.local_addr().expect("an address"))).expect("a URL");
    drop(listener);
    let failure = result(&url).await.expect_err("refused");
    assert!(matches!(&failure, Failure::Unreachable(reason) if reason.contains("refused")), "{failure}");
    let url = Url::parse("http://no-such-host.invalid/").expect("a URL");
    let failure = result(&url).await.expect_err("unknown");
    assert!(matches!(failure, Failure::Unreachable(_)), "{failure}");
}

#[tokio::test]
async fn a_server_without_tls_behind_https() {
    let server = Server::start(|mut connection| async move {
        connection.write(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
        connection.read_head().await;
    })
    .await;
    let url = Url::parse(&server.url.as_str().replace("http:", "https:")).expect("a URL");
    // A machine without certificates has no client to offer.
    let options = ClientOptions::new(url, PATIENT);
    let Ok(client) = Client::new(options) else { return };
    let contract = contract();
    let exchange = client.send(&contract.operations[0], &case(request()), &fixtures()).await;
    assert!(
        matches!(&exchange.result, Err(Failure::Insecure(message)) if message.contains("http, and not https")),
        "{:?}",
        exchange.result
    );
}

#[tokio::test]
async fn a_server_that_hangs_and_one_that_drips() {
    let timeout = Duration::from_millis(300);
    let hanging = Server::start(|mut connection| async move {
        connection.read().await;
        tokio::time::sleep(PATIENT).await;
    })
    .await;
    let dripping = Server::start(|mut connection| async move {
        connection.read().await;
        connection.write(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n").await;
        for _ in 0..1000 {
            connection.write(b"x").await;
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    })
    .await;
    for server in [hanging, dripping] {
        let started = Instant::now();
        let exchange = send(&server.url, timeout, None).await;
        assert_eq!(exchange.result.expect_err("no answer"), Failure::Timeout(timeout));
        assert!(started.elapsed() < Duration::from_secs(3), "{:?}", started.elapsed());
        assert!(exchange.elapsed >= timeout);
    }
}

#[tokio::test]
async fn a_stream_is_what_came_of_it_and_is_asked_for_once() {
    let streaming = |media_type: &'static str| {
        Server::start(move |mut connection| async move {
            connection.read().await;
            let head = format!("HTTP/1.1 200 OK\r\ncontent-type: {media_type}\r\nconnection: close\r\n\r\n");
            connection.write(head.as_bytes()).await;
            connection.write(b"data: 1\n\n").await;
            tokio::time::sleep(PATIENT).await;
        })
    };
    let stream = streaming("text/event-stream; charset=utf-8").await;
    let response = send(&stream.url, PATIENT, None).await.result.expect("what came");
    assert_eq!((response.status, response.body), (200, b"data: 1\n\n".to_vec()));
    assert_eq!(stream.requests().len(), 1);
    let other = streaming("text/plain").await;
    let failure = send(&other.url, Duration::from_millis(300), None).await.result.expect_err("no end");
    assert!(matches!(failure, Failure::Timeout(_)), "{failure}");
}

#[tokio::test]
async fn a_server_that_hangs_up_is_asked_once_more_and_no_further() {
    for prefix in ["", "HTTP/1.1 200 OK\r\ncontent-le"] {
        let server = Server::start(move |mut connection| async move {
            connection.read().await;
            connection.write(prefix.as_bytes()).await;
        })
        .await;
        let failure = result(&server.url).await.expect_err("closed");
        assert!(matches!(failure, Failure::Closed(_)), "{failure}");
        assert_eq!(server.requests().len(), 2);
    }
}

#[tokio::test]
async fn a_body_that_ends_too_early_is_not_asked_for_again() {
    let responses = [
        "HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n",
    ];
    for response in responses {
        let server = Server::start(move |mut connection| async move {
            connection.read().await;
            connection.write(response.as_bytes()).await;
        })
        .await;
        let failure = result(&server.url).await.expect_err("cut short");
        assert!(matches!(failure, Failure::CutOff(_)), "{failure}");
        assert_eq!(server.requests().len(), 1);
    }
}

#[tokio::test]
async fn what_is_no_http() {
    let responses = [
        "SSH-2.0-OpenSSH_9.6\r\n\r\n",
        "HTTP/1.1 abc\r\n\r\n",
        "HTTP/1.1 200 OK\r\ncontent-length: many\r\n\r\n",
        "HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nnot a size\r\n",
    ];
    for response in responses {
        let server = Server::answering(response).await;
        let failure = result(&server.url).await.expect_err(response);
        assert!(matches!(failure, Failure::Garbage(_)), "{response}: {failure:?}");
    }
}

#[tokio::test]
async fn a_response_too_large_to_be_read() {
    let server = Server::start(|mut connection| async move {
        connection.read().await;
        connection.write(b"HTTP/1.1 200 OK\r\n\r\n").await;
        for _ in 0..40 {
            connection.write(&vec![b'x'; 1 << 20]).await;
        }
    })
    .await;
    assert_eq!(result(&server.url).await.expect_err("too large"), Failure::TooLarge(16 << 20));
}

#[tokio::test]
async fn a_response_whose_fields_are_too_large_to_be_kept() {
    let answering = async |length: usize| {
        let server = Server::start(move |mut connection| async move {
            connection.read().await;
            let fields = format!("x-long: {}\r\ncontent-length: 0\r\n\r\n", "v".repeat(length));
            connection.write(format!("HTTP/1.1 200 OK\r\n{fields}").as_bytes()).await;
        })
        .await;
        result(&server.url).await.map(|response| response.header("x-long").map(str::len))
    };
    assert_eq!(answering(200_000).await, Err(Failure::TooLarge(128 << 10)));
    assert_eq!(answering(100_000).await, Ok(Some(100_000)));
}

#[tokio::test]
async fn a_response_of_too_many_values_to_be_judged() {
    let answering = async |item: &'static str| {
        let server = Server::start(move |mut connection| async move {
            connection.read().await;
            connection.write(b"HTTP/1.1 200 OK\r\n\r\n[").await;
            connection.write(vec![item; 300_000].join(",").as_bytes()).await;
            connection.write(b"]").await;
        })
        .await;
        result(&server.url).await.map(|response| response.body.len())
    };
    assert_eq!(answering("1").await, Err(Failure::TooMany(200_000)));
    let server = Server::start(|mut connection| async move {
        connection.read().await;
        connection.write(b"HTTP/1.1 200 OK\r\n\r\n[\"").await;
        connection.write(&b",".repeat(300_000)).await;
        connection.write(b"\"]").await;
    })
    .await;
    assert!(result(&server.url).await.is_ok(), "it is one text");
}

#[tokio::test]
async fn an_idle_connection_that_the_server_closes_costs_nothing() {
    // The first connection hangs up when it is used again, as if the two had crossed on the way.
    let server = Server::start(|mut connection| async move {
        connection.read().await;
        connection.write(OK.as_bytes()).await;
        connection.read().await;
        if connection.number > 0 {
            connection.write(OK.as_bytes()).await;
        }
    })
    .await;
    let contract = contract();
    let client = client(&server.url, PATIENT);
    for number in 0..3 {
        let exchange = client.send(&contract.operations[0], &case(request()), &fixtures()).await;
        assert_eq!(exchange.result.map(|response| response.status), Ok(200), "request {number}");
    }
    assert_eq!(server.requests().len(), 4);
}

#[tokio::test]
async fn many_requests_at_once_use_connections_again() {
    let connections = Arc::new(Mutex::new(0));
    let opened = Arc::clone(&connections);
    let server = Server::start(move |mut connection| {
        *opened.lock().expect("no test panics with the lock") += 1;
        async move {
            while connection.read().await.is_some() {
                connection.write(OK.as_bytes()).await;
            }
        }
    })
    .await;
    let (contract, fixtures, case) = (contract(), fixtures(), case(request()));
    let client = client(&server.url, PATIENT);
    for _ in 0..20 {
        let sends = (0..32).map(|_| client.send(&contract.operations[0], &case, &fixtures));
        for exchange in futures_util::future::join_all(sends).await {
            assert_eq!(exchange.result.map(|response| response.status), Ok(200));
        }
    }
    assert_eq!(server.requests().len(), 640);
    let connections = *connections.lock().expect("no test panics with the lock");
    assert!(connections <= 64, "{connections} connections");
}

#[tokio::test]
async fn bytes_left_over_from_one_answer_are_not_the_next_one() {
    // The length is too short by far, so the rest lies in wait on a connection that seems idle.
    let response = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok and then some";
    let server = Server::answering(response).await;
    let contract = contract();
    let client = client(&server.url, PATIENT);
    for _ in 0..5 {
        let exchange = client.send(&contract.operations[0], &case(request()), &fixtures()).await;
        assert_eq!(exchange.result.map(|response| response.body), Ok(b"ok".to_vec()));
    }
}

#[tokio::test]
async fn an_early_refusal_of_a_large_body_is_heard() {
    const REFUSAL: &str = "HTTP/1.1 413 Content Too Large\r\ncontent-length: 3\r\nconnection: close\r\n\r\nbig";
    // By the length alone, and after having read some of the body; both close with most of it unread.
    for read in [0, 3 << 20] {
        let server = Server::start(move |mut connection| async move {
            connection.read_head().await;
            let mut some = vec![0; read];
            let _ = connection.stream.read_exact(&mut some).await;
            connection.write(REFUSAL.as_bytes()).await;
        })
        .await;
        for _ in 0..5 {
            let exchange = send(&server.url, PATIENT, large_body(12 << 20)).await;
            let response = exchange.result.expect("the refusal");
            assert_eq!((response.status, response.body), (413, b"big".to_vec()));
        }
    }
}

#[tokio::test]
async fn a_large_body_arrives_whole_even_in_pieces() {
    let server = Server::start(|mut connection| async move {
        if connection.number == 0 {
            return;
        }
        connection.read().await;
        connection.write(OK.as_bytes()).await;
    })
    .await;
    let exchange = send(&server.url, PATIENT, large_body(1 << 20)).await;
    assert_eq!(exchange.result.map(|response| response.status), Ok(200));
    let request = server.requests().pop().expect("a request");
    let (head, body) = request.split_once("\r\n\r\n").expect("a head");
    assert!(head.contains("content-length: 1048576") && !head.contains("transfer-encoding"), "{head}");
    assert_eq!(body.len(), 1 << 20);
    assert_eq!(body.trim_end(), "{\"a\":1}");
}

#[tokio::test]
async fn what_cannot_be_sent_is_told_and_nothing_is_sent() {
    let server = Server::answering(OK).await;
    let contract = contract();
    let client = client(&server.url, PATIENT);
    let header = |name: &str, value: &str| Request { headers: vec![(name.into(), value.into())], ..request() };
    let path = |path: &str| Request { path: path.into(), ..request() };
    let requests = [
        path("/items/.."),
        path("/items/%2E%2e/x"),
        path("/items/./x"),
        path("/items/a b"),
        path("/items/a\\b"),
        path("/items/{x}"),
        path("/items?x"),
        path("/items#x"),
        header("x-text", "a\nb"),
        header("a b", "c"),
        header("content-length", "7"),
        header("transfer-encoding", "chunked"),
        Request { method: "CONNECT".into(), ..request() },
        Request { method: "P T".into(), ..request() },
        Request { path: format!("/items/{}", "x".repeat(70_000)), ..request() },
    ];
    for request in requests {
        let message = format!("{:.80?}", request);
        let exchange = client.send(&contract.operations[0], &case(request), &fixtures()).await;
        assert!(matches!(exchange.result, Err(Failure::Unsendable(_))), "{message}: {:?}", exchange.result);
    }
    assert_eq!(server.requests(), Vec::<String>::new());
}

#[tokio::test]
async fn a_response_is_taken_as_it_is() {
    let elsewhere = "HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nx-a: 1\r\nX-A: 2\r\ncontent-length: 0\r\n\r\n";
    let server = Server::answering(elsewhere).await;
    let response = result(&server.url).await.expect("the redirect");
    assert_eq!((response.status, response.header("LOCATION")), (302, Some("/elsewhere")));
    let fields = [("location", "/elsewhere"), ("x-a", "1"), ("x-a", "2"), ("content-length", "0")];
    assert_eq!(response.headers, fields.map(|(name, value)| (name.to_owned(), value.to_owned())));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_document_is_fetched() {
    let server = Server::answering("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\na: 1\n").await;
    let path = format!("{}spec.yaml", server.url);
    let load = move || Document::load(path.as_ref(), LoadOptions::default()).expect("loads");
    let document = tokio::task::spawn_blocking(load).await.expect("no panic");
    assert_eq!(document.get(&document.root()), Some(&json!({"a": 1})));
}
