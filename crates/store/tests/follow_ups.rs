//! Follow-ups from the firing to their end, the same in both stores.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    unreachable_pub,
    dead_code
)] // a test may stop at the first surprise

mod common;

use common::{NOW, batch, dumped, folder, inbox, mail, owner, parsed, visit};
use inboxlink_engine::{
    EventKind, FollowUp, Input, Store, StoreErrorKind, keys, limits::FOLLOW_UP_PAUSE_MS, step,
};
use inboxlink_model::{FolderRole, InboxId, Timestamp, WorkspaceId};
use inboxlink_replies::{
    Rule,
    followup::{FollowUpEvent, FollowUpState, FollowUpTemplate},
    when,
};
use inboxlink_store::{MemoryStore, SqliteStore};
use inboxlink_sync::FolderState;
use proptest::prelude::*;

const WORKSPACE: WorkspaceId = WorkspaceId::new(1);
const ANNA: &str = "Anna <anna@example.com>";
const BEN: &str = "Ben Bold <ben@example.org>";
const PEOPLE: [&str; 3] = [BEN, "Cleo <cleo@example.org>", "dan@example.org"];

fn stores() -> Vec<(&'static str, Box<dyn Store>)> {
    vec![
        ("memory", Box::new(MemoryStore::new())),
        ("sqlite", Box::new(SqliteStore::in_memory().unwrap())),
    ]
}

/// Applies an input at a moment, as the facade does.
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

fn answering(id: u64) -> Rule {
    let text = "Hello {{first_name|there}}".to_owned();
    let rule = Rule::new(id, "answer", &when::reply()).unwrap();
    let template = FollowUpTemplate {
        subject: None,
        text,
        ..FollowUpTemplate::default()
    };
    rule.with_follow_up(template).unwrap()
}

/// An inbox with INBOX (0) and Sent (1), where Anna has written to Ben and
/// his colleagues (1), and a rule that answers replies.
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
        Input::PutRules(vec![answering(1)]),
        Input::Folders { inbox: id, folders },
        visit(id, 0, 1, 1, []),
        visit(id, 1, 1, 1, []),
        batch(id, 1, 1, 1, vec![parsed(1, mail(1, ANNA, BEN, &[]))]),
    ] {
        apply_at(store, &input, NOW).await;
    }
    id
}

/// Mail `n` of somebody answers Anna's first one.
fn reply(id: InboxId, n: usize, from: &str) -> Input {
    let uid = u32::try_from(n).unwrap();
    batch(id, 0, 1, 1, vec![parsed(uid, mail(n, from, ANNA, &[1]))])
}

async fn all(store: &dyn Store) -> Vec<FollowUp> {
    store.follow_ups(WORKSPACE, None, 100).await.unwrap().items
}

async fn told(store: &dyn Store) -> Vec<&'static str> {
    let events = store.events(WORKSPACE, 0, usize::MAX).await.unwrap();
    let of_it = |name: &&str| name.starts_with("rule") || name.starts_with("follow");
    events
        .iter()
        .map(|event| event.kind.name())
        .filter(of_it)
        .collect()
}

/// What Anna's mail program would have in Sent.
fn copy(id: InboxId, uid: u32, follow_up: &FollowUp, more: &[u8]) -> Input {
    let bytes = [&follow_up.mail.bytes, more].concat();
    batch(id, 1, 1, 1, vec![parsed(uid, bytes)])
}

async fn happens(store: &dyn Store, follow_up: &FollowUp, event: FollowUpEvent) -> bool {
    let follow_up = Box::new(follow_up.clone());
    apply_at(store, &Input::FollowUp { follow_up, event }, NOW).await
}

fn attempt() -> FollowUpEvent {
    let until = NOW.plus_millis(1);
    FollowUpEvent::Attempt { now: NOW, until }
}

fn accepted() -> FollowUpEvent {
    let (text, copy_due) = ("250 ok".to_owned(), Some(NOW));
    FollowUpEvent::Accepted { text, copy_due }
}

