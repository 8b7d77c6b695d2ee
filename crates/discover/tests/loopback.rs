//! A name server and a web server on loopback, and every way to be found.
#![cfg(feature = "system-dns")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice
)] // a test may stop at the first surprise

use std::{
    collections::BTreeMap,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex},
    time::Duration,
};

use hickory_resolver::proto::{
    op::{Message, MessageType, ResponseCode},
    rr::{
        Name, RData, Record, RecordType,
        rdata::{A, MX, SRV},
    },
};
use inboxlink_dial::{Https, Resolver, Resolving, Tls};
use inboxlink_discover::{SystemDns, discover};
use inboxlink_settings::{
    HostPolicy,
    discovery::{Found, Source},
};
use rcgen::{CertificateParams, KeyPair};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, UdpSocket},
};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{ServerConfig, crypto::ring, pki_types::PrivateKeyDer},
};

type Zone = BTreeMap<(&'static str, RecordType), RData>;

fn name(text: &str) -> Name {
    Name::from_ascii(text).unwrap()
}

/// A name server for one zone, which also tells what it was asked.
async fn dns(zone: Zone) -> (SocketAddr, Arc<Mutex<Vec<String>>>) {
    let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let address = socket.local_addr().unwrap();
    let asked = Arc::new(Mutex::new(Vec::new()));
    let told = Arc::clone(&asked);
    tokio::spawn(async move {
        let mut buffer = [0; 1500];
        loop {
            let (length, from) = socket.recv_from(&mut buffer).await.unwrap();
            let query = Message::from_vec(&buffer[..length]).unwrap();
            let question = query.queries[0].clone();
            let text = question.name().to_ascii().to_lowercase();
            told.lock()
                .unwrap()
                .push(format!("{text} {}", question.query_type()));
            let mut answer = query.clone();
            answer.metadata.message_type = MessageType::Response;
            answer.metadata.recursion_available = true;
            answer.additionals.clear();
            let found = zone.get(&(text.as_str(), question.query_type()));
            match found {
                Some(data) => {
                    let record = Record::from_rdata(question.name().clone(), 60, data.clone());
                    answer.answers.push(record);
                }
                None => answer.metadata.response_code = ResponseCode::NXDomain,
            }
            socket
                .send_to(&answer.to_vec().unwrap(), from)
                .await
                .unwrap();
        }
    });
    (address, asked)
}

/// All web hosts are this machine, on one port.
#[derive(Debug)]
struct Here(Ipv4Addr);

impl Resolver for Here {
    fn resolve<'a>(&'a self, _: &'a str) -> Resolving<'a> {
        let here = self.0;
        Box::pin(async move { Ok(vec![IpAddr::V4(here)]) })
    }
}

/// An address of this process's own, so that nobody else has its port 443.
fn ip() -> Ipv4Addr {
    let [.., high, low] = std::process::id().to_be_bytes();
    Ipv4Addr::new(127, 1 + high % 250, low, 1)
}

/// A web server that has one page under one path, on all hosts.
async fn web(hosts: &[&str], path: &'static str, page: String) -> (SocketAddr, String) {
    let key = KeyPair::generate().unwrap();
    let names: Vec<String> = hosts.iter().map(ToString::to_string).collect();
    let certificate = CertificateParams::new(names)
        .unwrap()
        .self_signed(&key)
        .unwrap();
    let pem = certificate.pem();
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(
            vec![certificate.der().clone()],
            PrivateKeyDer::try_from(key.serialize_der()).unwrap(),
        )
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind((ip(), 443)).await;
    // Port 443 is root's: where it cannot be had, an exception stands for it.
    let listener = match listener {
        Ok(listener) => listener,
        Err(_) => TcpListener::bind((ip(), 0)).await.unwrap(),
    };
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let Ok(mut stream) = acceptor.accept(stream).await else {
                continue;
            };
            let mut buffer = [0; 4096];
            let length = stream.read(&mut buffer).await.unwrap();
            let request = String::from_utf8_lossy(&buffer[..length]).into_owned();
            let answer = match request.starts_with(&format!("GET {path} ")) {
                true => format!(
                    "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{page}",
                    page.len()
                ),
                false => "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n".to_owned(),
            };
            stream.write_all(answer.as_bytes()).await.unwrap();
            stream.shutdown().await.unwrap();
        }
    });
    (address, pem)
}

