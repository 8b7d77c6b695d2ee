//! The service: a store, and how to connect.

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use inboxlink_engine::Store;
use inboxlink_model::WorkspaceId;
use tokio::sync::watch;

use crate::{
    Options, Workspace, bells::Bells, budget::Budget, keepers::Keepers, send::Claims,
    waits::Watermarks,
};

/// Connected Inboxes over a store. Cheap to clone; all clones are one.
#[derive(Clone)]
pub struct Service {
    pub(crate) shared: Arc<Shared>,
}

pub(crate) struct Shared {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) options: Options,
    /// The newest event committed here, for each workspace that is listened to.
    news: Mutex<HashMap<WorkspaceId, watch::Sender<u64>>>,
    /// Rung where an inbox has something to send.
    pub(crate) bells: Bells,
    /// Rung where somebody waits for what an inbox holds.
    pub(crate) looks: Bells,
    pub(crate) watermarks: Watermarks,
    /// Rung where an inbox was paused, removed or stopped.
    pub(crate) stops: Bells,
    pub(crate) keepers: Keepers,
    pub(crate) budget: Budget,
    pub(crate) claims: Claims,
}

impl Service {
    /// A service over a store, with default options.
    pub fn new(store: impl Store + 'static) -> Self {
        Self::with_options(store, Options::default())
    }

    /// A service over a store.
    pub fn with_options(store: impl Store + 'static, options: Options) -> Self {
        let news = Mutex::new(HashMap::new());
        Self {
            shared: Arc::new(Shared {
                store: Arc::new(store),
                options,
                news,
                bells: Bells::default(),
                looks: Bells::default(),
                watermarks: Watermarks::default(),
                stops: Bells::default(),
                keepers: Keepers::default(),
                budget: Budget::default(),
                claims: Claims::default(),
            }),
        }
    }

    /// A workspace. It need not be made: one that nothing was stored in is
    /// empty.
    pub fn workspace(&self, id: impl Into<WorkspaceId>) -> Workspace {
        Workspace {
            shared: Arc::clone(&self.shared),
            id: id.into(),
        }
    }
}

impl Shared {
    /// Tells whoever listens that a workspace has news.
    pub(crate) fn tell(&self, workspace: WorkspaceId, seq: u64) {
        let news = self.news.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(sender) = news.get(&workspace) {
            sender.send_if_modified(|newest| {
                let newer = *newest < seq;
                *newest = seq.max(*newest);
                newer
            });
        }
    }

    /// Wakes whoever listens to a workspace, though there is no news.
    pub(crate) fn wake(&self, workspace: WorkspaceId) {
        let news = self.news.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(sender) = news.get(&workspace) {
            sender.send_modify(|_| {});
        }
    }

    /// Listens to a workspace.
    pub(crate) fn listen(&self, workspace: WorkspaceId) -> watch::Receiver<u64> {
        let mut news = self.news.lock().unwrap_or_else(PoisonError::into_inner);
        // Workspaces that nobody listens to any more are forgotten here.
        news.retain(|_, sender| !sender.is_closed());
        news.entry(workspace)
            .or_insert_with(|| watch::Sender::new(0))
            .subscribe()
    }
}

impl fmt::Debug for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Service")
            .field("options", &self.shared.options)
            .finish_non_exhaustive()
    }
}
