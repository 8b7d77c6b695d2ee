//! What makes each provider another one.

use inboxlink_testserver::{Profile, TestServer, User, texts};

use crate::support::{ANNA, Client};

async fn at(profile: Profile) -> (TestServer, Client) {
    let server = server(profile).await;
    let client = Client::anna(&server).await;
    (server, client)
}

async fn server(profile: Profile) -> TestServer {
    let user = User::new(ANNA, "secret")
        .web_password("web")
        .access_token("token");
    TestServer::builder()
        .user(user)
        .profile(profile)
        .start()
        .await
        .unwrap()
}

fn mail(id: &str, more: &str) -> String {
    format!("Message-ID: <{id}@example.com>\r\nSubject: {id}\r\n{more}\r\ntext\r\n")
}

fn encoded(text: &str) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(text)
}

fn holds(lines: &[String], wanted: &str) -> bool {
    lines.iter().any(|line| line.contains(wanted))
}

#[tokio::test]
async fn gmail_shows_labels_on_all_mail() {
    let (server, mut client) = at(Profile::gmail()).await;
    server.deliver(ANNA, mail("a", "")).unwrap();
    server
        .deliver(ANNA, mail("b", "In-Reply-To: <a@example.com>\r\n"))
        .unwrap();
    server.create_folder(ANNA, "Kunden/Größe", None).unwrap();
    server
        .copy_message(ANNA, "INBOX", 1, "Kunden/Größe")
        .unwrap();
    let listed = client.ok("LIST \"\" *").await;
    assert!(
        holds(&listed, "(\\HasChildren \\Noselect) \"/\" \"[Gmail]\""),
        "{listed:?}"
    );
    assert!(client.end("EXAMINE \"[Gmail]\"").await.starts_with("NO "));
    client.ok("EXAMINE \"[Gmail]/All Mail\"").await;
    let rows = client
        .ok("UID FETCH 1:* (X-GM-MSGID X-GM-THRID X-GM-LABELS)")
        .await;
    assert!(
        rows[0].contains(r#"X-GM-LABELS ("\\Inbox" "Kunden/Gr&APYA3w-e")"#),
        "{rows:?}"
    );
    let word = |row: &str, name: &str| {
        let at = row.split_once(name).unwrap().1.trim_start();
        at.split([' ', ')']).next().unwrap().to_owned()
    };
    assert_eq!(word(&rows[0], "X-GM-THRID"), word(&rows[1], "X-GM-THRID"));
    assert_ne!(word(&rows[0], "X-GM-MSGID"), word(&rows[1], "X-GM-MSGID"));
    // Archived, it stays in All Mail; deleted, it is in Trash alone.
    server.expunge(ANNA, "INBOX", 1).unwrap();
    server
        .move_message(ANNA, "INBOX", 2, "[Gmail]/Trash")
        .unwrap();
    let told = client.ok("NOOP").await;
    assert!(holds(&told, "* 2 EXPUNGE"), "{told:?}");
    assert_eq!(server.messages(ANNA, "Kunden/Größe").unwrap().len(), 1);
}

#[tokio::test]
async fn a_web_password_is_refused_in_the_providers_words() {
    for (profile, refusal) in [
        (Profile::gmail(), texts::gmail::APP_PASSWORD),
        (Profile::yahoo(), texts::yahoo::INVALID),
        (Profile::icloud(), texts::icloud::FAILED),
    ] {
        let server = server(profile).await;
        let mut client = Client::imap(&server).await;
        let said = client.end(&format!("LOGIN {ANNA} web")).await;
        assert_eq!(said, format!("NO {refusal}"));
        client.ok(&format!("LOGIN {ANNA} secret")).await;
    }
}

#[tokio::test]
async fn outlook_takes_tokens_only_and_hangs_up() {
    let server = server(Profile::outlook()).await;
    let mut client = Client::imap(&server).await;
    let said = client.end(&format!("LOGIN {ANNA} secret")).await;
    assert_eq!(said, format!("NO {}", texts::outlook::BASIC_DISABLED));
    assert_eq!(client.rest().await, "* BYE Connection closed. 14\r\n");
    let token = |token: &str| encoded(&format!("user={ANNA}\x01auth=Bearer {token}\x01\x01"));
    let mut client = Client::imap(&server).await;
    client
        .ok(&format!("AUTHENTICATE XOAUTH2 {}", token("token")))
        .await;
    // A refused one is told why, and bows.
    let mut client = Client::imap(&server).await;
    client
        .send(format!("a AUTHENTICATE XOAUTH2 {}\r\n", token("old")))
        .await;
    assert!(client.line().await.starts_with("+ "));
    client.send("\r\n").await;
    assert_eq!(
        client.line().await,
        format!("a NO {}", texts::outlook::TOKEN)
    );
    server.set_access_token(ANNA, Some("new")).unwrap();
    let mut client = Client::imap(&server).await;
    client
        .ok(&format!("AUTHENTICATE XOAUTH2 {}", token("new")))
        .await;
}

#[tokio::test]
async fn a_user_can_be_refused_in_any_words() {
    let server = server(Profile::default()).await;
    let bad = format!("BAD {}", texts::icloud::UNAVAILABLE_BAD);
    server.refuse_logins(ANNA, Some(&bad)).unwrap();
    let mut client = Client::imap(&server).await;
    assert_eq!(client.end(&format!("LOGIN {ANNA} secret")).await, bad);
    server.refuse_logins(ANNA, None).unwrap();
    client.ok(&format!("LOGIN {ANNA} secret")).await;
}

#[tokio::test]
async fn netease_wants_to_know_whom_it_serves() {
    let (server, mut client) = at(Profile::netease()).await;
    let said = client.end("EXAMINE INBOX").await;
    assert_eq!(said, format!("NO {}", texts::netease::UNSAFE));
    client.ok("ID (\"name\" \"test\")").await;
    server.deliver(ANNA, mail("a", "")).unwrap();
    let opened = client.ok("EXAMINE INBOX").await;
    assert!(
        holds(&opened, "UIDVALIDITY") && !holds(&opened, "UIDNEXT"),
        "{opened:?}"
    );
    assert!(client.end("IDLE").await.starts_with("BAD "));
    assert_eq!(
        client.ok("STATUS INBOX (MESSAGES UIDNEXT)").await,
        ["* STATUS \"INBOX\" (MESSAGES 1 UIDNEXT 2)"]
    );
}

#[tokio::test]
async fn courier_keeps_everything_below_inbox() {
    let (server, mut client) = at(Profile::courier()).await;
    assert_eq!(
        client.ok("NAMESPACE").await,
        ["* NAMESPACE ((\"INBOX.\" \".\")) NIL NIL"]
    );
    assert!(holds(
        &client.ok("LIST \"\" *").await,
        "\".\" \"INBOX.Sent\""
    ));
    assert!(client.end("CREATE Kunden").await.starts_with("NO "));
    client.ok("CREATE INBOX.Kunden").await;
    server.deliver(ANNA, mail("a", "")).unwrap();
    let opened = client.ok("EXAMINE INBOX").await;
    assert!(!holds(&opened, "UIDNEXT") && !holds(&opened, "HIGHESTMODSEQ"));
    assert!(
        client
            .end("UID MOVE 1 INBOX.Sent")
            .await
            .starts_with("BAD ")
    );
}

#[tokio::test]
async fn cyrus_writes_special_uses_small() {
    let (_server, mut client) = at(Profile::cyrus()).await;
    let listed = client.ok("LIST \"\" *").await;
    assert!(holds(&listed, "\\sent) \"/\" \"Sent\""), "{listed:?}");
    assert!(holds(&client.ok("EXAMINE INBOX").await, "[MAILBOXID (F"));
}

#[tokio::test]
async fn yahoo_shows_the_newest_only() {
    let mut profile = Profile::yahoo();
    profile.newest = Some(2);
    let (server, mut client) = at(profile).await;
    for id in ["a", "b", "c"] {
        server.deliver(ANNA, mail(id, "")).unwrap();
    }
    assert!(holds(&client.ok("EXAMINE INBOX").await, "* 2 EXISTS"));
    assert_eq!(client.ok("UID SEARCH ALL").await, ["* SEARCH 2 3"]);
    assert!(holds(
        &client.ok("STATUS INBOX (MESSAGES)").await,
        "MESSAGES 2"
    ));
    assert!(holds(
        &client.ok("UID FETCH 3 (EMAILID THREADID)").await,
        "EMAILID (M17"
    ));
}

#[tokio::test]
async fn idle_ends_where_the_profile_says() {
    let mut profile = Profile::yahoo();
    profile.idle_limit = Some(std::time::Duration::from_millis(20));
    let (_server, mut client) = at(profile).await;
    client.send("a IDLE\r\n").await;
    assert_eq!(client.line().await, "+ idling");
    assert_eq!(client.rest().await, "* BYE IDLE lasts too long\r\n");
}

#[tokio::test]
async fn qresync_tells_what_has_become_of_a_folder() {
    for profile in [Profile::dovecot(), Profile::cyrus()] {
        let (server, mut client) = at(profile).await;
        for id in ["a", "b", "c", "d"] {
            server.deliver(ANNA, mail(id, "")).unwrap();
        }
        let status = client.ok("STATUS INBOX (HIGHESTMODSEQ UIDVALIDITY)").await;
        assert_eq!(
            status,
            ["* STATUS \"INBOX\" (HIGHESTMODSEQ 5 UIDVALIDITY 1700000000)"]
        );
        server.expunge(ANNA, "INBOX", 2).unwrap();
        server.set_flags(ANNA, "INBOX", 3, &["\\Seen"]).unwrap();
        let select = "EXAMINE INBOX (QRESYNC (1700000000 5 1:4))";
        assert!(client.end(select).await.starts_with("BAD "));
        assert_eq!(client.ok("ENABLE QRESYNC").await, ["* ENABLED QRESYNC"]);
        let opened = client.ok(select).await;
        assert!(holds(&opened, "* VANISHED (EARLIER) 2"), "{opened:?}");
        assert!(
            holds(&opened, "* 2 FETCH (UID 3 FLAGS (\\Seen) MODSEQ (7))"),
            "{opened:?}"
        );
        // Another numbering: nothing can be said of the old one.
        let other = client.ok("EXAMINE INBOX (QRESYNC (1 5))").await;
        assert!(!holds(&other, "VANISHED") && !holds(&other, "FETCH"));
        server.expunge(ANNA, "INBOX", 1).unwrap();
        assert_eq!(client.ok("NOOP").await, ["* VANISHED 1"]);
        let since = client
            .ok("UID FETCH 1:4 (FLAGS) (CHANGEDSINCE 5 VANISHED)")
            .await;
        assert_eq!(
            since,
            [
                "* VANISHED (EARLIER) 1:2",
                "* 1 FETCH (FLAGS (\\Seen) MODSEQ (7) UID 3)"
            ]
        );
    }
}

#[tokio::test]
async fn icloud_garbles_what_it_can_and_what_vanished() {
    let server = server(Profile::icloud()).await;
    server.deliver(ANNA, mail("a", "")).unwrap();
    let mut client = Client::imap(&server).await;
    let said = client.end("LOGIN anna secret").await;
    assert_eq!(said, "OK Logged in");
    client.ok("ENABLE QRESYNC").await;
    client.ok("EXAMINE INBOX").await;
    server.expunge(ANNA, "INBOX", 1).unwrap();
    assert_eq!(client.ok("NOOP").await, ["* VANISHED"]);
}

#[tokio::test]
async fn esearch_answers_in_ranges() {
    let (server, mut client) = at(Profile::gmail()).await;
    for id in ["a", "b", "c"] {
        server.deliver(ANNA, mail(id, "")).unwrap();
    }
    client.ok("EXAMINE INBOX").await;
    assert_eq!(
        client.ok("UID SEARCH RETURN (MIN MAX COUNT ALL) 1:2").await,
        ["* ESEARCH (TAG \"t3\") UID MIN 1 MAX 2 COUNT 2 ALL 1:2"]
    );
}

/// Every profile serves a client that asks for nothing special.
#[tokio::test]
async fn every_profile_serves_mail() {
    for (name, profile) in Profile::all() {
        let tokens = profile.password_refusal.is_some();
        let server = server(profile).await;
        server.deliver(ANNA, mail("a", "")).unwrap();
        let mut client = Client::imap(&server).await;
        if tokens {
            let token = encoded(&format!("user={ANNA}\x01auth=Bearer token\x01\x01"));
            client.ok(&format!("AUTHENTICATE XOAUTH2 {token}")).await;
        } else {
            client.ok(&format!("LOGIN {ANNA} secret")).await;
        }
        let offered = client.ok("CAPABILITY").await;
        if offered[0].split(' ').any(|word| word == "ID") {
            client.ok("ID NIL").await;
        }
        assert!(client.ok("LIST \"\" *").await.len() >= 4, "{name}");
        assert!(
            holds(&client.ok("EXAMINE INBOX").await, "* 1 EXISTS"),
            "{name}"
        );
        let fetched = client.ok("UID FETCH 1 (BODY.PEEK[]<0.20>)").await;
        assert!(
            fetched[0].starts_with("* 1 FETCH (BODY[]<0> {20}"),
            "{name}"
        );
    }
}
