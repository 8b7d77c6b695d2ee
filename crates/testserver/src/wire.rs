//! One client's connection: lines in, replies out, faults between.

use std::io;
use std::sync::Arc;

use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio_rustls::TlsAcceptor;

use crate::faults::{Action, Faults, Outgoing, Protocol};
use crate::limits;

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
    identity: Identity,
}

/// Who speaks on a connection, for [`Faults`].
#[derive(Clone)]
pub(crate) struct Identity {
    pub(crate) protocol: Protocol,
    pub(crate) connection: u64,
    pub(crate) faults: Option<Arc<dyn Faults>>,
}

impl Wire {
    pub(crate) fn new(stream: Box<dyn Stream>, identity: Identity) -> Self {
        Self {
            stream: BufReader::new(stream),
            partial: Vec::new(),
            gathered: Vec::new(),
            sent: 0,
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
            let available = self.stream.fill_buf().await?;
            if available.is_empty() {
                return Ok(None);
            }
            let newline = available.iter().position(|b| *b == b'\n');
            let used = newline.map_or(available.len(), |at| at + 1);
            self.partial
                .extend(available.get(..used).into_iter().flatten());
            self.stream.consume(used);
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
            let available = self.stream.fill_buf().await?;
            let used = available.len().min(missing);
            if used == 0 {
                return Ok(false);
            }
            into.extend(available.get(..used).into_iter().flatten());
            self.stream.consume(used);
            missing -= used;
        }
        Ok(true)
    }

    /// Sends a reply, or what the faults make of it.
    pub(crate) async fn send(&mut self, reply: &[u8]) -> io::Result<()> {
        let action = match &self.identity.faults {
            Some(faults) => faults.before(&Outgoing {
                protocol: self.identity.protocol,
                connection: self.identity.connection,
                sent: self.sent,
                bytes: reply,
            }),
            None => Action::Send,
        };
        match action {
            Action::Send => {}
            Action::Delay(time) => {
                self.flush().await?;
                tokio::time::sleep(time).await;
            }
            Action::Cut { after } => {
                self.gathered.extend(reply.get(..after).unwrap_or(reply));
                self.close().await;
                return Err(io::ErrorKind::ConnectionAborted.into());
            }
        }
        self.gathered.extend_from_slice(reply);
        self.sent += u64::try_from(reply.len()).unwrap_or_default();
        if self.gathered.len() >= limits::GATHER {
            self.flush().await?;
        }
        Ok(())
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
