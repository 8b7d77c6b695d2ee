//! Servers that greet, encrypt or log in as they should not.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice
)] // a test may stop at the first surprise

mod scripted;

use inboxlink_imap::{ConnectOptions, Endpoint, ErrorKind, StageReport, connect};
use inboxlink_settings::{CertificateFault, Diagnosis, Security, Stage};
use inboxlink_testkit::Tls;
use scripted::{LOGGED_IN, Server, Step, Step::*};

/// What logging in fails of. Whatever it is, the error repeats no password.
async fn failure(server: &Server, security: Security) -> ErrorKind {
    let error = server.log_in(security).await.unwrap_err();
    let all = format!("{error} {error:?}");
    assert!(
        !all.contains("canary") && !all.contains("Y2FuYXJ5"),
        "{all}"
    );
    error.kind()
}

async fn over_tls(steps: impl IntoIterator<Item = Step>) -> ErrorKind {
    let server = Server::start(Security::Tls, Tls::Trusted, steps).await;
    failure(&server, Security::Tls).await
}

/// The same with STARTTLS; the server never hears anything of a login.
async fn over_starttls(certificate: Tls, steps: impl IntoIterator<Item = Step>) -> ErrorKind {
    let server = Server::start(Security::StartTls, certificate, steps).await;
    let kind = failure(&server, Security::StartTls).await;
    let heard = server.heard();
    assert!(
        !heard.contains("AUTHENTICATE") && !heard.contains("LOGIN"),
        "{heard}"
    );
    kind
}

#[tokio::test]
async fn what_is_no_imap_server_is_told() {
    for (greeting, kind) in [
        ("220 mail.example.com ESMTP\r\n", ErrorKind::NotImap),
        ("SSH-2.0-OpenSSH_9.2\r\n", ErrorKind::NotImap),
        ("HTTP/1.1 400 Bad Request\r\n\r\n", ErrorKind::NotImap),
        ("+OK POP3 ready\r\n", ErrorKind::NotImap),
        ("\0\x01\x02", ErrorKind::NotImap),
        (
            "* BYE Too many connections from you\r\n",
            ErrorKind::Throttled,
        ),
        ("* BYE Go away\r\n", ErrorKind::Closed),
        ("* PREAUTH Welcome back\r\n", ErrorKind::Protocol),
        ("", ErrorKind::Closed),
    ] {
        assert_eq!(over_tls([Say(greeting)]).await, kind, "{greeting:?}");
    }
    assert_eq!(over_tls([Hang]).await, ErrorKind::Timeout);
}

#[tokio::test]
async fn bad_certificates_get_no_password() {
    for (certificate, problem) in [
        (Tls::Expired, CertificateFault::Expired),
        (Tls::WrongHost, CertificateFault::WrongHost),
        (Tls::SelfSigned, CertificateFault::UnknownIssuer),
    ] {
        let kind = ErrorKind::Certificate(problem);
        let server = Server::start(Security::Tls, certificate, LOGGED_IN).await;
        assert_eq!(failure(&server, Security::Tls).await, kind);
        assert_eq!(server.heard(), "");
        let steps = [
            Say("* OK hi\r\n"),
            Hear("STARTTLS"),
            Say("{tag} OK go\r\n"),
            StartTls,
        ];
        let steps = steps.into_iter().chain(LOGGED_IN);
        assert_eq!(over_starttls(certificate, steps).await, kind);
    }
}

#[tokio::test]
async fn a_server_without_encryption_gets_no_password() {
    let plain = Say("* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] hi\r\n");
    let steps = [plain.clone(), Hang];
    let server = Server::start(Security::StartTls, Tls::Trusted, steps).await;
    assert_eq!(
        failure(&server, Security::Tls).await,
        ErrorKind::StartTlsPort
    );
    assert!(!server.heard().contains("AUTHENTICATE"));
    for (answer, kind) in [
        ("{tag} NO not here\r\n", ErrorKind::NoTls),
        ("{tag} BAD what?\r\n", ErrorKind::NoTls),
        ("* BYE\r\n", ErrorKind::Closed),
        ("i99 OK go\r\n", ErrorKind::Protocol),
        // Neither yes nor no: nothing is sent meanwhile.
        ("+ go\r\n", ErrorKind::Timeout),
        // Injected after the yes, to be taken for the encrypted server's.
        (
            "{tag} OK go\r\n* CAPABILITY IMAP4rev1\r\n",
            ErrorKind::Protocol,
        ),
        ("{tag} OK go\r\ni2 OK", ErrorKind::Protocol),
        // No encryption follows.
        ("{tag} OK go\r\n", ErrorKind::Timeout),
    ] {
        let steps = [plain.clone(), Hear("STARTTLS"), Say(answer), Hang];
        assert_eq!(over_starttls(Tls::Trusted, steps).await, kind, "{answer:?}");
    }
    // Answered before it was asked.
    for early in ["* OK hi\r\ni1 OK go\r\n", "* PREAUTH hi\r\n"] {
        let kind = over_starttls(Tls::Trusted, [Say(early), Hang]).await;
        assert_eq!(kind, ErrorKind::Protocol, "{early:?}");
    }
}

