//! What is prepared, read again as any mail is.

use inboxlink_message::{Context, Message, classify, parse};
use inboxlink_model::{Class, Mailbox, MessageId, OwnAddresses, Timestamp};
use proptest::prelude::*;

use super::*;

fn own() -> OwnAddresses {
    OwnAddresses {
        domains: ["us.example".to_owned()].into(),
        ..OwnAddresses::default()
    }
}

fn sender() -> Mailbox {
    Mailbox::new(
        "Jürgen Groß, Sales",
        "Jürgen@bücher.example"
            .replace("Jürgen@", "J.Gross@")
            .as_str(),
    )
    .unwrap()
}

fn prepared(message: &Message, template: &FollowUpTemplate) -> Result<PreparedMail, PrepareError> {
    let own = own();
    let verdict = classify(message, &Context { own: &own });
    let answered = Answered {
        message,
        verdict: &verdict,
        own: &own,
    };
    let id = message_id_for(1.into(), 2.into(), message.identity(), "us.example").unwrap();
    prepare(
        template,
        &answered,
        &sender(),
        id,
        Timestamp::from_seconds(1_700_000_000),
    )
}

fn template(subject: Option<&str>, text: &str) -> FollowUpTemplate {
    FollowUpTemplate {
        subject: subject.map(str::to_owned),
        text: text.to_owned(),
        ..FollowUpTemplate::default()
    }
}

fn reply() -> Message {
    let raw = "From: =?utf-8?q?Zo=C3=AB?= <zoe@customer.example>\r\nTo: sales@us.example\r\n\
        Subject: AW: Angebot\r\nMessage-ID: <r2@customer.example>\r\n\
        References: <o1@us.example> <r1@customer.example>\r\n\r\nJa, gerne!\r\n";
    parse(raw.as_bytes(), None)
}

/// The names of the header's fields, and the longest line.
fn shape(bytes: &[u8]) -> (Vec<String>, usize) {
    let text = std::str::from_utf8(bytes).unwrap();
    assert!(text.is_ascii() && text.ends_with("\r\n"));
    let bare = text.replace("\r\n", "");
    assert!(!bare.contains(['\r', '\n', '\0']), "{text:?}");
    let head = text.split("\r\n\r\n").next().unwrap();
    let fields = head
        .split("\r\n")
        .filter(|line| !line.starts_with([' ', '\t']));
    let names = fields.map(|line| line.split_once(':').unwrap().0.to_owned());
    let longest = text.split("\r\n").map(str::len).max().unwrap();
    (names.collect(), longest)
}

const FIELDS: [&str; 12] = [
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "In-Reply-To",
    "References",
    "Auto-Submitted",
    "X-Auto-Response-Suppress",
    "MIME-Version",
    "Content-Type",
    "Content-Transfer-Encoding",
];

#[test]
fn it_is_threaded_marked_and_readable() {
    let mail = prepared(
        &reply(),
        &template(None, "Hallo {{first_name}},\n\n.\nFrom här =20  \n"),
    )
    .unwrap();
    let read = parse(&mail.bytes, None);
    assert_eq!(read.defects, []);
    assert_eq!(read.message_id, Some(mail.message_id.clone()));
    let strings = |ids: &[MessageId]| ids.iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(strings(&read.in_reply_to), ["r2@customer.example"]);
    assert_eq!(
        strings(&read.references),
        [
            "o1@us.example",
            "r1@customer.example",
            "r2@customer.example"
        ]
    );
    assert_eq!(read.subject, "Re: Angebot");
    assert_eq!(read.from[0].name, "Jürgen Groß, Sales");
    assert_eq!(mail.from.as_str(), "j.gross@xn--bcher-kva.example");
    assert_eq!(read.to[0].name, "Zoë");
    assert_eq!(
        read.date.unwrap().at,
        Timestamp::from_seconds(1_700_000_000)
    );
    assert_eq!(
        read.automation.auto_submitted.as_deref(),
        Some("auto-replied")
    );
    assert_eq!(
        read.text.as_deref().map(str::trim_end),
        Some("Hallo Zoë,\n\n.\nFrom här =20")
    );
    assert_eq!(shape(&mail.bytes).0, FIELDS);
    // Another automaton of our kind does not answer it.
    let verdict = classify(
        &read,
        &Context {
            own: &OwnAddresses::default(),
        },
    );
    assert_eq!(verdict.class, Class::AutoReply);
}

