//! `--listen`: where the target sends what it sends by itself.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use super::CliError;
use super::tell::tell;
use crate::engine::{Job, Receiver};
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

/// Listens for what the documents say that the target sends, and says where webhooks are to go.
///
/// # Errors
/// Nothing can listen there.
pub(super) async fn listen(
    address: SocketAddr,
    wait: Duration,
    jobs: &mut [Job],
) -> Result<Option<Receiver>, CliError> {
    let receiver = Receiver::listen(address, wait, jobs).await.map_err(|error| {
        CliError::usage(format!("cannot listen at {address}: {error}"), "name another address, or port 0")
    })?;
    match &receiver {
        None => tell("conform: nothing to listen for: no document has webhooks or callbacks\n"),
        Some(receiver) => {
            for webhook in receiver.webhooks() {
                tell(format!("conform: listening for {}\n", escape(&webhook)));
            }
        }
    }
    Ok(receiver)
}

#[cfg(test)]
mod tests {
    use super::address;

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
