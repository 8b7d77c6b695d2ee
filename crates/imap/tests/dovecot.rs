//! A whole session with a real server.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice
)] // a test may stop at the first surprise

use std::time::Duration;

use inboxlink_imap::{
    ConnectOptions, Endpoint, ErrorKind, FetchEvent, ImapError, Session, Watched, connect,
};
use inboxlink_settings::{HostPolicy, Security};
use inboxlink_sync::{BatchLimits, FolderPolicy, UidSet, batches, merge_listing};
use inboxlink_testkit::{Dovecot, folder_on_disk};
use secrecy::SecretString;

const USER: &str = "anna@example.com";

fn mail(number: usize, filler: usize) -> Vec<u8> {
    let body = "All work and no play makes this a long mail.\r\n".repeat(filler);
    format!("From: bo@example.org\r\nSubject: {number}\r\nMessage-ID: <{number}@example.org>\r\n\r\n{body}").into_bytes()
}

async fn log_in(
    server: &Dovecot,
    security: Security,
    password: &str,
) -> Result<Session, ImapError> {
    let mut options = ConnectOptions::default();
    options.host_policy = HostPolicy::allowing_private();
    options.extra_ca = vec![server.ca_pem().as_bytes().to_vec()];
    let port = match security {
        Security::Tls => server.imaps_port(),
        _ => server.imap_port(),
    };
    let endpoint = Endpoint {
        host: "localhost".into(),
        port,
        security,
    };
    let mut ignore = |_| {};
    let connection = connect(&endpoint, &options, &mut ignore).await?;
    connection
        .login(USER, &SecretString::from(password), &mut ignore)
        .await
}

