//! How connections to a target are made.

use std::net::SocketAddr;

use hyper_util::client::proxy::matcher::Matcher;
use reqwest::{Certificate, ClientBuilder, Identity};
use url::{Host, Url};

/// How connections are made; by default as the system has it, and straight to the target.
#[derive(Clone, Debug, Default)]
pub struct Network {
    /// Authorities that are trusted beside the system's.
    pub authorities: Vec<Certificate>,
    /// Whether any certificate is taken for the target's.
    pub insecure: bool,
    /// What the client shows of itself where it is asked to.
    pub identity: Option<Identity>,
    /// Whether HTTP/1.1 is spoken where HTTP/2 is offered as well.
    pub http1: bool,
    /// What requests go through.
    pub proxy: Option<Proxy>,
    /// Whether that is for all requests, and not only for those to the target.
    pub is_proxy_for_all: bool,
    /// Addresses that stand in for those of names, each for one port.
    pub resolved: Vec<Resolved>,
    /// The same as arguments of curl, quoted for a shell.
    pub curl: String,
}

/// A proxy of HTTP, and of tunnels for TLS.
#[derive(Clone, Debug)]
pub struct Proxy(reqwest::Proxy);

/// The address of a name at a port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resolved {
    /// The name, in lower case.
    pub host: String,
    /// The port, there and here.
    pub address: SocketAddr,
}

impl Proxy {
    /// The proxy at this address, whose user and password are sent to it alone.
    ///
    /// # Errors
    /// Where it is no address of a proxy.
    pub fn at(url: &Url) -> Result<Self, reqwest::Error> {
        reqwest::Proxy::all(url.as_str()).map(Self)
    }

    /// The proxy that the usual variables (`HTTP_PROXY`, `HTTPS_PROXY`, `ALL_PROXY`, without what `NO_PROXY` names) give
    /// for a target; none for this machine.
    pub fn of_environment(target: &Url) -> Option<Self> {
        if is_of_this_machine(target) {
            return None;
        }
        let taken = Matcher::from_env().intercept(&target.as_str().parse().ok()?)?;
        let proxy = reqwest::Proxy::all(taken.uri().to_string()).ok()?;
        Some(Self(match taken.basic_auth() {
            Some(user) => proxy.custom_http_auth(user.clone()),
            None => proxy,
        }))
    }
}

impl Network {
    /// The same for requests to another URL, which may have a proxy of its own, or none.
    pub(super) fn towards(&self, url: &Url) -> Self {
        match self.is_proxy_for_all {
            true => self.clone(),
            false => Self { proxy: Proxy::of_environment(url), ..self.clone() },
        }
    }

    /// The address that stands in for that of a URL.
    pub(super) fn address(&self, url: &Url) -> Option<SocketAddr> {
        self.resolved.iter().find(|resolved| resolved.is_of(url)).map(|resolved| resolved.address)
    }

    /// A client that makes its connections so.
    pub(super) fn put_into(&self, mut builder: ClientBuilder, target: &Url) -> ClientBuilder {
        // Without TLS there is no need to load, or even to have, the system's certificates.
        if target.scheme() == "http" && self.proxy.is_none() {
            builder = builder.tls_certs_only([]);
        } else {
            builder = builder.tls_certs_merge(self.authorities.clone()).tls_danger_accept_invalid_certs(self.insecure);
        }
        if let Some(identity) = &self.identity {
            builder = builder.identity(identity.clone());
        }
        if self.http1 {
            builder = builder.http1_only();
        }
        if let Some(Proxy(proxy)) = &self.proxy {
            builder = builder.proxy(proxy.clone());
        }
        match (self.address(target), target.host_str()) {
            (Some(address), Some(host)) => builder.resolve(host, address),
            _ => builder,
        }
    }
}

impl Resolved {
    /// Whether it is the address of a URL.
    pub fn is_of(&self, url: &Url) -> bool {
        url.host_str() == Some(&*self.host) && url.port_or_known_default() == Some(self.address.port())
    }
}

/// Whether a URL is of this machine, so that nothing on the way has to do with it.
pub fn is_of_this_machine(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}
