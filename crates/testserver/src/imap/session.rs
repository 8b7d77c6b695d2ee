//! The session's state machine: lines in, responses out. It does no I/O.

use std::sync::Arc;

use tokio::sync::watch;

use super::parse::{Command, parse};
use super::response::{Refusal, Response, Untagged};
use super::view::{Knows, View};
use crate::model::Denial;
use crate::sasl::{self, Bearer};
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
    /// Whether it has enabled QRESYNC: what is removed is told by UID then.
    pub(crate) qresync: bool,
    pub(crate) identified: bool,
    waiting: Waiting,
}

/// What the next line is.
enum Waiting {
    Command,
    /// The answer to AUTHENTICATE's challenge, for the command of this tag.
    Authentication(String, Mechanism),
    /// The client's bow to a refused token, and what it is refused with.
    Bow(String, Refusal),
    /// DONE, for the IDLE of this tag.
    Done(String),
}

/// How a client may log in with AUTHENTICATE.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mechanism {
    Plain,
    Xoauth2,
    OauthBearer,
}

impl Mechanism {
    fn named(name: &str) -> Option<Self> {
        Some(match name {
            "PLAIN" => Self::Plain,
            "XOAUTH2" => Self::Xoauth2,
            "OAUTHBEARER" => Self::OauthBearer,
            _ => return None,
        })
    }
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
            qresync: false,
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

    /// Which notices the client understands.
    pub(crate) fn knows(&self) -> Knows {
        Knows {
            condstore: self.condstore,
            qresync: self.qresync,
            empty_vanished: self.shared.profile.empty_vanished,
        }
    }

    /// What the client must be told of its open folder.
    pub(crate) fn notices(&mut self, expunge: bool) -> Result<Vec<Response>, FolderLost> {
        if let Some(changes) = &mut self.changes {
            changes.mark_unchanged();
        }
        let knows = self.knows();
        let (Some(view), Some(account)) = (&mut self.view, &self.account) else {
            return Ok(Vec::new());
        };
        let world = self.shared.world();
        let folder = world
            .account(account)
            .and_then(|account| account.folder(&view.folder))
            .filter(|folder| folder.uid_validity == view.uid_validity)
            .ok_or(FolderLost)?;
        Ok(view.catch_up(folder, expunge, knows))
    }

    /// Answers a line: a command with its literals, or what was waited for.
    pub(crate) fn run(&mut self, line: &[u8]) -> Reply {
        match std::mem::replace(&mut self.waiting, Waiting::Command) {
            Waiting::Command => self.run_command(line),
            Waiting::Authentication(tag, mechanism) => {
                self.authenticate(tag, mechanism, &String::from_utf8_lossy(line))
            }
            Waiting::Bow(tag, refusal) => self.refused(&tag, refusal),
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
                ref initial,
            } if self.lacks(&command).is_none() && self.may_log_in().is_ok() => {
                let offered = self.offers(&format!("AUTH={mechanism}"));
                let Some(mechanism) = Mechanism::named(mechanism).filter(|_| offered) else {
                    let no = Refusal::no("Unsupported authentication mechanism");
                    return Reply::new(vec![ended(&tag, Err(no))], After::Continue);
                };
                if let Some(initial) = initial {
                    return self.authenticate(tag, mechanism, initial);
                }
                self.waiting = Waiting::Authentication(tag, mechanism);
                return Reply::new(vec![Response::go_on("")], After::Continue);
            }
            Command::Login { user, password } => {
                let result = self.log_in(&user, &password);
                return match result {
                    Err(refusal) => self.refused(&tag, refusal),
                    ok => Reply::new(vec![ended(&tag, ok)], After::Continue),
                };
            }
            _ => After::Continue,
        };
        let idle = matches!(command, Command::Idle);
        let mut out = Untagged::default();
        let result = self.dispatch(&tag, command, &mut out);
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

