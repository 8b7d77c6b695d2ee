//! The stream below lettre: encrypted, bounded, and aware of the final dot.

use std::{
    fmt, io,
    net::SocketAddr,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll, ready},
};

use inboxlink_dial::Encrypted;
use lettre::transport::smtp::client::AsyncTokioStream;
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
};

use crate::limits::MAX_SESSION_BYTES;

/// What ends a mail (RFC 5321 §4.1.1.4). No command ends so, and in a mail the
/// dot would be doubled.
const END_OF_MAIL: &[u8] = b"\r\n.\r\n";

/// Whether the end of the mail was handed over to be sent.
#[derive(Clone, Default)]
pub(crate) struct Ended(Arc<AtomicBool>);

impl Ended {
    pub(crate) fn get(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }
}

/// The server sent more than a session needs.
#[derive(Debug, thiserror::Error)]
#[error("the server sent too much")]
pub(crate) struct TooMuch;

/// See the [module](self).
pub(crate) struct SessionStream {
    inner: Encrypted<TcpStream>,
    /// Read before anything else.
    greeting: &'static [u8],
    room: usize,
    ended: Ended,
    /// The last bytes written, as many as the end of a mail has.
    last: [u8; END_OF_MAIL.len()],
}

impl SessionStream {
    /// `greeting` stands for one that was read before encryption began:
    /// lettre expects to be greeted.
    pub(crate) fn new(inner: Encrypted<TcpStream>, greeting: &'static [u8], ended: Ended) -> Self {
        Self {
            inner,
            greeting,
            room: MAX_SESSION_BYTES,
            ended,
            last: [0; END_OF_MAIL.len()],
        }
    }
}

impl AsyncRead for SessionStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        if !this.greeting.is_empty() {
            let length = this.greeting.len().min(buf.remaining());
            let (now, later) = this.greeting.split_at(length);
            buf.put_slice(now);
            this.greeting = later;
            return Poll::Ready(Ok(()));
        }
        let start = buf.filled().len();
        ready!(Pin::new(&mut this.inner).poll_read(cx, buf))?;
        let new = buf.filled_mut().get_mut(start..).unwrap_or_default();
        let Some(room) = this.room.checked_sub(new.len()) else {
            return Poll::Ready(Err(io::Error::other(TooMuch)));
        };
        this.room = room;
        // Replies are ASCII (RFC 5321 §4.2.1). An umlaut in Latin-1 must not
        // cost the answer to the mail.
        for byte in new.iter_mut().filter(|byte| !byte.is_ascii()) {
            *byte = b'?';
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for SessionStream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        // Before it is written: a write that fails may have written. However
        // the mail is cut into writes, by lettre or by TLS.
        if then(self.last, bytes) == END_OF_MAIL {
            self.ended.0.store(true, Ordering::SeqCst);
        }
        let written = ready!(Pin::new(&mut self.inner).poll_write(cx, bytes))?;
        self.last = then(self.last, bytes.get(..written).unwrap_or(bytes));
        Poll::Ready(Ok(written))
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}

/// The last bytes of `last` and then `bytes`.
fn then<const N: usize>(mut last: [u8; N], bytes: &[u8]) -> [u8; N] {
    for byte in bytes
        .get(bytes.len().saturating_sub(N)..)
        .unwrap_or_default()
    {
        last.rotate_left(1);
        if let Some(end) = last.last_mut() {
            *end = *byte;
        }
    }
    last
}

impl AsyncTokioStream for SessionStream {
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.inner.get_ref().0.get_ref().peer_addr()
    }
}

impl fmt::Debug for SessionStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionStream").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_is_seen_however_it_is_cut() {
        let mail = b"A: b\r\n\r\nHi.\r\n..\r\n.\r\n";
        for first in 0..mail.len() {
            for second in first..mail.len() {
                let mut last = [0; END_OF_MAIL.len()];
                let parts = [&mail[..first], &mail[first..second], &mail[second..]];
                let seen = parts.map(|part| {
                    last = then(last, part);
                    last == END_OF_MAIL
                });
                assert_eq!(seen, [false, false, true], "{first} {second}");
            }
        }
    }
}