#[tokio::test]
async fn one_is_made_with_the_firing_and_never_again() {
    for (name, store) in stores() {
        let store = &*store;
        let id = set_up(store).await;
        apply_at(store, &reply(id, 2, BEN), NOW).await;
        let made = all(store).await;
        assert_eq!(made.len(), 1, "{name}");
        assert_eq!(made[0].state, FollowUpState::prepared(NOW), "{name}");
        assert_eq!(made[0].inbox, id);
        assert_eq!(made[0].mail.from.as_str(), "anna@example.com");
        // The same mail elsewhere, and the mail it answers once more: both are
        // looked at, and neither makes another.
        let again = parsed(9, mail(2, BEN, ANNA, &[1]));
        apply_at(store, &batch(id, 1, 1, 1, vec![again]), NOW).await;
        assert_eq!(all(store).await, made, "{name}");
        assert_eq!(
            told(store).await,
            ["rule_fired", "follow_up_prepared"],
            "{name}"
        );
    }
}

#[tokio::test]
async fn a_rule_that_gets_a_follow_up_later_sends_none_for_what_it_fired_for() {
    for (name, store) in stores() {
        let store = &*store;
        let id = set_up(store).await;
        let body = Rule::new(1, "answer", &when::from("ben@example.org")).unwrap();
        apply_at(store, &Input::PutRules(vec![body]), NOW).await;
        // It answers a mail (7) that is not stored yet, and fires all the same.
        let early = parsed(2, mail(2, BEN, ANNA, &[7]));
        apply_at(store, &batch(id, 0, 1, 1, vec![early]), NOW).await;
        let rule = Rule::new(1, "answer", &when::from("ben@example.org")).unwrap();
        let rule = rule
            .with_follow_up(answering(1).follow_up.unwrap())
            .unwrap();
        apply_at(store, &Input::PutRules(vec![rule]), NOW).await;
        let question = parsed(5, mail(7, ANNA, BEN, &[]));
        apply_at(store, &batch(id, 1, 1, 1, vec![question]), NOW).await;
        assert_eq!(told(store).await, ["rule_fired"], "{name}");
        assert!(all(store).await.is_empty(), "{name}");
    }
}

#[tokio::test]
async fn nobody_gets_a_second_one_within_a_day() {
    for (name, store) in stores() {
        let store = &*store;
        let id = set_up(store).await;
        // Two at once: the first one counts.
        let mails = [2, 3].map(|n| parsed(n, mail(n as usize, BEN, ANNA, &[1])));
        apply_at(store, &batch(id, 0, 1, 1, mails.into()), NOW).await;
        assert_eq!(all(store).await.len(), 1, "{name}");
        let almost = NOW.plus_millis(FOLLOW_UP_PAUSE_MS - 1);
        apply_at(store, &reply(id, 4, BEN), almost).await;
        assert_eq!(all(store).await.len(), 1, "{name}");
        apply_at(store, &reply(id, 5, PEOPLE[1]), almost).await;
        apply_at(
            store,
            &reply(id, 6, BEN),
            NOW.plus_millis(FOLLOW_UP_PAUSE_MS),
        )
        .await;
        assert_eq!(all(store).await.len(), 3, "{name}");
        let declined = told(store).await;
        let declined = declined
            .iter()
            .filter(|name| **name == "follow_up_declined");
        assert_eq!(declined.count(), 2, "{name}");
    }
}

#[tokio::test]
async fn an_autoresponder_with_changing_addresses_to_answer_is_told_once() {
    for (name, store) in stores() {
        let store = &*store;
        let id = set_up(store).await;
        for n in 2..6 {
            let text = String::from_utf8(mail(n, BEN, ANNA, &[1])).unwrap();
            let text = format!("Reply-To: ticket{n}@example.org\r\n{text}");
            let mails = vec![parsed(u32::try_from(n).unwrap(), text.into_bytes())];
            apply_at(store, &batch(id, 0, 1, 1, mails), NOW).await;
        }
        assert_eq!(all(store).await.len(), 1, "{name}");
    }
}

