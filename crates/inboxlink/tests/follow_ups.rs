//! A customer replies, a rule fires, its follow-up goes out: the whole way,
//! against a mail server of this process.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice
)] // a test may stop at the first surprise

mod common;

use common::{ANNA, BEN, Office, mail, reply, server};
use inboxlink::{Class, Direction, EventKind, FollowUpState, FollowUpTemplate, Rule, Viewer, when};

#[tokio::test]
async fn a_reply_is_answered_once_in_its_thread() {
    let mut office = Office::open(server()).await;
    office.follow().await;
    office.server.deliver(ANNA, reply(1)).unwrap();
    let state = office.until_changed().await;
    assert!(matches!(state, FollowUpState::Accepted { .. }), "{state:?}");

    // It reached the customer, in the thread, and says that a machine wrote it.
    let sent = office.server.outbox_of(1).await;
    assert_eq!(sent.len(), 1);
    assert_eq!(
        (sent[0].from.as_str(), sent[0].to.as_slice()),
        (ANNA, &[BEN.to_owned()][..])
    );
    let text = String::from_utf8(sent[0].bytes.to_vec()).unwrap();
    for line in [
        "From: \"Anna Arendt\" <anna@example.com>",
        "To: \"Ben Bold\" <ben@example.org>",
        "Subject: Re: Offer",
        "In-Reply-To: <reply1@example.org>",
        "References: <offer@example.com>\r\n <reply1@example.org>",
        "Auto-Submitted: auto-replied",
        "\r\nHello Ben,\r\n\r\nhere is the booking link.\r\n\r\nAnna Arendt",
    ] {
        assert!(text.contains(&format!("{line}\r\n")), "{line} in {text}");
    }

    // It stands on the timeline, once, as the last of three.
    let contact = office
        .workspace
        .contact_of(&BEN.parse().unwrap())
        .await
        .unwrap()
        .unwrap();
    let page = office
        .workspace
        .timeline(Viewer::Member(1.into()), contact.id, None, 10)
        .await
        .unwrap();
    assert_eq!(page.items.len(), 3);
    let follow_ups = office.follow_ups().await;
    assert_eq!(follow_ups.len(), 1);
    let entry = &page.items[0];
    assert_eq!(entry.message, follow_ups[0].message);
    assert_eq!(
        (entry.direction, entry.historical),
        (Direction::Outbound, false)
    );
    assert_eq!(follow_ups[0].contact, Some(contact.id));
    let viewer = Viewer::Member(1.into());
    let thread = office.workspace.thread(viewer, entry.thread).await;
    let thread = thread.unwrap().unwrap();
    assert_eq!((thread.mails.len(), thread.quarantined.len()), (3, 0));

    // What happened is told in order, each once.
    let told: Vec<_> = (office.events_so_far().await.iter())
        .map(|event| event.kind.name())
        .filter(|name| name.starts_with("rule") || name.starts_with("follow"))
        .collect();
    assert_eq!(
        told,
        ["rule_fired", "follow_up_prepared", "follow_up_changed"]
    );
}

#[tokio::test]
async fn a_copy_stands_in_the_sent_folder_once() {
    let mut office = Office::open(server()).await;
    office.follow().await;
    office.server.deliver(ANNA, reply(1)).unwrap();
    office.until_changed().await;
    office.settled().await;
    // Nothing more is to be done, whoever asks.
    office.inbox.send_follow_ups().await.unwrap();
    let sent = office.server.messages(ANNA, "Sent").unwrap();
    assert_eq!(sent.len(), 2);
    let follow_up = office.follow_ups().await.remove(0);
    assert_eq!(&*sent[1].bytes, &follow_up.mail.bytes[..]);
    assert_eq!(sent[1].flags, ["\\Seen"]);

    // Read back it is the message that stands on the timeline already.
    let before = office.workspace.counts().await.unwrap();
    let report = office.inbox.sync(|_| {}).await.unwrap();
    assert!(report.is_complete(), "{report:?}");
    assert_eq!(office.workspace.counts().await.unwrap(), before);
    let message = office
        .workspace
        .message(Viewer::Service, follow_up.message)
        .await
        .unwrap()
        .unwrap()
        .mail;
    assert_eq!((message.locations.len(), message.historical), (1, false));
}

#[tokio::test]
async fn a_second_reply_on_the_same_day_is_not_answered() {
    let mut office = Office::open(server()).await;
    office.follow().await;
    office.server.deliver(ANNA, reply(1)).unwrap();
    office.until_changed().await;
    office.server.deliver(ANNA, reply(2)).unwrap();
    let declined = office
        .until(|kind| matches!(kind, EventKind::FollowUpDeclined { .. }))
        .await;
    let EventKind::FollowUpDeclined { why, .. } = declined.kind else {
        panic!("{declined:?}")
    };
    assert!(why.contains("less than a day ago"), "{why}");
    assert_eq!(
        (
            office.server.outbox().len(),
            office.follow_ups().await.len()
        ),
        (1, 1)
    );
}

/// Ben is away, and his mail program says so.
fn out_of_office() -> Vec<u8> {
    mail(
        "Ben Bold <ben@example.org>",
        "anna@example.com",
        "Automatic reply: Offer",
        "away@example.org",
        "In-Reply-To: <offer@example.com>\r\nAuto-Submitted: auto-replied\r\n",
        "I am away until Monday.",
    )
}

