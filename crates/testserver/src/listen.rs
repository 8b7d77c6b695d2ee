//! The four listeners, and a task for each client.

use std::io;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::faults::Protocol;
use crate::server::Shared;
use crate::tcp::Tcp;
use crate::wire::{Identity, Stream, Wire};
use crate::{imap, smtp};

/// The wait after a failed accept, so that a shortage doesn't become a spin.
const ACCEPT_PAUSE: Duration = Duration::from_millis(10);

/// What one port speaks.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Service {
    pub(crate) protocol: Protocol,
    /// TLS from the first byte, rather than after STARTTLS.
    pub(crate) implicit_tls: bool,
}

/// Accepts clients until `stop` changes; then every client's task ends.
pub(crate) async fn listen(
    listener: TcpListener,
    service: Service,
    shared: Arc<Shared>,
    mut stop: watch::Receiver<bool>,
) {
    let mut clients = JoinSet::new();
    loop {
        tokio::select! {
            _ = stop.changed() => break,
            Some(_) = clients.join_next() => {}
            accepted = listener.accept() => {
                // On failure the client has gone, or no file descriptor is to be
                // had: the next one may fare better.
                if let Ok((stream, _)) = accepted {
                    let shared = Arc::clone(&shared);
                    // How a client's connection ended is the client's to know.
                    clients.spawn(async move {
                        let _ = serve(stream, service, shared).await;
                    });
                } else {
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                }
            }
        }
    }
    clients.shutdown().await;
}

async fn serve(stream: TcpStream, service: Service, shared: Arc<Shared>) -> io::Result<()> {
    let connection = shared.connections.fetch_add(1, Ordering::Relaxed) + 1;
    stream.set_nodelay(true)?;
    let secure = service.implicit_tls;
    let (stream, ending) = Tcp::new(stream);
    let stream: Box<dyn Stream> = match secure {
        true => Box::new(shared.tls.acceptor.accept(stream).await?),
        false => Box::new(stream),
    };
    let identity = Identity {
        protocol: service.protocol,
        connection,
        faults: shared.faults.clone(),
        ending,
    };
    let wire = Wire::new(stream, identity);
    match service.protocol {
        Protocol::Imap => imap::serve(wire, imap::Session::new(shared, secure)).await,
        Protocol::Smtp => smtp::serve(wire, smtp::Session::new(shared, secure)).await,
    }
}
