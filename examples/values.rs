//! Draws values of the JSON bodies that an operation takes, one a line: valid ones, or ones that break a single clause.
//!
//! ```console
//! $ cargo run --example values -- openapi.yaml addNote 100
//! $ cargo run --example values -- openapi.yaml addNote 100 broken
//! ```

use std::env::args;
use std::error::Error;
use std::path::Path;

use conform::contract::{ClauseTarget, Direction};
use conform::{Contract, Document, LoadOptions, Validators, Values};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use serde_json::json;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = args().skip(1).collect();
    let [document, operation, count, what @ ..] = arguments.as_slice() else {
        return Err("usage: values DOCUMENT OPERATION COUNT [broken]".into());
    };
    let contract = Contract::compile(Document::load(Path::new(document), LoadOptions::default())?)?;
    let operation = contract.operations.iter().find(|known| known.id == *operation).ok_or("no such operation")?;
    let body = operation.body.as_ref().and_then(|body| body.content.first()).ok_or("the operation takes no body")?;
    let schema = body.schema.ok_or("the body has no schema")?;
    let values = Values::new(&Validators::new(contract.schemas.clone()), Direction::Request);
    let mut runner = TestRunner::deterministic();
    let count: usize = count.parse()?;
    if what.is_empty() {
        let valid = values.valid(schema);
        for _ in 0..count {
            println!("{}", valid.new_tree(&mut runner).map_err(|reason| reason.to_string())?.current());
        }
        return Ok(());
    }
    let clauses = operation.clauses();
    let of_body = clauses.iter().filter(|(_, clause)| clause.place == ClauseTarget::Body(0) && clause.site.is_some());
    for (_, clause) in of_body {
        let broken = values.breaking(clauses, clause, schema);
        for _ in 0..count {
            // A clause that nothing is known to break alone is left out.
            let Ok(tree) = broken.new_tree(&mut runner) else { break };
            let at = clause.location.pointer.as_str();
            println!("{}", json!({"keyword": clause.keyword, "at": at, "value": tree.current()}));
        }
    }
    Ok(())
}
