//! Settings that have passed every check.

use inboxlink_model::{CreateContacts, MailPolicy, OwnerId};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};

use crate::SmtpEndpoint;

/// How the connection is secured. There is no unencrypted mode.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Security {
    /// TLS from the first byte (RFC 8314 §3): port 993.
    #[default]
    Tls,
    /// TLS after STARTTLS (RFC 9051 §6.2.1): port 143.
    #[serde(rename = "starttls")]
    StartTls,
}

impl Security {
    /// The port that IMAP is served on with it by convention.
    pub const fn default_port(self) -> u16 {
        match self {
            Self::Tls => 993,
            Self::StartTls => 143,
        }
    }

    /// The port that mail is submitted on with it by convention (RFC 8314
    /// §3.3).
    pub const fn default_smtp_port(self) -> u16 {
        match self {
            Self::Tls => 465,
            Self::StartTls => 587,
        }
    }

    /// The same in a form: `tls` or `starttls`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Tls => "tls",
            Self::StartTls => "starttls",
        }
    }
}

/// How the account is signed in to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SignIn {
    /// With a password or an app password.
    #[default]
    Password,
    /// In the browser: OAuth2 (RFC 6749), whose tokens stand in for a password.
    #[serde(rename = "oauth2")]
    OAuth2,
}

impl SignIn {
    /// The same in a form: `password` or `oauth2`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::OAuth2 => "oauth2",
        }
    }
}

/// The settings of a connected inbox, checked: no field holds a control
/// character, the host has the form of a host, the port is allowed.
///
/// Made by [`validate`](crate::validate) or a
/// [builder](ConnectionSettings::builder), never otherwise. It can be printed
/// with `{:?}`, which shows no password, and cannot be serialised.
#[derive(Debug, Clone)]
pub struct ConnectionSettings {
    pub(crate) name: String,
    pub(crate) host: String,
    pub(crate) port: u16,
    pub(crate) security: Security,
    pub(crate) smtp: SmtpEndpoint,
    pub(crate) username: String,
    pub(crate) sign_in: SignIn,
    pub(crate) password: SecretString,
    pub(crate) owner: OwnerId,
    pub(crate) team_inbox: bool,
    pub(crate) create_contacts: CreateContacts,
    pub(crate) mail: MailPolicy,
    pub(crate) extra_ca: Option<String>,
}

impl ConnectionSettings {
    /// What the team calls the inbox; contacts never see it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The server: a lower-case ASCII host name without a final dot, or an IP
    /// address (IPv6 without brackets). The certificate must be for it.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// How the connection is secured.
    pub fn security(&self) -> Security {
        self.security
    }

    /// Where mail is handed in for sending, with the same user name and
    /// password: what was typed, else what follows from the IMAP side.
    pub fn smtp(&self) -> &SmtpEndpoint {
        &self.smtp
    }

    /// The name to log in with.
    pub fn username(&self) -> &str {
        &self.username
    }

    /// How the account is signed in to.
    pub fn sign_in(&self) -> SignIn {
        self.sign_in
    }

    /// The password or app password; empty for [`SignIn::OAuth2`].
    pub fn password(&self) -> &SecretString {
        &self.password
    }

    /// The team member who owns the inbox.
    pub fn owner(&self) -> OwnerId {
        self.owner
    }

    /// Whether the inbox is a team's, such as `info@`, and not the member's
    /// own.
    pub fn team_inbox(&self) -> bool {
        self.team_inbox
    }

    /// How far back, from which folders, and for whom mail is read.
    pub fn mail(&self) -> &MailPolicy {
        &self.mail
    }

    /// For whom contacts are made.
    pub fn create_contacts(&self) -> CreateContacts {
        self.create_contacts
    }

    /// Certificates of authorities that are trusted for this inbox beside the
    /// public ones, as PEM.
    pub fn extra_ca(&self) -> Option<&str> {
        self.extra_ca.as_deref()
    }
}
