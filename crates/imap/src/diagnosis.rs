//! From an error to what a person is told.

use std::time::Duration;

use inboxlink_settings::{Advice, Cause, Diagnosis, Side, Stage, backoff, diagnose};

use crate::{ErrorKind, ImapError};

impl ImapError {
    /// How long the server wants to be left alone, where it said so.
    pub fn retry_after(&self) -> Option<Duration> {
        backoff(self.server_text()?.as_str())
    }

    /// What to tell a person; see [`diagnosis`](Self::diagnosis).
    pub fn advice(&self, host: &str, side: Side) -> Advice {
        let advice = self.diagnosis(host).advice(host, side);
        advice.after(self.retry_after())
    }

    /// What happened, in the vocabulary that settings use with people. `host`
    /// is the server's name, by which its provider is known.
    pub fn diagnosis(&self, host: &str) -> Diagnosis {
        let cause = match self.kind() {
            ErrorKind::Dns => Cause::HostNotFound,
            ErrorKind::HostRefused => Cause::HostRefused,
            ErrorKind::Refused => Cause::ConnectionRefused,
            ErrorKind::Timeout => Cause::TimedOut,
            ErrorKind::NotImap => Cause::NotImap,
            ErrorKind::NoTls
                if self.stage() == Some(Stage::Tls) && self.server_text().is_some() =>
            {
                Cause::NoStartTls
            }
            ErrorKind::NoTls => Cause::NotTls,
            ErrorKind::StartTlsPort => Cause::StartTlsPort,
            ErrorKind::TlsPort => Cause::TlsPort,
            ErrorKind::Certificate(fault) => Cause::Certificate(fault),
            ErrorKind::Tls => Cause::TlsFailed,
            ErrorKind::LoginDisabled => Cause::LoginDisabled,
            ErrorKind::Token => Cause::Token,
            ErrorKind::TokensNotTaken => Cause::TokensNotTaken,
            ErrorKind::Auth
            | ErrorKind::Throttled
            | ErrorKind::Unavailable
            | ErrorKind::Command
            | ErrorKind::Folder => Cause::No,
            ErrorKind::Closed => Cause::Closed,
            ErrorKind::Credentials
            | ErrorKind::Protocol
            | ErrorKind::Limit
            | ErrorKind::Argument => Cause::Other,
        };
        let stage = self.stage().unwrap_or(Stage::Mail);
        let text = self.server_text().map(crate::ServerText::as_str);
        diagnose(stage, cause, text, host)
    }
}
