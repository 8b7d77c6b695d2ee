//! What is said on the wire, and what becomes of each answer.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice
)] // a test may stop at the first surprise

mod common;

use common::{PASSWORD, Script, Server, mail};
use inboxlink_settings::{CertificateFault, HostPolicy, Security};
use inboxlink_smtp::{FailureKind, Lost, Outcome, transmit};
use inboxlink_testkit::Tls;

/// An answer to give instead of the usual one.
type Answer = (&'static str, &'static [u8]);

async fn answering(security: Security, answers: Vec<Answer>) -> (Outcome, common::Seen) {
    let server = Server::start(security, Tls::Trusted).await;
    server.play(Script {
        answers,
        ..Script::default()
    });
    let outcome = transmit(&server.settings(), &mail()).await;
    (outcome, server.seen())
}

fn failure(outcome: &Outcome) -> FailureKind {
    match outcome {
        Outcome::NotSent(failure) => failure.kind(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn the_mail_arrives_as_it_was_prepared() {
    for security in [Security::Tls, Security::StartTls] {
        let (outcome, seen) = answering(security, vec![]).await;
        let text = "2.0.0 queued as 4711".to_owned();
        assert_eq!(outcome, Outcome::Accepted { text });
        let delivered = String::from_utf8(seen.delivered[0].clone()).unwrap();
        assert!(
            delivered.ends_with("\r\n\r\nHi.\r\n..\r\n...x\r\n.\r\n"),
            "{delivered:?}"
        );
        assert_eq!(seen.delivered.len(), 1);
        let sent: Vec<_> = seen.lines.iter().map(String::as_str).collect();
        let start: &[&str] = match security {
            Security::Tls => &[],
            Security::StartTls => &["EHLO [127.0.0.1]", "STARTTLS"],
        };
        assert_eq!(sent[..start.len()], *start);
        let rest = &sent[start.len()..];
        assert_eq!(rest[0], "EHLO [127.0.0.1]");
        assert!(rest[1].starts_with("AUTH PLAIN "));
        let envelope = [
            "MAIL FROM:<max@us.example>",
            "RCPT TO:<ann@customer.example>",
        ];
        assert_eq!(rest[2..4], envelope);
        assert_eq!(rest[4..], ["DATA", "QUIT"]);
    }
}

#[tokio::test]
async fn refusals_are_told_with_their_permanence() {
    for (at, answer, permanent, code) in [
        ("MAIL", &b"451 4.3.0 later\r\n"[..], false, 451),
        (
            "RCPT",
            b"550-5.1.1 nobody\r\n550 5.1.1 of that name\r\n",
            true,
            550,
        ),
        ("DATA", b"554 no\r\n", true, 554),
        (".", b"452 4.2.2 full\r\n", false, 452),
        (".", b"552 too big\r\n", true, 552),
    ] {
        let (outcome, seen) = answering(Security::Tls, vec![(at, answer)]).await;
        match outcome {
            Outcome::Rejected {
                permanent: is,
                code: told,
                text,
            } => {
                assert_eq!((is, told), (permanent, code), "{at}");
                assert!(!text.is_empty());
            }
            other => panic!("{at}: {other:?}"),
        }
        assert!(seen.delivered.is_empty());
    }
}

#[tokio::test]
async fn what_fails_before_the_mail_is_named() {
    for (at, answer, kind) in [
        ("", &b"554 go away\r\n"[..], FailureKind::Unavailable),
        ("", b"* OK IMAP4rev1\r\n", FailureKind::NotSmtp),
        (
            "EHLO",
            b"250 nothing offered\r\n",
            FailureKind::LoginDisabled,
        ),
        ("AUTH", b"535 5.7.8 no\r\n", FailureKind::Auth),
        ("AUTH", b"454 4.7.0 later\r\n", FailureKind::Unavailable),
        ("AUTH", b"250 what?\r\n", FailureKind::Protocol),
        ("DATA", b"250 what?\r\n", FailureKind::Protocol),
        ("RCPT", b"354 what?\r\n", FailureKind::Protocol),
    ] {
        let (outcome, seen) = answering(Security::Tls, vec![(at, answer)]).await;
        assert_eq!(failure(&outcome), kind, "{at}");
        assert!(seen.delivered.is_empty());
    }
    // An 8-bit text costs no answer.
    let (outcome, _) = answering(Security::Tls, vec![(".", b"250 \xfcbernommen\r\n")]).await;
    let text = "?bernommen".to_owned();
    assert_eq!(outcome, Outcome::Accepted { text });
}

#[tokio::test]
async fn no_password_leaves_without_verified_tls() {
    for (tls, fault) in [
        (Tls::Expired, CertificateFault::Expired),
        (Tls::SelfSigned, CertificateFault::UnknownIssuer),
        (Tls::WrongHost, CertificateFault::WrongHost),
    ] {
        let server = Server::start(Security::Tls, tls).await;
        let outcome = transmit(&server.settings(), &mail()).await;
        assert_eq!(failure(&outcome), FailureKind::Certificate(fault));
        assert!(server.seen().lines.is_empty());
    }
    for (at, answer, kind) in [
        ("STARTTLS", &b"454 not now\r\n"[..], FailureKind::NoTls),
        // Behind the answer stands what somebody slipped in.
        (
            "STARTTLS",
            b"220 go\r\n250-x\r\n250 AUTH PLAIN\r\n235 in\r\n",
            FailureKind::NoTls,
        ),
        ("PLAIN EHLO", b"502 what?\r\n", FailureKind::NoTls),
        ("", b"421 later\r\n", FailureKind::Unavailable),
        ("", b"SSH-2.0-x\r\n", FailureKind::NotSmtp),
    ] {
        let (outcome, seen) = answering(Security::StartTls, vec![(at, answer)]).await;
        assert_eq!(failure(&outcome), kind, "{at}");
        let secrets = seen.lines.iter().filter(|line| line.starts_with("AUTH"));
        assert_eq!(secrets.count(), 0);
    }
    // Plain text where TLS should be.
    let server = Server::start(Security::StartTls, Tls::Trusted).await;
    let mut settings = server.settings();
    settings.security = Security::Tls;
    let outcome = transmit(&settings, &mail()).await;
    assert_eq!(failure(&outcome), FailureKind::StartTlsPort);
}

#[tokio::test]
async fn passwords_are_told_to_nobody() {
    let echo = b"535 wrong: AG1heEB1cy5leGFtcGxlAGNvcnJlY3QtaG9yc2UtNw== correct-horse-7\r\n";
    let (outcome, _) = answering(Security::Tls, vec![("AUTH", echo)]).await;
    let Outcome::NotSent(failure) = &outcome else {
        panic!("{outcome:?}");
    };
    assert_eq!(failure.server_text(), "wrong: … …");
    let server = Server::start(Security::Tls, Tls::Trusted).await;
    let settings = format!("{:?}", server.settings());
    for shown in [format!("{outcome:?} {outcome}"), settings] {
        assert!(
            !shown.contains(PASSWORD) && !shown.contains("AG1heEB1"),
            "{shown}"
        );
    }
}

#[tokio::test]
async fn what_cannot_be_sent_opens_no_connection() {
    let server = Server::start(Security::Tls, Tls::Trusted).await;
    let outcome_of = async |settings| transmit(&settings, &mail()).await;
    let mut split = mail();
    split.bytes = b"A: b\r\n\r\nx\n.\nMAIL FROM:<x@y.example>\r\n".to_vec();
    let outcome = transmit(&server.settings(), &split).await;
    assert_eq!(failure(&outcome), FailureKind::Mail);
    for (username, password) in [
        ("", PASSWORD),
        ("max", ""),
        ("max\0", PASSWORD),
        ("max", "a\r\nb"),
    ] {
        let mut settings = server.settings();
        settings.username = username.to_owned();
        settings.password = password.to_owned().into();
        assert_eq!(
            failure(&outcome_of(settings).await),
            FailureKind::Credentials
        );
    }
    for port in [server.port, 465] {
        let mut public = server.settings();
        public.host_policy = HostPolicy::default();
        public.port = port;
        assert_eq!(failure(&outcome_of(public).await), FailureKind::HostRefused);
    }
    let mut authority = server.settings();
    authority.extra_ca = vec![b"no certificate".to_vec()];
    assert_eq!(
        failure(&outcome_of(authority).await),
        FailureKind::Authority
    );
    assert_eq!(server.seen().connections, 0);
}

#[tokio::test]
async fn a_server_cannot_fill_our_memory_or_time() {
    static LINE: [u8; 400_000] = [b'2'; 400_000];
    let (outcome, _) = answering(Security::Tls, vec![("MAIL", &LINE)]).await;
    assert_eq!(failure(&outcome), FailureKind::Protocol);
    // A reply without end, in lines as short as can be.
    let lines: &[u8] = b"250-\r\n".repeat(50_000).leak();
    for at in ["EHLO", "RCPT"] {
        let (outcome, _) = answering(Security::Tls, vec![(at, lines)]).await;
        assert!(matches!(
            failure(&outcome),
            FailureKind::Protocol | FailureKind::NotSmtp
        ));
    }
    let (outcome, seen) = answering(Security::Tls, vec![(".", lines)]).await;
    let reason = Lost::Protocol;
    assert_eq!(outcome, Outcome::Unknown { reason });
    assert_eq!(seen.delivered.len(), 1);
    let (outcome, _) = answering(Security::StartTls, vec![("", &LINE)]).await;
    assert_eq!(failure(&outcome), FailureKind::Protocol);

    let server = Server::start(Security::Tls, Tls::Trusted).await;
    server.play(Script {
        silent_at: Some("RCPT"),
        ..Script::default()
    });
    let mut settings = server.settings();
    settings.timeouts.command = std::time::Duration::from_millis(300);
    let outcome = transmit(&settings, &mail()).await;
    assert_eq!(failure(&outcome), FailureKind::Timeout);
}

/// An embedder sends from a task of its own.
#[tokio::test]
async fn the_future_can_be_spawned() {
    let server = Server::start(Security::Tls, Tls::Trusted).await;
    let settings = server.settings();
    let task = tokio::spawn(async move { transmit(&settings, &mail()).await });
    assert!(matches!(task.await.unwrap(), Outcome::Accepted { .. }));
}
