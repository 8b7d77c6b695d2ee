//! What goes into the server and comes out of it.

use std::sync::Arc;

/// A user of the server: a login, a mailbox, one address or several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    pub(crate) address: String,
    pub(crate) password: String,
    pub(crate) aliases: Vec<String>,
}

impl User {
    /// A user who logs in with this address and password. The address's domain
    /// becomes one of the server's own.
    pub fn new(address: impl Into<String>, password: impl Into<String>) -> Self {
        Self {
            address: address.into(),
            password: password.into(),
            aliases: Vec::new(),
        }
    }

    /// Another address of the same mailbox; it serves for login too.
    #[must_use]
    pub fn alias(mut self, address: impl Into<String>) -> Self {
        self.aliases.push(address.into());
        self
    }
}

/// A message in a folder, as it is now.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct StoredMessage {
    /// Its UID.
    pub uid: u32,
    /// Its flags, in alphabetical order: `\Seen`, `\Answered`, keywords.
    pub flags: Vec<String>,
    /// INTERNALDATE in seconds since 1970 UTC.
    pub internal_date: i64,
    /// Its bytes.
    pub bytes: Arc<[u8]>,
}

/// A mail that a user submitted for recipients elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Submission {
    /// The address of the user who logged in.
    pub user: String,
    /// The envelope's sender; empty for the null path `<>`.
    pub from: String,
    /// The envelope's recipients that are not this server's.
    pub to: Vec<String>,
    /// The mail, with the Received header that the server put before it.
    pub bytes: Arc<[u8]>,
}