    fn dispatch(
        &mut self,
        tag: &str,
        command: Command,
        out: &mut Untagged,
    ) -> Result<String, Refusal> {
        if let Some(capability) = self.lacks(&command) {
            return Err(Refusal::bad(format!("Unknown command: no {capability}")));
        }
        match command {
            Command::Capability => out.push(format_args!("CAPABILITY {}", self.capabilities())),
            Command::Noop => {}
            Command::Logout => out.push("BYE Logging out"),
            Command::StartTls => return Err(Refusal::bad("TLS is already active")),
            Command::Id => self.identify(out),
            Command::Login { .. } | Command::Authenticate { .. } => self.may_log_in()?,
            _ if self.account.is_none() => return Err(Refusal::bad("Log in first")),
            command => return self.dispatch_logged_in(tag, command, out),
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

    fn authenticate(&mut self, tag: String, mechanism: Mechanism, answer: &str) -> Reply {
        if answer == "*" {
            let bad = Refusal::bad("Authentication cancelled");
            return Reply::new(vec![ended(&tag, Err(bad))], After::Continue);
        }
        let result = match mechanism {
            Mechanism::Plain => match sasl::plain(answer) {
                Some(plain) => self.log_in(&plain.user, &plain.password),
                None => Err(Refusal::bad("Invalid SASL response")),
            },
            Mechanism::Xoauth2 => self.log_in_with_token(sasl::xoauth2(answer)),
            Mechanism::OauthBearer => self.log_in_with_token(sasl::oauth_bearer(answer)),
        };
        match (mechanism, result) {
            (_, Ok(text)) => Reply::new(vec![ended(&tag, Ok(text))], After::Continue),
            (Mechanism::Plain, Err(refusal)) => self.refused(&tag, refusal),
            // The client is told why, says something, and is refused then.
            (_, Err(refusal)) => {
                self.waiting = Waiting::Bow(tag, refusal);
                let why = sasl::encode(r#"{"status":"401","schemes":"bearer"}"#);
                Reply::new(vec![Response::go_on(&why)], After::Continue)
            }
        }
    }

    fn log_in(&mut self, user: &str, password: &str) -> Result<String, Refusal> {
        self.may_log_in()?;
        let shared = Arc::clone(&self.shared);
        let let_in = shared.world().log_in(&shared.profile, user, password);
        self.enter(let_in)
    }

    fn log_in_with_token(&mut self, bearer: Option<Bearer>) -> Result<String, Refusal> {
        let Bearer { user, token } = bearer.ok_or_else(|| Refusal::bad("Invalid SASL response"))?;
        let shared = Arc::clone(&self.shared);
        let world = shared.world();
        let let_in = world.log_in_with_token(&shared.profile, &user, &token);
        drop(world);
        self.enter(let_in)
    }

    fn enter(&mut self, let_in: Result<String, Denial>) -> Result<String, Refusal> {
        let account = let_in.map_err(|Denial(text)| Refusal::spelt(&text))?;
        let shared = Arc::clone(&self.shared);
        self.changes = shared
            .world()
            .account(&account)
            .map(|account| account.changes());
        self.account = Some(account);
        Ok(match shared.profile.tells_capabilities_at_login {
            true => format!("[CAPABILITY {}] Logged in", self.capabilities()),
            false => "Logged in".to_owned(),
        })
    }

    /// Refuses a login, and hangs up where the profile wants it so.
    fn refused(&self, tag: &str, refusal: Refusal) -> Reply {
        let mut responses = vec![ended(tag, Err(refusal))];
        let hangs_up = self.shared.profile.bye_after_refusal;
        if hangs_up {
            responses.push(Response::untagged("BYE Connection closed. 14"));
        }
        let after = match hangs_up {
            true => After::Close,
            false => After::Continue,
        };
        Reply::new(responses, after)
    }
}

fn ended(tag: &str, result: Result<String, Refusal>) -> Response {
    match result {
        Ok(text) => Response::tagged(tag, format_args!("OK {text}")),
        Err(Refusal::No(text)) => Response::tagged(tag, format_args!("NO {text}")),
        Err(Refusal::Bad(text)) => Response::tagged(tag, format_args!("BAD {text}")),
    }
}
