//! From what was seen to a diagnosis.

use serde::{Deserialize, Serialize};

use crate::{
    CertificateFault, Diagnosis,
    limits::MAX_SERVER_TEXT_CHARS,
    providers::{self, Auth},
    refusals,
};

/// A stage of a connection, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Stage {
    /// Looking the host up.
    Dns,
    /// Connecting to it.
    Tcp,
    /// Agreeing on encryption.
    Tls,
    /// Its first line.
    Greeting,
    /// What it can do.
    Capabilities,
    /// Logging in.
    Login,
    /// Listing folders.
    Folders,
    /// Finding the folder of what was sent.
    SentFolder,
    /// Logging in where mail is handed in for sending.
    Smtp,
    /// Anything later.
    Mail,
}

/// What failed, as the one who dialled saw it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Cause {
    /// The name has no address.
    HostNotFound,
    /// The host policy forbids it.
    HostRefused,
    /// The connection was refused.
    ConnectionRefused,
    /// No answer in time.
    TimedOut,
    /// The connection ended.
    Closed,
    /// The certificate was refused.
    Certificate(CertificateFault),
    /// The answer to a TLS hello was not TLS.
    NotTls,
    /// TLS could not be agreed upon otherwise.
    TlsFailed,
    /// The answer to a TLS hello was IMAP in clear text.
    StartTlsPort,
    /// The server kept silent until it was spoken to in TLS.
    TlsPort,
    /// STARTTLS is not offered, or was refused.
    NoStartTls,
    /// No way to log in is offered that we use.
    LoginDisabled,
    /// An access token was refused.
    Token,
    /// Access tokens are not taken.
    TokensNotTaken,
    /// What answers does not speak IMAP.
    NotImap,
    /// The server answered NO.
    No,
    /// The server answered BAD.
    Bad,
    /// The server said BYE.
    Bye,
    /// Anything else.
    Other,
}

/// Finds out what is the matter.
///
/// `server_text` is what the server said with its refusal, response code
/// included; only its beginning is looked at. `host` is the host as typed.
pub fn diagnose(stage: Stage, cause: Cause, server_text: Option<&str>, host: &str) -> Diagnosis {
    let answered = matches!(
        cause,
        Cause::No | Cause::Bad | Cause::Bye | Cause::Closed | Cause::Token
    );
    let by_text = server_text.filter(|_| answered).and_then(refusals::meaning);
    let diagnosis = by_text.unwrap_or_else(|| by_cause(stage, cause));
    let provider = providers::by_host(host).or_else(|| providers::by_smtp_host(host));
    let oauth2 = provider.is_some_and(|p| p.auth == Auth::OAuth2Only);
    match diagnosis {
        // Nobody typed a password that could be wrong.
        Diagnosis::WrongPassword | Diagnosis::AppPasswordRequired | Diagnosis::OAuth2Required
            if cause == Cause::Token =>
        {
            Diagnosis::SignInAgain
        }
        // Where no password is ever right, it is not this one that is wrong.
        Diagnosis::WrongPassword | Diagnosis::PasswordsNotTaken if oauth2 => {
            Diagnosis::OAuth2Required
        }
        other => other,
    }
}

fn by_cause(stage: Stage, cause: Cause) -> Diagnosis {
    match (stage, cause) {
        (_, Cause::HostNotFound) => Diagnosis::HostNotFound,
        (_, Cause::HostRefused) => Diagnosis::HostRefused,
        (_, Cause::ConnectionRefused) => Diagnosis::ConnectionRefused,
        (_, Cause::Certificate(why)) => Diagnosis::CertificateInvalid(why),
        (_, Cause::StartTlsPort) => Diagnosis::UseStartTls,
        (_, Cause::TlsPort) => Diagnosis::UseTls,
        (_, Cause::NotTls | Cause::TlsFailed | Cause::NoStartTls) => Diagnosis::WrongPortOrSecurity,
        (_, Cause::LoginDisabled) => Diagnosis::PasswordsNotTaken,
        // A server that waits for TLS says nothing to one that waits for its greeting.
        (Stage::Greeting, Cause::TimedOut) => Diagnosis::WrongPortOrSecurity,
        (Stage::Tls, Cause::TimedOut | Cause::Closed) => Diagnosis::WrongPortOrSecurity,
        (_, Cause::TimedOut) => Diagnosis::TimedOut,
        (_, Cause::Token) => Diagnosis::SignInAgain,
        (_, Cause::TokensNotTaken) => Diagnosis::OAuth2NotTaken,
        (_, Cause::NotImap) => Diagnosis::NotAnImapServer,
        (Stage::Login | Stage::Smtp, Cause::No) => Diagnosis::WrongPassword,
        (_, Cause::Bye | Cause::Closed) => Diagnosis::ServerUnavailable,
        (_, Cause::No | Cause::Bad | Cause::Other) => Diagnosis::Unknown,
    }
}

/// A server's text fit to be shown: cut in length, control and direction
/// characters escaped. Show it as the server's words, never as ours.
pub fn shown_text(server_text: &str) -> String {
    let hidden = |c: char| {
        c.is_control()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
    };
    let mut shown = String::new();
    for c in server_text.trim().chars().take(MAX_SERVER_TEXT_CHARS) {
        if hidden(c) {
            shown.extend(c.escape_unicode());
        } else {
            shown.push(c);
        }
    }
    shown
}
