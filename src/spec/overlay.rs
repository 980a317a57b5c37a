//! Overlays (OpenAPI Overlay Specification 1.0): changes of a document that is somebody else's.

use std::path::Path;
use std::sync::Arc;

use serde_json::Value;

use super::error::OverlayError;
use super::fetch::read;
use super::json_path::JsonPath;
use super::path::display;
use super::pointer::Pointer;
use super::source::SourceFile;

/// A file of changes.
#[derive(Debug)]
pub struct Overlay {
    file: SourceFile,
    actions: Vec<Action>,
}

#[derive(Debug)]
struct Action {
    at: Pointer,
    target: JsonPath,
    update: Option<Value>,
    remove: bool,
}

impl Overlay {
    /// Loads the file at `path`.
    ///
    /// # Errors
    /// [`OverlayError`] names the place of what is no overlay.
    pub fn load(path: &Path) -> Result<Self, OverlayError> {
        let name = display(path);
        let text = read(path)
            .map_err(|reason| OverlayError::new(&name, &format!("cannot be read: {reason}"), "check the path"))?;
        Self::parse(path, text)
    }

    fn parse(path: &Path, text: String) -> Result<Self, OverlayError> {
        let name = display(path);
        let file = SourceFile::parse(path.to_owned(), name.clone(), text)
            .map_err(|error| OverlayError::new(&name, &error.to_string(), "an overlay is YAML or JSON"))?;
        let wrong = |at: &Pointer, message: String, help: &str| Self::wrong(&file, at, &message, help);
        let root = Pointer::root();
        match file.value["overlay"].as_str() {
            Some(version) if version.starts_with("1.") => {}
            Some(version) => {
                return Err(wrong(
                    &root.join("overlay"),
                    format!("`{version}` is no version of overlays that is known"),
                    "write `overlay: 1.0.0`",
                ));
            }
            None => {
                return Err(wrong(
                    &root,
                    "this is no overlay: `overlay` is missing".to_owned(),
                    "write `overlay: 1.0.0`",
                ));
            }
        }
        let at = root.join("actions");
        let Some(written) = file.value["actions"].as_array().filter(|actions| !actions.is_empty()) else {
            return Err(wrong(
                &at,
                "`actions` is to be a list of changes".to_owned(),
                "write `actions:` and `- {target: $.info, update: {..}}`",
            ));
        };
        let mut actions = Vec::new();
        for (index, written) in written.iter().enumerate() {
            let at = at.index(index);
            let Some(members) = written.as_object() else {
                return Err(wrong(&at, "a change is an object".to_owned(), "write `target` with `update` or `remove`"));
            };
            let known = ["target", "description", "update", "remove", "copy"];
            if let Some(key) = members.keys().find(|key| !known.contains(&key.as_str()) && !key.starts_with("x-")) {
                return Err(wrong(
                    &at.join(key),
                    format!("a change has no `{key}`"),
                    &crate::text::nearest::suggest(key, known, ""),
                ));
            }
            let Some(target) = members.get("target").and_then(Value::as_str) else {
                return Err(wrong(
                    &at,
                    "a change needs a `target`".to_owned(),
                    "write a JSONPath, such as $.paths['/pets'].get",
                ));
            };
            let path = JsonPath::parse(target).map_err(|error| {
                wrong(
                    &at.join("target"),
                    format!("`{target}` is no JSONPath: {error}"),
                    "write one such as $.paths['/pets'].get (RFC 9535)",
                )
            })?;
            let update = members.get("update").cloned();
            let remove = members.get("remove").and_then(Value::as_bool).unwrap_or_default();
            if update.is_none() && !remove {
                return Err(wrong(
                    &at,
                    "a change needs `update` or `remove: true`".to_owned(),
                    "say what becomes of the target",
                ));
            }
            actions.push(Action { at, target: path, update, remove });
        }
        Ok(Self { file, actions })
    }

    fn wrong(file: &SourceFile, at: &Pointer, message: &str, help: &str) -> OverlayError {
        let place = file.key_span(at).start;
        OverlayError::new(&format!("{}:{}:{}", file.name, place.line, place.column), message, help)
    }

    /// Makes the changes, one after the other. The nodes keep their places; what is new has that of what it is put into.
    ///
    /// # Errors
    /// A change whose target is nowhere, or cannot be changed so.
    pub(super) fn apply(&self, document: &mut Arc<SourceFile>) -> Result<(), OverlayError> {
        for action in &self.actions {
            let name = document.name.clone();
            let told = |message: String, help: &str| Self::wrong(&self.file, &action.at.join("target"), &message, help);
            let mut nodes = action.target.select(&document.value);
            if nodes.is_empty() {
                let message = format!("`{}` matches nothing in {name}", action.target);
                return Err(told(message, "correct the JSONPath, or take the change out"));
            }
            let file = Arc::get_mut(document).ok_or_else(|| told(format!("{name} is in use"), "report this"))?;
            // From the last to the first, so that those before keep their places.
            nodes.reverse();
            for node in nodes {
                let done = match &action.update {
                    _ if action.remove => file.remove(&node),
                    Some(update) => file.merge(&node, update),
                    None => Ok(()),
                };
                done.map_err(|message| {
                    told(message, "an update is for an object or a list; remove is for all but the root")
                })?;
            }
        }
        Ok(())
    }
}

