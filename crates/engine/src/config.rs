//! What the embedder has set up: inboxes, owners, whose addresses are ours.

use std::collections::BTreeSet;

use inboxlink_contacts::Blocked;
use inboxlink_model::{
    Address, CreateContacts, InboxId, OwnAddresses, Owner, OwnerId, WorkspaceId,
};
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
    /// The account's user name.
    pub username: String,
    /// The team member whose inbox it is.
    pub owner: OwnerId,
    /// For whom contacts are made from this inbox.
    pub create_contacts: CreateContacts,
    /// Whether it is synced.
    pub state: InboxState,
}

impl Inbox {
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
}

/// A workspace's settings: small, read with every batch.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkspaceConfig {
    /// The connected inboxes, by id.
    pub inboxes: Vec<Inbox>,
    /// The team, by id.
    pub owners: Vec<Owner>,
    /// Domains all of whose addresses are the team's, lower-cased.
    pub internal_domains: BTreeSet<String>,
    /// Addresses and domains that never become contacts.
    pub excluded: Blocked,
    /// Whether `info@` and its like become contacts.
    pub role_contacts: bool,
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