#[test]
fn it_is_the_same_mail_after_a_crash_and_another_for_another_rule() {
    let reply = reply();
    let template = template(None, "Hi");
    assert_eq!(prepared(&reply, &template), prepared(&reply, &template));
    let id = |workspace: u64, rule: u64| {
        message_id_for(
            workspace.into(),
            rule.into(),
            reply.identity(),
            "us.example",
        )
        .unwrap()
    };
    assert_ne!(id(1, 2), id(1, 3));
    assert_ne!(id(1, 2), id(2, 2));
    let odd = message_id_for(1.into(), 2.into(), reply.identity(), "a b\r\n");
    assert!(matches!(odd, Err(PrepareError::Unsendable(_))));
}

#[test]
fn machines_ourselves_and_nobody_are_not_answered() {
    let refusal = |change: fn(&mut Message)| {
        let mut message = reply();
        change(&mut message);
        match prepared(&message, &template(None, "Hi")) {
            Err(PrepareError::Loop(guard)) => Some(guard),
            _ => None,
        }
    };
    assert_eq!(refusal(|_| ()), None);
    assert_eq!(
        refusal(|m| m.automation.auto_submitted = Some("auto-replied".into())),
        Some(LoopGuard::NotHuman(Class::AutoReply))
    );
    assert_eq!(
        refusal(|m| m.from = vec![Mailbox::new("", "max@us.example").unwrap()]),
        Some(LoopGuard::NotHuman(Class::Team))
    );
    assert_eq!(
        refusal(|m| m.reply_to = vec![Mailbox::new("", "sales@us.example").unwrap()]),
        Some(LoopGuard::OwnAddress)
    );
    assert_eq!(
        refusal(|m| m.reply_to = vec![Mailbox::new("", "j.gross@bücher.example").unwrap()]),
        Some(LoopGuard::OwnAddress)
    );
    assert_eq!(
        refusal(|m| m.reply_to = vec![Mailbox::new("", "no-reply+7@customer.example").unwrap()]),
        Some(LoopGuard::NoReplyAddress)
    );
    // The classifier knows the null path too; the guard does not rest on it.
    let mut message = reply();
    message.automation.return_path = Some(String::new());
    let own = own();
    let verdict = classify(&reply(), &Context { own: &own });
    let answered = Answered {
        message: &message,
        verdict: &verdict,
        own: &own,
    };
    let id = MessageId::new("x@us.example").unwrap();
    let outcome = prepare(
        &template(None, "Hi"),
        &answered,
        &sender(),
        id,
        Timestamp(0),
    );
    assert_eq!(outcome, Err(LoopGuard::NullReturnPath.into()));
}

#[test]
fn what_cannot_be_threaded_or_addressed_is_not_sent() {
    let outcome = |change: fn(&mut Message)| {
        let mut message = reply();
        change(&mut message);
        prepared(&message, &template(None, "Hi")).map(drop)
    };
    assert_eq!(
        outcome(|m| m.message_id = None),
        Err(PrepareError::NoMessageId)
    );
    assert_eq!(
        outcome(|m| m.message_id = MessageId::new("a>\u{e9}<b")),
        Err(PrepareError::NoMessageId)
    );
    let far = |m: &mut Message| m.from = vec![Mailbox::new("", "zoë@customer.example").unwrap()];
    assert!(matches!(outcome(far), Err(PrepareError::Unsendable(_))));
}

