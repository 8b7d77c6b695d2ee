//! TLS: always verified, with the crypto provider passed in by hand.

use std::{fmt, io, sync::Arc};

use rustls::{CertificateError, ClientConfig, RootCertStore, crypto::CryptoProvider};
use rustls_pki_types::{CertificateDer, ServerName, pem::PemObject};
use tokio_rustls::TlsConnector;

use crate::{ConnectOptions, ErrorKind, ImapError, guard::Transport};

/// Why a server's certificate is not trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum CertificateProblem {
    /// Its time is over.
    Expired,
    /// Its time has not come.
    NotYetValid,
    /// Nobody we trust vouches for it: self-signed, or a private authority
    /// that was not named.
    UnknownIssuer,
    /// It belongs to another host.
    WrongName,
    /// It was taken back.
    Revoked,
    /// Anything else: broken, or not made for servers.
    Invalid,
}

impl CertificateProblem {
    /// One sentence without its full stop.
    pub(crate) const fn say(self) -> &'static str {
        match self {
            Self::Expired => "the server's certificate has expired; its operator must renew it",
            Self::NotYetValid => {
                "the server's certificate is not valid yet; check this machine's clock"
            }
            Self::UnknownIssuer => {
                "nobody trusted vouches for the server's certificate; add its authority's certificate if it is your own server"
            }
            Self::WrongName => {
                "the server's certificate belongs to another host; use the host name your provider gives"
            }
            Self::Revoked => "the server's certificate was revoked; its operator must replace it",
            Self::Invalid => "the server's certificate is not valid; its operator must replace it",
        }
    }
}

impl fmt::Display for CertificateProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.say())
    }
}

/// The TLS settings of the options: Mozilla's authorities and those added.
pub(crate) fn connector(options: &ConnectOptions) -> Result<TlsConnector, ImapError> {
    let mut roots = RootCertStore {
        roots: webpki_roots::TLS_SERVER_ROOTS.to_vec(),
    };
    for pem in &options.extra_ca {
        let mut found = false;
        for certificate in CertificateDer::pem_slice_iter(pem) {
            let certificate = certificate.map_err(|_| bad_authority())?;
            roots.add(certificate).map_err(|_| bad_authority())?;
            found = true;
        }
        if !found {
            return Err(bad_authority());
        }
    }
    let provider = options
        .provider
        .clone()
        .unwrap_or_else(|| Arc::new(rustls::crypto::ring::default_provider()));
    config(provider, roots).map(|config| TlsConnector::from(Arc::new(config)))
}

fn bad_authority() -> ImapError {
    ImapError::new(ErrorKind::Argument)
        .about("the additional authority is no certificate in PEM form; check the file")
}

fn config(provider: Arc<CryptoProvider>, roots: RootCertStore) -> Result<ClientConfig, ImapError> {
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|_| ImapError::new(ErrorKind::Tls))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(config)
}

/// Wraps a connected stream in TLS with a verified peer.
pub(crate) async fn handshake(
    connector: &TlsConnector,
    host: &str,
    stream: Transport,
) -> Result<Transport, ImapError> {
    let name = ServerName::try_from(host.trim_end_matches('.').to_owned())
        .map_err(|_| ImapError::new(ErrorKind::Dns).about(host))?;
    match connector.connect(name, stream).await {
        Ok(stream) => Ok(Box::new(stream)),
        Err(error) => Err(tls_error(&error)),
    }
}

/// What a failed handshake, or a failed read under TLS, means.
pub(crate) fn tls_error(error: &io::Error) -> ImapError {
    let rustls_error = error
        .get_ref()
        .and_then(|inner| inner.downcast_ref::<rustls::Error>());
    let kind = match rustls_error {
        Some(rustls::Error::InvalidCertificate(certificate)) => {
            ErrorKind::Certificate(certificate_problem(certificate))
        }
        // Plain text where a TLS record should be.
        Some(rustls::Error::InvalidMessage(_)) => ErrorKind::NoTls,
        Some(_) => ErrorKind::Tls,
        None => match error.kind() {
            io::ErrorKind::TimedOut => ErrorKind::Timeout,
            _ => ErrorKind::Closed,
        },
    };
    ImapError::new(kind)
}

fn certificate_problem(error: &CertificateError) -> CertificateProblem {
    match error {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            CertificateProblem::Expired
        }
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            CertificateProblem::NotYetValid
        }
        CertificateError::UnknownIssuer => CertificateProblem::UnknownIssuer,
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            CertificateProblem::WrongName
        }
        CertificateError::Revoked => CertificateProblem::Revoked,
        // A self-signed certificate that calls itself an authority.
        CertificateError::Other(other) if other.to_string().contains("CaUsedAsEndEntity") => {
            CertificateProblem::UnknownIssuer
        }
        _ => CertificateProblem::Invalid,
    }
}
