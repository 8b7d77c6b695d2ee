//! Where to send, as whom, and how long to wait.

use std::{sync::Arc, time::Duration};

use inboxlink_dial::{Resolver, Trust};
use inboxlink_settings::{HostPolicy, Security};
use rustls::crypto::CryptoProvider;
use secrecy::SecretString;

use crate::limits;

/// A submission server and an account on it. It can be printed with `{:?}`,
/// which shows no password.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct SmtpSettings {
    /// Host name or address; the certificate must be for it.
    pub host: String,
    /// The port: 465 for [`Security::Tls`], 587 for [`Security::StartTls`] by
    /// convention (RFC 8314 §3.3).
    pub port: u16,
    /// How the connection is secured. There is no unencrypted mode.
    pub security: Security,
    /// The name to log in with.
    pub username: String,
    /// The password or app password.
    pub password: SecretString,
    /// An access token (OAuth2) to log in with instead.
    pub token: Option<SecretString>,
    /// Where connections may lead: by default public addresses and mail ports.
    pub host_policy: HostPolicy,
    /// Who looks names up; the system where `None`.
    pub resolver: Option<Arc<dyn Resolver>>,
    /// Certificates of authorities trusted beside the public ones, as PEM.
    pub extra_ca: Vec<Vec<u8>>,
    /// Whose certificates are trusted beside those.
    pub trust: Trust,
    /// The cryptography that rustls uses; *ring* where `None`. No process-wide
    /// default is read or set.
    pub provider: Option<Arc<CryptoProvider>>,
    /// How long to wait for what.
    pub timeouts: Timeouts,
}

impl SmtpSettings {
    /// Settings with the defaults for a server on the public internet.
    pub fn new(
        host: impl Into<String>,
        port: u16,
        security: Security,
        username: impl Into<String>,
        password: SecretString,
    ) -> Self {
        Self {
            host: host.into(),
            port,
            security,
            username: username.into(),
            password,
            token: None,
            host_policy: HostPolicy::default(),
            resolver: None,
            extra_ca: Vec::new(),
            trust: Trust::default(),
            provider: None,
            timeouts: Timeouts::default(),
        }
    }
}

/// How long to wait for what; the defaults stand in [`limits`].
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Timeouts {
    /// A TCP connection; apart from it, its TLS handshake.
    pub connect: Duration,
    /// The answer to a command.
    pub command: Duration,
    /// Sending the mail, and the answer to it.
    pub mail: Duration,
    /// The answer to QUIT.
    pub quit: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: limits::CONNECT_TIMEOUT,
            command: limits::COMMAND_TIMEOUT,
            mail: limits::MAIL_TIMEOUT,
            quit: limits::QUIT_TIMEOUT,
        }
    }
}
