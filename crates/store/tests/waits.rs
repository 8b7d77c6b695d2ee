//! Waits for an answer, from the mail that begins them to their end, the same
//! in both stores.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    unreachable_pub,
    dead_code
)] // a test may stop at the first surprise

mod common;

use std::collections::BTreeMap;

use common::{batch, dumped, folder, inbox, mail, owner, parsed, visit};
use inboxlink_engine::{
    Enrolled, Event, EventKind, FollowUp, Input, Store, StoreErrorKind, WorkspaceConfig, explain,
    explain_keys, keys, step,
};
use inboxlink_model::{FolderRole, InboxId, MessageId, Timestamp, WorkspaceId};
use inboxlink_replies::{
    Outcome, Rule,
    enrolment::{self, AwayPolicy, EnrolmentState},
    followup::{FollowUpEvent, FollowUpState, FollowUpTemplate, SendPolicy},
    when,
};
use inboxlink_store::{MemoryStore, SqliteStore};
use inboxlink_sync::FolderState;
use proptest::prelude::*;

const WORKSPACE: WorkspaceId = WorkspaceId::new(1);
const ANNA: &str = "Anna <anna@example.com>";
const BEN: &str = "Ben Bold <ben@example.org>";
/// 10:01 on the day of which all mail is: when mail 1 was sent.
const SENT: Timestamp = Timestamp(1_772_445_660_000);
const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;

fn stores() -> Vec<(&'static str, Box<dyn Store>)> {
    vec![
        ("memory", Box::new(MemoryStore::new())),
        ("sqlite", Box::new(SqliteStore::in_memory().unwrap())),
    ]
}

async fn apply_at(store: &dyn Store, input: &Input, now: Timestamp) -> bool {
    loop {
        let known = store.load(keys(WORKSPACE, input)).await.unwrap();
        let changes = step(WORKSPACE, &known, input, now);
        if changes.is_empty() {
            return false;
        }
        match store.commit(changes).await {
            Ok(_) => return true,
            Err(error) => assert_eq!(error.kind(), StoreErrorKind::Conflict, "{error}"),
        }
    }
}

fn reminding() -> Rule {
    let condition = when::no_reply_within("P3D".parse().unwrap()).and(when::to("ben@example.org"));
    let template = FollowUpTemplate {
        text: "Hello {{first_name|there}}, did you see my mail?".to_owned(),
        ..FollowUpTemplate::default()
    };
    let rule = Rule::new(1, "remind", &condition).unwrap();
    rule.with_follow_up(template).unwrap()
}

/// Anna's INBOX (0) and Sent (1), both empty, and a rule that reminds Ben.
async fn set_up(store: &dyn Store) -> InboxId {
    let inbox = inbox(WORKSPACE, "anna@example.com");
    let id = inbox.id;
    let sent = FolderState {
        role: FolderRole::Sent,
        ..folder(1, "Sent")
    };
    let folders = vec![folder(0, "INBOX"), sent];
    for input in [
        Input::PutInbox(inbox),
        Input::PutOwner(owner(&["anna@example.com"])),
        Input::PutRule(Box::new(reminding())),
        Input::Folders { inbox: id, folders },
        visit(id, 0, 1, 1, []),
        visit(id, 1, 1, 1, []),
    ] {
        apply_at(store, &input, SENT).await;
    }
    id
}

/// Anna's mail `n` to Ben, as her Sent folder shows it.
fn note(id: InboxId, n: usize) -> Input {
    let uid = u32::try_from(n).unwrap();
    batch(id, 1, 1, 1, vec![parsed(uid, mail(n, ANNA, BEN, &[]))])
}

/// A mail in Anna's INBOX.
fn arrives(id: InboxId, uid: u32, bytes: Vec<u8>) -> Input {
    batch(id, 0, 1, 1, vec![parsed(uid, bytes)])
}

fn answer(id: InboxId, n: usize, refs: &[usize]) -> Input {
    let uid = u32::try_from(n).unwrap();
    arrives(id, uid, mail(n, BEN, ANNA, refs))
}

/// A mail with more header fields in front.
fn with(headers: &str, mail: Vec<u8>) -> Vec<u8> {
    [headers.as_bytes(), &mail].concat()
}

fn away(id: InboxId, n: usize, until: &str) -> Input {
    let bytes = with("Auto-Submitted: auto-replied\r\n", mail(n, BEN, ANNA, &[1]));
    let text = format!("I am out of office until {until}.\r\n");
    let bytes = [bytes.as_slice(), text.as_bytes()].concat();
    arrives(id, u32::try_from(n).unwrap(), bytes)
}

