//! One error for the whole facade.

use std::fmt;

use inboxlink_engine::{InboxState, StoreError, StoreErrorKind};
use inboxlink_imap::ImapError;
use inboxlink_oauth::OAuthError;
use inboxlink_settings::{Advice, Diagnosis, Faults, Side};
use inboxlink_smtp::Failure;
use inboxlink_vault::VaultError;

use crate::WebhookUrlError;

/// What went wrong. Its text is one sentence that can be shown; it holds no
/// secret, and of a server's own words only what was escaped and capped.
#[derive(Debug)]
pub struct Error(Box<Cause>);

#[derive(Debug)]
enum Cause {
    Imap {
        host: String,
        error: ImapError,
    },
    Smtp {
        host: String,
        failure: Failure,
    },
    Store(StoreError),
    Settings(Faults),
    Vault(VaultError),
    Export(std::io::Error),
    NoRandom,
    Webhook(WebhookUrlError),
    OAuth {
        host: String,
        error: OAuthError,
    },
    /// The inbox is not one to be synced.
    State {
        host: String,
        state: InboxState,
    },
    /// The workspace has tested connections too often.
    TooManyTests,
    Stopped,
}

impl Error {
    pub(crate) fn imap(host: &str, error: ImapError) -> Self {
        Self(Box::new(Cause::Imap {
            host: host.to_owned(),
            error,
        }))
    }

    pub(crate) fn smtp(host: &str, failure: Failure) -> Self {
        Self(Box::new(Cause::Smtp {
            host: host.to_owned(),
            failure,
        }))
    }

    pub(crate) fn oauth(host: &str, error: OAuthError) -> Self {
        Self(Box::new(Cause::OAuth {
            host: host.to_owned(),
            error,
        }))
    }

    pub(crate) fn state(host: &str, state: InboxState) -> Self {
        Self(Box::new(Cause::State {
            host: host.to_owned(),
            state,
        }))
    }

    pub(crate) fn too_many_tests() -> Self {
        Self(Box::new(Cause::TooManyTests))
    }

    /// Others wrote so often that no gap was found.
    pub(crate) fn contended() -> Self {
        let message = "the workspace is written to by so many others that this change found no \
                       gap: try again";
        StoreError::new(StoreErrorKind::Unavailable, message).into()
    }

    pub(crate) fn stopped() -> Self {
        Self(Box::new(Cause::Stopped))
    }

    pub(crate) fn export(error: impl Into<std::io::Error>) -> Self {
        Self(Box::new(Cause::Export(error.into())))
    }

    pub(crate) fn no_random() -> Self {
        Self(Box::new(Cause::NoRandom))
    }

    /// Whether the same may succeed later, with nothing changed.
    pub fn is_transient(&self) -> bool {
        match &*self.0 {
            Cause::Imap { error, .. } => error.is_transient(),
            Cause::Smtp { failure, .. } => failure.is_transient(),
            Cause::Store(error) => error.is_transient(),
            Cause::Vault(error) => *error == VaultError::Unavailable,
            Cause::OAuth { error, .. } => error.is_transient(),
            Cause::TooManyTests => true,
            Cause::Settings(_)
            | Cause::Webhook(_)
            | Cause::Export(_)
            | Cause::NoRandom
            | Cause::State { .. }
            | Cause::Stopped => false,
        }
    }

    /// Whether a person has to do something first: correct the settings, make
    /// an app password, switch IMAP on.
    pub fn needs_user_action(&self) -> bool {
        match &*self.0 {
            Cause::Imap { error, .. } => error.needs_user_action(),
            Cause::Smtp { host, failure } => failure.diagnosis(host).needs_user_action(),
            Cause::Settings(_) | Cause::Webhook(_) => true,
            Cause::OAuth { error, .. } => !error.is_transient(),
            Cause::State { state, .. } => matches!(state, InboxState::NeedsAction(_)),
            Cause::Vault(error) => *error != VaultError::Unavailable,
            Cause::Store(_)
            | Cause::Export(_)
            | Cause::NoRandom
            | Cause::TooManyTests
            | Cause::Stopped => false,
        }
    }

