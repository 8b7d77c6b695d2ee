//! The stream below async-imap: it counts bytes and lets through only what
//! [`Framing`] accepts.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll, ready},
};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::framing::{Framing, Violation};

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
    violation: Option<Violation>,
    received: u64,
    sent: u64,
}

impl Guard {
    pub(crate) fn new(inner: Transport) -> Self {
        Self {
            inner,
            framing: Framing::new(),
            violation: None,
            received: 0,
            sent: 0,
        }
    }

    /// The stream underneath, without what was read from it already.
    pub(crate) fn into_inner(self) -> Transport {
        self.inner
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
        ready!(Pin::new(&mut this.inner).poll_read(cx, buf))?;
        let new = buf.filled().get(start..).unwrap_or_default();
        this.received += new.len() as u64;
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
