//! Copies that are gone from their folder, until it is known why.

use inboxlink_model::{Identity, Location, Timestamp};
use serde::{Deserialize, Serialize};

/// A copy that lay in a folder and is there no more. Whether it was moved or
/// deleted is known when every folder was looked at.
///
/// The row outlives the answer where the message lies nowhere any more: it is
/// what marks the message as deleted on the server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Departed {
    /// Where it lay.
    pub from: Location,
    /// The message it was a copy of.
    pub message: Identity,
    /// Whether the message was told to be deleted and has come back since.
    pub returned: bool,
    /// Where copies of the message lie now.
    pub now: Vec<Location>,
}

/// What a departed copy is recognised by when it is met again under another
/// UID, so that its body need not be fetched twice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DepartedCopy {
    /// The message it was a copy of.
    pub message: Identity,
    /// The digest of the message's Message-ID, From, Date and Subject.
    pub header_digest: [u8; 16],
    /// INTERNALDATE.
    pub internal_date: Option<Timestamp>,
    /// RFC822.SIZE in bytes.
    pub size: u64,
    /// The server's own id of the message.
    pub provider_id: Option<String>,
}
