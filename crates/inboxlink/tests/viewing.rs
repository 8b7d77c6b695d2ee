//! Who sees what, through the facade and over a real database.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)] // a test may stop at the first surprise

use std::collections::BTreeSet;

use inboxlink::{
    ConnectionSettings, ContactView, HostPolicy, Owner, OwnerId, Service, SqliteStore,
    TimelineEntry, Viewer, Visibility, Workspace, WorkspaceId,
};
use inboxlink_engine::{Batch, Inbox, Input, Mail, Store, keys, step};
use inboxlink_model::{FolderId, FolderRole, InboxId, Timestamp};
use inboxlink_sync::{FolderPolicy, FolderState, RawMail};

const WORKSPACE: WorkspaceId = WorkspaceId::new(1);
const ANNA: Viewer = Viewer::Member(OwnerId::new(1));
const BEA: Viewer = Viewer::Member(OwnerId::new(2));
const CARL: Viewer = Viewer::Member(OwnerId::new(3));

/// Anna's and Bea's inboxes, and mail in them.
struct Office {
    store: std::sync::Arc<SqliteStore>,
    workspace: Workspace,
    uid: u32,
}

fn inbox(owner: u64) -> Inbox {
    let username = ["anna@example.com", "bea@example.com"][owner as usize - 1];
    let settings = ConnectionSettings::builder()
        .host("imap.example.com")
        .username(username)
        .password("secret")
        .owner(owner)
        .build(&HostPolicy::default())
        .unwrap();
    Inbox::new(InboxId::from(owner), &settings)
}

impl Office {
    async fn open() -> Self {
        let folder = tempfile::tempdir().unwrap().keep();
        let store = std::sync::Arc::new(SqliteStore::open(folder.join("crm.db")).unwrap());
        let workspace =
            Service::new(SqliteStore::open(folder.join("crm.db")).unwrap()).workspace(WORKSPACE);
        let office = Self {
            store,
            workspace,
            uid: 0,
        };
        for (id, name) in [(1, "anna"), (2, "bea"), (3, "carl")] {
            let address = format!("{name}@example.com").parse().unwrap();
            let owner = Owner {
                id: OwnerId::from(id),
                name: name.into(),
                addresses: [address].into(),
            };
            office.workspace.put_owner(owner).await.unwrap();
        }
        for owner in [1, 2] {
            office.put(inbox(owner)).await;
            let mut folder = FolderState::new(
                FolderId(0),
                "INBOX".into(),
                "INBOX".into(),
                FolderRole::Inbox,
                FolderPolicy::Sync,
            );
            folder.uid_validity = Some(1);
            let inbox = InboxId::from(owner);
            let folders = vec![folder];
            office.apply(Input::Folders { inbox, folders }).await;
        }
        office
    }

    async fn apply(&self, input: Input) {
        let known = self.store.load(keys(WORKSPACE, &input)).await.unwrap();
        let changes = step(WORKSPACE, &known, &input, Timestamp(1_800_000_000_000));
        self.store.commit(changes).await.unwrap();
    }

    async fn put(&self, inbox: Inbox) {
        self.apply(Input::PutInbox(inbox)).await;
    }

    /// Changes what Anna's inbox does with its mail.
    async fn edit(&self, change: impl FnOnce(&mut Inbox)) {
        let mut edited = inbox(1);
        change(&mut edited);
        self.put(edited).await;
    }

    /// A mail that an inbox holds, as history.
    async fn mail(&mut self, owner: u64, head: &str, text: &str) {
        self.uid += 1;
        let bytes = format!("{head}\r\n\r\n{text}\r\n").into_bytes();
        let mail = Mail::parse(&RawMail {
            uid: self.uid,
            internal_date: Some(Timestamp(1_772_445_600_000)),
            size: bytes.len() as u64,
            flags: Vec::new(),
            provider_id: None,
            bytes,
        });
        let state = self.store.folders(WORKSPACE, InboxId::from(owner)).await;
        let batch = Batch {
            mails: vec![mail],
            live_from: 1000,
            uid_validity: 1,
            ..Batch::new(InboxId::from(owner), &state.unwrap()[0])
        };
        self.apply(Input::Batch(Box::new(batch))).await;
    }

