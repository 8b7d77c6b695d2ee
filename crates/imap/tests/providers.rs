//! What providers say when they refuse, row by row, through a server that
//! says it: what a person is told, and whether it passes by itself.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice
)] // a test may stop at the first surprise

use std::time::Duration;

use inboxlink_imap::{ConnectOptions, Endpoint, ImapError, Session, connect};
use inboxlink_settings::{Diagnosis, HostPolicy, Security, Side};
use inboxlink_testserver::{Profile, TestServer, User};
use secrecy::SecretString;

const ANNA: &str = "anna@example.com";

/// Host, answer to the login, diagnosis, the message's key, and whether there
/// is a page to read.
const ROWS: &[(&str, &str, Diagnosis, &str, bool)] = &[
    (
        "imap.gmail.com",
        "NO [ALERT] Application-specific password required: https://support.google.com/accounts/answer/185833 (Failure)",
        Diagnosis::AppPasswordRequired,
        "app_password_required",
        true,
    ),
    (
        "imap.gmail.com",
        "NO [AUTHENTICATIONFAILED] Invalid credentials (Failure)",
        Diagnosis::WrongPassword,
        "wrong_password.app_password",
        true,
    ),
    (
        "imap.gmail.com",
        "NO [ALERT] Too many simultaneous connections. (Failure)",
        Diagnosis::TooManyConnections,
        "too_many_connections",
        false,
    ),
    (
        "imap.gmail.com",
        "NO [OVERQUOTA] Account exceeded command or bandwidth limits.",
        Diagnosis::Throttled,
        "throttled",
        false,
    ),
    (
        "imap.gmail.com",
        "NO [ALERT] Please log in via your web browser",
        Diagnosis::WebLoginRequired,
        "web_login_required",
        false,
    ),
    (
        "imap.gmail.com",
        "NO [WEBALERT https://accounts.google.com/signin/continue] Web login required",
        Diagnosis::WebLoginRequired,
        "web_login_required",
        false,
    ),
    (
        "imap.gmail.com",
        "NO [ALERT] IMAP access is disabled for your domain.",
        Diagnosis::AdminBlocked,
        "admin_blocked",
        true,
    ),
    (
        "imap.gmail.com",
        "NO [ALERT] Your account is not enabled for IMAP use.",
        Diagnosis::ImapDisabled,
        "imap_disabled",
        true,
    ),
    (
        "outlook.office365.com",
        "NO Basic authentication is disabled.",
        Diagnosis::OAuth2Required,
        "oauth2_required",
        true,
    ),
    (
        "outlook.office365.com",
        "NO LOGIN failed.",
        Diagnosis::OAuth2Required,
        "oauth2_required",
        true,
    ),
    (
        "outlook.office365.com",
        "NO AUTHENTICATE failed.",
        Diagnosis::OAuth2Required,
        "oauth2_required",
        true,
    ),
    (
        "outlook.office365.com",
        "NO Account is blocked. Login to your account via a web browser",
        Diagnosis::WebLoginRequired,
        "web_login_required",
        false,
    ),
    (
        "outlook.office365.com",
        "BAD User is authenticated but not connected.",
        Diagnosis::AdminBlocked,
        "admin_blocked",
        true,
    ),
    (
        "outlook.office365.com",
        "NO Request is throttled. Suggested Backoff Time: 90000 milliseconds",
        Diagnosis::Throttled,
        "throttled.until",
        false,
    ),
    (
        "outlook.office365.com",
        "BAD Request is throttled. Suggested Backoff Time: 90000 milliseconds",
        Diagnosis::Throttled,
        "throttled.until",
        false,
    ),
    (
        "outlook.office365.com",
        "NO Server Unavailable. 15",
        Diagnosis::ServerUnavailable,
        "server_unavailable",
        false,
    ),
    (
        "imap.mail.yahoo.com",
        "NO [AUTHENTICATIONFAILED] LOGIN Invalid credentials",
        Diagnosis::WrongPassword,
        "wrong_password.app_password",
        true,
    ),
    (
        "imap.mail.yahoo.com",
        "NO [UNAVAILABLE] UID FETCH Server error - Please try again later",
        Diagnosis::ServerUnavailable,
        "server_unavailable",
        false,
    ),
    (
        "imap.mail.yahoo.com",
        "NO [LIMIT] Too many simultaneous connections",
        Diagnosis::TooManyConnections,
        "too_many_connections",
        false,
    ),
    (
        "imap.aol.com",
        "NO [AUTHENTICATIONFAILED] LOGIN Invalid credentials",
        Diagnosis::WrongPassword,
        "wrong_password.app_password",
        true,
    ),
    (
        "imap.mail.me.com",
        "NO [AUTHENTICATIONFAILED] Authentication failed",
        Diagnosis::WrongPassword,
        "wrong_password.app_password",
        true,
    ),
    (
        "imap.mail.me.com",
        "BAD [UNAVAILABLE] Service temporarily unavailable",
        Diagnosis::ServerUnavailable,
        "server_unavailable",
        false,
    ),
    (
        "imap.zoho.com",
        "NO [ALERT] You are yet to enable IMAP for your account. Please contact your administrator (Failure)",
        Diagnosis::ImapDisabled,
        "imap_disabled",
        true,
    ),
    (
        "imappro.zoho.eu",
        "NO [ALERT] Invalid credentials(Failure)",
        Diagnosis::WrongPassword,
        "wrong_password",
        true,
    ),
    (
        "imap.fastmail.com",
        "NO Incorrect username, password or access token.",
        Diagnosis::WrongPassword,
        "wrong_password.app_password",
        true,
    ),
    (
        "imap.gmx.net",
        "NO authentication failed",
        Diagnosis::WrongPassword,
        "wrong_password",
        true,
    ),
    (
        "imap.mail.ru",
        "NO NEOBHODIM parol prilozheniya https://help.mail.ru/mail/security/protection/external / Application password is REQUIRED",
        Diagnosis::AppPasswordRequired,
        "app_password_required",
        true,
    ),
    (
        "imap.mail.ru",
        "NO Aplication password is REQUIRED",
        Diagnosis::AppPasswordRequired,
        "app_password_required",
        true,
    ),
    (
        "imap.yandex.com",
        "NO [AUTHENTICATIONFAILED] LOGIN invalid credentials or IMAP is disabled sc=abc",
        Diagnosis::ImapDisabled,
        "imap_disabled",
        true,
    ),
    (
        "imap.qq.com",
        "NO Login fail. Account is abnormal, service is not open, password is incorrect, login frequency limited, or system is busy.",
        Diagnosis::ImapDisabled,
        "imap_disabled",
        true,
    ),
    (
        "imap.qq.com",
        "NO Login fail. Please using authorized code to login.",
        Diagnosis::AppPasswordRequired,
        "app_password_required",
        true,
    ),
    (
        "127.0.0.1",
        "NO no such user",
        Diagnosis::WrongPassword,
        "wrong_password",
        false,
    ),
    (
        "127.0.0.1",
        "NO too many login attempts",
        Diagnosis::Throttled,
        "throttled",
        false,
    ),
    (
        "imap.example.com",
        "NO [UNAVAILABLE] Maximum number of connections from user+IP exceeded (mail_max_userip_connections=16)",
        Diagnosis::TooManyConnections,
        "too_many_connections",
        false,
    ),
];

