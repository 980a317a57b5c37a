//! The engine, with every check on, against a bare loop that sends the same requests through the same client and looks at
//! no answer, in the same run.
//!
//! `cargo bench --bench engine` prints requests a second of both and their ratio; only the ratio means anything on
//! another machine.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use conform::case::Case;
use conform::contract::Validators;
use conform::engine::{self, Backend, Event, Job, Listener, ListenerError, Listeners, Observers, Results, RunOptions};
use conform::execute::{Client, ClientOptions, Masker};
use conform::fixtures::Fixtures;
use conform::plan::{PlanInput, PlanOptions, plan};
use conform::reference::{self, Store};
use conform::spec::Document;
use futures_util::{StreamExt as _, stream};
use url::Url;

const CONCURRENCY: usize = 8;
const ROUNDS: usize = 5;
const PLAN: PlanOptions = PlanOptions { seed: 0, cases: Some(2_000), destructive: false };

struct Count(usize);

impl Listener for Count {
    fn on(&mut self, event: &Event, _: &Results) -> Result<(), ListenerError> {
        self.0 += usize::from(matches!(event, Event::CaseJudged { .. }));
        Ok(())
    }
}

fn main() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let target = runtime.block_on(serve());
    let job = |name: &str| {
        let document =
            Document::load(Path::new(&format!("specs/{name}.yaml")), Default::default()).expect("a document");
        let fixtures = Fixtures::load(Path::new(&format!("fixtures/{name}.yaml"))).expect("fixtures");
        Job::compile(document, fixtures).expect("a contract")
    };
    let jobs = [job("example-ai")];
    let options =
        RunOptions { plan: PLAN, concurrency: CONCURRENCY, max_shrinks: 0, ..RunOptions::new(target.clone()) };
    // Both sides plan outside of what is measured: the bare loop has nothing to plan.
    let contract = &jobs[0].contract;
    let validators = Validators::new(contract.schemas.clone());
    let planned = plan(&PlanInput::new(contract, &validators, &jobs[0].fixtures, PLAN), 0);
    let cases: Arc<Vec<Case>> = Arc::new(planned.cases.clone());
    let mut ratios = Vec::new();
    for round in 0..=ROUNDS {
        let bare = runtime.block_on(bare(&target, &cases, &jobs[0]));
        let planned = planned.clone();
        let checked = runtime.block_on(async {
            let client = Arc::new(Client::new(options.client.clone()).expect("a client"));
            let mut count = Count(0);
            let start = Instant::now();
            let planner = Arc::new(move |_: &PlanInput<'_>, _: usize| planned.clone());
            let listeners = Listeners::new(Masker::default(), vec![&mut count]);
            let mut observers = Observers { judges: Vec::new(), listeners };
            let backend = Backend { transport: client, planner };
            engine::run_with(&jobs, &options, &mut observers, backend, std::future::pending()).await.expect("it ends");
            count.0 as f64 / start.elapsed().as_secs_f64()
        });
        // The first round warms up.
        if round > 0 {
            println!("bare loop {bare:.0}/s, engine {checked:.0}/s, ratio {:.2}", checked / bare);
            ratios.push(checked / bare);
        }
    }
    ratios.sort_by(f64::total_cmp);
    println!("median ratio {:.2}", ratios[ratios.len() / 2]);
}

async fn serve() -> Url {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let store = Store::in_memory().expect("a store");
    tokio::spawn(reference::serve(listener, store, std::future::pending()));
    Url::parse(&url).expect("a URL")
}

/// The same requests, their answers read to the end and thrown away.
async fn bare(target: &Url, cases: &Arc<Vec<Case>>, job: &Job) -> f64 {
    let options = ClientOptions::new(target.clone(), Duration::from_secs(10));
    let client = Client::new(options).expect("a client");
    let operation = &job.contract.operations[0];
    let start = Instant::now();
    stream::iter(cases.iter())
        .for_each_concurrent(CONCURRENCY, |case| async {
            client.send(operation, case, &job.fixtures).await;
        })
        .await;
    cases.len() as f64 / start.elapsed().as_secs_f64()
}
