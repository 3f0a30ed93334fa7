//! The description of the API: what each route takes and answers, and the OpenAPI 3.1 document made of it. Clause N4.7.
//!
//! Our own few types instead of derives: a description is a constant beside its route, and tests hold answers against it.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::web::Entry;

/// What a value is.
#[derive(Clone, Copy, Debug)]
pub enum Shape {
    Text,
    /// One of these words.
    Word(&'static [&'static str]),
    Integer,
    Flag,
    /// An instant by RFC 3339, in UTC.
    Time,
    Texts,
    Object(&'static Schema),
}

/// A field of an object.
#[derive(Clone, Copy, Debug)]
pub struct Property {
    pub name: &'static str,
    pub about: &'static str,
    pub shape: Shape,
    /// Whether it may be `null`.
    pub nullable: bool,
}

impl Property {
    /// A field that is always there.
    pub const fn new(name: &'static str, shape: Shape, about: &'static str) -> Property {
        Property { name, about, shape, nullable: false }
    }

    /// A field that may be `null`.
    pub const fn maybe(name: &'static str, shape: Shape, about: &'static str) -> Property {
        Property { name, about, shape, nullable: true }
    }
}

/// An object.
#[derive(Debug)]
pub struct Schema {
    pub name: &'static str,
    pub properties: &'static [Property],
}

/// A parameter of the query.
#[derive(Clone, Copy, Debug)]
pub struct Param {
    pub name: &'static str,
    pub about: &'static str,
}

/// One route.
#[derive(Debug)]
pub struct Spec {
    pub summary: &'static str,
    pub tag: &'static str,
    pub query: &'static [Param],
    /// What is sent, if anything; all its fields may be left out.
    pub body: Option<&'static Schema>,
    /// What comes back: the object, or the object of each row.
    pub answer: Option<&'static Schema>,
    /// Whether a page of rows comes back.
    pub lists: bool,
    /// The status of success.
    pub status: u16,
}

impl Shape {
    fn json(self) -> Value {
        match self {
            Shape::Text => json!({ "type": "string" }),
            Shape::Word(words) => json!({ "type": "string", "enum": words }),
            Shape::Integer => json!({ "type": "integer" }),
            Shape::Flag => json!({ "type": "boolean" }),
            Shape::Time => json!({ "type": "string", "format": "date-time" }),
            Shape::Texts => json!({ "type": "array", "items": { "type": "string" } }),
            Shape::Object(schema) => reference(schema.name),
        }
    }

    /// Whether a value is of this shape; otherwise where it is not.
    fn check(self, value: &Value, place: &str) -> Result<(), String> {
        let fits = match self {
            Shape::Text => value.is_string(),
            Shape::Word(words) => value.as_str().is_some_and(|word| words.contains(&word)),
            Shape::Integer => value.is_i64() || value.is_u64(),
            Shape::Flag => value.is_boolean(),
            Shape::Time => value.as_str().is_some_and(|at| chrono::DateTime::parse_from_rfc3339(at).is_ok()),
            Shape::Texts => value.as_array().is_some_and(|all| all.iter().all(Value::is_string)),
            Shape::Object(schema) => return schema.check(value, place),
        };
        if fits { Ok(()) } else { Err(format!("{place}: {value} is no {self:?}")) }
    }
}

impl Schema {
    fn json(&self, all_required: bool) -> Value {
        let mut properties = serde_json::Map::new();
        for property in self.properties {
            let mut shape = property.shape.json();
            if property.nullable {
                shape = match shape.get("type").cloned() {
                    Some(kind) => {
                        shape["type"] = json!([kind, "null"]);
                        shape
                    }
                    None => json!({ "anyOf": [shape, { "type": "null" }] }),
                };
            }
            shape["description"] = property.about.into();
            properties.insert(property.name.to_owned(), shape);
        }
        let mut out = json!({ "type": "object", "properties": properties, "additionalProperties": false });
        if all_required {
            out["required"] = self.properties.iter().map(|property| property.name).collect();
        }
        out
    }

    /// Whether a value has just these fields in these shapes; otherwise what is wrong where.
    pub fn check(&self, value: &Value, place: &str) -> Result<(), String> {
        let Some(object) = value.as_object() else { return Err(format!("{place}: no object: {value}")) };
        for property in self.properties {
            let place = format!("{place}.{}", property.name);
            match object.get(property.name) {
                None => return Err(format!("{place}: missing")),
                Some(Value::Null) if property.nullable => {}
                Some(value) => property.shape.check(value, &place)?,
            }
        }
        let known = |name: &String| self.properties.iter().any(|property| property.name == name);
        match object.keys().find(|name| !known(name)) {
            Some(name) => Err(format!("{place}.{name}: not described")),
            None => Ok(()),
        }
    }
}

