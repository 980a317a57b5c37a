//! The document of the server of wares.

use serde_json::{Value, json};

/// What a client sets of a ware.
pub fn new_ware() -> Value {
    let text = json!({"type": "string", "minLength": 1, "maxLength": 40});
    json!({
        "type": "object",
        "additionalProperties": false,
        "required": ["name", "origin", "price", "supplier", "status", "made_on"],
        "properties": {
            "name": text,
            "note": {"type": "string", "maxLength": 80},
            "origin": {
                "type": "object",
                "additionalProperties": false,
                "required": ["city", "country"],
                "properties": {"city": text, "country": {"type": "string", "pattern": "^[A-Z]{2}$"}},
            },
            "price": {
                "type": "object",
                "additionalProperties": false,
                "required": ["amount"],
                "properties": {"amount": {"type": "integer", "minimum": 0, "maximum": 100_000}},
            },
            "supplier": {
                "type": "object",
                "additionalProperties": false,
                "required": ["id"],
                "properties": {"id": {"type": "integer", "minimum": 1, "maximum": 1000}},
            },
            "tags": {"type": "array", "maxItems": 4, "items": {"type": "string", "pattern": "^[a-z]{1,10}$"}},
            "status": {"type": "string", "enum": ["draft", "active", "retired"]},
            "made_on": {"type": "string", "format": "date", "description": "When it was made."},
            "checked_on": {"type": ["string", "null"], "format": "date", "description": "When it was looked at."},
        },
    })
}

/// What is shown of one.
fn ware() -> Value {
    let mut ware = new_ware();
    ware["additionalProperties"] = json!(true);
    ware["required"] = json!(["id", "created_at", "name"]);
    ware["properties"]["id"] = json!({"type": "integer"});
    ware["properties"]["created_at"] = json!({"type": "string", "format": "date-time", "readOnly": true});
    ware
}

/// The query parameters of the list, with their schemas and what is said of them.
pub fn parameters() -> Vec<(&'static str, Value, &'static str)> {
    let text = json!({"type": "string", "minLength": 1, "maxLength": 40});
    let price = json!({"type": "integer", "minimum": 0, "maximum": 100_000});
    let day = json!({"type": "string", "format": "date"});
    let statuses =
        json!({"type": "array", "minItems": 1, "items": {"type": "string", "enum": ["draft", "active", "retired"]}});
    vec![
        ("limit", json!({"type": "integer", "minimum": 1, "maximum": 100}), "How many wares a page has at most."),
        ("offset", json!({"type": "integer", "minimum": 0, "maximum": 10_000}), "How many wares are skipped."),
        ("origin.city", text.clone(), "Only wares from this city."),
        ("country", json!({"type": "string", "pattern": "^[A-Z]{2}$"}), "Only wares from this country."),
        ("statuses", statuses, "Only wares with one of these statuses."),
        ("tag", json!({"type": "string", "pattern": "^[a-z]{1,10}$"}), "Only wares with this tag."),
        ("supplierId", json!({"type": "integer", "minimum": 1, "maximum": 1000}), "Only wares of this supplier."),
        ("min_price", price.clone(), "Wares that cost at least this amount."),
        ("max_price", price, "Wares that cost at most this amount."),
        ("q", text, "Only wares whose name or note contains this text, in any case."),
        ("made_from", day.clone(), "Only wares that were made on this day or after it."),
        ("made_before", day.clone(), "Only wares that were made before this day."),
        ("checked_before", day, "Only wares that were checked before this day."),
        (
            "sort",
            json!({"type": "string", "pattern": "^-?(price|made_on|name)$"}),
            "`price`, `made_on` or `name`, with a `-` before it for the largest first. Names are compared without regard \
             to case.",
        ),
    ]
}

/// The document; what it says of the list can be another.
pub fn document(of_list: &str) -> Value {
    let content = |schema: Value| json!({"application/json": {"schema": schema}});
    let one = json!({"description": "a ware", "content": content(json!({"$ref": "#/components/schemas/Ware"}))});
    let no = json!({"description": "no"});
    let parameters: Vec<Value> = parameters()
        .into_iter()
        .map(|(name, schema, said)| json!({"name": name, "in": "query", "schema": schema, "description": said}))
        .collect();
    let page = json!({
        "type": "object",
        "required": ["items", "total", "has_more"],
        "properties": {
            "items": {"type": "array", "items": {"$ref": "#/components/schemas/Ware"}},
            "total": {"type": "integer", "description": "How many wares there are on all pages."},
            "has_more": {"type": "boolean", "description": "Whether there are wares after this page."},
        },
    });
    json!({
        "openapi": "3.1.0",
        "info": {"title": "Wares", "version": "1"},
        "paths": {
            "/wares": {
                "get": {
                    "operationId": "listWares",
                    "description": of_list,
                    "parameters": parameters,
                    "responses": {"200": {"description": "a page", "content": content(page)}, "400": no},
                },
                "post": {
                    "operationId": "addWare",
                    "requestBody": {"required": true, "content": content(json!({"$ref": "#/components/schemas/NewWare"}))},
                    "responses": {"201": one, "400": no, "415": no},
                },
            },
            "/wares/{wareId}": {
                "parameters": [{"name": "wareId", "in": "path", "required": true, "schema": {"type": "integer", "minimum": 1}}],
                "get": {"operationId": "getWare", "responses": {"200": one, "400": no, "404": no}},
                "delete": {"operationId": "dropWare", "responses": {"204": no, "400": no, "404": no}},
            },
        },
        "components": {"schemas": {"NewWare": new_ware(), "Ware": ware()}},
    })
}
