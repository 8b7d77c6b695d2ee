//! From a host name to an encrypted stream, in this crate's words.

use inboxlink_dial::{DialError, Dialer, Encrypted, Spoken, Tls, TlsError};
use inboxlink_settings::Security;
use tokio::net::TcpStream;

use crate::{Failure, FailureKind, SmtpSettings};

/// Looks the host up once and dials the addresses that pass the policy, in
/// their order, until one answers.
pub(crate) async fn dial(settings: &SmtpSettings) -> Result<TcpStream, Failure> {
    let dialer = Dialer {
        policy: &settings.host_policy,
        resolver: settings.resolver.as_deref(),
        limit: settings.timeouts.connect,
    };
    let reached = async {
        let addresses = dialer.look_up(&settings.host, settings.port).await?;
        dialer.dial(&addresses).await
    };
    let kind = |error| match error {
        DialError::NotFound => FailureKind::Dns,
        DialError::Refused(_) => FailureKind::HostRefused,
        DialError::TimedOut => FailureKind::Timeout,
        _ => FailureKind::Refused,
    };
    let (stream, _) = reached.await.map_err(|error| Failure::new(kind(error)))?;
    Ok(stream)
}

/// Mozilla's authorities and those added.
pub(crate) fn tls(settings: &SmtpSettings) -> Result<Tls, Failure> {
    Tls::trusting(
        settings.trust,
        &settings.extra_ca,
        settings.provider.as_ref(),
    )
    .map_err(failure)
}

/// Wraps a connected stream in TLS with a verified peer.
pub(crate) async fn handshake(
    tls: &Tls,
    settings: &SmtpSettings,
    stream: TcpStream,
) -> Result<Encrypted<TcpStream>, Failure> {
    let limit = settings.timeouts.connect;
    let shaken = tls.handshake(&settings.host, stream, limit).await;
    shaken.map_err(|error| match (error, settings.security) {
        // After STARTTLS was agreed upon: no server of its kind does that.
        (TlsError::NotTls(_), Security::StartTls) => Failure::new(FailureKind::NoTls),
        _ => failure(error),
    })
}

fn failure(error: TlsError) -> Failure {
    Failure::new(match error {
        TlsError::Authority => FailureKind::Authority,
        TlsError::Name => FailureKind::Dns,
        TlsError::Certificate(fault) => FailureKind::Certificate(fault),
        // SMTP in clear text is what STARTTLS is for.
        TlsError::NotTls(Spoken::Smtp) => FailureKind::StartTlsPort,
        TlsError::NotTls(Spoken::Imap | Spoken::Pop3 | Spoken::Http) => FailureKind::NotSmtp,
        TlsError::NotTls(_) => FailureKind::NoTls,
        TlsError::Closed => FailureKind::Closed,
        TlsError::TimedOut => FailureKind::Timeout,
        _ => FailureKind::Tls,
    })
}
