//! Certificates for servers on loopback: good ones, and each kind of bad one.

use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, date_time_ymd,
};

use crate::TestkitError;

/// How a test server does TLS.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tls {
    /// A certificate for `localhost` and `127.0.0.1`, signed by the test CA.
    #[default]
    Trusted,
    /// The same, but it ended in 2001.
    Expired,
    /// A certificate that nobody signed but itself.
    SelfSigned,
    /// Signed by the test CA, for `elsewhere.example.com`.
    WrongHost,
    /// No TLS at all: nothing listens on the TLS port, STARTTLS isn't offered.
    Off,
}

/// A CA of one test and the server certificate that it signed, as PEM.
#[derive(Clone)]
pub struct Certificates {
    /// The CA's certificate: what a client must trust.
    pub ca_pem: String,
    /// The server's certificate.
    pub server_pem: String,
    /// The server's private key.
    pub key_pem: String,
}

impl Certificates {
    /// Makes a fresh CA and a server certificate of the given kind
    /// ([`Tls::Off`] is treated as [`Tls::Trusted`]).
    ///
    /// # Errors
    /// [`TestkitError::Certificate`] if the crypto library refuses.
    pub fn new(tls: Tls) -> Result<Self, TestkitError> {
        Self::build(tls).map_err(|error| TestkitError::Certificate(error.to_string()))
    }

    fn build(tls: Tls) -> Result<Self, rcgen::Error> {
        let ca_key = KeyPair::generate()?;
        let mut ca = params("inboxlink test CA", &[])?;
        ca.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        ca.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let ca_pem = ca.self_signed(&ca_key)?.pem();
        let issuer = Issuer::new(ca, ca_key);

        let names: &[&str] = match tls {
            Tls::WrongHost => &["elsewhere.example.com"],
            _ => &["localhost", "127.0.0.1"],
        };
        let mut server = params("inboxlink test server", names)?;
        server.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        if tls == Tls::Expired {
            server.not_before = date_time_ymd(2000, 1, 1);
            server.not_after = date_time_ymd(2001, 1, 1);
        }
        let key = KeyPair::generate()?;
        let certificate = match tls {
            Tls::SelfSigned => server.self_signed(&key)?,
            _ => server.signed_by(&key, &issuer)?,
        };
        Ok(Self {
            ca_pem,
            server_pem: certificate.pem(),
            key_pem: key.serialize_pem(),
        })
    }
}

fn params(common_name: &str, names: &[&str]) -> Result<CertificateParams, rcgen::Error> {
    let names: Vec<String> = names.iter().map(ToString::to_string).collect();
    let mut params = CertificateParams::new(names)?;
    params
        .distinguished_name
        .push(DnType::CommonName, common_name);
    Ok(params)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_of_certificate_can_be_made() {
        for tls in [Tls::Trusted, Tls::Expired, Tls::SelfSigned, Tls::WrongHost] {
            let made = Certificates::new(tls).unwrap();
            assert!(made.ca_pem.starts_with("-----BEGIN CERTIFICATE-----"));
            assert_ne!(made.ca_pem, made.server_pem);
            assert!(made.key_pem.contains("PRIVATE KEY"));
        }
    }
}
