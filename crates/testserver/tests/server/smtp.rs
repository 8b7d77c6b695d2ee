//! Submission and delivery over SMTP.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice
)] // a test may stop at the first surprise

use crate::support::{ANNA, Client, server};
use inboxlink_testserver::{Profile, TestServer, User};

/// "\0anna@example.com\0secret"
const PLAIN: &str = "AUTH PLAIN AGFubmFAZXhhbXBsZS5jb20Ac2VjcmV0";

async fn logged_in(server: &TestServer) -> Client {
    let mut client = Client::tls(server, server.smtps_addr()).await;
    assert!(client.reply().await.starts_with("220 "));
    assert_eq!(client.smtp("EHLO laptop").await, "250 8BITMIME");
    assert!(client.smtp(PLAIN).await.starts_with("235 "));
    client
}

async fn transmit(client: &mut Client, from: &str, to: &[&str], mail: &str) -> Vec<String> {
    let mut replies = vec![client.smtp(&format!("MAIL FROM:<{from}>")).await];
    for address in to {
        replies.push(client.smtp(&format!("RCPT TO:<{address}>")).await);
    }
    replies.push(client.smtp("DATA").await);
    client.send(format!("{mail}\r\n.\r\n")).await;
    replies.push(client.reply().await);
    replies
}

#[tokio::test]
async fn mail_reaches_users_here_and_the_outbox() {
    let server = server().await;
    let mut client = logged_in(&server).await;
    let to = [
        "BO@example.com",
        "anna.k@example.com",
        "anna+tag@example.com",
        "carl@example.org",
    ];
    let mail = "Subject: x\r\n\r\n..dot\r\ncaf\u{e9}";
    let replies = transmit(&mut client, ANNA, &to, mail).await;
    assert_eq!(replies.last().unwrap(), "250 2.0.0 Ok: queued as 00000001");

    let bo = server.messages("bo@example.com", "INBOX").unwrap();
    let received = "Received: from laptop (localhost [127.0.0.1])\r\n\
        \tby localhost with ESMTPSA id 00000001;\r\n\tMon, 5 Jan 2026 09:00:00 +0000\r\n";
    let arrived = "Subject: x\r\n\r\n.dot\r\ncaf\u{e9}\r\n";
    assert_eq!(
        String::from_utf8_lossy(&bo[0].bytes),
        format!(
            "Return-Path: <anna@example.com>\r\nDelivered-To: BO@example.com\r\n{received}{arrived}"
        )
    );
    // Two addresses of hers, one mailbox, one copy.
    assert_eq!(server.messages(ANNA, "INBOX").unwrap().len(), 1);
    let outbox = server.outbox_of(1).await;
    assert_eq!(outbox[0].to, ["carl@example.org"]);
    assert_eq!(
        (outbox[0].from.as_str(), outbox[0].user.as_str()),
        (ANNA, ANNA)
    );
    assert_eq!(
        String::from_utf8_lossy(&outbox[0].bytes),
        format!("{received}{arrived}")
    );
}

#[tokio::test]
async fn unknown_recipients_are_refused() {
    let server = server().await;
    let mut client = logged_in(&server).await;
    client.smtp("MAIL FROM:<>").await;
    assert!(
        client
            .smtp("RCPT TO:<nobody@example.com>")
            .await
            .starts_with("550 5.1.1 ")
    );
    assert!(client.smtp("DATA").await.starts_with("554 "));

    let mut profile = Profile::default();
    profile.unknown_recipient = None;
    let server = TestServer::builder()
        .user(User::new(ANNA, "secret"))
        .profile(profile)
        .start()
        .await
        .unwrap();
    let mut client = logged_in(&server).await;
    transmit(&mut client, "", &["nobody@example.com"], "x").await;
    assert_eq!(server.outbox()[0].to, ["nobody@example.com"]);
}

#[tokio::test]
async fn submission_needs_tls_and_login() {
    let server = server().await;
    let mut client = Client::plain(server.submission_addr()).await;
    client.reply().await;
    client.smtp("EHLO laptop").await;
    assert!(client.smtp(PLAIN).await.starts_with("530 "));
    // Injected with STARTTLS, so it must be as if it was never said.
    client.send("STARTTLS\r\nEHLO injected\r\n").await;
    assert!(client.reply().await.starts_with("220 "));
    let mut client = client.secured(&server).await;
    assert!(client.smtp(PLAIN).await.starts_with("503 "));
    client.smtp("EHLO laptop").await;
    assert!(
        client
            .smtp("MAIL FROM:<a@example.com>")
            .await
            .starts_with("530 ")
    );
    // LOGIN: "anna@example.com", "wrong", then "secret".
    for (password, code) in [("d3Jvbmc=", "535 "), ("c2VjcmV0", "235 ")] {
        assert_eq!(client.smtp("AUTH LOGIN").await, "334 VXNlcm5hbWU6");
        let password_please = client.smtp("YW5uYUBleGFtcGxlLmNvbQ==").await;
        assert_eq!(password_please, "334 UGFzc3dvcmQ6");
        assert!(client.smtp(password).await.starts_with(code));
    }
    assert!(
        client
            .smtp("MAIL FROM:<a@example.com>")
            .await
            .starts_with("250 ")
    );
}

#[tokio::test]
async fn commands_may_be_pipelined_and_reset() {
    let server = server().await;
    let mut client = logged_in(&server).await;
    client
        .send(
            "MAIL FROM:<a@example.com>\r\nRCPT TO:<bo@example.com>\r\nRSET\r\nDATA\r\n\
               MAIL FROM:<a@example.com> SIZE=99999999999\r\nNOOP\r\nQUIT\r\n",
        )
        .await;
    let codes: Vec<String> = client
        .rest()
        .await
        .lines()
        .map(|line| line[..3].to_owned())
        .collect();
    assert_eq!(codes, ["250", "250", "250", "503", "552", "250", "221"]);
}
