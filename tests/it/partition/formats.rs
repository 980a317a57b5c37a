//! `conform merge --report`: each format of joined reports is that of a run of all.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

use super::{PARTS, document, read, shop_report};
use crate::support::command::{folder_with, run};

const FORMATS: [(&str, &str); 8] = [
    ("junit", "junit.xml"),
    ("sarif", "sarif.json"),
    ("html", "page.html"),
    ("gitlab", "gitlab.json"),
    ("markdown", "summary.md"),
    ("github", "commands.txt"),
    ("coverage", "coverage.json"),
    ("badge", "badge.svg"),
];

/// The arguments that have each format written to a file that begins with `name`.
fn asked(name: &str) -> Vec<String> {
    let file = |(format, file): (&str, &str)| ["--report".to_owned(), format!("{format}={name}-{file}")];
    let mut asked: Vec<String> = FORMATS.into_iter().flat_map(file).collect();
    asked.extend(["--report".to_owned(), format!("allure={name}-allure")]);
    asked
}

fn text(folder: &Path, file: &str) -> String {
    std::fs::read_to_string(folder.join(file)).expect(file)
}

/// The results for Allure by their file, without their times.
fn allure(folder: &Path) -> BTreeMap<String, Value> {
    let files = std::fs::read_dir(folder).expect("a folder").map(|file| file.expect("an entry").path());
    let result = |path: std::path::PathBuf| {
        let mut result: Value = serde_json::from_str(&std::fs::read_to_string(&path).expect("text")).expect("JSON");
        for time in ["start", "stop"] {
            result[time] = 0.into();
        }
        (path.file_name().expect("a name").to_string_lossy().into_owned(), result)
    };
    files.map(result).collect()
}

