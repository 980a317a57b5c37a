//! Places that are not looked at.

use super::{Change, Flaw, Lax, Site};
use crate::contract::{ParameterLocation, PayloadKind, Style};

/// References: headers and cookies, connexion#997, pb33f/libopenapi-validator#183, wso2/product-apim#9011; paths,
/// ahx/openapi_first#13; objects in parameters, kogosoftwarellc/open-api#854; below the top, express-openapi-validator#642;
/// items behind the first, express-validator#477 and azolee/validator#1.
pub(super) const ALL: &[Lax] = &[
    Lax {
        sentence: "path parameters are not checked",
        change: Change::Overlooks(
            |site| is_in(site, ParameterLocation::Path),
            |flaw| sent_in(flaw, ParameterLocation::Path),
        ),
    },
    Lax {
        sentence: "header parameters are not checked",
        change: Change::Overlooks(
            |site| is_in(site, ParameterLocation::Header),
            |flaw| sent_in(flaw, ParameterLocation::Header),
        ),
    },
    Lax {
        sentence: "cookie parameters are not checked",
        change: Change::Overlooks(
            |site| is_in(site, ParameterLocation::Cookie),
            |flaw| sent_in(flaw, ParameterLocation::Cookie),
        ),
    },
    Lax {
        sentence: "query parameters are only checked for presence",
        change: Change::Overlooks(
            |site| is_in(site, ParameterLocation::Query),
            |flaw| sent_in(flaw, ParameterLocation::Query) && flaw.root.is_some(),
        ),
    },
    Lax {
        sentence: "required parameters may be missing",
        change: Change::Overlooks(
            |site| site.parameter.is_some_and(|p| p.required && p.place != ParameterLocation::Path),
            |flaw| flaw.parameter.is_some() && flaw.root.is_none(),
        ),
    },
    Lax {
        sentence: "the items of a query parameter are not checked",
        change: Change::Overlooks(
            |site| is_in(site, ParameterLocation::Query) && has_items(site),
            |flaw| sent_in(flaw, ParameterLocation::Query) && flaw.positions().next().is_some(),
        ),
    },
    Lax {
        sentence: "of a repeated query parameter only the first is checked",
        change: Change::Overlooks(
            |site| is_in(site, ParameterLocation::Query) && has_items(site),
            |flaw| sent_in(flaw, ParameterLocation::Query) && flaw.positions().any(|(at, _)| at > 0),
        ),
    },
    Lax {
        sentence: "of a repeated query parameter only the last is checked",
        change: Change::Overlooks(
            |site| is_in(site, ParameterLocation::Query) && has_items(site),
            |flaw| sent_in(flaw, ParameterLocation::Query) && flaw.positions().any(|(at, count)| at + 1 < count),
        ),
    },
    Lax {
        sentence: "the items of a path or header parameter are not checked",
        change: Change::Overlooks(
            |site| (is_in(site, ParameterLocation::Path) || is_in(site, ParameterLocation::Header)) && has_items(site),
            |flaw| {
                (sent_in(flaw, ParameterLocation::Path) || sent_in(flaw, ParameterLocation::Header))
                    && flaw.positions().next().is_some()
            },
        ),
    },
    Lax {
        sentence: "members of a deepObject are not checked",
        change: Change::Overlooks(
            |site| site.parameter.is_some_and(|p| p.style == Style::DeepObject) && has_members(site),
            |flaw| flaw.parameter.is_some_and(|p| p.style == Style::DeepObject) && !flaw.path.is_empty(),
        ),
    },
    Lax {
        sentence: "the JSON in a parameter is not checked",
        change: Change::Overlooks(
            |site| site.parameter.is_some_and(|p| p.style == Style::Content),
            |flaw| flaw.parameter.is_some_and(|p| p.style == Style::Content),
        ),
    },
    Lax {
        sentence: "members of an object in a parameter may be missing",
        change: Change::Overlooks(
            |site| site.parameter.is_some() && !site.schema.required.is_empty(),
            |flaw| flaw.parameter.is_some() && flaw.root.is_some() && flaw.keyword == "required",
        ),
    },
    Lax {
        sentence: "the parts of a multipart body are not checked",
        change: Change::Overlooks(
            |site| is_a(site, PayloadKind::Multipart) && has_members(site),
            |flaw| of_a(flaw, PayloadKind::Multipart) && !flaw.path.is_empty(),
        ),
    },
    Lax {
        sentence: "the parts of a multipart body may be missing",
        change: Change::Overlooks(
            |site| is_a(site, PayloadKind::Multipart) && !site.schema.required.is_empty(),
            |flaw| of_a(flaw, PayloadKind::Multipart) && flaw.keyword == "required",
        ),
    },
    Lax {
        sentence: "what is inside a part of a multipart body is not checked",
        change: Change::Overlooks(
            |site| is_a(site, PayloadKind::Multipart) && !site.is_root && has_members(site),
            |flaw| {
                of_a(flaw, PayloadKind::Multipart)
                    && (flaw.path.len() > 1 || flaw.path.len() == 1 && flaw.keyword == "required")
            },
        ),
    },
    Lax {
        sentence: "the fields of a form are not checked",
        change: Change::Overlooks(
            |site| is_a(site, PayloadKind::Form) && has_members(site),
            |flaw| of_a(flaw, PayloadKind::Form) && !flaw.path.is_empty(),
        ),
    },
    Lax {
        sentence: "repeated fields of a form are not checked",
        change: Change::Overlooks(
            |site| is_a(site, PayloadKind::Form) && has_items(site),
            |flaw| of_a(flaw, PayloadKind::Form) && flaw.positions().next().is_some(),
        ),
    },
    Lax {
        sentence: "unknown fields of a form are taken",
        change: Change::Overlooks(
            |site| {
                (is_a(site, PayloadKind::Form) || is_a(site, PayloadKind::Multipart))
                    && site.schema.additional_properties.is_some()
            },
            |flaw| {
                (of_a(flaw, PayloadKind::Form) || of_a(flaw, PayloadKind::Multipart))
                    && flaw.keyword == "additionalProperties"
            },
        ),
    },
    Lax {
        sentence: "XML is only checked for well-formedness",
        change: Change::Overlooks(|site| is_a(site, PayloadKind::Xml), |flaw| of_a(flaw, PayloadKind::Xml)),
    },
    Lax {
        sentence: "attributes of XML are not checked",
        change: Change::Overlooks(
            |site| is_a(site, PayloadKind::Xml) && is_attribute(site.schema),
            |flaw| of_a(flaw, PayloadKind::Xml) && flaw.schema.is_some_and(is_attribute),
        ),
    },
    Lax {
        sentence: "items of XML are not checked",
        change: Change::Overlooks(
            |site| is_a(site, PayloadKind::Xml) && has_items(site),
            |flaw| of_a(flaw, PayloadKind::Xml) && flaw.positions().next().is_some(),
        ),
    },
    Lax {
        sentence: "only the first item of an array is checked",
        change: Change::Overlooks(
            |site| is_a(site, PayloadKind::Json) && has_items(site),
            |flaw| is_json(flaw) && flaw.positions().any(|(at, _)| at > 0),
        ),
    },
    Lax {
        sentence: "only the last item of an array is checked",
        change: Change::Overlooks(
            |site| is_a(site, PayloadKind::Json) && has_items(site),
            |flaw| is_json(flaw) && flaw.positions().any(|(at, count)| at + 1 < count),
        ),
    },
    Lax {
        sentence: "the first item of an array is not checked",
        change: Change::Overlooks(
            |site| is_a(site, PayloadKind::Json) && has_items(site),
            |flaw| is_json(flaw) && flaw.positions().any(|(at, count)| at == 0 && count > 1),
        ),
    },
    Lax {
        sentence: "only the ends of an array are checked",
        change: Change::Overlooks(
            |site| is_a(site, PayloadKind::Json) && has_items(site) && site.schema.max_items.is_none_or(|n| n > 2),
            |flaw| is_json(flaw) && flaw.positions().any(|(at, count)| at > 0 && at + 1 < count),
        ),
    },
    Lax {
        sentence: "items beyond the tenth are not checked",
        change: Change::Overlooks(
            |site| is_a(site, PayloadKind::Json) && has_items(site) && site.schema.max_items.is_none_or(|n| n > 10),
            |flaw| is_json(flaw) && flaw.positions().any(|(at, _)| at >= 10),
        ),
    },
    Lax {
        sentence: "an array of one item is not checked",
        change: Change::Overlooks(
            |site| is_a(site, PayloadKind::Json) && has_items(site) && site.schema.min_items.is_none_or(|n| n < 2),
            |flaw| is_json(flaw) && flaw.positions().any(|(_, count)| count == 1),
        ),
    },
    Lax {
        sentence: "nested objects are only checked for their type",
        change: Change::Overlooks(
            |site| is_a(site, PayloadKind::Json) && !site.is_root && has_members(site),
            |flaw| is_json(flaw) && deep(flaw, 1),
        ),
    },
    Lax {
        sentence: "nested objects may lack what is required",
        change: Change::Overlooks(
            |site| is_a(site, PayloadKind::Json) && !site.is_root && !site.schema.required.is_empty(),
            |flaw| is_json(flaw) && !flaw.path.is_empty() && flaw.keyword == "required",
        ),
    },
    Lax {
        sentence: "nested objects may have unknown properties",
        change: Change::Overlooks(
            |site| is_a(site, PayloadKind::Json) && !site.is_root && site.schema.additional_properties.is_some(),
            |flaw| is_json(flaw) && !flaw.path.is_empty() && flaw.keyword == "additionalProperties",
        ),
    },
    Lax {
        sentence: "what is below the second level is not checked",
        change: Change::Overlooks(
            |site| is_a(site, PayloadKind::Json) && recurs(site),
            |flaw| is_json(flaw) && levels(flaw) > 2,
        ),
    },
    Lax {
        sentence: "what is below the third level is not checked",
        change: Change::Overlooks(
            |site| is_a(site, PayloadKind::Json) && recurs(site),
            |flaw| is_json(flaw) && levels(flaw) > 3,
        ),
    },
    Lax {
        sentence: "what is behind an optional property is not checked",
        change: Change::Overlooks(
            |site| is_a(site, PayloadKind::Json) && !site.is_root && has_members(site),
            |flaw| {
                is_json(flaw)
                    && deep(flaw, 1)
                    && flaw.root_schema.is_some_and(|root| !root.required.contains(&flaw.path[0]))
            },
        ),
    },
    Lax {
        sentence: "optional properties are not checked",
        change: Change::Overlooks(
            |site| {
                is_a(site, PayloadKind::Json)
                    && site.is_root
                    && site.schema.properties.len() > site.schema.required.len()
            },
            |flaw| {
                is_json(flaw)
                    && flaw.path.len() == 1
                    && flaw.root_schema.is_some_and(|root| {
                        root.properties.contains_key(&flaw.path[0]) && !root.required.contains(&flaw.path[0])
                    })
            },
        ),
    },
    Lax {
        sentence: "the last property is not checked",
        change: Change::Overlooks(
            |site| is_a(site, PayloadKind::Json) && site.is_root && has_members(site),
            |flaw| {
                is_json(flaw)
                    && flaw
                        .root_schema
                        .and_then(|root| root.properties.keys().last())
                        .is_some_and(|last| flaw.path.first() == Some(last))
            },
        ),
    },
];

