//! How a target is reached: certificates, proxies, addresses, and what requests say of their client.

use std::time::Duration;

use serde_json::Value;

use super::peer::{Peer, tls};
use crate::support::command::{Ended, conform, ended, folder_with, refused, root};

const NOTES: &str = "\
openapi: 3.1.0
info: {title: Notes, version: '1'}
paths:
  /notes:
    get: {operationId: list, responses: {'204': {description: all}}}
";

const OK: &str = "204 No Content";

fn run_with(environment: &[(&str, &str)], target: &str, more: &[&str]) -> Ended {
    let folder = folder_with(&[("notes.yaml", NOTES), ("none.pem", "none\n")]);
    let mut command = conform(folder.path());
    command.envs(environment.iter().copied());
    command.args(["notes.yaml", "--target", target, "--regressions", "off", "--cases", "0"]);
    ended(command.args(more))
}

fn file(name: &str) -> String {
    root().join("tests/data/tls").join(name).display().to_string()
}

fn plain() -> Peer {
    Peer::start(None, OK, Duration::ZERO)
}

#[test]
fn an_authority_of_ones_own_is_trusted_when_it_is_named() {
    let server = Peer::start(Some(tls(false)), OK, Duration::ZERO);
    let target = format!("https://localhost:{}", server.port);
    let untrusted = run_with(&[], &target, &[]);
    assert_eq!(untrusted.status, Some(3), "{}", untrusted.stdout);
    assert!(untrusted.stdout.contains("not trusted") && untrusted.stdout.contains("--ca-file"), "{}", untrusted.stdout);
    assert!(server.heads().is_empty());
    for flags in [&["--ca-file", &*file("ca.pem")][..], &["--insecure"]] {
        let trusted = run_with(&[], &target, flags);
        assert_eq!(trusted.status, Some(0), "{flags:?}: {}{}", trusted.stdout, trusted.stderr);
    }
    // Another authority is not that one.
    let other = run_with(&[], &target, &["--ca-file", &file("client.pem")]);
    assert_eq!(other.status, Some(3), "{}{}", other.stdout, other.stderr);
}

#[test]
fn a_client_shows_its_certificate_where_it_is_asked_to() {
    let server = Peer::start(Some(tls(true)), OK, Duration::ZERO);
    let target = format!("https://localhost:{}", server.port);
    let (ca, cert, key) = (file("ca.pem"), file("client.pem"), file("client.key"));
    let trusting = ["--ca-file", &*ca];
    let without = run_with(&[], &target, &trusting);
    assert_eq!(without.status, Some(3), "{}", without.stdout);
    let words = without.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains("asks for a certificate of the client: name one with --client-cert FILE"), "{words}");
    let shown = run_with(&[], &target, &[&trusting[..], &["--client-cert", &cert, "--client-key", &key]].concat());
    assert_eq!(shown.status, Some(0), "{}{}", shown.stdout, shown.stderr);
    assert!(!server.heads().is_empty());
}

