//! Conditions over mails: what each filter means, what counts as a reply, and
//! what is said about a condition that cannot be used.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)] // a test may stop at the first surprise

use inboxlink_message::{Attachment, AttachmentKind, Message};
use inboxlink_model::{
    Class, Direction, Identity, Mailbox, MessageId, ThreadId, Timestamp, Verdict,
};
use inboxlink_replies::{
    Attribution, Circumstances, Condition, MailFacts, SenderRelation, Silence, Strength, Via,
    compile, limits,
};
use serde_json::{Value, json};

/// A mail with all that conditions look at; changed by each test.
struct Mail {
    message: Message,
    verdict: Verdict,
    attribution: Option<Attribution>,
    direction: Direction,
    text: String,
    threads: Vec<ThreadId>,
    around: Circumstances<'static>,
}

fn mailbox(name: &str, address: &str) -> Mailbox {
    Mailbox::new(name, address).unwrap()
}

fn answer() -> Mail {
    let mut message = Message {
        from: vec![mailbox("Anna Weiß", "anna@customer.example")],
        to: vec![mailbox("Sales", "sales@us.example")],
        cc: vec![mailbox("", "boss@customer.example")],
        subject: "Re: Your Offer".into(),
        ..Message::default()
    };
    message.automation.list_id = Some("<friends.lists.example>".into());
    Mail {
        message,
        verdict: Verdict {
            class: Class::Human,
            human: true,
            evidence: vec![],
        },
        attribution: Some(Attribution {
            outbound: Identity::new(7),
            via: Via::InReplyTo,
            strength: Strength::Strong,
            sender: SenderRelation::Recipient,
            matched: MessageId::new("offer@us.example").unwrap(),
        }),
        direction: Direction::Inbound,
        text: "We are interested.\nWhat\u{a0}is the PRICE?".into(),
        threads: vec![3.into(), 4.into()],
        around: Circumstances {
            inbox: Some(5.into()),
            owner: Some(6.into()),
            // A Wednesday, 16:30 in Berlin.
            received_at: Some(Timestamp::from_seconds(1_704_900_600)),
            nth_reply: Some(2),
            ..Circumstances::default()
        },
    }
}

fn machine(class: Class) -> Mail {
    let mut mail = answer();
    mail.verdict.class = class;
    mail.verdict.human = false;
    mail
}

fn holds(condition: &Value, mail: &Mail) -> bool {
    let compiled = compile(&Condition::from_value(condition).unwrap()).unwrap();
    let facts = MailFacts {
        message: &mail.message,
        verdict: &mail.verdict,
        attribution: mail.attribution.as_ref(),
        direction: mail.direction,
        new_text: &mail.text,
        around: Circumstances {
            threads: &mail.threads,
            ..mail.around
        },
    };
    let evaluation = compiled.evaluate(&facts);
    assert_eq!(evaluation.matched, compiled.matches(&facts));
    evaluation.matched
}

