//! What a store knows around the keys of a step.

use std::collections::{BTreeMap, BTreeSet};

use inboxlink_model::{Address, Identity, Location, NodeId, RuleId, ThreadId, Timestamp};
use inboxlink_replies::{Outbound, RuleIndex};
use inboxlink_sync::FolderState;

use crate::{
    AddressRow, Conversation, Departed, Enrolled, FollowUp, LocationRow, StoredMessage, Versions,
    WorkspaceConfig,
};

/// Everything that is known around a set of [`Keys`](crate::Keys); what is
/// not in it is not in the store.
#[derive(Debug, Clone, Default)]
pub struct Neighbourhood {
    /// The versions read; the commit is refused if one has moved.
    pub versions: Versions,
    /// The workspace's settings.
    pub config: WorkspaceConfig,
    /// The rules, switched on or off.
    pub rules: RuleIndex,
    /// The cursors of the inbox's folders, by their number.
    pub folders: Vec<FolderState>,
    /// Known copies.
    pub locations: BTreeMap<Location, Identity>,
    /// What is stored of the copies whose flags may have changed.
    pub copies: BTreeMap<Location, LocationRow>,
    /// Copies of the inbox that are gone, and of which nobody was told yet:
    /// at most [`SETTLED_AT_ONCE`](crate::limits::SETTLED_AT_ONCE).
    pub departed: Vec<Departed>,
    /// Known messages: of those asked for, and of the follow-ups here.
    pub identities: BTreeSet<Identity>,
    /// Messages of those asked for that were erased: from the workspace, or
    /// from the inbox of the keys.
    pub erased: BTreeSet<Identity>,
    /// Known nodes and the threads they are in now, redirects followed.
    pub nodes: BTreeMap<NodeId, ThreadId>,
    /// Stored messages that stand at the nodes referred to. Whether one of
    /// them is ours is decided by who sent it.
    pub parents: BTreeMap<NodeId, Vec<Outbound>>,
    /// Live replies that wait for a node that arrives.
    pub waiting: Vec<WaitingReply>,
    /// Known addresses, and those of the waiting replies' authors.
    pub addresses: BTreeMap<Address, AddressRow>,
    /// When a rule's follow-up was last made that an address was the author
    /// or recipient of: for each rule and each correspondent of the keys, and
    /// each of the waiting replies.
    pub answered: BTreeMap<(RuleId, Address), Timestamp>,
    /// The follow-ups that were asked for, those whose mail arrives or is
    /// referred to, and those of the waits here.
    pub follow_ups: BTreeMap<NodeId, FollowUp>,
    /// The other addresses of the contacts that correspondents are.
    pub kin: BTreeMap<Address, BTreeSet<Address>>,
    /// The waits for an answer that are open in the threads asked for, that
    /// are due, or that were asked for: each with the thread it is in now.
    pub enrolments: Vec<Enrolled>,
    /// The threads asked for, where a rule asks about threads.
    pub conversations: BTreeMap<ThreadId, Conversation>,
    /// The messages that are wanted whole, those of due waits among them.
    pub messages: BTreeMap<Identity, StoredMessage>,
    /// What went out before the one follow-up that was asked for, as far as
    /// the workspace's policy counts it.
    pub sent: SentLately,
}

/// What went out lately.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SentLately {
    /// When follow-ups went out within the last day.
    pub all: Vec<Timestamp>,
    /// When some went to this contact within the policy's period.
    pub to_contact: Vec<Timestamp>,
    /// How often this rule's went to this contact.
    pub this_step: u32,
}

/// A live reply that came before the mail it answers.
#[derive(Debug, Clone)]
pub struct WaitingReply {
    /// The node it waits for.
    pub node: NodeId,
    /// The reply.
    pub reply: StoredMessage,
}
