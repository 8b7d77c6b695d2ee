//! A mail as the server handed it over.

use inboxlink_model::Timestamp;

/// One mail's bytes, and what the server says of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawMail {
    /// Its UID in the folder at hand.
    pub uid: u32,
    /// INTERNALDATE: when the server received it. `None` where the server
    /// gave none that can be read.
    pub internal_date: Option<Timestamp>,
    /// RFC822.SIZE: the whole mail's size in bytes.
    pub size: u64,
    /// Flags as the server spells them (`\Seen`, `$Forwarded`).
    pub flags: Vec<String>,
    /// X-GM-MSGID or EMAILID, where the server gives one.
    pub provider_id: Option<String>,
    /// The mail from its first byte on; shorter than `size` where only the
    /// beginning was fetched.
    pub bytes: Vec<u8>,
}

impl RawMail {
    /// Whether the end of the mail is still on the server.
    pub fn is_truncated(&self) -> bool {
        (self.bytes.len() as u64) < self.size
    }
}
