//! What goes into the server and comes out of it.

use std::sync::Arc;

/// A user of the server: a login, a mailbox, one address or several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    pub(crate) address: String,
    pub(crate) password: String,
    pub(crate) aliases: Vec<String>,
    pub(crate) web_password: Option<String>,
    pub(crate) access_token: Option<String>,
}

impl User {
    /// A user who logs in with this address and password. The address's domain
    /// becomes one of the server's own.
    pub fn new(address: impl Into<String>, password: impl Into<String>) -> Self {
        Self {
            address: address.into(),
            password: password.into(),
            aliases: Vec::new(),
            web_password: None,
            access_token: None,
        }
    }

    /// The password that opens the provider's website: mail programs are
    /// refused it in the words of [`web_password_refusal`], and take the one
    /// of [`User::new`], an app password.
    ///
    /// [`web_password_refusal`]: crate::Profile::web_password_refusal
    #[must_use]
    pub fn web_password(mut self, password: impl Into<String>) -> Self {
        self.web_password = Some(password.into());
        self
    }

    /// An access token that XOAUTH2 and OAUTHBEARER take.
    #[must_use]
    pub fn access_token(mut self, token: impl Into<String>) -> Self {
        self.access_token = Some(token.into());
        self
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
    /// A number that it keeps in every folder: X-GM-MSGID, EMAILID.
    pub id: u64,
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