async fn log_in(server: &TestServer) -> Result<Session, ImapError> {
    let mut options = ConnectOptions::default();
    options.host_policy = HostPolicy::allowing_private();
    options.extra_ca = vec![server.ca_pem().as_bytes().to_vec()];
    let endpoint = Endpoint {
        host: "localhost".into(),
        port: server.imaps_port(),
        security: Security::Tls,
    };
    let connection = connect(&endpoint, &options, &mut |_| {}).await?;
    let password = SecretString::from("secret");
    connection.login(ANNA, &password, &mut |_| {}).await
}

async fn server(profile: Profile) -> TestServer {
    let user = User::new(ANNA, "secret").web_password("web");
    let builder = TestServer::builder().profile(profile).user(user);
    builder.start().await.unwrap()
}

#[tokio::test]
async fn every_refusal_leads_to_its_advice() {
    let server = server(Profile::default()).await;
    for (host, answer, diagnosis, key, page) in ROWS {
        server.refuse_logins(ANNA, Some(answer)).unwrap();
        let error = log_in(&server).await.unwrap_err();
        assert_eq!(error.diagnosis(host), *diagnosis, "{host}: {answer}");
        let advice = error.advice(host, Side::Reading);
        assert_eq!(
            (advice.key, advice.link.is_some()),
            (*key, *page),
            "{host}: {answer}"
        );
        // What passes by itself is tried again, what does not stops; of a scope,
        // a licence or a throttle nobody knows which it is.
        let either = answer.contains("authenticated but not connected");
        assert!(
            either || error.is_transient() != diagnosis.needs_user_action(),
            "{host}: {answer}"
        );
        assert!(!advice.say().contains('{'), "{}", advice.say());
    }
    server.refuse_logins(ANNA, None).unwrap();
    log_in(&server).await.unwrap();
}

#[tokio::test]
async fn how_long_to_wait_is_told() {
    let server = server(Profile::default()).await;
    let answer = "NO Request is throttled. Suggested Backoff Time: 90000 milliseconds";
    server.refuse_logins(ANNA, Some(answer)).unwrap();
    let error = log_in(&server).await.unwrap_err();
    assert_eq!(error.retry_after(), Some(Duration::from_secs(90)));
    let advice = error.advice("outlook.office365.com", Side::Reading);
    assert!(advice.todo.contains("2 minutes"), "{}", advice.todo);
}

#[tokio::test]
async fn who_plays_a_provider_is_recognised_as_it() {
    // iCloud garbles the capabilities of its greeting so that none of them is
    // IMAP4rev1; the parser below takes no such list.
    let readable = |(name, _): &(&str, Profile)| *name != "icloud";
    for (name, profile) in Profile::all().into_iter().filter(readable) {
        let only_tokens = profile.password_refusal.is_some();
        let server = server(profile).await;
        match log_in(&server).await {
            // NetEase opens folders only to those who said who they are.
            Ok(mut session) => drop(session.examine("INBOX").await.unwrap()),
            Err(error) => {
                assert!(only_tokens, "{name}: {error}");
                let diagnosis = error.diagnosis("outlook.office365.com");
                assert_eq!(diagnosis, Diagnosis::OAuth2Required);
            }
        }
    }
}
