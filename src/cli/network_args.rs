//! The arguments that say how the target is reached and spoken to.

use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;
use http::{HeaderName, HeaderValue};
use reqwest::{Certificate, Identity};
use url::Url;

use super::{CliError, values};
use crate::execute::{Client, ClientOptions, Network, Proxy, RequestIds, Resolved, quoted};
use crate::fixtures::Secret;

/// How the target is reached.
#[derive(Args, Clone, Debug, Default)]
pub(super) struct NetworkArgs {
    /// Certificate authorities to trust beside the system's, in PEM
    #[arg(long, value_name = "FILE", conflicts_with = "insecure")]
    pub ca_file: Vec<PathBuf>,
    /// Take any certificate for the target's: whoever is on the way can read and change all, credentials too
    #[arg(long)]
    pub insecure: bool,
    /// The certificate that the client shows to a target that asks for one, in PEM
    #[arg(long, value_name = "FILE")]
    pub client_cert: Option<PathBuf>,
    /// The private key of --client-cert, in PEM, unless it stands in the same file
    #[arg(long, value_name = "FILE", requires = "client_cert")]
    pub client_key: Option<PathBuf>,
    /// The proxy to go through, also to this machine; otherwise HTTP_PROXY, HTTPS_PROXY and NO_PROXY count
    #[arg(long, value_name = "URL", value_parser = proxy)]
    pub proxy: Option<Url>,
    /// Connect to ADDR where the target's URL names HOST and PORT
    #[arg(long, value_name = "HOST:PORT:ADDR", value_parser = resolved)]
    pub resolve: Vec<Resolved>,
    /// Speak HTTP/1.1 also where the target offers HTTP/2
    #[arg(long)]
    pub http1: bool,
    /// How often a connection that is refused is tried again, after 0.1 s, 0.2 s, 0.4 s ..
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = |text: &str| values::number(text, 0, 10))]
    pub retries: u32,
    /// The User-Agent of requests
    #[arg(long, value_name = "TEXT", value_parser = field_value)]
    pub user_agent: Option<String>,
    /// A header field to send with an id that each request has anew; reports show it
    #[arg(long, value_name = "NAME", value_parser = field_name)]
    pub request_id_header: Option<String>,
}

impl NetworkArgs {
    /// How a target is spoken to.
    ///
    /// # Errors
    /// When a file cannot be read or used, or a name is not the target's.
    pub fn client_options(
        &self,
        target: Url,
        timeout: Duration,
        headers: Vec<(String, Secret)>,
    ) -> Result<ClientOptions, CliError> {
        if let Some(other) = self.resolve.iter().find(|resolved| !resolved.is_of(&target)) {
            let named = format!("{}:{}", other.host, other.address.port());
            let port = target.port_or_known_default().unwrap_or(80);
            let host = target.host_str().unwrap_or_default();
            return Err(CliError::usage(
                format!("--resolve {named}:{} is not for the target, {target}", other.address.ip()),
                format!("write --resolve {host}:{port}:{}", other.address.ip()),
            ));
        }
        let network = self.network(&target)?;
        let options = ClientOptions {
            headers,
            network,
            retries: self.retries,
            user_agent: self.user_agent.clone(),
            request_ids: self.request_id_header.as_deref().map(RequestIds::new),
            ..ClientOptions::new(target, timeout)
        };
        // What is wrong with what was named here is told before anything is sent.
        if self.client_cert.is_some() || !self.ca_file.is_empty() {
            Client::new(options.clone()).map_err(|error| {
                let reason = innermost(&error);
                let help =
                    "check that each file holds whole certificates, and that --client-key is the key of --client-cert";
                CliError::usage(
                    format!("the certificates of --ca-file and --client-cert cannot be used: {reason}"),
                    help,
                )
            })?;
        }
        Ok(options)
    }

    /// How connections to a URL are made.
    ///
    /// # Errors
    /// When a file cannot be read or used.
    pub fn network(&self, target: &Url) -> Result<Network, CliError> {
        let proxy = match &self.proxy {
            Some(url) => Some(Proxy::at(url).map_err(|error| {
                CliError::usage(format!("--proxy cannot be used: {error}"), "write a URL such as http://proxy:3128")
            })?),
            None => Proxy::of_environment(target),
        };
        let authorities = self.ca_file.iter().map(|path| authorities(path)).collect::<Result<Vec<_>, _>>()?;
        Ok(Network {
            authorities: authorities.into_iter().flatten().collect(),
            insecure: self.insecure,
            identity: self.identity()?,
            http1: self.http1,
            proxy,
            is_proxy_for_all: self.proxy.is_some(),
            resolved: self.resolve.clone(),
            curl: self.curl(),
        })
    }

