//! From a host name to a server that has greeted us over verified TLS.

use std::time::{Duration, Instant};

use inboxlink_dial::Allowed;
use inboxlink_settings::{Security, Stage};
use tokio::time::timeout;

use crate::{
    ConnectOptions, ErrorKind, ImapError,
    command::Command,
    driver::{Driver, Event},
    guard::Transport,
    limits::GREETING_PATIENCE,
    reply::{Code, Reply, Verdict},
    wire::Wire,
};

/// Where a server is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    /// Host name or address; its certificate must be for it.
    pub host: String,
    /// Port.
    pub port: u16,
    /// How the connection is secured.
    pub security: Security,
}

/// How a stage of connecting went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StageReport {
    /// The stage.
    pub stage: Stage,
    /// Whether it went well; after one that did not comes no other.
    pub ok: bool,
    /// How long it took.
    pub elapsed: Duration,
}

/// A server that has greeted us and told what it can do. Nobody is logged in.
#[derive(Debug)]
pub struct Connection {
    pub(crate) driver: Driver,
    pub(crate) capabilities: Vec<String>,
}

/// Times stages and tells of them.
pub(crate) struct Stages<'a> {
    observer: &'a mut (dyn FnMut(StageReport) + Send),
    since: Instant,
}

impl<'a> Stages<'a> {
    pub(crate) fn new(observer: &'a mut (dyn FnMut(StageReport) + Send)) -> Self {
        let since = Instant::now();
        Self { observer, since }
    }

    /// Ends a stage, and begins the next one.
    pub(crate) fn end<T>(
        &mut self,
        stage: Stage,
        result: Result<T, ImapError>,
    ) -> Result<T, ImapError> {
        let now = Instant::now();
        let elapsed = now.duration_since(self.since);
        self.since = now;
        (self.observer)(StageReport {
            stage,
            ok: result.is_ok(),
            elapsed,
        });
        result.map_err(|error| error.in_stage(stage))
    }
}

/// Connects, and tells of each stage: look-up, TCP, TLS, greeting,
/// capabilities (with STARTTLS the greeting comes before TLS).
///
/// The host is looked up once; every address it has is checked against the
/// policy, and one that passed is dialled. Nothing secret is sent.
///
/// # Errors
/// What the last stage failed of.
pub async fn connect(
    endpoint: &Endpoint,
    options: &ConnectOptions,
    observer: &mut (dyn FnMut(StageReport) + Send),
) -> Result<Connection, ImapError> {
    let place = format!("{}:{}", endpoint.host, endpoint.port);
    connect_in_stages(endpoint, options, Stages::new(observer), &place)
        .await
        .map_err(|error| error.at(&place))
}

async fn connect_in_stages(
    endpoint: &Endpoint,
    options: &ConnectOptions,
    mut stages: Stages<'_>,
    place: &str,
) -> Result<Connection, ImapError> {
    let wire = Wire::new(endpoint, options)?;
    let found = wire.look_up().await;
    let addresses = stages.end(Stage::Dns, found)?;
    let dialled = wire.dial(&addresses).await;
    let (tcp, address) = stages.end(Stage::Tcp, dialled)?;
    let driver = |stream| Driver::new(stream, options.timeouts.clone(), place.to_owned());

    if endpoint.security == Security::Tls {
        let encrypted = stages.end(Stage::Tls, wire.secure(tcp).await)?;
        let mut driver = driver(encrypted);
        let greeted = greeting(&mut driver).await;
        let told = stages.end(Stage::Greeting, greeted)?;
        let asked = match told {
            Some(capabilities) => Ok(capabilities),
            None => capabilities(&mut driver).await,
        };
        let capabilities = stages.end(Stage::Capabilities, asked)?;
        return Ok(Connection {
            driver,
            capabilities,
        });
    }
    let mut plain = driver(tcp);
    let greeted = greeting_unless_tls(&mut plain, &wire, address).await;
    stages.end(Stage::Greeting, greeted)?;
    let encrypted = match start_tls(plain).await {
        Ok(stream) => wire.secure(stream).await,
        Err(error) => Err(error),
    };
    let mut driver = driver(stages.end(Stage::Tls, encrypted)?);
    let asked = capabilities(&mut driver).await;
    let capabilities = stages.end(Stage::Capabilities, asked)?;
    Ok(Connection {
        driver,
        capabilities,
    })
}

/// A greeting in clear text. From a server that says nothing it may be that
/// it waits for TLS; somebody who waits with it would wait for a minute.
async fn greeting_unless_tls(
    plain: &mut Driver,
    wire: &Wire<'_>,
    address: Allowed,
) -> Result<Option<Vec<String>>, ImapError> {
    let patience = plain.timeouts().response.min(GREETING_PATIENCE * 2) / 2;
    match timeout(patience, greeting(plain)).await {
        Ok(greeted) => greeted,
        Err(_) if wire.speaks_tls(address).await => Err(plain.error(ErrorKind::TlsPort)),
        Err(_) => greeting(plain).await,
    }
}

/// STARTTLS (RFC 9051 §6.2.1). What is said before encryption is believed in
/// one point only: a server that refuses gets no password.
async fn start_tls(mut plain: Driver) -> Result<Transport, ImapError> {
    plain.expect_silence()?;
    match plain.run(&Command::starttls(), |_| {}).await {
        Ok(_) => {
            plain.expect_silence()?;
            Ok(plain.into_stream())
        }
        Err(error) if error.is_connection_alive() => {
            Err(ImapError::new(ErrorKind::NoTls).saying(error.server_text().cloned()))
        }
        Err(error) => Err(error),
    }
}

/// Reads the greeting; answers the capabilities where it tells them.
async fn greeting(driver: &mut Driver) -> Result<Option<Vec<String>>, ImapError> {
    let greeting = match driver.reply().await {
        Ok(Event::Said(Reply::Status(status))) => status,
        Ok(_) => return Err(ImapError::new(ErrorKind::NotImap)),
        // What is no IMAP at all breaks the grammar with its first line.
        Err(error) if matches!(error.kind(), ErrorKind::Protocol | ErrorKind::Limit) => {
            return Err(ImapError::new(ErrorKind::NotImap));
        }
        Err(error) => return Err(error),
    };
    match greeting.verdict {
        Verdict::Ok => match greeting.code {
            Some(Code::Capabilities(names)) => Ok(Some(names)),
            _ => Ok(None),
        },
        // Somebody is logged in already, and it is not us (RFC 9051 §11.1).
        Verdict::PreAuth => Err(driver.broken("logged in before anybody asked")),
        _ => Err(ImapError::new(ErrorKind::NotImap)),
    }
}

pub(crate) async fn capabilities(driver: &mut Driver) -> Result<Vec<String>, ImapError> {
    let mut found = Vec::new();
    let done = driver
        .run(&Command::capability(), |reply| {
            if let Reply::Capabilities(names) = reply {
                found = names;
            }
        })
        .await?;
    if let (true, Some(Code::Capabilities(names))) = (found.is_empty(), done.code) {
        found = names;
    }
    Ok(found)
}