#[test]
fn every_filter() {
    let identity = Identity::new(7).to_string();
    let mut mail = answer();
    mail.message.attachments.push(Attachment {
        part: "2".into(),
        kind: AttachmentKind::Inline,
        name: None,
        content_type: "image/png".into(),
        size: 1,
        content_id: None,
    });
    for (condition, expected) in [
        (json!({"from": "anna@customer.example"}), true),
        (json!({"from": "Anna"}), true),
        (json!({"from": "weiss"}), true),
        (json!({"from": "ann"}), false),
        (json!({"from": "@Customer.example"}), true),
        (json!({"from": "@customer"}), false),
        (json!({"from": "@mer.example"}), false),
        (json!({"from": "a@customer.example"}), false),
        (json!({"to": "sales@us.example"}), true),
        (json!({"to": "boss@customer.example"}), false),
        (json!({"cc": "boss@customer.example"}), true),
        (json!({"subject": "your offer"}), true),
        (json!({"subject": "our offer"}), false),
        (json!({"body": "interested what is"}), false),
        (json!({"body": "what is the price"}), true),
        (json!({"body": "interest"}), false),
        (json!({"body": "interest*"}), true),
        (json!({"hasAttachment": false}), true),
        (json!({"hasAttachment": true}), false),
        (json!({"header": ["List-Id"]}), true),
        (json!({"header": ["list-id", "lists.example"]}), true),
        (json!({"header": ["list-id", "other"]}), false),
        (json!({"header": ["X-Nothing"]}), false),
        (json!({"class": "human"}), true),
        (json!({"class": ["bounce", "auto_reply"]}), false),
        (json!({"sender": "recipient"}), true),
        (json!({"sender": ["same_domain", "other"]}), false),
        (json!({"repliedTo": "<offer@us.example>"}), true),
        (json!({"repliedTo": ["a@b", identity]}), true),
        (json!({"repliedTo": "other@us.example"}), false),
        (json!({"reply": true}), true),
        (json!({"reply": false}), false),
        (json!({"direction": "inbound"}), true),
        (json!({"direction": "outbound"}), false),
        (json!({"keywordGroup": {"words": ["price", "demo"]}}), true),
        (
            json!({"keywordGroup": {"words": ["price", "demo"], "atLeast": 2}}),
            false,
        ),
        (
            json!({"keywordGroup": {"words": ["price", "offer"], "atLeast": 2, "in": ["subject", "body"]}}),
            true,
        ),
        (
            json!({"keywordGroup": {"words": ["offer"], "in": "body"}}),
            false,
        ),
        (json!({"domain": "customer.example"}), true),
        (json!({"domain": ["example"]}), true),
        (json!({"domain": "mer.example"}), false),
        (json!({"thread": 3}), true),
        (
            json!({"thread": ["00000000000000000000000000000004"]}),
            true,
        ),
        (json!({"thread": [5, 6]}), false),
        (json!({"inbox": [4, 5]}), true),
        (json!({"inbox": 6}), false),
        (json!({"owner": 6}), true),
        (json!({"owner": 5}), false),
        (json!({"nthReply": 2}), true),
        (json!({"nthReply": 1}), false),
        (json!({"nthReply": {"atLeast": 2}}), true),
        (json!({"nthReply": {"atLeast": 1, "atMost": 1}}), false),
        (
            json!({"businessHours": {"timeZone": "Europe/Berlin", "from": "09:00", "until": "17:00"}}),
            true,
        ),
        (
            json!({"businessHours": {"timeZone": "Asia/Tokyo", "from": "09:00", "until": "17:00"}}),
            false,
        ),
        (
            json!({"businessHours": {"timeZone": "Asia/Tokyo", "days": ["wed"], "from": "22:00", "until": "05:00"}}),
            true,
        ),
        (json!({"notRepliedWithin": "P3D"}), false),
        (json!({"from": "anna", "body": "price"}), true),
        (json!({"from": "anna", "body": "demo"}), false),
    ] {
        assert_eq!(holds(&condition, &mail), expected, "{condition}");
    }
}

#[test]
fn a_silence_is_asked_about_by_a_timer() {
    let condition = json!({"operator": "AND", "conditions": [
        {"to": "@customer.example"},
        {"id": "silent", "notRepliedWithin": {"period": "P3D", "timeZone": "Europe/Berlin"}},
    ]});
    let compiled = compile(&Condition::from_value(&condition).unwrap()).unwrap();
    let [wait] = compiled.waits() else {
        panic!("one silence is waited for")
    };
    assert_eq!(
        (wait.node.as_str(), wait.period.to_string().as_str()),
        ("silent", "P3D")
    );

    let mut ours = answer();
    ours.direction = Direction::Outbound;
    ours.message.to = vec![mailbox("", "anna@customer.example")];
    // 2024-03-29, noon in Berlin; two days later the clocks went forward.
    let since = Timestamp::from_seconds(1_711_710_000);
    let deadline = since.plus_millis(71 * 3_600_000);
    assert_eq!(wait.deadline(since), deadline);
    for (until, expected) in [(deadline.plus_millis(-1), false), (deadline, true)] {
        ours.around.silence = Some(Silence { since, until });
        assert_eq!(holds(&condition, &ours), expected);
    }
    ours.around.silence = None;
    assert!(!holds(&condition, &ours));
}

#[test]
fn operators() {
    let (yes, no) = (json!({"body": "price"}), json!({"body": "demo"}));
    for (operator, of_yes_yes, of_yes_no, of_no_no) in [
        ("AND", true, false, false),
        ("OR", true, true, false),
        ("NOT", false, false, true),
    ] {
        let ask = |a: &Value, b: &Value| {
            holds(
                &json!({"operator": operator, "conditions": [a, b]}),
                &answer(),
            )
        };
        assert_eq!(ask(&yes, &yes), of_yes_yes, "{operator}");
        assert_eq!(ask(&yes, &no), of_yes_no, "{operator}");
        assert_eq!(ask(&no, &yes), of_yes_no, "{operator}");
        assert_eq!(ask(&no, &no), of_no_no, "{operator}");
    }
}

