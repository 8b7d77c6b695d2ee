//! Forged references: whoever cites a known id and has no part in the
//! conversation fires nothing.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    unreachable_pub,
    dead_code
)] // a test may stop at the first surprise

mod common;

use common::{apply, batch, folder, inbox, mail, owner, parsed, visit};
use inboxlink_engine::{Input, Store};
use inboxlink_model::WorkspaceId;
use inboxlink_replies::{Rule, when};
use inboxlink_store::{MemoryStore, SqliteStore};

const WORKSPACE: WorkspaceId = WorkspaceId::new(1);
const ANNA: &str = "Anna <anna@example.com>";
const BEN: &str = "Ben <ben@example.org>";
const MALLORY: &str = "Mallory <mallory@example.net>";

/// What fires after Anna has written mail 1 to Ben and the mails arrive in
/// INBOX: `(author, refs)`, numbered from 2 on, a batch each.
async fn told(store: &dyn Store, mails: &[(&str, &[usize])]) -> Vec<&'static str> {
    let inbox = inbox(WORKSPACE, "anna@example.com");
    let id = inbox.id;
    let any = when::not(when::reply());
    let inputs = [
        Input::PutInbox(inbox),
        Input::PutOwner(owner(&["anna@example.com"])),
        Input::PutRules(vec![
            Rule::new(1, "answer", &when::reply()).unwrap(),
            Rule::new(2, "anything else", &any).unwrap(),
        ]),
        Input::Folders {
            inbox: id,
            folders: vec![folder(0, "INBOX"), folder(1, "Sent")],
        },
        visit(id, 0, 1, 1, []),
        visit(id, 1, 1, 1, []),
        batch(id, 1, 1, 1, vec![parsed(1, mail(1, ANNA, BEN, &[]))]),
    ];
    for input in &inputs {
        apply(store, WORKSPACE, input).await;
    }
    for (n, (from, refs)) in (2..).zip(mails) {
        let bytes = mail(n, from, ANNA, refs);
        let uid = u32::try_from(n).unwrap();
        apply(
            store,
            WORKSPACE,
            &batch(id, 0, 1, 1, vec![parsed(uid, bytes)]),
        )
        .await;
    }
    let events = store.events(WORKSPACE, 0, usize::MAX).await.unwrap();
    let names = events.iter().map(|event| event.kind.name());
    names
        .filter(|name| ["rule_fired", "reply_received", "mail_quarantined"].contains(name))
        .collect()
}

#[tokio::test]
async fn a_stranger_who_cites_fires_nothing_however_often() {
    let stores: [Box<dyn Store>; 2] = [
        Box::new(MemoryStore::new()),
        Box::new(SqliteStore::in_memory().unwrap()),
    ];
    for store in stores {
        let forged: &[(&str, &[usize])] = &[(MALLORY, &[1]), (MALLORY, &[1]), (MALLORY, &[2, 1])];
        assert_eq!(told(&*store, forged).await, ["mail_quarantined"; 3]);
    }
}

#[tokio::test]
async fn who_has_a_part_fires() {
    let cases: [&[(&str, &[usize])]; 4] = [
        &[(BEN, &[1])],
        // At the same company.
        &[("Cleo <cleo@example.org>", &[1])],
        // Somebody who cites nothing of ours is an enquiry.
        &[(MALLORY, &[])],
        &[(MALLORY, &[77])],
    ];
    for (at, mails) in cases.into_iter().enumerate() {
        let store = MemoryStore::new();
        let told = told(&store, mails).await;
        assert_eq!(told.last(), Some(&"rule_fired"), "{at}");
        assert!(!told.contains(&"mail_quarantined"), "{at}");
    }
}
