//! Whom to trust.

use std::sync::Arc;

use rustls::{
    ClientConfig, ConfigBuilder, RootCertStore, WantsVerifier, client::WantsClientCert,
    crypto::CryptoProvider,
};
use rustls_pki_types::{CertificateDer, pem::PemObject};

use crate::TlsError;

/// Whose authorities are trusted beside those that are added by hand. There
/// is no third choice, and none that trusts everybody.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Trust {
    /// Mozilla's, as they were when this was built: the same on every machine.
    #[default]
    Mozilla,
    /// What the machine trusts, an organisation's own authority among it.
    #[cfg(feature = "platform-verifier")]
    Platform,
}

impl Trust {
    /// Has certificates verified by whom is trusted.
    pub(crate) fn verify(
        self,
        config: ConfigBuilder<ClientConfig, WantsVerifier>,
        extra_ca: &[Vec<u8>],
        provider: Arc<CryptoProvider>,
    ) -> Result<ConfigBuilder<ClientConfig, WantsClientCert>, TlsError> {
        let extra = certificates(extra_ca)?;
        match self {
            Self::Mozilla => {
                drop(provider);
                let mut roots = RootCertStore {
                    roots: webpki_roots::TLS_SERVER_ROOTS.to_vec(),
                };
                for certificate in extra {
                    roots.add(certificate).map_err(|_| TlsError::Authority)?;
                }
                Ok(config.with_root_certificates(roots))
            }
            #[cfg(feature = "platform-verifier")]
            Self::Platform => {
                let verifier =
                    rustls_platform_verifier::Verifier::new_with_extra_roots(extra, provider);
                let verifier = Arc::new(verifier.map_err(|_| TlsError::Failed)?);
                // The name is rustls's; this verifier refuses what it must.
                Ok(config
                    .dangerous()
                    .with_custom_certificate_verifier(verifier))
            }
        }
    }
}

/// The certificates in some PEM texts, at least one in each.
fn certificates(texts: &[Vec<u8>]) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let mut all = Vec::new();
    for pem in texts {
        let before = all.len();
        for certificate in CertificateDer::pem_slice_iter(pem) {
            all.push(certificate.map_err(|_| TlsError::Authority)?);
        }
        if all.len() == before {
            return Err(TlsError::Authority);
        }
    }
    Ok(all)
}
