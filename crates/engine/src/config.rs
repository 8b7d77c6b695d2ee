//! What the embedder has set up: inboxes, owners, whose addresses are ours.

use std::collections::BTreeSet;

use inboxlink_contacts::Blocked;
use inboxlink_model::{
    Address, CreateContacts, InboxId, MailPolicy, OwnAddresses, Owner, OwnerId, Timestamp,
    WorkspaceId,
};
use inboxlink_replies::{enrolment::AwayPolicy, followup::SendPolicy};
use inboxlink_settings::{ConnectionSettings, Diagnosis, Security, SignIn, SmtpEndpoint};
use serde::{Deserialize, Serialize};

/// A connected inbox, without its password: that one is sealed apart, or not
/// stored at all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inbox {
    /// Its id; stays the same when host or user name are edited.
    pub id: InboxId,
    /// The internal label; contacts never see it.
    pub name: String,
    /// The server's host name.
    pub host: String,
    /// The server's port.
    pub port: u16,
    /// How the connection is secured.
    pub security: Security,
    /// Where mail is handed in for sending.
    pub smtp: SmtpEndpoint,
    /// The account's user name.
    pub username: String,
    /// How the account is signed in to.
    pub sign_in: SignIn,
    /// The team member whose inbox it is.
    pub owner: OwnerId,
    /// Whether it is a team's, such as `info@`, and not the member's own.
    pub team_inbox: bool,
    /// Those who owned it before, the first one first.
    pub previous_owners: Vec<PreviousOwner>,
    /// For whom contacts are made from this inbox.
    pub create_contacts: CreateContacts,
    /// Whether its history is still to be looked through for contacts, because
    /// more of them are wanted than when it was read.
    pub look_again: bool,
    /// How far back, from which folders and for whom its mail is read.
    pub mail: MailPolicy,
    /// Whether it is synced.
    pub state: InboxState,
}

/// Somebody who owned an inbox, and until when: what they kept to themselves
/// is not its next owner's to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PreviousOwner {
    /// The team member.
    pub owner: OwnerId,
    /// When the inbox was handed over.
    pub until: Timestamp,
}

impl Inbox {
    /// An inbox as its settings have it.
    pub fn new(id: InboxId, settings: &ConnectionSettings) -> Self {
        Self {
            id,
            name: settings.name().to_owned(),
            host: settings.host().to_owned(),
            port: settings.port(),
            security: settings.security(),
            smtp: settings.smtp().clone(),
            username: settings.username().to_owned(),
            sign_in: settings.sign_in(),
            owner: settings.owner(),
            team_inbox: settings.team_inbox(),
            previous_owners: Vec::new(),
            create_contacts: settings.create_contacts(),
            look_again: false,
            mail: settings.mail().clone(),
            state: InboxState::Connected,
        }
    }

    /// Whose inbox it was when a mail came: the owner who sees all of it,
    /// whatever is shared with the others.
    pub fn owner_at(&self, at: Timestamp) -> OwnerId {
        let before = self.previous_owners.iter().find(|it| at < it.until);
        before.map_or(self.owner, |it| it.owner)
    }

    /// The id of an inbox that is connected for the first time: a digest of
    /// what makes two connections the same account.
    pub fn id_for(workspace: WorkspaceId, host: &str, username: &str) -> InboxId {
        let digest = inboxlink_message::Digest::new("inbox")
            .field(workspace.to_bytes())
            .field(host.to_lowercase())
            .field(username.to_lowercase());
        InboxId::from_bytes(digest.finish())
    }
}

/// Whether an inbox is synced.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum InboxState {
    /// It is.
    #[default]
    Connected,
    /// The team paused it; its history stays.
    Paused,
    /// It stopped by itself, and a person has to act: a password was changed,
    /// a sign-in was revoked. Its history and its cursors stay.
    NeedsAction(Diagnosis),
    /// It was removed; its history stays, shared as it was.
    Removed,
}

/// A workspace's settings: small, read with every batch.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkspaceConfig {
    /// The connected inboxes, by id.
    pub inboxes: Vec<Inbox>,
    /// The team, by id.
    pub owners: Vec<Owner>,
    /// Those of them who have left. Their addresses stay ours, so that what
    /// they wrote stays what we wrote.
    pub former_owners: BTreeSet<OwnerId>,
    /// Domains all of whose addresses are the team's, lower-cased.
    pub internal_domains: BTreeSet<String>,
    /// Addresses and domains that never become contacts.
    pub excluded: Blocked,
    /// Whether `info@` and its like become contacts.
    pub role_contacts: bool,
    /// How much automations may send, and when.
    #[serde(default)]
    pub sending: SendPolicy,
    /// What an out-of-office note does to a wait for an answer.
    #[serde(default)]
    pub away: AwayPolicy,
    /// Whether invitations, and answers to them, in which nobody wrote a word
    /// stand on timelines.
    #[serde(default)]
    pub show_calendar: bool,
}

impl WorkspaceConfig {
    /// Every address that is ours: the owners', and the inboxes' user names
    /// where those are addresses.
    pub fn own_addresses(&self) -> OwnAddresses {
        let owners = self
            .owners
            .iter()
            .flat_map(|owner| owner.addresses.iter().cloned());
        let users = self
            .inboxes
            .iter()
            .filter_map(|inbox| inbox.username.parse::<Address>().ok());
        let mut own: OwnAddresses = owners.chain(users).collect();
        own.domains.clone_from(&self.internal_domains);
        own
    }

    /// The inbox of that id.
    pub fn inbox(&self, id: InboxId) -> Option<&Inbox> {
        self.inboxes.iter().find(|inbox| inbox.id == id)
    }
}
