//! Laws of conditions: reading never fails badly, writing is reading's
//! inverse, and the fast answer is the explained one.
#![allow(clippy::unwrap_used)] // a test may stop at the first surprise

mod common;

use common::{condition, mail};
use inboxlink_replies::{Condition, Test, compile};
use proptest::{collection, prelude::*};
use serde_json::{Map, Value};

/// Words of the format, so that chance makes more than noise.
fn word() -> impl Strategy<Value = String> {
    let words = [
        "operator",
        "conditions",
        "AND",
        "OR",
        "NOT",
        "version",
        "id",
        "from",
        "to",
        "cc",
        "subject",
        "body",
        "hasAttachment",
        "header",
        "class",
        "sender",
        "repliedTo",
        "reply",
        "direction",
        "keywordGroup",
        "nthReply",
        "notRepliedWithin",
        "domain",
        "thread",
        "inbox",
        "owner",
        "businessHours",
        "timeZone",
        "from",
        "until",
        "09:00",
        "UTC",
        "P3D",
        "words",
        "in",
        "atLeast",
        "human",
        "inbound",
        "recipient",
        "@x.example",
        "a@x.example",
        "price",
        "*",
        "",
    ];
    prop_oneof![
        8 => proptest::sample::select(words.to_vec()).prop_map(str::to_owned),
        1 => any::<String>(),
    ]
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        (0..3u64).prop_map(Value::from),
        word().prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 64, 6, |inner| {
        prop_oneof![
            collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            collection::vec((word(), inner.clone()), 0..4)
                .prop_map(|fields| Value::Object(fields.into_iter().collect::<Map<_, _>>())),
            (word(), collection::vec(inner, 0..4)).prop_map(|(operator, conditions)| {
                serde_json::json!({"operator": operator, "conditions": conditions})
            }),
        ]
    })
}

proptest! {
    #[test]
    fn any_json_is_a_condition_or_an_error_in_one_sentence(value in any_json()) {
        let read = Condition::from_value(&value);
        if let Err(error) = read.and_then(|condition| compile(&condition)) {
            let sentence = error.to_string();
            prop_assert!(!sentence.contains('\n') && sentence.len() < 2000);
        }
    }

    #[test]
    fn what_is_written_is_read_the_same(condition in condition()) {
        let written = serde_json::to_string(&condition).unwrap();
        let read = Condition::parse(&written).unwrap();
        prop_assert_eq!(&read, &condition);
        prop_assert_eq!(serde_json::to_string(&read).unwrap(), written);
    }

    /// The answer without explanation, the explained one, and the double
    /// negation's agree; and the trace has a line for each node.
    #[test]
    fn one_answer(condition in condition(), mail in mail()) {
        let facts = mail.facts();
        let compiled = compile(&condition).unwrap();
        let evaluation = compiled.evaluate(&facts);
        prop_assert_eq!(compiled.matches(&facts), evaluation.matched);
        prop_assert_eq!(evaluation.evidence.is_empty(), !evaluation.matched);
        prop_assert_eq!(evaluation.trace.len(), nodes(&condition));
        prop_assert_eq!(evaluation.trace.first().map(|t| t.matched), Some(evaluation.matched));
        if compiled.waits().is_empty() {
            let not = |c: Condition| Condition::from(Test::Not(vec![c]));
            let twice = compile(&not(not(condition))).unwrap();
            prop_assert_eq!(twice.matches(&facts), evaluation.matched);
        }
    }
}

fn nodes(condition: &Condition) -> usize {
    match &condition.test {
        Test::And(children) | Test::Or(children) | Test::Not(children) => {
            1 + children.iter().map(nodes).sum::<usize>()
        }
        _ => 1,
    }
}