#[tokio::test]
#[ignore = "needs Dovecot: cargo xtask test --install"]
async fn dovecot_hands_over_every_mail_and_keeps_no_trace() {
    let server = Dovecot::builder().user(USER, "secret").start().unwrap();
    let mails: Vec<(Vec<u8>, &str)> = (0..500).map(|n| (mail(n, n % 3), "")).collect();
    server
        .fill(
            USER,
            "INBOX",
            mails.iter().map(|(mail, flags)| (mail, flags)),
        )
        .unwrap();
    server
        .fill(USER, "Entwürfe & mehr", [(mail(900, 1), "D")])
        .unwrap();
    server
        .fill(USER, "INBOX", [(mail(1000, 10_000), "S")])
        .unwrap();
    let before = std::fs::read_dir(server.maildir(USER).join("cur"))
        .unwrap()
        .count();

    let mut session = log_in(&server, Security::Tls, "secret").await.unwrap();
    let folders = merge_listing(&[], &session.list().await.unwrap(), None);
    let named = |name: &str| folders.iter().find(|folder| folder.name == name).unwrap();
    assert_eq!(named("INBOX").policy, FolderPolicy::Sync);
    let odd = named("Entwürfe & mehr");
    assert_eq!(session.status(&odd.raw_name).await.unwrap().messages, 1);
    assert_eq!(session.examine(&odd.raw_name).await.unwrap().exists, 1);
    let error = session.examine("Nowhere").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Folder);

    let opened = session.examine("INBOX").await.unwrap();
    let uids = session.uids().await.unwrap();
    assert_eq!((opened.exists, uids.len()), (501, 501));
    assert_eq!(opened.uid_next, uids.max().map(|uid| uid + 1));
    let sets: Vec<UidSet> = batches(&uids, BatchLimits::default(), |_| None).collect();
    let mut fetch = session.fetch(sets, Some(65_536));
    let (mut got, mut long) = (UidSet::new(), None);
    while let Some(event) = fetch.next().await.unwrap() {
        match event {
            FetchEvent::Mail(mail) => {
                assert!(mail.internal_date.is_some() && mail.bytes.starts_with(b"From: bo"));
                got.insert(mail.uid);
                if mail.is_truncated() {
                    assert_eq!(
                        (mail.bytes.len(), &*mail.flags),
                        (65_536, &["\\Seen".to_owned()][..])
                    );
                    long = Some(mail);
                }
            }
            FetchEvent::Done { missing, .. } => assert!(missing.is_empty()),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(got, uids);
    // The rest of the long one, range by range.
    let mut long = long.unwrap();
    while long.is_truncated() {
        let offset = long.bytes.len() as u32;
        let more = session
            .fetch_range(long.uid, offset, 200_000)
            .await
            .unwrap()
            .unwrap();
        long.bytes.extend(more);
    }
    assert_eq!(long.bytes, mail(1000, 10_000));
    assert_eq!(session.fetch_range(9999, 0, 10).await.unwrap(), None);
    session.logout().await;

    // Nothing was marked read, moved or renamed.
    let cur = std::fs::read_dir(server.maildir(USER).join("cur")).unwrap();
    let names: Vec<String> = cur
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(names.iter().filter(|name| name.ends_with('S')).count(), 1);
    assert!(names.len() >= before);
    assert!(
        server
            .maildir(USER)
            .join(folder_on_disk("Entwürfe & mehr"))
            .exists()
    );
}

#[tokio::test]
#[ignore = "needs Dovecot: cargo xtask test --install"]
async fn dovecot_announces_new_mail() {
    let server = Dovecot::builder().user(USER, "secret").start().unwrap();
    server.deliver(USER, &mail(1, 1)).unwrap();
    let mut session = log_in(&server, Security::StartTls, "secret").await.unwrap();
    let mut next = session.examine("INBOX").await.unwrap().uid_next.unwrap();
    for number in 2..5 {
        assert_eq!(
            session.watch(Duration::from_millis(200)).await.unwrap(),
            Watched::Quiet
        );
        server.deliver(USER, &mail(number, 1)).unwrap();
        let limit = Duration::from_secs(10);
        assert_eq!(session.watch(limit).await.unwrap(), Watched::Changed);
        let mails = session.fetch_from(next, Some(65_536)).await.unwrap();
        assert_eq!(mails.len(), 1);
        assert!(
            String::from_utf8_lossy(&mails[0].bytes).contains(&format!("Subject: {number}\r\n"))
        );
        next = mails[0].uid + 1;
    }
    // Any other command ends IDLE first.
    assert_eq!(
        session.watch(Duration::from_millis(100)).await.unwrap(),
        Watched::Quiet
    );
    assert_eq!(session.uids().await.unwrap().len(), 4);
    session.logout().await;
}

#[tokio::test]
#[ignore = "needs Dovecot: cargo xtask test --install"]
async fn dovecot_refuses_a_wrong_password() {
    let server = Dovecot::builder().user(USER, "secret").start().unwrap();
    let error = log_in(&server, Security::Tls, "wr\"ong\\")
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Auth);
    assert!(error.needs_user_action() && !error.is_transient());
    assert!(
        error
            .server_text()
            .unwrap()
            .as_str()
            .contains("AUTHENTICATIONFAILED")
    );
}

#[tokio::test]
#[ignore = "needs Dovecot: cargo xtask test --install"]
async fn dovecot_takes_a_copy_once() {
    let server = Dovecot::builder().user(USER, "secret").start().unwrap();
    server.fill(USER, "Sent", [(mail(1, 1), "S")]).unwrap();
    let mut session = log_in(&server, Security::Tls, "secret").await.unwrap();
    let sent = mail(2, 400);
    session.append("Sent", &sent).await.unwrap();
    let state = session.examine("Sent").await.unwrap();
    assert_eq!(state.exists, 2);
    for (id, there) in [("2@example.org", true), ("3@example.org", false)] {
        let id = inboxlink_model::MessageId::new(id).unwrap();
        assert_eq!(session.holds(&id).await.unwrap(), there);
    }
    let uids = session.uids().await.unwrap();
    let newest: UidSet = uids.max().into_iter().collect();
    let mut fetch = session.fetch([newest], None);
    let Some(FetchEvent::Mail(copy)) = fetch.next().await.unwrap() else {
        panic!("no mail");
    };
    assert_eq!((copy.bytes, copy.flags), (sent, vec!["\\Seen".to_owned()]));
    session
        .append("No such folder", b"A: b\r\n\r\n")
        .await
        .unwrap_err();
}
