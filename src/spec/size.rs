//! How large a value, and a document, is.

use serde_json::Value;

/// The nodes of a value: itself, and all that it holds.
pub(crate) fn nodes(value: &Value) -> usize {
    match value {
        Value::Array(items) => 1 + items.iter().map(nodes).sum::<usize>(),
        Value::Object(members) => 1 + members.values().map(nodes).sum::<usize>(),
        _ => 1,
    }
}

/// What a file may weigh: the largest documents that are published weigh 2.9 million, and take some 700 MB.
const MOST: usize = 3_000_000;
/// What an object weighs, in nodes of other kinds.
pub(super) const OBJECT: usize = 4;

/// What the nodes of a file weigh, counted before they take room.
#[derive(Debug, Default)]
pub(super) struct Weight(usize);

impl Weight {
    /// Adds to it.
    ///
    /// # Errors
    /// That this is more than a file may weigh.
    pub fn add(&mut self, weight: usize) -> Result<(), String> {
        self.0 += weight;
        if self.0 > MOST {
            return Err(format!(
                "more than {MOST} values (an object counts as {OBJECT}): split the document into files"
            ));
        }
        Ok(())
    }
}

/// The brackets and commas of a JSON text that open or part its nodes, with their octets; what is in a string is left out.
pub(crate) fn marks(text: &[u8]) -> impl Iterator<Item = (usize, u8)> + '_ {
    let mut is_string = false;
    let mut bytes = text.iter().copied().enumerate();
    std::iter::from_fn(move || {
        while let Some((at, byte)) = bytes.next() {
            match byte {
                b'\\' if is_string => {
                    bytes.next();
                }
                b'"' => is_string = !is_string,
                b'{' | b'[' | b',' if !is_string => return Some((at, byte)),
                _ => {}
            }
        }
        None
    })
}

/// Counts the nodes of a JSON text without reading it.
///
/// # Errors
/// Where it weighs too much, as an octet of the text, and that.
pub(super) fn weigh_json(text: &str) -> Result<(), (usize, String)> {
    let mut weight = Weight::default();
    marks(text.as_bytes())
        .try_for_each(|(at, byte)| weight.add(if byte == b'{' { OBJECT } else { 1 }).map_err(|reason| (at, reason)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_weighs_too_much_is_told_before_it_is_read() {
        let items = |item: &str, count: usize| format!("[{}]", vec![item; count].join(","));
        assert_eq!(weigh_json(&items("1", 2_900_000)), Ok(()));
        assert!(weigh_json(&items("1", 3_000_001)).is_err());
        assert!(weigh_json(&items("{}", 600_001)).is_err());
        assert_eq!(weigh_json(&items(r#""[{\",,""#, 600_001)), Ok(()), "what is in a string counts for nothing");
    }
}
