//! Erased mail is gone to the last byte, and no sync brings it back.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)] // a test may stop at the first surprise

mod common;

use std::path::Path;

use common::{ANNA, BEN, Office, mail, question, reply, server};
use inboxlink::{MailOf, SqliteStore, Viewer};

const ME: Viewer = Viewer::Member(inboxlink::OwnerId::new(1));

async fn synced(office: &Office) -> u64 {
    let report = office.inbox.sync(|_| {}).await.unwrap();
    assert!(report.is_complete(), "{report:?}");
    office.workspace.counts().await.unwrap().messages
}

/// Every file of a database, after a `VACUUM` that nothing of ours needs.
fn bytes(folder: &Path) -> Vec<u8> {
    let files = std::fs::read_dir(folder).unwrap();
    let read = files.map(|file| std::fs::read(file.unwrap().path()).unwrap());
    read.flatten().collect()
}

fn holds(bytes: &[u8], canary: &str) -> bool {
    (bytes.windows(canary.len())).any(|window| window.eq_ignore_ascii_case(canary.as_bytes()))
}

#[tokio::test]
async fn a_contact_is_erased_and_stays_so() {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(folder.path().join("crm.db")).unwrap();
    let office = Office::open_on(store, server(), |options| options.keep_originals = true).await;
    let canary = mail(
        "Ben Canary <ben@example.org>",
        "anna@example.com",
        "Re: Offer",
        "canary@example.org",
        "In-Reply-To: <offer@example.com>\r\n",
        "Kanarienvogel, yes.",
    );
    let other = mail(
        "Dora <dora@example.net>",
        "anna@example.com",
        "Hello",
        "hello@example.net",
        "",
        "Hello.",
    );
    for bytes in [&canary, &other] {
        office
            .server
            .append(ANNA, "INBOX", bytes.clone(), &[], None)
            .unwrap();
    }
    assert_eq!(synced(&office).await, 3);
    let ben = office
        .workspace
        .contact_of(&BEN.parse().unwrap())
        .await
        .unwrap()
        .unwrap();

    // It is taken away first: as JSON lines, and as it came.
    let mut lines = Vec::new();
    let whose = MailOf::Contact(ben.id);
    let written = office
        .workspace
        .export_mail(ME, whose, &mut lines)
        .await
        .unwrap();
    let lines = String::from_utf8(lines).unwrap();
    let lines: Vec<serde_json::Value> = lines
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!((lines.len(), written.len()), (2, 2));
    assert_eq!(lines[0]["mail"]["message"]["text"], "Kanarienvogel, yes.");
    assert_eq!(lines[0]["direction"], "inbound");
    let (message, places) = written[0].clone();
    let kept = office.workspace.original(ME, message).await.unwrap();
    assert_eq!(kept.as_ref(), Some(&canary));
    let mut fetched = Vec::new();
    let fetching = office.inbox.originals(&places, |_, bytes| {
        fetched.push(bytes);
        Ok(())
    });
    fetching.await.unwrap();
    assert!(fetched.len() == 1 && fetched[0] == canary);

    let before = bytes(folder.path());
    assert!(holds(&before, "kanarienvogel") && holds(&before, "Ben Canary"));
    assert_eq!(office.workspace.erase(whose).await.unwrap(), 2);
    let erased = bytes(folder.path());
    for canary in ["kanarienvogel", "Ben Canary", "ben@example.org", "Offer"] {
        assert!(!holds(&erased, canary), "{canary}");
    }
    assert!(holds(&erased, "dora@example.net"));
    assert_eq!(office.workspace.contact(ben.id).await.unwrap(), None);
    assert_eq!(office.workspace.message(ME, message).await.unwrap(), None);

    // The server has it still: seen again, renumbered, and in another folder.
    assert_eq!(synced(&office).await, 1);
    office.server.set_uid_validity(ANNA, "INBOX", 777).unwrap();
    office.server.set_uid_validity(ANNA, "Sent", 778).unwrap();
    assert_eq!(synced(&office).await, 1);
    office
        .server
        .append(ANNA, "Archive", canary.clone(), &[], None)
        .unwrap();
    assert_eq!(synced(&office).await, 1);
    assert_eq!(
        office
            .workspace
            .contact_of(&BEN.parse().unwrap())
            .await
            .unwrap(),
        None
    );
    assert!(!holds(&bytes(folder.path()), "kanarienvogel"));

    // What he writes from now on is new.
    office
        .server
        .append(ANNA, "INBOX", reply(1), &[], None)
        .unwrap();
    assert_eq!(synced(&office).await, 2);
    assert!(
        office
            .workspace
            .contact_of(&BEN.parse().unwrap())
            .await
            .unwrap()
            .is_some()
    );
}

#[tokio::test]
async fn an_inbox_is_erased_and_what_is_told_of_it_has_no_content() {
    let office = Office::open(server()).await;
    office
        .server
        .append(ANNA, "INBOX", reply(1), &[], None)
        .unwrap();
    assert_eq!(synced(&office).await, 2);
    let whose = MailOf::Inbox(office.inbox.id());
    assert_eq!(office.workspace.erase(whose).await.unwrap(), 2);
    let export = office.workspace.export().await.unwrap();
    assert!(export.messages.is_empty() && export.locations.is_empty());
    let told: Vec<_> = export
        .events
        .iter()
        .map(|event| event.kind.name())
        .collect();
    assert!(
        told.contains(&"mail_erased") && !told.contains(&"message_added"),
        "{told:?}"
    );
    assert_eq!(synced(&office).await, 0);
    // Nothing is kept as it came unless it is asked for.
    office
        .server
        .append(ANNA, "INBOX", question(), &[], None)
        .unwrap();
    assert_eq!(synced(&office).await, 0);
    let held = office
        .workspace
        .inbox_timeline(ME, office.inbox.id(), None, 9)
        .await;
    assert!(held.unwrap().items.is_empty());
}
