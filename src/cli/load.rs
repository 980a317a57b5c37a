//! Loads the documents that arguments name.

use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use url::Url;

use super::load_args::LoadArgs;
use super::network_args::NetworkArgs;
use super::origin::Origin;
use super::{CliError, credentials, discover};
use crate::execute;
use crate::spec::{Document, LoadOptions, Overlay};
use crate::whole_file::{self, LARGEST};

/// The longest wait for a document.
const TIMEOUT: Duration = Duration::from_secs(10);

impl LoadArgs {
    /// Loads the documents that are named.
    ///
    /// # Errors
    /// The first that cannot be had, or is no document.
    pub fn documents(&self, specs: &[PathBuf], network: &NetworkArgs) -> Result<Vec<Document>, CliError> {
        let stdin = specs.iter().filter(|spec| Origin::of(spec) == Origin::Stdin).count();
        if stdin > 1 {
            return Err(CliError::usage("stdin is to be read more than once", "`-` stands for all of stdin"));
        }
        specs.iter().map(|spec| self.document(spec, network)).collect()
    }

    /// Loads the document that is named.
    ///
    /// # Errors
    /// It cannot be had, or is no document.
    pub fn document(&self, spec: &Path, network: &NetworkArgs) -> Result<Document, CliError> {
        let options = LoadOptions { allow_remote: self.allow_remote_refs, allow_outside: self.allow_outside_refs };
        let origin = Origin::of(spec);
        if !self.spec_header.is_empty() && !matches!(origin, Origin::Url(_)) {
            return Err(CliError::usage(
                format!("--spec-header is sent where the document is fetched, and {} is no URL", spec.display()),
                "leave it out; --header sends a field to the target",
            ));
        }
        let document = match origin {
            Origin::File(path) => Document::load(path, options)?,
            Origin::Revision(revision, path) => Document::load_revision(revision, path, options)?,
            Origin::Stdin => Document::from_text("stdin".as_ref(), stdin()?, options)?,
            Origin::Url(url) => self.fetched(&url, network, options)?,
        };
        self.overlay.iter().try_fold(document, |document, path| Ok(document.overlaid(&Overlay::load(path)?)?))
    }

    fn fetched(&self, url: &Url, network: &NetworkArgs, options: LoadOptions) -> Result<Document, CliError> {
        if !url.username().is_empty() || url.password().is_some() {
            return Err(CliError::usage(
                "the document's URL holds credentials, and URLs end up in reports",
                "send them with --spec-header 'Authorization: …'",
            ));
        }
        let headers = self.spec_header.iter().map(|text| credentials::header(text)).collect::<Result<Vec<_>, _>>()?;
        let network = network.network(url)?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| CliError::system("cannot start the async runtime", error))?;
        let fetched = runtime.block_on(execute::fetch(url, &headers, &network, TIMEOUT));
        let found = |reason: String| {
            let elsewhere = runtime.block_on(discover::document_beside(url, &network));
            CliError::usage(
                format!("there is no document at {url}: {reason}"),
                match elsewhere {
                    Some(document) => format!("one is at {document}: conform {document}"),
                    None => format!(
                        "name the document itself, such as {}; a server is named by a flag: conform --target {url}",
                        url.join("/openapi.json").map_or_else(|_| "URL/openapi.json".to_owned(), String::from)
                    ),
                },
            )
        };
        let response = fetched.map_err(|failure| {
            CliError::usage(
                format!("cannot read {url}: {failure}"),
                format!("check the address; a server is named by a flag: conform --target {url}"),
            )
        })?;
        match response.status {
            200..=299 => {}
            300..=399 => {
                let to = response.header("location").and_then(|to| url.join(to).ok());
                let to = to
                    .map_or_else(|| "name where the document is".to_owned(), |to| format!("name {to} if you trust it"));
                return Err(CliError::usage(
                    format!("{url} answers with {}, and redirects are not followed", response.status),
                    to,
                ));
            }
            401 | 403 => {
                return Err(CliError::usage(
                    format!("{url} answers with {}", response.status),
                    "send a credential with --spec-header 'Authorization: Bearer …' (@FILE and env:NAME, too)",
                ));
            }
            status => return Err(found(format!("it answers with {status}"))),
        }
        if !discover::is_document(url, &response.body) {
            let kind = response.header("content-type").unwrap_or("no content-type").to_owned();
            return Err(found(format!("what it answers with is none ({kind})")));
        }
        let text = whole_file::text(response.body)
            .map_err(|reason| CliError::usage(format!("cannot read {url}: {reason}"), "have it serve UTF-8"))?;
        let mut place = url.clone();
        place.set_query(None);
        place.set_fragment(None);
        Ok(Document::from_text(Path::new(place.as_str()), text, options)?)
    }
}

fn stdin() -> Result<String, CliError> {
    let mut bytes = Vec::new();
    let wrong = |reason: String| {
        CliError::usage(
            format!("cannot read the document from stdin: {reason}"),
            "write it to stdin, as in `conform - < openapi.yaml`",
        )
    };
    std::io::stdin().lock().take(LARGEST + 1).read_to_end(&mut bytes).map_err(|error| wrong(error.to_string()))?;
    if bytes.len() as u64 > LARGEST {
        return Err(wrong(format!("it has more than {LARGEST} octets")));
    }
    if bytes.trim_ascii().is_empty() {
        return Err(wrong("nothing is there".to_owned()));
    }
    whole_file::text(bytes).map_err(wrong)
}
