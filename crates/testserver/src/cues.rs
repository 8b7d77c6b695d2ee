//! Faults at named moments.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::Mailboxes;
use crate::faults::{Action, Cut, Faults, Incoming, Outgoing, Reaction};

/// A moment in an IMAP connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Cue {
    /// When this many of the server's bytes have gone out.
    Sent(u64),
    /// When this many of the client's bytes have come in.
    Received(u64),
    /// At the connection's n-th command, counted from 1.
    Command(u32),
    /// At its first command of this name: `EXAMINE`, `UID FETCH`.
    Named(&'static str),
    /// At the connection's k-th FETCH response, counted from 1.
    Fetch(u32),
    /// At the first reply that holds these bytes.
    Reply(&'static str),
}

/// What goes wrong then.
///
/// [`Answer`](Fault::Answer), [`Bye`](Fault::Bye) and [`Change`](Fault::Change)
/// need a cue of a command; the others happen to a reply, at a command's cue
/// to the first one to it.
pub enum Fault {
    /// The connection ends.
    Cut(Cut),
    /// The reply comes late.
    Delay(Duration),
    /// It comes byte by byte, with this pause after each.
    Drip(Duration),
    /// Nothing comes any more.
    Silence,
    /// It is left out.
    Missing,
    /// It comes twice.
    Twice,
    /// It and the one after it change places.
    Late,
    /// These bytes come in its place.
    Instead(Vec<u8>),
    /// These bytes come before it.
    Before(Vec<u8>),
    /// The command is refused: `NO [UNAVAILABLE] Later`.
    Answer(&'static str),
    /// The server says good-bye with these words.
    Bye(&'static str),
    /// The mailboxes change before the command is carried out.
    Change(Box<dyn Fn(&Mailboxes) + Send + Sync>),
}

impl Fault {
    /// A [`Change`](Fault::Change).
    pub fn change(change: impl Fn(&Mailboxes) + Send + Sync + 'static) -> Self {
        Self::Change(Box::new(change))
    }
}

impl fmt::Debug for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Cut(_) => "Cut",
            Self::Delay(_) => "Delay",
            Self::Drip(_) => "Drip",
            Self::Silence => "Silence",
            Self::Missing => "Missing",
            Self::Twice => "Twice",
            Self::Late => "Late",
            Self::Instead(_) => "Instead",
            Self::Before(_) => "Before",
            Self::Answer(_) => "Answer",
            Self::Bye(_) => "Bye",
            Self::Change(_) => "Change",
        })
    }
}

/// [`Faults`] on cue, each once: the first time its cue is met on a connection
/// that it is for. They can be added to while the server runs.
///
/// ```
/// use inboxlink_testserver::{Cue, Cues, Cut, Fault};
///
/// let faults = Cues::new()
///     // Whoever fetches first is cut off at the third mail …
///     .at(Cue::Fetch(3), Fault::Cut(Cut::Reset))
///     // … and the folder it comes back for has been numbered anew.
///     .on(2, Cue::Named("EXAMINE"), Fault::change(|mailboxes| {
///         let _ = mailboxes.set_uid_validity("anna@example.com", "INBOX", 7);
///     }));
/// # let _ = inboxlink_testserver::TestServer::builder().faults(faults);
/// ```
#[derive(Debug, Default)]
pub struct Cues(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    planned: Vec<Planned>,
    /// A reply that changes places with the next one, and its connection.
    late: VecDeque<(u64, Vec<u8>)>,
}

#[derive(Debug)]
struct Planned {
    /// `None`: the first connection that meets the cue.
    connection: Option<u64>,
    cue: Cue,
    fault: Fault,
}

impl Planned {
    fn is_for(&self, connection: u64) -> bool {
        self.connection.is_none_or(|only| only == connection)
    }
}

impl Cues {
    /// None.
    pub fn new() -> Self {
        Self::default()
    }

    /// A fault on the first connection that meets the cue.
    #[must_use]
    pub fn at(self, cue: Cue, fault: Fault) -> Self {
        self.plan(None, cue, fault);
        self
    }

    /// A fault on one connection, by [its number](Outgoing::connection).
    #[must_use]
    pub fn on(self, connection: u64, cue: Cue, fault: Fault) -> Self {
        self.plan(Some(connection), cue, fault);
        self
    }

    /// Adds a fault while the server runs.
    pub fn plan(&self, connection: Option<u64>, cue: Cue, fault: Fault) {
        self.state().planned.push(Planned {
            connection,
            cue,
            fault,
        });
    }

