//! What servers say, row by row, and what is told to a person.

#![allow(clippy::unwrap_used)] // a test may stop at the first surprise

use inboxlink_settings::{
    Cause, CertificateFault, Diagnosis, Field, Side, Stage, diagnose,
    limits::MAX_SERVER_TEXT_CHARS, messages::MESSAGES, shown_text,
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
        (Stage::Smtp, Cause::No, Diagnosis::WrongPassword),
        (
            Stage::Login,
            Cause::LoginDisabled,
            Diagnosis::PasswordsNotTaken,
        ),
        (Stage::Tls, Cause::StartTlsPort, Diagnosis::UseStartTls),
        (Stage::Greeting, Cause::TlsPort, Diagnosis::UseTls),
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

const ALL: [Diagnosis; 27] = [
    Diagnosis::AppPasswordRequired,
    Diagnosis::WrongPassword,
    Diagnosis::ImapDisabled,
    Diagnosis::OAuth2Required,
    Diagnosis::PasswordsNotTaken,
    Diagnosis::WebLoginRequired,
    Diagnosis::AdminBlocked,
    Diagnosis::TooManyConnections,
    Diagnosis::Throttled,
    Diagnosis::WrongPortOrSecurity,
    Diagnosis::UseStartTls,
    Diagnosis::UseTls,
    Diagnosis::NotAnImapServer,
    Diagnosis::HostNotFound,
    Diagnosis::HostRefused,
    Diagnosis::ConnectionRefused,
    Diagnosis::TimedOut,
    Diagnosis::ServerUnavailable,
    Diagnosis::Unknown,
    Diagnosis::CertificateInvalid(CertificateFault::Expired),
    Diagnosis::CertificateInvalid(CertificateFault::NotYetValid),
    Diagnosis::CertificateInvalid(CertificateFault::WrongHost),
    Diagnosis::CertificateInvalid(CertificateFault::UnknownIssuer),
    Diagnosis::CertificateInvalid(CertificateFault::Revoked),
    Diagnosis::CertificateInvalid(CertificateFault::Other),
    Diagnosis::SignInAgain,
    Diagnosis::OAuth2NotTaken,
];

#[test]
fn names_are_those_of_json() {
    for diagnosis in ALL {
        let json = serde_json::json!(diagnosis);
        match diagnosis {
            Diagnosis::CertificateInvalid(_) => {
                assert!(json.as_object().unwrap().contains_key(diagnosis.as_str()));
            }
            _ => assert_eq!(json, diagnosis.as_str()),
        }
    }
}

#[test]
fn everything_can_be_said_of_both_sides() {
    let hosts = ["imap.gmail.com", "smtp.gmail.com", "imap.example.com"];
    let mut used = std::collections::BTreeSet::new();
    for diagnosis in ALL {
        for (host, side) in hosts
            .iter()
            .flat_map(|host| [(host, Side::Reading), (host, Side::Sending)])
        {
            let advice = diagnosis.advice(host, side);
            assert!(advice.key.starts_with(diagnosis.as_str()), "{diagnosis:?}");
            used.insert(advice.key);
            let wait = std::time::Duration::from_secs(90);
            used.insert(advice.clone().after(Some(wait)).key);
            let said = advice.say();
            assert!(advice.happened.ends_with('.'), "{said}");
            assert!(
                said.ends_with(['.', '?']) && !said.contains(['{', '}']),
                "{said}"
            );
            // Nobody is sent to the other half's ports.
            match side {
                Side::Reading => assert!(!said.contains("465") && !said.contains("SMTP"), "{said}"),
                Side::Sending => {
                    let shared =
                        matches!(diagnosis, Diagnosis::ImapDisabled | Diagnosis::UseStartTls);
                    assert!(shared || !said.contains("993"), "{said}");
                }
            }
        }
    }
    let all: std::collections::BTreeSet<_> = MESSAGES.iter().map(|message| message.key).collect();
    assert_eq!((used.len(), all.len()), (MESSAGES.len(), MESSAGES.len()));
}

#[test]
fn a_field_belongs_to_its_side() {
    let field = |diagnosis: Diagnosis, side| diagnosis.advice("mail.example.com", side).field;
    let (reading, sending) = (Side::Reading, Side::Sending);
    assert_eq!(field(Diagnosis::HostNotFound, reading), Some(Field::Host));
    assert_eq!(
        field(Diagnosis::HostNotFound, sending),
        Some(Field::SmtpHost)
    );
    assert_eq!(field(Diagnosis::UseTls, sending), Some(Field::SmtpSecurity));
    assert_eq!(
        field(Diagnosis::ConnectionRefused, sending),
        Some(Field::SmtpPort)
    );
    assert_eq!(
        field(Diagnosis::WrongPassword, sending),
        Some(Field::Password)
    );
    assert_eq!(field(Diagnosis::Throttled, reading), None);
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
