//! What a step writes: rows, cursors and events, all or nothing.

use std::collections::BTreeSet;

use inboxlink_contacts::{AddressFacts, Decision};
use inboxlink_message::Message;
use inboxlink_model::{
    Address, ContactId, FolderId, FollowUpId, Identity, InboxId, Location, NodeId, OwnerId, RuleId,
    ThreadId, Timestamp, Verdict, WorkspaceId,
};
use inboxlink_replies::{Rule, followup::FollowUpState};
use inboxlink_sync::FolderState;
use inboxlink_timeline::{Role, Visibility};
use serde::{Deserialize, Serialize};

use crate::{Enrolled, Erasure, EventKind, FollowUp, WorkspaceConfig};

/// The versions of what a step rests on. A counter moves with every commit
/// that writes the rows it stands for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Versions {
    /// Messages, threads, addresses, contacts, cursors.
    pub graph: u64,
    /// Inboxes, owners, settings.
    pub config: u64,
    /// Rules.
    pub rules: u64,
}

/// Everything that one step changes. A store applies it in one transaction,
/// or refuses it whole.
#[derive(Debug, Clone)]
pub struct Changes {
    /// The workspace.
    pub workspace: WorkspaceId,
    /// The versions that the step read.
    pub expected: Versions,
    /// New settings, where they changed: inboxes and owners with them.
    pub config: Option<WorkspaceConfig>,
    /// Rules that are new or changed, and those that are taken out, each once.
    pub rules: Vec<(RuleId, Option<Rule>)>,
    /// Cursors as they now stand.
    pub folders: Vec<(InboxId, FolderState)>,
    /// Folders whose copies under any UIDVALIDITY but this one are forgotten.
    pub forgotten: Vec<(InboxId, FolderId, u32)>,
    /// Copies that are gone: each is kept as [`Departed`](crate::Departed), like the forgotten
    /// ones, until it is settled.
    pub gone: Vec<Location>,
    /// Flags as they are now.
    pub flags: Vec<(Location, Vec<String>)>,
    /// Stored messages of which a further copy arrives: those whose copies
    /// were told to be gone are [returned](crate::Departed::returned).
    pub returned: Vec<Identity>,
    /// Departed copies of which it is told now what became of them.
    pub settled: Vec<Settled>,
    /// New copies.
    pub locations: Vec<LocationRow>,
    /// Which inbox holds which of the messages; known rows may come again.
    pub holdings: Vec<HoldingRow>,
    /// Whole mails, where originals are kept.
    pub originals: Vec<(Identity, Vec<u8>)>,
    /// What is erased; before anything else is written.
    pub erase: Option<Erasure>,
    /// How much of threads their owners show others, where they say.
    pub thread_levels: Vec<ThreadLevelRow>,
    /// New messages.
    pub messages: Vec<MessageRow>,
    /// Who takes part in the new messages.
    pub participants: Vec<ParticipantRow>,
    /// New nodes, with the thread they were put in.
    pub nodes: Vec<(NodeId, ThreadId)>,
    /// Threads that are now part of another.
    pub redirects: Vec<(ThreadId, ThreadId)>,
    /// Addresses as they are now known.
    pub addresses: Vec<AddressRow>,
    /// New contacts.
    pub contacts: Vec<ContactRow>,
    /// Live replies that wait for the mail they answer.
    pub waiting: Vec<WaitingRow>,
    /// New follow-ups. The event that tells of one has its id as key, and it
    /// is written only where that event is told by this commit.
    pub follow_ups: Vec<FollowUp>,
    /// What became of follow-ups.
    pub follow_up_states: Vec<FollowUpChange>,
    /// Waits for an answer as they now stand.
    pub enrolments: Vec<Enrolled>,
    /// Other ids under which mails of ours went.
    pub aliases: Vec<(NodeId, Identity)>,
    /// Inboxes that are to be read now, because somebody waits for what they
    /// hold. It is for the caller to see to; nothing of it is stored.
    pub look: BTreeSet<InboxId>,
    /// Events to be told; one whose key is already there is passed over.
    pub outbox: Vec<OutboxRow>,
}

impl Changes {
    /// No changes yet.
    pub fn new(workspace: WorkspaceId, expected: Versions) -> Self {
        Self {
            workspace,
            expected,
            config: None,
            rules: Vec::new(),
            folders: Vec::new(),
            forgotten: Vec::new(),
            gone: Vec::new(),
            flags: Vec::new(),
            returned: Vec::new(),
            settled: Vec::new(),
            locations: Vec::new(),
            holdings: Vec::new(),
            originals: Vec::new(),
            erase: None,
            thread_levels: Vec::new(),
            messages: Vec::new(),
            participants: Vec::new(),
            nodes: Vec::new(),
            redirects: Vec::new(),
            addresses: Vec::new(),
            contacts: Vec::new(),
            waiting: Vec::new(),
            follow_ups: Vec::new(),
            follow_up_states: Vec::new(),
            enrolments: Vec::new(),
            aliases: Vec::new(),
            look: BTreeSet::new(),
            outbox: Vec::new(),
        }
    }

