//! Faults on cue, and the end of a server.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice
)] // a test may stop at the first surprise

use std::time::{Duration, Instant};

use crate::support::{ANNA, Client, server};
use inboxlink_testserver::{Action, Outgoing, Protocol, TestServer, User};

#[tokio::test]
async fn a_reply_can_be_cut_or_delayed() {
    let wait = Duration::from_millis(50);
    let server = TestServer::builder()
        .user(User::new(ANNA, "secret"))
        .faults(move |reply: &Outgoing<'_>| {
            assert_eq!(reply.protocol, Protocol::Imap);
            if reply.connection == 2 && reply.bytes.starts_with(b"* CAPABILITY") {
                assert!(reply.sent > 0);
                Action::Cut { after: 6 }
            } else if reply.bytes.ends_with(b"Logged in\r\n") {
                Action::Delay(wait)
            } else {
                Action::Send
            }
        })
        .start()
        .await
        .unwrap();
    let mut client = Client::imap(&server).await;
    client.ok("CAPABILITY").await;
    let start = Instant::now();
    client.ok("LOGIN anna@example.com secret").await;
    assert!(start.elapsed() >= wait);
    let mut client = Client::imap(&server).await;
    client.send("a CAPABILITY\r\n").await;
    assert_eq!(client.rest().await, "* CAPA");
}

#[tokio::test]
async fn shutdown_ends_every_connection() {
    let server = server().await;
    let mut idle = Client::anna(&server).await;
    idle.send("i IDLE\r\n").await;
    assert_eq!(idle.line().await, "+ idling");
    let mut fresh = Client::plain(server.submission_addr()).await;
    fresh.line().await;
    let address = server.imaps_addr();
    server.shutdown().await;
    assert_eq!(idle.rest().await + &fresh.rest().await, "");
    assert!(tokio::net::TcpStream::connect(address).await.is_err());
}

#[tokio::test]
async fn dropping_the_server_ends_it_too() {
    let server = server().await;
    let mut client = Client::imap(&server).await;
    drop(server);
    assert_eq!(client.rest().await, "");
}

/// Two servers that see the same say the same.
#[tokio::test]
async fn every_run_is_the_same() {
    let mut dumps = Vec::new();
    for _ in 0..2 {
        let server = server().await;
        server.deliver(ANNA, "Subject: x\r\n\r\n").unwrap();
        server.create_folder(ANNA, "New", None).unwrap();
        let mut client = Client::anna(&server).await;
        let mut dump = client
            .ok("LIST \"\" * RETURN (STATUS (UIDVALIDITY UIDNEXT))")
            .await;
        dump.extend(client.ok("SELECT INBOX").await);
        dump.extend(client.ok("FETCH 1 (UID INTERNALDATE BODY.PEEK[])").await);
        dumps.push(dump);
    }
    assert_eq!(dumps[0], dumps[1]);
    assert!(
        dumps[0]
            .iter()
            .any(|l| l.contains("\"05-Jan-2026 09:00:00 +0000\""))
    );
}

#[tokio::test]
async fn the_tests_own_mistakes_are_named() {
    let server = server().await;
    let said = |error: inboxlink_testserver::Error| error.to_string();
    assert!(said(server.deliver("x@example.com", "").unwrap_err()).contains("x@example.com"));
    assert!(said(server.messages(ANNA, "Nope").unwrap_err()).contains("Nope"));
    assert!(said(server.set_flags(ANNA, "INBOX", 9, &[]).unwrap_err()).contains('9'));
    assert!(said(server.create_folder(ANNA, "Sent", None).unwrap_err()).contains("exists"));
    assert!(!server.expunge(ANNA, "INBOX", 9).unwrap());
}
