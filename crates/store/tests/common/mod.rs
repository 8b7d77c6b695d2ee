//! A small world of mail for the stores' tests.

use inboxlink_engine::{Batch, Inbox, Input, Mail, Store, StoreErrorKind, Visit, dump, keys, step};
use inboxlink_model::{FolderId, FolderRole, InboxId, Owner, OwnerId, Timestamp, WorkspaceId};
use inboxlink_settings::{ConnectionSettings, HostPolicy};
use inboxlink_sync::{FolderPolicy, FolderState, RawMail, ServerFolder};

/// What the tests take as the moment: only its being there matters.
pub const NOW: Timestamp = Timestamp(1_800_000_000_000);

/// A mail between `from` and `to`, in reply to others.
pub fn mail(n: usize, from: &str, to: &str, refs: &[usize]) -> Vec<u8> {
    let refs: Vec<String> = refs.iter().map(|n| format!("<m{n}@example.com>")).collect();
    let references = match refs.last() {
        Some(last) => format!("References: {}\r\nIn-Reply-To: {last}\r\n", refs.join(" ")),
        None => String::new(),
    };
    let minute = n % 60;
    format!(
        "From: {from}\r\nTo: {to}\r\nSubject: Offer {n}\r\nMessage-ID: <m{n}@example.com>\r\n\
         Date: Mon, 2 Mar 2026 10:{minute:02}:00 +0000\r\n{references}\r\nText number {n}.\r\n"
    )
    .into_bytes()
}

/// A mail as a server hands it over.
pub fn parsed(uid: u32, bytes: Vec<u8>) -> Mail {
    Mail::parse(&RawMail {
        uid,
        internal_date: Some(Timestamp(1_772_445_600_000 + i64::from(uid))),
        size: bytes.len() as u64,
        flags: vec!["\\Seen".to_owned()],
        provider_id: None,
        bytes,
    })
}

pub fn inbox(workspace: WorkspaceId, username: &str) -> Inbox {
    let settings = ConnectionSettings::builder()
        .host("imap.example.com")
        .username(username)
        .password("secret")
        .owner(1)
        .build(&HostPolicy::default())
        .unwrap();
    let id = Inbox::id_for(workspace, "imap.example.com", username);
    Inbox::new(id, &settings)
}

pub fn owner(addresses: &[&str]) -> Owner {
    Owner {
        id: OwnerId::from(1),
        name: "Anna".to_owned(),
        addresses: addresses
            .iter()
            .map(|address| address.parse().unwrap())
            .collect(),
    }
}

pub fn folder(id: u32, name: &str) -> FolderState {
    FolderState::new(
        FolderId(id),
        name.to_owned(),
        name.to_owned(),
        FolderRole::Other,
        FolderPolicy::Sync,
    )
}

/// Opens a folder that holds these UIDs; `uid_next` is where live mail begins.
pub fn visit(
    inbox: InboxId,
    id: u32,
    uid_validity: u32,
    uid_next: u32,
    uids: impl IntoIterator<Item = u32>,
) -> Input {
    let uids: inboxlink_sync::UidSet = uids.into_iter().collect();
    let server = ServerFolder {
        uid_validity,
        uid_next: Some(uid_next),
        exists: u32::try_from(uids.len()).unwrap(),
        highest_modseq: None,
    };
    let batch = Batch {
        uid_validity,
        visit: Some(Visit { server, uids }),
        ..Batch::new(inbox, &folder(id, ""))
    };
    Input::Batch(Box::new(batch))
}

/// Mails of a folder.
pub fn batch(
    inbox: InboxId,
    id: u32,
    uid_validity: u32,
    live_from: u32,
    mails: Vec<Mail>,
) -> Input {
    Input::Batch(Box::new(Batch {
        uid_validity,
        live_from,
        mails,
        ..Batch::new(inbox, &folder(id, ""))
    }))
}

/// Applies an input as the facade does.
pub async fn apply(store: &dyn Store, workspace: WorkspaceId, input: &Input) {
    loop {
        let known = store.load(keys(workspace, input)).await.unwrap();
        let changes = step(workspace, &known, input, NOW);
        if changes.is_empty() {
            return;
        }
        match store.commit(changes).await {
            Ok(_) => return,
            Err(error) => assert_eq!(error.kind(), StoreErrorKind::Conflict, "{error}"),
        }
    }
}

pub async fn dumped(store: &dyn Store, workspace: WorkspaceId) -> String {
    dump(&store.export(workspace).await.unwrap())
}
