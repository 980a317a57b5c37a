//! The resources of a document as a graph, for people, Mermaid and Graphviz.

use clap::ValueEnum;

use crate::contract::Contract;
use crate::resource::{Family, Items, families};

/// How the graph is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum ResourcesFormat {
    /// A paragraph for each resource.
    Text,
    /// A flowchart of Mermaid.
    Mermaid,
    /// A digraph of Graphviz.
    Dot,
}

/// The graph of what these operations make and read.
pub(super) fn graph(contract: &Contract, operations: &[usize], format: ResourcesFormat) -> String {
    let families = families(contract, &Items::new(contract), operations);
    match format {
        ResourcesFormat::Text => text(contract, operations, &families),
        ResourcesFormat::Mermaid => {
            let node = |index: usize, label: &str| format!("    r{index}[\"{}\"]\n", label.replace('"', "#quot;"));
            let edge = |from: usize, to: usize| format!("    r{from} --> r{to}\n");
            format!("flowchart LR\n{}", drawn(contract, &families, "<br>", node, edge))
        }
        ResourcesFormat::Dot => {
            let node = |index: usize, label: &str| {
                format!(
                    "    r{index} [shape=box, label=\"{}\"];\n",
                    label.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
                )
            };
            let edge = |from: usize, to: usize| format!("    r{from} -> r{to};\n");
            format!("digraph resources {{\n    rankdir=LR;\n{}}}\n", drawn(contract, &families, "\n", node, edge))
        }
    }
}

/// What is done with a resource, by which operations.
fn roles(family: &Family) -> Vec<(&'static str, usize)> {
    let roles = [
        ("made by", Some(family.create)),
        ("read by", Some(family.read)),
        ("listed by", family.list),
        ("replaced by", family.replace),
        ("changed by", family.patch),
        ("deleted by", family.delete),
    ];
    roles.into_iter().filter_map(|(role, operation)| Some((role, operation?))).collect()
}

fn name(contract: &Contract, operation: usize) -> String {
    let operation = &contract.operations[operation];
    format!("{} {}", operation.method, operation.path)
}

fn text(contract: &Contract, operations: &[usize], families: &[Family]) -> String {
    let mut text = String::new();
    for family in families {
        text.push_str(&format!("{}\n", family.item));
        for (role, operation) in roles(family) {
            text.push_str(&format!("  {role:<12}{}\n", name(contract, operation)));
        }
        let actions = operations.iter().filter(|index| {
            let path = &contract.operations[**index].path;
            let rest = path.strip_prefix(&family.item).and_then(|rest| rest.strip_prefix('/'));
            rest.is_some_and(|rest| !rest.contains('{'))
                && !families.iter().any(|other| roles(other).iter().any(|(_, known)| known == *index))
        });
        for operation in actions {
            text.push_str(&format!("  {:<12}{}\n", "also in", name(contract, *operation)));
        }
        if let Some(parent) = family.parent {
            text.push_str(&format!("  {:<12}{}\n", "below", families[parent].item));
        }
        text.push('\n');
    }
    let is_covered = |index: &&usize| {
        let path = &contract.operations[**index].path;
        !path.contains('{')
            || families.iter().any(|family| path == &family.item || path.starts_with(&format!("{}/", family.item)))
    };
    let mut others = operations.iter().filter(|index| !is_covered(index)).peekable();
    if others.peek().is_some() {
        text.push_str("named by ids that no operation here makes and reads; fixtures can name them:\n");
        others.for_each(|operation| text.push_str(&format!("  {}\n", name(contract, *operation))));
    }
    if families.is_empty() && text.is_empty() {
        text.push_str("no operation makes what another one reads\n");
    }
    text
}

fn drawn(
    contract: &Contract,
    families: &[Family],
    line_break: &str,
    node: impl Fn(usize, &str) -> String,
    edge: impl Fn(usize, usize) -> String,
) -> String {
    let mut text = String::new();
    for (index, family) in families.iter().enumerate() {
        let roles = roles(family).into_iter().map(|(role, operation)| format!("{role} {}", name(contract, operation)));
        let lines: Vec<String> = std::iter::once(family.item.clone()).chain(roles).collect();
        text.push_str(&node(index, &lines.join(line_break)));
    }
    for (index, family) in families.iter().enumerate() {
        text.extend(family.parent.map(|parent| edge(parent, index)));
    }
    text
}
