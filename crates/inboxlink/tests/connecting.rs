//! The test connection: its stages in order, and for every refusal of every
//! provider what a person is told.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice
)] // a test may stop at the first surprise

use inboxlink::{
    ConnectedInbox, ConnectionSettings, Diagnosis, Field, HostPolicy, MemoryStore, Options,
    Security, Service, Stage,
};
use inboxlink_testserver::{Profile, TestServer, User};

const USER: &str = "anna@example.com";
const PASSWORD: &str = "correct horse";

async fn server(change: impl FnOnce(&mut Profile)) -> TestServer {
    let mut profile = Profile::default();
    change(&mut profile);
    let user = User::new(USER, PASSWORD);
    let builder = TestServer::builder().profile(profile).user(user);
    builder.start().await.unwrap()
}

/// An inbox on the server, by TLS or STARTTLS on both sides.
fn inbox(server: &TestServer, security: Security, password: &str) -> ConnectedInbox {
    let (imap, smtp) = match security {
        Security::Tls => (server.imaps_addr(), server.smtps_addr()),
        Security::StartTls => (server.imap_addr(), server.submission_addr()),
    };
    // These two addresses and no other of this machine.
    let policy = HostPolicy::public_only().allowing(imap).allowing(smtp);
    let settings = ConnectionSettings::builder()
        .host("localhost")
        .port(imap.port())
        .security(security)
        .smtp_port(smtp.port())
        .smtp_security(security)
        .username(USER)
        .password(password.to_owned())
        .owner(1)
        .extra_ca(server.ca_pem())
        .build(&policy)
        .unwrap();
    let mut options = Options::default();
    options.host_policy = policy;
    Service::with_options(MemoryStore::new(), options)
        .workspace(1)
        .inbox(settings)
}

#[tokio::test]
async fn every_stage_is_told_in_order() {
    let server = server(|_| {}).await;
    for (security, expected) in [
        (Security::Tls, [Stage::Tls, Stage::Greeting]),
        (Security::StartTls, [Stage::Greeting, Stage::Tls]),
    ] {
        let inbox = inbox(&server, security, PASSWORD);
        let mut seen = Vec::new();
        inbox.test(&mut |stage| seen.push(stage)).await.unwrap();
        inbox
            .test_sending(&mut |stage| seen.push(stage))
            .await
            .unwrap();
        assert!(seen.iter().all(|stage| stage.ok));
        let seen: Vec<_> = seen.iter().map(|stage| stage.stage).collect();
        let rest = [
            Stage::Capabilities,
            Stage::Login,
            Stage::Folders,
            Stage::SentFolder,
            Stage::Smtp,
        ];
        let expected = [&[Stage::Dns, Stage::Tcp][..], &expected, &rest].concat();
        assert_eq!(seen, expected);
    }
    assert!(server.outbox().is_empty());
}

/// Every refusal that is known of a provider, and what it means; the host is
/// one that no provider is known by, so the words decide.
const REFUSALS: &[(&str, Diagnosis)] = &[
    // Gmail and Google Workspace.
    (
        "[ALERT] Application-specific password required: https://support.google.com/accounts/answer/185833 (Failure)",
        Diagnosis::AppPasswordRequired,
    ),
    (
        "[AUTHENTICATIONFAILED] Invalid credentials (Failure)",
        Diagnosis::WrongPassword,
    ),
    (
        "[ALERT] Too many simultaneous connections. (Failure)",
        Diagnosis::TooManyConnections,
    ),
    (
        "[OVERQUOTA] Account exceeded command or bandwidth limits.",
        Diagnosis::Throttled,
    ),
    (
        "[ALERT] Please log in via your web browser",
        Diagnosis::WebLoginRequired,
    ),
    (
        "[WEBALERT https://accounts.example.com/x] Web login required",
        Diagnosis::WebLoginRequired,
    ),
    (
        "[ALERT] IMAP access is disabled for your domain.",
        Diagnosis::AdminBlocked,
    ),
    (
        "[ALERT] Your account is not enabled for IMAP use.",
        Diagnosis::ImapDisabled,
    ),
    // Microsoft.
    (
        "Basic authentication is disabled.",
        Diagnosis::OAuth2Required,
    ),
    ("LOGIN failed.", Diagnosis::WrongPassword),
    ("AUTHENTICATE failed.", Diagnosis::WrongPassword),
    (
        "Account is blocked. Login to your account via a web browser",
        Diagnosis::WebLoginRequired,
    ),
    (
        "User is authenticated but not connected.",
        Diagnosis::AdminBlocked,
    ),
    (
        "Request is throttled. Suggested Backoff Time: 1234 milliseconds",
        Diagnosis::Throttled,
    ),
    ("Server Unavailable. 15", Diagnosis::ServerUnavailable),
    // Yahoo and AOL.
    (
        "[AUTHENTICATIONFAILED] LOGIN Invalid credentials",
        Diagnosis::WrongPassword,
    ),
    (
        "[UNAVAILABLE] LOGIN Server error - Please try again later",
        Diagnosis::ServerUnavailable,
    ),
    (
        "[LIMIT] Too many simultaneous connections",
        Diagnosis::TooManyConnections,
    ),
    // iCloud.
    (
        "[AUTHENTICATIONFAILED] Authentication failed",
        Diagnosis::WrongPassword,
    ),
    (
        "[UNAVAILABLE] Service temporarily unavailable",
        Diagnosis::ServerUnavailable,
    ),
    // Zoho.
    (
        "[ALERT] You are yet to enable IMAP for your account. Please contact your administrator (Failure)",
        Diagnosis::ImapDisabled,
    ),
    (
        "[ALERT] Invalid credentials(Failure)",
        Diagnosis::WrongPassword,
    ),
    // Fastmail, GMX.
    (
        "Incorrect username, password or access token.",
        Diagnosis::WrongPassword,
    ),
    ("authentication failed", Diagnosis::WrongPassword),
    // Mail.ru, Yandex.
    (
        "NEOBHODIM parol prilozheniya https://help.mail.ru/mail/security/protection/external / Application password is REQUIRED",
        Diagnosis::AppPasswordRequired,
    ),
    (
        "Aplication password is REQUIRED",
        Diagnosis::AppPasswordRequired,
    ),
    (
        "[AUTHENTICATIONFAILED] LOGIN invalid credentials or IMAP is disabled sc=abc",
        Diagnosis::ImapDisabled,
    ),
    // QQ, NetEase.
    (
        "Login fail. Account is abnormal, service is not open, password is incorrect, login frequency limited, or system is busy.",
        Diagnosis::ImapDisabled,
    ),
    (
        "Please using authorized code to login.",
        Diagnosis::AppPasswordRequired,
    ),
    // Proton's bridge, Dovecot.
    ("no such user", Diagnosis::WrongPassword),
    ("too many login attempts", Diagnosis::Throttled),
    (
        "[UNAVAILABLE] Maximum number of connections from user+IP exceeded (mail_max_userip_connections=16)",
        Diagnosis::TooManyConnections,
    ),
];

