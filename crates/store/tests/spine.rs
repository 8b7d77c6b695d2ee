//! One mail's way through the engine, on both stores.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    unreachable_pub
)] // a test may stop at the first surprise

mod common;

use common::{apply, batch, dumped, folder, inbox, mail, owner, parsed, visit};
use inboxlink_engine::{Event, EventKind, Input, Store, StoreErrorKind, keys, step};
use inboxlink_model::{Address, InboxId, WorkspaceId};
use inboxlink_replies::{Rule, when};
use inboxlink_store::{MemoryStore, SqliteStore};

const WORKSPACE: WorkspaceId = WorkspaceId::new(1);
const ANNA: &str = "Anna <anna@example.com>";
const BEN: &str = "Ben Bold <ben@example.org>";

fn stores() -> Vec<(&'static str, Box<dyn Store>)> {
    vec![
        ("memory", Box::new(MemoryStore::new())),
        ("sqlite", Box::new(SqliteStore::in_memory().unwrap())),
    ]
}

/// A workspace with an inbox of two folders, INBOX (0) and Sent (1), both
/// empty when it was connected, and a rule that fires on replies.
async fn set_up(store: &dyn Store) -> InboxId {
    let inbox = inbox(WORKSPACE, "anna@example.com");
    let id = inbox.id;
    apply(store, WORKSPACE, &Input::PutInbox(inbox)).await;
    apply(
        store,
        WORKSPACE,
        &Input::PutOwner(owner(&["anna@example.com"])),
    )
    .await;
    let rule = Rule::new(1, "answer", &when::reply()).unwrap();
    apply(store, WORKSPACE, &Input::PutRules(vec![rule])).await;
    let folders = vec![folder(0, "INBOX"), folder(1, "Sent")];
    apply(store, WORKSPACE, &Input::Folders { inbox: id, folders }).await;
    apply(store, WORKSPACE, &visit(id, 0, 1, 1, [])).await;
    apply(store, WORKSPACE, &visit(id, 1, 1, 1, [])).await;
    id
}

async fn events(store: &dyn Store) -> Vec<Event> {
    store.events(WORKSPACE, 0, usize::MAX).await.unwrap()
}

async fn fired(store: &dyn Store) -> Vec<Event> {
    let mut events = events(store).await;
    events.retain(|event| matches!(event.kind, EventKind::RuleFired { .. }));
    events
}

#[tokio::test]
async fn a_reply_to_our_mail_fires_once() {
    for (name, store) in stores() {
        let id = set_up(&*store).await;
        apply(
            &*store,
            WORKSPACE,
            &batch(id, 1, 1, 1, vec![parsed(1, mail(1, ANNA, BEN, &[]))]),
        )
        .await;
        let reply = batch(id, 0, 1, 1, vec![parsed(1, mail(2, BEN, ANNA, &[1]))]);
        apply(&*store, WORKSPACE, &reply).await;
        // The same batch again, and the same mail moved to another place.
        apply(&*store, WORKSPACE, &reply).await;
        apply(
            &*store,
            WORKSPACE,
            &batch(id, 1, 1, 1, vec![parsed(2, mail(2, BEN, ANNA, &[1]))]),
        )
        .await;
        let fired = fired(&*store).await;
        assert_eq!(fired.len(), 1, "{name}");
        let EventKind::RuleFired {
            from,
            contact,
            outbound,
            ..
        } = &fired[0].kind
        else {
            panic!("{:?}", fired[0])
        };
        assert_eq!(from.as_ref().unwrap().as_str(), "ben@example.org");
        assert!(contact.is_some() && outbound.is_some() && !fired[0].historical);
        assert_eq!(store.counts(WORKSPACE).await.unwrap().messages, 2, "{name}");
    }
}

#[tokio::test]
async fn a_reply_that_comes_before_its_question_fires_when_the_question_comes() {
    for (name, store) in stores() {
        let id = set_up(&*store).await;
        apply(
            &*store,
            WORKSPACE,
            &batch(id, 0, 1, 1, vec![parsed(1, mail(2, BEN, ANNA, &[1]))]),
        )
        .await;
        assert_eq!(fired(&*store).await.len(), 0, "{name}");
        apply(
            &*store,
            WORKSPACE,
            &batch(id, 1, 1, 1, vec![parsed(1, mail(1, ANNA, BEN, &[]))]),
        )
        .await;
        assert_eq!(fired(&*store).await.len(), 1, "{name}");
    }
}

