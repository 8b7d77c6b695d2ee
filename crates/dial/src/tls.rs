//! TLS: always verified, with the crypto provider passed in by hand.

use std::{
    io,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
    time::Duration,
};

use inboxlink_settings::CertificateFault;
use rustls::{CertificateError, ClientConfig, crypto::CryptoProvider};
use rustls_pki_types::ServerName;
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::timeout,
};
use tokio_rustls::{TlsConnector, client::TlsStream};

use crate::{Spoken, Trust, limits::MAX_BANNER};

/// Why there is no encryption.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TlsError {
    /// An additional authority is no certificate in PEM.
    #[error("the additional authority is no certificate in PEM form")]
    Authority,
    /// The host cannot stand in a certificate.
    #[error("this is no host name")]
    Name,
    /// The certificate was refused.
    #[error("the server's certificate was refused")]
    Certificate(CertificateFault),
    /// Something else than TLS answered.
    #[error("something else than TLS answered")]
    NotTls(Spoken),
    /// Both speak TLS and do not agree.
    #[error("no encryption could be agreed upon")]
    Failed,
    /// The connection ended.
    #[error("the connection ended")]
    Closed,
    /// No answer in time.
    #[error("no answer came in time")]
    TimedOut,
}

/// An encrypted stream to a verified server.
pub type Encrypted<S> = TlsStream<Listening<S>>;

/// Whom to trust, and with which cryptography.
#[derive(Clone)]
pub struct Tls(TlsConnector);

impl std::fmt::Debug for Tls {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Tls")
    }
}

impl Tls {
    /// Mozilla's authorities and those added, each text with one PEM
    /// certificate or more; *ring* where no provider is given.
    ///
    /// # Errors
    /// [`TlsError::Authority`]; [`TlsError::Failed`] for a provider that knows
    /// neither TLS 1.2 nor 1.3.
    pub fn new(
        extra_ca: &[Vec<u8>],
        provider: Option<&Arc<CryptoProvider>>,
    ) -> Result<Self, TlsError> {
        Self::trusting(Trust::default(), extra_ca, provider)
    }

    /// The same with a choice of whom to trust.
    ///
    /// # Errors
    /// The same; [`TlsError::Failed`] where the machine's authorities cannot
    /// be read.
    pub fn trusting(
        trust: Trust,
        extra_ca: &[Vec<u8>],
        provider: Option<&Arc<CryptoProvider>>,
    ) -> Result<Self, TlsError> {
        let provider = provider.map_or_else(
            || Arc::new(rustls::crypto::ring::default_provider()),
            Arc::clone,
        );
        let config = ClientConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()
            .map_err(|_| TlsError::Failed)?;
        let config = trust.verify(config, extra_ca, provider)?;
        Ok(Self(TlsConnector::from(Arc::new(
            config.with_no_client_auth(),
        ))))
    }

    /// Encrypts a connected stream; the peer is verified to be `host`.
    ///
    /// # Errors
    /// Every [`TlsError`] but [`TlsError::Authority`].
    pub async fn handshake<S: AsyncRead + AsyncWrite + Unpin>(
        &self,
        host: &str,
        stream: S,
        limit: Duration,
    ) -> Result<Encrypted<S>, TlsError> {
        let name = ServerName::try_from(host.trim_end_matches('.').to_owned())
            .map_err(|_| TlsError::Name)?;
        let connecting = self.0.connect(name, Listening::new(stream)).into_fallible();
        match timeout(limit, connecting).await {
            Ok(Ok(stream)) => Ok(stream),
            Ok(Err((error, stream))) => Err(meaning(&error, stream.spoken())),
            Err(_) => Err(TlsError::TimedOut),
        }
    }
}

/// What a failed handshake means.
fn meaning(error: &io::Error, spoken: Spoken) -> TlsError {
    let inner = error.get_ref();
    match inner.and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
        Some(rustls::Error::InvalidCertificate(error)) => TlsError::Certificate(fault(error)),
        // Plain text where a TLS record should be.
        Some(rustls::Error::InvalidMessage(_)) if spoken != Spoken::Tls => TlsError::NotTls(spoken),
        Some(_) => TlsError::Failed,
        None => match (error.kind(), spoken) {
            (io::ErrorKind::TimedOut, _) => TlsError::TimedOut,
            // It said a word in clear text and hung up.
            (_, Spoken::Imap | Spoken::Pop3 | Spoken::Smtp | Spoken::Http) => {
                TlsError::NotTls(spoken)
            }
            _ => TlsError::Closed,
        },
    }
}

fn fault(error: &CertificateError) -> CertificateFault {
    match error {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            CertificateFault::Expired
        }
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            CertificateFault::NotYetValid
        }
        CertificateError::UnknownIssuer => CertificateFault::UnknownIssuer,
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            CertificateFault::WrongHost
        }
        CertificateError::Revoked => CertificateFault::Revoked,
        // A self-signed certificate that calls itself an authority.
        CertificateError::Other(other) if other.to_string().contains("CaUsedAsEndEntity") => {
            CertificateFault::UnknownIssuer
        }
        _ => CertificateFault::Other,
    }
}

/// A stream that remembers its first bytes.
#[derive(Debug)]
pub struct Listening<S> {
    inner: S,
    first: [u8; MAX_BANNER],
    heard: usize,
}

impl<S> Listening<S> {
    fn new(inner: S) -> Self {
        Self {
            inner,
            first: [0; MAX_BANNER],
            heard: 0,
        }
    }

    /// The stream underneath.
    pub fn get_ref(&self) -> &S {
        &self.inner
    }

    fn spoken(&self) -> Spoken {
        Spoken::of(self.first.get(..self.heard).unwrap_or_default())
    }

    fn hear(&mut self, bytes: &[u8]) {
        let room = self.first.iter_mut().skip(self.heard);
        self.heard += room.zip(bytes).map(|(place, byte)| *place = *byte).count();
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Listening<S> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let before = buf.filled().len();
        ready!(Pin::new(&mut this.inner).poll_read(cx, buf))?;
        if this.heard < MAX_BANNER {
            this.hear(buf.filled().get(before..).unwrap_or_default());
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Listening<S> {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().inner).poll_write(cx, buf)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().inner).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().inner).poll_shutdown(cx)
    }
}
