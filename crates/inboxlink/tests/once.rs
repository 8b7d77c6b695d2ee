//! At most one delivery, whatever breaks; and what nobody knows is left to a
//! person.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice
)] // a test may stop at the first surprise

mod common;

use std::{
    collections::BTreeSet,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use common::{ANNA, Office, reply, reply_of, server};
use inboxlink::{FollowUpState, Service, SqliteStore, Viewer, WorkspaceId};
use inboxlink_engine::{Input, Store as _, keys, step};
use inboxlink_replies::followup::FollowUpEvent;
use inboxlink_testserver::{Action, Outgoing, Protocol};

/// Cuts the nth SMTP connection after the nth byte of what the server says,
/// and remembers how much that is in all.
#[derive(Clone, Default)]
struct Scissors {
    connections: Arc<Mutex<BTreeSet<u64>>>,
    longest: Arc<AtomicU64>,
}

impl Scissors {
    fn cut(&self, reply: &Outgoing<'_>) -> Action {
        if reply.protocol != Protocol::Smtp {
            return Action::Send;
        }
        let end = reply.sent + reply.bytes.len() as u64;
        self.longest.fetch_max(end, Ordering::SeqCst);
        let mut connections = self.connections.lock().unwrap();
        connections.insert(reply.connection);
        let at = connections.range(..reply.connection).count() as u64;
        match at.checked_sub(reply.sent) {
            Some(after) if at < end => Action::Cut {
                after: after.try_into().unwrap(),
            },
            _ => Action::Send,
        }
    }
}

#[tokio::test]
async fn the_session_is_cut_after_every_byte() {
    let scissors = Scissors::default();
    let its = scissors.clone();
    let server = server().faults(move |reply: &Outgoing<'_>| its.cut(reply));
    let mut office = Office::open_with(server, |options| options.send_follow_ups = false).await;
    office.follow().await;
    const CUSTOMERS: u64 = 600;
    for n in 0..CUSTOMERS {
        office.server.deliver(ANNA, reply_of(n)).unwrap();
    }
    while office.all_follow_ups().await.len() < CUSTOMERS as usize {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let report = office.inbox.send_follow_ups().await.unwrap();
    let whole = scissors.longest.load(Ordering::SeqCst);
    assert!((250..CUSTOMERS).contains(&whole), "{whole}");

    let delivered = |to: &str| {
        let outbox = office.server.outbox();
        outbox
            .iter()
            .filter(|mail| mail.to == [to.to_owned()])
            .count()
    };
    for follow_up in office.all_follow_ups().await {
        let count = delivered(follow_up.mail.to.as_str());
        match follow_up.state {
            // What broke off before the mail was handed over is tried later.
            FollowUpState::Prepared { attempts: 1, .. } => assert_eq!(count, 0),
            // The server had the mail; only its answer was cut.
            FollowUpState::Unknown { .. } | FollowUpState::Accepted { .. } => assert_eq!(count, 1),
            other => panic!("{other:?}"),
        }
    }
    let answer = "250 2.0.0 Ok: queued as 00000001\r\n".len() as u64;
    assert_eq!(report.unknown, answer, "{report:?}");
    assert_eq!(report.accepted + report.unknown + report.later, CUSTOMERS);
    assert!(report.later > 200, "{report:?}");
    assert_eq!(report.copied, report.accepted);

    // Whoever asks again: nothing is due, and nothing is sent twice.
    let before = office.server.outbox().len();
    let again = office.inbox.send_follow_ups().await.unwrap();
    assert_eq!(again, inboxlink::SendReport::default());
    assert_eq!(office.server.outbox().len(), before);
}

/// A server that is about to say whether it took the mail, and does not.
fn silent() -> impl Fn(&Outgoing<'_>) -> Action + Send + Sync + 'static {
    |reply| match reply.bytes.starts_with(b"250 2.0.0 Ok: queued") {
        true => Action::Delay(Duration::from_secs(3600)),
        false => Action::Send,
    }
}

#[tokio::test]
async fn a_sender_that_is_dropped_leaves_word() {
    let server = server().faults(silent());
    let mut office = Office::open_with(server, |options| options.send_follow_ups = false).await;
    office.follow().await;
    office.server.deliver(ANNA, reply(1)).unwrap();
    office.until_named("follow_up_prepared").await;
    {
        let sending = office.inbox.send_follow_ups();
        let arrived = office.server.outbox_of(1);
        tokio::select! {
            _ = sending => panic!("the server has not answered"),
            _ = arrived => {}
        }
    }
    let follow_up = office.follow_ups().await.remove(0);
    assert!(matches!(follow_up.state, FollowUpState::Attempting { .. }));

    let report = office.inbox.send_follow_ups().await.unwrap();
    assert_eq!((report.unknown, report.accepted), (1, 0));
    assert!(matches!(
        office.until_changed().await,
        FollowUpState::Unknown { .. }
    ));
    office.inbox.send_follow_ups().await.unwrap();
    assert_eq!(office.server.outbox().len(), 1);

    // A copy of it in the Sent folder says that it was sent after all.
    let bytes = office.follow_ups().await.remove(0).mail.bytes;
    office
        .server
        .append(ANNA, "Sent", bytes, &[], None)
        .unwrap();
    office.inbox.sync(|_| {}).await.unwrap();
    let state = office.until_changed().await;
    assert!(matches!(state, FollowUpState::Accepted { .. }), "{state:?}");
    let ben = common::BEN.parse().unwrap();
    let contact = office.workspace.contact_of(&ben).await.unwrap().unwrap();
    let page = office
        .workspace
        .timeline(Viewer::Service, contact.id, None, 10)
        .await
        .unwrap();
    assert_eq!(page.items.len(), 3);
    assert_eq!(page.items[0].message, follow_up.message);
}

#[tokio::test]
async fn a_process_that_died_while_sending_is_found_out() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("crm.db");
    let mut office = Office::open_on(SqliteStore::open(&path).unwrap(), server(), |options| {
        options.send_follow_ups = false;
    })
    .await;
    office.follow().await;
    office.server.deliver(ANNA, reply(1)).unwrap();
    office.until_named("follow_up_prepared").await;
    let follow_up = office.follow_ups().await.remove(0);
    let id = WorkspaceId::from(1);

    // The other process: it stored that it begins, and is heard of no more.
    let other = SqliteStore::open(&path).unwrap();
    let now = follow_up.created_at;
    let until = now.plus_millis(1);
    let event = FollowUpEvent::Attempt { now, until };
    let input = Input::FollowUp {
        follow_up: Box::new(follow_up),
        event,
    };
    let known = other.load(keys(id, &input)).await.unwrap();
    other.commit(step(id, &known, &input, now)).await.unwrap();
    tokio::time::sleep(Duration::from_millis(5)).await;

    let report = office.inbox.send_follow_ups().await.unwrap();
    assert_eq!((report.unknown, report.accepted), (1, 0));
    assert_eq!(office.server.outbox().len(), 0);
    // A program that is started afresh sends it no more than this one.
    let settings = common::settings(&office.server, &common::options(&office.server));
    let service = Service::with_options(other, common::options(&office.server));
    let inbox = service.workspace(id).inbox(settings);
    let report = inbox.send_follow_ups().await.unwrap();
    assert_eq!(report, inboxlink::SendReport::default());

    // Only a person sends it again.
    let follow_up = office.follow_ups().await.remove(0);
    assert!(office.workspace.send_again(follow_up.id).await.unwrap());
    assert_eq!(inbox.send_follow_ups().await.unwrap().accepted, 1);
    assert_eq!(office.server.outbox().len(), 1);
    assert!(!office.workspace.send_again(follow_up.id).await.unwrap());
}

#[tokio::test]
async fn many_senders_send_once() {
    let mut office = Office::open(server()).await;
    office.follow().await;
    const CUSTOMERS: u64 = 20;
    for n in 0..CUSTOMERS {
        office.server.deliver(ANNA, reply_of(n)).unwrap();
    }
    let mut accepted = 0;
    while accepted < CUSTOMERS {
        let senders = (0..8).map(|_| {
            let inbox = office.inbox.clone();
            tokio::spawn(async move { inbox.send_follow_ups().await.unwrap() })
        });
        for sender in senders.collect::<Vec<_>>() {
            sender.await.unwrap();
        }
        let all = office.all_follow_ups().await;
        let done = |state: &FollowUpState| matches!(state, FollowUpState::Accepted { .. });
        accepted = all.iter().filter(|f| done(&f.state)).count() as u64;
    }
    let mut reached: Vec<_> = office
        .server
        .outbox()
        .into_iter()
        .flat_map(|m| m.to)
        .collect();
    reached.sort();
    reached.dedup();
    assert_eq!((reached.len(), office.server.outbox().len()), (20, 20));
}