#[tokio::test]
async fn both_in_one_batch_fire_too() {
    for (name, store) in stores() {
        let id = set_up(&*store).await;
        let mails = vec![
            parsed(2, mail(2, BEN, ANNA, &[1])),
            parsed(1, mail(1, ANNA, BEN, &[])),
        ];
        apply(&*store, WORKSPACE, &batch(id, 0, 1, 1, mails)).await;
        assert_eq!(fired(&*store).await.len(), 1, "{name}");
    }
}

#[tokio::test]
async fn history_fires_nothing() {
    for (name, store) in stores() {
        let id = set_up(&*store).await;
        let mails = vec![
            parsed(2, mail(2, BEN, ANNA, &[1])),
            parsed(1, mail(1, ANNA, BEN, &[])),
        ];
        apply(&*store, WORKSPACE, &batch(id, 0, 1, 3, mails)).await;
        assert_eq!(fired(&*store).await.len(), 0, "{name}");
        let added = events(&*store).await;
        assert!(added.iter().all(|event| event.historical), "{name}");
    }
}

#[tokio::test]
async fn a_renumbered_folder_doubles_nothing_and_fires_nothing() {
    for (name, store) in stores() {
        let id = set_up(&*store).await;
        apply(
            &*store,
            WORKSPACE,
            &batch(id, 1, 1, 1, vec![parsed(1, mail(1, ANNA, BEN, &[]))]),
        )
        .await;
        apply(
            &*store,
            WORKSPACE,
            &batch(id, 0, 1, 1, vec![parsed(1, mail(2, BEN, ANNA, &[1]))]),
        )
        .await;
        let before = events(&*store).await.len();
        apply(&*store, WORKSPACE, &visit(id, 0, 2, 11, [10])).await;
        apply(
            &*store,
            WORKSPACE,
            &batch(id, 0, 2, 11, vec![parsed(10, mail(2, BEN, ANNA, &[1]))]),
        )
        .await;
        assert_eq!(store.counts(WORKSPACE).await.unwrap().messages, 2, "{name}");
        assert_eq!(events(&*store).await.len(), before, "{name}");
        let export = store.export(WORKSPACE).await.unwrap();
        let places: Vec<_> = export
            .locations
            .iter()
            .map(|row| (row.location.folder.0, row.location.uid))
            .collect();
        assert_eq!(places, [(0, 10), (1, 1)], "{name}");
        // A trip that began before the folder was renumbered writes nothing.
        let stale = dumped(&*store, WORKSPACE).await;
        apply(
            &*store,
            WORKSPACE,
            &batch(id, 0, 1, 1, vec![parsed(3, mail(3, BEN, ANNA, &[1]))]),
        )
        .await;
        assert_eq!(dumped(&*store, WORKSPACE).await, stale, "{name}");
    }
}

#[tokio::test]
async fn a_copy_that_is_gone_leaves_its_message_on_the_timeline() {
    for (name, store) in stores() {
        let id = set_up(&*store).await;
        apply(
            &*store,
            WORKSPACE,
            &batch(id, 0, 1, 1, vec![parsed(1, mail(1, BEN, ANNA, &[]))]),
        )
        .await;
        apply(&*store, WORKSPACE, &visit(id, 0, 1, 2, [])).await;
        let contact = store
            .contact_of(WORKSPACE, "ben@example.org".parse().unwrap())
            .await
            .unwrap()
            .unwrap();
        assert_eq!(contact.name, "Ben Bold", "{name}");
        let page = store
            .timeline(WORKSPACE, contact.id, None, 10)
            .await
            .unwrap();
        assert_eq!((page.items.len(), page.next), (1, None), "{name}");
        let entry = &page.items[0];
        assert_eq!(
            (entry.message.subject.as_str(), &entry.inboxes[..]),
            ("Offer 1", &[id][..])
        );
        let message = store
            .message(WORKSPACE, page.items[0].identity)
            .await
            .unwrap()
            .unwrap();
        assert!(message.locations.is_empty(), "{name}");
        assert_eq!(
            message.message.text.as_deref().map(str::trim),
            Some("Text number 1."),
            "{name}"
        );
    }
}

