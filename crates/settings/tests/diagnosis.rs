//! What servers say, row by row, and what is told to a person.

use inboxlink_settings::{
    Cause, CertificateFault, Diagnosis, Stage, diagnose, limits::MAX_SERVER_TEXT_CHARS, shown_text,
};
use proptest::prelude::*;

/// Every known text of every provider: host, cause, text, diagnosis.
const KNOWN: &[(&str, Cause, &str, Diagnosis)] = &[
    (
        "imap.gmail.com",
        Cause::No,
        "[ALERT] Application-specific password required: https://support.google.com/accounts/answer/185833 (Failure)",
        Diagnosis::AppPasswordRequired,
    ),
    (
        "imap.gmail.com",
        Cause::No,
        "[AUTHENTICATIONFAILED] Invalid credentials (Failure)",
        Diagnosis::WrongPassword,
    ),
    (
        "imap.gmail.com",
        Cause::No,
        "[ALERT] Too many simultaneous connections. (Failure)",
        Diagnosis::TooManyConnections,
    ),
    (
        "imap.gmail.com",
        Cause::No,
        "[OVERQUOTA] Account exceeded command or bandwidth limits.",
        Diagnosis::Throttled,
    ),
    (
        "imap.gmail.com",
        Cause::No,
        "[ALERT] Please log in via your web browser",
        Diagnosis::WebLoginRequired,
    ),
    (
        "imap.gmail.com",
        Cause::No,
        "[WEBALERT https://accounts.example/x] Web login required",
        Diagnosis::WebLoginRequired,
    ),
    (
        "imap.gmail.com",
        Cause::No,
        "[ALERT] IMAP access is disabled for your domain.",
        Diagnosis::AdminBlocked,
    ),
    (
        "imap.gmail.com",
        Cause::No,
        "[ALERT] Your account is not enabled for IMAP use.",
        Diagnosis::ImapDisabled,
    ),
    (
        "outlook.office365.com",
        Cause::No,
        "Basic authentication is disabled.",
        Diagnosis::OAuth2Required,
    ),
    (
        "outlook.office365.com",
        Cause::No,
        "LOGIN failed.",
        Diagnosis::OAuth2Required,
    ),
    (
        "outlook.office365.com",
        Cause::No,
        "AUTHENTICATE failed.",
        Diagnosis::OAuth2Required,
    ),
    (
        "outlook.office365.com",
        Cause::No,
        "Account is blocked. Login to your account via a web browser",
        Diagnosis::WebLoginRequired,
    ),
    (
        "outlook.office365.com",
        Cause::Bad,
        "User is authenticated but not connected.",
        Diagnosis::AdminBlocked,
    ),
    (
        "outlook.office365.com",
        Cause::No,
        "Request is throttled. Suggested Backoff Time: 1234 milliseconds",
        Diagnosis::Throttled,
    ),
    (
        "outlook.office365.com",
        Cause::Bad,
        "Request is throttled. Suggested Backoff Time: 1234 milliseconds",
        Diagnosis::Throttled,
    ),
    (
        "outlook.office365.com",
        Cause::No,
        "Server Unavailable. 15",
        Diagnosis::ServerUnavailable,
    ),
    (
        "outlook.office365.com",
        Cause::Bye,
        "Connection closed. 14",
        Diagnosis::ServerUnavailable,
    ),
    (
        "outlook.office365.com",
        Cause::Bye,
        "Connection is closed. 13",
        Diagnosis::ServerUnavailable,
    ),
    (
        "imap.mail.yahoo.com",
        Cause::No,
        "[AUTHENTICATIONFAILED] LOGIN Invalid credentials",
        Diagnosis::WrongPassword,
    ),
    (
        "imap.mail.yahoo.com",
        Cause::No,
        "[UNAVAILABLE] UID FETCH Server error - Please try again later",
        Diagnosis::ServerUnavailable,
    ),
    (
        "imap.aol.com",
        Cause::No,
        "[LIMIT] Too many simultaneous connections",
        Diagnosis::TooManyConnections,
    ),
    (
        "imap.mail.me.com",
        Cause::No,
        "[AUTHENTICATIONFAILED] Authentication failed",
        Diagnosis::WrongPassword,
    ),
    (
        "imap.mail.me.com",
        Cause::Bad,
        "[UNAVAILABLE] Service temporarily unavailable",
        Diagnosis::ServerUnavailable,
    ),
    (
        "imap.zoho.eu",
        Cause::No,
        "[ALERT] You are yet to enable IMAP for your account. Please contact your administrator (Failure)",
        Diagnosis::ImapDisabled,
    ),
    (
        "imap.zoho.com",
        Cause::No,
        "[ALERT] Invalid credentials(Failure)",
        Diagnosis::WrongPassword,
    ),
    (
        "imap.fastmail.com",
        Cause::No,
        "Incorrect username, password or access token.",
        Diagnosis::WrongPassword,
    ),
    (
        "imap.gmx.net",
        Cause::No,
        "authentication failed",
        Diagnosis::WrongPassword,
    ),
    (
        "imap.mail.ru",
        Cause::No,
        "NEOBHODIM parol prilozheniya https://help.mail.ru/mail/security/protection/external / Application password is REQUIRED",
        Diagnosis::AppPasswordRequired,
    ),
    (
        "imap.mail.ru",
        Cause::No,
        "Aplication password is REQUIRED",
        Diagnosis::AppPasswordRequired,
    ),
    (
        "imap.yandex.com",
        Cause::No,
        "[AUTHENTICATIONFAILED] LOGIN invalid credentials or IMAP is disabled sc=abc",
        Diagnosis::ImapDisabled,
    ),
    (
        "imap.qq.com",
        Cause::No,
        "Login fail. Account is abnormal, service is not open, password is incorrect, login frequency limited, or system is busy.",
        Diagnosis::ImapDisabled,
    ),
    (
        "imap.qq.com",
        Cause::No,
        "Please using authorized code to login.",
        Diagnosis::AppPasswordRequired,
    ),
    (
        "imap.163.com",
        Cause::No,
        "SELECT Unsafe Login. Please contact kefu@188.com for help",
        Diagnosis::WebLoginRequired,
    ),
    (
        "imap.126.com",
        Cause::No,
        "EXAMINE Unsafe Login. Please contact kefu@188.com for help",
        Diagnosis::WebLoginRequired,
    ),
    (
        "127.0.0.1",
        Cause::No,
        "no such user",
        Diagnosis::WrongPassword,
    ),
    (
        "127.0.0.1",
        Cause::No,
        "too many login attempts",
        Diagnosis::Throttled,
    ),
    (
        "imap.example.com",
        Cause::No,
        "[UNAVAILABLE] Maximum number of connections from user+IP exceeded (mail_max_userip_connections=16)",
        Diagnosis::TooManyConnections,
    ),
    (
        "imap.example.com",
        Cause::No,
        "[AUTHENTICATIONFAILED] Authentication failed.",
        Diagnosis::WrongPassword,
    ),
];

