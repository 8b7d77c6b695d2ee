//! Commands as values. What could carry another command inside (CR, LF, NUL)
//! cannot be made into one.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use inboxlink_model::Day;
use inboxlink_sync::UidSet;
use secrecy::zeroize::{Zeroize, Zeroizing};

use crate::{ErrorKind, ImapError, limits::MAX_CREDENTIAL};

/// One command without its tag and line end; wiped when dropped, since it may
/// hold a password.
pub(crate) struct Command {
    /// Its name, for messages.
    pub(crate) name: &'static str,
    pub(crate) line: Vec<u8>,
}

impl Drop for Command {
    fn drop(&mut self) {
        self.line.zeroize();
    }
}

/// A folder's name as the server spells it, quoted (RFC 9051 §4.3).
pub(crate) struct MailboxName(String);

impl MailboxName {
    pub(crate) fn new(raw_name: &str) -> Result<Self, ImapError> {
        quoted(raw_name).map(Self).ok_or_else(|| {
            ImapError::new(ErrorKind::Argument).about("a folder's name cannot hold line breaks")
        })
    }
}

/// A quoted string; `None` where it would end the line.
fn quoted(text: &str) -> Option<String> {
    if text.contains(['\r', '\n', '\0']) {
        return None;
    }
    Some(format!(
        "\"{}\"",
        text.replace('\\', "\\\\").replace('"', "\\\"")
    ))
}

/// What to fetch of each mail besides its flags, dates and first bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Attributes {
    /// X-GM-MSGID (Gmail).
    pub(crate) gmail: bool,
    /// EMAILID (RFC 8474).
    pub(crate) email_id: bool,
}

impl Command {
    fn new(name: &'static str, line: impl Into<Vec<u8>>) -> Self {
        let line = line.into();
        Self { name, line }
    }

    pub(crate) fn capability() -> Self {
        Self::new("CAPABILITY", "CAPABILITY")
    }

    pub(crate) fn starttls() -> Self {
        Self::new("STARTTLS", "STARTTLS")
    }

    pub(crate) fn noop() -> Self {
        Self::new("NOOP", "NOOP")
    }

    pub(crate) fn idle() -> Self {
        Self::new("IDLE", "IDLE")
    }

    pub(crate) fn logout() -> Self {
        Self::new("LOGOUT", "LOGOUT")
    }

    /// RFC 2971. Some servers refuse an empty list, some all clients that
    /// tell nothing.
    pub(crate) fn id() -> Self {
        let version = env!("CARGO_PKG_VERSION");
        Self::new(
            "ID",
            format!("ID (\"name\" \"inboxlink\" \"version\" \"{version}\")"),
        )
    }

    /// With special uses where the server has to be asked for them (RFC 6154).
    pub(crate) fn list(special_use: bool) -> Self {
        let ask = if special_use {
            " RETURN (SPECIAL-USE)"
        } else {
            ""
        };
        Self::new("LIST", format!("LIST \"\" \"*\"{ask}"))
    }

    /// Opens a folder so that nothing in it can change.
    pub(crate) fn examine(name: &MailboxName) -> Self {
        Self::new("EXAMINE", format!("EXAMINE {}", name.0))
    }

    /// A mail marked as seen, for the end of a folder; the literal's bytes are
    /// to follow its line, at once where `waits` is false (RFC 7888).
    pub(crate) fn append(name: &MailboxName, size: usize, waits: bool) -> Self {
        let plus = if waits { "" } else { "+" };
        Self::new(
            "APPEND",
            format!("APPEND {} (\\Seen) {{{size}{plus}}}", name.0),
        )
    }

    /// The UIDs of the messages that have a Message-ID; `None` where it cannot
    /// stand in a command.
    pub(crate) fn search_message_id(id: &str) -> Option<Self> {
        let id = quoted(&format!("<{id}>")).filter(|id| id.is_ascii())?;
        let line = format!("UID SEARCH HEADER Message-ID {id}");
        Some(Self::new("SEARCH", line))
    }

    pub(crate) fn status(name: &MailboxName) -> Self {
        Self::new(
            "STATUS",
            format!("STATUS {} (MESSAGES UIDNEXT UIDVALIDITY)", name.0),
        )
    }

    /// The UIDs of the messages numbered from `first` to `last`; only those
    /// that the server received before a day, where one is named.
    pub(crate) fn search(first: u32, last: u32, before: Option<Day>) -> Self {
        let before = before.map(|day| format!(" BEFORE {}", day.imap()));
        let before = before.unwrap_or_default();
        Self::new("SEARCH", format!("UID SEARCH {first}:{last}{before}"))
    }

    /// The beginnings of the mails with these UIDs, without marking them read.
    pub(crate) fn fetch(uids: &UidSet, attributes: Attributes, partial: Option<u32>) -> Self {
        Self::fetch_spelt(&uids.to_string(), attributes, partial)
    }

    /// The same from a UID on.
    pub(crate) fn fetch_from(uid: u32, attributes: Attributes, partial: Option<u32>) -> Self {
        Self::fetch_spelt(&format!("{uid}:*"), attributes, partial)
    }

