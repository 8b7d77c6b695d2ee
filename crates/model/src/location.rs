//! Where a copy of a message lies.

use serde::{Deserialize, Serialize};

use crate::InboxId;

/// A folder of an inbox: a small number, given out in the order in which the
/// folders were first listed, and kept when the folder is renamed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FolderId(pub u32);

/// One copy on the server: unique by itself (RFC 9051 §2.3.1.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Location {
    /// The connected inbox.
    pub inbox: InboxId,
    /// The folder in it.
    pub folder: FolderId,
    /// The folder's UIDVALIDITY when the copy was seen.
    pub uid_validity: u32,
    /// The copy's UID.
    pub uid: u32,
}

/// What a folder is for (RFC 6154; INBOX by name).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum FolderRole {
    /// Where mail arrives.
    Inbox,
    /// What was sent.
    Sent,
    /// What is not sent yet.
    Drafts,
    /// Spam.
    Junk,
    /// Deleted mail.
    Trash,
    /// Put away by the user.
    Archive,
    /// A view of every message.
    All,
    /// A view of starred messages.
    Flagged,
    /// A view of messages deemed important.
    Important,
    /// No special use.
    Other,
}

impl FolderRole {
    /// The role as it stands in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Inbox => "inbox",
            Self::Sent => "sent",
            Self::Drafts => "drafts",
            Self::Junk => "junk",
            Self::Trash => "trash",
            Self::Archive => "archive",
            Self::All => "all",
            Self::Flagged => "flagged",
            Self::Important => "important",
            Self::Other => "other",
        }
    }
}
