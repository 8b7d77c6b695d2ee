//! The stores' laws: SQLite does what the reference does, and the way in
//! which mail came does not show.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    unreachable_pub
)] // a test may stop at the first surprise

mod common;

use common::{apply, batch, dumped, folder, inbox, mail, owner, parsed, visit};
use inboxlink_engine::{Input, Store};
use inboxlink_model::WorkspaceId;
use inboxlink_store::{MemoryStore, SqliteStore};
use proptest::prelude::*;

const WORKSPACE: WorkspaceId = WorkspaceId::new(7);

/// Who writes to whom, and which earlier or later mails it refers to.
#[derive(Debug, Clone)]
struct Plan {
    mails: Vec<(usize, usize, Vec<usize>)>,
    order: Vec<usize>,
    cuts: Vec<usize>,
}

const PEOPLE: [&str; 5] = [
    "Anna <anna@example.com>",
    "Ben Bold <ben@example.org>",
    "\"Cole, Cleo\" <cleo@example.net>",
    "info@example.org",
    "no-reply@example.net",
];

fn plan() -> impl Strategy<Value = Plan> {
    prop::collection::vec(
        (
            0usize..5,
            0usize..5,
            prop::collection::vec(0usize..12, 0..3),
        ),
        1..12,
    )
    .prop_flat_map(|mails| {
        let n = mails.len();
        let order = Just((0..n).collect::<Vec<_>>()).prop_shuffle();
        let cuts = prop::collection::vec(0..=n, 0..4);
        (Just(mails), order, cuts).prop_map(|(mails, order, cuts)| Plan { mails, order, cuts })
    })
}

/// Brings a plan's mails in its order and cuts.
async fn bring(store: &dyn Store, plan: &Plan, in_order: bool) {
    let inbox = inbox(WORKSPACE, "anna@example.com");
    let id = inbox.id;
    let n = u32::try_from(plan.mails.len()).unwrap();
    apply(store, WORKSPACE, &Input::PutInbox(inbox)).await;
    apply(
        store,
        WORKSPACE,
        &Input::PutOwner(owner(&["anna@example.com"])),
    )
    .await;
    apply(
        store,
        WORKSPACE,
        &Input::Folders {
            inbox: id,
            folders: vec![folder(0, "INBOX")],
        },
    )
    .await;
    apply(store, WORKSPACE, &visit(id, 0, 1, n + 1, 1..=n)).await;
    let order: Vec<usize> = if in_order {
        (0..plan.mails.len()).collect()
    } else {
        plan.order.clone()
    };
    let mut cuts = if in_order {
        Vec::new()
    } else {
        plan.cuts.clone()
    };
    cuts.sort_unstable();
    let mut from = 0;
    for to in cuts.into_iter().chain([order.len()]) {
        let mails = order[from..to].iter().map(|&i| {
            let (author, reader, refs) = &plan.mails[i];
            parsed(
                u32::try_from(i).unwrap() + 1,
                mail(i, PEOPLE[*author], PEOPLE[*reader], refs),
            )
        });
        apply(store, WORKSPACE, &batch(id, 0, 1, n + 1, mails.collect())).await;
        from = to;
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_order_and_any_batching_end_in_the_same_workspace(plan in plan()) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let (straight, shuffled) = (MemoryStore::new(), MemoryStore::new());
            bring(&straight, &plan, true).await;
            bring(&shuffled, &plan, false).await;
            assert_eq!(dumped(&straight, WORKSPACE).await, dumped(&shuffled, WORKSPACE).await);
        });
    }

    #[test]
    fn sqlite_equals_the_reference(plan in plan()) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let (memory, sqlite) = (MemoryStore::new(), SqliteStore::in_memory().unwrap());
            bring(&memory, &plan, false).await;
            bring(&sqlite, &plan, false).await;
            assert_eq!(dumped(&memory, WORKSPACE).await, dumped(&sqlite, WORKSPACE).await);
            let (a, b) = (memory.counts(WORKSPACE).await.unwrap(), sqlite.counts(WORKSPACE).await.unwrap());
            assert_eq!(a, b);
            let mut after = None;
            loop {
                let (a, b) = (memory.contacts(WORKSPACE, after, 2).await.unwrap(), sqlite.contacts(WORKSPACE, after, 2).await.unwrap());
                assert_eq!(a, b);
                for contact in &a.items {
                    let mut before = None;
                    loop {
                        let a = memory.timeline(WORKSPACE, contact.id, before, 3).await.unwrap();
                        let b = sqlite.timeline(WORKSPACE, contact.id, before, 3).await.unwrap();
                        assert_eq!(a, b);
                        for entry in &a.items {
                            let a = memory.thread(WORKSPACE, entry.thread).await.unwrap();
                            assert_eq!(a, sqlite.thread(WORKSPACE, entry.thread).await.unwrap());
                            assert!(a.iter().any(|message| message.identity == entry.identity));
                        }
                        before = a.next;
                        // What is read is kept, and read again.
                        let made: Vec<_> = a.items.iter().map(|mail| (mail.identity, mail.new_snippet())).collect();
                        memory.keep_snippets(WORKSPACE, made.clone()).await.unwrap();
                        sqlite.keep_snippets(WORKSPACE, made).await.unwrap();
                        if before.is_none() {
                            break;
                        }
                    }
                }
                after = a.next;
                if after.is_none() {
                    break;
                }
            }
            let inbox = inbox(WORKSPACE, "anna@example.com").id;
            let (mut before, mut held) = (None, 0);
            loop {
                let a = memory.inbox_timeline(WORKSPACE, inbox, before, 2).await.unwrap();
                assert_eq!(a, sqlite.inbox_timeline(WORKSPACE, inbox, before, 2).await.unwrap());
                held += a.items.len();
                before = a.next;
                if before.is_none() {
                    break;
                }
            }
            assert_eq!(held as u64, sqlite.counts(WORKSPACE).await.unwrap().messages);
            // Nothing of it is seen from another workspace.
            let other = WorkspaceId::new(8);
            assert_eq!(dumped(&sqlite, other).await, dumped(&MemoryStore::new(), other).await);
        });
    }
}
