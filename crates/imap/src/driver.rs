//! Commands out, replies in: async-imap's parser and buffer, our own writing,
//! tags, deadlines and completeness.
//!
//! async-imap's own command methods end a refused or broken command as if it
//! had found nothing, and log passwords at trace level; none of them is used.
//! (At trace level its parser logs what the *server* sends, mail included.)

use std::{collections::VecDeque, io, time::Duration};

use secrecy::zeroize::{Zeroize, Zeroizing};
use tokio::{
    io::AsyncWriteExt,
    time::{Instant, timeout, timeout_at},
};

use crate::{
    ErrorKind, ImapError, ServerText, Timeouts,
    command::Command,
    framing::Violation,
    guard::{Guard, Transport},
    limits::MAX_UNASKED,
    reply::{Reply, StatusReply, Verdict},
    tls,
};

/// A command's number: `i7` on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Tag(u64);

impl Tag {
    fn spelt(self) -> String {
        format!("i{}", self.0)
    }
}

/// A tag and the name of the command that bears it.
#[derive(Debug, Clone, Copy)]
struct InFlight {
    tag: Tag,
    name: &'static str,
}

/// What [`Driver::reply`] hands out.
#[derive(Debug)]
pub(crate) enum Event {
    /// A command ended with OK.
    Done(Tag, StatusReply),
    /// A command was refused with NO or BAD; the connection stands.
    Refused(Tag, ImapError),
    /// Anything else.
    Said(Reply),
}

/// See the [module](self). Cancel-safe: a future dropped half-way leaves
/// nothing half-sent, and the replies it waited for are drained before the
/// next command.
#[derive(Debug)]
pub(crate) struct Driver {
    client: async_imap::Client<Guard>,
    timeouts: Timeouts,
    place: String,
    /// Bytes to send, and how many of them are sent.
    out: Zeroizing<Vec<u8>>,
    written: usize,
    last_tag: u64,
    in_flight: VecDeque<InFlight>,
    idling: bool,
    parsed: u64,
    /// BYE is the answer we wait for.
    leaving: bool,
    dead: bool,
}

impl Driver {
    pub(crate) fn new(stream: Transport, timeouts: Timeouts, place: String) -> Self {
        Self {
            client: async_imap::Client::new(Guard::new(stream)),
            timeouts,
            place,
            out: Zeroizing::new(Vec::new()),
            written: 0,
            last_tag: 0,
            in_flight: VecDeque::new(),
            idling: false,
            parsed: 0,
            leaving: false,
            dead: false,
        }
    }

    /// The stream underneath. Refused where the server has sent more than was
    /// read: after STARTTLS that is an injection (RFC 9051 §6.2.1).
    pub(crate) fn into_stream(self) -> Result<Transport, ImapError> {
        let framing = self.client.get_ref().framing();
        if framing.responses() != self.parsed || !framing.is_between_responses() {
            return Err(self.broken("text before encryption began"));
        }
        Ok(self.client.into_inner().into_inner())
    }

    pub(crate) const fn timeouts(&self) -> &Timeouts {
        &self.timeouts
    }

    pub(crate) fn received(&self) -> u64 {
        self.client.get_ref().received()
    }

    pub(crate) fn sent(&self) -> u64 {
        self.client.get_ref().sent()
    }

    pub(crate) fn set_leaving(&mut self) {
        self.leaving = true;
    }

    /// An error of this connection's place.
    pub(crate) fn error(&self, kind: ErrorKind) -> ImapError {
        ImapError::new(kind).at(&self.place)
    }

    /// The server broke the protocol.
    pub(crate) fn broken(&self, about: impl Into<String>) -> ImapError {
        let tail = self.client.get_ref().framing().tail();
        self.error(ErrorKind::Protocol).about(about).diagnosed(tail)
    }

    /// Waits until no command is in flight: whatever an abandoned one is
    /// still answered with belongs to nobody.
    pub(crate) async fn settle(&mut self) -> Result<(), ImapError> {
        if self.idling {
            self.done();
        }
        while !self.in_flight.is_empty() {
            self.reply().await?;
        }
        Ok(())
    }