fn is_in(site: &Site<'_>, place: ParameterLocation) -> bool {
    site.parameter.is_some_and(|parameter| parameter.place == place)
        && !(site.is_root && site.schema.is_bare() && site.schema.types.is_none())
}

fn sent_in(flaw: &Flaw<'_>, place: ParameterLocation) -> bool {
    flaw.parameter.is_some_and(|parameter| parameter.place == place)
}

fn is_a(site: &Site<'_>, kind: PayloadKind) -> bool {
    site.media.is_some_and(|media| media.kind() == kind)
}

fn of_a(flaw: &Flaw<'_>, kind: PayloadKind) -> bool {
    flaw.media.is_some_and(|media| media.kind() == kind)
}

fn is_json(flaw: &Flaw<'_>) -> bool {
    of_a(flaw, PayloadKind::Json)
}

fn has_items(site: &Site<'_>) -> bool {
    site.schema.items.is_some()
}

fn has_members(site: &Site<'_>) -> bool {
    !site.schema.properties.is_empty()
}

fn is_attribute(schema: &crate::contract::Schema) -> bool {
    schema.xml.as_ref().is_some_and(|xml| xml.node == Some(crate::contract::XmlNode::Attribute))
}

/// Whether a flaw is inside a member of the whole value that is not the item of an array.
fn deep(flaw: &Flaw<'_>, depth: usize) -> bool {
    flaw.path.len() > depth
        || flaw.path.len() == depth && matches!(flaw.keyword.as_str(), "required" | "additionalProperties")
}

/// How many objects a flaw is below.
fn levels(flaw: &Flaw<'_>) -> usize {
    flaw.path.iter().filter(|step| step.parse::<usize>().is_err()).count()
}

/// Whether what is inside a value is of a component, which may hold others of its kind.
fn recurs(site: &Site<'_>) -> bool {
    !site.is_root && site.schema.reference.is_some()
}
