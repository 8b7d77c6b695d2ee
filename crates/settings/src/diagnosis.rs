//! What happened, and what to do now.

use serde::{Deserialize, Serialize};

use crate::{
    Field,
    providers::{self, Auth, Provider},
};

/// Why a certificate was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum CertificateFault {
    /// It has run out.
    Expired,
    /// It is not valid yet.
    NotYetValid,
    /// It is for another host.
    WrongHost,
    /// Nobody known vouches for it.
    UnknownIssuer,
    /// It was withdrawn.
    Revoked,
    /// Anything else.
    Other,
}

/// Why an inbox cannot be connected.
///
/// In JSON the name in snake case; [`Diagnosis::CertificateInvalid`] stands
/// with its reason, `{"certificate_invalid":"expired"}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Diagnosis {
    /// The provider wants a password made for this program.
    AppPasswordRequired,
    /// User name or password is wrong.
    WrongPassword,
    /// IMAP is switched off for the mailbox.
    ImapDisabled,
    /// The provider takes no passwords, only a sign-in in the browser.
    #[serde(rename = "oauth2_required")]
    OAuth2Required,
    /// The provider wants to see its user in the browser first.
    WebLoginRequired,
    /// The organisation does not allow it.
    AdminBlocked,
    /// Too many programs are connected to the mailbox.
    TooManyConnections,
    /// The provider asks to slow down.
    Throttled,
    /// The certificate was refused, and why.
    CertificateInvalid(CertificateFault),
    /// Encryption is not spoken on that port as expected.
    WrongPortOrSecurity,
    /// The port is one for STARTTLS.
    #[serde(rename = "use_starttls")]
    UseStartTls,
    /// The port is one for TLS from the first byte.
    UseTls,
    /// Something other than IMAP answers.
    NotAnImapServer,
    /// The host name does not exist.
    HostNotFound,
    /// The host may not be dialled from here.
    HostRefused,
    /// Nothing listens on that port.
    ConnectionRefused,
    /// No answer in time.
    TimedOut,
    /// The server is there and does not work at the moment.
    ServerUnavailable,
    /// None of these.
    Unknown,
}