    /// Takes a command up for sending; [`reply`](Self::reply) sends it.
    pub(crate) fn send(&mut self, command: &Command) -> Tag {
        self.last_tag += 1;
        let tag = Tag(self.last_tag);
        self.write_line(&[tag.spelt().as_bytes(), b" ", &command.line]);
        self.in_flight.push_back(InFlight {
            tag,
            name: command.name,
        });
        tag
    }

    /// IDLE (RFC 2177): in force until [`done`](Self::done).
    pub(crate) fn idle(&mut self) -> Tag {
        self.idling = true;
        self.send(&Command::idle())
    }

    /// Whether IDLE is in force.
    pub(crate) const fn is_idling(&self) -> bool {
        self.idling
    }

    /// The server has ended IDLE by itself.
    pub(crate) fn forget_idle(&mut self) {
        self.idling = false;
    }

    /// Ends IDLE.
    pub(crate) fn done(&mut self) {
        self.idling = false;
        self.write_line(&[b"DONE"]);
    }

    /// The answer to a continuation request.
    pub(crate) fn answer(&mut self, mut line: Vec<u8>) {
        self.write_line(&[&line]);
        line.zeroize();
    }

    fn write_line(&mut self, parts: &[&[u8]]) {
        let len: usize = parts.iter().map(|part| part.len()).sum();
        if self.out.capacity() - self.out.len() < len + 2 {
            // Moved by hand, so that no unwiped copy of a password is left.
            let mut grown = Zeroizing::new(Vec::with_capacity(self.out.len() + len + 512));
            grown.extend_from_slice(&self.out);
            self.out = grown;
        }
        for part in parts {
            self.out.extend_from_slice(part);
        }
        self.out.extend_from_slice(b"\r\n");
    }