    async fn contact(&self, address: &str) -> ContactView {
        let contact = self.workspace.contact_of(&address.parse().unwrap()).await;
        contact.unwrap().unwrap()
    }

    async fn timeline(&self, viewer: Viewer, address: &str) -> Vec<TimelineEntry> {
        let contact = self.contact(address).await.id;
        let page = self.workspace.timeline(viewer, contact, None, 10).await;
        page.unwrap().items
    }
}

fn head(n: u32, from: &str, to: &str, subject: &str) -> String {
    format!(
        "From: {from}\r\nTo: {to}\r\nSubject: {subject}\r\nMessage-ID: <m{n}@example.com>\r\n\
         Date: Mon, 2 Mar 2026 10:{n:02}:00 +0000"
    )
}

const DORA: &str = "dora@example.org";

#[tokio::test]
async fn each_of_the_team_sees_what_the_inboxes_share() {
    let mut office = Office::open().await;
    let first = head(1, DORA, "anna@example.com", "Offer");
    office
        .mail(1, &first, "A secret.\r\n\r\n> Something old.")
        .await;
    for viewer in [ANNA, BEA, CARL, Viewer::Service] {
        let seen = office.timeline(viewer, DORA).await;
        assert_eq!(seen.len(), 1);
        assert_eq!(
            (seen[0].subject.as_str(), seen[0].snippet.as_str()),
            ("Offer", "A secret.")
        );
        assert_eq!(seen[0].inboxes, [InboxId::from(1)]);
        let people: BTreeSet<_> = seen[0]
            .participants
            .iter()
            .map(|it| it.mailbox.to_send())
            .collect();
        assert_eq!(people, [DORA, "anna@example.com"].into());
    }
    let thread = office.timeline(ANNA, DORA).await[0].thread;

    for (level, subject, snippet) in [
        (Visibility::Subject, "Offer", ""),
        (Visibility::Metadata, "", ""),
    ] {
        office.edit(|inbox| inbox.mail.sharing = level).await;
        let seen = office.timeline(BEA, DORA).await;
        assert_eq!(
            (seen[0].subject.as_str(), seen[0].snippet.as_str()),
            (subject, snippet)
        );
        let view = office.workspace.thread(BEA, thread).await.unwrap().unwrap();
        assert!(!format!("{view:?}").contains("secret"));
        assert_eq!(office.timeline(ANNA, DORA).await[0].snippet, "A secret.");
    }
    office
        .edit(|inbox| inbox.mail.sharing = Visibility::Private)
        .await;
    assert!(office.timeline(BEA, DORA).await.is_empty());
    assert_eq!(office.workspace.thread(BEA, thread).await.unwrap(), None);
    let message = office.timeline(ANNA, DORA).await[0].message;
    assert_eq!(office.workspace.message(BEA, message).await.unwrap(), None);
    let page = office
        .workspace
        .inbox_timeline(BEA, InboxId::from(1), None, 9)
        .await
        .unwrap();
    assert!(page.items.is_empty());
    let page = office
        .workspace
        .inbox_timeline(ANNA, InboxId::from(1), None, 9)
        .await
        .unwrap();
    assert_eq!(page.items.len(), 1);

    // Bea's inbox gets a copy, and shares it: one entry, for Carl too.
    office
        .mail(2, &first, "A secret.\r\n\r\n> Something old.")
        .await;
    let seen = office.timeline(CARL, DORA).await;
    assert_eq!((seen.len(), seen[0].inboxes.len()), (1, 2));
    assert_eq!(seen[0].snippet, "A secret.");
}

