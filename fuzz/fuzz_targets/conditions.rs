//! A condition that is accepted can be written, read again and asked.
#![no_main]

use inboxlink_message::{Context, classify, parse};
use inboxlink_model::{Direction, OwnAddresses};
use inboxlink_replies::{Circumstances, Condition, MailFacts, compile};
use libfuzzer_sys::fuzz_target;

const MAIL: &[u8] = b"From: Bruno <bruno@example.org>\r\nTo: anna@example.com\r\n\
    Subject: Re: the offer\r\nIn-Reply-To: <1@example.com>\r\n\r\nYes, please.\r\n";

fuzz_target!(|text: &str| {
    let Ok(condition) = Condition::parse(text) else {
        return;
    };
    let Ok(compiled) = compile(&condition) else {
        return;
    };
    let written = serde_json::to_string(&condition).expect("it can be written");
    assert_eq!(Condition::parse(&written).as_ref(), Ok(&condition));

    let message = parse(MAIL, None);
    let own = OwnAddresses::default();
    let verdict = classify(&message, &Context { own: &own });
    let _ = compiled.evaluate(&MailFacts {
        message: &message,
        verdict: &verdict,
        attribution: None,
        direction: Direction::Inbound,
        new_text: "Yes, please.",
        around: Circumstances::default(),
    });
});
