//! IDLE: what the world does, the client hears at once.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice
)] // a test may stop at the first surprise

use std::time::{Duration, Instant};

use crate::support::{ANNA, Client, server};

async fn idling(server: &inboxlink_testserver::TestServer) -> Client {
    let mut client = Client::anna(server).await;
    client.ok("SELECT INBOX").await;
    client.send("i IDLE\r\n").await;
    assert_eq!(client.line().await, "+ idling");
    client
}

#[tokio::test]
async fn deliveries_and_deletions_are_pushed() {
    let server = server().await;
    let mut client = idling(&server).await;
    for count in 1..=3 {
        server.deliver(ANNA, "Subject: x\r\n\r\n").unwrap();
        assert_eq!(client.line().await, format!("* {count} EXISTS"));
        assert_eq!(client.line().await, "* 0 RECENT");
    }
    server.set_flags(ANNA, "INBOX", 2, &["\\Seen"]).unwrap();
    assert_eq!(client.line().await, "* 2 FETCH (UID 2 FLAGS (\\Seen))");
    server.expunge(ANNA, "INBOX", 2).unwrap();
    assert_eq!(client.line().await, "* 2 EXPUNGE");
    server.move_message(ANNA, "INBOX", 1, "Archive").unwrap();
    assert_eq!(client.line().await, "* 1 EXPUNGE");
    client.send("DONE\r\n").await;
    assert_eq!(client.line().await, "i OK Idle completed");
}

#[tokio::test]
async fn done_fetch_and_idle_again_in_one_write() {
    let server = server().await;
    let mut client = idling(&server).await;
    server.deliver(ANNA, "Subject: x\r\n\r\n").unwrap();
    assert_eq!(client.line().await, "* 1 EXISTS");
    client.line().await;
    client
        .send("DONE\r\nf UID FETCH 1:* (FLAGS)\r\nj IDLE\r\n")
        .await;
    for expected in [
        "i OK Idle completed",
        "* 1 FETCH (FLAGS () UID 1)",
        "f OK Fetch completed",
        "+ idling",
    ] {
        assert_eq!(client.line().await, expected);
    }
    server.deliver(ANNA, "Subject: y\r\n\r\n").unwrap();
    assert_eq!(client.line().await, "* 2 EXISTS");
}

/// Mail that came while the folder was not in IDLE is told at its start.
#[tokio::test]
async fn nothing_falls_between_select_and_idle() {
    let server = server().await;
    let mut client = Client::anna(&server).await;
    client.ok("SELECT INBOX").await;
    server.deliver(ANNA, "Subject: x\r\n\r\n").unwrap();
    client.send("i IDLE\r\n").await;
    assert_eq!(client.line().await, "+ idling");
    assert_eq!(client.line().await, "* 1 EXISTS");
}

#[tokio::test]
async fn a_new_uid_validity_ends_the_session() {
    let server = server().await;
    server.deliver(ANNA, "Subject: x\r\n\r\n").unwrap();
    server.deliver(ANNA, "Subject: y\r\n\r\n").unwrap();
    server.expunge(ANNA, "INBOX", 1).unwrap();
    let mut client = idling(&server).await;
    server.set_uid_validity(ANNA, "INBOX", 7).unwrap();
    assert!(client.line().await.starts_with("* BYE "));
    assert_eq!(client.rest().await, "");
    let mut client = Client::anna(&server).await;
    let select = client.ok("SELECT INBOX").await;
    assert!(select.contains(&"* OK [UIDVALIDITY 7] UIDs valid".to_owned()));
    assert_eq!(client.ok("UID SEARCH ALL").await, ["* SEARCH 1"]);
}

/// The server adds no waiting of its own: 200 deliveries take far less than
/// a tenth of a second each.
#[tokio::test]
async fn the_push_is_instant() {
    let server = server().await;
    let mut client = idling(&server).await;
    let start = Instant::now();
    for _ in 0..200 {
        server.deliver(ANNA, "Subject: x\r\n\r\n").unwrap();
        assert!(client.line().await.ends_with(" EXISTS"));
        client.line().await;
    }
    let each = start.elapsed() / 200;
    println!("delivery to notice: {each:?}");
    assert!(each < Duration::from_millis(100), "{each:?}");
}
