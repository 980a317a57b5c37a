//! Texts as parts of file names.

/// What stands for a text of which nothing can be kept.
const UNNAMED: &str = "unnamed";

/// A text as a part of a file name that is good for every file system: letters, digits, `_` and `-` of ASCII, at most
/// `longest` of them.
pub fn slug(text: &str, longest: usize) -> String {
    let mut slug = String::new();
    for c in text.chars() {
        if slug.len() >= longest {
            break;
        }
        if c.is_ascii_alphanumeric() || c == '_' {
            slug.push(c);
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    let slug = slug.trim_end_matches('-');
    if slug.is_empty() { UNNAMED.to_owned() } else { slug.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slug_is_plain() {
        assert_eq!(slug("documented example, as it stands", 100), "documented-example-as-it-stands");
        assert_eq!(slug("documented example", 11), "documented");
        assert_eq!(slug("../../etc/passwd", 100), "etc-passwd");
        assert_eq!(slug("Grüße", 100), "Gr-e");
        assert_eq!(slug("你好", 100), "unnamed");
        assert_eq!(slug(&"a".repeat(500), 100), "a".repeat(100));
    }
}