impl SourceFile {
    /// Takes a node out, with its place.
    fn remove(&mut self, node: &Pointer) -> Result<(), String> {
        let tokens: Vec<String> = node.tokens().map(|token| token.into_owned()).collect();
        let Some((last, above)) = tokens.split_last() else {
            return Err("the whole document cannot be removed".to_owned());
        };
        let holder = above.iter().fold(Pointer::root(), |pointer, token| pointer.join(token));
        let index = match self.value.pointer_mut(holder.as_str()) {
            Some(Value::Object(members)) => {
                let index = members.keys().position(|key| key == last);
                members.shift_remove(last);
                index
            }
            Some(Value::Array(items)) => {
                let index = last.parse().ok().filter(|index| *index < items.len());
                index.map(|index: usize| items.remove(index));
                index
            }
            _ => None,
        };
        if let (Some(index), Some(spans)) = (index, self.spans_at(above))
            && index < spans.children.len()
        {
            let mut children = std::mem::take(&mut spans.children).into_vec();
            children.remove(index);
            spans.children = children.into();
        }
        Ok(())
    }

    /// Puts a value into an object, member by member, or at the end of a list.
    fn merge(&mut self, node: &Pointer, update: &Value) -> Result<(), String> {
        match self.value.pointer_mut(node.as_str()) {
            Some(Value::Array(items)) => {
                items.push(update.clone());
                Ok(())
            }
            Some(target @ Value::Object(_)) if update.is_object() => {
                merged(target, update);
                Ok(())
            }
            Some(Value::Object(_)) => Err(format!("`{node}` is an object, and the update is none")),
            _ => Err(format!("`{node}` is neither an object nor a list")),
        }
    }
}

/// Overlay 1.0, section 4.4.3: members of objects are merged, lists are joined, and all else is replaced.
fn merged(target: &mut Value, update: &Value) {
    match (target, update) {
        (Value::Object(target), Value::Object(update)) => {
            for (name, value) in update {
                match target.get_mut(name) {
                    Some(known) => merged(known, value),
                    None => drop(target.insert(name.clone(), value.clone())),
                }
            }
        }
        (Value::Array(target), Value::Array(update)) => target.extend(update.iter().cloned()),
        (target, update) => *target = update.clone(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::spec::{Document, LoadOptions};

    const DOCUMENT: &str = "openapi: 3.1.0\npaths:\n  /a:\n    get: {tags: [x]}\n  /b:\n    get: {}\n    post: {}\n";

    fn applied(actions: &str) -> Result<Document, String> {
        let overlay = Overlay::parse(Path::new("o.yaml"), format!("overlay: 1.0.0\nactions:\n{actions}"));
        let overlay = overlay.map_err(|error| error.to_string())?;
        let document =
            Document::from_text(Path::new("a.yaml"), DOCUMENT.to_owned(), LoadOptions::default()).expect("parses");
        document.overlaid(&overlay).map_err(|error| error.to_string())
    }

    #[test]
    fn a_document_is_changed_and_keeps_its_places() {
        let document = applied(
            "- {target: '$.paths[\"/a\"]', remove: true}\n- {target: '$.paths.*.get', update: {summary: new, tags: [y]}}\n\
             - {target: '$.paths.*.get.tags', update: z}\n",
        )
        .expect("is changed");
        let file = &document.files()[0];
        assert_eq!(file.value["paths"], json!({"/b": {"get": {"summary": "new", "tags": ["y", "z"]}, "post": {}}}));
        assert_eq!(file.key_span(&Pointer::new("/paths/~1b/post")).start.line, 7);
        assert_eq!(file.key_span(&Pointer::new("/paths/~1b/get/summary")).start.line, 6);
    }

    #[test]
    fn what_is_no_change_is_told_with_its_place() {
        for (actions, told) in [
            ("- {target: $.nothing, remove: true}\n", "o.yaml:3:4: `$.nothing` matches nothing in a.yaml"),
            ("- {target: '$[', remove: true}\n", "o.yaml:3:4: `$[` is no JSONPath"),
            ("- {target: $.paths}\n", "o.yaml:3:3: a change needs `update` or `remove: true`"),
            ("- {target: $.openapi, update: {a: 1}}\n", "o.yaml:3:4: `/openapi` is neither an object nor a list"),
            ("- {target: $.paths, update: 1}\n", "o.yaml:3:4: `/paths` is an object, and the update is none"),
            ("- {target: $, remove: true}\n", "o.yaml:3:4: the whole document cannot be removed"),
            ("- {tagret: $.paths, remove: true}\n", "o.yaml:3:4: a change has no `tagret`"),
            ("- 1\n", "o.yaml:3:3: a change is an object"),
        ] {
            let error = applied(actions).expect_err(actions);
            assert!(error.starts_with(told), "{error}");
        }
        for (text, told) in [
            ("overlay: 2.0.0\n", "`2.0.0` is no version"),
            ("openapi: 3.1.0\n", "`overlay` is missing"),
            ("overlay: 1.0.0\n", "`actions` is to be a list"),
        ] {
            let error = Overlay::parse(Path::new("o.yaml"), text.to_owned()).expect_err(text).to_string();
            assert!(error.contains(told), "{error}");
        }
    }
}
