//! Ten bad certificates and an old TLS: none accepted, each told apart, and
//! nothing sent to whoever shows one.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)] // a test may stop at the first surprise

use std::{sync::Arc, time::Duration};

use inboxlink_dial::{Tls, TlsError, Trust};
use inboxlink_settings::CertificateFault;
use rcgen::{
    BasicConstraints, Certificate, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa,
    Issuer, KeyPair, KeyUsagePurpose, date_time_ymd,
};
use rustls::{ServerConfig, pki_types::PrivateKeyDer};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio_rustls::TlsAcceptor;

struct Authority {
    certificate: Certificate,
    issuer: Issuer<'static, KeyPair>,
}

fn authority(name: &str) -> Authority {
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    let certificate = params.self_signed(&key).unwrap();
    let issuer = Issuer::new(params, key);
    Authority {
        certificate,
        issuer,
    }
}

/// A server's certificate for these names, changed a little.
fn server(names: &[&str], change: impl Fn(&mut CertificateParams)) -> CertificateParams {
    let names: Vec<String> = names.iter().map(ToString::to_string).collect();
    let mut params = CertificateParams::new(names).unwrap();
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    change(&mut params);
    params
}

/// Everybody who may decide whom to trust.
fn trusts() -> Vec<Trust> {
    vec![
        Trust::Mozilla,
        #[cfg(feature = "platform-verifier")]
        Trust::Platform,
    ]
}

/// Shakes hands with a server that shows a certificate, and tells what the
/// server heard under TLS: the same whoever decides.
async fn shake(
    trusted: &Authority,
    chain: &[&Certificate],
    key: &KeyPair,
    host: &str,
) -> (Result<(), TlsError>, Vec<u8>) {
    let mut answers = Vec::new();
    for trust in trusts() {
        answers.push(shake_trusting(trust, trusted, chain, key, host).await);
    }
    assert!(
        answers.windows(2).all(|pair| pair[0] == pair[1]),
        "{answers:?}"
    );
    answers.remove(0)
}

async fn shake_trusting(
    trust: Trust,
    trusted: &Authority,
    chain: &[&Certificate],
    key: &KeyPair,
    host: &str,
) -> (Result<(), TlsError>, Vec<u8>) {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let chain = chain.iter().map(|one| one.der().clone()).collect();
    let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .unwrap();
    let (client, wire) = tokio::io::duplex(1 << 16);
    let serving = tokio::spawn(async move {
        let mut heard = Vec::new();
        if let Ok(mut stream) = TlsAcceptor::from(Arc::new(config)).accept(wire).await {
            let _ = stream.read_to_end(&mut heard).await;
        }
        heard
    });
    let roots = [trusted.certificate.pem().into_bytes()];
    let tls = Tls::trusting(trust, &roots, None).unwrap();
    let shaken = match tls.handshake(host, client, Duration::from_secs(5)).await {
        Ok(mut stream) => {
            stream.write_all(b"password").await.unwrap();
            stream.shutdown().await.unwrap();
            // The server may still be sending tickets.
            let _ = stream.read_to_end(&mut Vec::new()).await;
            Ok(())
        }
        Err(error) => Err(error),
    };
    (shaken, serving.await.unwrap())
}

#[tokio::test]
async fn ten_bad_certificates_are_refused() {
    use CertificateFault::*;
    let ours = authority("ours");
    let theirs = authority("theirs");
    let key = KeyPair::generate().unwrap();
    let host = "mail.example.com";
    let good = server(&[host], |_| {});
    let nothing = |_: &mut CertificateParams| {};
    let rows = [
        (
            "expired",
            &ours,
            server(&[host], |p| p.not_after = date_time_ymd(2001, 1, 1)),
            Expired,
        ),
        (
            "of the future",
            &ours,
            server(&[host], |p| p.not_before = date_time_ymd(3000, 1, 1)),
            NotYetValid,
        ),
        (
            "for another host",
            &ours,
            server(&["mail.example.org"], nothing),
            WrongHost,
        ),
        (
            "for a host below",
            &ours,
            server(&["a.mail.example.com"], nothing),
            WrongHost,
        ),
        (
            "for hosts below",
            &ours,
            server(&["*.mail.example.com"], nothing),
            WrongHost,
        ),
        (
            "for an address",
            &ours,
            server(&["192.0.2.1"], nothing),
            WrongHost,
        ),
        (
            "with the host in its common name alone",
            &ours,
            server(&[], |p| p.distinguished_name.push(DnType::CommonName, host)),
            WrongHost,
        ),
        (
            "by an unknown authority",
            &theirs,
            good.clone(),
            UnknownIssuer,
        ),
        (
            "for clients",
            &ours,
            server(&[host], |p| {
                p.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth]
            }),
            Other,
        ),
    ];
    for (what, signer, params, fault) in rows {
        let certificate = params.signed_by(&key, &signer.issuer).unwrap();
        let (shaken, heard) = shake(&ours, &[&certificate], &key, host).await;
        assert_eq!(shaken, Err(TlsError::Certificate(fault)), "{what}");
        assert_eq!(heard, b"", "{what}");
    }
    // The tenth: signed by itself.
    let certificate = good.self_signed(&key).unwrap();
    let (shaken, heard) = shake(&ours, &[&certificate], &key, host).await;
    assert_eq!(shaken, Err(TlsError::Certificate(UnknownIssuer)));
    assert_eq!(heard, b"");
    // And a good one, so that the others were refused for what they are.
    let certificate = good.signed_by(&key, &ours.issuer).unwrap();
    let (shaken, heard) = shake(&ours, &[&certificate], &key, host).await;
    assert_eq!((shaken, &heard[..]), (Ok(()), &b"password"[..]));
}

#[tokio::test]
async fn an_address_is_verified_as_an_address() {
    let ours = authority("ours");
    let key = KeyPair::generate().unwrap();
    for (name, expected) in [
        ("127.0.0.1", Ok(())),
        (
            "127.0.0.2",
            Err(TlsError::Certificate(CertificateFault::WrongHost)),
        ),
    ] {
        let certificate = server(&[name], |_| {})
            .signed_by(&key, &ours.issuer)
            .unwrap();
        let (shaken, _) = shake(&ours, &[&certificate], &key, "127.0.0.1").await;
        assert_eq!(shaken, expected);
    }
}

#[tokio::test]
async fn an_old_tls_is_refused() {
    // ServerHello of TLS 1.1, and the alert of a server that knows no newer one.
    let hello = [
        &b"\x16\x03\x02\x00\x2a\x02\x00\x00\x26\x03\x02"[..],
        &[7; 32],
        b"\x00\xc0\x13\x00",
    ]
    .concat();
    let alert = b"\x15\x03\x01\x00\x02\x02\x46".to_vec();
    for answer in [hello, alert] {
        let (client, mut wire) = tokio::io::duplex(1 << 16);
        wire.write_all(&answer).await.unwrap();
        let tls = Tls::new(&[], None).unwrap();
        let shaken = tls
            .handshake("mail.example.com", client, Duration::from_secs(5))
            .await;
        assert!(matches!(shaken, Err(TlsError::Failed)), "{shaken:?}");
    }
}

#[test]
fn what_is_no_authority_is_told() {
    for pem in [
        "",
        "hello",
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
    ] {
        let made = Tls::new(&[pem.as_bytes().to_vec()], None);
        assert_eq!(made.err(), Some(TlsError::Authority), "{pem}");
    }
}
