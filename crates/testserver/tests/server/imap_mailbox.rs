//! Reading and changing a mailbox over IMAP.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice
)] // a test may stop at the first surprise

use crate::support::{ANNA, Client, server};
use inboxlink_testserver::{Profile, TestServer, User};

const MAIL: &str = "From: Bo <bo@example.org>\r\nSubject: Hello\r\nTo: anna@example.com\r\n\
    Content-Type: multipart/mixed; boundary=x\r\n\r\n\
    --x\r\n\r\nHi!\r\n--x\r\nContent-Type: text/csv; name=a.csv\r\n\r\n1,2\r\n--x--\r\n";

#[tokio::test]
async fn login_needs_the_right_password() {
    let server = server().await;
    let mut client = Client::imap(&server).await;
    let refusal = "NO [AUTHENTICATIONFAILED] Authentication failed.";
    assert_eq!(client.end("LOGIN anna@example.com wrong").await, refusal);
    assert_eq!(client.end("LOGIN nobody@example.com secret").await, refusal);
    assert_eq!(client.end("SELECT INBOX").await, "BAD Log in first");
    // "\0anna@example.com\0secret"
    let plain = "AGFubmFAZXhhbXBsZS5jb20Ac2VjcmV0";
    let end = client.end(&format!("AUTHENTICATE PLAIN {plain}")).await;
    assert!(end.starts_with("OK [CAPABILITY IMAP4rev1 "), "{end}");

    server.set_password(ANNA, "new").unwrap();
    let mut client = Client::imap(&server).await;
    assert_eq!(client.end("LOGIN anna@example.com secret").await, refusal);
    client.send("a AUTHENTICATE PLAIN\r\n").await;
    assert_eq!(client.line().await, "+");
    client.send("AGFubmFAZXhhbXBsZS5jb20AbmV3\r\n").await;
    assert!(client.line().await.starts_with("a OK "));
}

#[tokio::test]
async fn an_alias_logs_in_by_literals() {
    let server = server().await;
    let mut client = Client::imap(&server).await;
    client
        .send("a LOGIN {18+}\r\nanna.k@example.com {6}\r\n")
        .await;
    assert_eq!(client.line().await, "+ Ready for literal");
    client.send("secret\r\n").await;
    assert!(client.line().await.starts_with("a OK "));
}

