//! Any bytes as an answer to us: judged, attributed, put to rules, answered.
#![no_main]

use inboxlink_message::{Context, away_until, bounce_of, classify, parse, text_for_reading};
use inboxlink_model::{Direction, Identity, Mailbox, OwnAddresses, Timestamp};
use inboxlink_replies::{
    Circumstances, MailFacts, Outbound, Rule, RuleIndex, SentBox, TokenKey, attribute_among,
    followup::{Answered, FollowUpTemplate, message_id_for, prepare},
    matching,
    when::{body, from, mentions, not, reply, subject, to},
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|raw: &[u8]| {
    let message = parse(raw, None);
    let own: OwnAddresses = ["me@example.com".parse().expect("an address")]
        .into_iter()
        .collect();
    let verdict = classify(&message, &Context { own: &own });
    assert!(!verdict.evidence.is_empty());
    let _ = (bounce_of(&message), away_until(&message));

    let mut sent = SentBox::default().with_key(TokenKey::new([1; 32]));
    // As if each of its ids were ours.
    for id in message
        .in_reply_to
        .iter()
        .chain(&message.references)
        .take(3)
    {
        sent.put(Outbound {
            identity: Identity::from(1),
            message_id: id.clone(),
            aliases: Default::default(),
            sent_at: message.date.map(|date| date.at),
            from: "me@example.com".parse().expect("an address"),
            recipients: message
                .from
                .iter()
                .map(|from| from.address.clone())
                .collect(),
            subject: message.subject.clone(),
        });
    }
    let attribution = attribute_among(&message, &sent);
    let text = text_for_reading(&message);
    let facts = MailFacts {
        message: &message,
        verdict: &verdict,
        attribution: attribution.as_ref(),
        direction: Direction::Inbound,
        new_text: &text,
        around: Circumstances::default(),
    };
    let conditions = [
        reply().and(body("price")),
        mentions(["a", "a b*", "b", "e"]),
        not(subject("re")),
        from("a*").or(to("@example.com")),
    ];
    let rules: Vec<Rule> = (0u64..)
        .zip(&conditions)
        .map(|(id, condition)| Rule::new(id, "", condition).expect("it compiles"))
        .collect();
    let index = RuleIndex::new(rules.iter().cloned());
    assert_eq!(index.matching(&facts), matching(&rules, &facts));

    let template = FollowUpTemplate {
        text: "Hello {{first_name|there}}".to_owned(),
        html: Some("<p>{{name}} {{email}} {{subject}}".to_owned()),
        unsubscribe: Some("https://example.com/?who={{email}}".to_owned()),
        ..FollowUpTemplate::default()
    };
    let me = Mailbox::new("Me", "me@example.com").expect("an address");
    let id = message_id_for(1.into(), 1.into(), message.identity(), "example.com");
    let answered = Answered {
        message: &message,
        verdict: &verdict,
        own: &own,
    };
    let now = Timestamp::from_seconds(1_700_000_000);
    if let Ok(mail) = prepare(&template, &answered, &me, id.expect("an id"), now) {
        let again = parse(&mail.bytes, None);
        assert_eq!(again.recipients().count(), 1);
        assert_eq!(again.from.len(), 1);
        assert!(mail.bytes.is_ascii());
    }
});
