//! What people look at: markdown and HTML.

use serde_json::{Value, json};

use super::{MINIMUM, careful, careless, python, run};

/// The elements of a page as Python's parser sees them, and its text.
const READ: &str = r#"
import json, sys, html.parser
class Reader(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags, self.open, self.text = {}, [], []
    def handle_starttag(self, tag, attributes):
        self.tags[tag] = self.tags.get(tag, 0) + 1
        if tag not in ("meta", "input", "br"):
            self.open.append(tag)
    def handle_endtag(self, tag):
        assert self.open.pop() == tag, tag
    def handle_data(self, data):
        self.text.append(data)
reader = Reader()
reader.feed(open(sys.argv[1], encoding="utf-8").read())
print(json.dumps({"tags": reader.tags, "left_open": reader.open, "text": "".join(reader.text)}))
"#;

#[tokio::test]
async fn a_page_tells_what_is_wrong_and_what_was_not_tested() {
    let told = run(careless, &["--report", "html=report.html"]).await;
    let read = python(READ, &told.folder.path().join("report.html"));
    assert_eq!(read["left_open"], json!([]));
    let tags = &read["tags"];
    assert!(tags["details"].as_u64().is_some_and(|findings| findings > 0), "{tags}");
    let foreign = ["b", "img", "a", "link", "iframe"];
    assert!(foreign.iter().all(|tag| tags[tag] == Value::Null), "markup of the target: {tags}");
    assert_eq!(tags["script"], 1);
    let text = read["text"].as_str().expect("text");
    let parts =
        ["conform: fails", "accepted-invalid", "<b>&amp;</b>", "api.yaml:", "Not tested", "GET /closed", "curl"];
    for part in parts.into_iter().chain(["Documents", "Latency", "exercised: operations "]) {
        assert!(text.contains(part), "no {part} in {text}");
    }
    // The finding stands at its line of the document, and each leads to the other.
    let page = told.read("report.html");
    for part in [format!("id=\"d0-{MINIMUM}\""), "data-to=\"d0-".to_owned(), "data-to=\"f0\"".to_owned()] {
        assert!(page.contains(&part), "no {part} in {page}");
    }
    assert!(!text.contains("http://") || text.contains("http://127.0.0.1"), "an address beside the target's");
}

#[tokio::test]
async fn a_page_of_a_server_that_keeps_the_document_has_its_operations_alone() {
    let told = run(careful, &["--report", "html=report.html", "--report", "markdown=report.md"]).await;
    let read = python(READ, &told.folder.path().join("report.html"));
    let text = read["text"].as_str().expect("text");
    assert!(text.contains("conform: conforms") && text.contains("GET /notes"), "{text}");
    assert!(!told.read("report.html").contains("<details data-item"), "a finding: {text}");
    assert!(!text.contains("Not tested"), "{text}");
    let markdown = told.read("report.md");
    assert!(markdown.contains("conform: conforms") && !markdown.contains("##"), "{markdown}");
}

#[tokio::test]
async fn markdown_tells_root_causes_and_what_was_not_tested() {
    let told = run(careless, &["--report", "markdown=report.md"]).await;
    let markdown = told.read("report.md");
    for part in ["conform: fails", "`accepted-invalid`", "`GET /notes` at `api.yaml:", "## Not tested", "`GET /closed`"]
    {
        assert!(markdown.contains(part), "no {part} in {markdown}");
    }
    let fenced = markdown.split("```").skip(1).step_by(2).collect::<String>();
    let outside = markdown.split("```").step_by(2).collect::<String>();
    assert!(fenced.contains("<b>") && !outside.contains("<b>"), "{markdown}");
}