#[tokio::test]
async fn list_tells_special_use_and_status() {
    let server = server().await;
    server.deliver(ANNA, MAIL).unwrap();
    server.create_folder(ANNA, "Kunden/Müller", None).unwrap();
    let mut client = Client::anna(&server).await;
    let list = client
        .ok(r#"LIST "" "*" RETURN (SPECIAL-USE STATUS (MESSAGES UIDNEXT UIDVALIDITY UNSEEN))"#)
        .await;
    assert!(list.contains(&r#"* LIST (\HasNoChildren \Sent) "/" "Sent""#.to_owned()));
    assert!(list.contains(&r#"* LIST (\HasChildren) "/" "Kunden""#.to_owned()));
    assert!(list.contains(&r#"* LIST (\HasNoChildren) "/" "Kunden/M&APw-ller""#.to_owned()));
    let inbox = r#"* STATUS "INBOX" (MESSAGES 1 UIDNEXT 2 UIDVALIDITY 1700000000 UNSEEN 1)"#;
    assert!(list.contains(&inbox.to_owned()), "{list:?}");
    assert_eq!(
        client.ok(r#"LIST "" """#).await,
        [r#"* LIST (\Noselect) "/" """#]
    );
    assert_eq!(client.ok("LSUB \"\" S%").await, [r#"* LSUB () "/" "Sent""#]);
    assert_eq!(
        client.ok("NAMESPACE").await,
        [r#"* NAMESPACE (("" "/")) NIL NIL"#]
    );
}

#[tokio::test]
async fn select_and_fetch_every_view_of_a_mail() {
    let server = server().await;
    server
        .append(ANNA, "INBOX", MAIL, &["\\Flagged"], Some(837_596_665))
        .unwrap();
    let mut client = Client::anna(&server).await;
    let select = client.ok("EXAMINE inbox (CONDSTORE)").await;
    for line in [
        "* 1 EXISTS",
        "* OK [UIDVALIDITY 1700000000] UIDs valid",
        "* OK [UIDNEXT 2] Next UID",
        "* OK [HIGHESTMODSEQ 2] Highest",
    ] {
        assert!(select.contains(&line.to_owned()), "{line}: {select:?}");
    }
    assert_eq!(
        client
            .ok("FETCH 1 (UID FLAGS INTERNALDATE RFC822.SIZE MODSEQ)")
            .await,
        [format!(
            "* 1 FETCH (UID 1 FLAGS (\\Flagged) INTERNALDATE \"17-Jul-1996 09:44:25 +0000\" \
             RFC822.SIZE {} MODSEQ (2))",
            MAIL.len()
        )]
    );
    for (item, bytes) in [
        ("BODY[]<0.10>", &MAIL[..10]),
        ("BODY[]<9999.10>", ""),
        ("BODY[1]", "Hi!"),
        ("BODY[2]", "1,2"),
        ("BODY[2.MIME]", "Content-Type: text/csv; name=a.csv\r\n\r\n"),
        ("BODY[HEADER.FIELDS (SUBJECT)]", "Subject: Hello\r\n\r\n"),
        ("BODY[]", MAIL),
        (
            "RFC822.HEADER",
            MAIL.split_inclusive("\r\n\r\n").next().unwrap(),
        ),
    ] {
        let label = item.split('<').next().unwrap();
        let origin = match item.split_once('<') {
            Some((_, partial)) => format!("<{}>", partial.split('.').next().unwrap()),
            None => String::new(),
        };
        let expected = format!(
            "* 1 FETCH ({label}{origin} {{{}}}\r\n{bytes} UID 1)",
            bytes.len()
        );
        let read = client.ok(&format!("UID FETCH 1 ({item})")).await;
        assert_eq!(read.join("\r\n"), expected, "{item}");
    }
    // Read-only: nothing was marked as seen.
    assert_eq!(
        server.messages(ANNA, "INBOX").unwrap()[0].flags,
        ["\\Flagged"]
    );
    assert_eq!(
        client.ok("UID FETCH 1 BODY[3]").await,
        ["* 1 FETCH (BODY[3] NIL UID 1)"]
    );
    assert_eq!(client.ok("UID FETCH 7 FLAGS").await, Vec::<String>::new());
    assert_eq!(
        client.end("FETCH 2 FLAGS").await,
        "BAD No message of that number"
    );
}

#[tokio::test]
async fn reading_marks_as_seen_unless_it_peeks() {
    let server = server().await;
    server.deliver(ANNA, MAIL).unwrap();
    let mut client = Client::anna(&server).await;
    client.ok("SELECT INBOX").await;
    client.ok("FETCH 1 BODY.PEEK[1]").await;
    assert!(server.messages(ANNA, "INBOX").unwrap()[0].flags.is_empty());
    let read = client.ok("FETCH 1 BODY[1]").await;
    assert_eq!(read.join("|"), "* 1 FETCH (BODY[1] {3}|Hi! FLAGS (\\Seen))");
    assert_eq!(server.messages(ANNA, "INBOX").unwrap()[0].flags, ["\\Seen"]);
}

#[tokio::test]
async fn condstore_tells_what_changed_since() {
    let server = server().await;
    for _ in 0..3 {
        server.deliver(ANNA, MAIL).unwrap();
    }
    let mut client = Client::anna(&server).await;
    client.ok("SELECT INBOX (CONDSTORE)").await;
    server.set_flags(ANNA, "INBOX", 2, &["\\Seen"]).unwrap();
    assert_eq!(
        client.ok("UID FETCH 1:* (FLAGS) (CHANGEDSINCE 4)").await,
        [
            "* 2 FETCH (UID 2 FLAGS (\\Seen) MODSEQ (5))",
            "* 2 FETCH (FLAGS (\\Seen) MODSEQ (5) UID 2)"
        ]
    );
    assert_eq!(
        client
            .command("UID STORE 1:2 (UNCHANGEDSINCE 4) +FLAGS.SILENT (\\Flagged)")
            .await,
        [
            "* 1 FETCH (UID 1 MODSEQ (6))",
            "OK [MODIFIED 2] Some had changed"
        ]
    );
    assert_eq!(
        client.ok("UID SEARCH MODSEQ 5").await,
        ["* SEARCH 1 2 (MODSEQ 6)"]
    );
}

#[tokio::test]
async fn uidplus_tells_where_mail_went() {
    let server = server().await;
    for _ in 0..3 {
        server.deliver(ANNA, MAIL).unwrap();
    }
    let mut client = Client::anna(&server).await;
    let sent = server.folders(ANNA).unwrap();
    let sent = sent.iter().position(|name| name == "Sent").unwrap();
    assert_eq!(sent, 4);
    client
        .send("a APPEND Sent (\\Seen) \"17-Jul-1996 02:44:25 -0700\" {2+}\r\nhi\r\n")
        .await;
    assert_eq!(
        client.line().await,
        "a OK [APPENDUID 1700000004 1] Append completed"
    );
    let stored = server.messages(ANNA, "Sent").unwrap();
    assert_eq!(stored[0].internal_date, 837_596_665);
    assert_eq!(stored[0].bytes.as_ref(), b"hi");

    client.ok("SELECT INBOX").await;
    assert_eq!(
        client.end("UID COPY 1:2 Sent").await,
        "OK [COPYUID 1700000004 1:2 2:3] Copy completed"
    );
    assert_eq!(
        client.ok("UID MOVE 2:3 Archive").await,
        [
            "* OK [COPYUID 1700000001 2:3 1:2] Moved",
            "* 3 EXPUNGE",
            "* 2 EXPUNGE"
        ]
    );
    assert_eq!(
        client.end("UID MOVE 1 Nowhere").await,
        "NO [TRYCREATE] No such mailbox"
    );
    client.ok("UID STORE 1 +FLAGS (\\Deleted)").await;
    assert_eq!(client.ok("UID EXPUNGE 2").await, Vec::<String>::new());
    assert_eq!(client.ok("UID EXPUNGE 1").await, ["* 1 EXPUNGE"]);
    assert_eq!(server.messages(ANNA, "INBOX").unwrap(), []);
}

#[tokio::test]
async fn folders_are_made_renamed_and_deleted() {
    let server = server().await;
    let mut client = Client::anna(&server).await;
    client.ok("CREATE A/B/C").await;
    client.ok("RENAME A/B D/E").await;
    let folders = server.folders(ANNA).unwrap();
    for name in ["A", "D", "D/E", "D/E/C"] {
        assert!(folders.iter().any(|f| f == name), "{name}: {folders:?}");
    }
    assert!(!folders.iter().any(|f| f == "A/B" || f == "A/B/C"));
    assert!(
        client
            .end("DELETE D/E")
            .await
            .starts_with("NO [HASCHILDREN]")
    );
    client.ok("DELETE D/E/C").await;
    client.ok("DELETE D/E").await;
    assert!(client.end("DELETE INBOX").await.starts_with("NO "));
    assert!(client.end("CREATE inbox").await.starts_with("NO "));
    assert!(
        client
            .end("CREATE \"a//b\"")
            .await
            .starts_with("NO [CANNOT]")
    );
    assert!(client.end("RENAME A A/X").await.starts_with("NO "));
}

#[tokio::test]
async fn a_profile_without_a_capability_lacks_its_command() {
    let mut profile = Profile::default();
    profile
        .capabilities
        .retain(|c| c != "IDLE" && c != "CONDSTORE");
    profile.id_required = true;
    let server = TestServer::builder()
        .user(User::new(ANNA, "secret"))
        .profile(profile)
        .start()
        .await
        .unwrap();
    let mut client = Client::anna(&server).await;
    assert!(client.end("IDLE").await.starts_with("BAD "));
    let refused = client.end("SELECT INBOX").await;
    assert!(refused.starts_with("NO SELECT Unsafe Login"), "{refused}");
    let id = client.ok("ID (\"name\" \"test\")").await;
    assert_eq!(id, [r#"* ID ("name" "inboxlink-testserver")"#]);
    let select = client.ok("SELECT INBOX").await;
    assert!(!select.iter().any(|line| line.contains("HIGHESTMODSEQ")));
    assert!(client.end("FETCH 1:* MODSEQ").await.starts_with("BAD "));
}
