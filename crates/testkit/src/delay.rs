//! A far-away server: a proxy on loopback that holds every byte back.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use crate::TestkitError;

/// Bytes read at a time.
const CHUNK: usize = 64 * 1024;

/// Chunks on their way in one direction: 32 MiB, more than a gigabyte a second
/// leaves in flight within 25 ms, so that nothing but time is taken.
const IN_FLIGHT: usize = 512;

/// A proxy before a server on loopback that delays both directions by half a
/// round trip, and lets through as much as comes. The handshake of TCP counts:
/// the first byte arrives a whole round trip later than any other.
///
/// It counts what a client waits for: the times it spoke after the server had.
#[derive(Debug)]
pub struct DelayProxy {
    port: u16,
    counts: Arc<Mutex<Vec<Arc<Connection>>>>,
    closed: Arc<AtomicBool>,
}

/// One connection's counts.
#[derive(Debug, Default)]
struct Connection {
    round_trips: AtomicU64,
    /// Whether the server spoke last, or nobody yet.
    answered: AtomicBool,
}

impl DelayProxy {
    /// Starts one before `port`.
    ///
    /// # Errors
    /// [`TestkitError::Io`] if it finds no port of its own.
    pub fn start(port: u16, round_trip: Duration) -> Result<Self, TestkitError> {
        let what = "listen on loopback";
        let listener =
            TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(TestkitError::io(what))?;
        let own = listener.local_addr().map_err(TestkitError::io(what))?;
        let counts = Arc::new(Mutex::new(Vec::new()));
        let closed = Arc::new(AtomicBool::new(false));
        let proxy = Self {
            port: own.port(),
            counts: Arc::clone(&counts),
            closed: Arc::clone(&closed),
        };
        thread::spawn(move || {
            while let Ok((client, _)) = listener.accept() {
                if closed.load(Ordering::Relaxed) {
                    return;
                }
                let Ok(server) = TcpStream::connect((Ipv4Addr::LOCALHOST, port)) else {
                    continue;
                };
                let connection = Arc::new(Connection::default());
                connection.answered.store(true, Ordering::Relaxed);
                let mut all = counts.lock().unwrap_or_else(PoisonError::into_inner);
                all.push(Arc::clone(&connection));
                drop(all);
                // A client that waits leaves the proxy to itself.
                let _ = join(client, server, round_trip, &connection);
            }
        });
        Ok(proxy)
    }

    /// The port to connect to instead.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The round trips of each connection so far, its handshake of TCP with
    /// them.
    #[must_use]
    pub fn round_trips(&self) -> Vec<u64> {
        let all = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let count = |it: &Arc<Connection>| it.round_trips.load(Ordering::Relaxed) + 1;
        all.iter().map(count).collect()
    }

    /// Forgets the connections that were counted.
    pub fn forget(&self) {
        let mut all = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        all.clear();
    }
}

impl Drop for DelayProxy {
    fn drop(&mut self) {
        self.closed.store(true, Ordering::Relaxed);
        // Wakes the thread that listens.
        let _ = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port));
    }
}

/// Carries bytes both ways, each way on two threads.
fn join(
    client: TcpStream,
    server: TcpStream,
    round_trip: Duration,
    connection: &Arc<Connection>,
) -> std::io::Result<()> {
    // What is written was held back long enough.
    client.set_nodelay(true)?;
    server.set_nodelay(true)?;
    let open = Instant::now() + round_trip;
    let half = round_trip / 2;
    let (from_client, from_server) = (client.try_clone()?, server.try_clone()?);

    let (out, due) = sync_channel(IN_FLIGHT);
    let spoken = Arc::clone(connection);
    thread::spawn(move || {
        read(from_client, &out, open, half, || {
            if spoken.answered.swap(false, Ordering::Relaxed) {
                spoken.round_trips.fetch_add(1, Ordering::Relaxed);
            }
        });
    });
    thread::spawn(move || write(server, &due, || {}));

    let (out, due) = sync_channel(IN_FLIGHT);
    let answered = Arc::clone(connection);
    thread::spawn(move || read(from_server, &out, open, half, || {}));
    thread::spawn(move || {
        write(client, &due, || {
            answered.answered.store(true, Ordering::Relaxed);
        });
    });
    Ok(())
}

type Held = (Instant, Vec<u8>);

fn read(
    mut from: TcpStream,
    out: &SyncSender<Held>,
    open: Instant,
    delay: Duration,
    arrived: impl Fn(),
) {
    let mut buffer = vec![0; CHUNK];
    while let Ok(count) = from.read(&mut buffer) {
        let bytes = buffer.get(..count).unwrap_or_default();
        if bytes.is_empty() {
            break;
        }
        arrived();
        let due = Instant::now().max(open) + delay;
        if out.send((due, bytes.to_vec())).is_err() {
            break;
        }
    }
}

fn write(mut to: TcpStream, held: &Receiver<Held>, leaves: impl Fn()) {
    for (due, bytes) in held {
        thread::sleep(due.saturating_duration_since(Instant::now()));
        leaves();
        if to.write_all(&bytes).is_err() {
            return;
        }
    }
    let _ = to.shutdown(Shutdown::Write);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A server that answers each line with itself.
    fn echo() -> u16 {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut buffer = [0; 16];
            while let Ok(count @ 1..) = stream.read(&mut buffer) {
                stream.write_all(&buffer[..count]).unwrap();
            }
        });
        port
    }

    #[test]
    fn bytes_come_late_whole_and_counted() {
        let round_trip = Duration::from_millis(20);
        let proxy = DelayProxy::start(echo(), round_trip).unwrap();
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, proxy.port())).unwrap();
        let start = Instant::now();
        for line in [b"one", b"two"] {
            stream.write_all(line).unwrap();
            let mut answer = [0; 3];
            stream.read_exact(&mut answer).unwrap();
            assert_eq!(&answer, line);
        }
        // TCP's handshake, and one for each line.
        assert!(start.elapsed() >= 3 * round_trip);
        assert_eq!(proxy.round_trips(), [3]);
    }
}
