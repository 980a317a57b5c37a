//! How large a value, and a document, is.

use serde_json::Value;

use crate::whole_file::LARGEST;

/// The nodes of a value: itself, and all that it holds.
pub(crate) fn nodes(value: &Value) -> usize {
    match value {
        Value::Array(items) => 1 + items.iter().map(nodes).sum::<usize>(),
        Value::Object(members) => 1 + members.values().map(nodes).sum::<usize>(),
        _ => 1,
    }
}

/// What the files of a document may weigh together: the largest documents that are published and are read weigh 5.8 million, and
/// nothing of this weight takes more than 500 MB.
const MOST: usize = 6_200_000;
/// What an item of a list weighs, or a document.
pub(super) const ITEM: usize = 3;
/// What a member of an object weighs: it has a name.
pub(super) const MEMBER: usize = 4;
/// What an object weighs beyond that, for its table of names.
pub(super) const OBJECT: usize = 6;

/// The octets that the files of a document may have together.
const MOST_TEXT: usize = 2 * LARGEST as usize;

/// What the files of a document weigh, counted before they take room.
#[derive(Clone, Debug, Default)]
pub(crate) struct Weight {
    nodes: usize,
    octets: usize,
}

impl Weight {
    /// Adds to it.
    ///
    /// # Errors
    /// That this is more than may be.
    pub fn add(&mut self, weight: usize) -> Result<(), String> {
        self.nodes += weight;
        if self.nodes > MOST {
            return Err(format!(
                "too many values, those of other files that are read with it included (at most {} items, or {} members): leave out what is not needed",
                MOST / ITEM,
                MOST / MEMBER
            ));
        }
        Ok(())
    }

    /// Adds the text of a file.
    ///
    /// # Errors
    /// That the files have more than they may.
    pub fn add_text(&mut self, text: &str) -> Result<(), String> {
        self.octets += text.len();
        if self.octets > MOST_TEXT {
            return Err(format!("the files of the document have more than {MOST_TEXT} octets"));
        }
        Ok(())
    }
}

/// The brackets and commas of a JSON text, with their octets; what is in a string is left out.
fn punctuation(text: &[u8]) -> impl Iterator<Item = (usize, u8)> + '_ {
    let mut is_string = false;
    let mut bytes = text.iter().copied().enumerate();
    std::iter::from_fn(move || {
        while let Some((at, byte)) = bytes.next() {
            match byte {
                b'\\' if is_string => {
                    bytes.next();
                }
                b'"' => is_string = !is_string,
                b'{' | b'[' | b',' | b'}' | b']' if !is_string => return Some((at, byte)),
                _ => {}
            }
        }
        None
    })
}

/// The values of a JSON text, about: its brackets that open, and its commas.
pub(crate) fn marks(text: &[u8]) -> usize {
    punctuation(text).filter(|(_, byte)| !matches!(byte, b'}' | b']')).count()
}

/// Counts the nodes of a JSON text without reading it, and adds them to `weight`; how many each list and object holds, in the
/// order in which they open.
///
/// # Errors
/// Where it weighs too much, as an octet of the text, and that.
pub(super) fn weigh_json(text: &str, weight: &mut Weight) -> Result<Vec<u32>, (usize, String)> {
    let mut counts: Vec<u32> = Vec::new();
    let mut open: Vec<(usize, usize)> = Vec::new();
    // Behind a bracket, while nothing else has come.
    let mut inside = None;
    for (at, byte) in punctuation(text.as_bytes()) {
        let opened = inside.take();
        if matches!(byte, b'}' | b']') {
            let is_empty = opened.is_some_and(|from| text.as_bytes()[from..at].trim_ascii().is_empty());
            if let Some((index, _)) = open.pop() {
                counts[index] += u32::from(!is_empty);
            }
            continue;
        }
        // A bracket counts for the first of what follows it, a comma for the next.
        let (of, more) = match byte {
            b'{' => (MEMBER, OBJECT),
            b'[' => (ITEM, 0),
            _ => (open.last().map_or(ITEM, |(_, of)| *of), 0),
        };
        weight.add(of + more).map_err(|reason| (at, reason))?;
        if byte != b',' {
            inside = Some(at + 1);
            open.push((counts.len(), of));
            counts.push(0);
        } else if let Some((index, _)) = open.last() {
            counts[*index] += 1;
        }
    }
    Ok(counts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_weighs_too_much_is_told_before_it_is_read() {
        let items = |item: &str, count: usize| format!("[{}]", vec![item; count].join(","));
        let weigh_json = |text: &str| super::weigh_json(text, &mut Weight::default());
        assert_eq!(weigh_json(&items("1", 2_000_000)), Ok(vec![2_000_000]));
        assert!(weigh_json(&items("1", 2_100_000)).is_err());
        assert!(weigh_json(&items("{}", 500_000)).is_err());
        assert!(weigh_json(&format!("{{{}}}", vec!["\"\":1"; 1_600_000].join(","))).is_err());
        assert_eq!(
            weigh_json(&items(r#""[{\",,""#, 600_001)),
            Ok(vec![600_001]),
            "what is in a string counts for nothing"
        );
        assert_eq!(weigh_json(r#"{"a": [ ], "b": [[], {"c": 1} ], "d": "]"}"#), Ok(vec![3, 0, 2, 0, 1]));
    }
}
