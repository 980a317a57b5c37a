//! The document of the server of homes, their preferences, and its settings.

use serde_json::{Value, json};

/// The schemas of what is sent and shown.
pub fn schemas() -> Value {
    let text = json!({"type": "string", "minLength": 1, "maxLength": 60});
    let floor = json!({"type": "integer", "minimum": 0, "maximum": 99});
    let place = |required: Value, least: u64| {
        json!({
            "type": "object", "required": required, "minProperties": least, "additionalProperties": false,
            "properties": {"street": text, "city": text, "floor": floor},
        })
    };
    let home = |required: Value, place: &str| {
        json!({
            "type": "object", "required": required, "minProperties": 1, "additionalProperties": false,
            "properties": {"name": text, "place": {"$ref": format!("#/components/schemas/{place}")}},
        })
    };
    let alerts = json!({
        "type": "object", "required": ["mail", "level"], "additionalProperties": false,
        "properties": {"mail": {"type": "boolean"}, "level": {"type": "integer", "minimum": 1, "maximum": 9}},
    });
    let hour = json!({"type": "string", "pattern": "^[012][0-3]:00$"});
    let theme = json!({"type": "string", "enum": ["dark", "light"]});
    let language = json!({"type": "string", "enum": ["de", "en", "fr"]});
    let hours = json!({"type": "object", "required": ["from", "until"], "additionalProperties": false, "properties": {"from": hour, "until": hour}});
    let mut some_alerts = alerts.clone();
    some_alerts["required"] = json!([]);
    let mut shown = home(json!(["id", "name", "place"]), "Place");
    shown["additionalProperties"] = json!(true);
    shown["properties"]["id"] = json!({"type": "integer"});
    let set = |required: Value, properties: Value| json!({"type": "object", "required": required, "additionalProperties": false, "properties": properties});
    json!({
        "Place": place(json!(["street", "city"]), 1),
        "SomePlace": place(json!([]), 1),
        "NewHome": home(json!(["name", "place"]), "Place"),
        "HomeChange": home(json!([]), "SomePlace"),
        "Home": shown,
        "Preferences": set(json!(["theme"]), json!({"theme": theme, "hours": hours, "label": text})),
        "PreferencesChange": set(json!([]), json!({"theme": theme, "hours": hours, "label": text})),
        "Settings": set(json!(["language", "alerts"]), json!({"language": language, "alerts": alerts, "size": floor})),
        "SettingsChange": set(json!([]), json!({"language": language, "alerts": some_alerts, "size": floor})),
    })
}

/// The document.
pub fn document() -> Value {
    let content =
        |media: &str, name: &str| json!({media: {"schema": {"$ref": format!("#/components/schemas/{name}")}}});
    let one = |name: &str| {
        let field = json!({"schema": {"type": "string"}});
        json!({"description": "it", "headers": {"ETag": field, "Last-Modified": field}, "content": content("application/json", name)})
    };
    let body = |name: &str| json!({"required": true, "content": content("application/json", name)});
    let merge = |name: &str| json!({"required": true, "content": content("application/merge-patch+json", name)});
    let field = |name: &str| json!({"name": name, "in": "header", "schema": {"type": "string"}});
    let (no, none) = (json!({"description": "no"}), json!({"description": "none"}));
    let id = json!([{"name": "homeId", "in": "path", "required": true, "schema": {"type": "integer", "minimum": 1}}]);
    json!({
        "openapi": "3.1.0",
        "info": {"title": "Homes", "version": "1"},
        "paths": {
            "/homes": {"post": {
                "operationId": "addHome", "requestBody": body("NewHome"),
                "responses": {"201": one("Home"), "400": no, "415": no},
            }},
            "/homes/{homeId}": {
                "parameters": id,
                "get": {
                    "operationId": "getHome", "parameters": [field("If-None-Match"), field("If-Modified-Since")],
                    "responses": {"200": one("Home"), "304": none, "400": no, "404": none},
                },
                "put": {
                    "operationId": "putHome", "description": "Replaces the home.",
                    "parameters": [field("If-None-Match"), field("If-Unmodified-Since")], "requestBody": body("NewHome"),
                    "responses": {"200": one("Home"), "400": no, "404": none, "412": no, "415": no},
                },
                "patch": {
                    "operationId": "changeHome", "requestBody": body("HomeChange"),
                    "responses": {"200": one("Home"), "400": no, "404": none, "415": no},
                },
                "delete": {"operationId": "dropHome", "responses": {"204": none, "400": no, "404": none}},
            },
            "/homes/{homeId}/preferences": {
                "parameters": id,
                "get": {"operationId": "getPreferences", "responses": {"200": one("Preferences"), "400": no, "404": none}},
                "put": {
                    "operationId": "putPreferences", "description": "Replaces all preferences.", "requestBody": body("Preferences"),
                    "responses": {"200": one("Preferences"), "400": no, "404": none, "415": no},
                },
                "patch": {
                    "operationId": "changePreferences", "requestBody": body("PreferencesChange"),
                    "responses": {"200": one("Preferences"), "400": no, "404": none, "415": no},
                },
            },
            "/settings": {
                "get": {"operationId": "getSettings", "responses": {"200": one("Settings")}},
                "put": {
                    "operationId": "putSettings", "requestBody": body("Settings"),
                    "responses": {"200": one("Settings"), "400": no, "415": no},
                },
                "patch": {
                    "operationId": "changeSettings", "requestBody": merge("SettingsChange"),
                    "responses": {"200": one("Settings"), "400": no, "415": no},
                },
            },
        },
        "components": {"schemas": schemas()},
    })
}
