//! What can go wrong, in words for the person who has to act.

use std::fmt;

use inboxlink_settings::{CertificateFault, Stage};

use crate::limits::MAX_SERVER_TEXT;

/// What kind of failure an [`ImapError`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The host name leads nowhere.
    Dns,
    /// The host or port must not be dialled (see
    /// [`HostPolicy`](inboxlink_settings::HostPolicy)).
    HostRefused,
    /// Nothing answers at that port.
    Refused,
    /// The server took too long.
    Timeout,
    /// Something answers, but no IMAP server.
    NotImap,
    /// The server offers no encryption where it was asked for; no password
    /// was sent.
    NoTls,
    /// The port begins in clear text: STARTTLS is for it; no password was
    /// sent.
    StartTlsPort,
    /// The port wants TLS from the first byte, not STARTTLS; no password was
    /// sent.
    TlsPort,
    /// The server's certificate cannot be trusted; no password was sent.
    Certificate(CertificateFault),
    /// Encryption could not be agreed upon; no password was sent.
    Tls,
    /// The user name or password cannot be sent: empty, too long, or with a
    /// control character.
    Credentials,
    /// The server refuses the user name or password.
    Auth,
    /// The server refuses the access token.
    Token,
    /// The server takes no access tokens.
    TokensNotTaken,
    /// The server takes no passwords at all.
    LoginDisabled,
    /// Too many connections or too much traffic; later it will do.
    Throttled,
    /// The server cannot serve this now; later it will do.
    Unavailable,
    /// The folder cannot be opened.
    Folder,
    /// The server refuses a command.
    Command,
    /// The server breaks the protocol.
    Protocol,
    /// The server sends more than we take.
    Limit,
    /// The connection ended early.
    Closed,
    /// A name or argument that IMAP cannot carry.
    Argument,
}

/// A server's own words: escaped, cut to a bearable length, free of
/// passwords. Show them as the server's, not as ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerText(Box<str>);

