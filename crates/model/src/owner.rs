//! The team: who owns inboxes, and which addresses are ours.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::{Address, OwnerId};

/// A team member who owns inboxes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Owner {
    /// As the embedder knows them.
    pub id: OwnerId,
    /// As the team reads it.
    pub name: String,
    /// Their addresses and aliases.
    pub addresses: BTreeSet<Address>,
}

/// The addresses that are ours: every owner's, and whole internal domains.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnAddresses {
    /// Single addresses.
    pub addresses: BTreeSet<Address>,
    /// Domains, lower-cased, all of whose addresses are the team's.
    pub domains: BTreeSet<String>,
}

impl OwnAddresses {
    /// Whether an address is ours.
    pub fn contains(&self, address: &Address) -> bool {
        self.addresses.contains(address) || self.domains.contains(address.domain())
    }
}

impl FromIterator<Address> for OwnAddresses {
    fn from_iter<I: IntoIterator<Item = Address>>(addresses: I) -> Self {
        Self {
            addresses: addresses.into_iter().collect(),
            domains: BTreeSet::new(),
        }
    }
}

/// Which way a mail went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// From somebody else.
    Inbound,
    /// From us to somebody else.
    Outbound,
    /// From us to us.
    Internal,
}

/// For whom contacts are made without asking.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum CreateContacts {
    /// For nobody.
    Off,
    /// For people we wrote to.
    Sent,
    /// For everyone written with, in either direction.
    #[default]
    All,
}

impl CreateContacts {
    /// The choice as it stands in JSON and in the form.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Sent => "sent",
            Self::All => "all",
        }
    }
}
