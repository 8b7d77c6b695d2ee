//! What a step works on.

use std::collections::BTreeMap;

use inboxlink_message::Message;
use inboxlink_model::{
    Address, CreateContacts, EnrolmentId, FolderId, Identity, InboxId, Location, MailPolicy,
    MessageId, Owner, OwnerId, RuleId, Timestamp, WebhookId,
};
use inboxlink_replies::{Rule, enrolment, followup::FollowUpEvent};
use inboxlink_sync::{Alarm, FlagChange, FolderState, KnownCopy, RawMail, ServerFolder, UidSet};

use crate::{
    Erasure, FollowUp, ThreadLevelRow,
    config::{Inbox, InboxState, WorkspaceConfig},
};

/// One thing that happens to a workspace.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Input {
    /// Mail arrived from a folder.
    Batch(Box<Batch>),
    /// The folders of an inbox as they stand after a listing: new ones, and
    /// known ones whose name or policy changed.
    Folders {
        /// The inbox.
        inbox: InboxId,
        /// What was listed, with the cursors known before.
        folders: Vec<FolderState>,
    },
    /// Every folder of an inbox was looked at: what became of the copies that
    /// are gone can be told now.
    Settle {
        /// The inbox.
        inbox: InboxId,
    },
    /// A folder has fallen behind its server.
    Behind {
        /// The inbox.
        inbox: InboxId,
        /// The folder.
        folder: FolderId,
        /// How far, and how long.
        alarm: Alarm,
    },
    /// An inbox was connected, or connected anew with other settings.
    PutInbox(Inbox),
    /// Something about an inbox changed.
    ChangeInbox {
        /// The inbox.
        inbox: InboxId,
        /// What changed.
        change: InboxChange,
    },
    /// A team member left.
    OwnerLeaves {
        /// The team member.
        owner: OwnerId,
        /// Who gets their inboxes; they are paused where nobody does.
        to: Option<OwnerId>,
    },
    /// Addresses of mail that an inbox has brought already are to be decided
    /// on again, since more contacts are wanted now.
    LookAgain {
        /// The inbox.
        inbox: InboxId,
        /// Some of its addresses.
        addresses: Vec<Address>,
    },
    /// A team member was added or edited.
    PutOwner(Owner),
    /// What never becomes a contact, which domains are ours: everything of the
    /// workspace but its inboxes and owners, which are kept.
    PutConfig(WorkspaceConfig),
    /// An owner says how much of a thread the others see of their mail.
    PutThreadLevel(ThreadLevelRow),
    /// Mail is erased.
    Erase(Box<Erasure>),
    /// The rules as they now stand, all of them.
    PutRules(Vec<Rule>),
    /// A rule was added or edited.
    PutRule(Box<Rule>),
    /// A rule was taken out.
    RemoveRule(RuleId),
    /// A rule was switched on or off.
    SwitchRule {
        /// The rule.
        rule: RuleId,
        /// Whether it may fire.
        enabled: bool,
    },
    /// Time passed: waits for an answer that are due are looked at.
    Tick {
        /// The time.
        now: Timestamp,
        /// Up to when all mail is stored that the servers of these inboxes
        /// have received.
        read: BTreeMap<InboxId, Timestamp>,
    },
    /// Somebody stops a wait for an answer, lets it run again, or ends it.
    Enrolment {
        /// The wait.
        enrolment: EnrolmentId,
        /// What happens to it.
        event: enrolment::Event,
    },
    /// A mail of ours went under another id too: answers may name that one.
    Alias {
        /// The mail.
        message: Identity,
        /// The other id.
        id: MessageId,
    },
    /// Events are posted to an address no more, because it did not take them.
    WebhookDisabled {
        /// The address.
        webhook: WebhookId,
        /// Why the last attempt failed.
        why: String,
    },
    /// Something happened to a follow-up.
    FollowUp {
        /// The follow-up, as it was read. Its state is read again.
        follow_up: Box<FollowUp>,
        /// What happened.
        event: FollowUpEvent,
    },
}

/// What changed about an inbox.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum InboxChange {
    /// It was paused, resumed or removed, or stopped by itself.
    State(InboxState),
    /// It was handed over.
    Owner(OwnerId),
    /// What is done with its mail.
    Choices(InboxChoices),
    /// Its history was looked through for contacts.
    LookedAgain,
}