#[test]
fn every_known_text_has_its_diagnosis() {
    for (host, cause, text, diagnosis) in KNOWN {
        for text in [
            (*text).to_owned(),
            text.to_uppercase(),
            format!("x {text} y"),
        ] {
            assert_eq!(
                diagnose(Stage::Login, *cause, Some(&text), host),
                *diagnosis,
                "{host}: {text}"
            );
        }
    }
}

#[test]
fn causes_without_a_text_have_theirs() {
    let expired = CertificateFault::Expired;
    for (stage, cause, expected) in [
        (Stage::Dns, Cause::HostNotFound, Diagnosis::HostNotFound),
        (Stage::Dns, Cause::HostRefused, Diagnosis::HostRefused),
        (
            Stage::Tcp,
            Cause::ConnectionRefused,
            Diagnosis::ConnectionRefused,
        ),
        (Stage::Tcp, Cause::TimedOut, Diagnosis::TimedOut),
        (
            Stage::Tls,
            Cause::Certificate(expired),
            Diagnosis::CertificateInvalid(expired),
        ),
        (Stage::Tls, Cause::NotTls, Diagnosis::WrongPortOrSecurity),
        (
            Stage::Tls,
            Cause::NoStartTls,
            Diagnosis::WrongPortOrSecurity,
        ),
        (
            Stage::Greeting,
            Cause::TimedOut,
            Diagnosis::WrongPortOrSecurity,
        ),
        (Stage::Greeting, Cause::NotImap, Diagnosis::NotAnImapServer),
        (Stage::Greeting, Cause::Bye, Diagnosis::ServerUnavailable),
        (Stage::Login, Cause::No, Diagnosis::WrongPassword),
        (Stage::Mail, Cause::Closed, Diagnosis::ServerUnavailable),
        (Stage::Mail, Cause::No, Diagnosis::Unknown),
    ] {
        assert_eq!(diagnose(stage, cause, None, "imap.example.com"), expected);
    }
}

#[test]
fn a_refused_host_has_one_answer_whatever_it_said() {
    let texts = [None, Some("[AUTHENTICATIONFAILED]"), Some("220 mail ESMTP")];
    for text in texts {
        let diagnosis = diagnose(Stage::Dns, Cause::HostRefused, text, "10.0.0.1");
        assert_eq!(diagnosis, Diagnosis::HostRefused);
        assert!(!diagnosis.say("10.0.0.1").contains("10.0"));
    }
}

#[test]
fn names_are_those_of_json() {
    for diagnosis in [
        Diagnosis::AppPasswordRequired,
        Diagnosis::WrongPassword,
        Diagnosis::ImapDisabled,
        Diagnosis::OAuth2Required,
        Diagnosis::WebLoginRequired,
        Diagnosis::AdminBlocked,
        Diagnosis::TooManyConnections,
        Diagnosis::Throttled,
        Diagnosis::WrongPortOrSecurity,
        Diagnosis::NotAnImapServer,
        Diagnosis::HostNotFound,
        Diagnosis::HostRefused,
        Diagnosis::ConnectionRefused,
        Diagnosis::TimedOut,
        Diagnosis::ServerUnavailable,
        Diagnosis::Unknown,
    ] {
        let json = serde_json::json!(diagnosis);
        assert_eq!(json, diagnosis.as_str());
        assert!(diagnosis.say("imap.example.com").ends_with('.'));
    }
}

#[test]
fn advice_fits_the_provider() {
    let say = Diagnosis::WrongPassword.say("imap.gmx.net");
    assert!(say.starts_with("GMX did not accept") && say.contains("switched off"));
    assert!(
        Diagnosis::HostNotFound
            .say("imap.gmial.com")
            .contains("imap.gmail.com")
    );
    assert_eq!(
        Diagnosis::AppPasswordRequired.link("imap.gmail.com"),
        Some("https://support.google.com/accounts/answer/185833")
    );
    assert_eq!(
        Diagnosis::AppPasswordRequired.link("imap.example.com"),
        None
    );
}

proptest! {
    #[test]
    fn a_servers_text_is_capped_and_escaped(text in any::<String>(), n in 0..40usize) {
        let shown = shown_text(&text.repeat(n));
        // The longest escape stands for one character.
        let cap = MAX_SERVER_TEXT_CHARS * 10;
        prop_assert!(shown.len() <= cap);
        let hidden = |c: char| c.is_control() || c == '\u{202e}';
        prop_assert!(!shown.chars().any(hidden));
    }
}
