//! The socket below TLS, which can end without TLS's good-bye.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

/// How the socket is to end; shared by whoever writes above TLS.
#[derive(Debug, Default)]
pub(crate) struct Ending {
    /// Nothing is written any more: TLS's good-bye is swallowed.
    pub(crate) mute: AtomicBool,
    /// Closing sends RST.
    pub(crate) reset: AtomicBool,
}

/// See the [module](self).
#[derive(Debug)]
pub(crate) struct Tcp {
    stream: TcpStream,
    ending: Arc<Ending>,
}

impl Tcp {
    pub(crate) fn new(stream: TcpStream) -> (Self, Arc<Ending>) {
        let ending = Arc::new(Ending::default());
        let tcp = Self {
            stream,
            ending: Arc::clone(&ending),
        };
        (tcp, ending)
    }
}

impl Drop for Tcp {
    fn drop(&mut self) {
        if self.ending.reset.load(Ordering::Relaxed) {
            // Where the system refuses, the client sees FIN.
            let _ = self.stream.set_zero_linger();
        }
    }
}

impl AsyncRead for Tcp {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl AsyncWrite for Tcp {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        if self.ending.mute.load(Ordering::Relaxed) {
            return Poll::Ready(Ok(bytes.len()));
        }
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
