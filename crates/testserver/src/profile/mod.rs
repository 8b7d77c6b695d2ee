//! What kind of server this one plays.

mod providers;

use std::time::Duration;

/// How the server introduces itself, what it can do and what it says when it
/// refuses.
///
/// The capabilities are what counts: without `IDLE` in the list, IDLE is
/// answered BAD, as by a server that never heard of it. Begin with a provider
/// ([`Profile::gmail`], [`Profile::courier`], …) or the well-behaved default,
/// and change what the test is about.
///
/// ```
/// use inboxlink_testserver::{Profile, texts};
///
/// let mut plain = Profile::default();
/// plain.capabilities.retain(|c| c != "CONDSTORE" && c != "IDLE");
/// plain.login_refusal = texts::yahoo::INVALID.into();
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
    /// Whether the OK of a login tells the capabilities; else they have to be
    /// asked for.
    pub tells_capabilities_at_login: bool,
    /// What follows `NO ` when a user name, password or token is wrong.
    pub login_refusal: String,
    /// What follows `NO ` for any password, right or wrong; `None` on servers
    /// that take passwords.
    pub password_refusal: Option<String>,
    /// What follows `NO ` for the password that opens the provider's website,
    /// where mail programs need another one (see [`User::web_password`]).
    ///
    /// [`User::web_password`]: crate::User::web_password
    pub web_password_refusal: String,
    /// Whether the server hangs up after a refused login.
    pub bye_after_refusal: bool,
    /// Whether the part before the `@` is a user name too.
    pub local_part_logs_in: bool,
    /// Whether folders open only to clients that sent ID (RFC 2971).
    pub id_required: bool,
    /// What follows `NO ` for a client that should have sent ID.
    pub id_refusal: String,
    /// The server's own ID, as fields and values.
    pub id: Vec<(String, String)>,
    /// What separates a folder from its parent.
    pub delimiter: char,
    /// What every folder's name but INBOX begins with: `INBOX.` on Courier.
    pub prefix: String,
    /// The folders of a new user beside INBOX.
    pub folders: Vec<(String, Option<SpecialUse>)>,
    /// Those of them that hold folders only (`\Noselect`).
    pub not_selectable: Vec<String>,
    /// Whether special uses are written in lower case: `\sent`.
    pub special_uses_in_lower_case: bool,
    /// The folder in which every message lies too that is neither in Junk nor
    /// in Trash: Gmail's All Mail, where other folders are labels.
    pub all_mail: Option<String>,
    /// Whether UIDNEXT is told when a folder is opened.
    pub tells_uid_next: bool,
    /// How many messages of a folder are shown, the newest; `None` shows all.
    pub newest: Option<usize>,
    /// Whether VANISHED comes without the UIDs it is about.
    pub empty_vanished: bool,
    /// After what time IDLE is ended with BYE.
    pub idle_limit: Option<Duration>,
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
    /// A modern, well-behaved server that nobody operates.
    fn default() -> Self {
        let folder = |name: &str, special_use| (name.to_owned(), Some(special_use));
        Self {
            greeting: "inboxlink-testserver ready".to_owned(),
            capabilities_before_login: words("IMAP4rev1 LITERAL+ SASL-IR ID ENABLE AUTH=PLAIN"),
            capabilities: words(
                "IMAP4rev1 LITERAL+ SASL-IR ID ENABLE IDLE NAMESPACE UIDPLUS MOVE UNSELECT \
                 CHILDREN SPECIAL-USE LIST-EXTENDED LIST-STATUS CONDSTORE",
            ),
            tells_capabilities_at_login: true,
            login_refusal: "[AUTHENTICATIONFAILED] Authentication failed.".to_owned(),
            password_refusal: None,
            web_password_refusal: "[AUTHENTICATIONFAILED] Authentication failed.".to_owned(),
            bye_after_refusal: false,
            local_part_logs_in: false,
            id_required: false,
            id_refusal: "SELECT Unsafe Login. Please identify your client with ID.".to_owned(),
            id: vec![("name".to_owned(), "inboxlink-testserver".to_owned())],
            delimiter: '/',
            prefix: String::new(),
            folders: vec![
                folder("Archive", SpecialUse::Archive),
                folder("Drafts", SpecialUse::Drafts),
                folder("Junk", SpecialUse::Junk),
                folder("Sent", SpecialUse::Sent),
                folder("Trash", SpecialUse::Trash),
            ],
            not_selectable: Vec::new(),
            special_uses_in_lower_case: false,
            all_mail: None,
            tells_uid_next: true,
            newest: None,
            empty_vanished: false,
            idle_limit: None,
            host_name: "localhost".to_owned(),
            smtp_login_refusal: "535 5.7.8 Authentication credentials invalid".to_owned(),
            unknown_recipient: Some("550 5.1.1 No such user here".to_owned()),
        }
    }
}

/// Words of a list, as capabilities are written.
fn words(list: &str) -> Vec<String> {
    list.split_ascii_whitespace().map(str::to_owned).collect()
}
