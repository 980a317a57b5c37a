//! `Accept`: what a client takes (RFC 9110, section 12.5.1).

use super::expected_types;
use crate::contract::{MediaRange, MediaType, PayloadKind, Schemas, Types};

/// How welcome a media type is, from 0 (not at all) to 1000, by the most specific range of a field value that covers it;
/// parameters of media types do not matter. `None` where no range covers it. A weight that is none counts as 1.
pub(crate) fn weight(accept: &str, media_type: &str) -> Option<u16> {
    let media_type = MediaRange::parse(media_type);
    let ranges = accept.split(',').map(MediaRange::parse).filter(|range| range.covers(&media_type));
    let specificity = |range: &MediaRange| match range.essence() {
        "*/*" => 0,
        essence if essence.ends_with("/*") => 1,
        _ => 2,
    };
    let closest = ranges.max_by_key(specificity)?;
    let weight = closest.parameter("q").and_then(|weight| weight.parse::<f32>().ok());
    Some(weight.map_or(1000, |weight| (weight.clamp(0.0, 1.0) * 1000.0) as u16))
}

/// Whether a media type may be sent to who takes this.
pub(crate) fn takes(accept: &str, media_type: &str) -> bool {
    weight(accept, media_type).is_some_and(|weight| weight > 0)
}

/// Whether a document surely means that a response can be of a media type. Frameworks list types by themselves: JSON of
/// which nothing is said, text for what is an object.
pub(crate) fn is_meant(schemas: &Schemas, media: &MediaType) -> bool {
    let Some(schema) = media.schema else { return media.kind() != PayloadKind::Json };
    match media.kind() {
        PayloadKind::Json => !schemas.get(schema).is_bare() || schemas.get(schema).types.is_some(),
        PayloadKind::Text => {
            let types = expected_types(schemas, schema);
            types == Types::ANY || !types.intersects(Types::OBJECT.or(Types::ARRAY))
        }
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_specific_range_counts() {
        let accept = "text/*;q=0.3, text/csv, application/json;q=0, */*;q=0.5";
        let weights = ["text/csv; charset=utf-8", "text/plain", "application/json", "image/png"];
        assert_eq!(weights.map(|name| weight(accept, name)), [Some(1000), Some(300), Some(0), Some(500)]);
        assert!(takes(accept, "image/png") && !takes(accept, "application/json"));
        assert_eq!(weight("text/csv", "text/plain"), None);
        assert_eq!(weight("text/csv;q=high", "text/csv"), Some(1000));
    }
}
