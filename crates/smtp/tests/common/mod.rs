//! A submission server on loopback that follows a script: it can break off
//! after any byte, and counts the mails it took.
#![allow(dead_code)] // each test uses some of it

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use inboxlink_model::{Address, MessageId};
use inboxlink_replies::followup::PreparedMail;
use inboxlink_settings::{HostPolicy, Security};
use inboxlink_smtp::SmtpSettings;
use inboxlink_testkit::{Certificates, Tls};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        ServerConfig,
        pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
    },
};

pub(crate) const PASSWORD: &str = "correct-horse-7";

/// How the next connections go.
#[derive(Clone, Debug, Default)]
pub(crate) struct Script {
    /// Break off when this many bytes went over the wire, both ways together,
    /// TLS taken off.
    pub(crate) cut_after: Option<usize>,
    /// Take the mail and break off instead of saying so.
    pub(crate) lose_last_answer: bool,
    /// Break with a reset, not an end.
    pub(crate) reset: bool,
    /// Answers to give instead of the usual ones, by the command's beginning;
    /// `.` is the end of the mail, the empty one the greeting.
    pub(crate) answers: Vec<(&'static str, &'static [u8])>,
    /// Say nothing to this command.
    pub(crate) silent_at: Option<&'static str>,
}

/// What the server saw.
#[derive(Clone, Debug, Default)]
pub(crate) struct Seen {
    pub(crate) delivered: Vec<Vec<u8>>,
    pub(crate) lines: Vec<String>,
    /// Bytes of the last session, both ways.
    pub(crate) bytes: usize,
    pub(crate) connections: usize,
}

pub(crate) struct Server {
    pub(crate) port: u16,
    pub(crate) ca: Vec<u8>,
    pub(crate) security: Security,
    script: Arc<Mutex<Script>>,
    seen: Arc<Mutex<Seen>>,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Server {
    pub(crate) async fn start(security: Security, tls: Tls) -> Self {
        let certificates = Certificates::new(tls).unwrap();
        let chain = CertificateDer::from_pem_slice(certificates.server_pem.as_bytes()).unwrap();
        let key = PrivateKeyDer::from_pem_slice(certificates.key_pem.as_bytes()).unwrap();
        let provider = Arc::new(tokio_rustls::rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![chain], key)
            .unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let script = Arc::new(Mutex::new(Script::default()));
        let seen = Arc::new(Mutex::new(Seen::default()));
        let (its_script, its_seen) = (script.clone(), seen.clone());
        let task = tokio::spawn(async move {
            while let Ok((tcp, _)) = listener.accept().await {
                let session = Session {
                    script: its_script.lock().unwrap().clone(),
                    seen: its_seen.clone(),
                    moved: 0,
                };
                // One after another: the tests have one client.
                let _ = session.serve(tcp, security, &acceptor).await;
            }
        });
        let ca = certificates.ca_pem.into_bytes();
        Self {
            port,
            ca,
            security,
            script,
            seen,
            task,
        }
    }

    pub(crate) fn play(&self, script: Script) {
        *self.script.lock().unwrap() = script;
        *self.seen.lock().unwrap() = Seen::default();
    }

    pub(crate) fn seen(&self) -> Seen {
        self.seen.lock().unwrap().clone()
    }

    pub(crate) fn settings(&self) -> SmtpSettings {
        let mut settings = SmtpSettings::new(
            "localhost",
            self.port,
            self.security,
            "max@us.example",
            PASSWORD.to_owned().into(),
        );
        settings.host_policy = HostPolicy::allowing_private();
        settings.extra_ca = vec![self.ca.clone()];
        settings.timeouts.command = Duration::from_secs(5);
        settings.timeouts.mail = Duration::from_secs(5);
        settings.timeouts.quit = Duration::from_millis(300);
        settings
    }
}

/// The session is over, by plan or by the client.
struct Over;

struct Session {
    script: Script,
    seen: Arc<Mutex<Seen>>,
    moved: usize,
}

impl Session {
    async fn serve(
        mut self,
        mut tcp: TcpStream,
        security: Security,
        acceptor: &TlsAcceptor,
    ) -> Result<(), Over> {
        self.seen.lock().unwrap().connections += 1;
        tcp.set_nodelay(true).unwrap();
        if self.script.reset {
            // Closing then sends RST.
            socket_resets(&tcp);
        }
        if security == Security::StartTls {
            self.say(&mut tcp, "", b"220 plain\r\n").await?;
            loop {
                let line = self.line(&mut tcp).await?;
                if line.starts_with("STARTTLS") {
                    self.say(&mut tcp, "STARTTLS", b"220 go\r\n").await?;
                    break;
                }
                self.say(&mut tcp, "PLAIN EHLO", b"250-me\r\n250 STARTTLS\r\n")
                    .await?;
            }
        }
        let mut stream = acceptor.accept(tcp).await.map_err(|_| Over)?;
        if security == Security::Tls {
            self.say(&mut stream, "", b"220 scripted ESMTP\r\n").await?;
        }
        loop {
            let line = self.line(&mut stream).await?;
            let usual: &[u8] = match line.split(' ').next().unwrap_or_default() {
                "EHLO" => b"250-scripted\r\n250-8BITMIME\r\n250 AUTH PLAIN LOGIN\r\n",
                "AUTH" => b"235 2.7.0 in\r\n",
                "DATA" => b"354 go on\r\n",
                "QUIT" => b"221 bye\r\n",
                _ => b"250 2.1.0 ok\r\n",
            };
            self.say(&mut stream, &line, usual).await?;
            if line == "QUIT" {
                return Ok(());
            }
            if line == "DATA" && !self.script.answers.iter().any(|(at, _)| *at == "DATA") {
                self.data(&mut stream).await?;
            }
        }
    }

