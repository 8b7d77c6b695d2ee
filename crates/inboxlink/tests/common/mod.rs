//! A team member's account on a server of this process, connected and
//! followed.
#![allow(dead_code, unreachable_pub)] // each test uses some of it

use std::time::Duration;

use inboxlink::{
    ConnectedInbox, ConnectionSettings, Event, EventKind, Events, FollowUp, FollowUpState,
    FollowUpTemplate, HostPolicy, Options, Owner, Rule, Service, SqliteStore, Workspace,
    WorkspaceId, when,
};
use inboxlink_testserver::{Builder, TestServer, User};
use tokio::task::JoinHandle;

pub const ANNA: &str = "anna@example.com";
pub const BEN: &str = "ben@example.org";

/// A server, and a workspace that has Anna's account on it connected.
pub struct Office {
    pub server: TestServer,
    pub workspace: Workspace,
    pub inbox: ConnectedInbox,
    pub events: Events,
    pub following: Option<JoinHandle<()>>,
}

/// A server that Anna has an account on.
pub fn server() -> Builder {
    TestServer::builder().user(User::new(ANNA, "secret"))
}

pub fn options(server: &TestServer) -> Options {
    let mut options = Options::default();
    options.host_policy = HostPolicy::allowing_private();
    options.extra_roots.push(server.ca_pem().to_owned());
    options
}

pub fn settings(server: &TestServer, options: &Options) -> ConnectionSettings {
    ConnectionSettings::builder()
        .host("localhost")
        .port(server.imaps_port())
        .smtp_port(server.smtps_port())
        .username(ANNA)
        .password("secret")
        .owner(1)
        .build(&options.host_policy)
        .unwrap()
}

/// A rule that fires on replies and answers them.
pub fn rule() -> Rule {
    let template = FollowUpTemplate {
        subject: None,
        text: "Hello {{first_name|there}},\n\nhere is the booking link.\n\n{{sender_name}}".into(),
        ..FollowUpTemplate::default()
    };
    let rule = Rule::new(7, "booking", &when::reply()).unwrap();
    rule.with_follow_up(template).unwrap()
}

impl Office {
    /// Opens: Anna has written to Ben, and nobody has answered yet.
    pub async fn open(server: Builder) -> Self {
        Self::open_with(server, |_| {}).await
    }

    pub async fn open_with(server: Builder, change: impl FnOnce(&mut Options)) -> Self {
        Self::open_on(SqliteStore::in_memory().unwrap(), server, change).await
    }

    pub async fn open_on(
        store: SqliteStore,
        server: Builder,
        change: impl FnOnce(&mut Options),
    ) -> Self {
        let server = server.start().await.unwrap();
        let mut options = options(&server);
        change(&mut options);
        server
            .append(ANNA, "Sent", question(), &["\\Seen"], None)
            .unwrap();
        let settings = settings(&server, &options);
        let service = Service::with_options(store, options);
        let workspace = service.workspace(WorkspaceId::from(1));
        let owner = Owner {
            id: 1.into(),
            name: "Anna Arendt".into(),
            addresses: [ANNA.parse().unwrap()].into(),
        };
        workspace.put_owner(owner).await.unwrap();
        workspace.put_rules(vec![rule()]).await.unwrap();
        let inbox = workspace.connect(settings).await.unwrap();
        let events = workspace.events_after(0);
        Self {
            server,
            workspace,
            inbox,
            events,
            following: None,
        }
    }

    /// Follows the inbox, and waits until it is caught up.
    pub async fn follow(&mut self) {
        let inbox = self.inbox.clone();
        self.following = Some(tokio::spawn(async move {
            let error = inbox.follow(|_| {}).await;
            panic!("{error}");
        }));
        self.until(|kind| matches!(kind, EventKind::InboxCaughtUp { .. }))
            .await;
    }

    /// The next event that is meant; those before it are passed over.
    pub async fn until(&mut self, meant: impl Fn(&EventKind) -> bool) -> Event {
        let wait = async {
            loop {
                let event = self.events.next().await.unwrap();
                if meant(&event.kind) {
                    return event;
                }
            }
        };
        tokio::time::timeout(Duration::from_secs(60), wait)
            .await
            .expect("the event did not come")
    }

    pub async fn until_named(&mut self, name: &str) -> Event {
        self.until(|kind| kind.name() == name).await
    }

    /// The end that a follow-up comes to next.
    pub async fn until_changed(&mut self) -> FollowUpState {
        let event = self
            .until(|kind| matches!(kind, EventKind::FollowUpChanged { .. }))
            .await;
        match event.kind {
            EventKind::FollowUpChanged { state, .. } => state,
            other => panic!("{other:?}"),
        }
    }

    /// Waits until nothing more is to be done by itself.
    pub async fn settled(&self) {
        let wait = async {
            while self
                .follow_ups()
                .await
                .iter()
                .any(|f| f.state.due().is_some())
            {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        let settled = tokio::time::timeout(Duration::from_secs(60), wait).await;
        settled.expect("something is still to be done");
    }

    /// All of them, page by page.
    pub async fn all_follow_ups(&self) -> Vec<FollowUp> {
        let (mut all, mut before) = (Vec::new(), None);
        loop {
            let page = self.workspace.follow_ups(before, 100).await.unwrap();
            all.extend(page.items);
            before = page.next;
            if before.is_none() {
                return all;
            }
        }
    }

    pub async fn follow_ups(&self) -> Vec<FollowUp> {
        self.workspace.follow_ups(None, 100).await.unwrap().items
    }

    pub async fn events_so_far(&self) -> Vec<Event> {
        self.workspace.export().await.unwrap().events
    }
}

impl Drop for Office {
    fn drop(&mut self) {
        if let Some(following) = self.following.take() {
            following.abort();
        }
    }
}

/// Anna's mail, to which Ben replies.
pub fn question() -> Vec<u8> {
    mail(
        "Anna Arendt <anna@example.com>",
        "Ben Bold <ben@example.org>",
        "Offer",
        "offer@example.com",
        "",
        "Shall we talk?",
    )
}

/// Ben's answer, the nth of them.
pub fn reply(n: u32) -> Vec<u8> {
    mail(
        "Ben Bold <ben@example.org>",
        "anna@example.com",
        "Re: Offer",
        &format!("reply{n}@example.org"),
        "In-Reply-To: <offer@example.com>\r\nReferences: <offer@example.com>\r\n",
        "Yes, gladly!",
    )
}

/// The answer of Ben's nth colleague.
pub fn reply_of(n: u64) -> Vec<u8> {
    mail(
        &format!("c{n}@example.org"),
        "anna@example.com",
        "Re: Offer",
        &format!("colleague{n}@example.org"),
        "In-Reply-To: <offer@example.com>\r\nReferences: <offer@example.com>\r\n",
        "Yes!",
    )
}

pub fn mail(from: &str, to: &str, subject: &str, id: &str, more: &str, text: &str) -> Vec<u8> {
    format!(
        "From: {from}\r\nTo: {to}\r\nSubject: {subject}\r\nMessage-ID: <{id}>\r\n\
         Date: Mon, 2 Mar 2026 10:00:00 +0000\r\n{more}\r\n{text}\r\n"
    )
    .into_bytes()
}
