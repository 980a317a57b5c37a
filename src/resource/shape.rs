//! Path templates, whatever their variables are called.

/// Whether the one path template is the other, or goes on where it ends.
pub(crate) fn is_at_or_below(path: &str, above: &str) -> bool {
    let (path, above): (Vec<&str>, Vec<&str>) = (segments(path).collect(), segments(above).collect());
    path.len() >= above.len() && path.iter().zip(&above).all(|(one, two)| is_same(one, two))
}

/// Whether both are the same.
pub(crate) fn is_same_shape(one: &str, other: &str) -> bool {
    segments(one).count() == segments(other).count() && is_at_or_below(one, other)
}

/// The values of a template's variables in a path that ends as the template does: what stands before it is where the API is.
pub(crate) fn read_path<'t, 'p>(template: &'t str, path: &'p str) -> Option<Vec<(&'t str, &'p str)>> {
    let (template, path): (Vec<&str>, Vec<&str>) = (segments(template).collect(), segments(path).collect());
    let path = path.get(path.len().checked_sub(template.len())?..)?;
    let fits = |(known, own): (&&str, &&str)| variable(known).is_some() || known == own;
    let is_it = !template.is_empty() && template.iter().zip(path).all(fits);
    is_it.then(|| template.iter().zip(path).filter_map(|(known, own)| Some((variable(known)?, *own))).collect())
}

/// The name of the last fixed segment: what the collection is called, or that an item is of.
pub(crate) fn noun(path: &str) -> Option<&str> {
    segments(path).filter(|segment| !segment.contains('{')).last()
}

/// Whether its last segment is fixed.
pub(crate) fn ends_fixed(path: &str) -> bool {
    segments(path).last().is_some_and(|last| !last.contains('{'))
}

fn is_same(one: &str, two: &str) -> bool {
    one == two || variable(one).is_some() && variable(two).is_some()
}

fn segments(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter(|segment| !segment.is_empty())
}

/// The name of a segment that is a variable and nothing else.
fn variable(segment: &str) -> Option<&str> {
    segment.strip_prefix('{')?.strip_suffix('}').filter(|name| !name.contains(['{', '}']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_read_by_the_template_that_it_ends_like() {
        assert_eq!(read_path("/a/{x}/b/{y}", "http://h/v1/a/1/b/2/"), Some(vec![("x", "1"), ("y", "2")]));
        assert_eq!(read_path("/a/{x}", "/b/1"), None);
        assert_eq!(read_path("/a/{x}/b", "/a/1"), None);
        assert!(is_at_or_below("/a/{x}/b", "/a/{y}") && !is_at_or_below("/a", "/a/{y}"));
        assert!(is_same_shape("/a/{x}", "/a/{y}/") && !is_same_shape("/a/{x}", "/a/all"));
        assert_eq!((noun("/v1/a/{x}"), noun("/a/b"), noun("/{x}")), (Some("a"), Some("b"), None));
    }
}
