//! How to connect.

use std::{sync::Arc, time::Duration};

use inboxlink_dial::{Resolver, Trust};
use inboxlink_settings::HostPolicy;
use rustls::crypto::CryptoProvider;

use crate::limits;

/// How to connect: the defaults are fit for servers on the public internet.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct ConnectOptions {
    /// Where connections may lead.
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

/// How long to wait for what; the defaults stand in [`limits`].
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Timeouts {
    /// A TCP connection; apart from it, its TLS handshake.
    pub connect: Duration,
    /// A response, complete.
    pub response: Duration,
    /// A command that moves no mail.
    pub command: Duration,
    /// The server's taking what we send.
    pub write: Duration,
    /// The end of IDLE after DONE, and of a session after LOGOUT.
    pub done: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: limits::CONNECT_TIMEOUT,
            response: limits::RESPONSE_TIMEOUT,
            command: limits::COMMAND_TIMEOUT,
            write: limits::WRITE_TIMEOUT,
            done: limits::DONE_TIMEOUT,
        }
    }
}

impl Timeouts {
    /// The defaults, none longer than `limit`.
    #[must_use]
    pub fn at_most(limit: Duration) -> Self {
        let all = Self::default();
        Self {
            connect: all.connect.min(limit),
            response: all.response.min(limit),
            command: all.command.min(limit),
            write: all.write.min(limit),
            done: all.done.min(limit),
        }
    }
}
