//! What is done with an inbox's mail: how far back it is read, from which
//! folders, and who of the team sees how much of it.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::{Address, Day};

/// How much of a mail is seen, least first.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Visibility {
    /// Nothing, not even that there is one.
    Private,
    /// Who wrote to whom and when.
    Metadata,
    /// The subject too.
    Subject,
    /// All of it.
    #[default]
    Everything,
}

impl Visibility {
    /// Whether it stands on a timeline at all.
    pub fn shows_entry(self) -> bool {
        self > Self::Private
    }

    /// Whether its subject is shown.
    pub fn shows_subject(self) -> bool {
        self >= Self::Subject
    }

    /// Whether its text and attachments are shown.
    pub fn shows_content(self) -> bool {
        self >= Self::Everything
    }

    /// The level as it stands in JSON and in the form.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Private => "private",
            Self::Metadata => "metadata",
            Self::Subject => "subject",
            Self::Everything => "everything",
        }
    }
}

/// Addresses and domains whose mail the team does not want to see. Taking one
/// off again brings its mail back: nothing is deleted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exclusions {
    /// Single addresses.
    pub addresses: BTreeSet<Address>,
    /// Domains in lower case, those below them included.
    pub domains: BTreeSet<String>,
}

impl Exclusions {
    /// Whether an address is excluded.
    pub fn contains(&self, address: &Address) -> bool {
        if self.addresses.contains(address) {
            return true;
        }
        let mut rest = Some(address.domain());
        while let Some(domain) = rest {
            if self.domains.contains(domain) {
                return true;
            }
            rest = domain.split_once('.').map(|(_, above)| above);
        }
        false
    }
}

/// How far back an inbox's history is read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HistoryDepth {
    /// All of it.
    #[default]
    All,
    /// What the server received on this day or later.
    Since(Day),
}

/// Which folders are read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FolderChoice {
    /// Those that matter: all but drafts, spam, the bin, and views of others.
    #[default]
    Usual,
    /// Only these, by their names as a person reads them.
    Only(Vec<String>),
    /// Those that matter, without these.
    Except(Vec<String>),
}

/// What is done with an inbox's mail; chosen when it is connected, and edited
/// later.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct MailPolicy {
    /// How far back it is read.
    pub history: HistoryDepth,
    /// From which folders.
    pub folders: FolderChoice,
    /// How much of it the rest of the team sees; its owner sees all.
    pub sharing: Visibility,
    /// Whose mail is on no timeline.
    pub exclusions: Exclusions,
    /// Whether mail within the team is shown.
    pub internal: bool,
}
