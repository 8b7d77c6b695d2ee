//! A client that sends and expects lines, over TLS or not.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use inboxlink_testserver::{TestServer, User};
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

pub(crate) const ANNA: &str = "anna@example.com";

pub(crate) trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}
impl<S: AsyncRead + AsyncWrite + Unpin + Send> Stream for S {}

pub(crate) struct Client {
    stream: BufReader<Box<dyn Stream>>,
    tags: u32,
}

pub(crate) async fn server() -> TestServer {
    TestServer::builder()
        .user(User::new(ANNA, "secret").alias("anna.k@example.com"))
        .user(User::new("bo@example.com", "hidden"))
        .start()
        .await
        .unwrap()
}

fn connector(server: &TestServer) -> TlsConnector {
    let mut roots = RootCertStore::empty();
    let ca = CertificateDer::from_pem_slice(server.ca_pem().as_bytes()).unwrap();
    roots.add(ca).unwrap();
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    TlsConnector::from(Arc::new(config))
}

/// A TLS connection by address rather than name.
pub(crate) async fn tls_stream(server: &TestServer, address: SocketAddr) -> TlsStream<TcpStream> {
    let name = ServerName::from(address.ip());
    let stream = TcpStream::connect(address).await.unwrap();
    connector(server).connect(name, stream).await.unwrap()
}

impl Client {
    /// Connects without TLS.
    pub(crate) async fn plain(address: SocketAddr) -> Self {
        Self::over(TcpStream::connect(address).await.unwrap())
    }

    fn over(stream: impl Stream + 'static) -> Self {
        Self {
            stream: BufReader::new(Box::new(stream)),
            tags: 0,
        }
    }

    /// Goes over to TLS.
    pub(crate) async fn secured(self, server: &TestServer) -> Self {
        let name = ServerName::try_from("localhost").unwrap();
        let stream = connector(server).connect(name, self.stream.into_inner());
        Self::over(stream.await.unwrap())
    }

    /// Connects with TLS.
    pub(crate) async fn tls(server: &TestServer, address: SocketAddr) -> Self {
        Self::over(tls_stream(server, address).await)
    }

    /// An IMAP client, its greeting read.
    pub(crate) async fn imap(server: &TestServer) -> Self {
        let mut client = Self::tls(server, server.imaps_addr()).await;
        assert!(client.line().await.starts_with("* OK [CAPABILITY "));
        client
    }

    /// An IMAP client, logged in as Anna.
    pub(crate) async fn anna(server: &TestServer) -> Self {
        let mut client = Self::imap(server).await;
        client.ok(&format!("LOGIN {ANNA} secret")).await;
        client
    }

    pub(crate) async fn send(&mut self, bytes: impl AsRef<[u8]>) {
        self.stream.write_all(bytes.as_ref()).await.unwrap();
        self.stream.flush().await.unwrap();
    }

    /// The next line without its line end; empty at the end of the stream.
    pub(crate) async fn line(&mut self) -> String {
        let mut line = Vec::new();
        let read = self.stream.read_until(b'\n', &mut line);
        let limit = Duration::from_secs(10);
        // An abrupt end is an end too.
        let _ = tokio::time::timeout(limit, read)
            .await
            .expect("no line within ten seconds");
        String::from_utf8_lossy(&line).trim_end().to_owned()
    }

    /// Everything up to the end of the stream.
    pub(crate) async fn rest(&mut self) -> String {
        let mut rest = Vec::new();
        let read = self.stream.read_to_end(&mut rest);
        let limit = Duration::from_secs(10);
        let _ = tokio::time::timeout(limit, read)
            .await
            .expect("no end within ten seconds");
        String::from_utf8_lossy(&rest).into_owned()
    }

    /// Sends an IMAP command; all lines up to the tagged one, without the tag.
    pub(crate) async fn command(&mut self, command: &str) -> Vec<String> {
        self.tags += 1;
        let tag = format!("t{} ", self.tags);
        self.send(format!("{tag}{command}\r\n")).await;
        let mut lines = Vec::new();
        loop {
            let line = self.line().await;
            assert!(!line.is_empty() || !lines.is_empty(), "the server hung up");
            if let Some(end) = line.strip_prefix(&tag) {
                lines.push(end.to_owned());
                return lines;
            }
            lines.push(line);
        }
    }

    /// Sends an IMAP command that must succeed; its untagged lines.
    pub(crate) async fn ok(&mut self, command: &str) -> Vec<String> {
        let mut lines = self.command(command).await;
        let end = lines.pop().unwrap();
        assert!(end.starts_with("OK "), "{command}: {end}");
        lines
    }

    /// Sends an IMAP command; its tagged line.
    pub(crate) async fn end(&mut self, command: &str) -> String {
        self.command(command).await.pop().unwrap()
    }

    /// Sends an SMTP command; the last line of its reply.
    pub(crate) async fn smtp(&mut self, command: &str) -> String {
        self.send(format!("{command}\r\n")).await;
        self.reply().await
    }

    /// The last line of an SMTP reply.
    pub(crate) async fn reply(&mut self) -> String {
        loop {
            let line = self.line().await;
            if line.as_bytes().get(3) != Some(&b'-') {
                return line;
            }
        }
    }
}