#[test]
fn a_proxy_is_used_where_it_is_named_and_not_for_this_machine_by_the_environment() {
    let (proxy, server) = (plain(), plain());
    let (through, here) = (format!("http://127.0.0.1:{}", proxy.port), format!("http://127.0.0.1:{}", server.port));
    let by_environment = [("HTTP_PROXY", &*through)];
    assert_eq!(run_with(&by_environment, &here, &[]).status, Some(0));
    assert!(proxy.heads().is_empty() && !server.heads().is_empty());
    let asked = run_with(&by_environment, "http://api.test", &[]);
    assert_eq!(asked.status, Some(0), "{}{}", asked.stdout, asked.stderr);
    assert!(proxy.heads().iter().all(|head| head.contains(" http://api.test/notes HTTP/1.1")), "{:?}", proxy.heads());
    // HEAD, which has a way of its own, goes through it too.
    assert!(proxy.heads().iter().any(|head| head.starts_with("HEAD ")), "{:?}", proxy.heads());

    let (before, direct) = (proxy.heads().len(), server.heads().len());
    let (name, resolve) = (format!("http://api.test:{}", server.port), format!("api.test:{}:127.0.0.1", server.port));
    let exempt = run_with(&[by_environment[0], ("NO_PROXY", ".test")], &name, &["--resolve", &resolve]);
    assert_eq!(exempt.status, Some(0), "{}{}", exempt.stdout, exempt.stderr);
    assert_eq!(proxy.heads().len(), before);
    let heads = server.heads().split_off(direct);
    let host = format!("host: api.test:{}", server.port);
    assert!(heads.iter().all(|head| head.to_ascii_lowercase().contains(&host)), "{heads:?}");
    assert!(heads.iter().any(|head| head.starts_with("HEAD ")), "{heads:?}");

    let named = run_with(&[], &here, &["--proxy", &through]);
    assert_eq!(named.status, Some(0), "{}{}", named.stdout, named.stderr);
    assert!(proxy.heads().len() > before && server.heads().len() == direct + heads.len());
    let down = run_with(&[], &here, &["--proxy", &format!("http://{}", refused())]);
    assert_eq!(down.status, Some(3), "{}", down.stdout);
}

#[test]
fn a_request_says_who_sends_it_and_which_one_it_is() {
    let server = Peer::start(None, "500 Internal Server Error", Duration::ZERO);
    let target = format!("http://127.0.0.1:{}", server.port);
    let flags = ["--user-agent", "my-tests/1.0", "--request-id-header", "X-Request-Id", "--format", "json"];
    let ended = run_with(&[], &target, &flags);
    assert_eq!(ended.status, Some(1), "{}", ended.stderr);
    let heads = server.heads();
    assert!(heads.iter().all(|head| head.contains("user-agent: my-tests/1.0\r\n")), "{heads:?}");
    let id = |head: &String| head.lines().find_map(|line| line.strip_prefix("x-request-id: ").map(str::to_owned));
    let mut ids: Vec<String> = heads.iter().filter_map(id).collect();
    assert_eq!(ids.len(), heads.len());
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), heads.len(), "each has its own");
    let report: Value = serde_json::from_str(&ended.stdout).expect("JSON");
    let shown = report["contracts"][0]["operations"][0]["findings"][0]["request"].to_string();
    assert!(ids.iter().any(|id| shown.contains(id)), "{shown}");
    // Without the flags there is neither.
    let plain = plain();
    run_with(&[], &format!("http://127.0.0.1:{}", plain.port), &[]);
    assert!(plain.heads().iter().all(|head| head.contains("user-agent: conform/") && !head.contains("x-request-id")));
}

#[test]
fn what_is_wrong_with_a_way_to_the_target_is_told_with_what_to_do() {
    let cert = file("client.pem");
    let (server_key, missing) = (file("server.key"), "nowhere.pem");
    for (flags, told) in [
        (&["--ca-file", missing][..], &["--ca-file: cannot read nowhere.pem", "name a file in PEM"][..]),
        (&["--ca-file", "."], &["--ca-file: cannot read", "no regular file"]),
        (&["--ca-file", "none.pem"], &["holds no certificate in PEM", "BEGIN CERTIFICATE"]),
        (&["--ca-file", "none.pem", "--insecure"], &["cannot be used with"]),
        (&["--client-cert", &cert], &["no certificate with its private key", "--client-key FILE"]),
        (&["--client-key", &cert], &["--client-cert"]),
        (&["--client-cert", &cert, "--client-key", "none.pem"], &["no certificate with its private key"]),
        (&["--client-cert", &cert, "--client-key", &server_key], &["cannot be used", "--client-key is the key"]),
        (&["--proxy", "proxy:3128"], &["did you mean http://proxy:3128?"]),
        (&["--proxy", "socks5://proxy:1080"], &["use http or https"]),
        (&["--proxy", "http://proxy/path"], &["no path"]),
        (&["--resolve", "api.test:443"], &["write HOST:PORT:ADDR"]),
        (&["--resolve", "api.test:https:127.0.0.1"], &["`https` is no port"]),
        (&["--resolve", "api.test:443:here"], &["`here` is no address"]),
        (&["--resolve", "other.test:443:127.0.0.1"], &["is not for the target", "--resolve api.test:443:127.0.0.1"]),
        (&["--user-agent", "a\nb"], &["write a line of text"]),
        (&["--request-id-header", "no name"], &["write the name of a header field"]),
        (&["--request-id-header", "Host"], &["says how a request is sent"]),
    ] {
        let ended = run_with(&[], "https://api.test", flags);
        assert_eq!(ended.status, Some(2), "{flags:?}: {}{}", ended.stdout, ended.stderr);
        // Lines are broken between words.
        let stderr = ended.stderr.split_whitespace().collect::<Vec<_>>().join(" ").replace("│ ", "");
        assert!(told.iter().all(|told| stderr.contains(told)), "{flags:?}: {stderr}");
    }
}