    /// Whether there is nothing to write.
    pub fn is_empty(&self) -> bool {
        self.config.is_none()
            && self.rules.is_empty()
            && self.folders.is_empty()
            && self.forgotten.is_empty()
            && self.gone.is_empty()
            && self.flags.is_empty()
            && self.settled.is_empty()
            && self.locations.is_empty()
            && self.erase.is_none()
            && self.thread_levels.is_empty()
            && self.messages.is_empty()
            && self.follow_up_states.is_empty()
            && self.enrolments.is_empty()
            && self.aliases.is_empty()
            && self.outbox.is_empty()
    }
}

/// A departed copy, settled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settled {
    /// Where it lay.
    pub from: Location,
    /// Whether its message lies nowhere any more: then the departed copy is
    /// kept, and the message counts as deleted; else it is forgotten.
    pub deleted: bool,
}

/// What became of a follow-up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FollowUpChange {
    /// The follow-up.
    pub id: FollowUpId,
    /// Its state now.
    pub state: FollowUpState,
    /// When the attempt began after which it may have gone out, where one did.
    pub sent_at: Option<Timestamp>,
}

/// A copy on the server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LocationRow {
    /// Where it lies.
    pub location: Location,
    /// Which message it is.
    pub message: Identity,
    /// When the server received it.
    pub internal_date: Option<Timestamp>,
    /// Its size in bytes.
    pub size: u64,
    /// Its flags.
    pub flags: Vec<String>,
    /// The server's own id of the message.
    pub provider_id: Option<String>,
}

/// An inbox holds a message: it had a copy of it at some time, or sent it.
/// That stays so when the copy is gone from the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct HoldingRow {
    /// The inbox.
    pub inbox: InboxId,
    /// The message.
    pub message: Identity,
    /// Where the message stands in time, by this inbox's first copy.
    pub at: Timestamp,
}

/// How much of a thread the others see of one owner's mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ThreadLevelRow {
    /// The thread, under the id it had then.
    pub thread: ThreadId,
    /// The owner.
    pub owner: OwnerId,
    /// How much; `None`: as the inbox says.
    pub level: Option<Visibility>,
}

/// A message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageRow {
    /// Its identity.
    pub identity: Identity,
    /// Its node in the thread graph.
    pub node: NodeId,
    /// The thread it was put in.
    pub thread: ThreadId,
    /// Where it stands in time: its Date, unless the server received it
    /// long before that.
    pub at: Timestamp,
    /// Whether it was there before the inbox was connected.
    pub historical: bool,
    /// What kind of mail it is.
    pub verdict: Verdict,
    /// The beginning of its new text, one line; history's is made when it is
    /// first read.
    pub snippet: Option<String>,
    /// What it says.
    pub message: Message,
}

/// One address that takes part in a message.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ParticipantRow {
    /// The address.
    pub address: Address,
    /// The message.
    pub message: Identity,
    /// Where the message stands in time.
    pub at: Timestamp,
    /// As what it takes part.
    pub role: Role,
}

/// What is known of an address.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AddressRow {
    /// The address.
    pub address: Address,
    /// The contact it belongs to.
    pub contact: Option<ContactId>,
    /// What was observed.
    pub facts: AddressFacts,
    /// What follows from it, and why.
    pub decision: Decision,
}

/// A contact: a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactRow {
    /// The contact.
    pub id: ContactId,
    /// The address it was made from.
    pub address: Address,
    /// Why, as a code.
    pub reason: String,
    /// When.
    pub created_at: Timestamp,
}

impl ContactRow {
    /// The id of the contact that an address founds.
    pub fn id_for(workspace: WorkspaceId, address: &Address) -> ContactId {
        let digest = inboxlink_message::Digest::new("contact")
            .field(workspace.to_bytes())
            .field(address.as_str());
        ContactId::from_bytes(digest.finish())
    }
}

/// A live reply that waits for the mail it answers.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct WaitingRow {
    /// The node it waits for.
    pub node: NodeId,
    /// The reply.
    pub reply: Identity,
}

/// An event to be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutboxRow {
    /// What makes it the same event: it is told once per key and workspace.
    pub key: [u8; 16],
    /// The event in whose wake it is told: where that one was told by an
    /// earlier commit, this one is passed over too.
    pub after: Option<[u8; 16]>,
    /// When.
    pub at: Timestamp,
    /// Whether it comes from history.
    pub historical: bool,
    /// The inbox whose mail caused it.
    pub inbox: Option<InboxId>,
    /// What happened.
    pub kind: EventKind,
}
