//! Logging in: after verified TLS, once, with a password.

use inboxlink_settings::Stage;
use secrecy::{ExposeSecret as _, SecretString};
use tokio::time::timeout;

use crate::{
    Connection, ErrorKind, ImapError, Session, StageReport,
    command::{Command, Credentials},
    connect::{Stages, capabilities},
    driver::{Driver, Event},
    reply::{Code, Reply, StatusReply},
};

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
        observer: &mut (dyn FnMut(StageReport) + Send),
    ) -> Result<Session, ImapError> {
        let mut stages = Stages::new(observer);
        let result = self.try_login(username, password.expose_secret()).await;
        let capabilities = stages.end(Stage::Login, result)?;
        Ok(Session::new(self.driver, capabilities))
    }

    async fn try_login(
        &mut self,
        username: &str,
        password: &str,
    ) -> Result<Vec<String>, ImapError> {
        let credentials = Credentials::new(username, password)?;
        let offers = |name: &str| self.capabilities.iter().any(|offered| offered == name);
        self.driver.hide(credentials.spellings());
        let result = if offers("AUTH=PLAIN") {
            authenticate(&mut self.driver, &credentials, offers("SASL-IR")).await
        } else if offers("LOGINDISABLED") {
            Err(self.driver.error(ErrorKind::LoginDisabled))
        } else {
            self.driver.run(&Command::login(&credentials), |_| {}).await
        };
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
                    ErrorKind::Auth
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

async fn authenticate(
    driver: &mut Driver,
    credentials: &Credentials<'_>,
    in_line: bool,
) -> Result<StatusReply, ImapError> {
    let tag = driver.send(&Command::authenticate_plain(credentials, in_line));
    let mut answered = in_line;
    let limit = driver.timeouts().command;
    let exchange = async {
        loop {
            match driver.reply().await? {
                Event::Done(done, status) if done == tag => return Ok(status),
                Event::Refused(done, error) if done == tag => return Err(error),
                // PLAIN has one step: whoever asks for another is refused.
                Event::Said(Reply::Continue) if answered => driver.answer(b"*".to_vec()),
                Event::Said(Reply::Continue) => {
                    answered = true;
                    driver.answer(credentials.plain());
                }
                Event::Said(_) | Event::Done(..) | Event::Refused(..) => {}
            }
        }
    };
    let done = timeout(limit, Box::pin(exchange)).await;
    done.unwrap_or_else(|_| Err(driver.error(ErrorKind::Timeout)))
}
