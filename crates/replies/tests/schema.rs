//! The JSON Schema and the reader agree.
#![allow(clippy::unwrap_used)] // a test may stop at the first surprise

mod common;

use boon::{Compiler, SchemaIndex, Schemas};
use common::condition;
use inboxlink_replies::{Condition, Rule, RuleSet, compile};
use proptest::prelude::*;
use schemars::{JsonSchema, schema_for};
use serde_json::{Value, json};

struct Schema(Schemas, SchemaIndex);

impl Schema {
    fn of<T: JsonSchema>() -> Self {
        let (mut schemas, mut compiler) = (Schemas::new(), Compiler::new());
        let schema = serde_json::to_value(schema_for!(T)).unwrap();
        compiler.add_resource("schema.json", schema).unwrap();
        let index = compiler.compile("schema.json", &mut schemas).unwrap();
        Self(schemas, index)
    }

    fn takes(&self, value: &Value) -> bool {
        self.0.validate(value, self.1).is_ok()
    }
}

#[test]
fn documents() {
    let schema = Schema::of::<RuleSet>();
    let text = include_str!("../../../examples/data/rules.json");
    assert!(schema.takes(&serde_json::from_str(text).unwrap()));
    assert!(!schema.takes(&json!({ "version": 2, "rules": [] })));
    assert!(!schema.takes(&json!({ "rules": [{ "id": 1 }] })));
    assert!(!schema.takes(&json!({ "rules": [{ "id": 1, "condition": {} }] })));
}

#[test]
fn both_refuse() {
    let schema = Schema::of::<Condition>();
    for value in [
        json!({}),
        json!([]),
        json!({"version": 1}),
        json!({"id": "x"}),
        json!({"id": "/x", "reply": true}),
        json!({"subjct": "x"}),
        json!({"reply": "yes"}),
        json!({"operator": "XOR", "conditions": [{"reply": true}]}),
        json!({"operator": "OR"}),
        json!({"operator": "OR", "conditions": []}),
        json!({"operator": "OR", "conditions": [{"version": 1, "reply": true}]}),
        json!({"operator": "OR", "from": "x", "conditions": [{"reply": true}]}),
        json!({"class": "robot"}),
        json!({"class": []}),
        json!({"header": []}),
        json!({"keywordGroup": {"words": []}}),
        json!({"keywordGroup": {"words": ["x"], "in": "cc"}}),
        json!({"nthReply": 0}),
        json!({"nthReply": "first"}),
        json!({"inbox": "mine"}),
        json!({"notRepliedWithin": 3}),
        json!({"notRepliedWithin": {"period": "P3D"}}),
        json!({"businessHours": {"timeZone": "UTC", "from": "9", "until": "17:00"}}),
        json!({"businessHours": {"timeZone": "UTC", "days": ["monday"], "from": "09:00", "until": "17:00"}}),
    ] {
        let read = Condition::from_value(&value).and_then(|condition| compile(&condition));
        assert!(read.is_err(), "{value}");
        assert!(!schema.takes(&value), "{value}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn what_is_written_is_taken(condition in condition()) {
        let rule = Rule::new(1, "any", &condition).unwrap();
        prop_assert!(Schema::of::<Condition>().takes(&condition.to_value()));
        let set = serde_json::to_value(RuleSet { rules: vec![rule] }).unwrap();
        prop_assert!(Schema::of::<RuleSet>().takes(&set));
    }
}
