//! A server that says what a test tells it to, and remembers what it heard.
#![allow(dead_code, unreachable_pub)] // each test binary uses a part of it

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use inboxlink_imap::{
    ConnectOptions, Endpoint, ImapError, Session, StageReport, Timeouts, connect,
};
use inboxlink_settings::{HostPolicy, Security};
use inboxlink_testkit::{Certificates, Tls};
use rustls_pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject};
use secrecy::SecretString;
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::TcpListener,
};
use tokio_rustls::TlsAcceptor;

pub const USER: &str = "anna@example.com";
pub const PASSWORD: &str = "canary-pass\"word";

/// A greeting, and a login that goes well.
pub const LOGGED_IN: [Step; 3] = [
    Step::Say("* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] hello\r\n"),
    Step::Hear("AUTHENTICATE PLAIN "),
    Step::Say("{tag} OK [CAPABILITY IMAP4rev1 IDLE] in\r\n"),
];

/// A folder of so many messages, opened.
pub const EXAMINED: [Step; 2] = [
    Step::Hear("EXAMINE \"INBOX\""),
    Step::Say(
        "* 3 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n* OK [UIDNEXT 10] x\r\n{tag} OK [READ-ONLY] done\r\n",
    ),
];

#[derive(Clone, Debug)]
pub enum Step {
    /// Sends; `{tag}` is the last command's tag, `{tag-1}` the one before.
    Say(&'static str),
    /// The same so many times.
    Repeat(&'static str, usize),
    /// Sends one byte at a time, with this pause between them.
    Drip(&'static str, Duration),
    /// Waits for a line that contains this.
    Hear(&'static str),
    /// Goes on under TLS.
    StartTls,
    /// Says nothing more, and keeps the connection.
    Hang,
}

/// What a server heard, all of it.
pub type Heard = Arc<Mutex<Vec<u8>>>;

pub struct Server {
    pub port: u16,
    pub heard: Heard,
    certificates: Certificates,
}

trait Wire: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Wire for T {}

impl Server {
    /// Plays the steps to one client: under TLS from the start, or in plain
    /// text until [`Step::StartTls`].
    pub async fn start(
        security: Security,
        certificate: Tls,
        steps: impl IntoIterator<Item = Step>,
    ) -> Self {
        Self::start_many(security, certificate, steps, 1).await
    }

    /// The same for so many clients at once.
    pub async fn start_many(
        security: Security,
        certificate: Tls,
        steps: impl IntoIterator<Item = Step>,
        clients: usize,
    ) -> Self {
        let certificates = Certificates::new(certificate).unwrap();
        let acceptor = acceptor(&certificates);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let heard = Heard::default();
        let (steps, memory) = (steps.into_iter().collect::<Vec<_>>(), heard.clone());
        tokio::spawn(async move {
            for _ in 0..clients {
                let (tcp, _) = listener.accept().await.unwrap();
                let (steps, memory) = (steps.clone(), memory.clone());
                let acceptor = acceptor.clone();
                tokio::spawn(async move {
                    let wire: Box<dyn Wire> = match security {
                        Security::Tls => match acceptor.accept(tcp).await {
                            Ok(stream) => Box::new(stream),
                            Err(_) => return,
                        },
                        _ => Box::new(tcp),
                    };
                    // A client that hangs up ends the play; the test sees why.
                    let _ = play(wire, &acceptor, steps, memory).await;
                });
            }
        });
        Self {
            port,
            heard,
            certificates,
        }
    }

    pub fn endpoint(&self, security: Security) -> Endpoint {
        Endpoint {
            host: "localhost".into(),
            port: self.port,
            security,
        }
    }

    pub fn options(&self) -> ConnectOptions {
        let mut options = ConnectOptions::default();
        options.host_policy = HostPolicy::allowing_private();
        options.extra_ca = vec![self.certificates.ca_pem.clone().into_bytes()];
        options.timeouts = Timeouts::at_most(Duration::from_millis(700));
        options
    }

    /// Connects and logs in.
    pub async fn log_in(&self, security: Security) -> Result<Session, ImapError> {
        let password = SecretString::from(PASSWORD);
        let mut ignore = |_: StageReport| {};
        let connection = connect(&self.endpoint(security), &self.options(), &mut ignore).await?;
        connection.login(USER, &password, &mut ignore).await
    }

    pub fn heard(&self) -> String {
        String::from_utf8_lossy(&self.heard.lock().unwrap()).into_owned()
    }
}

/// A session at a server that logs in, opens INBOX with three messages, and
/// then plays these steps.
pub async fn session_at_inbox(steps: impl IntoIterator<Item = Step>) -> (Server, Session) {
    let steps = LOGGED_IN.into_iter().chain(EXAMINED).chain(steps);
    let server = Server::start(Security::Tls, Tls::Trusted, steps).await;
    let mut session = server.log_in(Security::Tls).await.unwrap();
    session.examine("INBOX").await.unwrap();
    (server, session)
}

fn acceptor(certificates: &Certificates) -> TlsAcceptor {
    let chain = CertificateDer::pem_slice_iter(certificates.server_pem.as_bytes())
        .collect::<Result<Vec<_>, _>>()
        .unwrap();
    let key = PrivateKeyDer::from_pem_slice(certificates.key_pem.as_bytes()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .unwrap();
    TlsAcceptor::from(Arc::new(config))
}

async fn play(
    mut wire: Box<dyn Wire>,
    acceptor: &TlsAcceptor,
    steps: Vec<Step>,
    heard: Heard,
) -> std::io::Result<()> {
    let mut tags: Vec<String> = Vec::new();
    let spell = |text: &str, tags: &[String]| {
        let tag = |back: usize| tags.iter().rev().nth(back).cloned().unwrap_or_default();
        text.replace("{tag}", &tag(0))
            .replace("{tag-1}", &tag(1))
            .replace("{tag-2}", &tag(2))
    };
    for step in steps {
        match step {
            Step::Say(text) => wire.write_all(spell(text, &tags).as_bytes()).await?,
            Step::Repeat(text, times) => {
                let text = spell(text, &tags);
                for _ in 0..times {
                    wire.write_all(text.as_bytes()).await?;
                }
            }
            Step::Drip(text, pause) => {
                for byte in spell(text, &tags).into_bytes() {
                    wire.write_all(&[byte]).await?;
                    wire.flush().await?;
                    tokio::time::sleep(pause).await;
                }
            }
            Step::Hear(expected) => loop {
                let line = line(&mut wire, &heard).await?;
                let first = line.split(' ').next().unwrap_or_default();
                if first.starts_with('i') && first.len() < line.len() {
                    tags.push(first.to_owned());
                }
                if line.contains(expected) {
                    break;
                }
            },
            Step::StartTls => wire = Box::new(acceptor.accept(wire).await?),
            Step::Hang => {
                wire.flush().await?;
                let mut rest = [0; 1024];
                while let read @ 1.. = wire.read(&mut rest).await? {
                    heard.lock().unwrap().extend_from_slice(&rest[..read]);
                }
            }
        }
        wire.flush().await?;
    }
    wire.shutdown().await
}

async fn line(wire: &mut Box<dyn Wire>, heard: &Heard) -> std::io::Result<String> {
    let mut line = Vec::new();
    while !line.ends_with(b"\r\n") {
        let byte = wire.read_u8().await?;
        heard.lock().unwrap().push(byte);
        line.push(byte);
    }
    Ok(String::from_utf8_lossy(&line).into_owned())
}
