//! The session's state machine: lines in, responses out. It does no I/O.

use std::sync::Arc;

use tokio::sync::watch;

use super::parse::{Command, parse};
use super::response::{Refusal, Response, Untagged};
use super::view::View;
use crate::sasl;
use crate::server::Shared;

/// One client's session.
pub(crate) struct Session {
    pub(crate) shared: Arc<Shared>,
    /// Whether the connection is encrypted.
    pub(crate) secure: bool,
    /// The account, after login.
    pub(crate) account: Option<String>,
    changes: Option<watch::Receiver<()>>,
    /// The open folder.
    pub(crate) view: Option<View>,
    /// Whether the client has shown that it knows CONDSTORE (RFC 7162 §3.1).
    pub(crate) condstore: bool,
    pub(crate) identified: bool,
    waiting: Waiting,
}

/// What the next line is.
enum Waiting {
    Command,
    /// The answer to AUTHENTICATE's challenge, for the command of this tag.
    Authentication(String),
    /// DONE, for the IDLE of this tag.
    Done(String),
}

/// The answer to a line.
pub(crate) struct Reply {
    pub(crate) responses: Box<dyn Iterator<Item = Response> + Send>,
    pub(crate) after: After,
}

/// What follows when the answer is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum After {
    Continue,
    StartTls,
    Close,
}

/// The open folder is no longer what the client opened.
pub(crate) struct FolderLost;

impl FolderLost {
    pub(crate) fn bye() -> Response {
        Response::untagged("BYE The mailbox was deleted or its UIDVALIDITY changed")
    }
}

impl Reply {
    fn new(responses: Vec<Response>, after: After) -> Self {
        Self {
            responses: Box::new(responses.into_iter()),
            after,
        }
    }

    fn bye() -> Self {
        Self::new(vec![FolderLost::bye()], After::Close)
    }
}

impl Session {
    pub(crate) fn new(shared: Arc<Shared>, secure: bool) -> Self {
        Self {
            shared,
            secure,
            account: None,
            changes: None,
            view: None,
            condstore: false,
            identified: false,
            waiting: Waiting::Command,
        }
    }

    pub(crate) fn greeting(&self) -> Response {
        let text = &self.shared.profile.greeting;
        Response::untagged(format_args!(
            "OK [CAPABILITY {}] {text}",
            self.capabilities()
        ))
    }

    pub(crate) fn is_idling(&self) -> bool {
        matches!(self.waiting, Waiting::Done(_))
    }

    /// Whether the next line may hold literals.
    pub(crate) fn expects_command(&self) -> bool {
        matches!(self.waiting, Waiting::Command)
    }

    /// Waits until something has changed for this account.
    pub(crate) async fn changed(&mut self) {
        let changed = match &mut self.changes {
            Some(changes) => changes.changed().await.is_ok(),
            None => false,
        };
        if !changed {
            std::future::pending().await
        }
    }

    /// What the client must be told of its open folder.
    pub(crate) fn notices(&mut self, expunge: bool) -> Result<Vec<Response>, FolderLost> {
        if let Some(changes) = &mut self.changes {
            changes.mark_unchanged();
        }
        let (Some(view), Some(account)) = (&mut self.view, &self.account) else {
            return Ok(Vec::new());
        };
        let world = self.shared.world();
        let folder = world
            .account(account)
            .and_then(|account| account.folder(&view.folder))
            .filter(|folder| folder.uid_validity == view.uid_validity)
            .ok_or(FolderLost)?;
        Ok(view.catch_up(folder, expunge, self.condstore))
    }

    /// Answers a line: a command with its literals, or what was waited for.
    pub(crate) fn run(&mut self, line: &[u8]) -> Reply {
        match std::mem::replace(&mut self.waiting, Waiting::Command) {
            Waiting::Command => self.run_command(line),
            Waiting::Authentication(tag) => {
                let answer = String::from_utf8_lossy(line);
                let result = self.authenticate(&answer);
                Reply::new(vec![ended(&tag, result)], After::Continue)
            }
            Waiting::Done(tag) => {
                let result = match line.eq_ignore_ascii_case(b"DONE") {
                    true => Ok("Idle completed".to_owned()),
                    false => Err(Refusal::bad("Expected DONE")),
                };
                self.end(&tag, Untagged::default(), result, true)
            }
        }
    }

