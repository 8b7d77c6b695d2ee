//! A whole session by async-imap, whose parser is stricter than a person's eye.

use std::time::Duration;

use async_imap::extensions::idle::IdleResponse;
use async_imap::imap_proto::{MailboxDatum, NameAttribute, Response};
use futures_util::TryStreamExt as _;

use crate::support::{ANNA, server, tls_stream};

const MAIL: &str = "From: =?utf-8?q?B=C3=B6?= <bo@example.org>, Team: a@example.org;\r\n\
    Subject: \"quoted\" \\ back\r\nMessage-ID: <1@example.org>\r\n\
    Content-Type: multipart/mixed; boundary=x\r\n\r\n\
    --x\r\n\r\nHi!\r\n--x\r\nContent-Type: message/rfc822\r\n\r\nSubject: in\r\n\r\n\
    caf\u{e9}\r\n--x\r\nContent-Type: multipart/mixed\r\n\r\n--x--\r\n";

#[tokio::test]
async fn every_response_is_readable() {
    let server = server().await;
    for _ in 0..20 {
        server.deliver(ANNA, MAIL).unwrap();
    }
    let stream = tls_stream(&server, server.imaps_addr()).await;
    let mut client = async_imap::Client::new(stream);
    client.read_response().await.unwrap().unwrap();
    let mut session = client.login(ANNA, "secret").await.map_err(|e| e.0).unwrap();
    assert!(session.capabilities().await.unwrap().has_str("CONDSTORE"));
    session.id([("name", Some("test"))]).await.unwrap();

    let id = session
        .run_command("LIST \"\" * RETURN (SPECIAL-USE STATUS (MESSAGES HIGHESTMODSEQ))")
        .await
        .unwrap();
    let (mut folders, mut statuses) = (Vec::new(), 0);
    loop {
        let response = session.read_response().await.unwrap().unwrap();
        match response.parsed() {
            Response::MailboxData(MailboxDatum::List(folder)) => {
                let sent = folder.name_attributes.contains(&NameAttribute::Sent);
                folders.push((folder.name.to_string(), sent));
            }
            Response::MailboxData(MailboxDatum::Status { .. }) => statuses += 1,
            Response::Done { tag, .. } => {
                assert_eq!(*tag, id);
                break;
            }
            other => panic!("{other:?}"),
        }
    }
    assert_eq!((folders.len(), statuses), (6, 6));
    assert!(folders.contains(&("Sent".to_owned(), true)));

    let inbox = session.select_condstore("INBOX").await.unwrap();
    assert_eq!((inbox.exists, inbox.uid_next), (20, Some(21)));
    assert_eq!(inbox.uid_validity, Some(1_700_000_000));
    assert!(inbox.highest_modseq.is_some());
    let query = "(UID FLAGS INTERNALDATE RFC822.SIZE ENVELOPE BODYSTRUCTURE MODSEQ \
        BODY.PEEK[]<0.65536>)";
    let mails: Vec<_> = session
        .uid_fetch("1:*", query)
        .await
        .unwrap()
        .try_collect()
        .await
        .unwrap();
    assert_eq!(mails.len(), 20);
    for mail in &mails {
        assert_eq!(mail.body(), Some(MAIL.as_bytes()));
        assert!(mail.bodystructure().is_some() && mail.internal_date().is_some());
        let from = mail.envelope().unwrap().from.as_ref().unwrap();
        assert_eq!(from[0].host.as_deref(), Some(b"example.org".as_slice()));
    }
    assert_eq!(
        session.uid_search("SUBJECT quoted").await.unwrap().len(),
        20
    );

    let mut idle = session.idle();
    idle.init().await.unwrap();
    let (pushed, _stop) = idle.wait_with_timeout(Duration::from_secs(10));
    server.deliver(ANNA, MAIL).unwrap();
    match pushed.await.unwrap() {
        IdleResponse::NewData(data) => assert!(matches!(
            data.parsed(),
            Response::MailboxData(MailboxDatum::Exists(21))
        )),
        other => panic!("{other:?}"),
    }
    idle.done().await.unwrap().logout().await.unwrap();
}
