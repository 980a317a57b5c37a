//! Where reports go.

use super::{careful, careless, run};
use crate::support::command::{normalised, root, run as conform};

#[tokio::test]
async fn reports_are_written_beside_the_terminal() {
    let told = run(careless, &["--report", "json=report.json", "--report", "junit=report.xml"]).await;
    assert_eq!(told.status, Some(1));
    assert!(told.stdout.contains("FAIL") && told.stdout.contains("accepted-invalid"), "{}", told.stdout);
    assert_eq!(told.json("report.json")["verdict"], "fails");
    assert!(told.read("report.xml").starts_with("<?xml"));
    let files = std::fs::read_dir(told.folder.path()).expect("a folder").count();
    assert_eq!(files, 4, "nothing but the reports is left beside the inputs");
}

#[tokio::test]
async fn a_report_alone_may_have_stdout() {
    for report in ["json", "json=-"] {
        let told = run(careful, &["--report", report, "--output", "report.txt"]).await;
        assert_eq!(told.status, Some(0));
        let report: serde_json::Value = serde_json::from_str(&told.stdout).expect("JSON");
        assert_eq!(report["verdict"], "conforms");
        assert!(told.read("report.txt").contains("PASS"));
    }
}

#[test]
fn a_report_that_cannot_be_written_is_refused_before_anything_is_sent() {
    for (arguments, told) in [
        (&["--report", "junti=a.xml"][..], "did you mean `junit`?"),
        (&["--report", "json="], "name a file after `json=`"),
        (&["--report", "json=src"], "cannot write src: is a directory"),
        (&["--report", "json=nowhere/report.json"], "cannot write nowhere/report.json"),
        (&["--report", "json=/proc/report.json"], "cannot write /proc/report.json"),
        (&["--report", "json"], "the report for people and `--report json` would both write to stdout"),
        (&["--report", "json=-", "--report", "junit=-", "--output", "a"], "would both write to stdout"),
        (&["--report", "json", "--format", "json"], "`--format json` and `--report json` would both"),
        (&["--report", "json=a", "--report", "junit=./a"], "would both write to ./a"),
        (&["--output", "src/../a", "--report", "json=a"], "`--output` and `--report json` would both write to a"),
    ] {
        let ended = conform(root(), &[&["--provider", "ada"], arguments].concat());
        assert_eq!(ended.status, Some(2), "{arguments:?}: {}", ended.stdout);
        let words: Vec<&str> = ended.stderr.split_whitespace().filter(|word| *word != "│").collect();
        assert!(words.join(" ").contains(told), "{arguments:?}: {}", ended.stderr);
        assert_eq!(ended.stdout, "");
    }
    assert!(!root().join("a").exists());
}

#[tokio::test]
async fn the_same_seed_gives_the_same_reports() {
    let reports = ["--report", "junit=report.xml"];
    let written = async || {
        let told = run(careless, &reports).await;
        let without_times = regex::Regex::new(r#"time="[^"]*""#).expect("a pattern");
        without_times.replace_all(&normalised(&told.read("report.xml")), "").into_owned()
    };
    assert_eq!(written().await, written().await);
}
