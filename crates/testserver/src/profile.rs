//! What kind of server this one plays.

/// How the server introduces itself, what it can do and what it says when it
/// refuses.
///
/// The capabilities are what counts: without `IDLE` in the list, IDLE is
/// answered BAD, as by a server that never heard of it.
///
/// ```
/// use inboxlink_testserver::Profile;
///
/// let mut plain = Profile::default();
/// plain.capabilities.retain(|c| c != "CONDSTORE" && c != "IDLE");
/// plain.login_refusal = "[AUTHENTICATIONFAILED] Application-specific password required".into();
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Profile {
    /// The text of the IMAP greeting, after `* OK [CAPABILITY …] `.
    pub greeting: String,
    /// The capabilities told before login. `STARTTLS` and `LOGINDISABLED` are
    /// added where the connection isn't encrypted yet.
    pub capabilities_before_login: Vec<String>,
    /// The capabilities told after login; they decide which commands exist.
    pub capabilities: Vec<String>,
    /// What follows `NO ` when a user name or password is wrong.
    pub login_refusal: String,
    /// Whether folders open only to clients that sent ID (RFC 2971).
    pub id_required: bool,
    /// What follows `NO ` for a client that should have sent ID.
    pub id_refusal: String,
    /// The server's own ID, as fields and values.
    pub id: Vec<(String, String)>,
    /// What separates a folder from its parent.
    pub delimiter: char,
    /// The folders of a new user beside INBOX.
    pub folders: Vec<(String, Option<SpecialUse>)>,
    /// The host name in the SMTP greeting and in Received headers.
    pub host_name: String,
    /// The SMTP reply to a wrong user name or password.
    pub smtp_login_refusal: String,
    /// The SMTP reply to a recipient in one of the server's own domains that
    /// is no user of it; `None` accepts such mail into the outbox.
    pub unknown_recipient: Option<String>,
}

/// A folder's purpose (RFC 6154).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum SpecialUse {
    /// `\All`: every message.
    All,
    /// `\Archive`
    Archive,
    /// `\Drafts`
    Drafts,
    /// `\Flagged`
    Flagged,
    /// `\Junk`
    Junk,
    /// `\Sent`
    Sent,
    /// `\Trash`
    Trash,
}

impl SpecialUse {
    /// The attribute as LIST writes it.
    pub fn attribute(self) -> &'static str {
        match self {
            Self::All => "\\All",
            Self::Archive => "\\Archive",
            Self::Drafts => "\\Drafts",
            Self::Flagged => "\\Flagged",
            Self::Junk => "\\Junk",
            Self::Sent => "\\Sent",
            Self::Trash => "\\Trash",
        }
    }
}

impl Default for Profile {
    /// A modern, well-behaved server.
    fn default() -> Self {
        let words = |list: &str| list.split(' ').map(str::to_owned).collect();
        let folder = |name: &str, special_use| (name.to_owned(), Some(special_use));
        Self {
            greeting: "inboxlink-testserver ready".to_owned(),
            capabilities_before_login: words("IMAP4rev1 LITERAL+ SASL-IR ID ENABLE AUTH=PLAIN"),
            capabilities: words(
                "IMAP4rev1 LITERAL+ SASL-IR ID ENABLE IDLE NAMESPACE UIDPLUS MOVE UNSELECT \
                 CHILDREN SPECIAL-USE LIST-EXTENDED LIST-STATUS CONDSTORE",
            ),
            login_refusal: "[AUTHENTICATIONFAILED] Authentication failed.".to_owned(),
            id_required: false,
            id_refusal: "SELECT Unsafe Login. Please identify your client with ID.".to_owned(),
            id: vec![("name".to_owned(), "inboxlink-testserver".to_owned())],
            delimiter: '/',
            folders: vec![
                folder("Archive", SpecialUse::Archive),
                folder("Drafts", SpecialUse::Drafts),
                folder("Junk", SpecialUse::Junk),
                folder("Sent", SpecialUse::Sent),
                folder("Trash", SpecialUse::Trash),
            ],
            host_name: "localhost".to_owned(),
            smtp_login_refusal: "535 5.7.8 Authentication credentials invalid".to_owned(),
            unknown_recipient: Some("550 5.1.1 No such user here".to_owned()),
        }
    }
}