impl ServerText {
    pub(crate) fn new(text: &str) -> Self {
        let mut kept = String::new();
        for c in text.chars().take(MAX_SERVER_TEXT) {
            // Directional and invisible characters rearrange what is read.
            let hides = matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}');
            if c.is_control() || hides {
                kept.extend(c.escape_default());
            } else {
                kept.push(c);
            }
        }
        if text.chars().nth(MAX_SERVER_TEXT).is_some() {
            kept.push('…');
        }
        Self(kept.into())
    }

    /// The same, with whatever must not be repeated taken out: some servers
    /// quote the command that they refuse.
    pub(crate) fn without<'a>(text: &str, secrets: impl Iterator<Item = &'a str>) -> Self {
        let mut text = text.to_owned();
        for secret in secrets.filter(|secret| !secret.is_empty()) {
            text = text.replace(secret, "…");
        }
        Self::new(&text)
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ServerText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A failure, opaque but for what its methods tell. Its text is one sentence
/// that says what to do, without the server's words and without secrets.
#[derive(Debug)]
pub struct ImapError(Box<Inner>);

#[derive(Debug)]
struct Inner {
    kind: ErrorKind,
    /// Where on the way to a session it happened.
    stage: Option<Stage>,
    /// `host:port`, where known.
    place: Option<String>,
    /// What it was about: a folder's name, the limit exceeded.
    about: Option<String>,
    server_text: Option<ServerText>,
    diagnostic: Option<String>,
}

impl ImapError {
    pub(crate) fn new(kind: ErrorKind) -> Self {
        Self(Box::new(Inner {
            kind,
            stage: None,
            place: None,
            about: None,
            server_text: None,
            diagnostic: None,
        }))
    }

    pub(crate) fn about(mut self, about: impl Into<String>) -> Self {
        self.0.about = Some(about.into());
        self
    }

    pub(crate) fn in_stage(mut self, stage: Stage) -> Self {
        self.0.stage = Some(stage);
        self
    }

    pub(crate) fn at(mut self, place: &str) -> Self {
        self.0.place.get_or_insert_with(|| place.to_owned());
        self
    }

    pub(crate) fn saying(mut self, text: Option<ServerText>) -> Self {
        self.0.server_text = text.or(self.0.server_text);
        self
    }

    pub(crate) fn diagnosed(mut self, diagnostic: String) -> Self {
        self.0.diagnostic = Some(diagnostic).filter(|text| !text.is_empty());
        self
    }

    /// What kind of failure it is.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// Whether trying again later may do without anybody's help. A server that
    /// broke the protocol or refused a command once need not do it again.
    pub fn is_transient(&self) -> bool {
        matches!(
            self.0.kind,
            ErrorKind::Timeout
                | ErrorKind::Throttled
                | ErrorKind::Unavailable
                | ErrorKind::Closed
                | ErrorKind::Refused
                | ErrorKind::Command
                | ErrorKind::Protocol
                | ErrorKind::Limit
        )
    }

    /// Whether the person who connected the inbox must do something: correct
    /// a field, or make an app password.
    pub fn needs_user_action(&self) -> bool {
        matches!(
            self.0.kind,
            ErrorKind::Dns
                | ErrorKind::HostRefused
                | ErrorKind::NotImap
                | ErrorKind::NoTls
                | ErrorKind::StartTlsPort
                | ErrorKind::TlsPort
                | ErrorKind::Certificate(_)
                | ErrorKind::Credentials
                | ErrorKind::Auth
                | ErrorKind::LoginDisabled
                | ErrorKind::Token
                | ErrorKind::TokensNotTaken
        )
    }

    /// Whether the connection still stands: only where a single command was
    /// refused.
    pub fn is_connection_alive(&self) -> bool {
        matches!(
            self.0.kind,
            ErrorKind::Folder | ErrorKind::Command | ErrorKind::Argument
        )
    }

    /// The stage of connecting in which it happened; `None` afterwards.
    pub fn stage(&self) -> Option<Stage> {
        self.0.stage
    }

    /// What the server said to it.
    pub fn server_text(&self) -> Option<&ServerText> {
        self.0.server_text.as_ref()
    }

    /// The structure of what was read last, for a bug report: no mail, no
    /// names, no secrets.
    pub fn diagnostic(&self) -> Option<&str> {
        self.0.diagnostic.as_deref()
    }
}

impl fmt::Display for ImapError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = self.0.place.as_deref().unwrap_or("the server");
        let about = self.0.about.as_deref().unwrap_or_default();
        match self.0.kind {
            ErrorKind::Dns => write!(
                f,
                "no host is named {about}; check the host name for typing errors"
            ),
            ErrorKind::HostRefused => f.write_str(about),
            ErrorKind::Refused => write!(
                f,
                "nothing answers at {at}; check the host name and the port (993 is usual)"
            ),
            ErrorKind::Timeout => write!(f, "{at} took too long; try again in a few minutes"),
            ErrorKind::NotImap => write!(
                f,
                "{at} is no IMAP server; check the host name and the port (993 is usual)"
            ),
            ErrorKind::NoTls => write!(
                f,
                "{at} offers no encryption this way, so no password was sent; use the port for TLS (993 is usual), or STARTTLS where your provider says so"
            ),
            ErrorKind::StartTlsPort => write!(
                f,
                "{at} begins unencrypted, so no password was sent; choose STARTTLS for it, or port 993"
            ),
            ErrorKind::TlsPort => write!(
                f,
                "{at} wants encryption from the first byte, so no password was sent; choose TLS for it"
            ),
            ErrorKind::Certificate(fault) => {
                write!(f, "{}, so no password was sent to {at}", certificate(fault))
            }
            ErrorKind::Tls => write!(
                f,
                "no secure connection to {at} could be agreed upon, so no password was sent; ask your provider whether TLS 1.2 is supported"
            ),
            ErrorKind::Credentials => write!(
                f,
                "the {about} cannot be used: it must not be empty, too long, or contain line breaks"
            ),
            ErrorKind::Auth => write!(
                f,
                "{at} refuses the user name or password; check both, and whether your provider asks for an app password"
            ),
            ErrorKind::Token => write!(
                f,
                "{at} refuses the sign-in; sign in again, with this mailbox's own account"
            ),
            ErrorKind::TokensNotTaken => write!(
                f,
                "{at} takes no sign-in in the browser; use a password or an app password"
            ),
            ErrorKind::LoginDisabled => write!(
                f,
                "{at} takes no passwords; your provider may demand another way to sign in"
            ),
            ErrorKind::Throttled => write!(
                f,
                "{at} allows no more connections or traffic now; wait some minutes, and close other mail programs"
            ),
            ErrorKind::Unavailable => {
                write!(f, "{at} cannot serve this now; try again in some minutes")
            }
            ErrorKind::Folder => write!(
                f,
                "{at} does not open the folder {about}; check that it still exists"
            ),
            ErrorKind::Command => {
                write!(f, "{at} refuses the command {about}; try again later")
            }
            ErrorKind::Protocol => write!(
                f,
                "{at} sent what cannot be understood ({about}); the connection was ended"
            ),
            ErrorKind::Limit => {
                write!(f, "{at} sent too much ({about}); the connection was ended")
            }
            ErrorKind::Closed => write!(f, "{at} ended the connection; try again"),
            ErrorKind::Argument => write!(f, "{about}"),
        }
    }
}

impl std::error::Error for ImapError {}

/// One clause about a certificate that was refused.
const fn certificate(fault: CertificateFault) -> &'static str {
    match fault {
        CertificateFault::Expired => {
            "the server's certificate has expired; its operator must renew it"
        }
        CertificateFault::NotYetValid => {
            "the server's certificate is not valid yet; check this machine's clock"
        }
        CertificateFault::UnknownIssuer => {
            "nobody trusted vouches for the server's certificate; add its authority's certificate if it is your own server"
        }
        CertificateFault::WrongHost => {
            "the server's certificate belongs to another host; use the host name your provider gives"
        }
        CertificateFault::Revoked => {
            "the server's certificate was revoked; its operator must replace it"
        }
        _ => "the server's certificate is not valid; its operator must replace it",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_servers_words_are_tamed() {
        let text = ServerText::new(&format!("a\r\n\u{1b}[31m\u{202e}b{}", "x".repeat(5000)));
        assert!(text.as_str().starts_with("a\\r\\n\\u{1b}[31m\\u{202e}b"));
        assert!(text.as_str().ends_with('…') && text.as_str().len() < 400);
        assert_eq!(
            ServerText::without("BAD: LOGIN me hunter2", ["hunter2", ""].into_iter()).as_str(),
            "BAD: LOGIN me …"
        );
    }
}