/// What about an inbox can be chosen anew without signing in to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InboxChoices {
    /// The internal label.
    pub name: String,
    /// Whether it is a team's, and not the member's own.
    pub team_inbox: bool,
    /// For whom contacts are made. Wider than before, the history that is
    /// there is looked through.
    pub create_contacts: CreateContacts,
    /// How far back, from which folders and for whom its mail is read.
    pub mail: MailPolicy,
}

/// What one trip to a folder brought.
#[derive(Debug, Clone)]
pub struct Batch {
    /// The inbox.
    pub inbox: InboxId,
    /// The folder.
    pub folder: FolderId,
    /// The folder's UIDVALIDITY during the trip.
    pub uid_validity: u32,
    /// The UID below which the folder's mail is history.
    pub live_from: u32,
    /// What the server said when the folder was opened, where it was.
    pub visit: Option<Visit>,
    /// UIDs that the visit found to be older than what is wanted, where it
    /// looked for them.
    pub too_old: Option<UidSet>,
    /// The mails, newest first.
    pub mails: Vec<Mail>,
    /// Mails that are known by what the server says of them: copies of stored
    /// messages under new UIDs.
    pub copies: Vec<KnownCopy>,
    /// UIDs that the server has removed, as it told while the folder was
    /// watched.
    pub vanished: UidSet,
    /// Flags as they are now; what they were is known.
    pub flags: Vec<FlagChange>,
    /// The HIGHESTMODSEQ up to which, with this batch, every change of flags
    /// is stored.
    pub modseq: Option<u64>,
    /// UIDs that were tried and could not be fetched, and why.
    pub failed: Vec<(u32, String)>,
    /// Whether everything the visit found was tried.
    pub finished: bool,
}

/// A folder as it was found on opening it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visit {
    /// What EXAMINE said.
    pub server: ServerFolder,
    /// Every UID in it.
    pub uids: UidSet,
}

/// One mail, parsed, and what the server says of it.
#[derive(Debug, Clone)]
pub struct Mail {
    /// Its UID.
    pub uid: u32,
    /// When the server received it.
    pub internal_date: Option<Timestamp>,
    /// Its size on the server in bytes.
    pub size: u64,
    /// Its flags, as the server spells them.
    pub flags: Vec<String>,
    /// The server's own id of the message, where it has one.
    pub provider_id: Option<String>,
    /// What it says.
    pub message: Message,
    /// The whole mail as it came, where originals are kept.
    pub original: Option<Vec<u8>>,
}

impl Mail {
    /// With the mail as it came, unless only its beginning did.
    #[must_use]
    pub fn with_original(mut self, raw: RawMail) -> Self {
        self.original = Some(raw)
            .filter(|raw| !raw.is_truncated())
            .map(|raw| raw.bytes);
        self
    }

    /// Parses what the server handed over.
    pub fn parse(raw: &RawMail) -> Self {
        Self {
            uid: raw.uid,
            internal_date: raw.internal_date,
            size: raw.size,
            // \Recent is about sessions, not about mails (RFC 9051 has it no more).
            flags: raw
                .flags
                .iter()
                .filter(|flag| !flag.eq_ignore_ascii_case("\\Recent"))
                .cloned()
                .collect(),
            provider_id: raw.provider_id.clone(),
            message: inboxlink_message::parse(&raw.bytes, Some(raw.size)),
            original: None,
        }
    }
}

impl Batch {
    /// A trip to a folder that brought nothing yet.
    pub fn new(inbox: InboxId, folder: &FolderState) -> Self {
        Self {
            inbox,
            folder: folder.id,
            uid_validity: folder.uid_validity.unwrap_or(0),
            live_from: folder.live_from,
            visit: None,
            too_old: None,
            mails: Vec::new(),
            copies: Vec::new(),
            vanished: UidSet::new(),
            flags: Vec::new(),
            modseq: None,
            failed: Vec::new(),
            finished: false,
        }
    }

    /// Whether one of the batch's mails was there before the inbox was
    /// connected.
    pub fn is_historical(&self, mail: &Mail) -> bool {
        mail.uid < self.live_from
    }

    /// Where the mail with a UID lies.
    pub fn location(&self, uid: u32) -> Location {
        Location {
            inbox: self.inbox,
            folder: self.folder,
            uid_validity: self.uid_validity,
            uid,
        }
    }
}
