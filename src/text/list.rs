//! Lists within a sentence.

/// `a`, `a or b`, `a, b or c`; empty for nothing.
pub fn one_of<S: AsRef<str>>(names: impl IntoIterator<Item = S>) -> String {
    let names: Vec<S> = names.into_iter().collect();
    let mut list = String::new();
    for (index, name) in names.iter().enumerate() {
        list.push_str(match index {
            0 => "",
            _ if index + 1 == names.len() => " or ",
            _ => ", ",
        });
        list.push_str(name.as_ref());
    }
    list
}

/// `a, b, c`, and how many more there are than `most`.
pub fn first(mut names: Vec<String>, most: usize) -> String {
    let more = names.len().saturating_sub(most);
    names.truncate(most);
    let list = names.join(", ");
    if more == 0 { list } else { format!("{list} and {more} more") }
}

/// Each name as code: `` `a` ``.
pub fn code<S: AsRef<str>>(names: impl IntoIterator<Item = S>) -> Vec<String> {
    names.into_iter().map(|name| format!("`{}`", name.as_ref())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_of_several_is_set_apart() {
        assert_eq!(one_of([""; 0]), "");
        assert_eq!(one_of(["a"]), "a");
        assert_eq!(one_of(["a", "b"]), "a or b");
        assert_eq!(one_of(code(["a", "b", "c"])), "`a`, `b` or `c`");
    }

    #[test]
    fn the_first_of_many_are_named_and_the_others_counted() {
        assert_eq!(first(code(["a", "b"]), 2), "`a`, `b`");
        assert_eq!(first(code(["a", "b", "c", "d"]), 2), "`a`, `b` and 2 more");
    }
}