    /// Forgets the faults that have not happened; answers how many.
    pub fn clear(&self) -> usize {
        let mut state = self.state();
        state.late.clear();
        std::mem::take(&mut state.planned).len()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Takes the first fault out that is for this connection and fits.
    fn take(&mut self, connection: u64, fits: impl Fn(&Planned) -> bool) -> Option<Planned> {
        let is_due = |planned: &Planned| planned.is_for(connection) && fits(planned);
        let at = self.planned.iter().position(is_due)?;
        Some(self.planned.remove(at))
    }
}

impl Faults for Cues {
    fn before(&self, reply: &Outgoing<'_>) -> Action {
        let mut state = self.state();
        if let Some(at) = state.late.iter().position(|(c, _)| *c == reply.connection)
            && let Some((_, late)) = state.late.remove(at)
        {
            return Action::Instead([reply.bytes, &late].concat());
        }
        let end = reply.sent + u64::try_from(reply.bytes.len()).unwrap_or_default();
        let due = state.take(reply.connection, |planned| {
            !planned.fault.is_of_a_command()
                && match planned.cue {
                    Cue::Sent(bytes) => (reply.sent..end).contains(&bytes),
                    Cue::Received(_) => false,
                    Cue::Command(number) => reply.command == number,
                    Cue::Named(name) => reply.name == name,
                    Cue::Fetch(k) => reply.fetches == k && is_fetch(reply.bytes),
                    Cue::Reply(text) => holds(reply.bytes, text.as_bytes()),
                }
        });
        let Some(Planned { cue, fault, .. }) = due else {
            return Action::Send;
        };
        let after = match cue {
            Cue::Sent(bytes) => usize::try_from(bytes - reply.sent).unwrap_or_default(),
            _ => 0,
        };
        match fault {
            Fault::Cut(Cut::Fin) => Action::Cut { after },
            Fault::Cut(Cut::Reset) => Action::Reset { after },
            Fault::Delay(time) => Action::Delay(time),
            Fault::Drip(pause) => Action::Drip(pause),
            Fault::Silence => Action::Silence,
            Fault::Missing => Action::Instead(Vec::new()),
            Fault::Twice => Action::Instead(reply.bytes.repeat(2)),
            Fault::Late => {
                state
                    .late
                    .push_back((reply.connection, reply.bytes.to_vec()));
                Action::Instead(Vec::new())
            }
            Fault::Instead(bytes) => Action::Instead(bytes),
            Fault::Before(bytes) => Action::Instead([&bytes, reply.bytes].concat()),
            Fault::Answer(_) | Fault::Bye(_) | Fault::Change(_) => Action::Send,
        }
    }

    fn command(&self, command: &Incoming<'_>) -> Reaction {
        let due = self.state().take(command.connection, |planned| {
            planned.fault.is_of_a_command()
                && match planned.cue {
                    Cue::Command(number) => command.number == number,
                    Cue::Named(name) => command.name == name,
                    _ => false,
                }
        });
        // The lock is free again: a change may take its time.
        match due.map(|planned| planned.fault) {
            Some(Fault::Answer(text)) => Reaction::Answer(text.to_owned()),
            Some(Fault::Bye(text)) => Reaction::Bye(text.to_owned()),
            Some(Fault::Change(change)) => {
                change(command.mailboxes);
                Reaction::Obey
            }
            _ => Reaction::Obey,
        }
    }

    fn cut_after_received(&self, connection: u64) -> Option<(u64, Cut)> {
        let state = self.state();
        let mut planned = state.planned.iter().filter(|p| p.is_for(connection));
        planned.find_map(|planned| match (planned.cue, &planned.fault) {
            (Cue::Received(bytes), Fault::Cut(cut)) => Some((bytes, *cut)),
            _ => None,
        })
    }

    fn is_cut(&self, connection: u64) {
        let is_it = |planned: &Planned| matches!(planned.cue, Cue::Received(_));
        self.state().take(connection, is_it);
    }
}

impl Fault {
    fn is_of_a_command(&self) -> bool {
        matches!(self, Self::Answer(_) | Self::Bye(_) | Self::Change(_))
    }
}

/// Whether it is a FETCH response: `* 12 FETCH …`.
pub(crate) fn is_fetch(reply: &[u8]) -> bool {
    let mut words = reply.splitn(4, |b| *b == b' ');
    words.next() == Some(b"*") && words.nth(1) == Some(b"FETCH")
}

fn holds(bytes: &[u8], wanted: &[u8]) -> bool {
    wanted.is_empty() || bytes.windows(wanted.len()).any(|window| window == wanted)
}
