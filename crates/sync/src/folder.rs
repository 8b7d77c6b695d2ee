//! What is known of one folder between two sessions: the cursor.

use inboxlink_model::{FolderId, FolderRole};
use serde::{Deserialize, Serialize};

use crate::UidSet;

/// Whether a folder's mail is fetched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FolderPolicy {
    /// Its mail is fetched.
    Sync,
    /// Its mail is left on the server.
    Skip(SkipReason),
}

/// Why a folder is left on the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum SkipReason {
    /// Unfinished mail.
    Drafts,
    /// Spam.
    Junk,
    /// Deleted mail.
    Trash,
    /// A view of mail that lies in other folders.
    View,
    /// The team left it out.
    NotChosen,
    /// It holds folders only (`\Noselect`).
    NotSelectable,
    /// The server lists it no more.
    Gone,
}

/// A UID that was tried and could not be stored: named, never forgotten.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FailedUid {
    /// The UID.
    pub uid: u32,
    /// How often it was tried.
    pub tries: u32,
    /// Why, in words for a person; the server's own text is escaped and capped.
    pub reason: String,
}

/// One folder's cursor. It changes only in the transaction that stores the
/// mails it covers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FolderState {
    /// The folder's number in its inbox.
    pub id: FolderId,
    /// The name as the server spells it (modified UTF-7, RFC 3501 §5.1.3).
    pub raw_name: String,
    /// The name as a person reads it.
    pub name: String,
    /// What it is for.
    pub role: FolderRole,
    /// Whether it is fetched.
    pub policy: FolderPolicy,
    /// UIDVALIDITY; `None` before the first visit.
    pub uid_validity: Option<u32>,
    /// The UID from which on mail was new when the folder was first visited:
    /// what lies below is history.
    pub live_from: u32,
    /// UIDs whose mail is stored.
    pub stored: UidSet,
    /// UIDs left on the server: their mail is older than what is wanted.
    #[serde(default)]
    pub left_out: UidSet,
    /// UIDs that failed.
    pub failed: Vec<FailedUid>,
    /// HIGHESTMODSEQ (RFC 7162) up to which changes are known; `None` where
    /// the server keeps none.
    pub highest_modseq: Option<u64>,
    /// UIDNEXT at the last visit, where the server told it.
    #[serde(default)]
    pub uid_next: Option<u32>,
    /// How many messages the server held at the last visit.
    pub server_count: u32,
    /// Set once every message present at the first visit was worked through.
    pub caught_up: bool,
}

impl FolderState {
    /// A folder that was listed and not visited yet.
    pub fn new(
        id: FolderId,
        raw_name: String,
        name: String,
        role: FolderRole,
        policy: FolderPolicy,
    ) -> Self {
        Self {
            id,
            raw_name,
            name,
            role,
            policy,
            uid_validity: None,
            live_from: 0,
            stored: UidSet::new(),
            left_out: UidSet::new(),
            failed: Vec::new(),
            highest_modseq: None,
            uid_next: None,
            server_count: 0,
            caught_up: false,
        }
    }
}
