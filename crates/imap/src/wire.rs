//! What lies below IMAP: look-up, TCP and TLS, in this crate's errors.

use inboxlink_dial::{Allowed, DialError, Dialer, Spoken, Tls, TlsError};
use inboxlink_settings::Security;
use tokio::net::TcpStream;

use crate::{ConnectOptions, Endpoint, ErrorKind, ImapError, guard::Transport};

/// The way to one server.
pub(crate) struct Wire<'a> {
    endpoint: &'a Endpoint,
    dialer: Dialer<'a>,
    tls: Tls,
}

impl<'a> Wire<'a> {
    pub(crate) fn new(
        endpoint: &'a Endpoint,
        options: &'a ConnectOptions,
    ) -> Result<Self, ImapError> {
        let tls = Tls::trusting(options.trust, &options.extra_ca, options.provider.as_ref());
        Ok(Self {
            endpoint,
            dialer: Dialer {
                policy: &options.host_policy,
                resolver: options.resolver.as_deref(),
                limit: options.timeouts.connect,
            },
            tls: tls.map_err(|error| tls_error(error, endpoint))?,
        })
    }

    /// The addresses that may be dialled.
    pub(crate) async fn look_up(&self) -> Result<Vec<Allowed>, ImapError> {
        let Endpoint { host, port, .. } = self.endpoint;
        let found = self.dialer.look_up(host, *port).await;
        found.map_err(|error| self.dial_error(error))
    }

    /// A connection to one of them.
    pub(crate) async fn dial(
        &self,
        addresses: &[Allowed],
    ) -> Result<(Transport, Allowed), ImapError> {
        let dialled = self.dialer.dial(addresses).await;
        let (stream, address): (TcpStream, _) = dialled.map_err(|error| self.dial_error(error))?;
        Ok((Box::new(stream), address))
    }

    /// The same, encrypted, to a verified server.
    pub(crate) async fn secure(&self, stream: Transport) -> Result<Transport, ImapError> {
        let host = &self.endpoint.host;
        match self.tls.handshake(host, stream, self.dialer.limit).await {
            Ok(stream) => Ok(Box::new(stream)),
            // After STARTTLS was agreed upon: no server of its kind does that.
            Err(TlsError::NotTls(_)) if self.endpoint.security == Security::StartTls => {
                Err(ImapError::new(ErrorKind::NoTls))
            }
            Err(error) => Err(tls_error(error, self.endpoint)),
        }
    }

    /// Whether TLS is spoken there from the first byte; nothing else is said.
    pub(crate) async fn speaks_tls(&self, address: Allowed) -> bool {
        let Ok((stream, _)) = self.dialer.dial(&[address]).await else {
            return false;
        };
        let host = &self.endpoint.host;
        // A certificate is refused by who has seen one.
        matches!(
            self.tls.handshake(host, stream, self.dialer.limit).await,
            Ok(_) | Err(TlsError::Certificate(_) | TlsError::Failed)
        )
    }

    fn dial_error(&self, error: DialError) -> ImapError {
        match error {
            DialError::NotFound => ImapError::new(ErrorKind::Dns).about(&*self.endpoint.host),
            DialError::Refused(why) => {
                ImapError::new(ErrorKind::HostRefused).about(why.to_string())
            }
            DialError::TimedOut => ImapError::new(ErrorKind::Timeout),
            _ => ImapError::new(ErrorKind::Refused),
        }
    }
}

fn tls_error(error: TlsError, endpoint: &Endpoint) -> ImapError {
    match error {
        TlsError::Authority => ImapError::new(ErrorKind::Argument)
            .about("the additional authority is no certificate in PEM form; check the file"),
        TlsError::Name => ImapError::new(ErrorKind::Dns).about(&*endpoint.host),
        other => ImapError::new(match other {
            TlsError::Certificate(fault) => ErrorKind::Certificate(fault),
            TlsError::NotTls(Spoken::Imap) => ErrorKind::StartTlsPort,
            TlsError::NotTls(Spoken::Other) => ErrorKind::NoTls,
            TlsError::NotTls(_) => ErrorKind::NotImap,
            TlsError::Closed => ErrorKind::Closed,
            TlsError::TimedOut => ErrorKind::Timeout,
            _ => ErrorKind::Tls,
        }),
    }
}