#[tokio::test]
async fn a_wrong_mode_is_told_by_what_answers() {
    for (banner, kind, diagnosis) in [
        (
            "* OK hi\r\n",
            ErrorKind::StartTlsPort,
            Diagnosis::UseStartTls,
        ),
        ("+OK hi\r\n", ErrorKind::NotImap, Diagnosis::NotAnImapServer),
        ("220 hi\r\n", ErrorKind::NotImap, Diagnosis::NotAnImapServer),
        (
            "HTTP/1.1 400\r\n",
            ErrorKind::NotImap,
            Diagnosis::NotAnImapServer,
        ),
        ("?\r\n", ErrorKind::NoTls, Diagnosis::WrongPortOrSecurity),
    ] {
        // In clear text, to one who speaks TLS.
        for end in [Some(Hang), None] {
            let steps = [Say(banner)].into_iter().chain(end);
            let server = Server::start(Security::StartTls, Tls::Trusted, steps).await;
            let error = server.log_in(Security::Tls).await.unwrap_err();
            let closed_at_once = error.kind() == ErrorKind::Closed && kind == ErrorKind::NoTls;
            assert!(
                error.kind() == kind || closed_at_once,
                "{banner:?} {error:?}"
            );
            assert!(error.diagnosis("x") == diagnosis || closed_at_once);
        }
    }
    // Silent in clear text, until TLS is spoken.
    for certificate in [Tls::Trusted, Tls::SelfSigned] {
        let server = Server::start_many(Security::Tls, certificate, [Hang], 2).await;
        let error = server.log_in(Security::StartTls).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::TlsPort);
        assert_eq!(error.diagnosis("x"), Diagnosis::UseTls);
        assert_eq!(server.heard(), "");
    }
}

#[tokio::test]
async fn what_was_said_before_encryption_is_forgotten() {
    let steps = [
        Say("* OK [CAPABILITY IMAP4rev1 STARTTLS AUTH=PLAIN] hi\r\n"),
        Hear("STARTTLS"),
        Say("{tag} OK go\r\n"),
        StartTls,
        Hear("CAPABILITY"),
        Say("* CAPABILITY IMAP4rev1 LOGINDISABLED\r\n{tag} OK\r\n"),
        Hang,
    ];
    assert_eq!(
        over_starttls(Tls::Trusted, steps).await,
        ErrorKind::LoginDisabled
    );
}

#[tokio::test]
async fn starttls_leads_to_a_session() {
    let server = Server::start(
        Security::StartTls,
        Tls::Trusted,
        [
            Say("* OK hi\r\n"),
            Hear("STARTTLS"),
            Say("{tag} OK go\r\n"),
            StartTls,
            Hear("CAPABILITY"),
            Say("* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n{tag} OK\r\n"),
            Hear("AUTHENTICATE PLAIN\r\n"),
            Say("+\r\n"),
            // "\0anna@example.com\0canary-pass\"word"
            Hear("AGFubmFAZXhhbXBsZS5jb20AY2FuYXJ5LXBhc3Mid29yZA==\r\n"),
            Say("{tag} OK [CAPABILITY IMAP4rev1 IDLE] in\r\n"),
        ],
    )
    .await;
    let session = server.log_in(Security::StartTls).await.unwrap();
    assert!(session.offers("IDLE"));
}

