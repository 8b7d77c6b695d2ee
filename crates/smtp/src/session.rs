//! One session: connect, log in, send one mail to one recipient, say goodbye.

use std::{error::Error as _, io, time::Duration};

use inboxlink_replies::followup::PreparedMail;
use inboxlink_settings::Security;
use lettre::transport::smtp::{
    Error,
    authentication::{Credentials, Mechanism},
    client::AsyncSmtpConnection,
    commands::{Data, Mail, Rcpt},
    extension::ClientId,
    response::{Response, Severity},
};
use secrecy::ExposeSecret as _;
use tokio::time::timeout;

use crate::{
    Failure, FailureKind, Lost, Outcome, SmtpSettings,
    bearer::{Answered, Bearer},
    dial,
    limits::{MAX_CREDENTIAL_BYTES, MAX_LINE_BYTES},
    starttls,
    stream::{Ended, SessionStream, TooMuch},
    words::Words,
};

/// Sends a mail, once, and says what became of it.
///
/// Nothing is repeated here. Before calling it, store that an attempt begins:
/// should the process end, or this future be dropped, the outcome is unknown.
/// The future is not cancel-safe in that sense; it leaves no task behind.
pub async fn transmit(settings: &SmtpSettings, mail: &PreparedMail) -> Outcome {
    let words = Words::of(settings);
    match send(settings, mail, &words).await {
        Ok(outcome) => outcome,
        Err(failure) => {
            Outcome::NotSent(failure.at(&format!("{}:{}", settings.host, settings.port)))
        }
    }
}

/// Connects, logs in and leaves again: whether mail could be sent.
///
/// # Errors
/// What it failed of.
pub async fn check(settings: &SmtpSettings) -> Result<(), Failure> {
    let words = Words::of(settings);
    let place = format!("{}:{}", settings.host, settings.port);
    let checked = async {
        let login = Login::of(settings)?;
        let mut session = Session {
            connection: connect(settings, Ended::default(), &words).await?,
            words: &words,
            limit: settings.timeouts.command,
        };
        session.log_in(&login).await?;
        let _ = timeout(settings.timeouts.quit, session.connection.quit()).await;
        Ok(())
    };
    checked.await.map_err(|failure: Failure| failure.at(&place))
}

async fn send(
    settings: &SmtpSettings,
    mail: &PreparedMail,
    words: &Words,
) -> Result<Outcome, Failure> {
    let from = address(mail.from.as_str())?;
    let to = address(mail.to.as_str())?;
    let body = body(&mail.bytes)?;
    let login = Login::of(settings)?;
    let ended = Ended::default();
    let mut session = Session {
        connection: connect(settings, ended.clone(), words).await?,
        words,
        limit: settings.timeouts.command,
    };
    session.log_in(&login).await?;

    let outcome = match session.offer(from, to).await? {
        Some(refused) => refused,
        None => session.deliver(body, settings, &ended).await?,
    };
    // What became of the mail is known; whatever the server says to this.
    if !matches!(outcome, Outcome::Unknown { .. }) {
        let _ = timeout(settings.timeouts.quit, session.connection.quit()).await;
    }
    Ok(outcome)
}

/// A server that has greeted us over verified TLS.
async fn connect(
    settings: &SmtpSettings,
    ended: Ended,
    words: &Words,
) -> Result<AsyncSmtpConnection, Failure> {
    let limit = settings.timeouts.command;
    let tls = dial::tls(settings)?;
    let mut tcp = dial::dial(settings).await?;
    let greeting: &[u8] = match settings.security {
        Security::Tls => b"",
        Security::StartTls => {
            let asked = timeout(limit, starttls::ask(&mut tcp)).await;
            asked.unwrap_or_else(|_| Err(Failure::new(FailureKind::Timeout)))?;
            b"220 greeted in clear text\r\n"
        }
    };
    let encrypted = dial::handshake(&tls, settings, tcp).await?;
    let stream = Box::new(SessionStream::new(encrypted, greeting, ended));
    let greeted = AsyncSmtpConnection::connect_with_transport(stream, &HELLO);
    match timeout(limit, greeted).await {
        Ok(Ok(connection)) => Ok(connection),
        Ok(Err(error)) => Err(match code(&error) {
            Some(code) => {
                Failure::new(FailureKind::Unavailable).saying(Some(code), said(&error, words))
            }
            None => Failure::new(match lost(&error) {
                Lost::Protocol => FailureKind::NotSmtp,
                _ => FailureKind::Closed,
            }),
        }),
        Err(_) => Err(Failure::new(FailureKind::Timeout)),
    }
}

