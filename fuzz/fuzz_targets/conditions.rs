//! A condition that is accepted can be written, read again and asked, alone and
//! in an index, with one answer.
#![no_main]

use inboxlink_message::{Context, Message, classify, parse};
use inboxlink_model::{Direction, Identity, OwnAddresses, Timestamp};
use inboxlink_replies::{
    Attribution, Circumstances, Condition, MailFacts, Rule, RuleIndex, SenderRelation, Silence,
    Strength, Via, compile, matching,
};
use libfuzzer_sys::fuzz_target;

const MAIL: &[u8] = b"From: Bruno <bruno@example.org>\r\nTo: anna@example.com\r\n\
    Subject: Re: the offer\r\nIn-Reply-To: <1@example.com>\r\n\r\nYes, please: a a b \xe4\xbe\xa1.\r\n";

fuzz_target!(|text: &str| {
    let Ok(condition) = Condition::parse(text) else {
        return;
    };
    let Ok(compiled) = compile(&condition) else {
        return;
    };
    let written = serde_json::to_string(&condition).expect("it can be written");
    assert_eq!(Condition::parse(&written).as_ref(), Ok(&condition));

    let message: Message = parse(MAIL, None);
    let own = OwnAddresses::default();
    let verdict = classify(&message, &Context { own: &own });
    let attribution = Attribution {
        outbound: Identity::from(1),
        via: Via::InReplyTo,
        strength: Strength::Strong,
        sender: SenderRelation::Recipient,
        matched: message.in_reply_to[0].clone(),
    };
    let rule = Rule::new(1, "fuzzed", &condition).expect("it compiles");
    let index = RuleIndex::new([rule.clone()]);
    for (direction, silent) in [(Direction::Inbound, false), (Direction::Outbound, true)] {
        let silence = Silence {
            since: Timestamp(0),
            until: Timestamp(i64::MAX),
        };
        let facts = MailFacts {
            message: &message,
            verdict: &verdict,
            attribution: Some(&attribution),
            direction,
            new_text: message.text.as_deref().unwrap_or_default(),
            around: Circumstances {
                received_at: Some(Timestamp::from_seconds(1_700_000_000)),
                nth_reply: Some(1),
                silence: silent.then_some(silence),
                ..Circumstances::default()
            },
        };
        assert_eq!(compiled.evaluate(&facts).matched, compiled.matches(&facts));
        let rules = [rule.clone()];
        assert_eq!(index.matching(&facts), matching(&rules, &facts));
    }
});
