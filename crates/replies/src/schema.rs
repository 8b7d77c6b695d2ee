//! The form of conditions and rules as JSON Schema (2020-12), for editors and
//! for services in other languages.
//!
//! What the schema refuses, [`compile`](crate::compile) refuses too. The other
//! way round it cannot say all: that ids differ, that a time zone exists.

use std::borrow::Cow;

use inboxlink_model::Class;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Map, Value, json};

use crate::{
    Condition, Place, RuleSet, SenderRelation,
    json::{DIRECTIONS, FILTERS, VERSION},
    limits::{MAX_ATOMS, MAX_NODE_ID_BYTES, MAX_NODES, MAX_TEMPLATE_BYTES, MAX_TEXT_BYTES},
};

impl JsonSchema for Condition {
    fn schema_name() -> Cow<'static, str> {
        "Condition".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        node(generator, true)
    }
}

/// A node below the root: it has no version of its own.
struct Node;

impl JsonSchema for Node {
    fn schema_name() -> Cow<'static, str> {
        "ConditionNode".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        node(generator, false)
    }
}

impl JsonSchema for RuleSet {
    fn schema_name() -> Cow<'static, str> {
        "RuleSet".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let condition = generator.subschema_for::<Condition>();
        let template = json!({ "type": "string", "maxLength": MAX_TEMPLATE_BYTES });
        json_schema!({
            "type": "object",
            "required": ["rules"],
            "additionalProperties": false,
            "properties": {
                "version": version(),
                "rules": { "type": "array", "items": {
                    "type": "object",
                    "required": ["id", "condition"],
                    "additionalProperties": false,
                    "properties": {
                        "id": id(),
                        "name": { "type": "string" },
                        "enabled": { "type": "boolean", "default": true },
                        "condition": condition,
                        "follow_up": {
                            "type": "object",
                            "required": ["text"],
                            "additionalProperties": false,
                            "properties": {
                                "text": template,
                                "subject": template,
                                "html": template,
                                "unsubscribe": template,
                            },
                        },
                    },
                } },
            },
        })
    }
}

fn node(generator: &mut SchemaGenerator, root: bool) -> Schema {
    let child = generator.subschema_for::<Node>();
    let mut common = Map::new();
    common.insert(
        "id".into(),
        json!({ "type": "string", "minLength": 1, "maxLength": MAX_NODE_ID_BYTES, "pattern": "^[^/]" }),
    );
    if root {
        common.insert("version".into(), version());
    }
    let mut operator = common.clone();
    operator.insert("operator".into(), json!({ "enum": ["AND", "OR", "NOT"] }));
    operator.insert(
        "conditions".into(),
        json!({ "type": "array", "items": child, "minItems": 1, "maxItems": MAX_NODES }),
    );
    let mut filters = common;
    filters.extend(FILTERS.map(|name| (name.to_owned(), filter(name))));
    let one_filter = FILTERS.map(|name| json!({ "required": [name] }));
    json_schema!({
        "type": "object",
        "anyOf": [
            {
                "title": "Operator",
                "required": ["operator", "conditions"],
                "additionalProperties": false,
                "properties": operator,
            },
            {
                "title": "Filters, all of which must hold",
                "anyOf": one_filter,
                "additionalProperties": false,
                "properties": filters,
            },
        ],
    })
}

/// A filter's value.
fn filter(name: &str) -> Value {
    let relations = || json!({ "enum": SenderRelation::ALL.map(SenderRelation::as_str) });
    let classes = || json!({ "enum": Class::ALL.map(Class::as_str) });
    let places = || json!({ "enum": Place::ALL.map(Place::as_str) });
    match name {
        "hasAttachment" | "reply" => json!({ "type": "boolean" }),
        "header" => json!({ "type": "array", "items": text(), "minItems": 1, "maxItems": 2 }),
        "class" => one_or_many(classes()),
        "sender" => one_or_many(relations()),
        "repliedTo" | "domain" => one_or_many(text()),
        "thread" | "inbox" | "owner" => one_or_many(id()),
        "direction" => json!({ "enum": DIRECTIONS.map(|(name, _)| name) }),
        "nthReply" => {
            let count = json!({ "type": "integer", "minimum": 1, "maximum": u32::MAX });
            let range = object(
                &[],
                json!({ "atLeast": count, "atMost": { "anyOf": [count, { "type": "null" }] } }),
            );
            json!({ "anyOf": [count, range] })
        }
        "notRepliedWithin" => {
            let period = json!({ "type": "string", "examples": ["P3D", "PT4H"] });
            let zoned = json!({ "period": period, "timeZone": time_zone() });
            json!({ "anyOf": [period, object(&["period", "timeZone"], zoned)] })
        }
        "businessHours" => {
            let time = json!({ "type": "string", "pattern": "^[0-2][0-9]:[0-5][0-9]$" });
            let day = json!({ "enum": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] });
            let days = json!({ "type": "array", "items": day, "minItems": 1 });
            object(
                &["timeZone", "from", "until"],
                json!({ "timeZone": time_zone(), "days": days, "from": time, "until": time }),
            )
        }
        "keywordGroup" => object(
            &["words"],
            json!({
                "words": one_or_many(text()),
                "in": one_or_many(places()),
                "atLeast": { "type": "integer", "minimum": 1, "default": 1 },
            }),
        ),
        // from, to, cc, subject, body.
        _ => text(),
    }
}

fn object(required: &[&str], properties: Value) -> Value {
    json!({
        "type": "object",
        "required": required,
        "additionalProperties": false,
        "properties": properties,
    })
}

fn one_or_many(item: Value) -> Value {
    let list = json!({ "type": "array", "items": item, "minItems": 1, "maxItems": MAX_ATOMS });
    json!({ "anyOf": [item, list] })
}

fn text() -> Value {
    json!({ "type": "string", "minLength": 1, "maxLength": MAX_TEXT_BYTES })
}

fn time_zone() -> Value {
    json!({ "type": "string", "examples": ["Europe/Berlin"] })
}

fn id() -> Value {
    json!({ "anyOf": [
        { "type": "integer", "minimum": 0 },
        { "type": "string", "pattern": "^[0-9a-fA-F-]{32,}$" },
    ] })
}

fn version() -> Value {
    json!({ "const": VERSION })
}