/// The test cases of JUnit with whether they failed, in their order.
fn test_cases(xml: &str) -> Vec<(&str, bool)> {
    let cases = xml.split("<testcase ").skip(1);
    cases.map(|case| (case.split(['>', '/']).next().unwrap_or_default(), case.contains("<failure"))).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn each_format_of_one_report_is_what_its_run_wrote() {
    let folder = folder_with(&[("api.yaml", &document())]);
    let wanted = asked("run");
    shop_report(folder.path(), "whole.json", &wanted.iter().map(String::as_str).collect::<Vec<_>>()).await;
    let wanted = asked("merged");
    let arguments = [&["merge", "whole.json"], &wanted.iter().map(String::as_str).collect::<Vec<_>>()[..]].concat();
    let merged = run(folder.path(), &arguments);
    assert_eq!((merged.status, merged.stderr.as_str()), (Some(1), ""));
    for (format, file) in FORMATS {
        let [one, other] = ["run", "merged"].map(|name| text(folder.path(), &format!("{name}-{file}")));
        assert!(!one.is_empty() && one == other, "{format}: {one}\n\n{other}");
    }
    let [one, other] = ["run", "merged"].map(|name| allure(&folder.path().join(format!("{name}-allure"))));
    assert!(one.len() >= 20 && one == other, "{one:?}\n\n{other:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn each_format_of_the_parts_has_what_that_of_the_whole_has() {
    let folder = folder_with(&[("api.yaml", &document())]);
    let wanted = asked("run");
    shop_report(folder.path(), "whole.json", &wanted.iter().map(String::as_str).collect::<Vec<_>>()).await;
    let mut arguments = vec!["merge".to_owned()];
    for part in 1..=PARTS {
        let file = format!("part-{part}.json");
        shop_report(folder.path(), &file, &["--partition", &format!("hash:{part}/{PARTS}")]).await;
        arguments.push(file);
    }
    arguments.extend(asked("merged"));
    let merged = run(folder.path(), &arguments.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!((merged.status, merged.stderr.as_str()), (Some(1), ""));
    // No format that shows no exchange tells them apart.
    for file in ["sarif.json", "gitlab.json", "commands.txt", "coverage.json", "badge.svg"] {
        let [one, other] = ["run", "merged"].map(|name| text(folder.path(), &format!("{name}-{file}")));
        assert!(one == other, "{file}: {one}\n\n{other}");
    }
    let [one, other] = ["run", "merged"].map(|name| text(folder.path(), &format!("{name}-junit.xml")));
    let bare = |text: &str| {
        let cases = test_cases(text).into_iter();
        // The line of a failure stands behind its name.
        cases
            .map(|(case, failed)| (case.split(" time=").next().unwrap_or_default().to_owned(), failed))
            .collect::<Vec<_>>()
    };
    assert!(test_cases(&one).iter().any(|(_, failed)| *failed));
    assert_eq!(bare(&one), bare(&other));
    let [one, other] = ["run", "merged"].map(|name| allure(&folder.path().join(format!("{name}-allure"))));
    let gist = |results: &BTreeMap<String, Value>| {
        results
            .iter()
            .map(|(file, result)| format!("{file} {} {}", result["name"], result["status"]))
            .collect::<Vec<_>>()
    };
    assert_eq!(gist(&one), gist(&other));
    let headings = |file: &str, start: &str| {
        let text = text(folder.path(), file);
        text.lines().filter(|line| line.starts_with(start)).map(str::to_owned).collect::<Vec<_>>()
    };
    for (file, start) in [("summary.md", "###"), ("page.html", "<summary>"), ("page.html", "<tr data-item")] {
        let [one, other] = ["run", "merged"].map(|name| headings(&format!("{name}-{file}"), start));
        assert!(!one.is_empty(), "{file}");
        assert_eq!(one, other, "{file}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_written_is_told_before_anything_is() {
    let folder = folder_with(&[("api.yaml", &document())]);
    shop_report(folder.path(), "whole.json", &[]).await;
    for (more, told) in [
        (&["--report", "har=a.har"][..], "does not hold what `har` shows"),
        (&["--report", "ndjson=a"], "does not hold what `ndjson` shows"),
        (&["--report", "allure"], "writes a folder of files"),
        (&["--report", "junit"], "would both write to stdout"),
        (&["--output", "a.txt", "--report", "junit", "--report", "sarif"], "would both write to stdout"),
        (&["--report", "pdf=a"], "there is no format `pdf`"),
        (&["--output", "whole.json"], "`--output` would be written over whole.json, which is read"),
        (&["--report", "junit=./whole.json"], "`--report junit` would be written over ./whole.json, which is read"),
        (&["--output", "a.txt", "--report", "junit=./a.txt"], "would both write to ./a.txt"),
        (&["--report", "junit=a.xml", "--report", "sarif=a.xml"], "would both write to a.xml"),
    ] {
        let ended = run(folder.path(), &[&["merge", "whole.json"], more].concat());
        let words: Vec<&str> = ended.stderr.split_whitespace().filter(|word| *word != "│").collect();
        assert_eq!(ended.status, Some(2), "{more:?}: {}", ended.stdout);
        assert!(words.join(" ").contains(told), "{more:?}: {}", ended.stderr);
    }
    // An earlier version wrote findings without what is told of them.
    let mut old = read(folder.path(), "whole.json");
    for cause in old["contracts"][0]["root_causes"].as_array_mut().expect("causes") {
        cause["example"].as_object_mut().expect("a finding").remove("told");
    }
    std::fs::write(folder.path().join("old.json"), old.to_string()).expect("written");
    let ended = run(folder.path(), &["merge", "old.json", "--report", "junit=a.xml"]);
    assert!(ended.status == Some(2) && ended.stderr.contains("hold too little"), "{}", ended.stderr);
    assert_eq!(run(folder.path(), &["merge", "old.json"]).status, Some(1));
    let stdout = run(folder.path(), &["merge", "whole.json", "--output", "a.txt", "--report", "gitlab"]);
    assert!(serde_json::from_str::<Value>(&stdout.stdout).is_ok_and(|issues| issues.is_array()), "{}", stdout.stdout);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_secret_of_a_run_is_in_what_is_made_of_its_report() {
    let folder = folder_with(&[("api.yaml", &document())]);
    shop_report(folder.path(), "whole.json", &["--header", "X-Shop-Key: s3cret-of-the-shop"]).await;
    assert!(text(folder.path(), "whole.json").to_lowercase().contains("x-shop-key"));
    let wanted = asked("merged");
    let wanted: Vec<&str> = wanted.iter().map(String::as_str).collect();
    let merge = ["merge", "whole.json", "--format", "json", "--output", "merged.json"];
    let merged = run(folder.path(), &[&merge[..], &wanted].concat());
    assert_eq!((merged.status, merged.stderr.as_str()), (Some(1), ""));
    let allure = std::fs::read_dir(folder.path().join("merged-allure")).expect("a folder");
    let files = std::fs::read_dir(folder.path()).expect("a folder").chain(allure);
    let files: Vec<_> = files.map(|file| file.expect("an entry").path()).filter(|path| path.is_file()).collect();
    assert!(files.len() > FORMATS.len() + 2);
    for file in files {
        let text = std::fs::read_to_string(&file).expect("text");
        assert!(!text.contains("s3cret-of-the-shop"), "{}", file.display());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn among_the_lines_of_a_merge_no_command_is_taken() {
    let folder = folder_with(&[("api.yaml", &document())]);
    shop_report(folder.path(), "whole.json", &[]).await;
    let merged = run(folder.path(), &["merge", "whole.json", "--report", "github"]);
    let token = merged.stdout.lines().next().and_then(|line| line.strip_prefix("::stop-commands::")).expect("a guard");
    let end = format!("::{token}::");
    let (before, after) = merged.stdout.split_once(&end).expect("its end");
    assert!(before.contains("FAIL  operations: ") && after.trim().lines().all(|line| line.starts_with("::")));
    assert!(after.contains("::error "), "{}", merged.stdout);
    // Alone they need none.
    let alone = run(folder.path(), &["merge", "whole.json", "--output", "a.txt", "--report", "github"]);
    assert!(!alone.stdout.contains("stop-commands"), "{}", alone.stdout);
}
