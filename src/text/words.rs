//! The words of names in camel case, snake case or with hyphens.

/// The words of a name, in small letters.
pub fn of(name: &str) -> Vec<String> {
    let letters: Vec<char> = name.chars().collect();
    let mut words = vec![String::new()];
    for (index, letter) in letters.iter().enumerate() {
        if begins_word(&letters[..index], *letter, &letters[index + 1..]) {
            words.push(String::new());
        }
        if letter.is_alphanumeric()
            && let Some(word) = words.last_mut()
        {
            word.extend(letter.to_lowercase());
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// A name without case and marks: `petId`, `pet-id` and `PET_ID` are the same.
pub fn plain(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_lowercase()
}

/// An acronym is one word, and so is its plural: `DBFlush` has two words, `IDs` has one.
fn begins_word(before: &[char], letter: char, after: &[char]) -> bool {
    let ends_acronym = || {
        before.last().is_some_and(|last| last.is_uppercase())
            && after.iter().take_while(|l| l.is_lowercase()).count() > 1
    };
    let follows_small = || before.last().is_some_and(|last| last.is_lowercase() || last.is_numeric());
    !letter.is_alphanumeric() || letter.is_uppercase() && (follows_small() || ends_acronym())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_told_by_case_and_by_what_is_no_letter() {
        for (name, words) in [
            ("create_flush", vec!["create", "flush"]),
            ("__flush__", vec!["flush"]),
            ("resetPassword", vec!["reset", "password"]),
            ("DBFlush", vec!["db", "flush"]),
            ("teamIDs", vec!["team", "ids"]),
            ("X-Request-Id", vec!["x", "request", "id"]),
            ("TodoController.updateAll", vec!["todo", "controller", "update", "all"]),
            ("v2Reset", vec!["v2", "reset"]),
            ("flushing", vec!["flushing"]),
            ("", vec![]),
        ] {
            assert_eq!(of(name), words, "{name}");
        }
    }
}
