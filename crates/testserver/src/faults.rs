//! Faults on cue: what becomes of commands, replies and bytes.

use std::time::Duration;

use crate::Mailboxes;

/// Decides, command by command and reply by reply, whether the server behaves.
///
/// It is asked on the connection's own task, so it should answer at once. For
/// most tests [`Cues`](crate::Cues) will do, which name a moment and a fault;
/// a closure is asked before each reply (an IMAP response with its literals,
/// or an SMTP reply):
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

    /// What is to become of this IMAP command, before anything is done for it.
    fn command(&self, command: &Incoming<'_>) -> Reaction {
        let _ = command;
        Reaction::Obey
    }

    /// After how many bytes of the client's a connection is cut, asked when
    /// it begins. What they asked for stays unanswered.
    fn cut_after_received(&self, connection: u64) -> Option<(u64, Cut)> {
        let _ = connection;
        None
    }

    /// So many bytes have come: the connection is being cut.
    fn is_cut(&self, connection: u64) {
        let _ = connection;
    }
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
    /// The IMAP command under way, as in [`Incoming::number`]; 0 before the
    /// first.
    pub command: u32,
    /// Its name, as in [`Incoming::name`]; empty before the first.
    pub name: &'a str,
    /// FETCH responses on this connection, this one included.
    pub fetches: u32,
    /// Bytes sent before on this connection (inside TLS, where there is TLS).
    pub sent: u64,
    /// The reply with its line ends.
    pub bytes: &'a [u8],
}

/// An IMAP command that has arrived, and for which nothing was done yet.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Incoming<'a> {
    /// The connection's number, as in [`Outgoing::connection`].
    pub connection: u64,
    /// Which of the connection's commands it is, from 1.
    pub number: u32,
    /// Its name in upper case: `EXAMINE`, `UID FETCH`.
    pub name: &'a str,
    /// The command with its tag and literals, without its last line end.
    pub line: &'a [u8],
    /// The mailboxes, to change something under the client's hands.
    pub mailboxes: &'a Mailboxes,
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
    /// It is sent byte by byte, with this pause after each.
    Drip(Duration),
    /// These bytes are sent in its place; none, and it is left out.
    Instead(Vec<u8>),
    /// The connection ends after this many of its bytes, with TCP's FIN and
    /// without TLS's good-bye, as when a process dies.
    Cut {
        /// Bytes of this reply that still go out.
        after: usize,
    },
    /// The same with RST, as when a machine forgets a connection: what the
    /// client has not read by then it may never read.
    Reset {
        /// Bytes of this reply that still go out.
        after: usize,
    },
    /// Nothing is sent any more, and the connection stays open.
    Silence,
}

/// What becomes of a command.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reaction {
    /// It is done.
    Obey,
    /// It isn't; this follows its tag: `NO [UNAVAILABLE] Later`.
    Answer(String),
    /// It isn't; this follows `* BYE `, and the connection ends in order.
    Bye(String),
}

/// How a connection is cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cut {
    /// With FIN, as when a process dies.
    Fin,
    /// With RST, as when a machine forgets a connection.
    Reset,
}
