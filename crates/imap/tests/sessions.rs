//! Servers that go wrong in the middle of a session: each a typed error, none
//! an empty result, none a hang.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice
)] // a test may stop at the first surprise

mod scripted;

use std::time::{Duration, Instant};

use inboxlink_imap::{ErrorKind, FetchEvent, ImapError, Session, Watched};
use inboxlink_settings::Security;
use inboxlink_sync::UidSet;
use inboxlink_testkit::Tls;
use scripted::{EXAMINED, LOGGED_IN, Server, Step, Step::*, session_at_inbox};

/// A mail of UID 4 to 6, in the shape servers send it.
macro_rules! mail {
    ($uid:literal) => {
        concat!(
            "* 1 FETCH (UID ",
            $uid,
            " FLAGS (\\Seen) INTERNALDATE \"01-Jan-1970 00:00:00 +0000\" RFC822.SIZE 7 BODY[]<0> {7}\r\nA: b\r\n\n)\r\n"
        )
    };
}

/// What a fetch comes to.
#[derive(Default, Debug, PartialEq)]
struct Harvest {
    mails: Vec<u32>,
    missing: String,
    refused: String,
}

async fn harvest(session: &mut Session, sets: &[&str]) -> Result<Harvest, (Harvest, ImapError)> {
    let sets: Vec<UidSet> = sets.iter().map(|set| set.parse().unwrap()).collect();
    let mut fetch = session.fetch(sets, Some(65_536));
    let mut harvest = Harvest::default();
    loop {
        match fetch.next().await {
            Ok(Some(FetchEvent::Mail(mail))) => harvest.mails.push(mail.uid),
            Ok(Some(FetchEvent::Done { missing, .. })) => harvest.missing += &missing.to_string(),
            Ok(Some(FetchEvent::Refused { missing, error })) => {
                assert!(error.is_connection_alive());
                harvest.refused += &missing.to_string();
            }
            Ok(Some(_)) => {}
            Ok(None) => return Ok(harvest),
            Err(error) => return Err((harvest, error)),
        }
    }
}

#[tokio::test]
async fn a_fetch_tells_what_came_and_what_did_not() {
    let (server, mut session) = session_at_inbox([
        Hear("UID FETCH 4:5 "),
        Hear("UID FETCH 6:7 "),
        Hear("UID FETCH 8 "),
        // Twice, and one that nobody asked for: counted once, and not at all.
        Say(concat!(
            mail!(4),
            mail!(4),
            mail!(99),
            "* 2 FETCH (UID 5 FLAGS (\\Seen))\r\n"
        )),
        Say(concat!(
            "{tag-2} OK done\r\n",
            mail!(6),
            "{tag-1} NO [SERVERBUG] some fail\r\n"
        )),
        Say(concat!(mail!(8), "{tag} OK done\r\n")),
        Hang,
    ])
    .await;
    let found = harvest(&mut session, &["4:5", "6:7", "8"]).await;
    let expected = Harvest {
        mails: vec![4, 6, 8],
        missing: "5".into(),
        refused: "7".into(),
    };
    assert_eq!(found.map_err(|(_, error)| error.kind()), Ok(expected));
    assert!(
        !server.heard().contains("BODY[]"),
        "only BODY.PEEK leaves no mark"
    );
}

#[tokio::test]
async fn a_broken_fetch_is_an_error_and_keeps_what_came() {
    let nested = "* 1 FETCH (BODYSTRUCTURE ((((((((((((((((((((((((((((((((((((((((((((((((\r\n";
    for (answer, kind) in [
        ("", ErrorKind::Closed),
        (
            "* 2 FETCH (UID 5 BODY[]<0> {1000}\r\nhalf of",
            ErrorKind::Closed,
        ),
        ("* BYE [UNAVAILABLE] restarting\r\n", ErrorKind::Unavailable),
        ("* BYE bye\r\n", ErrorKind::Closed),
        ("i77 OK done\r\n", ErrorKind::Protocol),
        (
            "* 2 FETCH (UID 5 INTERNALDATE NIL BODY[] {1}\r\nx)\r\n",
            ErrorKind::Protocol,
        ),
        (
            "* 2 FETCH (UID 5 BODY[]<0> {500000000}\r\n",
            ErrorKind::Limit,
        ),
        ("* OK [ALERT]\u{e9}\r\n", ErrorKind::Protocol),
        ("* METADATA \"INBOX\" ()\r\n", ErrorKind::Protocol),
        ("* 2 FETCH oops\r\n", ErrorKind::Protocol),
        (nested, ErrorKind::Protocol),
    ] {
        let steps = [Hear("UID FETCH"), Say(mail!(4)), Say(answer)];
        let (_server, mut session) = session_at_inbox(steps).await;
        let (found, error) = harvest(&mut session, &["4:5"]).await.unwrap_err();
        assert_eq!((found.mails, error.kind()), (vec![4], kind), "{answer:?}");
        assert!(
            !error.to_string().contains("A: b") && error.diagnostic().is_none_or(|d| d.len() < 200)
        );
        // The connection is not used again.
        assert_eq!(session.noop().await.unwrap_err().kind(), ErrorKind::Closed);
    }
}