#[test]
fn only_a_persons_answer_counts_unless_the_condition_says_otherwise() {
    let and = |a: Value, b: Value| json!({"operator": "AND", "conditions": [a, b]});
    let or = |a: Value, b: Value| json!({"operator": "OR", "conditions": [a, b]});
    let not = |a: Value| json!({"operator": "NOT", "conditions": [a]});
    let reply = || json!({"reply": true});
    let ooo = || json!({"class": "auto_reply"});
    let away = machine(Class::AutoReply);
    for (condition, expected) in [
        (reply(), false),
        (json!({"reply": false}), true),
        (json!({"repliedTo": "offer@us.example"}), false),
        (json!({"reply": true, "class": "auto_reply"}), true),
        (and(reply(), or(ooo(), json!({"class": "human"}))), true),
        (and(ooo(), and(reply(), json!({"from": "anna"}))), true),
        (and(reply(), json!({"class": "bounce"})), false),
        // Said of another case, or of what is not wanted: the default stands.
        (or(reply(), json!({"class": "bounce"})), false),
        (
            and(
                json!({"from": "anna"}),
                or(reply(), json!({"class": "bounce"})),
            ),
            false,
        ),
        (and(reply(), not(json!({"class": "bounce"}))), false),
    ] {
        assert_eq!(holds(&condition, &away), expected, "{condition}");
    }
}

#[test]
fn a_stranger_who_cites_a_known_id_does_not_count() {
    let mut stranger = answer();
    stranger.attribution.as_mut().unwrap().sender = SenderRelation::Other;
    assert!(!holds(&json!({"reply": true}), &stranger));
    assert!(holds(&json!({"reply": true, "sender": "other"}), &stranger));
    stranger.attribution.as_mut().unwrap().sender = SenderRelation::SameDomain;
    assert!(holds(&json!({"reply": true}), &stranger));
}

#[test]
fn a_guess_and_a_mail_of_our_own_do_not_count() {
    let mut guess = answer();
    guess.attribution.as_mut().unwrap().strength = Strength::Probable;
    assert!(!holds(&json!({"reply": true}), &guess));
    let mut ours = answer();
    ours.direction = Direction::Outbound;
    assert!(!holds(&json!({"reply": true}), &ours));
}

#[test]
fn the_trace_tells_of_every_node_and_the_evidence_of_what_spoke_for_it() {
    let condition = json!({"operator": "AND", "conditions": [
        {"reply": true},
        {"id": "words", "operator": "OR", "conditions": [{"body": "demo"}, {"body": "price"}]},
        {"operator": "NOT", "conditions": [{"subject": "unsubscribe"}]},
    ]});
    let compiled = compile(&Condition::from_value(&condition).unwrap()).unwrap();
    let mail = answer();
    let evaluation = compiled.evaluate(&MailFacts {
        message: &mail.message,
        verdict: &mail.verdict,
        attribution: mail.attribution.as_ref(),
        direction: mail.direction,
        new_text: &mail.text,
        around: mail.around,
    });
    let trace: Vec<_> = evaluation
        .trace
        .iter()
        .map(|t| (t.node.as_str(), t.matched))
        .collect();
    assert_eq!(
        trace,
        [
            ("", true),
            ("/conditions/0", true),
            ("words", true),
            ("/conditions/1/conditions/0", false),
            ("/conditions/1/conditions/1", true),
            ("/conditions/2", true),
            ("/conditions/2/conditions/0", false),
        ]
    );
    assert_eq!(evaluation.trace[6].saw, "Re: Your Offer");
    let evidence: Vec<_> = evaluation
        .evidence
        .iter()
        .map(|e| (e.rule.as_ref(), e.value.as_str()))
        .collect();
    assert_eq!(
        evidence,
        [
            (
                "reply",
                "human by recipient, <offer@us.example> by in_reply_to"
            ),
            ("body", "price"),
            ("not", "subject"),
        ]
    );
}