    /// The same options for curl, without the user of a proxy.
    fn curl(&self) -> String {
        let file = |flag: &str, path: &Path| format!(" {flag} {}", quoted(&path.to_string_lossy()));
        let mut line = String::new();
        // It takes one alone.
        line.extend(self.ca_file.first().map(|path| file("--cacert", path)));
        line.push_str(if self.insecure { " --insecure" } else { "" });
        line.push_str(if self.http1 { " --http1.1" } else { "" });
        line.extend(self.client_cert.as_deref().map(|path| file("--cert", path)));
        line.extend(self.client_key.as_deref().map(|path| file("--key", path)));
        if let Some(mut proxy) = self.proxy.clone() {
            let is_known = proxy.set_username("").and_then(|()| proxy.set_password(None)).is_ok();
            line.extend(is_known.then(|| format!(" --proxy {}", quoted(proxy.as_str().trim_end_matches('/')))));
        }
        for Resolved { host, address } in &self.resolve {
            line.push_str(&format!(" --resolve {}", quoted(&format!("{host}:{}:{}", address.port(), address.ip()))));
        }
        line
    }

    fn identity(&self) -> Result<Option<Identity>, CliError> {
        let Some(path) = &self.client_cert else { return Ok(None) };
        let mut pem = read("--client-cert", path)?;
        if let Some(key) = &self.client_key {
            pem.push(b'\n');
            pem.extend(read("--client-key", key)?);
        }
        Identity::from_pem(&pem).map(Some).map_err(|_| {
            let help = match self.client_key {
                Some(_) => "the first holds a `CERTIFICATE` and the second its `PRIVATE KEY`, both in PEM",
                None => "name the file of its private key, in PEM, with --client-key FILE",
            };
            CliError::usage(format!("{} and its key are no certificate with its private key", path.display()), help)
        })
    }
}

fn authorities(path: &Path) -> Result<Vec<Certificate>, CliError> {
    let found = Certificate::from_pem_bundle(&read("--ca-file", path)?).unwrap_or_default();
    if found.is_empty() {
        return Err(CliError::usage(
            format!("--ca-file {} holds no certificate in PEM", path.display()),
            "PEM begins with `-----BEGIN CERTIFICATE-----`; `openssl x509 -inform der` makes it of other forms",
        ));
    }
    Ok(found)
}

fn read(flag: &str, path: &Path) -> Result<Vec<u8>, CliError> {
    let is_file = path.metadata().map(|metadata| metadata.is_file());
    let read = match is_file {
        Ok(false) => Err(std::io::Error::other("it is no regular file")),
        _ => std::fs::read(path),
    };
    read.map_err(|error| {
        CliError::usage(format!("{flag}: cannot read {}: {error}", path.display()), "name a file in PEM")
    })
}

fn innermost(error: &dyn std::error::Error) -> String {
    let mut error = error;
    while let Some(source) = error.source() {
        error = source;
    }
    error.to_string()
}

fn proxy(text: &str) -> Result<Url, String> {
    let url = values::target(text).map_err(|told| told.replace("8080", "3128"))?;
    if url.path() != "/" { Err("a proxy's URL has no path".to_owned()) } else { Ok(url) }
}

/// `HOST:PORT:ADDR`; an address of IPv6 may stand in brackets.
fn resolved(text: &str) -> Result<Resolved, String> {
    let wrong = || "write HOST:PORT:ADDR, such as api.test:443:127.0.0.1".to_owned();
    let mut parts = text.splitn(3, ':');
    let (Some(host), Some(port), Some(address)) = (parts.next(), parts.next(), parts.next()) else {
        return Err(wrong());
    };
    let port: u16 = port.parse().map_err(|_| format!("`{port}` is no port; {}", wrong()))?;
    let plain = address.trim_start_matches('[').trim_end_matches(']');
    let address: IpAddr = plain.parse().map_err(|_| format!("`{address}` is no address; {}", wrong()))?;
    if host.is_empty() {
        return Err(wrong());
    }
    Ok(Resolved { host: host.to_ascii_lowercase(), address: SocketAddr::new(address, port) })
}

fn field_name(text: &str) -> Result<String, String> {
    let name = HeaderName::try_from(text).map_err(|_| "write the name of a header field, such as X-Request-Id")?;
    match name.as_str() {
        "authorization" | "cookie" | "host" | "content-length" | "transfer-encoding" | "content-type"
        | "connection" => Err(format!("`{name}` says how a request is sent; write another name, such as X-Request-Id")),
        _ => Ok(text.to_owned()),
    }
}

fn field_value(text: &str) -> Result<String, String> {
    match HeaderValue::try_from(text) {
        Ok(_) if !text.trim().is_empty() => Ok(text.to_owned()),
        _ => Err("write a line of text, such as my-tests/1.0".to_owned()),
    }
}
