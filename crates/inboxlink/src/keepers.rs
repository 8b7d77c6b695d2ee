//! The keepers of this process: each inbox that was signed in to has one, so
//! that its tokens are renewed once however many connections ask.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use inboxlink_model::{InboxId, WorkspaceId};
use inboxlink_oauth::Keeper;

type Key = (WorkspaceId, InboxId);

#[derive(Debug, Default)]
pub(crate) struct Keepers(Mutex<HashMap<Key, Arc<Keeper>>>);

impl Keepers {
    fn lock(&self) -> MutexGuard<'_, HashMap<Key, Arc<Keeper>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// An inbox's, where there is one.
    pub(crate) fn get(&self, workspace: WorkspaceId, inbox: InboxId) -> Option<Arc<Keeper>> {
        self.lock().get(&(workspace, inbox)).cloned()
    }

    /// Takes a keeper, unless there is one; answers the one there is.
    pub(crate) fn first(
        &self,
        workspace: WorkspaceId,
        inbox: InboxId,
        keeper: Arc<Keeper>,
    ) -> Arc<Keeper> {
        let mut keepers = self.lock();
        Arc::clone(keepers.entry((workspace, inbox)).or_insert(keeper))
    }

    /// Forgets an inbox's.
    pub(crate) fn forget(&self, workspace: WorkspaceId, inbox: InboxId) {
        self.lock().remove(&(workspace, inbox));
    }
}