#[test]
fn long_threads_keep_their_first_and_last_ids() {
    let mut message = reply();
    let id = |n: usize| MessageId::new(&format!("{n}@x.example")).unwrap();
    message.references = (0..500).map(id).collect();
    let mail = prepared(&message, &template(None, "Hi")).unwrap();
    let read = parse(&mail.bytes, None);
    assert_eq!(read.references.len(), crate::limits::MAX_WRITTEN_REFERENCES);
    assert_eq!(read.references[0], id(0));
    assert_eq!(read.references[19], id(499));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// Whatever the answered mail and the template hold: the same fields, one
    /// recipient, lines that every server takes.
    #[test]
    fn nothing_can_be_injected(
        name in "(\\PC|[\r\n\t\0:<>@,\"])*",
        subject in "(\\PC|[\r\n\t\0]|=\\?utf-8\\?q\\?a\\?=){0,200}",
        own_subject in proptest::option::of("(\\PC|[\r\n\0]){0,80}"),
        text in "(\\PC|[\r\n\t\0.]){0,400}",
        id in "[!-~é]{1,1000}",
    ) {
        let mut message = reply();
        message.from[0].name = name.clone();
        message.subject = subject;
        message.references = MessageId::new(&id).into_iter().collect();
        let own_subject = own_subject.map(|s| s.replace("{{", ""));
        let template = template(own_subject.as_deref(), &format!("{{{{name}}}} {}", text.replace("{{", "")));
        let mail = prepared(&message, &template).unwrap();
        let (fields, longest) = shape(&mail.bytes);
        prop_assert_eq!(fields, FIELDS);
        prop_assert!(longest <= 998, "{}", longest);
        let read = parse(&mail.bytes, None);
        prop_assert_eq!(read.recipients().count(), 1);
        prop_assert_eq!(read.to[0].address.as_str(), "zoe@customer.example");
        prop_assert_eq!(read.in_reply_to.len(), 1);
    }

    /// Subjects and names arrive as they were.
    #[test]
    fn subjects_and_names_survive(words in prop::collection::vec("[a-zé世\\-'\"(),.]{1,30}", 1..12)) {
        let text = words.join(" ");
        let mut message = reply();
        message.from[0].name = text.clone();
        let mail = prepared(&message, &template(Some(&text), "Hi")).unwrap();
        let read = parse(&mail.bytes, None);
        prop_assert_eq!(&read.subject, &text);
        prop_assert_eq!(&read.to[0].name, &text.chars().take(255).collect::<String>());
    }
}

#[test]
fn html_beside_the_text_and_a_button_to_unsubscribe() {
    let mut message = reply();
    message.from = vec![Mailbox::new("<Ann>", "ann@example.org").unwrap()];
    let template = FollowUpTemplate {
        html: Some("<p>Hi {{first_name}}, =_alternative \u{e4}</p>".into()),
        unsubscribe: Some("https://example.com/stop?who={{email}}".into()),
        ..template(None, "Hi {{first_name}}")
    };
    let mail = prepared(&message, &template).unwrap();
    let read = parse(&mail.bytes, None);
    assert_eq!(read.text.as_deref().map(str::trim), Some("Hi <Ann>"));
    let html = read.html.unwrap();
    assert_eq!(html.trim(), "<p>Hi &lt;Ann&gt;, =_alternative \u{e4}</p>");
    assert!(
        read.attachments.is_empty() && read.defects.is_empty(),
        "{:?}",
        read.defects
    );
    let list = read.automation.list_unsubscribe;
    assert_eq!(
        list.as_deref(),
        Some("<https://example.com/stop?who=ann%40example.org>")
    );
    let text = String::from_utf8(mail.bytes).unwrap();
    assert!(text.contains("\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"));
    assert!(text.split("\r\n").all(|line| line.len() <= 998));
}
