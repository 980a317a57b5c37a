//! What is fed with arbitrary bytes: each function may refuse them, and must not panic; it says
//! whether it took them. `fuzz/` has a cargo-fuzz target for each, and the bounded run is in `fuzz::`.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::time::Duration;

use conform::case::{Case, Gate};
use conform::check::{Policy, Subject, examine};
use conform::execute::{Client, ClientOptions, Exchange, Response};
use conform::spec::SourceFile;
use conform::{
    Contract, Document, Fixtures, LoadOptions, PlanInput, PlanOptions, Validators, compare, lint, plan, regression,
};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

/// A folder that is not there, so that no reference finds a file.
const NOWHERE: &str = "no-such-folder/api.yaml";

/// A contract with the cases of its first operation.
struct Bench {
    contract: Contract,
    validators: Validators,
    fixtures: Fixtures,
    cases: Vec<Case>,
}

static BENCH: LazyLock<Bench> = LazyLock::new(|| {
    let contract = compiled(include_bytes!("../../data/fuzz/api.yaml")).expect("a contract");
    let (validators, fixtures) = (Validators::new(contract.schemas.clone()), Fixtures::default());
    let cases = planned(&contract, &validators);
    Bench { contract, validators, fixtures, cases }
});

fn compiled(bytes: &[u8]) -> Option<Contract> {
    let text = std::str::from_utf8(bytes).ok()?.to_owned();
    let document = Document::from_text(Path::new(NOWHERE), text, LoadOptions::default()).ok()?;
    Contract::compile(document).ok()
}

/// The cases of the first operation.
fn planned(contract: &Contract, validators: &Validators) -> Vec<Case> {
    if contract.operations.is_empty() {
        return Vec::new();
    }
    let options = PlanOptions { seed: 1, cases: Some(1), destructive: false };
    plan(&PlanInput::new(contract, validators, &Fixtures::default(), options), 0).cases
}

/// A file with these bytes.
fn file(bytes: &[u8]) -> tempfile::NamedTempFile {
    let mut file = tempfile::NamedTempFile::new().expect("a file");
    file.write_all(bytes).expect("is written");
    file
}

/// A document: loaded, compiled, held to the rules of documents, its first operation planned.
pub fn document(bytes: &[u8]) -> bool {
    let Some(contract) = compiled(bytes) else { return false };
    lint::findings(&contract);
    !planned(&contract, &Validators::new(contract.schemas.clone())).is_empty()
}

/// A file of fixtures.
pub fn fixtures(bytes: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(bytes) else { return false };
    let name = "fixtures.yaml";
    let Ok(file) = SourceFile::parse(PathBuf::from(name), name.to_owned(), text.to_owned()) else { return false };
    let Ok(fixtures) = Fixtures::read(file, &|variable| (variable == "SET").then(|| "value".to_owned())) else {
        return false;
    };
    fixtures.check(&BENCH.contract).is_ok()
}

/// A `conform.toml`.
pub fn config(bytes: &[u8]) -> bool {
    let policy =
        Policy::load(file(bytes).path(), |text| text.parse().map(Duration::from_secs).map_err(|_| String::new()));
    let Ok(policy) = policy else { return false };
    policy.check(&[&BENCH.contract]).is_ok()
}

/// A kept case, made a request again.
pub fn kept(bytes: &[u8]) -> bool {
    let Ok(saved) = regression::load_file(file(bytes).path()) else { return false };
    let Bench { contract, validators, fixtures, .. } = &*BENCH;
    let gate = Gate { contract, operation: &contract.operations[0], validators, fixtures };
    saved.case(&gate, 0).is_ok()
}

/// A response, judged as that to several cases: a line with the status, header fields, an empty line, the body.
pub fn judge(bytes: &[u8]) -> bool {
    let end = bytes.windows(2).position(|pair| pair == b"\n\n").unwrap_or(bytes.len());
    let (head, body) = (String::from_utf8_lossy(&bytes[..end]), bytes.get(end + 2..).unwrap_or_default());
    let mut lines = head.lines();
    let status = lines.next().and_then(|line| line.trim().parse().ok()).filter(|status| (100..1000).contains(status));
    let field = |line: &str| line.split_once(": ").map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()));
    let headers: Vec<_> = lines.filter_map(field).collect();
    let Bench { contract, validators, fixtures, cases } = &*BENCH;
    for case in cases.iter().step_by(cases.len().div_ceil(6).max(1)) {
        let response = Response {
            status: status.unwrap_or(200),
            headers: headers.clone(),
            body: body.to_vec(),
            ..Response::default()
        };
        let exchange = Exchange {
            request: Default::default(),
            result: Ok(response),
            elapsed: Duration::from_millis(1),
            attempts: Default::default(),
        };
        let operation = &contract.operations[0];
        let max_response_time = None;
        examine(&Subject { contract, validators, operation, fixtures, case, exchange: &exchange, max_response_time });
    }
    status.is_some()
}

/// Two documents, a line `=====` between them, set against each other.
pub fn diff(bytes: &[u8]) -> bool {
    let mark = b"\n=====\n";
    let Some(at) = bytes.windows(mark.len()).position(|window| window == mark) else { return false };
    let (Some(old), Some(new)) = (compiled(&bytes[..at]), compiled(&bytes[at + mark.len()..])) else { return false };
    !compare::compare(&old, &new).changes.is_empty()
}

/// What a server answers, byte for byte.
pub fn answer(bytes: &[u8]) -> bool {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let target = format!("http://{}", listener.local_addr().expect("an address")).parse().expect("a URL");
        let bytes = bytes.to_vec();
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let _ = stream.read(&mut [0; 16 << 10]).await;
                let _ = stream.write_all(&bytes).await;
                let _ = stream.shutdown().await;
            }
        });
        let options = ClientOptions::new(target, Duration::from_secs(2));
        let client = Client::new(options).expect("a client");
        let Bench { contract, fixtures, cases, .. } = &*BENCH;
        client.send(&contract.operations[0], &cases[0], fixtures).await.result.is_ok()
    })
}
