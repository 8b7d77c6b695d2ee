//! What a workspace tells the world: committed facts, in order.

use std::fmt;

use inboxlink_message::Digest;
use inboxlink_model::{
    Address, Class, ContactId, Direction, EnrolmentId, Evidence, FolderId, FollowUpId, Identity,
    InboxId, RuleId, ThreadId, Timestamp, WebhookId,
};
use inboxlink_replies::{enrolment::EnrolmentState, followup::FollowUpState};
use serde::{Deserialize, Serialize};

use crate::InboxState;

/// One event. It was committed in the same transaction as the rows it speaks
/// of, once, and can be read again from any sequence number on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// Its number in the workspace: rising, with gaps.
    pub seq: u64,
    /// When it was committed.
    pub at: Timestamp,
    /// Whether it comes from mail that was there before the inbox was
    /// connected. Nothing historical fires a rule.
    pub historical: bool,
    /// The inbox whose mail caused it.
    pub inbox: Option<InboxId>,
    /// What happened.
    #[serde(flatten)]
    pub kind: EventKind,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
#[non_exhaustive]
pub enum EventKind {
    /// A message stands on the timelines of its participants.
    MessageAdded {
        /// The message.
        message: Identity,
        /// Its thread; ask the store for the thread it was joined to since.
        thread: ThreadId,
        /// Which way it went.
        direction: Direction,
        /// What kind of mail it is.
        class: Class,
    },
    /// An address became a contact.
    ContactCreated {
        /// The contact.
        contact: ContactId,
        /// Its address.
        address: Address,
        /// The name it goes by; empty where no mail told one.
        name: String,
        /// Why it was made, as a code.
        reason: String,
    },
    /// A person answered a mail of ours.
    ReplyReceived {
        /// The answer.
        message: Identity,
        /// The mail of ours.
        outbound: Identity,
        /// Who answered.
        from: Address,
        /// The contact that address belongs to, where it does.
        contact: Option<ContactId>,
    },
    /// A mail cites mails of ours, and nothing else speaks for its author: we
    /// never wrote to them, and they took no part. It is kept apart from the
    /// conversation, where it can be looked at, and fires nothing.
    MailQuarantined {
        /// The mail.
        message: Identity,
        /// Who wrote it.
        from: Option<Address>,
    },
    /// A rule's conditions were met.
    RuleFired {
        /// The rule.
        rule: RuleId,
        /// Its name at that moment.
        name: String,
        /// The mail that met them.
        message: Identity,
        /// The mail of ours it answers.
        outbound: Option<Identity>,
        /// Who wrote it.
        from: Option<Address>,
        /// The contact that address belongs to, where it does.
        contact: Option<ContactId>,
        /// What the conditions saw.
        evidence: Vec<Evidence>,
    },
    /// A fired rule's follow-up is ready to be sent.
    FollowUpPrepared {
        /// The follow-up.
        follow_up: FollowUpId,
        /// The rule.
        rule: RuleId,
        /// The mail that it answers.
        message: Identity,
        /// Whom it goes to.
        to: Address,
        /// The contact that the mail's author belongs to, where they do.
        contact: Option<ContactId>,
    },
    /// A fired rule has a follow-up, and it is not sent to this mail.
    FollowUpDeclined {
        /// The rule.
        rule: RuleId,
        /// The mail that would have been answered.
        message: Identity,
        /// Why, in a sentence.
        why: String,
    },
    /// An attempt at sending a follow-up ended: it was accepted or rejected by
    /// the server, is tried again later, or nobody knows.
    FollowUpChanged {
        /// The follow-up.
        follow_up: FollowUpId,
        /// The rule.
        rule: RuleId,
        /// The mail that it answers.
        message: Identity,
        /// What became of it.
        #[serde(flatten)]
        state: FollowUpState,
    },
    /// A copy's flags changed on the server. Like all that happens to copies
    /// it is never historical, and fires nothing.
    FlagsChanged {
        /// The message.
        message: Identity,
        /// The folder its copy lies in.
        folder: FolderId,
        /// Whether it was read (`\Seen`).
        seen: bool,
        /// Whether it was answered (`\Answered`).
        answered: bool,
        /// Whether it was starred (`\Flagged`).
        flagged: bool,
    },
    /// A copy is gone from one folder, while another lies in a second one.
    MessageMoved {
        /// The message.
        message: Identity,
        /// The folder it lay in.
        from: FolderId,
        /// The folder it lies in.
        to: FolderId,
    },
    /// A message's last copy in the inbox is gone, or lies in a folder that is
    /// not synced, such as the trash. What that does to a timeline is the
    /// embedder's to decide: the entry stays, marked
    /// [`deleted`](crate::TimelineEntry::deleted).
    MessageDeleted {
        /// The message.
        message: Identity,
        /// The folder it lay in last.
        from: FolderId,
        /// Whether no other inbox of the workspace holds it either.
        everywhere: bool,
    },
    /// A message that was told to be deleted lies in a folder again.
    MessageRestored {
        /// The message.
        message: Identity,
        /// The folder.
        to: FolderId,
    },
    /// The server holds mail in a folder that was not fetched within minutes,
    /// as a second look at it shows: live mail is late. It is being fetched.
    FolderBehind {
        /// The inbox.
        inbox: InboxId,
        /// The folder.
        folder: FolderId,
        /// One past the highest UID known.
        known_to: u32,
        /// The server's UIDNEXT.
        uid_next: u32,
        /// For how long, in seconds.
        seconds: i64,
    },
    /// A mail of ours waits for an answer, or that wait ended: an answer came,
    /// or the time was over and its rule was asked, or somebody ended it.
    EnrolmentChanged {
        /// The wait.
        enrolment: EnrolmentId,
        /// The rule.
        rule: RuleId,
        /// The mail of ours.
        message: Identity,
        /// The contact whom it went to, where that is known.
        contact: Option<ContactId>,
        /// How far it is.
        #[serde(flatten)]
        state: EnrolmentState,
    },
    /// Mail was erased. What it was is not told.
    MailErased {
        /// How many messages.
        messages: u64,
    },
    /// Events are posted to an address no more: it did not take them for days,
    /// or said that it is gone.
    WebhookDisabled {
        /// The address.
        webhook: WebhookId,
        /// Why the last attempt failed.
        why: String,
    },
    /// Every message that the inbox held when it was connected is stored or
    /// named as failed.
    InboxCaughtUp {
        /// The inbox.
        inbox: InboxId,
    },
    /// An inbox was paused, resumed or removed, or stopped by itself because a
    /// person has to act. Told once each time.
    InboxStateChanged {
        /// The inbox.
        inbox: InboxId,
        /// What it is now.
        state: InboxState,
    },
}

