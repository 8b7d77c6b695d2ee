//! The running server.

use std::net::{Ipv4Addr, SocketAddr};
use std::ops::Deref;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::Error;
use crate::builder::Builder;
use crate::faults::{Faults, Protocol};
use crate::listen::{Service, listen};
use crate::mailboxes::Mailboxes;
use crate::model::World;
use crate::profile::Profile;
use crate::tls::Tls;

/// What all connections share.
pub(crate) struct Shared {
    world: Mutex<World>,
    pub(crate) profile: Profile,
    pub(crate) faults: Option<Arc<dyn Faults>>,
    pub(crate) tls: Tls,
    /// Connections accepted so far.
    pub(crate) connections: AtomicU64,
}

impl Shared {
    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        // Nothing panics while holding it; if something did, tests still see
        // the state that it left.
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A mail server on loopback, in this process and in memory.
///
/// It serves until it is dropped or [shut down](TestServer::shutdown), in the
/// runtime it was started in. Its [`Mailboxes`] are at hand as methods of its
/// own, which take effect at once: a client in IDLE hears of a delivery before
/// the next line of the test has run.
pub struct TestServer {
    mailboxes: Mailboxes,
    addresses: [SocketAddr; 4],
    stop: watch::Sender<bool>,
    tasks: JoinSet<()>,
}

impl std::fmt::Debug for TestServer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TestServer")
            .field("imaps", &self.imaps_addr())
            .field("imap", &self.imap_addr())
            .field("smtps", &self.smtps_addr())
            .field("submission", &self.submission_addr())
            .finish_non_exhaustive()
    }
}

impl Deref for TestServer {
    type Target = Mailboxes;

    fn deref(&self) -> &Mailboxes {
        &self.mailboxes
    }
}

impl TestServer {
    /// A server with no user and the default profile, to be added to.
    pub fn builder() -> Builder {
        Builder::new()
    }

    pub(crate) async fn start(builder: Builder) -> Result<Self, Error> {
        let shared = Arc::new(Shared {
            world: Mutex::new(World::new(
                &builder.users,
                &builder.profile,
                builder.first_date,
            )),
            profile: builder.profile,
            faults: builder.faults,
            tls: Tls::new()?,
            connections: AtomicU64::new(0),
        });
        let (stop, stopped) = watch::channel(false);
        let mut tasks = JoinSet::new();
        let mut start = async |protocol, implicit_tls| {
            let service = Service {
                protocol,
                implicit_tls,
            };
            let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
            let address = listener.local_addr()?;
            tasks.spawn(listen(
                listener,
                service,
                Arc::clone(&shared),
                stopped.clone(),
            ));
            Ok(address)
        };
        let addresses = [
            start(Protocol::Imap, true).await.map_err(Error::Listen)?,
            start(Protocol::Imap, false).await.map_err(Error::Listen)?,
            start(Protocol::Smtp, true).await.map_err(Error::Listen)?,
            start(Protocol::Smtp, false).await.map_err(Error::Listen)?,
        ];
        Ok(Self {
            mailboxes: Mailboxes { shared },
            addresses,
            stop,
            tasks,
        })
    }

    /// Ends every connection and every task, and waits until they have ended.
    pub async fn shutdown(mut self) {
        self.stop.send_replace(true);
        while self.tasks.join_next().await.is_some() {}
    }

    /// Where IMAP over implicit TLS is served.
    pub fn imaps_addr(&self) -> SocketAddr {
        let [imaps, _, _, _] = self.addresses;
        imaps
    }

    /// Where IMAP with STARTTLS is served.
    pub fn imap_addr(&self) -> SocketAddr {
        let [_, imap, _, _] = self.addresses;
        imap
    }

    /// Where SMTP submission over implicit TLS is served.
    pub fn smtps_addr(&self) -> SocketAddr {
        let [_, _, smtps, _] = self.addresses;
        smtps
    }

    /// Where SMTP submission with STARTTLS is served.
    pub fn submission_addr(&self) -> SocketAddr {
        let [_, _, _, submission] = self.addresses;
        submission
    }

    /// The port of [`imaps_addr`](Self::imaps_addr).
    pub fn imaps_port(&self) -> u16 {
        self.imaps_addr().port()
    }

    /// The port of [`imap_addr`](Self::imap_addr).
    pub fn imap_port(&self) -> u16 {
        self.imap_addr().port()
    }

    /// The port of [`smtps_addr`](Self::smtps_addr).
    pub fn smtps_port(&self) -> u16 {
        self.smtps_addr().port()
    }

    /// The port of [`submission_addr`](Self::submission_addr).
    pub fn submission_port(&self) -> u16 {
        self.submission_addr().port()
    }

    /// The certificate, in PEM, of the authority that this server made at its
    /// start: what a client must trust. It signed the server's certificate for
    /// `localhost` and `127.0.0.1`.
    pub fn ca_pem(&self) -> &str {
        &self.mailboxes.shared.tls.ca_pem
    }
}