    async fn data<S: AsyncRead + AsyncWrite + Unpin>(
        &mut self,
        stream: &mut S,
    ) -> Result<(), Over> {
        let mut mail = Vec::new();
        while !mail.ends_with(b"\r\n.\r\n") {
            mail.push(self.byte(stream).await?);
        }
        let refused = self
            .script
            .answers
            .iter()
            .any(|(at, answer)| *at == "." && answer[0] > b'3');
        if !refused {
            // As servers do: it is queued before anybody is told.
            self.seen.lock().unwrap().delivered.push(mail);
        }
        if self.script.lose_last_answer {
            return Err(Over);
        }
        self.say(stream, ".", b"250 2.0.0 queued as 4711\r\n").await
    }

    async fn line<S: AsyncRead + Unpin>(&mut self, stream: &mut S) -> Result<String, Over> {
        let mut line = Vec::new();
        while !line.ends_with(b"\r\n") {
            line.push(self.byte(stream).await?);
        }
        let line = String::from_utf8_lossy(&line).trim_end().to_owned();
        self.seen.lock().unwrap().lines.push(line.clone());
        Ok(line)
    }

    async fn byte<S: AsyncRead + Unpin>(&mut self, stream: &mut S) -> Result<u8, Over> {
        self.moves()?;
        stream.read_u8().await.map_err(|_| Over)
    }

    async fn say<S: AsyncWrite + Unpin>(
        &mut self,
        stream: &mut S,
        to: &str,
        usual: &[u8],
    ) -> Result<(), Over> {
        if self.script.silent_at.is_some_and(|at| to.starts_with(at)) {
            tokio::time::sleep(Duration::from_secs(3600)).await;
        }
        let answers = self.script.answers.iter();
        let mut scripted = answers.filter(|(at, _)| match *at {
            "" => to.is_empty(),
            at => to.starts_with(at),
        });
        let answer = scripted.next().map_or(usual, |(_, answer)| answer).to_vec();
        // Byte by byte only where a cut may fall between two.
        let step = if self.script.cut_after.is_some() {
            1
        } else {
            4096
        };
        for bytes in answer.chunks(step) {
            for _ in bytes {
                self.moves()?;
            }
            stream.write_all(bytes).await.map_err(|_| Over)?;
        }
        stream.flush().await.map_err(|_| Over)
    }

    /// Counts a byte, or breaks off before it.
    fn moves(&mut self) -> Result<(), Over> {
        if self.script.cut_after.is_some_and(|cut| self.moved >= cut) {
            return Err(Over);
        }
        self.moved += 1;
        self.seen.lock().unwrap().bytes = self.moved;
        Ok(())
    }
}

fn socket_resets(tcp: &TcpStream) {
    tcp.set_zero_linger().unwrap();
}

pub(crate) fn mail() -> PreparedMail {
    PreparedMail {
        message_id: MessageId::new("key@us.example").unwrap(),
        from: Address::new("max@us.example").unwrap(),
        to: Address::new("ann@customer.example").unwrap(),
        bytes: b"From: max@us.example\r\nMessage-ID: <key@us.example>\r\n\r\nHi.\r\n.\r\n..x\r\n"
            .to_vec(),
    }
}