/// The name of this machine is nobody's business (RFC 5321 §4.1.3 has the
/// literal for those who have none).
const HELLO: ClientId = ClientId::Ipv4(std::net::Ipv4Addr::LOCALHOST);

/// What to log in with.
enum Login<'a> {
    Password(Credentials),
    Token(Bearer<'a>),
}

impl<'a> Login<'a> {
    fn of(settings: &'a SmtpSettings) -> Result<Self, Failure> {
        Ok(match &settings.token {
            Some(token) => Self::Token(Bearer::new(&settings.username, token)?),
            None => Self::Password(credentials(settings)?),
        })
    }
}

struct Session<'a> {
    connection: AsyncSmtpConnection,
    words: &'a Words,
    limit: Duration,
}

impl Session<'_> {
    async fn log_in(&mut self, login: &Login<'_>) -> Result<(), Failure> {
        let refused = match login {
            Login::Password(_) => FailureKind::Auth,
            Login::Token(_) => FailureKind::Token,
        };
        let limit = self.limit;
        let answer = async {
            match login {
                Login::Password(credentials) => self.log_in_by_password(credentials).await,
                Login::Token(bearer) => bearer.log_in(&mut self.connection, &HELLO).await,
            }
        };
        match timeout(limit, answer).await {
            Ok(None) => Err(Failure::new(match login {
                Login::Password(_) => FailureKind::LoginDisabled,
                Login::Token(_) => FailureKind::TokensNotTaken,
            })),
            Ok(Some(Ok(answer))) if answer.has_code(235) => Ok(()),
            Ok(Some(Ok(_))) => Err(Failure::new(FailureKind::Protocol)),
            Ok(Some(Err(error))) => Err(match code(&error) {
                // RFC 4954 §6: the server cannot check it now.
                Some(code) if code < 500 => self.failure(FailureKind::Unavailable, &error),
                Some(_) => self.failure(refused, &error),
                None => self.broken(&error),
            }),
            Err(_) => Err(Failure::new(FailureKind::Timeout)),
        }
    }

    /// `None` where the server offers no way that we know.
    async fn log_in_by_password(&mut self, credentials: &Credentials) -> Option<Answered> {
        const KNOWN: [Mechanism; 2] = [Mechanism::Plain, Mechanism::Login];
        let offered = self.connection.server_info().get_auth_mechanism(&KNOWN)?;
        Some(self.connection.auth(&[offered], credentials).await)
    }

    /// Names sender and recipient and asks for leave to send: `None` where it
    /// is given, else the refusal.
    async fn offer(
        &mut self,
        from: lettre::Address,
        to: lettre::Address,
    ) -> Result<Option<Outcome>, Failure> {
        let commands = [
            (
                Mail::new(Some(from), Vec::new()).to_string(),
                Severity::PositiveCompletion,
            ),
            (
                Rcpt::new(to, Vec::new()).to_string(),
                Severity::PositiveCompletion,
            ),
            (Data.to_string(), Severity::PositiveIntermediate),
        ];
        for (command, expected) in commands {
            match timeout(self.limit, self.connection.command(command)).await {
                Ok(Ok(answer)) if answer.code().severity == expected => {}
                Ok(Ok(_)) => return Err(Failure::new(FailureKind::Protocol)),
                Ok(Err(error)) => match self.rejected(&error) {
                    Some(rejected) => return Ok(Some(rejected)),
                    None => return Err(self.broken(&error)),
                },
                Err(_) => return Err(Failure::new(FailureKind::Timeout)),
            }
        }
        Ok(None)
    }

    /// Sends the mail after the leave.
    async fn deliver(
        &mut self,
        body: &[u8],
        settings: &SmtpSettings,
        ended: &Ended,
    ) -> Result<Outcome, Failure> {
        match timeout(settings.timeouts.mail, self.connection.message(body)).await {
            Ok(answer) => self.judge(answer, ended),
            Err(_) if ended.get() => Ok(Outcome::Unknown {
                reason: Lost::Timeout,
            }),
            Err(_) => Err(Failure::new(FailureKind::Timeout)),
        }
    }

    /// What the answer to the mail, or its absence, means.
    fn judge(&self, answer: Result<Response, Error>, ended: &Ended) -> Result<Outcome, Failure> {
        match answer {
            Ok(answer) if answer.code().severity == Severity::PositiveCompletion => {
                let text = answer.message().collect::<Vec<_>>().join(" ");
                let text = self.words.show(&text);
                Ok(Outcome::Accepted { text })
            }
            Ok(_) => Ok(Outcome::Unknown {
                reason: Lost::Protocol,
            }),
            Err(error) => match self.rejected(&error) {
                Some(rejected) => Ok(rejected),
                None if ended.get() => Ok(Outcome::Unknown {
                    reason: lost(&error),
                }),
                None => Err(self.broken(&error)),
            },
        }
    }

    fn rejected(&self, error: &Error) -> Option<Outcome> {
        let code = code(error)?;
        Some(Outcome::Rejected {
            permanent: error.is_permanent(),
            code,
            text: said(error, self.words),
        })
    }

    fn failure(&self, kind: FailureKind, error: &Error) -> Failure {
        Failure::new(kind).saying(code(error), said(error, self.words))
    }

    /// The failure of a connection that gave no reply to be understood.
    fn broken(&self, error: &Error) -> Failure {
        Failure::new(match lost(error) {
            Lost::Protocol => FailureKind::Protocol,
            _ => FailureKind::Closed,
        })
    }
}