#[tokio::test]
async fn every_refusal_is_understood() {
    for (text, expected) in REFUSALS {
        let server = server(|profile| (*text).clone_into(&mut profile.login_refusal)).await;
        let error = inbox(&server, Security::Tls, "wrong")
            .test(&mut |_| {})
            .await
            .unwrap_err();
        assert_eq!(error.diagnosis(), Some(*expected), "{text}");
        let advice = error.advice().unwrap();
        assert_eq!(error.to_string(), advice.say());
        // Its own words stand apart from ours.
        assert_eq!(error.server_text(), Some(*text));
        assert!(!error.to_string().contains(text));
        server.shutdown().await;
    }
}

#[tokio::test]
async fn a_server_without_passwords_and_one_without_sending_are_told() {
    let oauth_only = server(|profile| {
        profile.capabilities_before_login = ["IMAP4rev1", "LOGINDISABLED", "AUTH=XOAUTH2"]
            .map(str::to_owned)
            .to_vec();
    })
    .await;
    let answer = inbox(&oauth_only, Security::Tls, PASSWORD)
        .test(&mut |_| {})
        .await;
    let diagnosis = answer.unwrap_err().diagnosis();
    assert_eq!(diagnosis, Some(Diagnosis::PasswordsNotTaken));

    let server = server(|profile| {
        profile.smtp_login_refusal =
            "535 5.7.139 SmtpClientAuthentication is disabled for the Tenant".to_owned();
    })
    .await;
    let mut seen = Vec::new();
    let wrong = inbox(&server, Security::Tls, "wrong");
    let error = wrong
        .test_sending(&mut |stage| seen.push(stage))
        .await
        .unwrap_err();
    assert_eq!(error.diagnosis(), Some(Diagnosis::AdminBlocked));
    assert_eq!(error.advice().unwrap().key, "admin_blocked.sending");
    assert_eq!(
        seen.iter()
            .map(|stage| (stage.stage, stage.ok))
            .collect::<Vec<_>>(),
        [(Stage::Smtp, false)]
    );

    // Nobody listens where mail should be handed in.
    let unused = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let closed = unused.local_addr().unwrap();
    drop(unused);
    let policy = HostPolicy::public_only()
        .allowing(server.imaps_addr())
        .allowing(closed);
    let settings = ConnectionSettings::builder()
        .host("localhost")
        .port(server.imaps_port())
        .smtp_port(closed.port())
        .smtp_security(Security::Tls)
        .username(USER)
        .password(PASSWORD.to_owned())
        .owner(1)
        .build(&policy)
        .unwrap();
    let mut options = Options::default();
    options.host_policy = policy;
    let service = Service::with_options(MemoryStore::new(), options);
    let error = service
        .workspace(1)
        .inbox(settings)
        .test_sending(&mut |_| {})
        .await
        .unwrap_err();
    let advice = error.advice().unwrap();
    assert_eq!(
        (advice.key, advice.field),
        ("connection_refused.sending", Some(Field::SmtpPort))
    );
}
