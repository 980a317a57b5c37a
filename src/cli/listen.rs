//! `--listen`: where the target sends what it sends by itself.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use url::{Host, Url};

use super::tell::tell;
use super::{CliError, values};
use crate::engine::{Job, Listening, Receiver};
use crate::report::escape;

/// `HOST:PORT` with a host that is a number, or a port of this machine.
///
/// # Errors
/// In words.
pub(super) fn address(text: &str) -> Result<SocketAddr, String> {
    if let Ok(port) = text.strip_prefix(':').unwrap_or(text).parse() {
        return Ok(SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), port));
    }
    text.parse().map_err(|_| "write a port, such as 9000, or an address with one, such as 127.0.0.1:9000".to_owned())
}

/// Refuses a URL that stands for no address, or that reports must not show.
pub(super) fn check(url: &Url, is_there: bool) -> Result<(), CliError> {
    if !is_there {
        return Err(CliError::usage(
            "`--listen-url` without `--listen`",
            "name the address to listen at: --listen ADDR",
        ));
    }
    if !url.username().is_empty() || url.password().is_some() {
        let help = "a path that nobody guesses is enough, such as https://tunnel.example/4c1f";
        return Err(CliError::usage("the URL of the listener holds credentials, and URLs end up in reports", help));
    }
    Ok(())
}

/// Listens for what the documents say that the target sends, and says where webhooks are to go.
///
/// # Errors
/// Nothing can listen there.
pub(super) async fn listen(
    address: SocketAddr,
    url: Option<&Url>,
    wait: Duration,
    jobs: &mut [Job],
) -> Result<Option<Receiver>, CliError> {
    let segment = needs_segment(address, url).then(|| format!("{:016x}", values::unguessable()));
    let listening = Listening { address, url: url.map(Url::to_string), segment, wait };
    let receiver = Receiver::listen(listening, jobs).await.map_err(|error| {
        CliError::usage(format!("cannot listen at {address}: {error}"), "name another address, or port 0")
    })?;
    let Some(receiver) = receiver else {
        tell("conform: nothing to listen for: no document has webhooks or callbacks\n");
        return Ok(None);
    };
    if address.ip().is_unspecified() && url.is_none() {
        tell(format!(
            "warning: the target is told {}, which is of its own machine; --listen-url URL names another one\n",
            address.ip()
        ));
    }
    for webhook in receiver.webhooks() {
        tell(format!("conform: listening for {}\n", escape(&webhook)));
    }
    for unfit in receiver.unfit() {
        tell(format!("not tested: a callback: no request can name the listener: {}\n", escape(unfit)));
    }
    Ok(Some(receiver))
}

/// Says what was received and not kept.
pub(super) fn tell_dropped(receiver: &Receiver) {
    match receiver.dropped() {
        0 => {}
        1 => tell("warning: a request to the listener was not kept: it was one too many, or too large\n"),
        count => tell(format!("warning: {count} requests to the listener were not kept: too many, or too large\n")),
    }
}

/// Whether the URL is to have a part that nobody guesses: others than this machine can send there, or it is another one
/// in each run anyway. A path that a person has chosen is that part.
fn needs_segment(address: SocketAddr, url: Option<&Url>) -> bool {
    match url {
        Some(url) if url.path() != "/" => false,
        Some(url) => !is_here(url) || !address.ip().is_loopback(),
        None => !address.ip().is_loopback() || address.port() == 0,
    }
}

/// Whether a URL is of this machine alone.
fn is_here(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::{address, needs_segment};
    use crate::cli::values::target;

    #[test]
    fn what_others_can_reach_has_a_part_that_nobody_guesses() {
        for (at, url, needs) in [
            ("9000", None, false),
            ("0", None, true),
            ("0.0.0.0:80", None, true),
            ("9000", Some("http://localhost:9001"), false),
            ("0.0.0.0:80", Some("http://localhost:9001"), true),
            ("9000", Some("https://tunnel.test"), true),
            ("0.0.0.0:80", Some("https://tunnel.test/mine"), false),
        ] {
            let url = url.map(|url| target(url).expect("a URL"));
            assert_eq!(needs_segment(address(at).expect("an address"), url.as_ref()), needs, "{at} {url:?}");
        }
    }

    #[test]
    fn a_port_alone_is_of_this_machine() {
        for (text, read) in
            [("9000", "127.0.0.1:9000"), (":0", "127.0.0.1:0"), ("0.0.0.0:80", "0.0.0.0:80"), ("[::1]:80", "[::1]:80")]
        {
            assert_eq!(address(text).map(|address| address.to_string()).as_deref(), Ok(read));
        }
        assert!(address("localhost").is_err() && address("a.test:80").is_err() && address("70000").is_err());
    }
}
