//! What a person may have meant by a name that is not there.

/// More names than these are not listed.
const MOST_NAMES: usize = 20;

/// The known name that is so like `wanted` that it is a slip of the pen.
pub(super) fn nearest<'a>(wanted: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let distance = |name: &str| strsim::damerau_levenshtein(&wanted.to_lowercase(), &name.to_lowercase());
    let near = known.into_iter().map(|name| (distance(name), name)).min_by_key(|(distance, _)| *distance);
    near.filter(|(distance, name)| *distance <= 1 + name.chars().count() / 4).map(|(_, name)| name)
}

/// ``did you mean `a`?``, or the names that there are.
pub(super) fn suggest<'a>(wanted: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    let known: Vec<&str> = known.into_iter().collect();
    if let Some(name) = nearest(wanted, known.iter().copied()) {
        return format!("did you mean `{name}`?");
    }
    let mut names: Vec<String> = known.iter().take(MOST_NAMES).map(|name| format!("`{name}`")).collect();
    if known.len() > MOST_NAMES {
        names.push(format!("and {} more", known.len() - MOST_NAMES));
    }
    if names.is_empty() { "there is none".to_owned() } else { format!("there are {}", names.join(", ")) }
}
