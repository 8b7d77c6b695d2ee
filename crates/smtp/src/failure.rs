//! Why a mail certainly did not reach a server, in words for the person who
//! has to act.

use std::fmt;

use inboxlink_settings::CertificateFault;

/// What kind of failure a [`Failure`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum FailureKind {
    /// The host name leads nowhere.
    Dns,
    /// The host or port must not be dialled.
    HostRefused,
    /// Nothing answers at that port.
    Refused,
    /// The server took too long.
    Timeout,
    /// Something answers, but no SMTP server.
    NotSmtp,
    /// The server offers no encryption where it was asked for; no password
    /// was sent.
    NoTls,
    /// The port begins in clear text: STARTTLS is for it; no password was
    /// sent.
    StartTlsPort,
    /// The server's certificate cannot be trusted; no password was sent.
    Certificate(CertificateFault),
    /// Encryption could not be agreed upon; no password was sent.
    Tls,
    /// An authority in the settings is no certificate.
    Authority,
    /// The user name or password cannot be sent: empty, too long, or with a
    /// control character.
    Credentials,
    /// The server refuses the user name or password.
    Auth,
    /// The server refuses the access token.
    Token,
    /// The server takes no access tokens.
    TokensNotTaken,
    /// The server offers no way to log in that we know.
    LoginDisabled,
    /// The server cannot serve anybody, or us, now.
    Unavailable,
    /// The server breaks the protocol or sends too much.
    Protocol,
    /// The connection ended early.
    Closed,
    /// The mail is none that can be sent: an address that needs an extension,
    /// lines too long or not ended by CRLF, letters beyond ASCII.
    Mail,
}

/// A failure before the server had the whole mail: it was certainly not sent.
/// Its text is one sentence that says what to do, without the server's words
/// and without secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    kind: FailureKind,
    place: String,
    code: Option<u16>,
    server_text: String,
}

impl Failure {
    pub(crate) fn new(kind: FailureKind) -> Self {
        Self {
            kind,
            place: String::new(),
            code: None,
            server_text: String::new(),
        }
    }

    /// With a server's reply; the text is fit to be shown already.
    pub(crate) fn saying(mut self, code: Option<u16>, text: String) -> Self {
        self.code = code;
        self.server_text = text;
        self
    }

    pub(crate) fn at(mut self, place: &str) -> Self {
        place.clone_into(&mut self.place);
        self
    }

    /// What kind of failure it is.
    pub fn kind(&self) -> FailureKind {
        self.kind
    }

    /// Whether trying again later may do without anybody's help.
    pub fn is_transient(&self) -> bool {
        match self.kind {
            // A name that leads nowhere may be a network that is down.
            FailureKind::Dns
            | FailureKind::Timeout
            | FailureKind::Closed
            | FailureKind::Refused => true,
            FailureKind::Unavailable => self.code.is_none_or(|code| code < 500),
            _ => false,
        }
    }

    /// The server's reply code (RFC 5321 §4.2), where it gave one.
    pub fn code(&self) -> Option<u16> {
        self.code
    }

    /// What the server said to it: escaped, cut in length, without the
    /// password; empty where it said nothing. Show it as the server's words.
    pub fn server_text(&self) -> &str {
        &self.server_text
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = match self.place.as_str() {
            "" => "the server",
            place => place,
        };
        match self.kind {
            FailureKind::Dns => write!(f, "no host answers to {at}; check the host name for typing errors"),
            FailureKind::HostRefused => write!(f, "{at} cannot be used here; enter the mail server's public host name, and port 465 or 587"),
            FailureKind::Refused => write!(f, "nothing answers at {at}; check the host name and the port (465 or 587 is usual)"),
            FailureKind::Timeout => write!(f, "{at} took too long; try again in a few minutes"),
            FailureKind::NotSmtp => write!(f, "{at} is no SMTP server; check the host name and the port (465 or 587 is usual)"),
            FailureKind::NoTls => write!(f, "{at} offers no encryption this way, so no password was sent; use TLS with port 465, or STARTTLS with port 587"),
            FailureKind::StartTlsPort => write!(f, "{at} begins unencrypted, so no password was sent; choose STARTTLS for it, or port 465"),
            FailureKind::Certificate(fault) => write!(f, "{}, so no password was sent to {at}", certificate(fault)),
            FailureKind::Tls => write!(f, "no secure connection to {at} could be agreed upon, so no password was sent; ask your provider whether TLS 1.2 is supported"),
            FailureKind::Authority => f.write_str("the additional authority is no certificate in PEM form; check the file"),
            FailureKind::Credentials => f.write_str("the user name or password cannot be used: it must not be empty, too long, or contain line breaks"),
            FailureKind::Auth => write!(f, "{at} refuses the user name or password; check both, and whether your provider asks for an app password"),
            FailureKind::Token => write!(f, "{at} refuses the sign-in; sign in again, with this mailbox's own account"),
            FailureKind::TokensNotTaken => write!(f, "{at} takes no sign-in in the browser; use a password or an app password"),
            FailureKind::LoginDisabled => write!(f, "{at} takes no passwords; your provider may demand another way to sign in"),
            FailureKind::Unavailable => write!(f, "{at} does not serve us now; try again in some minutes"),
            FailureKind::Protocol => write!(f, "{at} sent what cannot be understood; check the host name and the port (465 or 587 is usual)"),
            FailureKind::Closed => write!(f, "{at} ended the connection; try again"),
            FailureKind::Mail => f.write_str("the mail cannot be sent as it is; its addresses must be plain ASCII, its lines short"),
        }
    }
}

impl std::error::Error for Failure {}

/// What is wrong with a certificate: half a sentence.
const fn certificate(fault: CertificateFault) -> &'static str {
    match fault {
        CertificateFault::Expired => {
            "the server's certificate has expired; its operator must renew it"
        }
        CertificateFault::NotYetValid => {
            "the server's certificate is not valid yet; check this machine's clock"
        }
        CertificateFault::WrongHost => {
            "the server's certificate belongs to another host; use the host name your provider gives"
        }
        CertificateFault::UnknownIssuer => {
            "nobody trusted vouches for the server's certificate; add its authority's certificate if it is your own server"
        }
        CertificateFault::Revoked => {
            "the server's certificate was withdrawn; its operator must replace it"
        }
        _ => "the server's certificate is not valid; its operator must replace it",
    }
}
