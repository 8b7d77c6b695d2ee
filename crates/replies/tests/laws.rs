//! Laws of conditions: reading never fails badly, writing is reading's
//! inverse, and the fast answer is the explained one.
#![allow(clippy::unwrap_used)] // a test may stop at the first surprise

use inboxlink_message::Message;
use inboxlink_model::{Class, Direction, Identity, Mailbox, MessageId, Verdict};
use inboxlink_replies::{
    Attribution, Condition, Filter, MailFacts, Place, SenderRelation, Strength, Test, Via, compile,
};
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

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("price".to_owned()),
        Just("off*".to_owned()),
        Just("anna@customer.example".to_owned()),
        Just("@customer.example".to_owned()),
        "[a-zé価]{1,6}",
    ]
}

fn filter() -> impl Strategy<Value = Filter> {
    let class = proptest::sample::select(Class::ALL.as_slice());
    let relation = proptest::sample::select(SenderRelation::ALL.as_slice());
    let directions = [Direction::Inbound, Direction::Outbound, Direction::Internal];
    prop_oneof![
        text().prop_map(Filter::From),
        text().prop_map(Filter::To),
        text().prop_map(Filter::Cc),
        text().prop_map(Filter::Subject),
        text().prop_map(Filter::Body),
        any::<bool>().prop_map(Filter::HasAttachment),
        any::<bool>().prop_map(Filter::Reply),
        ("[a-zA-Z-]{1,8}", proptest::option::of(text()))
            .prop_map(|(name, text)| Filter::Header { name, text }),
        collection::btree_set(class, 1..3).prop_map(Filter::Class),
        collection::btree_set(relation, 1..3).prop_map(Filter::Sender),
        collection::vec("[a-z]{1,4}@us", 1..3).prop_map(Filter::RepliedTo),
        proptest::sample::select(directions.to_vec()).prop_map(Filter::Direction),
        collection::vec(text(), 1..4).prop_map(|words| Filter::KeywordGroup {
            at_least: words.len().div_ceil(2),
            words,
            within: Place::ALL.into(),
        }),
    ]
}

fn condition() -> impl Strategy<Value = Condition> {
    let leaf = filter().prop_map(Condition::from);
    leaf.prop_recursive(4, 40, 4, |inner| {
        let children = collection::vec(inner, 1..4);
        (0..3, children).prop_map(|(operator, children)| {
            let test = match operator {
                0 => Test::And(children),
                1 => Test::Or(children),
                _ => Test::Not(children),
            };
            Condition::from(test)
        })
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
    fn one_answer(
        condition in condition(),
        body in "(price |offer |x ){0,4}",
        class in proptest::sample::select(Class::ALL.as_slice()),
        relation in proptest::sample::select(SenderRelation::ALL.as_slice()),
        replies: bool,
    ) {
        let message = Message {
            from: vec![Mailbox::new("Anna", "anna@customer.example").unwrap()],
            subject: "Re: price".into(),
            ..Message::default()
        };
        let verdict = Verdict { class, human: class == Class::Human, evidence: vec![] };
        let attribution = Attribution {
            outbound: Identity::new(1),
            via: Via::References,
            strength: Strength::Strong,
            sender: relation,
            matched: MessageId::new("a@us").unwrap(),
        };
        let facts = MailFacts {
            message: &message,
            verdict: &verdict,
            attribution: replies.then_some(&attribution),
            direction: Direction::Inbound,
            new_text: &body,
        };
        let compiled = compile(&condition).unwrap();
        let evaluation = compiled.evaluate(&facts);
        prop_assert_eq!(compiled.matches(&facts), evaluation.matched);
        prop_assert_eq!(evaluation.evidence.is_empty(), !evaluation.matched);
        prop_assert_eq!(evaluation.trace.len(), nodes(&condition));
        prop_assert_eq!(evaluation.trace.first().map(|t| t.matched), Some(evaluation.matched));
        let not = |c: Condition| Condition::from(Test::Not(vec![c]));
        let twice = compile(&not(not(condition))).unwrap();
        prop_assert_eq!(twice.matches(&facts), evaluation.matched);
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
