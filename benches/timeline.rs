//! A contact's first page out of a store of a million entries: when its
//! snippets have still to be made, and when they were kept.

use std::sync::Arc;

use inboxlink::{
    ConnectionSettings, HostPolicy, Inbox, OwnerId, Reason, Service, SqliteStore, Store, Viewer,
    Workspace, WorkspaceId,
};
use inboxlink_benches::{BenchError, Words, time};
use inboxlink_contacts::{Action, AddressFacts, Decision};
use inboxlink_engine::{
    AddressRow, Changes, ContactRow, HoldingRow, Input, MessageRow, ParticipantRow, keys, step,
};
use inboxlink_message::{Digest, Message};
use inboxlink_model::{Address, Class, ContactId, InboxId, Mailbox, NodeId, Timestamp, Verdict};
use inboxlink_timeline::Role;
use serde_json::json;

const WORKSPACE: WorkspaceId = WorkspaceId::new(1);
const INBOX: InboxId = InboxId::new(1);
const OURS: &str = "anna@example.com";

/// Entries of each contact.
const EACH: usize = 1_000;

/// Entries of a page.
const PAGE: usize = 50;

/// Pages measured, each of another contact.
const PAGES: usize = 100;

fn main() -> Result<(), BenchError> {
    let small = std::env::var_os("INBOXLINK_BENCH_MAILS").is_some();
    let entries = if small { 20_000 } else { 1_000_000 };
    let cannot = |error: &dyn std::fmt::Display| BenchError::Other(error.to_string());
    let folder = tempfile::tempdir().map_err(BenchError::io("make a folder"))?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .map_err(BenchError::io("start a runtime"))?;
    let store = SqliteStore::open(folder.path().join("crm.db")).map_err(|error| cannot(&error))?;
    let contacts = runtime
        .block_on(fill(&store, entries))
        .map_err(|error| cannot(&error))?;
    drop(store);
    let store = SqliteStore::open(folder.path().join("crm.db")).map_err(|error| cannot(&error))?;
    let workspace = Service::new(store).workspace(WORKSPACE);

    let page = |round: &[ContactId]| {
        let mut contacts = round.iter();
        let mut seen = 0;
        let timed = time(round.len(), || {
            // The warm-up takes some as well.
            let contact = contacts.next().or(round.last());
            let page = runtime.block_on(first_page(&workspace, contact.copied()));
            seen = page.unwrap_or(0).max(seen);
        });
        (timed, seen)
    };
    let some: Vec<ContactId> = contacts.into_iter().take(PAGES).collect();
    let (first, seen) = page(&some);
    let (again, _) = page(&some);
    println!(
        "{}",
        json!({
            "bench": "timeline", "entries": entries, "of_each_contact": EACH, "page": seen,
            "first_page_ms": first.median / 1e3, "snippets_kept_ms": again.median / 1e3,
            "promised_ms": 5.0,
        })
    );
    Ok(())
}

async fn first_page(workspace: &Workspace, contact: Option<ContactId>) -> Option<usize> {
    let viewer = Viewer::Member(OwnerId::from(1));
    let page = workspace.timeline(viewer, contact?, None, PAGE).await;
    page.ok().map(|page| page.items.len())
}

/// Puts the entries in, as history, and answers the contacts.
async fn fill(
    store: &SqliteStore,
    entries: usize,
) -> Result<Vec<ContactId>, Box<dyn std::error::Error>> {
    let settings = ConnectionSettings::builder()
        .host("imap.example.com")
        .username(OURS)
        .password("secret")
        .owner(1)
        .build(&HostPolicy::default())?;
    let input = Input::PutInbox(Inbox::new(INBOX, &settings));
    let known = store.load(keys(WORKSPACE, &input)).await?;
    store
        .commit(step(WORKSPACE, &known, &input, Timestamp(0)))
        .await?;

    let mut words = Words::new(5_000, 7);
    let texts: Vec<Arc<str>> = (0..200).map(|_| words.text(2_000).into()).collect();
    let ours: Address = OURS.parse()?;
    let people = (entries / EACH).max(1);
    let mut contacts = Vec::new();
    // Batches run over all contacts, as mail does.
    for (batch, from) in (0..entries).step_by(5_000).enumerate() {
        let versions = store.load(keys(WORKSPACE, &input)).await?.versions;
        let mut changes = Changes::new(WORKSPACE, versions);
        if batch == 0 {
            for n in 0..people {
                let address: Address = format!("person{n}@example.org").parse()?;
                let id = ContactRow::id_for(WORKSPACE, &address);
                contacts.push(id);
                changes.contacts.push(ContactRow {
                    id,
                    address: address.clone(),
                    reason: "correspondence".into(),
                    created_at: Timestamp(0),
                });
                changes.addresses.push(AddressRow {
                    address,
                    contact: Some(id),
                    facts: AddressFacts::default(),
                    decision: Decision {
                        action: Action::Create,
                        reason: Reason::Exchanged,
                    },
                });
            }
        }
        for n in from..(from + 5_000).min(entries) {
            let person: Address = format!("person{}@example.org", n % people).parse()?;
            let text = texts.get(n % texts.len()).map(ToString::to_string);
            put(&mut changes, n, &person, &ours, text);
        }
        store.commit(changes).await?;
    }
    Ok(contacts)
}

/// Adds a mail between a person and us: every second one an answer of theirs.
fn put(changes: &mut Changes, n: usize, person: &Address, ours: &Address, text: Option<String>) {
    let mailbox = |address: &Address| Mailbox {
        name: String::new(),
        address: address.clone(),
        original: None,
    };
    let (from, to) = if n.is_multiple_of(2) {
        (person, ours)
    } else {
        (ours, person)
    };
    let message = Message {
        header_digest: Digest::new("bench").field(n.to_be_bytes()).finish(),
        from: vec![mailbox(from)],
        to: vec![mailbox(to)],
        subject: format!("Offer {n}"),
        text,
        ..Message::default()
    };
    let identity = message.identity();
    let node = NodeId::from_bytes(identity.to_bytes());
    let at = Timestamp(1_600_000_000_000 + n as i64 * 60_000);
    for (address, role) in [(from, Role::From), (to, Role::To)] {
        changes.participants.push(ParticipantRow {
            address: address.clone(),
            message: identity,
            at,
            role,
        });
    }
    changes.nodes.push((node, node.into()));
    changes.holdings.push(HoldingRow {
        inbox: INBOX,
        message: identity,
        at,
    });
    changes.messages.push(MessageRow {
        identity,
        node,
        thread: node.into(),
        at,
        historical: true,
        verdict: Verdict {
            class: Class::Human,
            human: true,
            evidence: Vec::new(),
        },
        snippet: None,
        message,
    });
}
