//! A command line, as words.

/// The words of a command, as a shell without variables and globs would have them; `None` where a quote is left open, or
/// there is no word.
pub fn words(text: &str) -> Option<Vec<String>> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    let mut characters = text.chars();
    while let Some(c) = characters.next() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (Some('\''), c) => word.get_or_insert_default().push(c),
            (None, '\'' | '"') => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (None | Some(_), '\\') => word.get_or_insert_default().push(characters.next()?),
            (None, c) if c.is_whitespace() => words.extend(word.take()),
            (_, c) => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    (quote.is_none() && !words.is_empty()).then_some(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_split_as_a_shell_splits_it() {
        for (text, split) in [
            ("python3 sign.py", &["python3", "sign.py"][..]),
            ("  sh -c 'a \"b\" c'  ", &["sh", "-c", "a \"b\" c"]),
            ("a\\ b \"c\\\"d\" '' e'f'g", &["a b", "c\"d", "", "efg"]),
        ] {
            assert_eq!(
                words(text).as_deref(),
                Some(&split.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>()[..]),
                "{text}"
            );
        }
        for wrong in ["", "  ", "a 'b", "a \"b", "a \\"] {
            assert_eq!(words(wrong), None, "{wrong}");
        }
    }
}
