//! From a diagnosis to what a person is told.

use std::time::Duration;

use serde::Serialize;

use crate::{
    CertificateFault, Diagnosis, Field,
    messages::{MESSAGES, Message},
    providers::{self, Auth, Provider},
};

/// Which half of a connection something is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Side {
    /// Reading mail: IMAP.
    #[default]
    Reading,
    /// Sending mail: SMTP.
    Sending,
}

/// What a person is told: what happened, what to do now, and where it is
/// explained.
///
/// ```
/// use inboxlink_settings::{Diagnosis, Field, Side};
///
/// let advice = Diagnosis::WrongPassword.advice("imap.gmail.com", Side::Reading);
/// assert_eq!(advice.key, "wrong_password.app_password");
/// assert_eq!(advice.happened, "Gmail did not accept this user name and password.");
/// assert!(advice.todo.contains("app password"));
/// assert_eq!(advice.field, Some(Field::Password));
/// assert!(advice.link.is_some());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Advice {
    /// The key of the [`Message`], for translations.
    pub key: &'static str,
    /// What happened: a sentence.
    pub happened: String,
    /// What to do now: a sentence or two.
    pub todo: String,
    /// What the provider's own words leave unsaid: a sentence.
    pub note: Option<&'static str>,
    /// The provider's page on it.
    pub link: Option<&'static str>,
    /// The field of the form at which it is best said.
    pub field: Option<Field>,
}

impl Advice {
    /// The same where the server said how long it wants to be left alone.
    #[must_use]
    pub fn after(mut self, wait: Option<Duration>) -> Self {
        let until = MESSAGES.iter().find(|it| it.key == "throttled.until");
        if let (Some(wait), Some(until)) = (wait, until.filter(|_| self.key == "throttled")) {
            self.key = until.key;
            self.todo = until.todo.replace("{wait}", &span(wait));
        }
        self
    }

    /// All of it in one text.
    pub fn say(&self) -> String {
        let note = self.note.map(|note| format!(" {note}"));
        let note = note.unwrap_or_default();
        format!("{} {}{note}", self.happened, self.todo)
    }
}

/// A time to wait, rounded up, as a person says it.
fn span(wait: Duration) -> String {
    let minutes = wait.as_secs().div_ceil(60).max(1);
    match (minutes, minutes.div_ceil(60)) {
        (1, _) => "a minute".to_owned(),
        (..120, _) => format!("{minutes} minutes"),
        (_, hours) => format!("{hours} hours"),
    }
}

impl Diagnosis {
    /// What to tell a person. `host` is the host that was dialled.
    pub fn advice(self, host: &str, side: Side) -> Advice {
        let provider = match side {
            Side::Reading => providers::by_host(host),
            Side::Sending => providers::by_smtp_host(host),
        };
        let message = self.message(provider, side);
        let who = provider.map_or("The mail server", |provider| provider.name);
        let fill = |text: &str| text.replace("{who}", who).replace("{host}", host);
        let about_login = matches!(
            self,
            Self::WrongPassword | Self::ImapDisabled | Self::AppPasswordRequired
        );
        let meant = match (self, side) {
            (Self::HostNotFound, Side::Reading) => crate::suggest_host(host),
            _ => None,
        };
        let mut todo = fill(message.todo);
        if let Some(meant) = meant {
            todo.push_str(&format!(" Did you mean {meant}?"));
        }
        Advice {
            key: message.key,
            happened: fill(message.happened),
            todo,
            note: provider.and_then(|p| p.note).filter(|_| about_login),
            link: provider.and_then(|p| self.page(p)),
            field: self.field_of(side),
        }
    }

    /// The same for the reading side, in one text.
    pub fn say(self, host: &str) -> String {
        self.advice(host, Side::Reading).say()
    }

    /// The provider's page on it, where one is known.
    pub fn link(self, host: &str) -> Option<&'static str> {
        providers::by_host(host).and_then(|provider| self.page(provider))
    }

    fn page(self, provider: &Provider) -> Option<&'static str> {
        match self {
            Self::AppPasswordRequired | Self::WrongPassword | Self::OAuth2Required => {
                provider.password_link.or(provider.imap_link)
            }
            Self::ImapDisabled | Self::AdminBlocked => {
                provider.imap_link.or(provider.password_link)
            }
            _ => None,
        }
    }

    fn message(self, provider: Option<&Provider>, side: Side) -> Message {
        let variety = match self {
            Self::WrongPassword => match provider.map(|provider| provider.auth) {
                Some(Auth::AppPassword { .. }) => ".app_password",
                _ => "",
            },
            Self::CertificateInvalid(why) => match why {
                CertificateFault::Expired => ".expired",
                CertificateFault::NotYetValid => ".not_yet_valid",
                CertificateFault::WrongHost => ".wrong_host",
                CertificateFault::UnknownIssuer => ".unknown_issuer",
                CertificateFault::Revoked => ".revoked",
                CertificateFault::Other => ".other",
            },
            _ => "",
        };
        let key = format!("{}{variety}", self.as_str());
        let sending = format!("{key}.sending");
        let find = |key: &str| MESSAGES.iter().find(|message| message.key == key);
        let own = find(&sending).filter(|_| side == Side::Sending);
        // A test asks for every diagnosis.
        own.or_else(|| find(&key)).copied().unwrap_or(Message {
            key: "unknown",
            happened: "",
            todo: "",
        })
    }
}
