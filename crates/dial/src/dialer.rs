//! From a host name to a TCP connection that the policy allows.

use std::{
    net::{IpAddr, SocketAddr},
    time::Duration,
};

use inboxlink_settings::{HostPolicy, Refused};
use tokio::{net::TcpStream, time::timeout};

use crate::{Resolver, SystemResolver, limits::MAX_ADDRESSES};

/// An address and port that passed the policy. Nothing else makes one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowed(SocketAddr);

impl Allowed {
    /// The address.
    pub fn address(self) -> SocketAddr {
        self.0
    }
}

/// Why there is no connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DialError {
    /// The name has no address.
    #[error("there is no host of this name")]
    NotFound,
    /// The policy forbids it; nothing was sent there.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// Nothing listens there.
    #[error("nothing answers on this port")]
    Unreachable,
    /// No answer in time.
    #[error("no answer came in time")]
    TimedOut,
}

/// Dials hosts that people typed.
#[derive(Debug, Clone, Copy)]
pub struct Dialer<'a> {
    /// Where connections may lead.
    pub policy: &'a HostPolicy,
    /// Who looks names up; the system where `None`.
    pub resolver: Option<&'a dyn Resolver>,
    /// How long a look-up may take, and then each attempt to connect.
    pub limit: Duration,
}

/// Names that need not be asked for: none, and those below `invalid`, which
/// are kept free for ever (RFC 6761 §6.4).
fn never_exists(host: &str) -> bool {
    let host = host.trim_end_matches('.');
    let last = host.rsplit('.').next().unwrap_or_default();
    last.is_empty() || last.eq_ignore_ascii_case("invalid")
}

impl Dialer<'_> {
    /// Looks a host up, once, and keeps the addresses that may be dialled.
    ///
    /// # Errors
    /// [`DialError::Refused`] where none may; [`DialError::NotFound`] and
    /// [`DialError::TimedOut`].
    pub async fn look_up(&self, host: &str, port: u16) -> Result<Vec<Allowed>, DialError> {
        self.policy.check_port(port)?;
        let found = match host.parse::<IpAddr>() {
            Ok(ip) => vec![ip],
            Err(_) if never_exists(host) => return Err(DialError::NotFound),
            Err(_) => {
                self.policy.check_name(host)?;
                self.ask(host).await?
            }
        };
        let mut refused = None;
        let mut allowed = Vec::new();
        for ip in found.into_iter().take(MAX_ADDRESSES) {
            let address = SocketAddr::new(ip, port);
            match self.policy.check(address) {
                Ok(()) => allowed.push(Allowed(address)),
                Err(why) => refused = Some(why),
            }
        }
        match refused {
            _ if !allowed.is_empty() => Ok(allowed),
            Some(why) => Err(DialError::Refused(why)),
            None => Err(DialError::NotFound),
        }
    }

    async fn ask(&self, host: &str) -> Result<Vec<IpAddr>, DialError> {
        let resolver = self.resolver.unwrap_or(&SystemResolver);
        match timeout(self.limit, resolver.resolve(host)).await {
            Ok(Ok(found)) => Ok(found),
            Ok(Err(_)) => Err(DialError::NotFound),
            Err(_) => Err(DialError::TimedOut),
        }
    }

    /// Dials addresses in their order until one answers, and tells which.
    ///
    /// # Errors
    /// What the last one failed of.
    pub async fn dial(&self, addresses: &[Allowed]) -> Result<(TcpStream, Allowed), DialError> {
        let mut failed = DialError::Unreachable;
        for allowed in addresses {
            match timeout(self.limit, TcpStream::connect(allowed.0)).await {
                Ok(Ok(stream)) => {
                    // Commands are small and waited for.
                    let _ = stream.set_nodelay(true);
                    return Ok((stream, *allowed));
                }
                Ok(Err(_)) => failed = DialError::Unreachable,
                Err(_) => failed = DialError::TimedOut,
            }
        }
        Err(failed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_kept_free_are_not_asked_for() {
        for host in ["", ".", "invalid", "imap.example.INVALID", "a.invalid."] {
            assert!(never_exists(host), "{host}");
        }
        for host in ["invalid.example.com", "notinvalid", "example.com."] {
            assert!(!never_exists(host), "{host}");
        }
    }
}