#[test]
fn a_refused_connection_is_tried_again_so_often_and_no_more() {
    let address = refused();
    let target = format!("http://{address}");
    let started = std::time::Instant::now();
    let ended = run_with(&[], &target, &["--retries", "3"]);
    assert_eq!(ended.status, Some(3), "{}", ended.stdout);
    // 0.1, 0.2 and 0.4 seconds.
    assert!(started.elapsed() >= Duration::from_millis(700), "{:?}", started.elapsed());
    // Somebody who comes a little late is reached.
    let port: u16 = address.rsplit(':').next().and_then(|port| port.parse().ok()).expect("a port");
    let late = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(800));
        Peer::at(port, OK)
    });
    let ended = run_with(&[], &target, &["--retries", "8"]);
    assert_eq!(ended.status, Some(0), "{}{}", ended.stdout, ended.stderr);
    let server = late.join().expect("no panic");
    // What was accepted was sent once: no two requests of a case are the same but for those that are to be.
    assert!(!server.heads().is_empty());
    for wrong in ["-1", "11", "x"] {
        assert_eq!(run_with(&[], &target, &["--retries", wrong]).status, Some(2), "{wrong}");
    }
}

#[test]
fn the_commands_of_a_report_reach_the_target_in_the_same_way() {
    let fails = "500 Internal Server Error";
    let (ca, cert, key) = (file("ca.pem"), file("client.pem"), file("client.key"));
    let secure = Peer::start(Some(tls(false)), fails, Duration::ZERO);
    let mutual = Peer::start(Some(tls(true)), fails, Duration::ZERO);
    let (plain, proxy) = (Peer::start(None, fails, Duration::ZERO), Peer::start(None, fails, Duration::ZERO));
    let https = |peer: &Peer| format!("https://localhost:{}", peer.port);
    let through = format!("http://127.0.0.1:{}", proxy.port);
    let resolve = format!("api.test:{}:127.0.0.1", plain.port);
    for (target, flags, shown) in [
        (https(&secure), &["--insecure"][..], "curl --insecure ".to_owned()),
        (https(&secure), &["--ca-file", &ca], format!("curl --cacert {ca} ")),
        (
            https(&mutual),
            &["--ca-file", &ca, "--client-cert", &cert, "--client-key", &key],
            format!("curl --cacert {ca} --cert {cert} --key {key} "),
        ),
        ("http://api.test".to_owned(), &["--proxy", &through], format!("curl --proxy {through} ")),
        (format!("http://api.test:{}", plain.port), &["--resolve", &resolve], format!("curl --resolve {resolve} ")),
        (format!("http://127.0.0.1:{}", plain.port), &[], "curl http".to_owned()),
    ] {
        let ended = run_with(&[], &target, &[flags, &["--format", "json"]].concat());
        assert_eq!(ended.status, Some(1), "{flags:?}: {}", ended.stderr);
        let report: Value = serde_json::from_str(&ended.stdout).expect("JSON");
        let curl =
            report["contracts"][0]["operations"][0]["findings"][0]["curl"].as_str().expect("a command").to_owned();
        let bare = curl.replace('\'', "");
        assert!(bare.starts_with(&shown), "{flags:?}: {curl}");
    }
}
