//! What happens to copies on the server stands on what is stored, and is told
//! once; none of it is mail that arrives. Every store does the same.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    unreachable_pub,
    dead_code
)] // a test may stop at the first surprise; each test uses some of `common`

mod common;

use common::{apply, batch, dumped, folder, inbox, mail, owner, parsed, visit};
use inboxlink_engine::{Batch, EventKind, Input, Store};
use inboxlink_model::{FolderId, Identity, InboxId, WorkspaceId};
use inboxlink_replies::{Rule, when};
use inboxlink_store::{MemoryStore, SqliteStore};
use inboxlink_sync::{FlagChange, KnownCopy, UidSet};

const WS: WorkspaceId = WorkspaceId::new(1);
const ANNA: &str = "anna@example.com";

/// The two stores, told the same.
struct Both {
    memory: MemoryStore,
    sqlite: SqliteStore,
    inbox: InboxId,
    seen: usize,
}

impl Both {
    /// INBOX (0) with mails 1 and 2, Archive (1) empty; a rule that fires on
    /// whatever arrives.
    async fn open() -> Self {
        let anna = inbox(WS, ANNA);
        let mut both = Self {
            memory: MemoryStore::new(),
            sqlite: SqliteStore::in_memory().unwrap(),
            inbox: anna.id,
            seen: 0,
        };
        let id = anna.id;
        both.tell(Input::PutInbox(anna)).await;
        both.tell(Input::PutOwner(owner(&[ANNA]))).await;
        let rule = Rule::new(7, "any", &when::reply()).unwrap();
        both.tell(Input::PutRules(vec![rule])).await;
        let folders = vec![folder(0, "INBOX"), folder(1, "Archive")];
        both.tell(Input::Folders { inbox: id, folders }).await;
        both.tell(visit(id, 0, 5, 10, [1, 2])).await;
        both.tell(visit(id, 1, 6, 1, [])).await;
        let mails = vec![
            parsed(2, mail(2, "bo@example.org", ANNA, &[1])),
            parsed(1, mail(1, ANNA, "bo@example.org", &[])),
        ];
        both.tell(finished(batch(id, 0, 5, 10, mails))).await;
        both.tell(finished(batch(id, 1, 6, 1, vec![]))).await;
        both.news().await;
        both
    }

    async fn tell(&self, input: Input) {
        apply(&self.memory, WS, &input).await;
        apply(&self.sqlite, WS, &input).await;
    }

    /// The events since the last call.
    async fn news(&mut self) -> Vec<EventKind> {
        assert_eq!(
            dumped(&self.memory, WS).await,
            dumped(&self.sqlite, WS).await
        );
        let all = self.sqlite.events(WS, 0, 1000).await.unwrap();
        let new = all.iter().skip(self.seen);
        let new = new.map(|event| event.kind.clone()).collect();
        self.seen = all.len();
        new
    }

    async fn settle(&mut self) -> Vec<EventKind> {
        self.tell(Input::Settle { inbox: self.inbox }).await;
        self.news().await
    }

    async fn is_deleted(&self, message: Identity) -> bool {
        let stored = self.sqlite.message(WS, message).await.unwrap().unwrap();
        stored.deleted
    }

    fn change(&self, change: impl FnOnce(&mut Batch)) -> Input {
        let mut batch = Batch::new(self.inbox, &folder(0, ""));
        batch.uid_validity = 5;
        change(&mut batch);
        Input::Batch(Box::new(batch))
    }
}

fn finished(input: Input) -> Input {
    match input {
        Input::Batch(batch) => Input::Batch(Box::new(Batch {
            finished: true,
            ..*batch
        })),
        other => other,
    }
}

fn uids(text: &str) -> UidSet {
    text.parse().unwrap()
}

fn message(n: usize, from: &str, to: &str, refs: &[usize]) -> Identity {
    parsed(1, mail(n, from, to, refs)).message.identity()
}

fn reply() -> Identity {
    message(2, "bo@example.org", ANNA, &[1])
}

#[tokio::test]
async fn flags_are_stored_and_told_once() {
    let mut both = Both::open().await;
    let flags = |flags: &[&str]| FlagChange {
        uid: 2,
        flags: flags.iter().map(|flag| (*flag).to_owned()).collect(),
    };
    let answered = flags(&["\\Seen", "\\Answered"]);
    let input = both.change(|batch| {
        batch.flags = vec![
            answered.clone(),
            FlagChange {
                uid: 9,
                flags: vec![],
            },
        ];
        batch.modseq = Some(40);
    });
    both.tell(input.clone()).await;
    let told = EventKind::FlagsChanged {
        message: reply(),
        folder: FolderId(0),
        seen: true,
        answered: true,
        flagged: false,
    };
    assert_eq!(both.news().await, [told]);
    both.tell(input).await;
    assert_eq!(both.news().await, [], "the same again tells nothing");
    let states = both.sqlite.folders(WS, both.inbox).await.unwrap();
    assert_eq!(states[0].highest_modseq, Some(40));

    // There and back again is two events, not one that was told before; what
    // no person sees is stored and not told.
    for (now, events) in [
        (flags(&["\\Seen"]), 1),
        (answered, 1),
        (flags(&["\\Seen", "\\Answered", "$Label1"]), 0),
    ] {
        both.tell(both.change(|batch| batch.flags = vec![now]))
            .await;
        assert_eq!(both.news().await.len(), events);
    }
}

