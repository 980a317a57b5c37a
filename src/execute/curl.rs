//! A request as a line of bash with curl.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::SentRequest;
use super::request::{ACCEPT, USER_AGENT};
use super::shell::{base64_after, contains_any, word};

/// Of a longer body, at most this much is written beside its repetitions.
const LONGEST: usize = 4096;
/// Shorter repetitions are written in full.
const SHORTEST_RUN: usize = 256;

/// How a body gets to curl.
enum Data {
    /// In curl's own arguments.
    Argument(String),
    /// From a command that writes it.
    Piped(String),
    /// From a file that cannot be shown.
    File(usize),
}

impl SentRequest {
    /// One line of bash that sends this request with curl. Secrets stand as variables of the environment, all
    /// other bytes are quoted.
    ///
    /// A repetition in a body above 4 kB is written as the command that makes it; where that is not
    /// enough, the line reads the body from a file and a comment says so. What curl sends of itself or what is
    /// only the harness's own (`Accept`, `User-Agent`, the `Content-Length` of a body) is left out.
    pub fn curl(&self) -> String {
        let mut line = String::new();
        let data = self.body.as_deref().map(|body| data(body, &self.variables));
        if let Some(Data::Piped(command)) = &data {
            line.push_str(command);
            line.push_str(" | ");
        }
        line.push_str("curl");
        line.push_str(&self.curl);
        match self.method.as_str() {
            "GET" if data.is_none() => {}
            // With `-X HEAD` curl would wait for a body.
            "HEAD" if data.is_none() => line.push_str(" --head"),
            method => line.push_str(&format!(" -X {}", bare(method))),
        }
        if contains_any(&self.url, b"[]{}", &self.variables) {
            line.push_str(" --globoff");
        }
        line.push_str(&format!(" {}", self.word(&self.url)));
        for (name, value) in &self.headers {
            let own = matches!((name.as_str(), value.as_str()), ("accept", ACCEPT) | ("user-agent", USER_AGENT));
            // Without a body curl says nothing of its length, and a server may ask for it.
            if own || name == "content-length" && data.is_some() {
                continue;
            }
            match base64_after(value, "Basic ", &self.variables) {
                Some(pair) if name == "authorization" => line.push_str(&format!(" -u {}", self.word(pair))),
                // `name:` would take the field away.
                _ if value.is_empty() => line.push_str(&format!(" -H {}", self.word(&format!("{name};")))),
                _ => line.push_str(&format!(" -H {}", self.word(&format!("{name}: {value}")))),
            }
        }
        if data.is_some() && !self.headers.iter().any(|(name, _)| name == "content-type") {
            line.push_str(" -H 'content-type:'");
        }
        match data {
            None => {}
            Some(Data::Argument(word)) => line.push_str(&format!(" --data-raw {word}")),
            // Without `expect:` curl asks before it sends a large body.
            Some(Data::Piped(_)) => line.push_str(" -H 'expect:' --data-binary @-"),
            Some(Data::File(length)) => {
                let comment = format!("# body.bin: the {length} bytes of the body, too many to show");
                line.push_str(&format!(" -H 'expect:' --data-binary @body.bin {comment}"));
            }
        }
        line
    }

    fn word(&self, text: &str) -> String {
        word(text.as_bytes(), &self.variables)
    }
}

/// A method as it is, if a shell takes it so.
fn bare(method: &str) -> String {
    let is_bare = !method.is_empty() && method.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    if is_bare { method.to_owned() } else { word(method.as_bytes(), &[]) }
}

fn data(body: &[u8], variables: &[String]) -> Data {
    let holds_nul = body.contains(&0);
    if body.len() <= LONGEST && holds_nul {
        return Data::Piped(format!("printf %s {} | base64 -d", STANDARD.encode(body)));
    }
    if body.len() <= LONGEST {
        return Data::Argument(word(body, variables));
    }
    let runs = runs(body);
    let written: usize = runs.iter().filter(|run| run.len() < SHORTEST_RUN).map(|run| run.len()).sum();
    let hidden_nul = runs.iter().any(|run| run.len() < SHORTEST_RUN && run.contains(&0));
    if written > LONGEST || hidden_nul {
        return Data::File(body.len());
    }
    let mut commands = Vec::new();
    let mut literal: Vec<u8> = Vec::new();
    let write = |literal: &mut Vec<u8>, commands: &mut Vec<String>| {
        if !literal.is_empty() {
            commands.push(format!("printf %s {};", word(literal, variables)));
            literal.clear();
        }
    };
    for run in runs {
        if run.len() < SHORTEST_RUN {
            literal.extend_from_slice(run);
            continue;
        }
        write(&mut literal, &mut commands);
        commands.push(format!("head -c {} /dev/zero | tr '\\0' '\\{:03o}';", run.len(), run[0]));
    }
    write(&mut literal, &mut commands);
    Data::Piped(format!("{{ {} }}", commands.join(" ")))
}

/// Stretches of one byte repeated.
fn runs(body: &[u8]) -> Vec<&[u8]> {
    body.chunk_by(|a, b| a == b).collect()
}