impl Diagnosis {
    /// The name in snake case, without a reason.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AppPasswordRequired => "app_password_required",
            Self::WrongPassword => "wrong_password",
            Self::ImapDisabled => "imap_disabled",
            Self::OAuth2Required => "oauth2_required",
            Self::WebLoginRequired => "web_login_required",
            Self::AdminBlocked => "admin_blocked",
            Self::TooManyConnections => "too_many_connections",
            Self::Throttled => "throttled",
            Self::CertificateInvalid(_) => "certificate_invalid",
            Self::WrongPortOrSecurity => "wrong_port_or_security",
            Self::UseStartTls => "use_starttls",
            Self::UseTls => "use_tls",
            Self::NotAnImapServer => "not_an_imap_server",
            Self::HostNotFound => "host_not_found",
            Self::HostRefused => "host_refused",
            Self::ConnectionRefused => "connection_refused",
            Self::TimedOut => "timed_out",
            Self::ServerUnavailable => "server_unavailable",
            Self::Unknown => "unknown",
        }
    }

    /// Whether a person must act before another attempt makes sense. The rest
    /// passes by itself: try again later.
    pub const fn needs_user_action(self) -> bool {
        !matches!(
            self,
            Self::TooManyConnections
                | Self::Throttled
                | Self::TimedOut
                | Self::ServerUnavailable
                | Self::HostNotFound
                | Self::ConnectionRefused
                | Self::Unknown
        )
    }

    /// The field of the form at which it is best said; `None` where all of it
    /// may be right.
    pub const fn field(self) -> Option<Field> {
        match self {
            Self::AppPasswordRequired
            | Self::WrongPassword
            | Self::OAuth2Required
            | Self::WebLoginRequired
            | Self::ImapDisabled
            | Self::AdminBlocked => Some(Field::Password),
            Self::UseStartTls | Self::UseTls => Some(Field::Security),
            Self::WrongPortOrSecurity | Self::NotAnImapServer | Self::ConnectionRefused => {
                Some(Field::Port)
            }
            Self::CertificateInvalid(_)
            | Self::HostNotFound
            | Self::HostRefused
            | Self::TimedOut => Some(Field::Host),
            Self::TooManyConnections
            | Self::Throttled
            | Self::ServerUnavailable
            | Self::Unknown => None,
        }
    }

    /// What happened and what to do now, for somebody who has never heard of
    /// IMAP. `host` is the host that was dialled.
    pub fn say(self, host: &str) -> String {
        let provider = providers::by_host(host);
        let who = provider.map_or("The mail server", |p| p.name);
        let text = match self {
            Self::AppPasswordRequired => format!(
                "{who} wants an app password: a second password, made for this program alone. \
                 Create one in your account's security settings and enter it here instead of \
                 your usual password."
            ),
            Self::WrongPassword => match provider.map(|p| p.auth) {
                Some(Auth::AppPassword { .. }) => format!(
                    "{who} did not accept this user name and password. It wants your whole \
                     e-mail address and an app password, not the password you sign in with on \
                     the web."
                ),
                _ => format!(
                    "{who} did not accept this user name and password. Check both; with \
                     two-step verification, an app password is needed instead of the usual one."
                ),
            },
            Self::ImapDisabled => format!(
                "{who} does not let programs read this mailbox, because access by IMAP is \
                 switched off in it. Switch IMAP on in the mailbox's settings on the web, then \
                 try again."
            ),
            Self::OAuth2Required => format!(
                "{who} no longer accepts passwords from programs; it wants you to sign in in \
                 the browser (OAuth2). Use that way to connect, or ask whoever runs your mail."
            ),
            Self::WebLoginRequired => format!(
                "{who} wants to be sure that it is you. Sign in to your mailbox in the browser, \
                 confirm what it asks, then try again."
            ),
            Self::AdminBlocked => format!(
                "{who} says that your organisation does not allow this mailbox to be connected. \
                 Ask its administrator to allow access by IMAP."
            ),
            Self::TooManyConnections => format!(
                "{who} says that too many programs are connected to this mailbox. Close some of \
                 them (phones and mail programs count) and wait some minutes; we try again by \
                 ourselves."
            ),
            Self::Throttled => format!(
                "{who} asks us to slow down for a while. Nothing needs to be done; we try again \
                 later."
            ),
            Self::CertificateInvalid(why) => format!("{} {CERTIFICATE_ADVICE}", certificate(why)),
            Self::WrongPortOrSecurity => format!(
                "{host} answers on this port, but not with the encryption that was chosen. Use \
                 port 993 with TLS, or port 143 with STARTTLS."
            ),
            Self::UseStartTls => format!(
                "{host} is a mail server, but on this port it begins without encryption. Choose \
                 STARTTLS, which switches it on, or use port 993 with TLS."
            ),
            Self::UseTls => format!(
                "{host} is a mail server, but on this port everything is encrypted from the \
                 start. Choose TLS instead of STARTTLS."
            ),
            Self::NotAnImapServer => format!(
                "{host} answers on this port, but it is no server for reading mail. Check the \
                 host name and use port 993; your provider's help pages call it the IMAP server."
            ),
            Self::HostNotFound => format!(
                "There is no host named {host}. Check the spelling; your provider's help pages \
                 call it the IMAP server.{}",
                crate::suggest_host(host)
                    .map(|known| format!(" Did you mean {known}?"))
                    .unwrap_or_default()
            ),
            Self::HostRefused => "This host cannot be used here. Enter the mail server's public \
                 host name, such as imap.example.com."
                .to_owned(),
            Self::ConnectionRefused => format!(
                "{host} exists, but takes no connections on this port. Check the host name, and \
                 use port 993."
            ),
            Self::TimedOut => format!(
                "{host} did not answer in time. Check the host name and the port (993); if they \
                 are right, try again in some minutes."
            ),
            Self::ServerUnavailable => format!(
                "{who} cannot serve this mailbox at the moment. The settings may well be right; \
                 try again in some minutes."
            ),
            Self::Unknown => format!(
                "{host} could not be used, for a reason that is not known here. Check host \
                 name, user name and password; if they are right, try again in some minutes."
            ),
        };
        match (self, provider.and_then(|p| p.note)) {
            (Self::WrongPassword | Self::ImapDisabled | Self::AppPasswordRequired, Some(note)) => {
                format!("{text} {note}")
            }
            _ => text,
        }
    }

    /// The provider's page on it, where one is known.
    pub fn link(self, host: &str) -> Option<&'static str> {
        let provider: &Provider = providers::by_host(host)?;
        match self {
            Self::AppPasswordRequired | Self::WrongPassword | Self::OAuth2Required => {
                provider.password_link.or(provider.imap_link)
            }
            Self::ImapDisabled | Self::AdminBlocked => {
                provider.imap_link.or(provider.password_link)
            }
            _ => None,
        }
    }
}

const CERTIFICATE_ADVICE: &str = "We do not send a password to it. Check the host name; if it is \
     right, tell whoever runs the server.";

fn certificate(why: CertificateFault) -> &'static str {
    match why {
        CertificateFault::Expired => {
            "The server's certificate, its proof of identity, has expired."
        }
        CertificateFault::NotYetValid => {
            "The server's certificate, its proof of identity, is not valid yet."
        }
        CertificateFault::WrongHost => {
            "The server's certificate, its proof of identity, is for another host name."
        }
        CertificateFault::UnknownIssuer => {
            "The server's certificate, its proof of identity, was issued by nobody we know."
        }
        CertificateFault::Revoked => {
            "The server's certificate, its proof of identity, was withdrawn by its issuer."
        }
        CertificateFault::Other => "The server's certificate, its proof of identity, is not valid.",
    }
}