/// A report that `ours` did not reach Ben.
fn bounce(ours: &str) -> Vec<u8> {
    format!(
        "From: MAILER-DAEMON@example.com\r\nTo: {ANNA}\r\nSubject: Undelivered Mail Returned to Sender\r\n\
         Message-ID: <bounce@example.com>\r\nDate: Mon, 2 Mar 2026 11:00:00 +0000\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n\
         --b\r\nContent-Type: text/plain\r\n\r\nNo such user.\r\n\
         --b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example.org\r\n\r\n\
         Final-Recipient: rfc822; ben@example.org\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n\
         --b\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: <{ours}>\r\nSubject: Offer\r\n\r\nText\r\n--b--\r\n"
    )
    .into_bytes()
}

/// Time passes, and Anna's inbox was read up to a moment.
async fn tick(store: &dyn Store, id: InboxId, now: Timestamp, read: Timestamp) {
    let read = BTreeMap::from([(id, read)]);
    apply_at(store, &Input::Tick { now, read }, now).await;
}

async fn waits(store: &dyn Store) -> Vec<Enrolled> {
    store.enrolments(WORKSPACE, None, 100).await.unwrap().items
}

async fn states(store: &dyn Store) -> Vec<&'static str> {
    let waits = waits(store).await;
    waits.iter().map(|it| it.enrolment.state().name()).collect()
}

async fn follow_ups(store: &dyn Store) -> Vec<FollowUp> {
    store.follow_ups(WORKSPACE, None, 100).await.unwrap().items
}

async fn events(store: &dyn Store) -> Vec<Event> {
    store.events(WORKSPACE, 0, usize::MAX).await.unwrap()
}

async fn fired(store: &dyn Store) -> usize {
    let events = events(store).await;
    let fired = events.iter().filter(|it| it.kind.name() == "rule_fired");
    fired.count()
}

#[tokio::test]
async fn a_silence_fires_once_and_only_when_it_is_certain() {
    for (name, store) in stores() {
        let store = &*store;
        let id = set_up(store).await;
        apply_at(store, &note(id, 1), SENT).await;
        assert_eq!(states(store).await, ["waiting"], "{name}");
        let deadline = SENT.plus_millis(3 * DAY);
        assert_eq!(store.next_due(WORKSPACE).await.unwrap(), Some(deadline));
        // Too early, however far the clock claims to have read.
        tick(
            store,
            id,
            deadline.plus_millis(-1),
            deadline.plus_millis(DAY),
        )
        .await;
        // In time, with an inbox that was not read so far: somebody must look.
        let late = deadline.plus_millis(HOUR);
        let input = Input::Tick {
            now: late,
            read: BTreeMap::from([(id, deadline.plus_millis(-1))]),
        };
        let known = store.load(keys(WORKSPACE, &input)).await.unwrap();
        let changes = step(WORKSPACE, &known, &input, late);
        assert_eq!(Vec::from_iter(changes.look.clone()), [id]);
        store.commit(changes).await.unwrap();
        assert_eq!(
            (fired(store).await, states(store).await),
            (0, vec!["waiting"])
        );

        tick(store, id, late, deadline).await;
        assert_eq!(
            (fired(store).await, states(store).await),
            (1, vec!["fired"]),
            "{name}"
        );
        for hour in 1..5 {
            tick(store, id, late.plus_millis(hour * HOUR), late).await;
        }
        apply_at(store, &note(id, 1), late).await;
        assert_eq!(fired(store).await, 1);
        let made = follow_ups(store).await;
        assert_eq!(made.len(), 1);
        let mail = String::from_utf8(made[0].mail.bytes.clone()).unwrap();
        assert!(mail.contains("Auto-Submitted: auto-generated"), "{mail}");
        assert!(mail.contains("In-Reply-To: <m1@example.com>"), "{mail}");
        assert!(mail.contains("Hello Ben, did you"), "{mail}");
        assert_eq!(
            (made[0].mail.to.as_str(), made[0].reminds),
            ("ben@example.org", true)
        );
    }
}

#[tokio::test]
async fn an_answer_ends_it_also_one_to_another_mail_of_the_thread_or_before_its_question() {
    for (name, store) in stores() {
        let store = &*store;
        let id = set_up(store).await;
        // Mail 3 answers mail 2, which Sent shows only later.
        apply_at(store, &note(id, 1), SENT).await;
        apply_at(store, &answer(id, 3, &[1, 2]), SENT).await;
        assert_eq!(states(store).await, ["replied"], "{name}");
        let again = batch(id, 1, 1, 1, vec![parsed(2, mail(2, ANNA, BEN, &[1]))]);
        apply_at(store, &again, SENT).await;
        assert_eq!(states(store).await, ["replied", "replied"], "{name}");
        let late = SENT.plus_millis(4 * DAY);
        tick(store, id, late, late).await;
        assert_eq!(fired(store).await, 0);
    }
}

