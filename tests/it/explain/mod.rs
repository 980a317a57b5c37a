//! `conform explain` on small documents, one for each family of constructs that real documents are made of.

mod resources;

use crate::support::PROVIDERS;
use crate::support::command::{Ended, root, run};

fn explain(arguments: &[&str]) -> Ended {
    run(&root().join("tests/documents"), &[&["explain"], arguments].concat())
}

fn explained(document: &str) -> String {
    let ended = explain(&[document, "--cases", "0"]);
    assert_eq!((ended.status, ended.stderr.as_str()), (Some(0), ""), "{document}");
    ended.stdout
}

macro_rules! explains {
    ($($name:ident: $document:literal,)*) => {
        $(
            #[test]
            fn $name() {
                insta::assert_snapshot!(explained($document));
            }
        )*
    };
}

explains! {
    swagger_2_0: "swagger2.yaml",
    openapi_3_0: "openapi30.yaml",
    openapi_3_1: "openapi31.yaml",
    several_files: "several/openapi.yaml",
    every_style: "styles.yaml",
    every_body: "bodies.yaml",
    every_form_of_xml: "xml.yaml",
    broken_parts: "broken.yaml",
}

/// Every request clause of the built-in contracts is exercised in both directions, or has a reason.
#[test]
fn the_built_in_contracts_leave_nothing_unexplained() {
    for provider in PROVIDERS {
        let text = explained(provider);
        let open: Vec<&str> =
            text.lines().filter(|line| line.starts_with("  -  ") || line.starts_with("  kept  - ")).collect();
        assert!(open.iter().all(|line| line.contains("): ")), "{provider}: {open:#?}");
        assert!(!text.contains("no way to break it is known"), "{provider}");
    }
}

#[test]
fn one_operation_is_explained_alone() {
    let ended = explain(&["bodies.yaml", "--operation", "text", "--cases", "0"]);
    assert!(ended.stdout.contains("text: POST /text") && !ended.stdout.contains("/bytes"), "{}", ended.stdout);
    let unknown = explain(&["bodies.yaml", "--operation", "nope"]);
    assert_eq!(unknown.status, Some(2));
    assert!(unknown.stderr.contains("there is no operation `nope`"), "{}", unknown.stderr);
}