#[test]
fn errors_name_the_node() {
    let error = |text: &str| {
        let compiled = Condition::parse(text).and_then(|condition| compile(&condition));
        compiled.unwrap_err().to_string()
    };
    for (text, expected) in [
        (
            r#"{"operator":"AND","conditions":[{"reply":true},{"subjct":"x"}]}"#,
            "at /conditions/1: unknown field `subjct`; known are operator, from, to, ",
        ),
        (
            r#"{"operator":"XOR","conditions":[{"reply":true}]}"#,
            "at the top: `operator` cannot be ",
        ),
        (
            r#"{"operator":"OR"}"#,
            "at the top: `conditions` is missing",
        ),
        (
            r#"{"operator":"OR","conditions":[]}"#,
            "at the top: `conditions` is empty",
        ),
        (
            r#"{"operator":"OR","conditions":[3]}"#,
            "at /conditions/0: `condition` must be an object",
        ),
        (
            r#"{"operator":"OR","conditions":[{}]}"#,
            "at /conditions/0: `condition` is empty",
        ),
        (
            r#"{"operator":"OR","from":"x","conditions":[{"reply":true}]}"#,
            "at the top: an operator and",
        ),
        (
            r#"{"reply":"yes"}"#,
            "at the top: `reply` must be true or false",
        ),
        (
            r#"{"class":"robot"}"#,
            "at the top: `class` cannot be `robot`; it is one of human, ",
        ),
        (r#"{"class":[]}"#, "at the top: `class` is empty"),
        (
            r#"{"repliedTo":"two words"}"#,
            "at the top: `repliedTo` cannot be `two words`",
        ),
        (r#"{"nthReply":0}"#, "at the top: `nthReply` counts from 1"),
        (
            r#"{"nthReply":{"atLeast":3,"atMost":2}}"#,
            "at the top: `nthReply` counts from 1",
        ),
        (
            r#"{"inbox":"mine"}"#,
            "at the top: `inbox` must be an id or a list of ids",
        ),
        (
            r#"{"domain":"two words"}"#,
            "at the top: `two words` is no domain",
        ),
        (
            r#"{"notRepliedWithin":"soon"}"#,
            "at the top: `notRepliedWithin` cannot be used: a period is weeks, days",
        ),
        (
            r#"{"notRepliedWithin":{"period":"P3D","timeZone":"Berlin"}}"#,
            "at the top: there is no time zone `Berlin`",
        ),
        (
            r#"{"operator":"NOT","conditions":[{"notRepliedWithin":"P3D"}]}"#,
            "at /conditions/0: `notRepliedWithin` cannot stand under NOT",
        ),
        (
            r#"{"businessHours":{"timeZone":"Europe/Berln","from":"09:00","until":"17:00"}}"#,
            "at the top: `businessHours` cannot be used: there is no time zone `Europe/Berln`",
        ),
        (
            r#"{"businessHours":{"timeZone":"UTC","from":"09:00"}}"#,
            "at the top: `businessHours` cannot be used: missing field `until`",
        ),
        (r#"{"body":" "}"#, "at the top: `body` is empty"),
        (r#"{"body":"*"}"#, "at the top: `body` is empty"),
        (
            r#"{"keywordGroup":{"wrds":["x"]}}"#,
            "at /keywordGroup: unknown field `wrds`",
        ),
        (
            r#"{"keywordGroup":{"words":["x"],"atLeast":2}}"#,
            "at the top: `atLeast` must be",
        ),
        (
            r#"{"version":2,"reply":true}"#,
            "at the top: version 2 of the format is not known",
        ),
        (
            r#"{"operator":"NOT","conditions":[{"version":1,"reply":true}]}"#,
            "at /conditions/0: unknown field",
        ),
        (r#"{"id":"/x","reply":true}"#, "at the top: an id has"),
        (
            r#"{"id":"a","operator":"NOT","conditions":[{"id":"a","reply":true}]}"#,
            "at /conditions/0: the id `a` is used twice",
        ),
        ("[]", "at the top: `condition` must be an object"),
        ("{", "at the top: this is not JSON"),
    ] {
        let error = error(text);
        assert!(error.starts_with(expected), "{text}: {error}");
    }
}

#[test]
fn limits_hold() {
    let error = |condition: Value| {
        let compiled = Condition::from_value(&condition).and_then(|c| compile(&c));
        compiled.unwrap_err().problem.to_string()
    };
    let nested = |depth: usize| {
        (1..depth).fold(
            json!({"reply": true}),
            |inner, _| json!({"operator": "NOT", "conditions": [inner]}),
        )
    };
    let ok = |condition: Value| compile(&Condition::from_value(&condition).unwrap()).is_ok();
    assert!(ok(nested(limits::MAX_DEPTH)));
    assert!(error(nested(limits::MAX_DEPTH + 1)).contains("deep"));
    let many = |n: usize| json!({"operator": "OR", "conditions": vec![json!({"reply": true}); n]});
    assert!(ok(many(limits::MAX_NODES - 1)));
    assert!(error(many(limits::MAX_NODES)).contains("nodes"));
    let words = |n: usize| json!({"keywordGroup": {"words": vec!["x"; n], "in": ["body"]}});
    assert!(ok(words(limits::MAX_ATOMS - 1)));
    assert!(error(words(limits::MAX_ATOMS)).contains("texts"));
    let text = |n: usize| json!({"body": "x".repeat(n)});
    assert!(ok(text(limits::MAX_TEXT_BYTES)));
    assert!(error(text(limits::MAX_TEXT_BYTES + 1)).contains("bytes"));
}

#[test]
fn a_mail_is_searched_up_to_the_limit() {
    let mut mail = answer();
    mail.text = format!("{}end", "é ".repeat(limits::MAX_BODY_BYTES));
    assert!(!holds(&json!({"body": "end"}), &mail));
    assert!(holds(&json!({"body": "é"}), &mail));
}
