//! From a host name to a TCP connection that the policy allows.

use std::net::SocketAddr;

use tokio::{
    net::{TcpStream, lookup_host},
    time::timeout,
};

use crate::{Failure, FailureKind, SmtpSettings, limits::MAX_ADDRESSES};

/// Looks the host up once and dials the addresses that pass the policy, in
/// their order, until one answers.
pub(crate) async fn dial(settings: &SmtpSettings) -> Result<TcpStream, Failure> {
    let mut failed = Failure::new(FailureKind::Refused);
    for address in look_up(settings).await? {
        match timeout(settings.timeouts.connect, TcpStream::connect(address)).await {
            Ok(Ok(stream)) => {
                // Commands are small and waited for.
                let _ = stream.set_nodelay(true);
                return Ok(stream);
            }
            Ok(Err(_)) => failed = Failure::new(FailureKind::Refused),
            Err(_) => failed = Failure::new(FailureKind::Timeout),
        }
    }
    Err(failed)
}

async fn look_up(settings: &SmtpSettings) -> Result<Vec<SocketAddr>, Failure> {
    let policy = &settings.host_policy;
    policy
        .check_port(settings.port)
        .map_err(|_| Failure::new(FailureKind::HostRefused))?;
    let found = timeout(
        settings.timeouts.connect,
        lookup_host((&*settings.host, settings.port)),
    );
    let found: Vec<_> = match found.await {
        Ok(Ok(found)) => found.take(MAX_ADDRESSES).collect(),
        Ok(Err(_)) => Vec::new(),
        Err(_) => return Err(Failure::new(FailureKind::Timeout)),
    };
    if found.is_empty() {
        return Err(Failure::new(FailureKind::Dns));
    }
    let allowed = |address: &SocketAddr| policy.check(*address).is_ok();
    let allowed: Vec<_> = found.into_iter().filter(allowed).collect();
    if allowed.is_empty() {
        return Err(Failure::new(FailureKind::HostRefused));
    }
    Ok(allowed)
}
