//! Faults on cue: what becomes of each reply before it is sent.

use std::time::Duration;

/// Decides, reply by reply, whether the server behaves.
///
/// It is asked on the connection's own task, just before each IMAP response or
/// SMTP reply (one line with its literals) is sent, so it should answer at
/// once. A closure will do:
///
/// ```
/// use inboxlink_testserver::{Action, Outgoing};
///
/// // The second connection is cut in the middle of its greeting.
/// let faults = |reply: &Outgoing<'_>| match reply.connection {
///     2 => Action::Cut { after: 10 },
///     _ => Action::Send,
/// };
/// # let _ = inboxlink_testserver::TestServer::builder().faults(faults);
/// ```
pub trait Faults: Send + Sync + 'static {
    /// What is to become of this reply.
    fn before(&self, reply: &Outgoing<'_>) -> Action;
}

impl<F> Faults for F
where
    F: Fn(&Outgoing<'_>) -> Action + Send + Sync + 'static,
{
    fn before(&self, reply: &Outgoing<'_>) -> Action {
        self(reply)
    }
}

/// A reply about to be sent.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Outgoing<'a> {
    /// Which server it is.
    pub protocol: Protocol,
    /// The connection's number, in the order of acceptance over all ports,
    /// from 1.
    pub connection: u64,
    /// Bytes sent before on this connection (inside TLS, where there is TLS).
    pub sent: u64,
    /// The reply with its line ends.
    pub bytes: &'a [u8],
}

/// One of the server's two protocols.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protocol {
    /// IMAP4rev1 (RFC 3501).
    Imap,
    /// SMTP submission (RFC 6409).
    Smtp,
}

/// What becomes of a reply.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Action {
    /// It is sent.
    Send,
    /// It is sent after this time; those before it are sent at once.
    Delay(Duration),
    /// The connection ends after this many of its bytes.
    Cut {
        /// Bytes of this reply that still go out.
        after: usize,
    },
}