#[tokio::test]
async fn an_answer_withdraws_a_reminder_that_was_not_sent_yet() {
    for (name, store) in stores() {
        let store = &*store;
        let id = set_up(store).await;
        apply_at(store, &note(id, 1), SENT).await;
        let late = SENT.plus_millis(4 * DAY);
        tick(store, id, late, late).await;
        apply_at(store, &answer(id, 3, &[1]), late).await;
        let made = follow_ups(store).await;
        assert_eq!(made[0].state.name(), "withdrawn", "{name}");
        assert_eq!(states(store).await, ["replied"]);
    }
}

#[tokio::test]
async fn what_automations_send_is_waited_on_by_none_and_its_bounce_is_told() {
    for (name, store) in stores() {
        let store = &*store;
        let id = set_up(store).await;
        apply_at(store, &note(id, 1), SENT).await;
        let late = SENT.plus_millis(4 * DAY);
        tick(store, id, late, late).await;
        let made = follow_ups(store).await.remove(0);
        let attempt = FollowUpEvent::Attempt {
            now: late,
            until: late,
        };
        let accepted = FollowUpEvent::Accepted {
            text: "250".to_owned(),
            copy_due: None,
        };
        for event in [attempt, accepted] {
            let follow_up = Box::new(made.clone());
            apply_at(store, &Input::FollowUp { follow_up, event }, late).await;
        }
        assert_eq!(waits(store).await.len(), 1, "{name}");
        let report = bounce(made.mail.message_id.as_str());
        apply_at(store, &arrives(id, 9, report), late).await;
        let state = follow_ups(store).await.remove(0).state;
        assert_eq!(
            state,
            FollowUpState::Bounced {
                text: "5.1.1".to_owned()
            },
            "{name}"
        );
        let told = events(store).await;
        let bounced = |event: &&Event| matches!(&event.kind, EventKind::FollowUpChanged { state, .. } if state.name() == "bounced");
        assert_eq!(told.iter().filter(bounced).count(), 1);
    }
}

#[tokio::test]
async fn a_bounce_ends_the_wait_and_an_absence_extends_it_by_policy() {
    for (name, store) in stores() {
        let store = &*store;
        let id = set_up(store).await;
        let config = WorkspaceConfig {
            away: AwayPolicy::Extend {
                unnamed: None,
                at_most: "P30D".parse().unwrap(),
            },
            ..WorkspaceConfig::default()
        };
        apply_at(store, &Input::PutConfig(config), SENT).await;
        apply_at(store, &note(id, 1), SENT).await;
        apply_at(store, &away(id, 4, "12 March 2026"), SENT).await;
        // Three days behind the end of 12 March.
        let back = Timestamp::from_seconds(1_773_360_000).plus_millis(3 * DAY);
        assert_eq!(waits(store).await[0].due, Some(back), "{name}");
        apply_at(store, &arrives(id, 9, bounce("m1@example.com")), SENT).await;
        assert_eq!(states(store).await, ["undelivered"], "{name}");
        assert_eq!(store.next_due(WORKSPACE).await.unwrap(), None);
    }
}

#[tokio::test]
async fn it_can_be_paused_and_cancelled_and_a_rule_that_is_off_fires_nothing() {
    for (name, store) in stores() {
        let store = &*store;
        let id = set_up(store).await;
        apply_at(store, &note(id, 1), SENT).await;
        let enrolment = waits(store).await[0].id();
        let tell = |event| Input::Enrolment { enrolment, event };
        let late = SENT.plus_millis(4 * DAY);
        apply_at(store, &tell(enrolment::Event::Pause { now: SENT }), SENT).await;
        tick(store, id, late, late).await;
        assert_eq!(states(store).await, ["paused"], "{name}");
        apply_at(store, &tell(enrolment::Event::Resume { now: late }), late).await;
        assert_eq!(waits(store).await[0].due, Some(SENT.plus_millis(7 * DAY)));
        let off = Input::SwitchRule {
            rule: 1.into(),
            enabled: false,
        };
        apply_at(store, &off, late).await;
        let end = SENT.plus_millis(9 * DAY);
        tick(store, id, end, end).await;
        assert_eq!(
            (states(store).await, fired(store).await),
            (vec!["cancelled"], 0),
            "{name}"
        );
    }
}