#[tokio::test]
async fn floods_and_drips_end() {
    for (step, kind) in [
        (
            Repeat("* 4 EXISTS\r\n* 3 EXISTS\r\n", 60_000),
            ErrorKind::Limit,
        ),
        (
            Repeat("* 1 FETCH (UID 99 FLAGS ())\r\n", 60_000),
            ErrorKind::Limit,
        ),
        (
            Repeat("xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", 10_000),
            ErrorKind::Limit,
        ),
        (
            Drip(mail!(4), Duration::from_millis(60)),
            ErrorKind::Timeout,
        ),
        (Hang, ErrorKind::Timeout),
    ] {
        let (_server, mut session) =
            session_at_inbox([Hear("UID FETCH"), step.clone(), Hang]).await;
        let began = Instant::now();
        let (_, error) = harvest(&mut session, &["4:5"]).await.unwrap_err();
        // On a busy machine a flood may meet the clock before its limit.
        let late = matches!(step, Repeat(..)) && error.kind() == ErrorKind::Timeout;
        assert!(error.kind() == kind || late, "{step:?}: {error:?}");
        assert!(began.elapsed() < Duration::from_secs(60), "{step:?}");
    }
}

#[tokio::test]
async fn ranges_are_kept_even_by_servers_that_know_none() {
    let (_server, mut session) = session_at_inbox([
        Hear("BODY.PEEK[]<0.4>"),
        Say("* 1 FETCH (UID 4 RFC822.SIZE 9 BODY[] {9}\r\nA: b\r\n\r\nc)\r\n"),
        Say("* 2 FETCH (UID 5 RFC822.SIZE 900 BODY[]<0> {3}\r\nA:b)\r\n"),
        Say("* 3 FETCH (UID 6 RFC822.SIZE 900 BODY[]<0> \"A\\\"\\\\b\")\r\n{tag} OK\r\n"),
        Hear("UID FETCH 4 (UID BODY.PEEK[]<4.3>)"),
        Say("* 1 FETCH (UID 4 BODY[]<4> {2}\r\nxy)\r\n{tag} OK\r\n"),
        Hang,
    ])
    .await;
    let mut fetch = session.fetch(["4:6".parse::<UidSet>().unwrap()], Some(4));
    let mut mails = Vec::new();
    while let Some(event) = fetch.next().await.unwrap() {
        if let FetchEvent::Mail(mail) = event {
            let truncated = mail.is_truncated();
            mails.push((mail.size, truncated, mail.bytes));
        }
    }
    assert_eq!(
        mails,
        [
            (9, true, b"A: b".to_vec()),
            (3, false, b"A:b".to_vec()),
            (900, true, b"A\"\\b".to_vec())
        ]
    );
    assert_eq!(
        session.fetch_range(4, 4, 3).await.unwrap(),
        Some(b"xy".to_vec())
    );
}

/// What opening INBOX, and then listing its UIDs, fails of.
async fn opening(steps: impl IntoIterator<Item = Step>) -> Result<UidSet, ImapError> {
    let server = Server::start(
        Security::Tls,
        Tls::Trusted,
        LOGGED_IN.into_iter().chain(steps),
    )
    .await;
    let mut session = server.log_in(Security::Tls).await.unwrap();
    session.examine("INBOX").await?;
    session.uids().await
}

