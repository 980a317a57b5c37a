//! Finds the document that a server publishes, where frameworks put it.

use std::path::PathBuf;
use std::time::Duration;

use url::Url;

use crate::execute::{self, Network};
use crate::spec::SourceFile;
use crate::whole_file;

/// Where frameworks put their documents, the usual ones first.
const PLACES: [&str; 20] = [
    "openapi.json",
    "swagger.json",
    "v3/api-docs",
    "docs/json",
    "openapi.yaml",
    "swagger/v1/swagger.json",
    "openapi/v1.json",
    "v2/api-docs",
    "api-docs",
    "api-json",
    "docs-json",
    "documentation/json",
    "api/openapi.json",
    "api/schema/",
    "schema/",
    "swagger/doc.json",
    "q/openapi",
    "api-docs/v1/swagger.yaml",
    "docs/api.json",
    "doc",
];

/// The longest wait for one of them.
const TIMEOUT: Duration = Duration::from_secs(3);

/// Whether these octets are a document of OpenAPI or Swagger.
pub(super) fn is_document(url: &Url, body: &[u8]) -> bool {
    let Ok(text) = whole_file::text(body.to_vec()) else { return false };
    let file = SourceFile::parse(PathBuf::from(url.path()), String::new(), text);
    file.is_ok_and(|file| ["openapi", "swagger"].iter().any(|key| file.value[*key].is_string()))
}

/// The document of the server at this address, below its path or at its root.
pub(super) async fn document_of(target: &Url, network: &Network) -> Option<Url> {
    let mut folder = target.clone();
    folder.set_path(&format!("{}/", target.path().trim_end_matches('/')));
    let mut bases = vec![folder];
    bases.extend(target.join("/").ok().filter(|root| *root != bases[0]));
    for base in bases {
        for place in PLACES {
            let Ok(url) = base.join(place) else { continue };
            // Nobody there is nobody anywhere.
            let response = execute::fetch(&url, &[], network, TIMEOUT).await.ok()?;
            if response.status == 200 && is_document(&url, &response.body) {
                return Some(url);
            }
        }
    }
    None
}

/// The document of the server that this URL, which is none of a document, is of.
pub(super) async fn document_beside(url: &Url, network: &Network) -> Option<Url> {
    let mut target = url.clone();
    target.set_query(None);
    target.set_fragment(None);
    document_of(&target, network).await
}
