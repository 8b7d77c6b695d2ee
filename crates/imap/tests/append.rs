//! The one thing that is written: a copy of a sent mail.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice
)] // a test may stop at the first surprise

mod scripted;

use std::time::Duration;

use inboxlink_imap::{ErrorKind, Session, limits::MAX_APPEND};
use inboxlink_model::MessageId;
use inboxlink_settings::Security;
use inboxlink_testkit::Tls;
use scripted::{LOGGED_IN, Server, Step, Step::*, session_at_inbox};

const MAIL: &[u8] = b"A: b\r\n\r\nThe text.\r\n";
const COMMAND: &str = "APPEND \"Sent\" (\\Seen) {19}\r\n";

/// A session at a server that can this, and then plays these steps.
async fn session(
    capabilities: &'static str,
    steps: impl IntoIterator<Item = Step>,
) -> (Server, Session) {
    let [hello, login, _] = LOGGED_IN;
    let steps = [hello, login, Say(capabilities)].into_iter().chain(steps);
    let server = Server::start(Security::Tls, Tls::Trusted, steps).await;
    let session = server.log_in(Security::Tls).await.unwrap();
    (server, session)
}

#[tokio::test]
async fn the_mail_leaves_when_it_is_asked_for() {
    let (server, mut session) = session(
        "{tag} OK [CAPABILITY IMAP4rev1] in\r\n",
        [
            Hear(COMMAND),
            Say("* 4 EXISTS\r\n+ go on\r\n"),
            Hear("The text.\r\n"),
            Hear("\r\n"),
            Say("{tag} OK [APPENDUID 1 2] stored\r\n"),
            Hear("NOOP"),
            Say("{tag} OK still here\r\n"),
        ],
    )
    .await;
    session.append("Sent", MAIL).await.unwrap();
    session.noop().await.unwrap();
    let heard = server.heard();
    let (_, mail) = heard.split_once(COMMAND).unwrap();
    let expected = format!("{}\r\n", String::from_utf8_lossy(MAIL));
    assert!(mail.starts_with(&expected), "{mail:?}");
}

#[tokio::test]
async fn it_leaves_at_once_where_the_server_takes_that() {
    for capabilities in [
        "{tag} OK [CAPABILITY IMAP4rev1 LITERAL+] in\r\n",
        "{tag} OK [CAPABILITY IMAP4rev1 LITERAL-] in\r\n",
    ] {
        let steps = [
            Hear("APPEND \"Sent\" (\\Seen) {19+}\r\n"),
            Hear("The text.\r\n"),
            Hear("\r\n"),
            Say("{tag} OK stored\r\n"),
        ];
        let (_server, mut session) = session(capabilities, steps).await;
        session.append("Sent", MAIL).await.unwrap();
    }
}

#[tokio::test]
async fn a_refusal_keeps_the_mail_here_and_the_connection_alive() {
    let (server, mut session) = session(
        "{tag} OK [CAPABILITY IMAP4rev1 LITERAL-] in\r\n",
        [
            // Too large to be sent unasked.
            Hear("APPEND \"Sent\" (\\Seen) {5000}\r\n"),
            Say("{tag} NO [TRYCREATE] there is no such folder\r\n"),
            Hear("NOOP"),
            Say("{tag} OK still here\r\n"),
        ],
    )
    .await;
    let error = session.append("Sent", &[b'x'; 5000]).await.unwrap_err();
    assert!(error.is_connection_alive());
    let words = error.server_text().unwrap().as_str();
    assert!(words.contains("there is no such folder"), "{words}");
    session.noop().await.unwrap();
    assert!(!server.heard().contains("xxx"));
}

#[tokio::test]
async fn what_cannot_be_or_makes_no_sense() {
    let (_server, mut session) = session(
        "{tag} OK [CAPABILITY IMAP4rev1] in\r\n",
        [Hear(COMMAND), Say("{tag} OK stored, unseen\r\n")],
    )
    .await;
    for (name, size) in [("Sent", 0), ("Sent", MAX_APPEND + 1), ("Se\r\nnt", 1)] {
        let mail = vec![b'x'; size];
        let error = session.append(name, &mail).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Argument, "{name:?} {size}");
    }
    let error = session.append("Sent", MAIL).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Protocol);
}

#[tokio::test]
async fn given_up_half_way_the_session_is_over() {
    let (_server, mut session) = session(
        "{tag} OK [CAPABILITY IMAP4rev1] in\r\n",
        [Hear(COMMAND), Hang],
    )
    .await;
    let append = session.append("Sent", MAIL);
    let given_up = tokio::time::timeout(Duration::from_millis(100), append).await;
    assert!(given_up.is_err());
    // The server would take the next command for the mail.
    let error = session.noop().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Closed);
}

#[tokio::test]
async fn a_mail_is_found_by_its_id() {
    let asked = "UID SEARCH HEADER Message-ID \"<1@example.com>\"\r\n";
    let (_server, mut session) = session_at_inbox([
        Hear(asked),
        Say("* SEARCH 4\r\n{tag} OK done\r\n"),
        Hear(asked),
        Say("* SEARCH\r\n{tag} OK done\r\n"),
        Hear(asked),
        Say("{tag} BAD what?\r\n"),
    ])
    .await;
    let id = MessageId::new("1@example.com").unwrap();
    assert!(session.holds(&id).await.unwrap());
    assert!(!session.holds(&id).await.unwrap());
    session.holds(&id).await.unwrap_err();
}
