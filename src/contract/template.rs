//! Path templates: text with variables in braces (OpenAPI 3.1, section 4.8.8.1).

/// A part of a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TemplatePart<'t> {
    /// Fixed text.
    Literal(&'t str),
    /// A variable, by its name.
    Variable(&'t str),
}

/// The parts of a path template, or of a segment of one. A brace that is never closed is text.
pub(crate) fn template_parts(template: &str) -> impl Iterator<Item = TemplatePart<'_>> {
    let (mut rest, mut next) = (template, None);
    std::iter::from_fn(move || {
        if let Some(variable) = next.take() {
            return Some(TemplatePart::Variable(variable));
        }
        if rest.is_empty() {
            return None;
        }
        let found = rest.split_once('{').and_then(|(before, after)| Some((before, after.split_once('}')?)));
        let Some((before, (variable, after))) = found else {
            return Some(TemplatePart::Literal(std::mem::take(&mut rest)));
        };
        rest = after;
        if before.is_empty() {
            return Some(TemplatePart::Variable(variable));
        }
        next = Some(variable);
        Some(TemplatePart::Literal(before))
    })
}

/// The names of a template's variables, in order.
pub(crate) fn template_variables(template: &str) -> impl Iterator<Item = &str> {
    template_parts(template).filter_map(|part| match part {
        TemplatePart::Variable(name) => Some(name),
        TemplatePart::Literal(_) => None,
    })
}

/// A template without the names of its variables: two of one shape match the same paths.
pub(crate) fn template_shape(template: &str) -> String {
    template_parts(template).fold(String::new(), |shape, part| match part {
        TemplatePart::Literal(text) => shape + text,
        TemplatePart::Variable(_) => shape + "{}",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_are_told_from_text() {
        for (template, names, shape) in [
            ("/a/{id}/b", vec!["id"], "/a/{}/b"),
            ("/{a}{b}.{c}", vec!["a", "b", "c"], "/{}{}.{}"),
            ("/a/b", vec![], "/a/b"),
            ("/a/{id", vec![], "/a/{id"),
            ("/{a}/{a}", vec!["a", "a"], "/{}/{}"),
            ("", vec![], ""),
        ] {
            assert_eq!(template_variables(template).collect::<Vec<_>>(), names, "{template}");
            assert_eq!(template_shape(template), shape, "{template}");
        }
    }
}
