//! What happened, and what to do now.

use serde::{Deserialize, Serialize};

use crate::{Field, Side};

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
    /// The sign-in in the browser is good no more, or was for another account.
    SignInAgain,
    /// The server takes no sign-in in the browser.
    #[serde(rename = "oauth2_not_taken")]
    OAuth2NotTaken,
    /// The server takes no passwords, only other ways to sign in.
    PasswordsNotTaken,
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
            Self::SignInAgain => "sign_in_again",
            Self::OAuth2NotTaken => "oauth2_not_taken",
            Self::PasswordsNotTaken => "passwords_not_taken",
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
            | Self::PasswordsNotTaken
            | Self::SignInAgain
            | Self::OAuth2NotTaken
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

    /// The same for one half of the connection.
    pub const fn field_of(self, side: Side) -> Option<Field> {
        match (self.field(), side) {
            (Some(Field::Host), Side::Sending) => Some(Field::SmtpHost),
            (Some(Field::Port), Side::Sending) => Some(Field::SmtpPort),
            (Some(Field::Security), Side::Sending) => Some(Field::SmtpSecurity),
            (field, _) => field,
        }
    }
}
