//! A small mailbox on a server that fails on cue, and workspaces that sync it.

use std::{sync::Arc, time::Duration};

use inboxlink::{
    ConnectedInbox, ConnectionSettings, Error, HostPolicy, MemoryStore, Options, Owner, Rule,
    Security, Service, Store, SyncReport, Workspace, WorkspaceId, dump, when,
};
use inboxlink_testserver::{Cues, Faults, Profile, SpecialUse, TestServer, User};

pub(crate) const ANNA: &str = "anna@example.com";

/// No test waits longer than this for anything: a hang is a failure.
const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) struct Rig {
    pub(crate) server: TestServer,
    pub(crate) cues: Arc<Cues>,
    pub(crate) options: Options,
    pub(crate) security: Security,
}

/// How to reach a server, and what to do there.
pub(crate) struct Target {
    port: u16,
    security: Security,
    options: Options,
}

/// Two folders, so that a connection is long enough and no longer.
pub(crate) fn two_folders(mut profile: Profile) -> Profile {
    profile.folders = vec![("Sent".to_owned(), Some(SpecialUse::Sent))];
    profile
}

impl Rig {
    /// With faults on cue.
    pub(crate) async fn new() -> Self {
        let cues = Arc::new(Cues::new());
        let mut rig = Self::with(Profile::default(), Arc::clone(&cues) as _).await;
        rig.cues = cues;
        rig
    }

    /// With a server of another kind, and other faults.
    pub(crate) async fn with(profile: Profile, faults: Arc<dyn Faults>) -> Self {
        let server = TestServer::builder()
            .user(User::new(ANNA, "secret"))
            .profile(two_folders(profile))
            .shared_faults(faults)
            .start()
            .await
            .unwrap();
        let Target {
            options, security, ..
        } = Target::new(server.imaps_port(), server.ca_pem().to_owned());
        Self {
            server,
            cues: Arc::default(),
            options,
            security,
        }
    }

    /// A question in Sent, its answer and another mail in INBOX.
    pub(crate) fn fill(&self) {
        let sent = mail(ANNA, "ben@example.org", "offer", "");
        self.server
            .append(ANNA, "Sent", sent, &["\\Seen"], None)
            .unwrap();
        self.server.deliver(ANNA, reply("yes")).unwrap();
        self.server
            .deliver(ANNA, mail("cleo@example.net", ANNA, "hello", ""))
            .unwrap();
    }

    /// How to get there, with the options as they are now.
    pub(crate) fn target(&self) -> Target {
        let port = match self.security {
            Security::StartTls => self.server.imap_port(),
            _ => self.server.imaps_port(),
        };
        Target {
            port,
            security: self.security,
            options: self.options.clone(),
        }
    }

    /// A workspace with a rule and nothing synced.
    pub(crate) async fn workspace(&self) -> Workspace {
        self.target().workspace_on(MemoryStore::new()).await
    }

    pub(crate) fn inbox(&self, workspace: &Workspace) -> ConnectedInbox {
        self.target().inbox(workspace)
    }

    /// What an undisturbed sync comes to.
    pub(crate) async fn undisturbed(&self) -> String {
        let workspace = self.workspace().await;
        assert!(sync(&self.inbox(&workspace)).await.unwrap().is_complete());
        text(&workspace).await
    }
}

impl Target {
    /// A server with that port and certificate authority.
    pub(crate) fn new(port: u16, authority: String) -> Self {
        let mut options = Options::default();
        options.host_policy = HostPolicy::allowing_private();
        options.extra_roots.push(authority);
        // What becomes of the first try is what these tests are about.
        options.connect_tries = 1;
        Self {
            port,
            security: Security::Tls,
            options,
        }
    }

    pub(crate) async fn workspace_on(&self, store: impl Store + 'static) -> Workspace {
        let service = Service::with_options(store, self.options.clone());
        let workspace = service.workspace(WorkspaceId::from(1));
        let owner = Owner {
            id: 1.into(),
            name: "Anna Arendt".into(),
            addresses: [ANNA.parse().unwrap()].into(),
        };
        workspace.put_owner(owner).await.unwrap();
        let rule = Rule::new(7, "replied", &when::reply()).unwrap();
        workspace.put_rule(rule).await.unwrap();
        workspace
    }

    pub(crate) fn inbox(&self, workspace: &Workspace) -> ConnectedInbox {
        let settings = ConnectionSettings::builder()
            .host("localhost")
            .port(self.port)
            .security(self.security)
            .smtp_port(465)
            .username(ANNA)
            .password("secret")
            .owner(1)
            .build(&self.options.host_policy)
            .unwrap();
        workspace.inbox(settings)
    }
}

pub(crate) async fn sync(inbox: &ConnectedInbox) -> Result<SyncReport, Error> {
    tokio::time::timeout(PATIENCE, inbox.sync(|_| {}))
        .await
        .expect("a sync that ends")
}

/// All that a workspace holds, as text that can be compared.
pub(crate) async fn text(workspace: &Workspace) -> String {
    dump(&workspace.export().await.unwrap())
}

/// Fails with the lines that differ.
#[track_caller]
pub(crate) fn same(found: &str, expected: &str, what: &dyn std::fmt::Debug) {
    if found == expected {
        return;
    }
    let only = |a: &str, b: &str| -> Vec<String> {
        let lines = a
            .lines()
            .filter(|line| !b.lines().any(|other| other == *line));
        lines.map(str::to_owned).collect()
    };
    let (more, fewer) = (only(found, expected), only(expected, found));
    panic!("{what:?}: found only {more:#?}, expected only {fewer:#?}");
}

pub(crate) fn mail(from: &str, to: &str, id: &str, more: &str) -> Vec<u8> {
    format!(
        "From: {from}\r\nTo: {to}\r\nSubject: {id}\r\nMessage-ID: <{id}@example.org>\r\n\
         Date: Mon, 2 Mar 2026 10:00:00 +0000\r\n{more}\r\n{id}\r\n"
    )
    .into_bytes()
}

/// An answer to the question in Sent.
pub(crate) fn reply(id: &str) -> Vec<u8> {
    let more = "In-Reply-To: <offer@example.org>\r\n";
    mail("ben@example.org", ANNA, id, more)
}
