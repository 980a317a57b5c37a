use super::*;
use crate::spec::SourceLocation;
use serde_json::json;

fn parameter(place: ParameterLocation, style: Style, explode: bool) -> Parameter {
    Parameter {
        name: "p".to_owned(),
        place,
        required: true,
        style,
        media_type: None,
        explode,
        allow_reserved: false,
        allow_empty: false,
        description: None,
        schema: None,
        examples: Vec::new(),
        location: SourceLocation::default(),
    }
}

#[test]
fn what_separates_items_is_that_of_the_style_in_every_place() {
    use ParameterLocation::{Header, Path, Query};
    let (list, object) = (json!(["a", "b"]), json!({"k": "a", "l": "b"}));
    for (place, style, of_array, of_object) in [
        (Query, Style::Form, "p=a,b", "p=k,a,l,b"),
        (Query, Style::PipeDelimited, "p=a%7Cb", "p=k%7Ca%7Cl%7Cb"),
        (Query, Style::SpaceDelimited, "p=a%20b", "p=k%20a%20l%20b"),
        (Path, Style::Simple, "a,b", "k,a,l,b"),
        (Path, Style::PipeDelimited, "a%7Cb", "k%7Ca%7Cl%7Cb"),
        (Path, Style::SpaceDelimited, "a%20b", "k%20a%20l%20b"),
        (Header, Style::Simple, "a,b", "k,a,l,b"),
        (Header, Style::PipeDelimited, "a|b", "k|a|l|b"),
        (Header, Style::TabDelimited, "a\tb", "k\ta\tl\tb"),
    ] {
        for (value, text) in [(&list, of_array), (&object, of_object)] {
            let sent = match carry(&parameter(place, style, false), value) {
                Some(Carried::Path { encoded, .. }) => encoded,
                Some(Carried::Query(pairs)) => pairs.iter().map(|pair| pair.encoded.as_str()).collect(),
                Some(Carried::Header(_, text) | Carried::Cookie(_, text)) => text,
                None => String::new(),
            };
            assert_eq!(sent, text, "{place} {style:?}");
        }
    }
}

#[test]
fn what_is_carried_is_known_without_its_string() {
    use ParameterLocation::{Cookie, Header, Path, Query};
    let styles = [
        Style::Simple,
        Style::Label,
        Style::Matrix,
        Style::Form,
        Style::SpaceDelimited,
        Style::PipeDelimited,
        Style::TabDelimited,
        Style::DeepObject,
        Style::Content,
    ];
    let values = [
        json!(null),
        json!(""),
        json!("a,b"),
        json!(1.5),
        json!(true),
        json!([]),
        json!([null]),
        json!(["a", 1.5]),
        json!(["a,b|c d\te=[]"]),
        json!([["a"], {"b": 1}]),
        json!({}),
        json!({"a": null}),
        json!({"a": []}),
        json!({"a": [], "b": 1}),
        json!({"a": [null]}),
        json!({"a": ["b", 2]}),
        json!({"a=b": 1}),
        json!({"a": {"b": null}}),
    ];
    for (place, style) in [Path, Query, Header, Cookie].into_iter().flat_map(|at| styles.map(|style| (at, style))) {
        for (explode, value) in [false, true].into_iter().flat_map(|explode| values.iter().map(move |v| (explode, v))) {
            let parameter = parameter(place, style, explode);
            let is_carried = is_carried(&parameter, value);
            assert_eq!(is_carried, carry(&parameter, value).is_some(), "{place} {style:?} {explode} {value}");
        }
    }
}

#[test]
fn a_number_is_written_without_an_exponent() {
    for (number, text) in [
        (json!(1e-7), "0.0000001"),
        (json!(-2.5e-9), "-0.0000000025"),
        (json!(1e21), "1000000000000000000000"),
        (json!(1.5), "1.5"),
        (json!(12), "12"),
    ] {
        assert_eq!(scalar(&number).as_deref(), Some(text));
        assert_eq!(text.parse().ok(), number.as_f64());
    }
}

#[test]
fn what_openapi_leaves_open_is_undefined() {
    use ParameterLocation::{Cookie, Query};
    let deep = parameter(Query, Style::DeepObject, true);
    assert!(!is_undefined(&deep, &json!({"a": 1, "b": "c"})));
    for value in [json!({"a": [1]}), json!({"a": {"b": 1}}), json!(["a"])] {
        assert!(is_undefined(&deep, &value), "{value}");
    }
    let (list, object) = (json!(["a"]), json!({"a": 1}));
    for explode in [false, true] {
        let cookie = parameter(Cookie, Style::Form, explode);
        assert!(is_undefined(&cookie, &list) && is_undefined(&cookie, &object) && !is_undefined(&cookie, &json!("a")));
        let form = parameter(Query, Style::Form, explode);
        assert!(!is_undefined(&form, &list) && !is_undefined(&form, &object));
        assert_eq!(is_undefined(&parameter(Query, Style::PipeDelimited, explode), &list), explode);
    }
}

#[test]
fn a_value_with_a_media_type_is_written_as_that() {
    let text = |media_type: &str, value: &Value| {
        let media_type = Some(media_type.to_owned());
        let parameter = Parameter { media_type, ..parameter(ParameterLocation::Header, Style::Content, false) };
        match carry(&parameter, value) {
            Some(Carried::Header(_, text)) => Some(text),
            _ => None,
        }
    };
    assert_eq!(text("application/json", &json!("a")).as_deref(), Some("\"a\""));
    assert_eq!(text("application/problem+json", &json!([1])).as_deref(), Some("[1]"));
    assert_eq!(text("text/plain", &json!("a")).as_deref(), Some("a"));
    assert_eq!(text("text/plain", &json!(1.5)).as_deref(), Some("1.5"));
    for (media_type, value) in
        [("text/plain", json!(["a"])), ("application/xml", json!("a")), ("image/png", json!("a"))]
    {
        assert_eq!(text(media_type, &value), None, "{media_type}");
    }
}
