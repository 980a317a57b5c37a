//! A module imports only modules that `src/lib.rs` names before it.

use std::collections::BTreeSet;

use proc_macro2::TokenTree;

use super::imports::{Start, imports};
use super::source::{Sources, parts, tokens};

/// The module that imports no other: what judges the reference target may not have made it.
const ALONE: &str = "reference";

/// The modules in the order in which `lib.rs` names them.
fn order(sources: &Sources) -> Vec<String> {
    let tokens: Vec<TokenTree> = tokens("src/lib.rs", &sources["src/lib.rs"]).into_iter().collect();
    let modules = tokens.windows(2).filter(|pair| pair[0].to_string() == "mod");
    modules.map(|pair| pair[1].to_string()).collect()
}

/// The imports that run against the order, one for each file and module.
pub fn violations(sources: &Sources) -> Vec<String> {
    let order = order(sources);
    let place = |module: &str| order.iter().position(|other| other == module);
    let mut told = BTreeSet::new();
    for (path, part) in parts(sources) {
        let own = &part.module[0];
        let imports = imports(&part.module, part.tokens).into_iter().filter(|import| import.start == Start::Crate);
        let roots: BTreeSet<String> = imports.filter_map(|import| import.names.into_iter().next()).collect();
        for import in roots.into_iter().filter(|import| import != own) {
            match (place(own), place(&import)) {
                (_, None) => told.insert(format!("{path}: {own} imports {import}, which is no module of lib.rs")),
                (Some(before), Some(after)) if after > before => {
                    told.insert(format!("{path}: {own} imports {import}, which comes after it"))
                }
                _ if own == ALONE => told.insert(format!("{path}: {own} imports {import}, and is to import nothing")),
                _ => false,
            };
        }
    }
    told.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIB: &str = "//! `spec`, then the rest.\npub mod spec;\n\n#[cfg(feature = \"x\")]\npub mod plan;\nmod reference;\npub mod cli;\n";

    /// What is told of one file beside those that are there.
    fn told(path: &str, text: &str) -> Vec<String> {
        let beside = [("src/lib.rs", LIB), ("src/plan/mod.rs", "mod draft;\n#[cfg(test)]\npub(crate) mod testing;")];
        let files = beside.into_iter().chain([(path, text)]);
        violations(&files.map(|(path, text)| (path.to_owned(), text.to_owned())).collect())
    }

    #[test]
    fn an_import_of_a_later_module_is_told_however_it_is_written() {
        for text in [
            "use crate::cli::Exit;",
            "pub use crate::cli::Exit;",
            "use crate::{spec::Document, cli};",
            "use crate::{\n    spec::{self, Pointer},\n    cli::{Exit, run},\n};",
            "use super::super::cli::Exit;",
            "use super::{case::Case, super::cli};",
            "use self::super::super::cli;",
            "fn f() -> crate::cli::Exit { loop {} }",
            "fn f() { let exit = vec![crate::cli::Exit::default()]; }",
            "impl A { fn f(&self) { use crate::cli::Exit; } }",
            "mod within { use super::super::super::cli::Exit; }",
            "#[cfg(not(test))]\nuse crate::cli::Exit;",
            "#[cfg(test)]\nuse crate::spec::Pointer;\nuse crate::cli::Exit;",
            "#[cfg(test)]\nmod tests {}\nuse crate::cli::Exit;",
        ] {
            let told = told("src/plan/draft.rs", text);
            assert_eq!(told, ["src/plan/draft.rs: plan imports cli, which comes after it"], "{text}");
        }
        assert_eq!(
            told("src/plan/mod.rs", "use super::cli;"),
            ["src/plan/mod.rs: plan imports cli, which comes after it"]
        );
    }

    #[test]
    fn an_import_of_an_earlier_module_or_in_a_test_a_comment_or_a_string_is_not() {
        for text in [
            "use crate::spec::Pointer; use crate::plan::Case; use super::Case; use super::super::spec;",
            "pub(crate) struct A; pub(super) struct B; pub(in crate::plan) struct C;",
            "// use crate::cli::Exit;\n/* crate::cli */\n/// [`crate::cli::Exit`]\nstruct A;",
            "const A: &str = \"use crate::cli::Exit;\"; const B: &str = r#\"crate::cli\"#;",
            "#[cfg(test)]\nmod tests {\n    use crate::cli::Exit;\n}",
            "#[cfg(all(test, unix))]\nmod tests { mod within { use crate::cli::Exit; } }",
            "#[cfg(test)]\nuse crate::cli::Exit;",
            "impl A { #[cfg(test)] fn f() { crate::cli::run(); } }",
            "use super::cli::Cli; use self::cli::Cli; use other::cli; use ::cli::Cli;",
        ] {
            assert_eq!(told("src/plan/draft.rs", text), [""; 0], "{text}");
        }
        for path in ["src/plan/testing.rs", "src/plan/testing/case.rs"] {
            assert_eq!(told(path, "use crate::cli::Exit;"), [""; 0], "{path}");
        }
        assert_eq!(told("src/main.rs", "use crate::cli::Exit;"), [""; 0]);
    }

    #[test]
    fn what_is_no_module_and_what_is_to_stand_alone_is_told() {
        for (path, text, expected) in [
            ("src/cli.rs", "use crate::Exit;", "src/cli.rs: cli imports Exit, which is no module of lib.rs"),
            ("src/cli.rs", "use crate::*;", "src/cli.rs: cli imports *, which is no module of lib.rs"),
            (
                "src/reference/a.rs",
                "use crate::spec::Pointer; use crate::reference::b; use super::b;",
                "src/reference/a.rs: reference imports spec, and is to import nothing",
            ),
        ] {
            assert_eq!(told(path, text), [expected], "{text}");
        }
        assert_eq!(told("src/cli.rs", "use crate::reference::Store;"), [""; 0]);
    }
}