#[tokio::test]
async fn a_folder_opens_whole_or_not_at_all() {
    for (answer, kind) in [
        (
            "{tag} NO [NONEXISTENT] No such mailbox\r\n",
            ErrorKind::Folder,
        ),
        ("{tag} NO [UNAVAILABLE] Later\r\n", ErrorKind::Unavailable),
        ("* 3 EXISTS\r\n{tag} OK done\r\n", ErrorKind::Protocol),
        (
            "* OK [UIDVALIDITY 7] x\r\n{tag} OK done\r\n",
            ErrorKind::Protocol,
        ),
        (
            "* 4294967295 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n{tag} OK\r\n",
            ErrorKind::Limit,
        ),
        ("* 3 EXISTS\r\n", ErrorKind::Closed),
    ] {
        let error = opening([Hear("EXAMINE"), Say(answer)]).await.unwrap_err();
        assert_eq!(error.kind(), kind, "{answer:?}");
    }
    let list = async |answer| {
        opening(
            EXAMINED
                .into_iter()
                .chain([Hear("UID SEARCH 1:3"), Say(answer), Hang]),
        )
        .await
    };
    assert_eq!(
        list("* SEARCH 4 9\r\n* SEARCH 5\r\n{tag} OK\r\n")
            .await
            .unwrap()
            .to_string(),
        "4:5,9"
    );
    for (answer, kind) in [
        ("{tag} NO search failed\r\n", ErrorKind::Command),
        ("* SEARCH 4\r\n{tag} OK\r\n", ErrorKind::Protocol),
        ("{tag} OK\r\n", ErrorKind::Protocol),
    ] {
        assert_eq!(list(answer).await.unwrap_err().kind(), kind, "{answer:?}");
    }
    // Fewer where one was removed under the search.
    let removed = list("* 2 EXPUNGE\r\n* SEARCH 4 9\r\n{tag} OK\r\n")
        .await
        .unwrap();
    assert_eq!(removed.to_string(), "4,9");
}

#[tokio::test]
async fn folders_are_listed_as_they_are_spelt() {
    let server = Server::start(
        Security::Tls,
        Tls::Trusted,
        LOGGED_IN.into_iter().chain([
            Hear("LIST \"\" \"*\"\r\n"),
            Say("* LIST (\\HasNoChildren) \".\" INBOX\r\n* LIST (\\Sent) \".\" \"a\\\\b\"\r\n"),
            Say("* LIST () \".\" {4}\r\na\\\\b\r\n{tag} OK\r\n"),
            Hear("EXAMINE \"a\\\\b\"\r\n"),
            Say("{tag} NO gone\r\n"),
            Hear("LIST"),
            Say("* LIST () \".\" INBOX\r\n{tag} NO [CANNOT] not now\r\n"),
            Hang,
        ]),
    )
    .await;
    let mut session = server.log_in(Security::Tls).await.unwrap();
    let listed = session.list().await.unwrap();
    let names: Vec<_> = listed
        .iter()
        .map(|folder| folder.raw_name.as_str())
        .collect();
    assert_eq!(names, ["INBOX", "a\\b", "a\\\\b"]);
    assert_eq!(listed[1].attributes, ["\\Sent"]);
    let error = session.examine("a\\b").await.unwrap_err();
    assert_eq!(error.server_text().unwrap().as_str(), "gone");
    assert_eq!(session.list().await.unwrap_err().kind(), ErrorKind::Command);
    assert_eq!(
        session.examine("a\r\nb").await.unwrap_err().kind(),
        ErrorKind::Argument
    );
}

