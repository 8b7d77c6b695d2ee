//! The SMTP session's state machine: lines in, replies out. It does no I/O.

use std::sync::Arc;

use super::command::Command;
use super::delivery::{self, Envelope};
use crate::limits;
use crate::sasl;
use crate::server::Shared;

/// One client's session.
pub(crate) struct Session {
    pub(crate) shared: Arc<Shared>,
    secure: bool,
    /// How the client named itself.
    client: Option<String>,
    /// The account, after AUTH.
    account: Option<String>,
    from: Option<String>,
    to: Vec<String>,
    waiting: Waiting,
}

/// What the next line is.
enum Waiting {
    Command,
    /// AUTH PLAIN's message.
    Plain,
    /// An access token's message, in this mechanism.
    Token(Mechanism),
    /// The client's bow to a refused token.
    Bow,
    /// AUTH LOGIN's user name.
    User,
    /// AUTH LOGIN's password, for this user.
    Password(String),
}

/// How an access token is handed over.
#[derive(Debug, Clone, Copy)]
enum Mechanism {
    Xoauth2,
    OauthBearer,
}

/// The answer to a line: text of one line or several, and what follows.
pub(crate) struct Reply {
    pub(crate) text: String,
    pub(crate) after: After,
}

/// What follows when the answer is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum After {
    Continue,
    StartTls,
    /// The mail itself comes next.
    Data,
    Close,
}

impl Reply {
    fn new(text: impl AsRef<str>) -> Self {
        Self {
            text: format!("{}\r\n", text.as_ref()),
            after: After::Continue,
        }
    }

    fn then(mut self, after: After) -> Self {
        self.after = after;
        self
    }
}

impl Session {
    pub(crate) fn new(shared: Arc<Shared>, secure: bool) -> Self {
        Self {
            shared,
            secure,
            client: None,
            account: None,
            from: None,
            to: Vec::new(),
            waiting: Waiting::Command,
        }
    }

    pub(crate) fn greeting(&self) -> Reply {
        let host = &self.shared.profile.host_name;
        Reply::new(format!("220 {host} ESMTP inboxlink-testserver"))
    }

    /// Answers a line that is no part of a mail.
    pub(crate) fn run(&mut self, line: &[u8]) -> Reply {
        let text = String::from_utf8_lossy(line);
        match std::mem::replace(&mut self.waiting, Waiting::Command) {
            Waiting::Command => self.run_command(Command::parse(line)),
            _ if text == "*" => Reply::new("501 5.7.0 Authentication cancelled"),
            Waiting::Plain => self.plain(&text),
            Waiting::Token(mechanism) => self.token(mechanism, &text),
            Waiting::Bow => Reply::new(&self.shared.profile.smtp_login_refusal),
            Waiting::User => self.user(&text),
            Waiting::Password(user) => match sasl::decode(&text) {
                Some(password) => self.log_in(&user, &password),
                None => Reply::new("501 5.5.2 Invalid base64"),
            },
        }
    }

    fn run_command(&mut self, command: Command) -> Reply {
        match command {
            Command::Hello { name, extended } => self.hello(name, extended),
            Command::StartTls if self.secure => Reply::new("503 5.5.1 TLS is already active"),
            Command::StartTls => Reply::new("220 2.0.0 Ready to start TLS").then(After::StartTls),
            Command::Auth { mechanism, initial } => self.auth(&mechanism, initial),
            Command::Mail { from, size } => self.mail(from, size),
            Command::Recipient(address) => self.recipient(address),
            Command::Data if self.from.is_none() => Reply::new("503 5.5.1 MAIL first"),
            Command::Data if self.to.is_empty() => Reply::new("554 5.5.1 No valid recipients"),
            Command::Data => Reply::new("354 End data with <CR><LF>.<CR><LF>").then(After::Data),
            Command::Reset => {
                self.reset();
                Reply::new("250 2.0.0 OK")
            }
            Command::Noop => Reply::new("250 2.0.0 OK"),
            Command::Verify => Reply::new("252 2.0.0 Send some mail, I'll try my best"),
            Command::Quit => Reply::new("221 2.0.0 Bye").then(After::Close),
            Command::Unknown => Reply::new("500 5.5.2 Unknown command"),
            Command::Malformed => Reply::new("501 5.5.4 Syntax error in the arguments"),
        }
    }

    /// Takes the mail that DATA announced; `None` if it was too large.
    pub(crate) fn data(&mut self, mail: Option<Vec<u8>>) -> Reply {
        let (from, to) = (self.from.take(), std::mem::take(&mut self.to));
        let (Some(mail), Some(from), Some(user)) = (mail, from, self.account.clone()) else {
            return Reply::new("552 5.3.4 The message is too large");
        };
        let envelope = Envelope {
            client: self.client.clone().unwrap_or_default(),
            user,
            from,
            to,
        };
        let id = delivery::deliver(&self.shared, envelope, &mail);
        Reply::new(format!("250 2.0.0 Ok: queued as {id}"))
    }

    fn reset(&mut self) {
        self.from = None;
        self.to.clear();
    }