    fn run_command(&mut self, line: &[u8]) -> Reply {
        let (tag, command) = parse(line);
        let tag = tag.unwrap_or_else(|| "*".to_owned());
        let command = match command {
            Ok(command) => command,
            Err(error) => {
                let bad = ended(&tag, Err(Refusal::bad(error.0)));
                return Reply::new(vec![bad], After::Continue);
            }
        };
        let expunge = !matches!(
            command,
            Command::Fetch { uid: false, .. } | Command::Search { uid: false, .. }
        ) && !matches!(&command, Command::Store(store) if !store.uid);
        let after = match command {
            Command::StartTls if !self.secure => {
                let ok = Response::tagged(&tag, "OK Begin TLS negotiation now");
                return Reply::new(vec![ok], After::StartTls);
            }
            Command::Logout => After::Close,
            Command::Authenticate {
                ref mechanism,
                initial: None,
            } if self.may_log_in().is_ok() && mechanism == "PLAIN" => {
                self.waiting = Waiting::Authentication(tag);
                return Reply::new(vec![Response::go_on("")], After::Continue);
            }
            _ => After::Continue,
        };
        let idle = matches!(command, Command::Idle);
        let mut out = Untagged::default();
        let result = self.dispatch(command, &mut out);
        if idle && result.is_ok() {
            self.waiting = Waiting::Done(tag);
            let mut responses = vec![Response::go_on("idling")];
            return match self.notices(true) {
                Ok(notices) => {
                    responses.extend(notices);
                    Reply::new(responses, After::Continue)
                }
                Err(FolderLost) => Reply::bye(),
            };
        }
        let mut reply = self.end(&tag, out, result, expunge);
        if after == After::Close {
            reply.after = after;
        }
        reply
    }

    /// The untagged responses, what else has changed, and the tagged one.
    fn end(
        &mut self,
        tag: &str,
        out: Untagged,
        result: Result<String, Refusal>,
        expunge: bool,
    ) -> Reply {
        let Ok(mut last) = self.notices(expunge) else {
            return Reply::bye();
        };
        last.push(ended(tag, result));
        let responses = out
            .first
            .into_iter()
            .chain(out.then.into_iter().flatten())
            .chain(last);
        Reply {
            responses: Box::new(responses),
            after: After::Continue,
        }
    }

    fn dispatch(&mut self, command: Command, out: &mut Untagged) -> Result<String, Refusal> {
        if let Some(capability) = self.lacks(&command) {
            return Err(Refusal::bad(format!("Unknown command: no {capability}")));
        }
        match command {
            Command::Capability => out.push(format_args!("CAPABILITY {}", self.capabilities())),
            Command::Noop => {}
            Command::Logout => out.push("BYE Logging out"),
            Command::StartTls => return Err(Refusal::bad("TLS is already active")),
            Command::Id => self.identify(out),
            Command::Login { user, password } => return self.log_in(&user, &password),
            Command::Authenticate { mechanism, initial } => {
                self.may_log_in()?;
                return match (mechanism.as_str(), initial) {
                    ("PLAIN", Some(initial)) => self.authenticate(&initial),
                    _ => Err(Refusal::no("Unsupported authentication mechanism")),
                };
            }
            _ if self.account.is_none() => return Err(Refusal::bad("Log in first")),
            command => return self.dispatch_logged_in(command, out),
        }
        Ok("Completed".to_owned())
    }

    fn identify(&mut self, out: &mut Untagged) {
        self.identified = true;
        let mut list = Vec::new();
        for (field, value) in &self.shared.profile.id {
            for text in [field, value] {
                list.push(if list.is_empty() { b'(' } else { b' ' });
                super::encode::string(&mut list, text.as_bytes());
            }
        }
        let list = match list.is_empty() {
            true => "NIL".to_owned(),
            false => format!("{})", String::from_utf8_lossy(&list)),
        };
        out.push(format_args!("ID {list}"));
    }

    fn may_log_in(&self) -> Result<(), Refusal> {
        if self.account.is_some() {
            return Err(Refusal::bad("Already logged in"));
        }
        if !self.secure {
            return Err(Refusal::no("[PRIVACYREQUIRED] Say STARTTLS first"));
        }
        Ok(())
    }

    fn authenticate(&mut self, answer: &str) -> Result<String, Refusal> {
        if answer == "*" {
            return Err(Refusal::bad("Authentication cancelled"));
        }
        let plain = sasl::plain(answer).ok_or_else(|| Refusal::bad("Invalid SASL response"))?;
        self.log_in(&plain.user, &plain.password)
    }

    fn log_in(&mut self, user: &str, password: &str) -> Result<String, Refusal> {
        self.may_log_in()?;
        let shared = Arc::clone(&self.shared);
        let world = shared.world();
        let account = world
            .log_in(user, password)
            .ok_or_else(|| Refusal::no(&shared.profile.login_refusal))?;
        self.changes = world.account(&account).map(|account| account.changes());
        self.account = Some(account);
        Ok(format!("[CAPABILITY {}] Logged in", self.capabilities()))
    }
}

fn ended(tag: &str, result: Result<String, Refusal>) -> Response {
    match result {
        Ok(text) => Response::tagged(tag, format_args!("OK {text}")),
        Err(Refusal::No(text)) => Response::tagged(tag, format_args!("NO {text}")),
        Err(Refusal::Bad(text)) => Response::tagged(tag, format_args!("BAD {text}")),
    }
}