/// The code of a refusal.
fn code(error: &Error) -> Option<u16> {
    error.status().map(u16::from)
}

/// The server's words to a refusal.
fn said(error: &Error, words: &Words) -> String {
    let text = error.source().map(ToString::to_string);
    words.show(&text.unwrap_or_default())
}

/// Whether a connection ended, or went on with what is no reply.
fn lost(error: &Error) -> Lost {
    let mut source = error.source();
    while let Some(inner) = source {
        let io = inner.downcast_ref::<io::Error>();
        if io
            .and_then(io::Error::get_ref)
            .is_some_and(|inner| inner.is::<TooMuch>())
        {
            return Lost::Protocol;
        }
        // A reply that breaks off is the end too, and has no type.
        if io.is_some() || inner.to_string() == "incomplete response" {
            return Lost::Closed;
        }
        source = inner.source();
    }
    Lost::Protocol
}

fn address(text: &str) -> Result<lettre::Address, Failure> {
    let address = text.is_ascii().then(|| text.parse().ok()).flatten();
    address.ok_or_else(|| Failure::new(FailureKind::Mail))
}

/// A mail's bytes without the CRLF at its end, which the final dot brings.
///
/// A bare CR or LF is where one mail can be made to look like two (a line
/// `<LF>.<CR><LF>` ends it for some servers), so that none is sent.
fn body(bytes: &[u8]) -> Result<&[u8], Failure> {
    let failure = || Failure::new(FailureKind::Mail);
    let body = bytes.strip_suffix(b"\r\n").ok_or_else(failure)?;
    let (mut length, mut before) = (0, 0);
    for &byte in bytes {
        let breaks = (before == b'\r') != (byte == b'\n');
        if breaks || byte == 0 || !byte.is_ascii() || length > MAX_LINE_BYTES + 1 {
            return Err(failure());
        }
        length = if byte == b'\n' { 0 } else { length + 1 };
        before = byte;
    }
    Ok(body)
}

fn credentials(settings: &SmtpSettings) -> Result<Credentials, Failure> {
    let fits = |text: &str| {
        !text.is_empty() && text.len() <= MAX_CREDENTIAL_BYTES && !text.contains(char::is_control)
    };
    let password = settings.password.expose_secret();
    if !fits(&settings.username) || !fits(password) {
        return Err(Failure::new(FailureKind::Credentials));
    }
    Ok(Credentials::new(
        settings.username.clone(),
        password.to_owned(),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_short_ascii_lines_are_sent() {
        let long = |n: usize| format!("A: b\r\n\r\n{}\r\n", "x".repeat(n)).into_bytes();
        assert_eq!(body(b"A: b\r\n\r\nc\r\n"), Ok(&b"A: b\r\n\r\nc"[..]));
        assert!(body(&long(MAX_LINE_BYTES)).is_ok());
        for bad in [
            b"A: b\r\n\r\nc".to_vec(),
            b"A: b\r\n\r\nc\n.\r\n".to_vec(),
            b"A: b\r\n\r\nc\r.\r\n".to_vec(),
            b"A: b\r\n\r\n\0\r\n".to_vec(),
            "A: b\r\n\r\n\u{e9}\r\n".into(),
            b"".to_vec(),
            long(MAX_LINE_BYTES + 1),
        ] {
            assert_eq!(body(&bad).unwrap_err().kind(), FailureKind::Mail, "{bad:?}");
        }
    }

    #[test]
    fn addresses_carry_no_commands() {
        for bad in [
            "a@b\r\nRCPT TO:<c@d>",
            "a@b> SIZE=1",
            "é@b.example",
            "a b@c.example",
        ] {
            assert!(address(bad).is_err(), "{bad}");
        }
        assert!(address("a.b+c@d.example").is_ok());
    }
}