#[tokio::test]
async fn a_refused_login_is_told_apart() {
    let greeting = Say("* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR] hi\r\n");
    for (answer, expected) in [
        (
            "{tag} NO [AUTHENTICATIONFAILED] Invalid credentials\r\n",
            ErrorKind::Auth,
        ),
        (
            "{tag} NO [ALERT] Application-specific password required\r\n",
            ErrorKind::Auth,
        ),
        (
            "{tag} NO [SERVERBUG] Internal error\r\n",
            ErrorKind::Unavailable,
        ),
        ("{tag} BAD [UNAVAILABLE] Later\r\n", ErrorKind::Unavailable),
        (
            "{tag} NO Request is throttled. Suggested Backoff Time: 9\r\n",
            ErrorKind::Throttled,
        ),
        (
            "* BYE [UNAVAILABLE] Shutting down\r\n",
            ErrorKind::Unavailable,
        ),
        // Servers that repeat what they refuse.
        (
            "{tag} BAD AUTHENTICATE PLAIN AGFubmFAZXhhbXBsZS5jb20AY2FuYXJ5LXBhc3Mid29yZA==\r\n",
            ErrorKind::Auth,
        ),
        ("* BYE bad canary-pass\"word\r\n", ErrorKind::Closed),
        ("", ErrorKind::Closed),
    ] {
        assert_eq!(
            over_tls([greeting.clone(), Hear("AUTHENTICATE"), Say(answer)]).await,
            expected,
            "{answer:?}"
        );
    }
    // A second question, which PLAIN does not have, is declined.
    let question = [greeting.clone(), Hear("AUTHENTICATE"), Say("+ more\r\n")];
    let answer = [Hear("*"), Say("i1 NO cancelled\r\n")];
    assert_eq!(
        over_tls(question.into_iter().chain(answer)).await,
        ErrorKind::Auth
    );
    let endless = [
        greeting,
        Hear("AUTHENTICATE"),
        Repeat("+ more\r\n", 100_000),
        Hang,
    ];
    let kind = over_tls(endless).await;
    assert!(
        matches!(kind, ErrorKind::Timeout | ErrorKind::Limit),
        "{kind:?}"
    );
}

#[tokio::test]
async fn login_is_used_where_nothing_else_is() {
    let steps = [
        Say("* OK [CAPABILITY IMAP4rev1] hi\r\n"),
        Hear("LOGIN \"anna@example.com\" \"canary-pass\\\"word\"\r\n"),
        Say("{tag} NO cannot LOGIN \"canary-pass\\\"word\"\r\n"),
    ];
    assert_eq!(over_tls(steps).await, ErrorKind::Auth);
    let steps = [
        Say("* OK [CAPABILITY IMAP4rev1 LOGINDISABLED] hi\r\n"),
        Hang,
    ];
    let server = Server::start(Security::Tls, Tls::Trusted, steps).await;
    assert_eq!(
        failure(&server, Security::Tls).await,
        ErrorKind::LoginDisabled
    );
    assert_eq!(server.heard(), "");
}

#[tokio::test]
async fn hosts_and_ports_are_checked_before_anything_is_dialled() {
    let at = |host: &str, port| Endpoint {
        host: host.into(),
        port,
        security: Security::Tls,
    };
    for (endpoint, kind) in [
        (at("127.0.0.1", 993), ErrorKind::HostRefused),
        (at("localhost", 993), ErrorKind::HostRefused),
        (at("0x7f.1", 993), ErrorKind::HostRefused),
        (at("2130706433", 993), ErrorKind::HostRefused),
        (at("169.254.169.254", 993), ErrorKind::HostRefused),
        (at("::ffff:10.0.0.1", 993), ErrorKind::HostRefused),
        (at("8.8.8.8", 22), ErrorKind::HostRefused),
        (at("nowhere.invalid", 993), ErrorKind::Dns),
        (at("", 993), ErrorKind::Dns),
    ] {
        let error = connect(&endpoint, &ConnectOptions::default(), &mut |_| {})
            .await
            .unwrap_err();
        // Some resolvers know no spelling but the usual one.
        let odd = endpoint.host.starts_with("0x") || endpoint.host.starts_with('2');
        assert!(
            error.kind() == kind || odd && error.kind() == ErrorKind::Dns,
            "{endpoint:?}: {error}"
        );
    }
}

#[tokio::test]
async fn stages_are_told_in_order() {
    let server = Server::start(
        Security::Tls,
        Tls::Trusted,
        LOGGED_IN.into_iter().take(1).chain([Hang]),
    )
    .await;
    let mut seen: Vec<StageReport> = Vec::new();
    let mut observer = |report| seen.push(report);
    connect(
        &server.endpoint(Security::Tls),
        &server.options(),
        &mut observer,
    )
    .await
    .unwrap();
    let stages: Vec<Stage> = seen
        .iter()
        .filter(|report| report.ok)
        .map(|report| report.stage)
        .collect();
    assert_eq!(
        stages,
        [
            Stage::Dns,
            Stage::Tcp,
            Stage::Tls,
            Stage::Greeting,
            Stage::Capabilities
        ]
    );

    let closed = server.endpoint(Security::Tls);
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let mut seen = Vec::new();
    let mut observer = |report: StageReport| seen.push((report.stage, report.ok));
    let error = connect(
        &Endpoint { port, ..closed },
        &server.options(),
        &mut observer,
    )
    .await
    .unwrap_err();
    assert_eq!(
        (error.kind(), error.stage()),
        (ErrorKind::Refused, Some(Stage::Tcp))
    );
    assert_eq!(seen, [(Stage::Dns, true), (Stage::Tcp, false)]);
}