    fn hello(&mut self, name: String, extended: bool) -> Reply {
        self.reset();
        self.client = Some(name);
        let host = &self.shared.profile.host_name;
        if !extended {
            return Reply::new(format!("250 {host}"));
        }
        let security = match self.secure {
            true => format!("AUTH PLAIN LOGIN{}", self.token_mechanisms()),
            false => "STARTTLS".to_owned(),
        };
        let size = limits::MESSAGE;
        Reply::new(format!(
            "250-{host}\r\n250-PIPELINING\r\n250-SIZE {size}\r\n250-{security}\r\n\
             250-ENHANCEDSTATUSCODES\r\n250 8BITMIME"
        ))
    }

    fn auth(&mut self, mechanism: &str, initial: Option<String>) -> Reply {
        if !self.secure {
            return Reply::new("530 5.7.0 Must issue a STARTTLS command first");
        }
        if self.account.is_some() || self.client.is_none() {
            return Reply::new("503 5.5.1 Say EHLO, and log in once");
        }
        match (mechanism, initial) {
            ("PLAIN", Some(initial)) => self.plain(&initial),
            ("PLAIN", None) => {
                self.waiting = Waiting::Plain;
                Reply::new("334 ")
            }
            ("LOGIN", Some(initial)) => self.user(&initial),
            ("LOGIN", None) => {
                self.waiting = Waiting::User;
                Reply::new(format!("334 {}", sasl::encode("Username:")))
            }
            ("XOAUTH2" | "OAUTHBEARER", initial) if self.token_mechanisms().contains(mechanism) => {
                let mechanism = match mechanism {
                    "XOAUTH2" => Mechanism::Xoauth2,
                    _ => Mechanism::OauthBearer,
                };
                match initial {
                    Some(initial) => self.token(mechanism, &initial),
                    None => {
                        self.waiting = Waiting::Token(mechanism);
                        Reply::new("334 ")
                    }
                }
            }
            _ => Reply::new("504 5.5.4 Unknown mechanism"),
        }
    }

    fn plain(&mut self, answer: &str) -> Reply {
        match sasl::plain(answer) {
            Some(plain) => self.log_in(&plain.user, &plain.password),
            None => Reply::new("501 5.5.2 Invalid SASL response"),
        }
    }

    /// Those for access tokens: the same as for IMAP, each after a space.
    fn token_mechanisms(&self) -> String {
        let offered = &self.shared.profile.capabilities_before_login;
        let for_tokens = |name: &&str| offered.iter().any(|it| *it == format!("AUTH={name}"));
        let names = ["XOAUTH2", "OAUTHBEARER"].into_iter().filter(for_tokens);
        names.map(|name| format!(" {name}")).collect()
    }

    fn token(&mut self, mechanism: Mechanism, answer: &str) -> Reply {
        let bearer = match mechanism {
            Mechanism::Xoauth2 => sasl::xoauth2(answer),
            Mechanism::OauthBearer => sasl::oauth_bearer(answer),
        };
        let Some(bearer) = bearer else {
            return Reply::new("501 5.5.2 Invalid SASL response");
        };
        let shared = &self.shared;
        let let_in =
            (shared.world()).log_in_with_token(&shared.profile, &bearer.user, &bearer.token);
        self.account = let_in.ok();
        if self.account.is_some() {
            return Reply::new("235 2.7.0 Authentication successful");
        }
        // The client is told why, says something, and is refused then.
        self.waiting = Waiting::Bow;
        let why = sasl::encode(r#"{"status":"401","schemes":"bearer"}"#);
        Reply::new(format!("334 {why}"))
    }

    fn user(&mut self, answer: &str) -> Reply {
        let Some(user) = sasl::decode(answer) else {
            return Reply::new("501 5.5.2 Invalid base64");
        };
        self.waiting = Waiting::Password(user);
        Reply::new(format!("334 {}", sasl::encode("Password:")))
    }

    fn log_in(&mut self, user: &str, password: &str) -> Reply {
        let shared = &self.shared;
        let let_in = shared.world().log_in(&shared.profile, user, password);
        self.account = let_in.ok();
        match self.account {
            Some(_) => Reply::new("235 2.7.0 Authentication successful"),
            None => Reply::new(&self.shared.profile.smtp_login_refusal),
        }
    }

    fn mail(&mut self, from: String, size: Option<usize>) -> Reply {
        if self.account.is_none() {
            return Reply::new("530 5.7.0 Authentication required");
        }
        if self.from.is_some() {
            return Reply::new("503 5.5.1 One mail at a time");
        }
        if size.is_some_and(|size| size > limits::MESSAGE) {
            return Reply::new("552 5.3.4 The message is too large");
        }
        self.from = Some(from);
        Reply::new("250 2.1.0 OK")
    }

    fn recipient(&mut self, address: String) -> Reply {
        if self.from.is_none() {
            return Reply::new("503 5.5.1 MAIL first");
        }
        if self.to.len() >= limits::RECIPIENTS {
            return Reply::new("452 4.5.3 Too many recipients");
        }
        let world = self.shared.world();
        let unknown = world.is_local(&address) && world.recipient(&address).is_none();
        match &self.shared.profile.unknown_recipient {
            Some(refusal) if unknown => return Reply::new(refusal),
            _ => {}
        }
        drop(world);
        self.to.push(address);
        Reply::new("250 2.1.5 OK")
    }
}
