//! The text of a behaviour snapshot: one section for each case, its heading at the margin and all else indented.
//!
//! ```text
//! text-is-missing: text is missing (invalid: required `text` of the body)
//!   node: …/requestBody/content/application~1json/schema/required/0
//!   source: fixtures/asapp.yaml
//!
//!   POST /conversations/[existing id]/messages
//!   …
//! ```

use std::collections::{HashMap, HashSet};
use std::fmt;

use super::Section;
use super::same::is_same;
use crate::text::hidden::escape;

const INDENT: &str = "  ";
/// Stands for the file's own node at the start of a section's.
const OWN_NODE: &str = "…";

/// The sections of a file in their order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Sections(Vec<Section>);

impl Sections {
    /// Reads a file's text.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut sections: Vec<(&str, Vec<&str>)> = Vec::new();
        for (index, line) in text.lines().enumerate() {
            let content = line.strip_prefix(INDENT).or_else(|| line.trim().is_empty().then_some(""));
            match (content, sections.last_mut()) {
                (None, _) => sections.push((line, Vec::new())),
                (Some(content), Some((_, lines))) => lines.push(content),
                (Some(""), None) => {}
                (Some(_), None) => return Err(format!("line {} of its text belongs to no section", index + 1)),
            }
        }
        let sections: Vec<_> =
            sections.iter().map(|(heading, lines)| section(heading, lines)).collect::<Result<_, _>>()?;
        let mut names = HashSet::new();
        match sections.iter().find(|section| !names.insert(&section.name)) {
            Some(twice) => Err(format!("it has two sections `{}`", twice.name)),
            None => Ok(Self(sections)),
        }
    }

    /// The section of this name.
    pub fn get(&self, name: &str) -> Option<&Section> {
        self.0.iter().find(|section| section.name == name)
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &Section> {
        self.0.iter()
    }

    /// These sections with newer ones in the order of the newer ones. Those that have no newer one stay, as late as their
    /// order allows: a run that was cut short has seen the first cases.
    #[must_use]
    pub fn updated(self, newer: impl IntoIterator<Item = Section>) -> Self {
        let newer: Vec<Section> = newer.into_iter().collect();
        let names: HashSet<&str> = newer.iter().map(|section| section.name.as_str()).collect();
        let mut kept_before: HashMap<String, Vec<Section>> = HashMap::new();
        let mut kept = Vec::new();
        for section in self.0 {
            if names.contains(section.name.as_str()) {
                kept_before.insert(section.name, std::mem::take(&mut kept));
            } else {
                kept.push(section);
            }
        }
        let mut all = Vec::new();
        for section in newer {
            all.extend(kept_before.remove(&section.name).unwrap_or_default());
            all.push(section);
        }
        all.extend(kept);
        Self(all)
    }

    /// The sections of `newer` that are not the same here. What `newer` lacks is no difference.
    pub fn differences<'a>(&'a self, newer: &'a Self) -> impl Iterator<Item = &'a Section> {
        newer.0.iter().filter(|section| !self.get(&section.name).is_some_and(|old| is_same(&old.text, &section.text)))
    }

    /// Those that `is_kept` says.
    #[must_use]
    pub fn retain(mut self, is_kept: impl FnMut(&Section) -> bool) -> Self {
        self.0.retain(is_kept);
        self
    }
}

impl fmt::Display for Sections {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, section) in self.0.iter().enumerate() {
            if index > 0 {
                writeln!(f)?;
            }
            writeln!(f, "{}: {}", section.name, escape(&section.description))?;
            for (key, value) in [("node", &section.node), ("source", &section.source)] {
                if let Some(value) = value {
                    writeln!(f, "{INDENT}{key}: {}", escape(value))?;
                }
            }
            writeln!(f)?;
            for line in section.text.trim_end().lines() {
                let indent = if line.is_empty() { "" } else { INDENT };
                writeln!(f, "{indent}{line}")?;
            }
        }
        Ok(())
    }
}

/// Reads a section from its heading and the lines below it, their indentation taken away.
fn section(heading: &str, lines: &[&str]) -> Result<Section, String> {
    let (name, description) = heading.split_once(": ").unwrap_or((heading, ""));
    if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')) {
        return Err(format!("`{}` is no heading of a section, and is not indented", escape(heading)));
    }
    let end = lines.iter().position(|line| line.is_empty()).unwrap_or(lines.len());
    let (about, text) = lines.split_at(end);
    let (mut node, mut source) = (None, None);
    for line in about {
        match line.split_once(": ") {
            Some(("node", value)) => node = Some(value.to_owned()),
            Some(("source", value)) => source = Some(value.to_owned()),
            _ => return Err(format!("in its section `{name}` an empty line must stand before `{}`", escape(line))),
        }
    }
    let text = text.get(1..).unwrap_or_default().join("\n").trim_end().to_owned();
    Ok(Section { name: name.to_owned(), description: description.to_owned(), node, source, text })
}

