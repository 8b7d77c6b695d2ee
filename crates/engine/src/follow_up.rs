//! Follow-ups: what a rule sends when it fires, and what became of it.

use inboxlink_message::{Digest, Message, node_of};
use inboxlink_model::{
    Address, ContactId, FollowUpId, Identity, InboxId, NodeId, RuleId, Timestamp, WorkspaceId,
};
use inboxlink_replies::{
    firing_key,
    followup::{FollowUpState, PreparedMail},
};
use serde::{Deserialize, Serialize};

/// A mail that a rule sends to whoever made it fire.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FollowUp {
    /// Its id: a digest of what it is for.
    pub id: FollowUpId,
    /// The rule that fired.
    pub rule: RuleId,
    /// The inbox whose account sends it.
    pub inbox: InboxId,
    /// The mail that it answers.
    pub answers: Identity,
    /// Who wrote that mail; where it reminds, whom that mail went to.
    pub author: Address,
    /// The contact that this address belonged to when it was made.
    pub contact: Option<ContactId>,
    /// The message that it is once it is sent.
    pub message: Identity,
    /// The mail as it goes out.
    pub mail: PreparedMail,
    /// What became of it.
    pub state: FollowUpState,
    /// Whether it reminds of a mail of ours that had no answer, which then is
    /// the one that it `answers`.
    pub reminds: bool,
    /// When the attempt began after which it may have gone out, where one did.
    pub sent_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
}

impl FollowUp {
    /// The id of the follow-up that a rule sends to a mail: one for each
    /// firing, so that it is made once, however often the mail arrives.
    pub fn id_for(workspace: WorkspaceId, rule: RuleId, answers: Identity) -> FollowUpId {
        let digest = Digest::new("follow_up").field(firing_key(workspace, rule, answers));
        FollowUpId::from_bytes(digest.finish())
    }

    /// The node that its mail is in the thread graph.
    pub fn node(&self) -> NodeId {
        node_of(&self.mail.message_id)
    }

    /// The mail as a mail program reads it.
    pub fn read(&self) -> Message {
        inboxlink_message::parse(&self.mail.bytes, None)
    }
}

/// Whom an answer to a mail would reach: its author, and where it asks
/// answers to be sent. A store tells what was sent to them lately.
pub fn correspondents(message: &Message) -> impl Iterator<Item = &Address> {
    let author = message.author().into_iter();
    author
        .chain(message.reply_to.first())
        .map(|mailbox| &mailbox.address)
}