    fn fetch_spelt(uids: &str, attributes: Attributes, partial: Option<u32>) -> Self {
        let gmail = if attributes.gmail { " X-GM-MSGID" } else { "" };
        let email_id = if attributes.email_id { " EMAILID" } else { "" };
        let range = partial.map_or_else(String::new, |bytes| format!("<0.{bytes}>"));
        Self::new(
            "FETCH",
            format!(
                "UID FETCH {uids} (UID FLAGS INTERNALDATE RFC822.SIZE{gmail}{email_id} BODY.PEEK[]{range})"
            ),
        )
    }

    /// A range of one mail's bytes.
    pub(crate) fn fetch_range(uid: u32, offset: u32, len: u32) -> Self {
        Self::new(
            "FETCH",
            format!("UID FETCH {uid} (UID BODY.PEEK[]<{offset}.{len}>)"),
        )
    }

    /// AUTHENTICATE (RFC 9051 §6.2.2), with the client's first message, in
    /// base64, on the same line where the server takes that (SASL-IR, RFC
    /// 4959).
    pub(crate) fn authenticate(mechanism: &str, initial: Option<Vec<u8>>) -> Self {
        let mut initial = initial.unwrap_or_default();
        let gap: &[u8] = if initial.is_empty() { b"" } else { b" " };
        let command = b"AUTHENTICATE ";
        // In one piece: growing would leave unwiped copies behind.
        let line = [command, mechanism.as_bytes(), gap, &initial].concat();
        initial.zeroize();
        Self::new("AUTHENTICATE", line)
    }

    pub(crate) fn login(credentials: &Credentials<'_>) -> Self {
        let spell = |text| quoted(text).unwrap_or_default();
        let mut line = format!(
            "LOGIN {} {}",
            spell(credentials.username),
            spell(credentials.password)
        );
        let command = Self::new("LOGIN", line.as_bytes());
        line.zeroize();
        command
    }
}

/// A user name and a password that a server can be told.
#[derive(Clone, Copy)]
pub(crate) struct Credentials<'a> {
    pub(crate) username: &'a str,
    pub(crate) password: &'a str,
}

impl<'a> Credentials<'a> {
    pub(crate) fn new(username: &'a str, password: &'a str) -> Result<Self, ImapError> {
        for (what, text) in [("user name", username), ("password", password)] {
            if text.is_empty() || text.len() > MAX_CREDENTIAL || text.contains(['\r', '\n', '\0']) {
                return Err(ImapError::new(ErrorKind::Credentials).about(what));
            }
        }
        Ok(Self { username, password })
    }

    /// Every way in which the password is sent.
    pub(crate) fn spellings(&self) -> Vec<Zeroizing<String>> {
        let coded = String::from_utf8(self.plain()).unwrap_or_default();
        let quoted = Zeroizing::new(quoted(self.password).unwrap_or_default());
        let inside = quoted.strip_prefix('"').and_then(|q| q.strip_suffix('"'));
        let inside = inside.unwrap_or_default().to_owned();
        [coded, inside, self.password.to_owned()]
            .map(Zeroizing::new)
            .into()
    }

    /// The answer to AUTHENTICATE PLAIN, in base64.
    pub(crate) fn plain(&self) -> Vec<u8> {
        let mut message = format!("\0{}\0{}", self.username, self.password).into_bytes();
        let answer = STANDARD.encode(&message).into_bytes();
        message.zeroize();
        answer
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn text(command: &Command) -> &str {
        std::str::from_utf8(&command.line).unwrap()
    }

    #[test]
    fn nothing_is_marked_read() {
        let all = Attributes {
            gmail: true,
            email_id: true,
        };
        assert_eq!(
            text(&Command::fetch(&"2:4,9".parse().unwrap(), all, Some(65536))),
            "UID FETCH 2:4,9 (UID FLAGS INTERNALDATE RFC822.SIZE X-GM-MSGID EMAILID BODY.PEEK[]<0.65536>)"
        );
        assert_eq!(
            text(&Command::fetch_from(7, Attributes::default(), None)),
            "UID FETCH 7:* (UID FLAGS INTERNALDATE RFC822.SIZE BODY.PEEK[])"
        );
    }

    proptest! {
        /// One command stays one command, whatever stands in it, and what was
        /// quoted comes back.
        #[test]
        fn no_argument_ends_its_line(name in any::<String>(), password in any::<String>()) {
            let breaks = |text: &str| text.contains(['\r', '\n', '\0']);
            match MailboxName::new(&name) {
                Ok(mailbox) => {
                    let command = Command::examine(&mailbox);
                    prop_assert!(!breaks(text(&command)));
                    let inside = text(&command).strip_prefix("EXAMINE \"").unwrap();
                    let inside = inside.strip_suffix('"').unwrap();
                    prop_assert_eq!(crate::text::unescape(inside), name);
                }
                Err(_) => prop_assert!(breaks(&name)),
            }
            match Credentials::new("me", &password) {
                Ok(credentials) => {
                    prop_assert!(!breaks(text(&Command::login(&credentials))));
                    prop_assert!(!breaks(text(&Command::authenticate("PLAIN", Some(credentials.plain())))));
                }
                Err(_) => prop_assert!(breaks(&password) || password.is_empty()),
            }
        }
    }
}