#[tokio::test]
async fn a_reply_that_waited_for_its_question_is_answered_from_its_own_inbox() {
    for (name, store) in stores() {
        let store = &*store;
        let id = set_up(store).await;
        let other = inbox(WORKSPACE, "sales@example.com");
        let sales = other.id;
        apply_at(store, &Input::PutInbox(other), NOW).await;
        let folders = vec![folder(0, "Sent")];
        apply_at(
            store,
            &Input::Folders {
                inbox: sales,
                folders,
            },
            NOW,
        )
        .await;
        apply_at(store, &visit(sales, 0, 1, 1, []), NOW).await;
        let early = parsed(2, mail(2, BEN, ANNA, &[7]));
        apply_at(store, &batch(id, 0, 1, 1, vec![early]), NOW).await;
        let question = parsed(5, mail(7, "sales@example.com", BEN, &[]));
        apply_at(store, &batch(sales, 0, 1, 1, vec![question]), NOW).await;
        let made = all(store).await;
        assert_eq!((made.len(), made[0].inbox), (1, id), "{name}");
        // Its pause counts for a reply that waited, too.
        let early = parsed(3, mail(3, BEN, ANNA, &[8]));
        apply_at(store, &batch(id, 0, 1, 1, vec![early]), NOW).await;
        let question = parsed(6, mail(8, ANNA, BEN, &[]));
        apply_at(store, &batch(id, 1, 1, 1, vec![question]), NOW).await;
        assert_eq!(all(store).await.len(), 1, "{name}");
    }
}

#[tokio::test]
async fn one_attempt_is_won_and_what_was_sent_stands_on_the_timeline() {
    for (name, store) in stores() {
        let store = &*store;
        let id = set_up(store).await;
        apply_at(store, &reply(id, 2, BEN), NOW).await;
        let made = all(store).await.remove(0);
        let due = store.follow_ups_under_way(WORKSPACE, id, 10).await.unwrap();
        assert_eq!(due, all(store).await, "{name}");
        assert!(happens(store, &made, attempt()).await, "{name}");
        assert!(!happens(store, &made, attempt()).await, "{name}");
        let before = store.counts(WORKSPACE).await.unwrap().messages;
        assert!(happens(store, &made, accepted()).await, "{name}");
        let message = store
            .message(WORKSPACE, made.message)
            .await
            .unwrap()
            .unwrap();
        assert!(
            !message.historical && message.locations.is_empty(),
            "{name}"
        );
        assert_eq!(store.counts(WORKSPACE).await.unwrap().messages, before + 1);

        // Its copy in Sent is that message, even with a footer put below it.
        apply_at(store, &copy(id, 5, &made, b"A footer.\r\n"), NOW).await;
        assert_eq!(
            store.counts(WORKSPACE).await.unwrap().messages,
            before + 1,
            "{name}"
        );
        let message = store
            .message(WORKSPACE, made.message)
            .await
            .unwrap()
            .unwrap();
        assert_eq!(message.locations.len(), 1, "{name}");
        let done = store.follow_up(WORKSPACE, made.id).await.unwrap().unwrap();
        assert_eq!(done.state.due(), None, "{name}");
        let under_way = store.follow_ups_under_way(WORKSPACE, id, 10).await.unwrap();
        assert!(under_way.is_empty(), "{name}");
        let expected = ["rule_fired", "follow_up_prepared", "follow_up_changed"];
        assert_eq!(told(store).await, expected, "{name}");
    }
}

#[tokio::test]
async fn unknown_until_its_copy_is_seen() {
    for (name, store) in stores() {
        let store = &*store;
        let id = set_up(store).await;
        apply_at(store, &reply(id, 2, BEN), NOW).await;
        let made = all(store).await.remove(0);
        happens(store, &made, attempt()).await;
        happens(store, &made, FollowUpEvent::Interrupted).await;
        apply_at(store, &copy(id, 5, &made, b""), NOW.plus_millis(9)).await;
        let events = store.events(WORKSPACE, 0, usize::MAX).await.unwrap();
        let changed: Vec<_> = events
            .into_iter()
            .filter_map(|event| match event.kind {
                EventKind::FollowUpChanged { state, .. } => Some(state.name()),
                _ => None,
            })
            .collect();
        assert_eq!(changed, ["unknown", "accepted"], "{name}");
        let message = store.message(WORKSPACE, made.message).await.unwrap();
        assert_eq!(message.unwrap().locations.len(), 1, "{name}");
    }
}

