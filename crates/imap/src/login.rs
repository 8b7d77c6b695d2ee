//! Logging in: after verified TLS, once, with a password or an access token.

use inboxlink_settings::Stage;
use secrecy::{ExposeSecret as _, SecretString};
use tokio::time::timeout;

use crate::{
    Connection, ErrorKind, ImapError, ServerText, Session, StageReport,
    bearer::{Bearer, Mechanism, reasons},
    command::{Command, Credentials},
    connect::{Stages, capabilities},
    driver::{Driver, Event},
    reply::{Code, Reply, StatusReply},
};

/// Tells of stages.
type Observer<'a> = &'a mut (dyn FnMut(StageReport) + Send);

impl Connection {
    /// Logs in: AUTHENTICATE PLAIN where it is offered, else LOGIN. A refused
    /// password is not tried a second time in another way: servers lock out
    /// who is wrong too often.
    ///
    /// # Errors
    /// [`ErrorKind::Auth`] with the server's words; what ended the connection.
    pub async fn login(
        mut self,
        username: &str,
        password: &SecretString,
        observer: Observer<'_>,
    ) -> Result<Session, ImapError> {
        let mut stages = Stages::new(observer);
        let result = self.try_login(username, password.expose_secret()).await;
        let result = self.enter(result, ErrorKind::Auth).await;
        let capabilities = stages.end(Stage::Login, result)?;
        Ok(Session::new(self.driver, capabilities))
    }

    /// Logs in with an access token (OAuth2): OAUTHBEARER where it is offered,
    /// else XOAUTH2.
    ///
    /// # Errors
    /// [`ErrorKind::Token`] with the server's words: the token has run out, or
    /// the account was closed to it. What ended the connection.
    pub async fn login_with_token(
        mut self,
        username: &str,
        token: &SecretString,
        observer: Observer<'_>,
    ) -> Result<Session, ImapError> {
        let mut stages = Stages::new(observer);
        let result = self.try_token(username, token.expose_secret()).await;
        let result = self.enter(result, ErrorKind::Token).await;
        let capabilities = stages.end(Stage::Login, result)?;
        Ok(Session::new(self.driver, capabilities))
    }

    fn offers(&self, name: &str) -> bool {
        self.capabilities.iter().any(|offered| offered == name)
    }

    async fn try_login(
        &mut self,
        username: &str,
        password: &str,
    ) -> Result<StatusReply, ImapError> {
        let credentials = Credentials::new(username, password)?;
        self.driver.hide(credentials.spellings());
        if self.offers("AUTH=PLAIN") {
            let in_line = self.offers("SASL-IR");
            let exchange = Exchange {
                mechanism: "PLAIN",
                message: credentials.plain(),
                // PLAIN has one step: whoever asks for another is refused.
                bow: b"*",
            };
            exchange.run(&mut self.driver, in_line).await
        } else if self.offers("LOGINDISABLED") {
            Err(self.driver.error(ErrorKind::LoginDisabled))
        } else {
            self.driver.run(&Command::login(&credentials), |_| {}).await
        }
    }

    async fn try_token(&mut self, username: &str, token: &str) -> Result<StatusReply, ImapError> {
        let bearer = Bearer::new(username, token)?;
        let Some(mechanism) = Mechanism::chosen(|name| self.offers(name)) else {
            return Err(self.driver.error(ErrorKind::TokensNotTaken));
        };
        self.driver.hide(bearer.spellings(mechanism));
        let exchange = Exchange {
            mechanism: mechanism.name(),
            message: bearer.message(mechanism),
            bow: mechanism.bow(),
        };
        let in_line = self.offers("SASL-IR");
        exchange.run(&mut self.driver, in_line).await
    }

    /// What follows a login: its refusal in our words, or what the server can
    /// do for whom it knows.
    async fn enter(
        &mut self,
        result: Result<StatusReply, ImapError>,
        refused: ErrorKind,
    ) -> Result<Vec<String>, ImapError> {
        self.driver.hide(Vec::new());
        let done = result.map_err(|error| match error.kind() {
            ErrorKind::Command => {
                let text = error.server_text().cloned();
                // RFC 5530: the server failed, not the password.
                let failed = text
                    .as_ref()
                    .is_some_and(|t| t.as_str().contains("[SERVERBUG]"));
                let kind = if failed {
                    ErrorKind::Unavailable
                } else {
                    refused
                };
                self.driver.error(kind).saying(text)
            }
            _ => error,
        })?;
        // A server's list may change with the login; some garble the first.
        let told = match done.code {
            Some(Code::Capabilities(names)) => names,
            _ => capabilities(&mut self.driver).await?,
        };
        if told.iter().any(|name| name == "ID") {
            // Some servers let nobody in who does not say what they are.
            let _ = self.driver.run(&Command::id(), |_| {}).await;
        }
        Ok(told)
    }
}

/// An AUTHENTICATE whose client speaks once (RFC 9051 §6.2.2).
struct Exchange {
    mechanism: &'static str,
    /// What the client says, in base64.
    message: Vec<u8>,
    /// What it says to whatever the server asks beyond that.
    bow: &'static [u8],
}

impl Exchange {
    /// `in_line`: the message goes with the command (SASL-IR, RFC 4959).
    async fn run(self, driver: &mut Driver, in_line: bool) -> Result<StatusReply, ImapError> {
        let mut message = Some(self.message);
        let initial = message.take_if(|_| in_line);
        let tag = driver.send(&Command::authenticate(self.mechanism, initial));
        let mut told = None;
        let limit = driver.timeouts().command;
        let exchange = async {
            loop {
                match driver.reply().await? {
                    Event::Done(done, status) if done == tag => return Ok(status),
                    Event::Refused(done, error) if done == tag => return Err(error),
                    Event::Said(Reply::Continue(challenge)) => match message.take() {
                        Some(message) => driver.answer(message),
                        None => {
                            told = reasons(&challenge);
                            driver.answer(self.bow.to_vec());
                        }
                    },
                    Event::Said(_) | Event::Done(..) | Event::Refused(..) => {}
                }
            }
        };
        let done = timeout(limit, Box::pin(exchange)).await;
        let done = done.unwrap_or_else(|_| Err(driver.error(ErrorKind::Timeout)));
        // The server's reasons stand in its challenge; its refusal repeats
        // some of them, or none.
        done.map_err(|error| match told {
            Some(told) if error.kind() == ErrorKind::Command => {
                let words = error.server_text().map_or("", ServerText::as_str);
                let words = driver.words(&format!("{words} {told}"));
                error.saying(Some(words))
            }
            _ => error,
        })
    }
}
