//! A workspace: what it is told, and what it can be asked.

use std::{fmt, sync::Arc};

use inboxlink_engine::{
    ContactPlace, ContactView, Counts, Event, Export, FollowUp, Input, Page, WorkspaceConfig,
};
use inboxlink_model::{Address, ContactId, FollowUpId, InboxId, Owner, Timestamp, WorkspaceId};

use crate::{
    Error, Events, FolderReport,
    apply::{Applied, Prepared, apply},
    service::Shared,
};

/// One tenant's inboxes, contacts, timelines and rules. Cheap to clone.
#[derive(Clone)]
pub struct Workspace {
    pub(crate) shared: Arc<Shared>,
    pub(crate) id: WorkspaceId,
}

impl Workspace {
    /// Its id.
    pub fn id(&self) -> WorkspaceId {
        self.id
    }

    /// Adds or edits a team member. Their addresses are ours: mail from them
    /// is outbound, and they never become contacts.
    ///
    /// # Errors
    /// The store's.
    pub async fn put_owner(&self, owner: Owner) -> Result<(), Error> {
        self.apply(Input::PutOwner(owner)).await
    }

    /// Sets what never becomes a contact, and which domains are ours. The
    /// inboxes and owners in it are passed over.
    ///
    /// # Errors
    /// The store's.
    pub async fn put_config(&self, config: WorkspaceConfig) -> Result<(), Error> {
        self.apply(Input::PutConfig(config)).await
    }

    pub(crate) async fn apply(&self, input: Input) -> Result<(), Error> {
        let prepared = Prepared::new(self.id, input);
        self.apply_prepared(prepared).await.map(drop)
    }

    /// Applies an input; answers what it changed, where it did anything.
    pub(crate) async fn apply_prepared(
        &self,
        prepared: Prepared,
    ) -> Result<Option<Applied>, Error> {
        let Some(applied) = apply(&*self.shared.store, prepared).await? else {
            return Ok(None);
        };
        self.shared.tell(self.id, applied.seq);
        for inbox in &applied.senders {
            self.shared.bells.ring(*inbox);
        }
        for inbox in &applied.look {
            self.shared.looks.ring(*inbox);
        }
        Ok(Some(applied))
    }

    /// The events after a sequence number, and those to come; 0 is before the
    /// first. Keep the number of the last event you have dealt with, and begin
    /// there next time: then none is lost and none comes twice.
    pub fn events_after(&self, seq: u64) -> Events {
        Events::new(self.clone(), seq)
    }

    /// The events to come.
    ///
    /// # Errors
    /// The store's.
    pub async fn events(&self) -> Result<Events, Error> {
        let newest = self.newest_event().await?;
        Ok(self.events_after(newest))
    }

    /// The newest event's sequence number; 0 where there is none.
    ///
    /// # Errors
    /// The store's.
    pub async fn newest_event(&self) -> Result<u64, Error> {
        Ok(self.shared.store.newest_event(self.id).await?)
    }

    pub(crate) async fn read_events(&self, after: u64, limit: usize) -> Result<Vec<Event>, Error> {
        Ok(self.shared.store.events(self.id, after, limit).await?)
    }

    /// Its settings, with the inboxes and the team.
    ///
    /// # Errors
    /// The store's; so it is with all that follow.
    pub async fn config(&self) -> Result<WorkspaceConfig, Error> {
        Ok(self.shared.store.config(self.id).await?)
    }

    /// Contacts by id; `after` is [`Page::next`] of the page before.
    pub async fn contacts(
        &self,
        after: Option<ContactId>,
        limit: usize,
    ) -> Result<Page<ContactView, ContactId>, Error> {
        Ok(self.shared.store.contacts(self.id, after, limit).await?)
    }

    /// Contacts, those with whom mail was exchanged last coming first; only
    /// those whose name or addresses hold the search's words, where it has
    /// any. `before` is [`Page::next`] of the page before.
    pub async fn recent_contacts(
        &self,
        search: &str,
        before: Option<ContactPlace>,
        limit: usize,
    ) -> Result<Page<ContactView, ContactPlace>, Error> {
        let search = search.to_owned();
        let store = &self.shared.store;
        Ok(store
            .recent_contacts(self.id, search, before, limit)
            .await?)
    }

    /// One contact.
    pub async fn contact(&self, contact: ContactId) -> Result<Option<ContactView>, Error> {
        Ok(self.shared.store.contact(self.id, contact).await?)
    }

    /// The contact that an address belongs to.
    pub async fn contact_of(&self, address: &Address) -> Result<Option<ContactView>, Error> {
        Ok(self
            .shared
            .store
            .contact_of(self.id, address.clone())
            .await?)
    }

    /// What rules sent or are about to, newest first. `before` is
    /// [`Page::next`] of the page before.
    pub async fn follow_ups(
        &self,
        before: Option<(Timestamp, FollowUpId)>,
        limit: usize,
    ) -> Result<Page<FollowUp, (Timestamp, FollowUpId)>, Error> {
        Ok(self.shared.store.follow_ups(self.id, before, limit).await?)
    }

    /// One of them.
    pub async fn follow_up(&self, id: FollowUpId) -> Result<Option<FollowUp>, Error> {
        Ok(self.shared.store.follow_up(self.id, id).await?)
    }

    /// How far an inbox is: each of its folders, as far as it was committed.
    /// It may be asked at any time, also while the inbox is synced.
    pub async fn folders(&self, inbox: InboxId) -> Result<Vec<FolderReport>, Error> {
        let folders = self.shared.store.folders(self.id, inbox).await?;
        Ok(folders.iter().map(FolderReport::now).collect())
    }

    /// How much it holds.
    pub async fn counts(&self) -> Result<Counts, Error> {
        Ok(self.shared.store.counts(self.id).await?)
    }

    /// Everything it holds; see [`dump`](crate::dump) for text to compare.
    pub async fn export(&self) -> Result<Export, Error> {
        Ok(self.shared.store.export(self.id).await?)
    }
}

impl fmt::Debug for Workspace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Workspace({})", self.id)
    }
}