    /// What a connection failed of, where that is what went wrong.
    pub fn diagnosis(&self) -> Option<Diagnosis> {
        match &*self.0 {
            Cause::Imap { host, error } => Some(error.diagnosis(host)),
            Cause::Smtp { host, failure } => Some(failure.diagnosis(host)),
            Cause::OAuth { error, .. } if !error.is_transient() => Some(Diagnosis::SignInAgain),
            Cause::State {
                state: InboxState::NeedsAction(diagnosis),
                ..
            } => Some(*diagnosis),
            _ => None,
        }
    }

    /// What to tell the person who connects the inbox: what happened, what to
    /// do, and the field to say it at.
    pub fn advice(&self) -> Option<Advice> {
        match &*self.0 {
            Cause::Imap { host, error } => Some(error.advice(host, Side::Reading)),
            Cause::Smtp { host, failure } => Some(failure.advice(host)),
            Cause::OAuth { host, .. } | Cause::State { host, .. } => {
                self.diagnosis().map(|it| it.advice(host, Side::Reading))
            }
            _ => None,
        }
    }

    /// What the server said to it: escaped and capped. Show it as the
    /// server's words, never as ours.
    pub fn server_text(&self) -> Option<&str> {
        let text = match &*self.0 {
            Cause::Imap { error, .. } => {
                error.server_text().map(inboxlink_imap::ServerText::as_str)
            }
            Cause::Smtp { failure, .. } => Some(failure.server_text()),
            _ => None,
        };
        text.filter(|text| !text.is_empty())
    }

    /// The faulty fields, where settings were refused.
    pub fn faults(&self) -> Option<&Faults> {
        match &*self.0 {
            Cause::Settings(faults) => Some(faults),
            _ => None,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.0 {
            Cause::Imap { host, error } => f.write_str(&error.advice(host, Side::Reading).say()),
            Cause::Smtp { host, failure } => f.write_str(&failure.advice(host).say()),
            Cause::Store(error) => error.fmt(f),
            Cause::Settings(faults) => faults.fmt(f),
            Cause::Vault(error) => error.fmt(f),
            Cause::Export(error) => write!(f, "the export cannot be written: {error}"),
            Cause::NoRandom => f.write_str("the system has no random bytes to give"),
            Cause::Webhook(error) => error.fmt(f),
            Cause::OAuth { error, .. } => error.fmt(f),
            Cause::State { host, state } => match state {
                InboxState::NeedsAction(diagnosis) => f.write_str(&diagnosis.say(host)),
                InboxState::Paused => f.write_str("this inbox is paused: resume it first"),
                _ => f.write_str("this inbox was removed: connect it again"),
            },
            Cause::TooManyTests => f.write_str(
                "connections were tested too often in a short time: wait a minute, then try again",
            ),
            Cause::Stopped => {
                f.write_str("a part of the program was stopped while the inbox was synced")
            }
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &*self.0 {
            Cause::Imap { error, .. } => Some(error),
            Cause::Smtp { failure, .. } => Some(failure),
            Cause::Store(error) => Some(error),
            Cause::Settings(faults) => Some(faults),
            Cause::Vault(error) => Some(error),
            Cause::Webhook(error) => Some(error),
            Cause::Export(error) => Some(error),
            Cause::OAuth { error, .. } => Some(error),
            Cause::State { .. } | Cause::TooManyTests | Cause::NoRandom | Cause::Stopped => None,
        }
    }
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        Self(Box::new(Cause::Store(error)))
    }
}

impl From<Faults> for Error {
    fn from(faults: Faults) -> Self {
        Self(Box::new(Cause::Settings(faults)))
    }
}

impl From<WebhookUrlError> for Error {
    fn from(error: WebhookUrlError) -> Self {
        Self(Box::new(Cause::Webhook(error)))
    }
}

impl From<VaultError> for Error {
    fn from(error: VaultError) -> Self {
        Self(Box::new(Cause::Vault(error)))
    }
}
