//! The text of `conform.toml`.

use std::path::Path;

use url::Url;

use super::texts::{FIXTURES, on_one_line, quoted};
use crate::contract::{Contract, SchemeKind};
use crate::execute::is_of_this_machine;

/// What it is made of.
pub(super) struct Settings<'a> {
    pub spec: &'a Path,
    pub target: Option<&'a Url>,
    /// The servers that the document names.
    pub servers: &'a [Url],
    pub contract: &'a Contract,
}

impl Settings<'_> {
    /// The server that is tested without more.
    pub fn tested(&self) -> Option<&Url> {
        self.target.or_else(|| self.servers.iter().find(|server| is_of_this_machine(server)))
    }

    pub fn text(&self) -> String {
        let mut lines = vec![
            "# What `conform` tests in this folder. `conform config` shows all options with their values, and"
                .to_owned(),
            "# `conform config --schema` writes a JSON Schema of this file for editors. The command line comes first."
                .to_owned(),
            String::new(),
            format!("spec = {}", quoted(&self.spec.to_string_lossy().replace('\\', "/"))),
        ];
        match self.tested() {
            Some(target) => lines.push(format!("target = {}", quoted(target.as_str()))),
            None => {
                let server = self.servers.first().map_or("http://localhost:8080", Url::as_str);
                lines.push(
                    "# The server to test: one that may be written to. The document names none on this machine."
                        .to_owned(),
                );
                lines.push(format!("# target = {}", quoted(&on_one_line(server))));
            }
        }
        lines.push("# Credentials, and ids of what is there.".to_owned());
        lines.push(format!("fixtures = {}", quoted(FIXTURES)));
        let schemes = self.contract.operations.iter().flat_map(|operation| operation.security.iter().flatten());
        if schemes.into_iter().any(|used| used.kind == SchemeKind::MutualTls) {
            lines.push("# The document asks for a certificate of the client:".to_owned());
            lines.push("# client-cert = \"client.pem\"".to_owned());
            lines.push("# client-key = \"client.key\"".to_owned());
        }
        lines.extend(
            [
                "",
                "# exclude = [\"tag:internal\", \"path:/admin/*\"]",
                "# max-time = \"10m\"",
                "",
                "# Severities by check (`conform checks` lists them), or by operation, status and clause:",
                "# [checks]",
                "# undocumented-status = \"warning\"",
                "#",
                "# [[rules]]",
                "# check = \"server-error\"",
                "# operation = \"GET /reports\"",
                "# severity = \"warning\"",
                "",
                "# What is different for one operation:",
                "# [[operations]]",
                "# operation = \"GET /reports\"",
                "# timeout = \"60s\"",
                "# expect = [\"409\"]",
                "",
                "# Options of `conform --profile ci`:",
                "[profiles.ci]",
                "report = [\"junit=conform-junit.xml\", \"json=conform.json\"]",
                "strict = false",
            ]
            .map(str::to_owned),
        );
        lines.join("\n") + "\n"
    }
}
