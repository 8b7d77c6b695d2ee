//! One client's connection: lines in, replies out, faults between.

use std::io;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio_rustls::TlsAcceptor;

use crate::Mailboxes;
use crate::cues::is_fetch;
use crate::faults::{Action, Cut, Faults, Incoming, Outgoing, Protocol, Reaction};
use crate::limits;
use crate::tcp::Ending;

/// A byte stream, with TLS or without.
pub(crate) trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}
impl<S: AsyncRead + AsyncWrite + Unpin + Send> Stream for S {}

/// A connection. Replies gather until [`Wire::flush`], or until nothing more
/// of the client's is waiting.
pub(crate) struct Wire {
    stream: BufReader<Box<dyn Stream>>,
    /// The beginning of a line whose end hasn't arrived.
    partial: Vec<u8>,
    gathered: Vec<u8>,
    sent: u64,
    received: u64,
    /// After how many bytes of the client's it is cut.
    cut: Option<(u64, Cut)>,
    /// The IMAP command under way: its number and name.
    command: (u32, String),
    fetches: u32,
    identity: Identity,
}

/// Who speaks on a connection, for [`Faults`].
#[derive(Clone)]
pub(crate) struct Identity {
    pub(crate) protocol: Protocol,
    pub(crate) connection: u64,
    pub(crate) faults: Option<Arc<dyn Faults>>,
    pub(crate) ending: Arc<Ending>,
}

impl Wire {
    pub(crate) fn new(stream: Box<dyn Stream>, identity: Identity) -> Self {
        let faults = identity.faults.as_ref();
        let cut = faults.and_then(|f| f.cut_after_received(identity.connection));
        Self {
            stream: BufReader::new(stream),
            partial: Vec::new(),
            gathered: Vec::new(),
            sent: 0,
            received: 0,
            cut,
            command: (0, String::new()),
            fetches: 0,
            identity,
        }
    }

    /// Goes over to TLS. What the client sent before it is thrown away: it
    /// could have been injected by anyone (RFC 3207 §6).
    pub(crate) async fn start_tls(mut self, acceptor: &TlsAcceptor) -> io::Result<Self> {
        self.flush().await?;
        let stream = acceptor.accept(self.stream.into_inner()).await?;
        Ok(Self::new(Box::new(stream), self.identity))
    }

    /// The next line without its line end; `None` at the end of the stream.
    /// Cancel-safe once everything has been flushed.
    ///
    /// # Errors
    /// [`io::ErrorKind::InvalidData`] for a line longer than `cap`.
    pub(crate) async fn line(&mut self, cap: usize) -> io::Result<Option<Vec<u8>>> {
        if !self.stream.buffer().contains(&b'\n') {
            self.flush().await?;
            // The client may idle now: it need not hold what was large once.
            self.gathered.shrink_to(limits::GATHER / 64);
        }
        loop {
            let left = self.left().await?;
            let available = self.stream.fill_buf().await?;
            if available.is_empty() {
                return Ok(None);
            }
            let available = available.get(..left).unwrap_or(available);
            let newline = available.iter().position(|b| *b == b'\n');
            let used = newline.map_or(available.len(), |at| at + 1);
            self.partial
                .extend(available.get(..used).into_iter().flatten());
            self.stream.consume(used);
            self.came(used).await?;
            if self.partial.len() > cap {
                return Err(io::Error::new(io::ErrorKind::InvalidData, "line too long"));
            }
            if newline.is_some() {
                let mut line = std::mem::take(&mut self.partial);
                line.pop();
                if line.last() == Some(&b'\r') {
                    line.pop();
                }
                return Ok(Some(line));
            }
        }
    }

    /// Appends exactly `count` bytes of the client's to `into`, which grows
    /// only as they arrive; whether they all came.
    pub(crate) async fn exact(&mut self, count: usize, into: &mut Vec<u8>) -> io::Result<bool> {
        if self.stream.buffer().len() < count {
            self.flush().await?;
        }
        let mut missing = count;
        while missing > 0 {
            let left = self.left().await?;
            let available = self.stream.fill_buf().await?;
            let available = available.get(..left).unwrap_or(available);
            let used = available.len().min(missing);
            if used == 0 {
                return Ok(false);
            }
            into.extend(available.get(..used).into_iter().flatten());
            self.stream.consume(used);
            self.came(used).await?;
            missing -= used;
        }
        Ok(true)
    }

