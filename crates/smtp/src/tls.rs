//! TLS: always verified, with the crypto provider passed in by hand.

use std::{io, sync::Arc};

use inboxlink_settings::CertificateFault;
use rustls::{CertificateError, ClientConfig, RootCertStore};
use rustls_pki_types::{CertificateDer, ServerName, pem::PemObject};
use tokio::{net::TcpStream, time::timeout};
use tokio_rustls::{TlsConnector, client::TlsStream};

use crate::{Failure, FailureKind, SmtpSettings};

/// Mozilla's authorities and those added.
pub(crate) fn connector(settings: &SmtpSettings) -> Result<TlsConnector, Failure> {
    let bad_authority = || Failure::new(FailureKind::Authority);
    let mut roots = RootCertStore {
        roots: webpki_roots::TLS_SERVER_ROOTS.to_vec(),
    };
    for pem in &settings.extra_ca {
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
    let provider = settings
        .provider
        .clone()
        .unwrap_or_else(|| Arc::new(rustls::crypto::ring::default_provider()));
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|_| Failure::new(FailureKind::Tls))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(TlsConnector::from(Arc::new(config)))
}

/// Wraps a connected stream in TLS with a verified peer.
pub(crate) async fn handshake(
    connector: &TlsConnector,
    settings: &SmtpSettings,
    stream: TcpStream,
) -> Result<TlsStream<TcpStream>, Failure> {
    let name = ServerName::try_from(settings.host.trim_end_matches('.').to_owned())
        .map_err(|_| Failure::new(FailureKind::Dns))?;
    match timeout(settings.timeouts.connect, connector.connect(name, stream)).await {
        Ok(Ok(stream)) => Ok(stream),
        Ok(Err(error)) => Err(Failure::new(kind(&error))),
        Err(_) => Err(Failure::new(FailureKind::Timeout)),
    }
}

/// What a failed handshake means.
fn kind(error: &io::Error) -> FailureKind {
    let inner = error.get_ref();
    match inner.and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
        Some(rustls::Error::InvalidCertificate(error)) => FailureKind::Certificate(fault(error)),
        // Plain text where a TLS record should be.
        Some(rustls::Error::InvalidMessage(_)) => FailureKind::NoTls,
        Some(_) => FailureKind::Tls,
        None => FailureKind::Closed,
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
