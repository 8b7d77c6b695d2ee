//! What the pages share: the workspace, and what runs beside the website.

use std::{path::PathBuf, sync::Arc, time::Duration};

use inboxlink::{
    HostPolicy, Options, Owner, OwnerId, Service, SqliteStore, Workspace, WorkspaceId,
};
use inboxlink_examples::{Failure, demo::DOMAIN};
use tokio::sync::Mutex;

use crate::{
    demo::Demo,
    feed::Feed,
    inboxes::Inboxes,
    live::{Live, Topic},
};

/// How the program was started.
pub(crate) struct Start {
    pub(crate) db: PathBuf,
    pub(crate) allow_private_hosts: bool,
    pub(crate) demo: bool,
    pub(crate) extra_roots: Vec<String>,
}

/// Everything the pages need.
pub(crate) struct App {
    pub(crate) workspace: Workspace,
    /// Where connections may lead.
    pub(crate) policy: HostPolicy,
    /// The demo's own mail server, where there is one.
    pub(crate) demo: Option<Demo>,
    pub(crate) inboxes: Inboxes,
    pub(crate) feed: Feed,
    pub(crate) live: Live,
    /// Held while the list of rules is read and replaced.
    pub(crate) rules: Mutex<()>,
}

/// How pages hold it.
pub(crate) type Shared = Arc<App>;

impl App {
    pub(crate) async fn start(start: Start) -> Result<Shared, Failure> {
        let demo = match start.demo {
            true => Some(Demo::start().await?),
            false => None,
        };
        let mut options = Options::default();
        options.extra_roots = start.extra_roots;
        // Somebody sits before the form and waits.
        options.timeout = Duration::from_secs(20);
        // The demo's own server stands on this machine, where no form may
        // otherwise lead.
        if let Some(demo) = &demo {
            options.extra_roots.push(demo.ca_pem().to_owned());
            for address in demo.addresses() {
                options.host_policy = options.host_policy.allowing(address);
            }
        }
        if start.allow_private_hosts {
            options.host_policy = HostPolicy::allowing_private();
        }
        let policy = options.host_policy.clone();
        let store = SqliteStore::open(&start.db)?;
        let workspace = Service::with_options(store, options).workspace(WorkspaceId::from(1));
        set_up_team(&workspace, demo.as_ref()).await?;
        let app = Arc::new(Self {
            workspace,
            policy,
            demo,
            inboxes: Inboxes::default(),
            feed: Feed::default(),
            live: Live::default(),
            rules: Mutex::default(),
        });
        crate::feed::watch(&app).await?;
        Ok(app)
    }

    /// Ends what runs beside the website.
    pub(crate) async fn stop(&self) {
        self.live.close();
        self.feed.stop();
        self.inboxes.stop_all().await;
    }

    /// Pages that show this are to be shown anew.
    pub(crate) fn changed(&self, topics: &[Topic]) {
        self.live.changed(topics);
    }
}

/// A team to choose an inbox's owner from: the demo's, or one to rename.
async fn set_up_team(workspace: &Workspace, demo: Option<&Demo>) -> Result<(), Failure> {
    if !workspace.config().await?.owners.is_empty() {
        return Ok(());
    }
    let Some(demo) = demo else {
        let owner = Owner {
            id: OwnerId::from(1),
            name: "You".to_owned(),
            addresses: Default::default(),
        };
        return Ok(workspace.put_owner(owner).await?);
    };
    // Everybody of the company is a colleague, whether or not they have an
    // inbox here.
    let mut config = workspace.config().await?;
    config.internal_domains.insert(DOMAIN.to_owned());
    workspace.put_config(config).await?;
    for (id, account) in (1u64..).zip(demo.accounts()) {
        let owner = Owner {
            id: OwnerId::from(id),
            name: account.name.clone(),
            addresses: account.address.parse().into_iter().collect(),
        };
        workspace.put_owner(owner).await?;
    }
    Ok(())
}