impl Spec {
    /// What the routes of one subject share: each takes its own fields beside these.
    pub const fn of(tag: &'static str, answer: &'static Schema) -> Spec {
        Spec { summary: "", tag, query: &[], body: None, answer: Some(answer), lists: false, status: 200 }
    }

    /// Whether an answer is what this describes.
    pub fn check(&self, value: &Value) -> Result<(), String> {
        let Some(schema) = self.answer else { return Ok(()) };
        if !self.lists {
            return schema.check(value, schema.name);
        }
        for name in ["page", "rows", "total"] {
            Shape::Integer.check(&value[name], name)?;
        }
        let Some(items) = value["items"].as_array() else { return Err("items: missing".to_owned()) };
        items.iter().try_for_each(|item| schema.check(item, schema.name))
    }

    fn answer(&self) -> Value {
        let Some(schema) = self.answer else { return json!({ "type": "object" }) };
        if !self.lists {
            return reference(schema.name);
        }
        let integer = json!({ "type": "integer" });
        json!({ "type": "object", "required": ["items", "page", "rows", "total"], "properties": {
            "items": { "type": "array", "items": reference(schema.name) },
            "page": integer, "rows": integer, "total": integer,
        } })
    }
}

fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

/// The OpenAPI 3.1 document of a route table.
pub fn document(table: &[Entry]) -> Value {
    let mut paths: BTreeMap<&str, serde_json::Map<String, Value>> = BTreeMap::new();
    let mut schemas = serde_json::Map::new();
    for entry in table {
        let Some(spec) = entry.spec else { continue };
        for (schema, required) in [(spec.answer, true), (spec.body, false)] {
            if let Some(schema) = schema {
                schemas.insert(schema.name.to_owned(), schema.json(required));
            }
        }
        let operation = operation(entry, spec);
        paths.entry(entry.path).or_default().insert(entry.method.as_str().to_lowercase(), operation);
    }
    let error = json!({ "type": "object", "required": ["error"], "properties": { "error": {
        "type": "object", "required": ["code", "message"], "properties": {
            "code": { "type": "string", "description": "固定不变的代码，程序以此判断" },
            "message": { "type": "string", "description": "给人看的说明" },
            "fields": { "type": "object", "additionalProperties": { "type": "string" }, "description": "逐个字段的错误" },
        } } } });
    schemas.insert("Error".to_owned(), error);
    json!({
        "openapi": "3.1.0",
        "info": { "title": "巡网 API", "version": "1", "description": "与页面同样的查询和操作，同样的权限和管辖范围。" },
        "security": [{ "token": [] }],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": { "token": { "type": "http", "scheme": "bearer", "description": "在“我的账号—API 令牌”中创建" } },
        },
    })
}

fn operation(entry: &Entry, spec: &Spec) -> Value {
    let mut parameters = Vec::new();
    for part in entry.path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}')) {
        parameters
            .push(json!({ "name": part, "in": "path", "required": true, "schema": { "type": "integer" } }));
    }
    for param in spec.query {
        parameters.push(json!({
            "name": param.name, "in": "query", "description": param.about, "schema": { "type": "string" },
        }));
    }
    if spec.lists {
        let rows = platform::web::pager::CHOICES;
        parameters.push(json!({ "name": "page", "in": "query", "description": "第几页，从 1 起", "schema": { "type": "integer", "minimum": 1 } }));
        parameters.push(json!({ "name": "rows", "in": "query", "description": "每页多少行", "schema": { "type": "integer", "enum": rows } }));
    }
    let failure = |words: &str| json!({ "description": words, "content": { "application/json": { "schema": reference("Error") } } });
    let mut responses = serde_json::Map::new();
    responses.insert(
        spec.status.to_string(),
        json!({ "description": spec.summary, "content": { "application/json": { "schema": spec.answer() } } }),
    );
    for (status, words) in [
        ("401", "没有令牌或令牌无效"),
        ("403", "没有权限"),
        ("404", "没有，或不在管辖范围内"),
        ("422", "内容有误"),
        ("429", "请求太频繁"),
    ] {
        responses.insert(status.to_owned(), failure(words));
    }
    let id: String =
        entry.path.trim_start_matches("/api/v1/").replace(['/', '.'], "_").replace(['{', '}'], "");
    let mut out = json!({
        "summary": spec.summary, "tags": [spec.tag], "parameters": parameters, "responses": responses,
        "operationId": format!("{}_{id}", entry.method.as_str().to_lowercase()),
    });
    if let Some(body) = spec.body {
        out["requestBody"] = json!({ "required": true, "content": { "application/json": { "schema": reference(body.name) } } });
    }
    out
}
