//! An inbox's life after it was connected: paused, refused, edited, handed
//! over, renamed, removed.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice
)] // a test may stop at the first surprise

mod common;

use std::time::Duration;

use common::{ANNA, BEN, mail, options, server, settings};
use inboxlink::{
    ConnectedInbox, ConnectionSettings, CreateContacts, Diagnosis, EventKind, FolderChoice,
    HistoryDepth, Inbox, InboxChoices, InboxState, MailPolicy, MemoryStore, Service, SqliteStore,
    Timestamp, Visibility, Workspace,
};
use inboxlink_testserver::{TestServer, User};

/// A workspace over each kind of store, and Anna's server.
async fn workspaces() -> Vec<(TestServer, Workspace)> {
    let mut all = Vec::new();
    for kind in ["sqlite", "memory"] {
        let server = server().start().await.unwrap();
        let options = options(&server);
        let service = match kind {
            "sqlite" => Service::with_options(SqliteStore::in_memory().unwrap(), options),
            _ => Service::with_options(MemoryStore::new(), options),
        };
        all.push((server, service.workspace(1)));
    }
    all
}

/// The nth mail of a customer.
fn customer(n: usize) -> String {
    let from = format!("Customer {n} <c{n}@example.org>");
    let id = format!("c{n}@example.org");
    String::from_utf8(mail(&from, ANNA, "Hello", &id, "", "Good day!")).unwrap()
}

async fn connected(server: &TestServer, workspace: &Workspace) -> ConnectedInbox {
    let settings = settings(server, &options(server));
    let inbox = workspace.connect(settings).await.unwrap();
    inbox.sync(|_| {}).await.unwrap();
    inbox
}

async fn stored(workspace: &Workspace, inbox: &ConnectedInbox) -> Inbox {
    let config = workspace.config().await.unwrap();
    config.inbox(inbox.id()).unwrap().clone()
}

async fn states(workspace: &Workspace) -> Vec<InboxState> {
    let events = workspace.export().await.unwrap().events.into_iter();
    let states = events.filter_map(|event| match event.kind {
        EventKind::InboxStateChanged { state, .. } => Some(state),
        _ => None,
    });
    states.collect()
}

