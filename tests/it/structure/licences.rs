//! The licences of all that is built in are among those that `deny.toml` allows: what `cargo deny check licenses` holds where
//! it is installed.

use std::process::Command;

use serde_json::Value;

use crate::support::command::root;

/// Whether an SPDX expression can be met by the licences of a list. `/` is an older spelling of `OR`.
fn is_met(expression: &str, allowed: &[&str]) -> bool {
    let spaced = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ").replace(" WITH ", "+WITH+");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let (met, rest) = alternatives(&words, allowed);
    met && rest.is_empty()
}

fn alternatives<'w>(words: &'w [&'w str], allowed: &[&str]) -> (bool, &'w [&'w str]) {
    let (mut met, mut rest) = conjunction(words, allowed);
    while let Some((&"OR", after)) = rest.split_first() {
        let (other, next) = conjunction(after, allowed);
        (met, rest) = (met | other, next);
    }
    (met, rest)
}

fn conjunction<'w>(words: &'w [&'w str], allowed: &[&str]) -> (bool, &'w [&'w str]) {
    let (mut met, mut rest) = one(words, allowed);
    while let Some((&"AND", after)) = rest.split_first() {
        let (other, next) = one(after, allowed);
        (met, rest) = (met & other, next);
    }
    (met, rest)
}

fn one<'w>(words: &'w [&'w str], allowed: &[&str]) -> (bool, &'w [&'w str]) {
    match words.split_first() {
        Some((&"(", within)) => {
            let (met, rest) = alternatives(within, allowed);
            match rest.split_first() {
                Some((&")", rest)) => (met, rest),
                _ => (false, rest),
            }
        }
        Some((name, rest)) => (allowed.contains(&name.replace("+WITH+", " WITH ").as_str()), rest),
        None => (false, words),
    }
}

/// The packages of `cargo metadata` that no allowed licence covers.
fn violations(metadata: &Value, deny: &str) -> Vec<String> {
    let deny: toml::Table = toml::from_str(deny).expect("TOML");
    let allowed: Vec<&str> =
        deny["licenses"]["allow"].as_array().expect("a list").iter().filter_map(toml::Value::as_str).collect();
    let packages = metadata["packages"].as_array().expect("packages").iter();
    let told = packages.filter_map(|package| {
        let licence = package["license"].as_str().unwrap_or("none");
        (!is_met(licence, &allowed)).then(|| format!("{}: {licence}", package["name"].as_str().unwrap_or_default()))
    });
    told.collect()
}

fn deny() -> String {
    std::fs::read_to_string(root().join("deny.toml")).expect("a file")
}

#[test]
fn the_licence_of_every_dependency_is_allowed() {
    let output = |program: &str, arguments: &[&str]| {
        let output = Command::new(program).args(arguments).current_dir(root()).output().expect(program);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("UTF-8")
    };
    let version = output("rustc", &["-vV"]);
    let host = version.lines().find_map(|line| line.strip_prefix("host: ")).expect("a host");
    let wanted = ["metadata", "--offline", "--locked", "--all-features", "--format-version", "1", "--filter-platform"];
    let metadata = serde_json::from_str(&output(env!("CARGO"), &[&wanted[..], &[host]].concat())).expect("JSON");
    assert_eq!(violations(&metadata, &deny()), [""; 0]);
}

#[test]
fn a_licence_that_is_not_allowed_is_told() {
    let package = |licence: Value| serde_json::json!({"packages": [{"name": "planted", "license": licence}]});
    for licence in ["GPL-3.0-only", "MIT AND GPL-3.0-only", "(MIT OR ISC) AND GPL-3.0-only", "(MIT", "MIT ISC", ""] {
        let told = violations(&package(licence.into()), &deny());
        assert_eq!(told, [format!("planted: {licence}")]);
    }
    assert_eq!(violations(&package(Value::Null), &deny()), ["planted: none"]);
    for licence in ["MIT", "GPL-3.0-only OR MIT", "Unlicense/MIT", "(GPL-3.0-only OR MIT) AND Unicode-3.0"] {
        assert_eq!(violations(&package(licence.into()), &deny()), [""; 0], "{licence}");
    }
    assert_eq!(violations(&package("Apache-2.0 WITH LLVM-exception".into()), &deny()), [""; 0]);
}