/// One thing that happens.
#[derive(Debug, Clone)]
enum Act {
    Reply { n: usize, from: usize, hours: i64 },
    Event { which: usize, event: FollowUpEvent },
    Copy { which: usize, uid: u32 },
}

fn act() -> impl Strategy<Value = Act> {
    let event = prop_oneof![
        3 => Just(attempt()),
        2 => Just(accepted()),
        1 => Just(FollowUpEvent::Interrupted),
        1 => Just(FollowUpEvent::SendAgain { now: NOW }),
        1 => Just(FollowUpEvent::CopyDue { at: None }),
        1 => any::<bool>().prop_map(|permanent| FollowUpEvent::Refused {
            permanent,
            code: Some(450),
            text: "no".to_owned(),
            now: NOW,
        }),
    ];
    prop_oneof![
        3 => (2usize..12, 0usize..3, 0i64..60)
            .prop_map(|(n, from, hours)| Act::Reply { n, from, hours }),
        4 => (0usize..6, event).prop_map(|(which, event)| Act::Event { which, event }),
        1 => (0usize..6, 2u32..40).prop_map(|(which, uid)| Act::Copy { which, uid }),
    ]
}

async fn run(store: &dyn Store, id: InboxId, act: &Act) {
    let nth = async |which: usize| all(store).await.into_iter().nth(which);
    match act {
        Act::Reply { n, from, hours } => {
            let now = NOW.plus_millis(hours * 3_600_000);
            apply_at(store, &reply(id, *n, PEOPLE[*from]), now).await;
        }
        Act::Event { which, event } => {
            if let Some(follow_up) = nth(*which).await {
                happens(store, &follow_up, event.clone()).await;
            }
        }
        Act::Copy { which, uid } => {
            if let Some(follow_up) = nth(*which).await {
                apply_at(store, &copy(id, *uid, &follow_up, b""), NOW).await;
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn sqlite_equals_the_reference(acts in prop::collection::vec(act(), 1..25)) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let (memory, sqlite) = (MemoryStore::new(), SqliteStore::in_memory().unwrap());
            let id = set_up(&memory).await;
            set_up(&sqlite).await;
            for act in &acts {
                run(&memory, id, act).await;
                run(&sqlite, id, act).await;
            }
            let mut before = None;
            loop {
                let a = memory.follow_ups(WORKSPACE, before, 2).await.unwrap();
                assert_eq!(a, sqlite.follow_ups(WORKSPACE, before, 2).await.unwrap());
                for made in &a.items {
                    let found = sqlite.follow_up(WORKSPACE, made.id).await.unwrap();
                    assert_eq!(found.as_ref(), Some(made));
                    assert_eq!(sqlite.follow_up(WorkspaceId::new(2), made.id).await.unwrap(), None);
                }
                before = a.next;
                if before.is_none() {
                    break;
                }
            }
            let a = memory.follow_ups_under_way(WORKSPACE, id, 3).await.unwrap();
            assert_eq!(a, sqlite.follow_ups_under_way(WORKSPACE, id, 3).await.unwrap());
            let other = WorkspaceId::new(2);
            assert_eq!(sqlite.follow_ups_under_way(other, id, 3).await.unwrap(), []);
            assert_eq!(sqlite.follow_ups(other, None, 3).await.unwrap().items, []);
            assert_eq!(dumped(&memory, WORKSPACE).await, dumped(&sqlite, WORKSPACE).await);
            let events = memory.events(WORKSPACE, 0, usize::MAX).await.unwrap();
            assert_eq!(events, sqlite.events(WORKSPACE, 0, usize::MAX).await.unwrap());
            // Each firing was answered once at most.
            let mut answered: Vec<_> = all(&memory).await.iter().map(|made| made.answers).collect();
            let made = answered.len();
            answered.sort();
            answered.dedup();
            assert_eq!(answered.len(), made);
        });
    }
}