#[tokio::test]
async fn a_move_is_told_as_one_whichever_folder_is_looked_at_first() {
    for target_first in [true, false] {
        let mut both = Both::open().await;
        let arrival = batch(
            both.inbox,
            1,
            6,
            1,
            vec![parsed(1, mail(2, "bo@example.org", ANNA, &[1]))],
        );
        let gone = both.change(|batch| batch.vanished = uids("2"));
        match target_first {
            true => {
                both.tell(arrival).await;
                both.tell(gone).await;
            }
            false => {
                both.tell(gone).await;
                both.tell(arrival).await;
            }
        }
        assert_eq!(
            both.news().await,
            [],
            "not before every folder was looked at"
        );
        let moved = EventKind::MessageMoved {
            message: reply(),
            from: FolderId(0),
            to: FolderId(1),
        };
        assert_eq!(both.settle().await, [moved]);
        assert_eq!(both.settle().await, []);
        assert!(!both.is_deleted(reply()).await);
        let counts = both.sqlite.counts(WS).await.unwrap();
        assert_eq!(counts.messages, 2, "not imported anew");
    }
}

#[tokio::test]
async fn a_deleted_message_stays_marked_and_may_come_back() {
    let mut both = Both::open().await;
    // As a visit finds it, not as the server tells it live.
    both.tell(visit(both.inbox, 0, 5, 10, [1])).await;
    assert!(!both.is_deleted(reply()).await);
    let deleted = EventKind::MessageDeleted {
        message: reply(),
        from: FolderId(0),
        everywhere: true,
    };
    assert_eq!(both.settle().await, [deleted]);
    assert!(both.is_deleted(reply()).await);
    assert_eq!(both.settle().await, [], "told once");

    let again = parsed(12, mail(2, "bo@example.org", ANNA, &[1]));
    both.tell(batch(both.inbox, 0, 5, 10, vec![again])).await;
    assert_eq!(
        both.news().await,
        [],
        "a mail that comes back fires nothing"
    );
    let restored = EventKind::MessageRestored {
        message: reply(),
        to: FolderId(0),
    };
    assert_eq!(both.settle().await, [restored]);
    assert!(!both.is_deleted(reply()).await);
    assert_eq!(both.settle().await, []);
}

#[tokio::test]
async fn a_renumbered_folder_tells_nothing_and_is_known_by_its_headers() {
    let mut both = Both::open().await;
    both.tell(visit(both.inbox, 0, 77, 3, [1, 2])).await;
    assert_eq!(both.settle().await, [], "not while the folder is read anew");
    let departed = both
        .sqlite
        .departed(WS, both.inbox, FolderId(0), 10)
        .await
        .unwrap();
    assert_eq!(
        departed,
        both.memory
            .departed(WS, both.inbox, FolderId(0), 10)
            .await
            .unwrap()
    );
    assert_eq!(departed.len(), 2);
    let copies = departed.iter().zip(1..).map(|(copy, uid)| KnownCopy {
        uid,
        message: copy.message,
        internal_date: copy.internal_date,
        size: copy.size,
        flags: vec![],
        provider_id: None,
    });
    let mut batch = Batch::new(both.inbox, &folder(0, ""));
    batch.uid_validity = 77;
    batch.copies = copies.collect();
    // What is not known cannot be placed.
    batch.copies.push(KnownCopy {
        uid: 3,
        message: Identity::new(404),
        ..batch.copies[0].clone()
    });
    batch.finished = true;
    both.tell(Input::Batch(Box::new(batch))).await;
    assert_eq!(both.settle().await, []);
    let states = both.sqlite.folders(WS, both.inbox).await.unwrap();
    assert_eq!(states[0].stored.to_string(), "1:2");
    let stored = both.sqlite.message(WS, reply()).await.unwrap().unwrap();
    assert_eq!(stored.locations.len(), 1);
    assert_eq!(stored.locations[0].uid_validity, 77);
    let left = both.sqlite.departed(WS, both.inbox, FolderId(0), 10).await;
    assert_eq!(left.unwrap(), []);
}