async fn find(zone: Zone, address: &str) -> (Option<Found>, Vec<String>) {
    let (server, asked) = dns(zone).await;
    let policy = HostPolicy::default();
    let tls = Tls::new(&[], None).unwrap();
    let https = Https::new(&policy, tls, Duration::from_secs(5));
    let https = https.with_resolver(Some(Arc::new(Here(ip()))));
    let found = discover(
        address,
        &policy,
        Some(&SystemDns::at(server).unwrap()),
        &https,
    )
    .await;
    let asked = asked.lock().unwrap().clone();
    (found, asked)
}

#[tokio::test]
async fn srv_records_are_found() {
    let srv = |port, host| RData::SRV(SRV::new(0, 1, port, name(host)));
    let zone = Zone::from([
        (
            ("_imaps._tcp.example.com.", RecordType::SRV),
            srv(993, "mx.example.com."),
        ),
        (
            ("_submissions._tcp.example.com.", RecordType::SRV),
            srv(465, "mx.example.com."),
        ),
    ]);
    let (found, asked) = find(zone, "ann@example.com").await;
    let found = found.unwrap();
    assert_eq!(
        (found.source, found.imap.host.as_str()),
        (Source::Srv, "mx.example.com")
    );
    assert_eq!(found.smtp.port, 465);
    assert_eq!(asked.len(), 2, "{asked:?}");
}

#[tokio::test]
async fn mail_exchangers_and_guesses_are_found() {
    let mx = RData::MX(MX::new(10, name("aspmx.l.google.com.")));
    let zone = Zone::from([(("example.com.", RecordType::MX), mx)]);
    let (found, _) = find(zone, "ann@example.com").await;
    assert_eq!(found.unwrap().imap.host, "imap.gmail.com");

    let a = RData::A(A(Ipv4Addr::new(192, 0, 2, 1)));
    let zone = Zone::from([(("mail.example.com.", RecordType::A), a)]);
    let (found, _) = find(zone, "ann@example.com").await;
    let found = found.unwrap();
    assert_eq!(
        (found.source, found.imap.host.as_str()),
        (Source::Guess, "mail.example.com")
    );

    let (found, _) = find(Zone::new(), "ann@example.com").await;
    assert_eq!(found, None);
}

#[tokio::test]
async fn nobody_is_asked_for_names_of_a_local_network() {
    let (found, asked) = find(Zone::new(), "ann@mail.internal").await;
    assert_eq!((found, asked.len()), (None, 0));
    // A known provider needs no question either.
    let (found, asked) = find(Zone::new(), "ann@gmail.com").await;
    assert!(found.is_some() && asked.is_empty());
}

#[tokio::test]
async fn a_page_is_fetched_where_the_policy_allows() {
    let page = "<clientConfig><emailProvider><incomingServer type=\"imap\"><hostname>imap.example.com</hostname>\
        <port>993</port><socketType>SSL</socketType></incomingServer></emailProvider></clientConfig>";
    let hosts = ["autoconfig.example.com", "example.com"];
    let path = "/mail/config-v1.1.xml";
    let (address, pem) = web(&hosts, path, page.to_owned()).await;
    let (server, _) = dns(Zone::new()).await;
    let dns = SystemDns::at(server).unwrap();
    for allowed in [true, false] {
        let policy = match allowed {
            true => HostPolicy::default().allowing(address),
            false => HostPolicy::default(),
        };
        let tls = Tls::new(&[pem.as_bytes().to_vec()], None).unwrap();
        let https = Https::new(&policy, tls, Duration::from_secs(5));
        let https = https.with_resolver(Some(Arc::new(Here(ip()))));
        let found = discover("ann@example.com", &policy, Some(&dns), &https).await;
        // Off port 443 the page is nowhere to be found, and that is all.
        let reachable = allowed && address.port() == 443;
        let source = found.map(|found| found.source);
        assert_eq!(source, reachable.then_some(Source::Autoconfig), "{allowed}");
    }
}