#[tokio::test]
async fn new_mail_ends_idle_and_is_fetched_in_one_write() {
    let (server, mut session) = session_at_inbox([
        Hear("IDLE"),
        Say("+ idling\r\n* OK Still here\r\n* 4 EXISTS\r\n"),
        Hear("DONE"),
        Hear("UID FETCH 10:* "),
        // A second mail is told of while the first is fetched.
        Say(concat!(
            "{tag-1} OK idle done\r\n",
            mail!(9),
            mail!(10),
            "* 5 EXISTS\r\n{tag} OK\r\n"
        )),
        Hear("UID FETCH 11:* "),
        Say(concat!(mail!(11), "{tag} OK\r\n")),
        Hear("IDLE"),
        Say("+ idling\r\n"),
        Hang,
    ])
    .await;
    let minute = Duration::from_secs(60);
    assert_eq!(session.watch(minute).await.unwrap(), Watched::Changed);
    let uids = async |session: &mut Session, first| -> Vec<u32> {
        let mails = session.fetch_from(first, Some(65_536)).await.unwrap();
        mails.iter().map(|mail| mail.uid).collect()
    };
    // `10:*` also names the last mail before.
    assert_eq!(uids(&mut session, 10).await, [10]);
    assert_eq!(session.watch(minute).await.unwrap(), Watched::Changed);
    assert_eq!(uids(&mut session, 11).await, [11]);
    assert_eq!(
        session.watch(Duration::from_millis(300)).await.unwrap(),
        Watched::Quiet
    );
    assert!(
        server.heard().contains("DONE\r\ni4 UID FETCH"),
        "{}",
        server.heard()
    );
}

#[tokio::test]
async fn what_is_told_between_two_idles_is_not_lost() {
    let (_server, mut session) = session_at_inbox([
        Hear("IDLE"),
        Say("+ idling\r\n"),
        Hear("DONE"),
        Say("* 4 EXISTS\r\n{tag} OK\r\n"),
        Hear("STATUS"),
        Say("* STATUS Sent (MESSAGES 2 UIDNEXT 3 UIDVALIDITY 1)\r\n{tag} OK\r\n"),
        Hang,
    ])
    .await;
    assert_eq!(
        session.watch(Duration::from_millis(100)).await.unwrap(),
        Watched::Quiet
    );
    assert_eq!(session.status("Sent").await.unwrap().messages, 2);
    assert_eq!(
        session.watch(Duration::from_secs(60)).await.unwrap(),
        Watched::Changed
    );
}

#[tokio::test]
async fn a_server_that_refuses_idle_is_asked_instead() {
    let (_server, mut session) =
        session_at_inbox([Hear("IDLE"), Say("{tag} NO not for you\r\n"), Hang]).await;
    assert_eq!(
        session
            .watch(Duration::from_millis(200))
            .await
            .unwrap_err()
            .kind(),
        ErrorKind::Timeout
    );
    assert!(!session.offers("IDLE"));
    // One that falls silent after DONE is given up in the time for that.
    let (_server, mut session) = session_at_inbox([Hear("IDLE"), Say("+\r\n"), Hang]).await;
    session.watch(Duration::from_millis(50)).await.unwrap();
    assert_eq!(session.noop().await.unwrap_err().kind(), ErrorKind::Timeout);
}

#[tokio::test]
async fn an_abandoned_fetch_belongs_to_nobody() {
    let (_server, mut session) = session_at_inbox([
        Hear("UID FETCH 4:5 "),
        Say(mail!(4)),
        Drip(concat!(mail!(5), "{tag} OK\r\n"), Duration::from_millis(2)),
        Hear("EXAMINE"),
        Say("* 1 EXISTS\r\n* OK [UIDVALIDITY 8] x\r\n{tag} OK\r\n"),
        Hear("UID FETCH 5 "),
        Say("{tag} OK\r\n"),
        Hang,
    ])
    .await;
    let mut fetch = session.fetch(["4:5".parse::<UidSet>().unwrap()], Some(100));
    assert!(matches!(fetch.next().await, Ok(Some(FetchEvent::Mail(mail))) if mail.uid == 4));
    // Dropped while the other folder's mail 5 is half read.
    assert!(
        tokio::time::timeout(Duration::from_millis(50), fetch.next())
            .await
            .is_err()
    );
    session.examine("Other").await.unwrap();
    let found = harvest(&mut session, &["5"]).await.unwrap();
    assert_eq!((found.mails, found.missing.as_str()), (vec![], "5"));
}

#[tokio::test]
async fn goodbye_is_said_once_and_not_waited_for() {
    let steps = LOGGED_IN
        .into_iter()
        .chain([Hear("LOGOUT"), Say("* BYE bye\r\n"), Hang]);
    let server = Server::start(Security::Tls, Tls::Trusted, steps).await;
    let session = server.log_in(Security::Tls).await.unwrap();
    let began = Instant::now();
    session.logout().await;
    assert!(began.elapsed() < Duration::from_secs(3));
    assert!(server.heard().ends_with("LOGOUT\r\n"));
}