#[tokio::test]
async fn an_out_of_office_note_is_not_answered() {
    let mut office = Office::open(server()).await;
    office.follow().await;
    office.server.deliver(ANNA, out_of_office()).unwrap();
    office.until_named("message_added").await;
    // The human's answer after it is.
    office.server.deliver(ANNA, reply(1)).unwrap();
    office.until_changed().await;
    let follow_up = office.follow_ups().await.remove(0);
    let answered = office
        .workspace
        .message(Viewer::Service, follow_up.answers)
        .await
        .unwrap()
        .unwrap()
        .mail;
    assert_eq!(answered.message.subject, "Re: Offer");
    assert_eq!(
        (
            office.server.outbox().len(),
            office.follow_ups().await.len()
        ),
        (1, 1)
    );
}

#[tokio::test]
async fn not_even_by_a_rule_that_fires_on_one() {
    let mut office = Office::open(server()).await;
    let template = common::rule().follow_up.unwrap();
    let rule = Rule::new(8, "away", &when::class(Class::AutoReply)).unwrap();
    let rule = rule.with_follow_up(template).unwrap();
    office.workspace.put_rules(vec![rule]).await.unwrap();
    office.follow().await;
    office.server.deliver(ANNA, out_of_office()).unwrap();
    let declined = office.until_named("follow_up_declined").await;
    let EventKind::FollowUpDeclined { why, .. } = declined.kind else {
        panic!("{declined:?}")
    };
    assert!(why.contains("no person wrote it"), "{why}");
    assert!(office.follow_ups().await.is_empty() && office.server.outbox().is_empty());
}

#[tokio::test]
async fn a_server_that_refuses_is_believed_and_asked_again_by_a_person_only() {
    let mut office = Office::open(server()).await;
    office.follow().await;
    // An address in the server's own domain behind which is nobody.
    let note = mail(
        "Anna <anna@example.com>",
        "gone@example.com",
        "Hello",
        "hello@example.com",
        "",
        "Hello!",
    );
    office.server.append(ANNA, "Sent", note, &[], None).unwrap();
    let answer = mail(
        "gone@example.com",
        "anna@example.com",
        "Re: Hello",
        "answer@example.com",
        "In-Reply-To: <hello@example.com>\r\n",
        "Hi!",
    );
    office.server.deliver(ANNA, answer).unwrap();
    let state = office.until_changed().await;
    let rejected = |state: &FollowUpState| match state {
        FollowUpState::Rejected { code, text } => {
            assert_eq!(
                (*code, text.as_str()),
                (Some(550), "5.1.1 No such user here")
            );
        }
        other => panic!("{other:?}"),
    };
    rejected(&state);
    let follow_up = office.follow_ups().await.remove(0);
    assert_eq!(office.inbox.send_follow_ups().await.unwrap().rejected, 0);
    assert!(office.workspace.send_again(follow_up.id).await.unwrap());
    rejected(&office.until_changed().await);
    assert!(office.server.outbox().is_empty());
    let sent = office.server.messages(ANNA, "Sent").unwrap();
    assert_eq!(sent.len(), 2, "no copy of what was not sent");
}

#[tokio::test]
async fn history_sends_nothing() {
    let mut office = Office::open(server()).await;
    office.server.deliver(ANNA, reply(1)).unwrap();
    office.follow().await;
    let told = office.events_so_far().await;
    assert!(told.iter().all(|event| event.historical), "{told:?}");
    assert!(office.follow_ups().await.is_empty());
}

#[tokio::test]
async fn a_silence_is_answered_by_one_reminder_and_an_answer_ends_the_wait() {
    let mut office = Office::open(server()).await;
    let template = FollowUpTemplate {
        text: "Hello {{first_name|there}}, did you see my mail?".into(),
        ..FollowUpTemplate::default()
    };
    let silence = when::no_reply_within("P3D".parse().unwrap());
    let rule = Rule::new(9, "remind", &silence).unwrap();
    let rule = rule.with_follow_up(template).unwrap();
    office.workspace.put_rule(rule).await.unwrap();
    office.follow().await;
    // Two notes, sent long ago by their dates: their time is over when they
    // are seen. Cleo has answered hers.
    for (to, id) in [
        (BEN, "note@example.com"),
        ("cleo@example.net", "cleo@example.com"),
    ] {
        let note = mail(ANNA, to, "Note", id, "", "What do you think?");
        office
            .server
            .append(ANNA, "Sent", note, &["\\Seen"], None)
            .unwrap();
    }
    let answer = mail(
        "cleo@example.net",
        ANNA,
        "Re: Note",
        "yes@example.net",
        "In-Reply-To: <cleo@example.com>\r\n",
        "A lot.",
    );
    // An answer makes Sent be looked at now.
    office.server.deliver(ANNA, answer).unwrap();
    loop {
        let state = office.until_changed().await;
        assert!(matches!(state, FollowUpState::Accepted { .. }), "{state:?}");
        if office.follow_ups().await.iter().any(|it| it.reminds) {
            break;
        }
    }
    office.settled().await;
    let made = office.follow_ups().await;
    let reminders: Vec<_> = made.iter().filter(|it| it.reminds).collect();
    assert_eq!(reminders.len(), 1);
    assert_eq!(reminders[0].mail.to.as_str(), BEN);
    let waits = office.workspace.enrolments(None, 10).await.unwrap().items;
    let mut states: Vec<_> = waits.iter().map(|it| it.enrolment.state().name()).collect();
    states.sort_unstable();
    assert_eq!(states, ["fired", "replied"]);
}