#[tokio::test]
async fn contacts_are_listed_by_the_last_mail_and_found_by_name() {
    for (name, store) in stores() {
        let id = set_up(&*store).await;
        // Each mail stands a minute after the one before.
        let people = ["Ben Bold <ben@example.org>", "Ann Öst <ann@example.net>"];
        let mails = (1..=4).map(|n| parsed(n as u32, mail(n, people[n % 2], ANNA, &[])));
        let mails: Vec<_> = mails.collect();
        apply(&*store, WORKSPACE, &batch(id, 0, 1, 1, mails)).await;
        let page = async |search: &str, before, limit| {
            let search = search.to_owned();
            let page = store.recent_contacts(WORKSPACE, search, before, limit);
            let page = page.await.unwrap();
            let names: Vec<_> = page.items.iter().map(|it| it.name.clone()).collect();
            (names, page.next)
        };
        let (first, next) = page("", None, 1).await;
        assert_eq!((first, next.is_some()), (vec!["Ben Bold".to_owned()], true));
        let (second, next) = page("", next, 1).await;
        assert_eq!((second, next), (vec!["Ann Öst".to_owned()], None), "{name}");
        for search in ["öst", "ANN example.net", " ann "] {
            assert_eq!(
                page(search, None, 9).await.0,
                ["Ann Öst"],
                "{name} {search}"
            );
        }
        assert!(page("bold example.net", None, 9).await.0.is_empty());
        let ann: Address = "ann@example.net".parse().unwrap();
        let ann = store.contact_of(WORKSPACE, ann).await.unwrap().unwrap();
        let by_id = store.contact(WORKSPACE, ann.id).await.unwrap();
        assert_eq!(by_id, Some(ann), "{name}");
    }
}

#[tokio::test]
async fn a_stale_step_is_refused_and_the_next_one_taken() {
    for (name, store) in stores() {
        let id = set_up(&*store).await;
        let first = batch(id, 0, 1, 1, vec![parsed(1, mail(1, BEN, ANNA, &[]))]);
        let known = store.load(keys(WORKSPACE, &first)).await.unwrap();
        let stale = step(WORKSPACE, &known, &first, common::NOW);
        apply(
            &*store,
            WORKSPACE,
            &batch(id, 0, 1, 1, vec![parsed(2, mail(2, BEN, ANNA, &[]))]),
        )
        .await;
        let error = store.commit(stale).await.unwrap_err();
        assert_eq!(error.kind(), StoreErrorKind::Conflict, "{name}");
        assert!(error.is_transient());
        apply(&*store, WORKSPACE, &first).await;
        assert_eq!(store.counts(WORKSPACE).await.unwrap().messages, 2, "{name}");
    }
}

#[tokio::test]
async fn saying_the_same_again_writes_nothing() {
    for (name, store) in stores() {
        let id = set_up(&*store).await;
        let inputs = [
            Input::PutInbox(inbox(WORKSPACE, "anna@example.com")),
            Input::PutOwner(owner(&["anna@example.com"])),
            Input::Folders {
                inbox: id,
                folders: vec![folder(0, "INBOX"), folder(1, "Sent")],
            },
            visit(id, 0, 1, 1, []),
        ];
        for input in inputs {
            let known = store.load(keys(WORKSPACE, &input)).await.unwrap();
            assert!(
                step(WORKSPACE, &known, &input, common::NOW).is_empty(),
                "{name}: {input:?}"
            );
        }
    }
}

#[tokio::test]
async fn a_file_keeps_everything_and_a_newer_one_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("crm.db");
    let store = SqliteStore::open(&path).unwrap();
    let id = set_up(&store).await;
    apply(
        &store,
        WORKSPACE,
        &batch(id, 0, 1, 1, vec![parsed(1, mail(1, BEN, ANNA, &[]))]),
    )
    .await;
    let before = dumped(&store, WORKSPACE).await;
    drop(store);
    let store = SqliteStore::open(&path).unwrap();
    assert_eq!(dumped(&store, WORKSPACE).await, before);
    drop(store);

    let raw = rusqlite::Connection::open(&path).unwrap();
    raw.pragma_update(None, "user_version", 999).unwrap();
    drop(raw);
    let error = SqliteStore::open(&path).unwrap_err();
    assert!(
        error.to_string().contains("made by a newer version"),
        "{error}"
    );

    std::fs::write(&path, "this is no database, it is a letter").unwrap();
    let error = SqliteStore::open(&path).unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Format, "{error}");
}