#[tokio::test]
async fn a_cap_postpones_and_a_step_is_not_repeated() {
    for (name, store) in stores() {
        let store = &*store;
        let id = set_up(store).await;
        let sending = SendPolicy {
            a_day: Some(1),
            a_step: Some(1),
            ..SendPolicy::default()
        };
        let config = WorkspaceConfig {
            sending,
            ..WorkspaceConfig::default()
        };
        apply_at(store, &Input::PutConfig(config), SENT).await;
        let other = Rule {
            id: 2.into(),
            ..reminding()
        };
        apply_at(store, &Input::PutRule(Box::new(other)), SENT).await;
        apply_at(store, &note(id, 1), SENT).await;
        let late = SENT.plus_millis(4 * DAY);
        tick(store, id, late, late).await;
        let made = follow_ups(store).await;
        assert_eq!(made.len(), 2, "{name}");
        for follow_up in made {
            let event = FollowUpEvent::Attempt {
                now: late,
                until: late.plus_millis(1),
            };
            let follow_up = Box::new(follow_up);
            apply_at(store, &Input::FollowUp { follow_up, event }, late).await;
        }
        let made = follow_ups(store).await;
        let sent = made.iter().find(|it| it.sent_at.is_some()).unwrap().rule;
        let mut states: Vec<_> = follow_ups(store)
            .await
            .into_iter()
            .map(|it| it.state)
            .collect();
        states.sort_by_key(FollowUpState::name);
        assert_eq!(states[0].name(), "attempting", "{name}");
        assert_eq!(states[1].due(), Some(late.plus_millis(DAY)), "{name}");
        // A second note, ten days later: this step went to Ben before.
        let (start, end) = (late.plus_millis(10 * DAY), late.plus_millis(20 * DAY));
        let later = mail(50, ANNA, BEN, &[]);
        let later = String::from_utf8(later).unwrap().replace("2 Mar", "16 Mar");
        apply_at(
            store,
            &batch(id, 1, 1, 1, vec![parsed(50, later.into_bytes())]),
            start,
        )
        .await;
        tick(store, id, end, end).await;
        let made = follow_ups(store).await;
        let second = made
            .iter()
            .find(|it| it.created_at == end && it.rule == sent)
            .unwrap();
        let event = FollowUpEvent::Attempt {
            now: end,
            until: end.plus_millis(1),
        };
        let follow_up = Box::new(second.clone());
        apply_at(store, &Input::FollowUp { follow_up, event }, end).await;
        let made = follow_ups(store).await;
        let second = made.iter().find(|it| it.id == second.id).unwrap();
        assert_eq!(second.state.name(), "withdrawn", "{name}");
    }
}

#[tokio::test]
async fn threads_and_the_count_of_answers_can_be_asked() {
    for (name, store) in stores() {
        let store = &*store;
        let id = set_up(store).await;
        let second = Rule::new(5, "second", &when::nth_reply(2)).unwrap();
        apply_at(store, &Input::PutRules(vec![second]), SENT).await;
        apply_at(store, &note(id, 1), SENT).await;
        apply_at(store, &answer(id, 2, &[1]), SENT).await;
        assert_eq!(fired(store).await, 0, "{name}");
        apply_at(store, &answer(id, 3, &[1, 2]), SENT).await;
        assert_eq!(fired(store).await, 1, "{name}");
        let stored = events(store).await;
        let thread = stored.iter().find_map(|event| match event.kind {
            EventKind::MessageAdded { thread, .. } => Some(thread),
            _ => None,
        });
        let here = Rule::new(6, "here", &when::in_thread(thread.unwrap())).unwrap();
        apply_at(store, &Input::PutRules(vec![here]), SENT).await;
        apply_at(store, &answer(id, 4, &[1]), SENT).await;
        assert_eq!(fired(store).await, 2, "{name}");
    }
}

#[tokio::test]
async fn an_answer_to_another_id_of_our_mail_is_an_answer_to_it() {
    for (name, store) in stores() {
        let store = &*store;
        let id = set_up(store).await;
        apply_at(store, &note(id, 1), SENT).await;
        let message = waits(store).await[0].enrolment.outbound;
        let alias = MessageId::new("0100-7@email.amazonses.com").unwrap();
        apply_at(store, &Input::Alias { message, id: alias }, SENT).await;
        let reply = with(
            "In-Reply-To: <0100-7@email.amazonses.com>\r\n",
            mail(3, BEN, ANNA, &[]),
        );
        apply_at(store, &arrives(id, 3, reply), SENT).await;
        assert_eq!(states(store).await, ["replied"], "{name}");
        let told = events(store).await;
        assert!(
            told.iter().any(|event| matches!(event.kind,
            EventKind::ReplyReceived { outbound, .. } if outbound == message)),
            "{name}"
        );
    }
}