async fn messages(workspace: &Workspace) -> u64 {
    workspace.counts().await.unwrap().messages
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_paused_inbox_rests_until_it_is_resumed() {
    for (server, workspace) in workspaces().await {
        server.deliver(ANNA, customer(1)).unwrap();
        let inbox = connected(&server, &workspace).await;
        let following = tokio::spawn({
            let inbox = inbox.clone();
            async move { inbox.follow(|_| {}).await }
        });
        workspace.pause(inbox.id()).await.unwrap();
        let ended = tokio::time::timeout(Duration::from_secs(30), following).await;
        assert!(
            ended
                .expect("it goes on")
                .unwrap()
                .to_string()
                .contains("paused")
        );
        server.deliver(ANNA, customer(2)).unwrap();
        assert!(inbox.sync(|_| {}).await.is_err());
        assert_eq!(messages(&workspace).await, 1);
        workspace.resume(inbox.id()).await.unwrap();
        workspace.resume(inbox.id()).await.unwrap();
        inbox.sync(|_| {}).await.unwrap();
        assert_eq!(messages(&workspace).await, 2);
        assert_eq!(
            states(&workspace).await,
            [InboxState::Paused, InboxState::Connected]
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refused_password_is_told_once_and_the_next_one_goes_on() {
    for (server, workspace) in workspaces().await {
        server.deliver(ANNA, customer(1)).unwrap();
        let inbox = connected(&server, &workspace).await;
        let before = workspace.folders(inbox.id()).await.unwrap();
        server.set_password(ANNA, "changed").unwrap();
        for _ in 0..3 {
            let error = inbox.sync(|_| {}).await.unwrap_err();
            assert!(error.needs_user_action());
            assert_eq!(error.diagnosis(), Some(Diagnosis::WrongPassword));
        }
        let stopped = InboxState::NeedsAction(Diagnosis::WrongPassword);
        assert_eq!(states(&workspace).await, [stopped]);
        assert_eq!(workspace.folders(inbox.id()).await.unwrap(), before);

        // Another wrong one changes nothing; the right one is confirmed first.
        let with = |password: &str| {
            ConnectionSettings::builder()
                .host("localhost")
                .port(server.imaps_port())
                .smtp_port(server.smtps_port())
                .username(ANNA)
                .password(password.to_owned())
                .owner(1)
                .build(&options(&server).host_policy)
                .unwrap()
        };
        let refused = workspace.edit(inbox.id(), with("wrong")).await;
        assert_eq!(
            refused.unwrap_err().diagnosis(),
            Some(Diagnosis::WrongPassword)
        );
        assert_eq!(stored(&workspace, &inbox).await.state, stopped);
        server.deliver(ANNA, customer(2)).unwrap();
        let again = workspace.edit(inbox.id(), with("changed")).await.unwrap();
        assert_eq!(again.id(), inbox.id());
        again.sync(|_| {}).await.unwrap();
        assert_eq!(messages(&workspace).await, 2);
        assert_eq!(states(&workspace).await, [stopped, InboxState::Connected]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_owner_leaves_and_the_history_stays() {
    for (server, workspace) in workspaces().await {
        let inbox = connected(&server, &workspace).await;
        let before = stored(&workspace, &inbox).await;
        workspace
            .owner_leaves(1.into(), Some(2.into()))
            .await
            .unwrap();
        let after = stored(&workspace, &inbox).await;
        assert_eq!(
            (after.owner, after.state),
            (2.into(), InboxState::Connected)
        );
        assert_eq!(after.mail.sharing, before.mail.sharing);
        // What came until now is the first owner's still.
        let handed_over = after.previous_owners[0].until;
        assert_eq!(after.owner_at(Timestamp(handed_over.0 - 1)), 1.into());
        assert_eq!(after.owner_at(handed_over), 2.into());
        // Nobody to take it: it is paused.
        workspace.owner_leaves(2.into(), None).await.unwrap();
        let left = stored(&workspace, &inbox).await;
        assert_eq!((left.owner, left.state), (2.into(), InboxState::Paused));
        let config = workspace.config().await.unwrap();
        assert_eq!(config.former_owners, [1.into(), 2.into()].into());
        // Their addresses stay ours.
        assert!(config.own_addresses().contains(&ANNA.parse().unwrap()));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn contacts_wanted_later_come_from_the_history() {
    for (server, workspace) in workspaces().await {
        for n in 1..=5 {
            server.deliver(ANNA, customer(n)).unwrap();
        }
        let sent = mail(ANNA, BEN, "Offer", "offer@example.com", "", "Shall we?");
        server.append(ANNA, "Sent", sent, &[], None).unwrap();
        let settings = ConnectionSettings::builder()
            .host("localhost")
            .port(server.imaps_port())
            .username(ANNA)
            .password("secret")
            .owner(1)
            .create_contacts(CreateContacts::Off)
            .build(&options(&server).host_policy)
            .unwrap();
        let inbox = workspace.connect(settings).await.unwrap();
        inbox.sync(|_| {}).await.unwrap();
        let count = async || workspace.counts().await.unwrap().contacts;
        assert_eq!(count().await, 0);
        for (create, contacts) in [
            (CreateContacts::Sent, 1),
            (CreateContacts::All, 6),
            // Narrower again: those that are there stay.
            (CreateContacts::Off, 6),
        ] {
            let choices = InboxChoices {
                name: "Anna".into(),
                team_inbox: false,
                create_contacts: create,
                mail: MailPolicy::default(),
            };
            workspace.choose(inbox.id(), choices).await.unwrap();
            assert_eq!(count().await, contacts);
            assert!(!stored(&workspace, &inbox).await.look_again);
        }
        let events = workspace.export().await.unwrap().events;
        let created =
            |event: &&inboxlink::Event| matches!(event.kind, EventKind::ContactCreated { .. });
        assert_eq!(events.iter().filter(created).count(), 6);
        assert!(events.iter().filter(created).all(|event| event.historical));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mailbox_that_moved_is_known_by_its_mail() {
    for (old, workspace) in workspaces().await {
        let carla = "carla@example.com";
        let renamed = "anna.arendt@example.com";
        // The new host has the same mail under another name; Carla has much
        // of what Anna got, and has sent something else.
        let builder = TestServer::builder().user(User::new(renamed, "secret"));
        let new = builder
            .user(User::new(carla, "secret"))
            .start()
            .await
            .unwrap();
        for n in 1..=10 {
            old.deliver(ANNA, customer(n)).unwrap();
            new.deliver(renamed, customer(n)).unwrap();
            new.deliver(carla, customer(n)).unwrap();
            let mine = mail(ANNA, BEN, "Offer", &format!("a{n}@example.com"), "", "Mine");
            let hers = mail(
                carla,
                BEN,
                "Offer",
                &format!("c{n}@example.com"),
                "",
                "Hers",
            );
            old.append(ANNA, "Sent", mine.clone(), &[], None).unwrap();
            new.append(renamed, "Sent", mine, &[], None).unwrap();
            new.append(carla, "Sent", hers, &[], None).unwrap();
        }
        // It has gone on since.
        new.deliver(renamed, customer(11)).unwrap();
        let first = connected(&old, &workspace).await;
        // Another workspace's options: both servers are trusted.
        let on_new = |user: &str| {
            ConnectionSettings::builder()
                .host("localhost")
                .port(new.imaps_port())
                .username(user)
                .password("secret")
                .owner(1)
                .extra_ca(new.ca_pem())
                .build(&options(&new).host_policy)
                .unwrap()
        };
        let colleague = workspace.connect(on_new(carla)).await.unwrap();
        assert_ne!(colleague.id(), first.id());
        let moved = workspace.connect(on_new(renamed)).await.unwrap();
        assert_eq!(moved.id(), first.id());
        moved.sync(|_| {}).await.unwrap();
        let config = workspace.config().await.unwrap();
        assert_eq!(config.inboxes.len(), 2);
        assert_eq!(stored(&workspace, &moved).await.username, renamed);
        // Nothing stands there twice.
        assert_eq!(messages(&workspace).await, 21);
        // Somebody else may have the old name now.
        let again = workspace
            .connect(settings(&old, &options(&old)))
            .await
            .unwrap();
        assert_eq!(again.id(), first.id(), "its mail is still the same");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn removed_with_its_history_or_without() {
    for (server, workspace) in workspaces().await {
        let shared = customer(1);
        server.deliver(ANNA, &shared).unwrap();
        server.deliver(ANNA, customer(2)).unwrap();
        let inbox = connected(&server, &workspace).await;
        let other = TestServer::builder().user(User::new("bo@example.com", "secret"));
        let other = other.start().await.unwrap();
        other.deliver("bo@example.com", &shared).unwrap();
        let theirs = ConnectionSettings::builder()
            .host("localhost")
            .port(other.imaps_port())
            .username("bo@example.com")
            .password("secret")
            .owner(2)
            .extra_ca(other.ca_pem())
            .build(&options(&other).host_policy)
            .unwrap();
        let theirs = workspace.connect(theirs).await.unwrap();
        theirs.sync(|_| {}).await.unwrap();
        assert_eq!(messages(&workspace).await, 2);

        workspace.remove_inbox(inbox.id()).await.unwrap();
        assert!(inbox.sync(|_| {}).await.is_err());
        assert_eq!(messages(&workspace).await, 2);
        // Connected again, it goes on where it was.
        server.deliver(ANNA, customer(3)).unwrap();
        let again = connected(&server, &workspace).await;
        assert_eq!((again.id(), messages(&workspace).await), (inbox.id(), 3));

        workspace.erase_inbox(inbox.id()).await.unwrap();
        // What the other inbox holds too is there, and nothing else.
        assert_eq!(messages(&workspace).await, 1);
        let contacts = workspace.contacts(None, 10).await.unwrap().items;
        let addresses: Vec<_> = contacts.iter().flat_map(|it| &it.addresses).collect();
        assert_eq!(
            addresses.iter().map(|it| it.as_str()).collect::<Vec<_>>(),
            ["c1@example.org"]
        );
        let all = format!("{:?}", workspace.export().await.unwrap());
        assert!(!all.contains("c2@example.org") && !all.contains("c3@example.org"));
        // Connected once more, what was erased stays so; what is new comes.
        server.deliver(ANNA, customer(4)).unwrap();
        let again = connected(&server, &workspace).await;
        assert_eq!((again.id(), messages(&workspace).await), (inbox.id(), 2));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_as_far_back_and_from_the_folders_that_are_wanted() {
    for (server, workspace) in workspaces().await {
        // The server dates each mail a second later, from 2026-01-05 on.
        let old = Some(1_600_000_000);
        for n in 1..=3 {
            server.append(ANNA, "INBOX", customer(n), &[], old).unwrap();
        }
        server.deliver(ANNA, customer(4)).unwrap();
        server
            .append(ANNA, "Archive", customer(5), &[], None)
            .unwrap();
        let policy = MailPolicy {
            history: HistoryDepth::Since("2025-06-30".parse().unwrap()),
            folders: FolderChoice::Except(vec!["Archive".into()]),
            sharing: Visibility::Metadata,
            ..MailPolicy::default()
        };
        let settings = ConnectionSettings::builder()
            .host("localhost")
            .port(server.imaps_port())
            .username(ANNA)
            .password("secret")
            .owner(1)
            .team_inbox(true)
            .mail(&policy)
            .build(&options(&server).host_policy)
            .unwrap();
        let inbox = workspace.connect(settings).await.unwrap();
        let report = inbox.sync(|_| {}).await.unwrap();
        assert_eq!(messages(&workspace).await, 1);
        let folder = |name: &str| {
            report
                .folders
                .iter()
                .find(|it| it.name == name)
                .unwrap()
                .clone()
        };
        let inbox_folder = folder("INBOX");
        assert_eq!(
            (
                inbox_folder.server,
                inbox_folder.stored,
                inbox_folder.skipped
            ),
            (4, 1, 3)
        );
        assert!(inbox_folder.caught_up && report.is_complete());
        assert_eq!(
            (folder("Archive").stored, folder("Archive").skipped),
            (0, 1)
        );
        let kept = stored(&workspace, &inbox).await;
        assert_eq!((kept.mail, kept.team_inbox), (policy, true));
        assert_eq!(
            (kept.smtp.host.as_str(), kept.smtp.port),
            ("localhost", 465)
        );

        // All of it after all.
        let choices = InboxChoices {
            name: "Anna".into(),
            team_inbox: false,
            create_contacts: CreateContacts::All,
            mail: MailPolicy::default(),
        };
        workspace.choose(inbox.id(), choices).await.unwrap();
        inbox.sync(|_| {}).await.unwrap();
        assert_eq!(messages(&workspace).await, 5);
    }
}
