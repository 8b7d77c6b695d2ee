//! What servers say when they refuse, and what it means: a table.

use crate::{Diagnosis, limits::MAX_SERVER_TEXT_CHARS};

/// Texts, case-folded, found anywhere in what was said: bracket codes arrive
/// even within it. The first row that fits decides, so the special stand
/// above the general.
const TEXTS: &[(&str, Diagnosis)] = &[
    // Gmail, Google Workspace.
    (
        "application-specific password required",
        Diagnosis::AppPasswordRequired,
    ),
    (
        "imap access is disabled for your domain",
        Diagnosis::AdminBlocked,
    ),
    (
        "your account is not enabled for imap use",
        Diagnosis::ImapDisabled,
    ),
    (
        "please log in via your web browser",
        Diagnosis::WebLoginRequired,
    ),
    ("[webalert", Diagnosis::WebLoginRequired),
    ("web login required", Diagnosis::WebLoginRequired),
    ("exceeded command or bandwidth limits", Diagnosis::Throttled),
    (
        "username and password not accepted",
        Diagnosis::WrongPassword,
    ),
    // Microsoft.
    (
        "basic authentication is disabled",
        Diagnosis::OAuth2Required,
    ),
    (
        "smtpclientauthentication is disabled",
        Diagnosis::AdminBlocked,
    ),
    (
        "login to your account via a web browser",
        Diagnosis::WebLoginRequired,
    ),
    // The mailbox's access by IMAP, its licence, or its load: all the administrator's.
    (
        "user is authenticated but not connected",
        Diagnosis::AdminBlocked,
    ),
    ("request is throttled", Diagnosis::Throttled),
    ("server unavailable", Diagnosis::ServerUnavailable),
    ("connection closed. 14", Diagnosis::ServerUnavailable),
    ("connection is closed. 13", Diagnosis::ServerUnavailable),
    // Yahoo and AOL.
    ("too many bad auth attempts", Diagnosis::Throttled),
    // Zoho.
    ("you are yet to enable imap", Diagnosis::ImapDisabled),
    // Mail.ru, in both of its spellings.
    ("parol prilozheniya", Diagnosis::AppPasswordRequired),
    (
        "application password is required",
        Diagnosis::AppPasswordRequired,
    ),
    (
        "aplication password is required",
        Diagnosis::AppPasswordRequired,
    ),
    // Yandex.
    (
        "invalid credentials or imap is disabled",
        Diagnosis::ImapDisabled,
    ),
    // QQ, NetEase.
    (
        "using authorized code to login",
        Diagnosis::AppPasswordRequired,
    ),
    (
        "account is abnormal, service is not open",
        Diagnosis::ImapDisabled,
    ),
    ("unsafe login", Diagnosis::WebLoginRequired),
    // Proton's bridge.
    ("no such user", Diagnosis::WrongPassword),
    ("too many login attempts", Diagnosis::Throttled),
    // Everyone's.
    (
        "too many simultaneous connections",
        Diagnosis::TooManyConnections,
    ),
    (
        "maximum number of connections",
        Diagnosis::TooManyConnections,
    ),
    (
        "incorrect username, password or access token",
        Diagnosis::WrongPassword,
    ),
    ("invalid credentials", Diagnosis::WrongPassword),
    // Response codes (RFC 5530); servers set them even within the text.
    ("[privacyrequired]", Diagnosis::WrongPortOrSecurity),
    ("[contactadmin]", Diagnosis::AdminBlocked),
    ("[authorizationfailed]", Diagnosis::AdminBlocked),
    ("[expired]", Diagnosis::WebLoginRequired),
    ("[authenticationfailed]", Diagnosis::WrongPassword),
    ("[limit]", Diagnosis::Throttled),
    ("[overquota]", Diagnosis::Throttled),
    ("[unavailable]", Diagnosis::ServerUnavailable),
    ("[serverbug]", Diagnosis::ServerUnavailable),
    ("[inuse]", Diagnosis::ServerUnavailable),
];

/// What a refusal means, where its words are known.
pub(crate) fn meaning(text: &str) -> Option<Diagnosis> {
    let text = folded(text);
    TEXTS
        .iter()
        .find(|(needle, _)| text.contains(needle))
        .map(|(_, diagnosis)| *diagnosis)
}

/// How long a server asks to be left alone, where it says so: `Suggested
/// Backoff Time: 1234 milliseconds`. A day at most.
pub fn backoff(server_text: &str) -> Option<std::time::Duration> {
    const DAY_MILLIS: u64 = 24 * 60 * 60 * 1000;
    let text = folded(server_text);
    let (_, rest) = text.split_once("suggested backoff time:")?;
    let digits: String = rest
        .trim_start()
        .chars()
        .take_while(char::is_ascii_digit)
        .collect();
    let millis = digits.parse().unwrap_or(DAY_MILLIS).min(DAY_MILLIS);
    (!digits.is_empty()).then(|| std::time::Duration::from_millis(millis))
}

fn folded(text: &str) -> String {
    let beginning = text.chars().take(MAX_SERVER_TEXT_CHARS);
    beginning.map(|c| c.to_ascii_lowercase()).collect()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn no_row_is_hidden_by_one_above_it() {
        for (n, (needle, diagnosis)) in TEXTS.iter().enumerate() {
            assert_eq!(*needle, needle.to_ascii_lowercase());
            assert_eq!(meaning(needle), Some(*diagnosis), "row {n}: {needle}");
        }
    }

    #[test]
    fn a_servers_wish_to_be_left_alone_is_read() {
        let asked = |time: &str| {
            backoff(&format!(
                "Request is throttled. Suggested Backoff Time: {time} milliseconds"
            ))
        };
        assert_eq!(asked("1500"), Some(Duration::from_millis(1500)));
        assert_eq!(
            asked("99999999999999999999"),
            Some(Duration::from_secs(86_400))
        );
        assert_eq!(asked("soon"), None);
        assert_eq!(backoff("[UNAVAILABLE] Later"), None);
    }
}
