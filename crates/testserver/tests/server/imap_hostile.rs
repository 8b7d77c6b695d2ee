//! Clients that send too much, too early or nonsense.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice
)] // a test may stop at the first surprise

use crate::support::{Client, server};

#[tokio::test]
async fn no_password_is_taken_in_clear() {
    let server = server().await;
    let mut client = Client::plain(server.imap_addr()).await;
    let greeting = client.line().await;
    assert!(greeting.contains(" STARTTLS LOGINDISABLED]"), "{greeting}");
    for command in [
        "LOGIN anna@example.com secret",
        "AUTHENTICATE PLAIN AGEAYg==",
    ] {
        let end = client.end(command).await;
        assert!(end.starts_with("NO [PRIVACYREQUIRED]"), "{end}");
    }
}

/// What stands in the stream after STARTTLS was never said under TLS.
#[tokio::test]
async fn commands_injected_after_starttls_are_dropped() {
    let server = server().await;
    let mut client = Client::plain(server.imap_addr()).await;
    client.line().await;
    client
        .send("a STARTTLS\r\nb LOGIN anna@example.com secret\r\n")
        .await;
    assert_eq!(client.line().await, "a OK Begin TLS negotiation now");
    let mut client = client.secured(&server).await;
    assert_eq!(client.end("SELECT INBOX").await, "BAD Log in first");
    client.ok("LOGIN anna@example.com secret").await;
    client.ok("SELECT INBOX").await;
}

#[tokio::test]
async fn literals_that_are_too_big_are_refused() {
    let server = server().await;
    let mut client = Client::imap(&server).await;
    let refusal = "NO [TOOBIG] The literal is too big";
    assert_eq!(client.end("LOGIN {4294967295}").await, refusal);
    assert_eq!(
        client.end("LOGIN {99999999999999999999999999}").await,
        refusal
    );
    client.ok("LOGIN anna@example.com secret").await;
    assert_eq!(client.end("APPEND INBOX {500000000}").await, refusal);
    client.ok("NOOP").await;
    client.send("a APPEND INBOX {500000000+}\r\n").await;
    assert!(client.rest().await.starts_with("* BYE [TOOBIG]"));
}

#[tokio::test]
async fn a_line_without_end_ends_the_connection() {
    let server = server().await;
    let mut client = Client::plain(server.imap_addr()).await;
    client.line().await;
    client.send(vec![b'x'; 70_000]).await;
    assert_eq!(client.rest().await, "");
}

#[tokio::test]
async fn nonsense_is_answered_bad() {
    let server = server().await;
    let mut client = Client::anna(&server).await;
    client.ok("SELECT INBOX").await;
    for command in [
        "FROBNICATE",
        "FETCH",
        "FETCH 0 FLAGS",
        "FETCH 1 (BODY[",
        "UID",
        "UID NOOP",
        "SEARCH FUZZY x",
        "SELECT \"a",
        "STORE 1 FLAGS (\\Recent)",
        "STATUS INBOX (SIZE)",
        "SELECT &&&",
        "LOGIN a b",
    ] {
        let end = client.end(command).await;
        assert!(end.starts_with("BAD "), "{command}: {end}");
    }
    client.send("\r\n").await;
    assert!(client.line().await.starts_with("* BAD "));
    let nested = format!("SEARCH {}", "(".repeat(60_000));
    assert_eq!(client.end(&nested).await, "BAD Search too deep");
}

#[tokio::test]
async fn a_mail_nested_a_hundred_thousand_deep_is_shown() {
    let server = server().await;
    let mail = "Content-Type: message/rfc822\r\n\r\n".repeat(100_000);
    server.deliver(crate::support::ANNA, mail).unwrap();
    let mut client = Client::anna(&server).await;
    client.ok("SELECT INBOX").await;
    let shown = client.ok("FETCH 1 BODYSTRUCTURE").await;
    assert!(shown[0].starts_with("* 1 FETCH (BODYSTRUCTURE (\"MESSAGE\" \"RFC822\" "));
}