    /// Sends what was taken up, in one write where the system allows.
    async fn flush(&mut self) -> Result<(), ImapError> {
        if self.out.is_empty() {
            return Ok(());
        }
        let deadline = Instant::now() + self.timeouts.write;
        while let Some(rest) = self.out.get(self.written..).filter(|rest| !rest.is_empty()) {
            match timeout_at(deadline, self.client.get_mut().write(rest)).await {
                Ok(Ok(0)) => return Err(self.die(ErrorKind::Closed)),
                Ok(Ok(count)) => self.written += count,
                Ok(Err(error)) => return Err(self.failed(&error)),
                Err(_) => return Err(self.die(ErrorKind::Timeout)),
            }
        }
        match timeout_at(deadline, self.client.get_mut().flush()).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => return Err(self.failed(&error)),
            Err(_) => return Err(self.die(ErrorKind::Timeout)),
        }
        self.out.zeroize();
        self.written = 0;
        Ok(())
    }

    /// Sends what is to be sent and returns the next reply, which must be
    /// complete within the time for a response.
    pub(crate) async fn reply(&mut self) -> Result<Event, ImapError> {
        let limit = self.timeouts.response;
        self.reply_within(limit).await?.ok_or_else(|| self.die(ErrorKind::Timeout))
    }

    /// The same with a time of its own; `None` where nothing came in it.
    pub(crate) async fn reply_within(
        &mut self,
        limit: Duration,
    ) -> Result<Option<Event>, ImapError> {
        if self.dead {
            return Err(self.error(ErrorKind::Closed));
        }
        self.flush().await?;
        let Ok(read) = timeout(limit, self.client.read_response()).await else {
            return Ok(None);
        };
        let reply = match read {
            Ok(Some(response)) => Reply::new(response.borrow_owner(), response.parsed()),
            Ok(None) => return Err(self.die(ErrorKind::Closed)),
            Err(error) => return Err(self.failed(&error)),
        };
        self.parsed += 1;
        self.sort(reply).map(Some)
    }

    fn sort(&mut self, reply: Reply) -> Result<Event, ImapError> {
        match reply {
            Reply::Done { tag, status } => {
                let known = self.in_flight.iter().position(|c| c.tag.spelt() == tag);
                let Some(command) = known.and_then(|at| self.in_flight.remove(at)) else {
                    self.dead = true;
                    return Err(self.broken("an answer to no command"));
                };
                match status.verdict {
                    Verdict::Ok => Ok(Event::Done(command.tag, status)),
                    _ => Ok(Event::Refused(
                        command.tag,
                        self.refused(command.name, &status.text),
                    )),
                }
            }
            Reply::Status(status) if status.verdict == Verdict::Bye && !self.leaving => {
                self.dead = true;
                let kind = match refusal_kind(&status.text) {
                    ErrorKind::Throttled => ErrorKind::Throttled,
                    ErrorKind::Unavailable => ErrorKind::Unavailable,
                    _ => ErrorKind::Closed,
                };
                Err(self
                    .error(kind)
                    .saying(Some(ServerText::new(&status.text))))
            }
            reply => Ok(Event::Said(reply)),
        }
    }

    fn refused(&self, name: &'static str, text: &str) -> ImapError {
        self.error(refusal_kind(text))
            .about(name)
            .saying(Some(ServerText::new(text)))
    }

    /// Runs one command to its end, handing every other reply to `take`.
    ///
    /// # Errors
    /// A refusal, as [`ErrorKind::Command`] or what the server's words mean;
    /// whatever ends the connection.
    pub(crate) async fn run(
        &mut self,
        command: &Command,
        mut take: impl FnMut(Reply) -> Result<(), ImapError>,
    ) -> Result<StatusReply, ImapError> {
        self.settle().await?;
        let tag = self.send(command);
        let limit = self.timeouts.command;
        let work = async {
            let mut flood = Flood::default();
            loop {
                match self.reply().await? {
                    Event::Done(done, status) if done == tag => return Ok(status),
                    Event::Refused(done, error) if done == tag => return Err(error),
                    Event::Done(..) | Event::Refused(..) => {}
                    Event::Said(reply) => {
                        flood.check(self, &reply)?;
                        take(reply)?;
                    }
                }
            }
        };
        let done = timeout(limit, Box::pin(work)).await;
        done.unwrap_or_else(|_| Err(self.die(ErrorKind::Timeout)))
    }

    fn die(&mut self, kind: ErrorKind) -> ImapError {
        self.dead = true;
        self.error(kind)
    }

    /// What a failed read or write means.
    fn failed(&mut self, error: &io::Error) -> ImapError {
        self.dead = true;
        let guard = self.client.get_ref();
        if let Some(violation) = guard.violation() {
            return self.violated(violation);
        }
        match error.kind() {
            // The parser's errors carry the whole buffer: not ours to repeat.
            io::ErrorKind::Other => self.broken("a malformed response"),
            io::ErrorKind::InvalidData => tls::tls_error(error).at(&self.place),
            _ => self.error(ErrorKind::Closed),
        }
    }

    fn violated(&self, violation: Violation) -> ImapError {
        let kind = match violation.is_limit() {
            true => ErrorKind::Limit,
            false => ErrorKind::Protocol,
        };
        self.error(kind)
            .about(violation.to_string())
            .diagnosed(self.client.get_ref().framing().tail())
    }
}

/// Counts replies that nobody asked for.
#[derive(Debug, Default)]
pub(crate) struct Flood {
    unasked: u32,
}

impl Flood {
    /// Passes a reply, unless too many came that no command asks for.
    pub(crate) fn check(&mut self, driver: &Driver, reply: &Reply) -> Result<(), ImapError> {
        match reply {
            Reply::Fetched(_) | Reply::Found(_) | Reply::Listed(_) | Reply::FolderStatus(..) => {
                self.unasked = 0;
            }
            _ => self.unasked += 1,
        }
        if self.unasked > MAX_UNASKED {
            return Err(driver
                .error(ErrorKind::Limit)
                .about("notices that nobody asked for"));
        }
        Ok(())
    }
}

/// What a refusal's words mean for whoever wonders when to try again. The
/// codes are RFC 5530's; the words are providers'.
pub(crate) fn refusal_kind(text: &str) -> ErrorKind {
    let text = text.to_lowercase();
    let says = |words: &[&str]| words.iter().any(|word| text.contains(word));
    if says(&[
        "[limit]",
        "[overquota]",
        "too many",
        "throttle",
        "backoff",
        "maximum number of connections",
        "bandwidth limits",
    ]) {
        ErrorKind::Throttled
    } else if says(&[
        "[unavailable]",
        "[inuse]",
        "[serverbug]",
        "unavailable",
        "authenticated but not connected",
        "try again later",
    ]) {
        ErrorKind::Unavailable
    } else {
        ErrorKind::Command
    }
}