impl EventKind {
    /// Its name, as it stands in JSON.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::MessageAdded { .. } => "message_added",
            Self::ContactCreated { .. } => "contact_created",
            Self::ReplyReceived { .. } => "reply_received",
            Self::MailQuarantined { .. } => "mail_quarantined",
            Self::RuleFired { .. } => "rule_fired",
            Self::FollowUpPrepared { .. } => "follow_up_prepared",
            Self::FollowUpDeclined { .. } => "follow_up_declined",
            Self::FollowUpChanged { .. } => "follow_up_changed",
            Self::FlagsChanged { .. } => "flags_changed",
            Self::MessageMoved { .. } => "message_moved",
            Self::MessageDeleted { .. } => "message_deleted",
            Self::MessageRestored { .. } => "message_restored",
            Self::FolderBehind { .. } => "folder_behind",
            Self::EnrolmentChanged { .. } => "enrolment_changed",
            Self::MailErased { .. } => "mail_erased",
            Self::WebhookDisabled { .. } => "webhook_disabled",
            Self::InboxCaughtUp { .. } => "inbox_caught_up",
            Self::InboxStateChanged { .. } => "inbox_state_changed",
        }
    }

    /// Whom and what it tells of: what an erasure takes along.
    pub fn speaks_of(&self) -> SpeaksOf<'_> {
        let (messages, contact, address) = match self {
            Self::MessageAdded { message, .. }
            | Self::FollowUpChanged { message, .. }
            | Self::FollowUpDeclined { message, .. }
            | Self::FlagsChanged { message, .. }
            | Self::MessageMoved { message, .. }
            | Self::MessageDeleted { message, .. }
            | Self::MessageRestored { message, .. } => (vec![*message], None, None),
            Self::EnrolmentChanged {
                message, contact, ..
            } => (vec![*message], *contact, None),
            Self::ContactCreated {
                contact, address, ..
            } => (vec![], Some(*contact), Some(address)),
            Self::ReplyReceived {
                message,
                outbound,
                from,
                contact,
            } => (vec![*message, *outbound], *contact, Some(from)),
            Self::MailQuarantined { message, from } => (vec![*message], None, from.as_ref()),
            Self::RuleFired {
                message,
                outbound,
                from,
                contact,
                ..
            } => (
                outbound.iter().chain([message]).copied().collect(),
                *contact,
                from.as_ref(),
            ),
            Self::FollowUpPrepared {
                message,
                to,
                contact,
                ..
            } => (vec![*message], *contact, Some(to)),
            Self::MailErased { .. }
            | Self::WebhookDisabled { .. }
            | Self::InboxCaughtUp { .. }
            | Self::InboxStateChanged { .. }
            | Self::FolderBehind { .. } => (vec![], None, None),
        };
        SpeaksOf {
            messages,
            contact,
            address,
        }
    }
}

/// Whom and what an event tells of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpeaksOf<'a> {
    /// Messages.
    pub messages: Vec<Identity>,
    /// A contact.
    pub contact: Option<ContactId>,
    /// An address.
    pub address: Option<&'a Address>,
}

/// The keys of the events that each tell of one message and nothing else.
pub fn outbox_keys(message: Identity) -> [[u8; 16]; 3] {
    ["message_added", "reply", "quarantined"]
        .map(|event| Digest::new(event).field(message.to_bytes()).finish())
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{} {}", self.seq, self.kind.name())
    }
}
