//! The stream below async-imap: it counts bytes and lets through only what
//! [`Framing`] accepts.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll, ready},
};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::{
    censor::Censor,
    framing::{Framing, Violation},
};

/// A byte stream to a server: TCP, TLS over it, or a test's pipe.
pub(crate) trait Stream: AsyncRead + AsyncWrite + Unpin + Send + std::fmt::Debug {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send + std::fmt::Debug> Stream for T {}

/// Any [`Stream`].
pub(crate) type Transport = Box<dyn Stream>;

/// See the [module](self).
#[derive(Debug)]
pub(crate) struct Guard {
    inner: Transport,
    framing: Framing,
    censor: Censor,
    /// What came through the censor and found no room yet.
    passed: Vec<u8>,
    violation: Option<Violation>,
    received: u64,
    sent: u64,
}

impl Guard {
    pub(crate) fn new(inner: Transport) -> Self {
        Self {
            inner,
            framing: Framing::new(),
            censor: Censor::default(),
            passed: Vec::new(),
            violation: None,
            received: 0,
            sent: 0,
        }
    }

    /// The stream underneath, without what was read from it already.
    pub(crate) fn into_inner(self) -> Transport {
        self.inner
    }

    /// What the parser above is not to see; nothing where empty.
    pub(crate) fn hide<'a>(&mut self, secrets: impl Iterator<Item = &'a str>) {
        self.censor.hide(secrets);
    }

    /// Fills `buf` with what the server sent, by way of the censor where it
    /// is at work.
    fn poll_inner(&mut self, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let start = buf.filled().len();
        while self.passed.is_empty() {
            ready!(Pin::new(&mut self.inner).poll_read(cx, buf))?;
            let new = buf.filled().get(start..).unwrap_or_default();
            self.received += new.len() as u64;
            if !self.censor.is_at_work() {
                return Poll::Ready(Ok(()));
            }
            if new.is_empty() {
                self.censor.end(&mut self.passed);
                break;
            }
            self.censor.feed(new, &mut self.passed);
            buf.set_filled(start);
        }
        let room = buf.remaining().min(self.passed.len());
        buf.put_slice(self.passed.get(..room).unwrap_or_default());
        self.passed.drain(..room);
        Poll::Ready(Ok(()))
    }

    pub(crate) const fn framing(&self) -> &Framing {
        &self.framing
    }

    /// What the server did that ended the connection.
    pub(crate) const fn violation(&self) -> Option<Violation> {
        self.violation
    }

    /// Bytes received, TLS taken off.
    pub(crate) const fn received(&self) -> u64 {
        self.received
    }

    /// Bytes sent, before TLS.
    pub(crate) const fn sent(&self) -> u64 {
        self.sent
    }
}

impl AsyncRead for Guard {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        if let Some(violation) = this.violation {
            return Poll::Ready(Err(io::Error::other(violation)));
        }
        let start = buf.filled().len();
        ready!(this.poll_inner(cx, buf))?;
        let new = buf.filled().get(start..).unwrap_or_default();
        if let Err((usable, violation)) = this.framing.feed(new) {
            this.violation = Some(violation);
            // What came before may still be a whole response: the next read
            // is the one that fails.
            buf.set_filled(start + usable);
            if usable == 0 {
                return Poll::Ready(Err(io::Error::other(violation)));
            }
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Guard {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = ready!(Pin::new(&mut self.inner).poll_write(cx, bytes))?;
        self.sent += written as u64;
        Poll::Ready(Ok(written))
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}
