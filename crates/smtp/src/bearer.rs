//! Logging in with an access token (OAuth2): XOAUTH2, or OAUTHBEARER (RFC
//! 7628). A dialogue of our own, since lettre takes a server's reasons for
//! refusing one as the end of the connection.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use lettre::transport::smtp::{
    authentication::Mechanism,
    client::AsyncSmtpConnection,
    commands::Ehlo,
    extension::ClientId,
    response::{Response, Severity},
};
use secrecy::{ExposeSecret as _, SecretString, zeroize::Zeroizing};

use crate::{Failure, FailureKind, limits::MAX_TOKEN_BYTES};

/// A user name and an access token, checked.
pub(crate) struct Bearer<'a> {
    username: &'a str,
    token: &'a str,
}

/// What a server says to it last.
pub(crate) type Answered = Result<Response, lettre::transport::smtp::Error>;

impl<'a> Bearer<'a> {
    pub(crate) fn new(username: &'a str, token: &'a SecretString) -> Result<Self, Failure> {
        let token = token.expose_secret();
        let fits = !token.is_empty()
            && token.len() <= MAX_TOKEN_BYTES
            && token.bytes().all(|byte| byte.is_ascii_graphic());
        if !fits || username.is_empty() || username.contains(char::is_control) {
            return Err(Failure::new(FailureKind::Credentials));
        }
        Ok(Self { username, token })
    }

    fn xoauth2(&self) -> Zeroizing<String> {
        coded(&format!(
            "user={}\x01auth=Bearer {}\x01\x01",
            self.username, self.token
        ))
    }

    fn oauth_bearer(&self) -> Zeroizing<String> {
        let name = self.username.replace('=', "=3D").replace(',', "=2C");
        coded(&format!(
            "n,a={name},\x01auth=Bearer {}\x01\x01",
            self.token
        ))
    }

    /// Every way in which the token is sent.
    pub(crate) fn spellings(&self) -> [Zeroizing<String>; 3] {
        let token = Zeroizing::new(self.token.to_owned());
        [self.xoauth2(), self.oauth_bearer(), token]
    }

    /// Logs in; `None` where the server offers neither way.
    pub(crate) async fn log_in(
        &self,
        connection: &mut AsyncSmtpConnection,
        hello: &ClientId,
    ) -> Option<Answered> {
        let known = connection.server_info();
        // To the server's reasons nothing is said, or `\x01`, and it refuses.
        if known.get_auth_mechanism(&[Mechanism::Xoauth2]).is_some() {
            let command = format!("AUTH XOAUTH2 {}\r\n", *self.xoauth2());
            return Some(ask(connection, Zeroizing::new(command), "\r\n").await);
        }
        // lettre keeps no mechanism that it does not know.
        let greeted = connection.command(Ehlo::new(hello.clone())).await.ok()?;
        if !greeted.message().any(offers_oauth_bearer) {
            return None;
        }
        let command = format!("AUTH OAUTHBEARER {}\r\n", *self.oauth_bearer());
        Some(ask(connection, Zeroizing::new(command), "AQ==\r\n").await)
    }
}

async fn ask(
    connection: &mut AsyncSmtpConnection,
    command: Zeroizing<String>,
    bow: &str,
) -> Answered {
    let answer = connection.command(&*command).await?;
    match answer.code().severity {
        Severity::PositiveIntermediate => connection.command(bow).await,
        _ => Ok(answer),
    }
}

fn offers_oauth_bearer(line: &str) -> bool {
    let mut words = line.split_ascii_whitespace();
    words
        .next()
        .is_some_and(|word| word.eq_ignore_ascii_case("AUTH"))
        && words.any(|word| word.eq_ignore_ascii_case("OAUTHBEARER"))
}

fn coded(message: &str) -> Zeroizing<String> {
    Zeroizing::new(STANDARD.encode(message))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_that_ends_itself_is_not_sent() {
        let token = |text: &str| SecretString::from(text.to_owned());
        for bad in ["", "a b", "a\x01user=other", "a\r\nQUIT", "ä"] {
            assert!(Bearer::new("ann", &token(bad)).is_err(), "{bad:?}");
        }
        assert!(Bearer::new("a\r\n", &token("t")).is_err());
        assert!(offers_oauth_bearer("AUTH PLAIN OAUTHBEARER"));
        assert!(!offers_oauth_bearer("AUTH PLAIN") && !offers_oauth_bearer("OAUTHBEARER"));
    }
}