#[tokio::test]
async fn an_owner_keeps_a_thread_to_themselves() {
    let mut office = Office::open().await;
    office
        .mail(1, &head(1, DORA, "anna@example.com", "Offer"), "One.")
        .await;
    let thread = office.timeline(BEA, DORA).await[0].thread;
    let anna = OwnerId::from(1);
    let workspace = office.workspace.clone();
    let share = async |level| workspace.share_thread(anna, thread, level).await.unwrap();
    share(Some(Visibility::Private)).await;
    assert!(office.timeline(BEA, DORA).await.is_empty());
    assert_eq!(office.timeline(ANNA, DORA).await.len(), 1);
    // What joins it later is private too, also where it lowers the thread's id.
    for n in 2..9 {
        let answer = head(n, DORA, "anna@example.com", "Offer");
        let answer = format!("{answer}\r\nReferences: <g{n}@example.com> <m1@example.com>");
        office.mail(1, &answer, "Two.").await;
        assert!(office.timeline(BEA, DORA).await.is_empty());
        assert_eq!(office.workspace.thread(BEA, thread).await.unwrap(), None);
    }
    assert_eq!(office.timeline(ANNA, DORA).await.len(), 8);
    // Bea gets one of them herself.
    let copy = head(1, DORA, "anna@example.com", "Offer");
    office.mail(2, &copy, "One.").await;
    assert_eq!(office.timeline(CARL, DORA).await.len(), 1);
    share(None).await;
    assert_eq!(office.timeline(BEA, DORA).await.len(), 8);
}

#[tokio::test]
async fn exclusions_hide_and_their_removal_restores() {
    let mut office = Office::open().await;
    office
        .mail(1, &head(1, DORA, "anna@example.com", "Offer"), "One.")
        .await;
    office
        .edit(|inbox| {
            inbox.mail.exclusions.domains.insert("example.org".into());
        })
        .await;
    for viewer in [ANNA, BEA] {
        assert!(office.timeline(viewer, DORA).await.is_empty());
    }
    office.edit(|_| {}).await;
    assert_eq!(office.timeline(BEA, DORA).await.len(), 1);
}

#[tokio::test]
async fn who_only_cites_joins_nobody() {
    let mut office = Office::open().await;
    office
        .mail(1, &head(1, "anna@example.com", DORA, "Offer"), "One.")
        .await;
    let forged = head(2, "mallory@example.net", "anna@example.com", "Re: Offer");
    let forged = format!("{forged}\r\nCc: {DORA}\r\nIn-Reply-To: <m1@example.com>");
    office.mail(1, &forged, "Pay here.").await;
    let seen = office.timeline(ANNA, DORA).await;
    assert_eq!(seen.len(), 1, "{seen:?}");
    let view = office
        .workspace
        .thread(ANNA, seen[0].thread)
        .await
        .unwrap()
        .unwrap();
    assert_eq!((view.mails.len(), view.quarantined.len()), (1, 1));
    // It stands on its own author's timeline, and in the inbox.
    assert_eq!(office.timeline(ANNA, "mallory@example.net").await.len(), 1);
    let held = office
        .workspace
        .inbox_timeline(ANNA, InboxId::from(1), None, 9)
        .await
        .unwrap();
    assert_eq!(held.items.len(), 2);
    // Somebody lets her in.
    let welcome = head(3, "anna@example.com", "mallory@example.net", "Re: Offer");
    let welcome = format!("{welcome}\r\nIn-Reply-To: <m2@example.com>");
    office.mail(1, &welcome, "Hello.").await;
    assert_eq!(office.timeline(ANNA, DORA).await.len(), 2);
}

#[tokio::test]
async fn pages_follow_one_another_past_what_is_hidden() {
    let mut office = Office::open().await;
    for n in 1..=30 {
        // Every third is Bea's; Anna's are private.
        let owner = if n % 3 == 0 { 2 } else { 1 };
        let to = ["anna@example.com", "bea@example.com"][owner as usize - 1];
        office
            .mail(owner, &head(n, DORA, to, &format!("Offer {n}")), "One.")
            .await;
    }
    office
        .edit(|inbox| inbox.mail.sharing = Visibility::Private)
        .await;
    let contact = office.contact(DORA).await.id;
    for viewer in [ANNA, CARL] {
        let (mut before, mut seen) = (None, Vec::new());
        loop {
            let page = office
                .workspace
                .timeline(viewer, contact, before, 4)
                .await
                .unwrap();
            seen.extend(page.items.iter().map(|it| it.subject.clone()));
            before = page.next;
            if before.is_none() {
                break;
            }
        }
        let wanted = (1..=30).rev().filter(|n| viewer == ANNA || n % 3 == 0);
        let wanted: Vec<_> = wanted.map(|n| format!("Offer {n}")).collect();
        assert_eq!(seen, wanted);
    }
}