#[tokio::test]
async fn every_rule_says_why() {
    for (name, store) in stores() {
        let store = &*store;
        let id = set_up(store).await;
        let reply = Rule::new(7, "price", &when::reply().and(when::body("price"))).unwrap();
        apply_at(store, &Input::PutRule(Box::new(reply)), SENT).await;
        apply_at(store, &note(id, 1), SENT).await;
        apply_at(store, &answer(id, 3, &[1]), SENT).await;
        let stored = events(store).await;
        let reply = stored.iter().find_map(|event| match event.kind {
            EventKind::ReplyReceived { message, .. } => Some(message),
            _ => None,
        });
        let asked = store
            .message(WORKSPACE, reply.unwrap())
            .await
            .unwrap()
            .unwrap();
        let known = store.load(explain_keys(WORKSPACE, &asked)).await.unwrap();
        let why = explain(&known, &asked, SENT);
        let price = why.iter().find(|it| it.rule == 7.into()).unwrap();
        assert_eq!(price.outcome, Outcome::DoesNotHold, "{name}");
        let trace: Vec<_> = price.evaluation.trace.iter().map(|it| it.matched).collect();
        assert_eq!(trace, [false, true, false], "{name}");
    }
}

#[derive(Debug, Clone)]
enum Act {
    Note(usize),
    Answer(usize, usize),
    Away(usize),
    Bounce(usize),
    Tick(i64, i64),
    Switch(bool),
    Pause(bool),
    Cancel,
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        4 => (1usize..4).prop_map(Act::Note),
        3 => ((10usize..20), (1usize..4)).prop_map(|(n, to)| Act::Answer(n, to)),
        1 => (20usize..25).prop_map(Act::Away),
        1 => (1usize..4).prop_map(Act::Bounce),
        4 => ((0i64..12), (0i64..3)).prop_map(|(half_days, behind)| Act::Tick(half_days, behind)),
        1 => any::<bool>().prop_map(Act::Switch),
        1 => any::<bool>().prop_map(Act::Pause),
        1 => Just(Act::Cancel),
    ]
}

async fn run(store: &dyn Store, id: InboxId, act: &Act, now: &mut Timestamp) {
    let first = waits(store).await.first().map(Enrolled::id);
    let tell = |event| first.map(|enrolment| Input::Enrolment { enrolment, event });
    let input = match act {
        Act::Note(n) => Some(note(id, *n)),
        Act::Answer(n, to) => Some(answer(id, *n, &[*to])),
        Act::Away(n) => Some(away(id, *n, "12 March 2026")),
        Act::Bounce(n) => Some(arrives(id, 30, bounce(&format!("m{n}@example.com")))),
        Act::Tick(half_days, behind) => {
            *now = now.plus_millis(half_days * DAY / 2);
            let read = BTreeMap::from([(id, now.plus_millis(-behind * DAY))]);
            Some(Input::Tick { now: *now, read })
        }
        Act::Switch(enabled) => Some(Input::SwitchRule {
            rule: 1.into(),
            enabled: *enabled,
        }),
        Act::Pause(true) => tell(enrolment::Event::Pause { now: *now }),
        Act::Pause(false) => tell(enrolment::Event::Resume { now: *now }),
        Act::Cancel => tell(enrolment::Event::Cancel),
    };
    if let Some(input) = input {
        apply_at(store, &input, *now).await;
        // What happens twice happens once.
        if !matches!(input, Input::Enrolment { .. }) {
            apply_at(store, &input, *now).await;
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Whatever happens in whatever order: both stores agree, a rule fires at
    /// most once for each note, and never for one that was answered before.
    #[test]
    fn sqlite_equals_the_reference(acts in prop::collection::vec(act(), 1..25)) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let mut dumps = Vec::new();
            for (_, store) in stores() {
                let store = &*store;
                let id = set_up(store).await;
                let mut now = SENT.plus_millis(HOUR);
                for act in &acts {
                    run(store, id, act, &mut now).await;
                    let made = follow_ups(store).await.len();
                    prop_assert!(fired(store).await <= 3 && made <= 3);
                }
                let waits = waits(store).await;
                for row in &waits {
                    let fires = matches!(row.enrolment.state(), EnrolmentState::Fired { .. });
                    prop_assert!(!(fires && row.due.is_some()));
                }
                dumps.push(dumped(store, WORKSPACE).await);
            }
            prop_assert_eq!(&dumps[0], &dumps[1]);
            Ok(())
        })?;
    }
}
