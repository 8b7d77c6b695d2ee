//! What must be known before a step can be taken.

use std::collections::BTreeSet;

use inboxlink_message::{Message, node_of};
use inboxlink_model::{
    Address, EnrolmentId, FollowUpId, Identity, InboxId, Location, NodeId, Timestamp, WorkspaceId,
};
use inboxlink_timeline::thread_ids;

use crate::{Batch, Input, correspondents, limits};

/// The keys of everything that a step may look at: one read of the store
/// answers all of them.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Keys {
    /// The workspace: the first part of every other key.
    pub workspace: WorkspaceId,
    /// The inbox whose folders' cursors are wanted.
    pub inbox: Option<InboxId>,
    /// Copies: which message is each?
    pub locations: BTreeSet<Location>,
    /// Copies whose flags may have changed: what is stored of each?
    pub copies: BTreeSet<Location>,
    /// The inbox whose [departed](crate::Departed) copies are wanted.
    pub departed: Option<InboxId>,
    /// Messages: is it known?
    pub identities: BTreeSet<Identity>,
    /// Nodes of the thread graph: which thread is each in?
    pub nodes: BTreeSet<NodeId>,
    /// Nodes that a live mail refers to: which messages are they?
    pub parents: BTreeSet<NodeId>,
    /// Nodes that arrive: which live replies wait for them, and which
    /// follow-ups are they?
    pub arrivals: BTreeSet<NodeId>,
    /// Addresses: what is known of them?
    pub addresses: BTreeSet<Address>,
    /// Addresses that live mail could be answered to: which rules' follow-ups
    /// did they get last?
    pub correspondents: BTreeSet<Address>,
    /// Follow-ups: what became of each?
    pub follow_ups: BTreeSet<FollowUpId>,
    /// Nodes of the threads of live mails: what waits for an answer there,
    /// and, where a rule asks, who wrote in them?
    pub conversations: BTreeSet<NodeId>,
    /// Waits for an answer: how far is each, and which mail is it?
    pub enrolments: BTreeSet<EnrolmentId>,
    /// Waits for an answer that are due at a moment, and their mails.
    pub due: Option<Timestamp>,
    /// Messages that are wanted whole.
    pub messages: BTreeSet<Identity>,
}

impl Keys {
    pub(crate) fn new(workspace: WorkspaceId) -> Self {
        Self {
            workspace,
            inbox: None,
            locations: BTreeSet::new(),
            copies: BTreeSet::new(),
            departed: None,
            identities: BTreeSet::new(),
            nodes: BTreeSet::new(),
            parents: BTreeSet::new(),
            arrivals: BTreeSet::new(),
            addresses: BTreeSet::new(),
            correspondents: BTreeSet::new(),
            follow_ups: BTreeSet::new(),
            conversations: BTreeSet::new(),
            enrolments: BTreeSet::new(),
            due: None,
            messages: BTreeSet::new(),
        }
    }
}

/// The keys of a step: a pure function of its input.
pub fn keys(workspace: WorkspaceId, input: &Input) -> Keys {
    let mut keys = Keys::new(workspace);
    match input {
        Input::Batch(batch) => batch_keys(&mut keys, batch),
        Input::Folders { inbox, .. } => keys.inbox = Some(*inbox),
        Input::Settle { inbox } => {
            keys.inbox = Some(*inbox);
            keys.departed = Some(*inbox);
        }
        Input::FollowUp { follow_up, .. } => {
            keys.follow_ups.insert(follow_up.id);
            keys.identities.insert(follow_up.message);
            message_keys(&mut keys, &follow_up.read());
        }
        Input::Tick { now, .. } => {
            keys.due = Some(now.plus_millis(limits::LOOK_AGAIN_MS));
        }
        Input::Enrolment { enrolment, .. } => {
            keys.enrolments.insert(*enrolment);
        }
        Input::Alias { message, id } => {
            keys.messages.insert(*message);
            keys.nodes.insert(node_of(id));
        }
        Input::LookAgain { addresses, .. } => keys.addresses.extend(addresses.iter().cloned()),
        // Settings and rules are read with every step.
        _ => {}
    }
    keys
}

fn batch_keys(keys: &mut Keys, batch: &Batch) {
    keys.inbox = Some(batch.inbox);
    keys.copies = (batch.flags.iter())
        .map(|change| batch.location(change.uid))
        .collect();
    for copy in &batch.copies {
        keys.locations.insert(batch.location(copy.uid));
        keys.identities.insert(copy.message);
    }
    for mail in &batch.mails {
        let message = &mail.message;
        keys.locations.insert(batch.location(mail.uid));
        keys.identities.insert(message.identity());
        if !batch.is_historical(mail) {
            reply_keys(keys, message);
        }
        message_keys(keys, message);
    }
}

/// The keys of what a message may answer, and of its conversation.
pub(crate) fn reply_keys(keys: &mut Keys, message: &Message) {
    let own = thread_ids(message).own;
    let targets = reply_targets(message);
    keys.conversations.insert(own);
    keys.conversations.extend(&targets);
    keys.nodes.insert(own);
    keys.nodes.extend(&targets);
    keys.parents.extend(targets);
    keys.correspondents.extend(correspondents(message).cloned());
}

/// The keys of a message's place in the thread graph and of its people.
fn message_keys(keys: &mut Keys, message: &Message) {
    let ids = thread_ids(message);
    keys.nodes.insert(ids.own);
    keys.nodes.extend(&ids.refs);
    keys.arrivals.insert(ids.own);
    let participants = inboxlink_timeline::participants(message);
    keys.addresses.extend(
        participants
            .into_iter()
            .take(limits::PARTICIPANTS)
            .map(|p| p.mailbox.address),
    );
}

/// The nodes of the mails that a message may answer, nearest first.
pub(crate) fn reply_targets(message: &Message) -> Vec<NodeId> {
    let report = message
        .delivery_report
        .iter()
        .filter_map(|report| report.original_message_id.as_ref());
    let ids = message
        .in_reply_to
        .iter()
        .chain(message.references.iter().rev())
        .chain(report);
    let mut nodes: Vec<NodeId> = Vec::new();
    for node in ids.map(node_of) {
        if nodes.len() == limits::WAITING_IDS {
            break;
        }
        if !nodes.contains(&node) {
            nodes.push(node);
        }
    }
    nodes
}
