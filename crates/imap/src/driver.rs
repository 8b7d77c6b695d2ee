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
    refusal::refusal_kind,
    reply::{Reply, StatusReply, Verdict},
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

/// What the server has told of the open folder, asked or not.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct OpenFolder {
    /// EXISTS.
    pub(crate) exists: u32,
    /// Messages removed since it was opened.
    pub(crate) expunged: u32,
    /// Whether it changed and nobody looked since.
    pub(crate) changed: bool,
}

impl OpenFolder {
    fn note(&mut self, reply: &Reply) {
        match reply {
            Reply::Exists(count) => {
                self.changed |= *count != self.exists;
                self.exists = *count;
            }
            Reply::Expunged => {
                self.changed = true;
                self.expunged = self.expunged.saturating_add(1);
                self.exists = self.exists.saturating_sub(1);
            }
            _ => {}
        }
    }
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
    /// When the IDLE in force began.
    idling: Option<Instant>,
    folder: OpenFolder,
    /// Replies parsed, and how many in a row nobody asked for.
    parsed: u64,
    unasked: u32,
    /// What no error may repeat: the password, while it is being sent.
    hidden: Vec<Zeroizing<String>>,
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
            idling: None,
            folder: OpenFolder::default(),
            parsed: 0,
            unasked: 0,
            hidden: Vec::new(),
            leaving: false,
            dead: false,
        }
    }

    /// Refuses a server that has sent more than was read: around STARTTLS
    /// that is an injection (RFC 9051 §6.2.1).
    pub(crate) fn expect_silence(&self) -> Result<(), ImapError> {
        let framing = self.client.get_ref().framing();
        if framing.responses() != self.parsed || !framing.is_between_responses() {
            return Err(self.broken("text before encryption began"));
        }
        Ok(())
    }

    /// The stream underneath.
    pub(crate) fn into_stream(self) -> Transport {
        self.client.into_inner().into_inner()
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

    /// From here on BYE is an answer.
    pub(crate) fn leave(&mut self) -> Tag {
        self.leaving = true;
        self.send(&Command::logout())
    }

    /// What no error may repeat from here on.
    pub(crate) fn hide(&mut self, secrets: Vec<Zeroizing<String>>) {
        let spellings = secrets.iter().map(|secret| secret.as_str());
        self.client.get_mut().hide(spellings);
        self.hidden = secrets;
    }

    pub(crate) const fn folder(&self) -> OpenFolder {
        self.folder
    }

    pub(crate) fn folder_mut(&mut self) -> &mut OpenFolder {
        &mut self.folder
    }

    /// The last reply was one that somebody asked for.
    pub(crate) fn wanted(&mut self) {
        self.unasked = 0;
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
        if self.idling.is_some() {
            self.done();
            let limit = self.timeouts.done;
            let ended = timeout(limit, self.drain()).await;
            return ended.unwrap_or_else(|_| Err(self.die(ErrorKind::Timeout)));
        }
        self.drain().await
    }

    async fn drain(&mut self) -> Result<(), ImapError> {
        while !self.in_flight.is_empty() {
            self.reply().await?;
        }
        Ok(())
    }

    /// Takes a command up for sending; [`reply`](Self::reply) sends it.
    pub(crate) fn send(&mut self, command: &Command) -> Tag {
        self.last_tag += 1;
        let tag = Tag(self.last_tag);
        self.unasked = 0;
        self.write_line(&[tag.spelt().as_bytes(), b" ", &command.line]);
        self.in_flight.push_back(InFlight {
            tag,
            name: command.name,
        });
        tag
    }

    /// IDLE (RFC 2177): in force until [`done`](Self::done).
    pub(crate) fn idle(&mut self) -> Tag {
        self.idling = Some(Instant::now());
        self.send(&Command::idle())
    }

    /// How long IDLE has been in force.
    pub(crate) fn idling(&self) -> Option<Duration> {
        self.idling.map(|since| since.elapsed())
    }

    /// The server has ended IDLE by itself.
    pub(crate) fn forget_idle(&mut self) {
        self.idling = None;
    }

    /// Ends IDLE.
    pub(crate) fn done(&mut self) {
        self.idling = None;
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
        self.reply_within(limit)
            .await?
            .ok_or_else(|| self.die(ErrorKind::Timeout))
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
                Err(self.error(kind).saying(Some(self.words(&status.text))))
            }
            reply => {
                self.folder.note(&reply);
                self.unasked += 1;
                if self.unasked > MAX_UNASKED {
                    self.dead = true;
                    let about = "notices that nobody asked for";
                    return Err(self.error(ErrorKind::Limit).about(about));
                }
                Ok(Event::Said(reply))
            }
        }
    }

    fn refused(&self, name: &'static str, text: &str) -> ImapError {
        self.error(refusal_kind(text))
            .about(name)
            .saying(Some(self.words(text)))
    }

    pub(crate) fn words(&self, text: &str) -> ServerText {
        ServerText::without(text, self.hidden.iter().map(|secret| secret.as_str()))
    }

    /// Runs one command to its end, handing every other reply to `take`.
    ///
    /// # Errors
    /// A refusal, as [`ErrorKind::Command`] or what the server's words mean;
    /// whatever ends the connection.
    pub(crate) async fn run(
        &mut self,
        command: &Command,
        mut take: impl FnMut(Reply),
    ) -> Result<StatusReply, ImapError> {
        self.settle().await?;
        let tag = self.send(command);
        let limit = self.timeouts.command;
        let work = async {
            loop {
                match self.reply().await? {
                    Event::Done(done, status) if done == tag => return Ok(status),
                    Event::Refused(done, error) if done == tag => return Err(error),
                    Event::Done(..) | Event::Refused(..) => {}
                    Event::Said(reply) => take(reply),
                }
            }
        };
        let done = timeout(limit, Box::pin(work)).await;
        done.unwrap_or_else(|_| Err(self.die(ErrorKind::Timeout)))
    }

    /// Nothing more can be said: a command was given up in its middle.
    pub(crate) fn abandon(&mut self) {
        self.dead = true;
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
            io::ErrorKind::InvalidData => self.error(ErrorKind::Closed),
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