    /// Sends a reply, or what the faults make of it.
    pub(crate) async fn send(&mut self, reply: &[u8]) -> io::Result<()> {
        self.fetches += u32::from(is_fetch(reply));
        let action = match &self.identity.faults {
            Some(faults) => faults.before(&Outgoing {
                protocol: self.identity.protocol,
                connection: self.identity.connection,
                command: self.command.0,
                name: &self.command.1,
                fetches: self.fetches,
                sent: self.sent,
                bytes: reply,
            }),
            None => Action::Send,
        };
        match action {
            Action::Send => self.pass_on(reply).await,
            Action::Instead(other) => self.pass_on(&other).await,
            Action::Delay(time) => {
                self.flush().await?;
                tokio::time::sleep(time).await;
                self.pass_on(reply).await
            }
            Action::Drip(pause) => {
                for byte in reply {
                    self.pass_on(&[*byte]).await?;
                    self.flush().await?;
                    tokio::time::sleep(pause).await;
                }
                Ok(())
            }
            Action::Cut { after } => {
                let last = reply.get(..after).unwrap_or(reply);
                self.cut_off(last, Cut::Fin).await
            }
            Action::Reset { after } => {
                let last = reply.get(..after).unwrap_or(reply);
                self.cut_off(last, Cut::Reset).await
            }
            Action::Silence => {
                self.flush().await?;
                self.hear_out().await;
                Err(io::ErrorKind::ConnectionAborted.into())
            }
        }
    }

    async fn pass_on(&mut self, reply: &[u8]) -> io::Result<()> {
        self.gathered.extend_from_slice(reply);
        self.sent += u64::try_from(reply.len()).unwrap_or_default();
        if self.gathered.len() >= limits::GATHER {
            self.flush().await?;
        }
        Ok(())
    }

    /// A command has arrived: what may be done about it.
    pub(crate) fn command(&mut self, line: &[u8], mailboxes: &Mailboxes) -> Reaction {
        self.command = (self.command.0.saturating_add(1), name_of(line));
        let Some(faults) = &self.identity.faults else {
            return Reaction::Obey;
        };
        faults.command(&Incoming {
            connection: self.identity.connection,
            number: self.command.0,
            name: &self.command.1,
            line,
            mailboxes,
        })
    }

    /// How many bytes of the client's may still come.
    async fn left(&mut self) -> io::Result<usize> {
        let Some((at, cut)) = self.cut else {
            return Ok(usize::MAX);
        };
        let left = at.saturating_sub(self.received);
        if left == 0 {
            if let Some(faults) = &self.identity.faults {
                faults.is_cut(self.identity.connection);
            }
            self.cut_off(&[], cut).await?;
        }
        Ok(usize::try_from(left).unwrap_or(usize::MAX))
    }

    /// Counts bytes of the client's, and cuts where so many are enough.
    async fn came(&mut self, count: usize) -> io::Result<()> {
        self.received += u64::try_from(count).unwrap_or_default();
        self.left().await.map(drop)
    }

    /// Ends the connection like a process that dies. Always an error.
    async fn cut_off(&mut self, last: &[u8], cut: Cut) -> io::Result<()> {
        self.gathered.extend_from_slice(last);
        let _ = self.flush().await;
        let ending = &self.identity.ending;
        ending.mute.store(true, Ordering::Relaxed);
        match cut {
            Cut::Reset => ending.reset.store(true, Ordering::Relaxed),
            Cut::Fin => {
                let _ = self.stream.shutdown().await;
                // A socket that is closed with bytes unread sends RST.
                self.hear_out().await;
            }
        }
        Err(io::ErrorKind::ConnectionAborted.into())
    }

    /// Reads until the client leaves, and answers nothing.
    async fn hear_out(&mut self) {
        while let Ok(heard) = self.stream.fill_buf().await {
            let count = heard.len();
            if count == 0 {
                return;
            }
            self.stream.consume(count);
        }
    }

    pub(crate) async fn flush(&mut self) -> io::Result<()> {
        if !self.gathered.is_empty() {
            self.stream.write_all(&self.gathered).await?;
            self.stream.flush().await?;
            self.gathered.clear();
        }
        Ok(())
    }

    /// Ends the connection in order; a client that has gone is no error.
    pub(crate) async fn close(&mut self) {
        let _ = self.flush().await;
        let _ = self.stream.shutdown().await;
    }
}

/// A command's name in upper case: `EXAMINE`, `UID FETCH`.
fn name_of(line: &[u8]) -> String {
    let mut words = line.split(|b| matches!(b, b' ' | b'\r')).skip(1);
    let mut word = || {
        let word = words.next().unwrap_or_default();
        String::from_utf8_lossy(word).to_ascii_uppercase()
    };
    match word() {
        uid if uid == "UID" => format!("UID {}", word()),
        name => name,
    }
}