/// How a section writes a node, in a file that is about `own`.
pub(super) fn written_node(node: &str, own: &str) -> Option<String> {
    match node.strip_prefix(own) {
        Some("") => None,
        Some(below) if below.starts_with('/') => Some(format!("{OWN_NODE}{below}")),
        _ => Some(node.to_owned()),
    }
}

/// The node that a section means, in a file that is about `own`.
pub(super) fn node_of(section: &Section, own: Option<&str>) -> Option<String> {
    match (section.node.as_deref(), own) {
        (None, own) => own.map(str::to_owned),
        (Some(node), Some(own)) if node.starts_with(OWN_NODE) => Some(node.replacen(OWN_NODE, own, 1)),
        (Some(node), _) => Some(node.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn section(name: &str, text: &str) -> Section {
        let description = format!("{name} (valid)");
        Section { name: name.into(), description, node: None, source: None, text: text.into() }
    }

    fn sections(names: &[&str]) -> Sections {
        Sections(names.iter().map(|name| section(name, "old")).collect())
    }

    #[test]
    fn what_is_written_is_read_again() {
        let odd = "POST /a\n\nno-heading: text\n  indented\n\t\n\n=> 200 OK\n<<<<<<< ours\n---";
        let with_all = Section {
            node: Some("…/requestBody/required".into()),
            source: Some("fixtures/a.yaml".into()),
            ..section("a-1", odd)
        };
        let written = Sections(vec![with_all, section("b_2", "GET /b"), section("empty", "")]);
        assert_eq!(Sections::parse(&written.to_string()).expect("sections"), written);
        assert_eq!(Sections::parse("").expect("none"), Sections::default());
    }

    #[test]
    fn what_is_no_list_of_sections_is_told() {
        for (text, reason) in [
            ("  a: b", "line 1 of its text belongs to no section"),
            ("a: b\n\n  x\na: c\n", "it has two sections `a`"),
            ("hello world\n", "`hello world` is no heading of a section, and is not indented"),
            ("a: b\n  POST /a\n", "in its section `a` an empty line must stand before `POST /a`"),
        ] {
            assert_eq!(Sections::parse(text).expect_err(text), reason);
        }
    }

    #[test]
    fn sections_that_a_run_did_not_see_stay_where_they_were() {
        let names = |sections: &Sections| sections.0.iter().map(|section| section.name.clone()).collect::<String>();
        for (old, seen, expected) in [
            ("", "ab", "ab"),
            ("abcd", "", "abcd"),
            // All of it, and in another order.
            ("abc", "cab", "cab"),
            // Only the first cases, one of them new.
            ("abcd", "abx", "abxcd"),
            // One was not answered, another is not planned any more.
            ("abcde", "axce", "axbcde"),
            ("abc", "x", "xabc"),
        ] {
            let each = |names: &str| names.chars().map(String::from).collect::<Vec<_>>();
            let old = sections(&each(old).iter().map(String::as_str).collect::<Vec<_>>());
            let newer: Vec<Section> = each(seen).iter().map(|name| section(name, "new")).collect();
            let updated = old.updated(newer);
            assert_eq!(names(&updated), expected);
            assert!(updated.iter().all(|section| seen.contains(&section.name) == (section.text == "new")));
        }
    }

    #[test]
    fn only_texts_are_differences() {
        let old = sections(&["a", "b", "c"]);
        let renamed = Section { description: "another".into(), node: Some("…/x".into()), ..section("a", "old\n") };
        let newer = Sections(vec![renamed, section("b", "new"), section("d", "old")]);
        assert_eq!(old.differences(&newer).map(|section| section.name.as_str()).collect::<Vec<_>>(), ["b", "d"]);
    }

    #[test]
    fn a_node_is_written_below_that_of_its_file() {
        let own = "a.yaml#/paths/~1a/post";
        for (node, written) in [
            (own, None),
            ("a.yaml#/paths/~1a/post/requestBody", Some("…/requestBody")),
            ("a.yaml#/paths/~1a/post2", Some("a.yaml#/paths/~1a/post2")),
            ("b.yaml#/x", Some("b.yaml#/x")),
        ] {
            let found = written_node(node, own);
            assert_eq!(found.as_deref(), written);
            let section = Section { node: found, ..section("a", "") };
            assert_eq!(node_of(&section, Some(own)).as_deref(), Some(node));
        }
    }
}
