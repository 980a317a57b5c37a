//! What a person may have meant by a name that is not there.

use super::list;

/// More names than these are not listed.
const MOST_NAMES: usize = 20;

/// The known name that is so like `wanted` that it is a slip of the pen: within one change (a letter more, less, wrong
/// or swapped with the next) and one more for every four of its letters, three at most, with at least one letter right; upper and lower
/// case are alike.
pub fn nearest<'a>(wanted: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = wanted.to_lowercase();
    let distance = |name: &str| strsim::damerau_levenshtein(&wanted, &name.to_lowercase());
    let near = known.into_iter().map(|name| (distance(name), name)).min_by_key(|(distance, _)| *distance);
    let is_near = |distance: usize, length: usize| distance < length && distance <= (1 + length / 4).min(3);
    near.filter(|(distance, name)| is_near(*distance, name.chars().count())).map(|(_, name)| name)
}

/// ``did you mean `a`?``, or the names that there are and `otherwise`, what else to do, if that is not empty.
pub fn suggest<'a>(wanted: &str, known: impl IntoIterator<Item = &'a str>, otherwise: &str) -> String {
    let known: Vec<&str> = known.into_iter().collect();
    if let Some(name) = nearest(wanted, known.iter().copied()) {
        return format!("did you mean `{name}`?");
    }
    let named = || list::code(known.iter().take(MOST_NAMES)).join(", ");
    let mut help = match known.len() {
        0 => "there is none".to_owned(),
        1 => format!("there is {}", named()),
        2..=MOST_NAMES => format!("there are {}", named()),
        count => format!("there are {}, and {} more", named(), count - MOST_NAMES),
    };
    if !otherwise.is_empty() {
        help.push_str("; ");
        help.push_str(otherwise);
    }
    help
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_is_suggested_or_else_all_of_them() {
        let known = ["name", "status"];
        assert_eq!(suggest("statsu", known, ""), "did you mean `status`?");
        assert_eq!(suggest("STATUS", known, ""), "did you mean `status`?");
        assert_eq!(suggest("zzz", known, ""), "there are `name`, `status`");
        assert_eq!(suggest("zzz", ["name"], "or remove it"), "there is `name`; or remove it");
        assert_eq!(suggest("zzz", [], "or remove it"), "there is none; or remove it");
        let many: Vec<String> = (10..40).map(|number| format!("operation{number}")).collect();
        assert!(suggest("zzz", many.iter().map(String::as_str), "").ends_with("`operation29`, and 10 more"));
    }

    #[test]
    fn what_is_far_off_is_not_suggested() {
        assert_eq!(nearest("listPets", ["addPet", "listPet"]), Some("listPet"));
        assert_eq!(nearest("addPet", ["listPets"]), None);
        assert_eq!(nearest("x", ["ada", "y"]), None);
        assert_eq!(nearest("acme", ["ada", "asapp", "telnyx"]), None);
    }
}
