//! The reference: a store in memory, as plain as can be. What it does is what
//! every store must do.

mod contactless;
mod departed;
mod erase;
mod waits;
mod workspace;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Mutex, MutexGuard, PoisonError},
};

use inboxlink_engine::{
    AddressRow, BoxFuture, Changes, ContactPlace, ContactView, Counts, DepartedCopy, EnrolmentPage,
    Event, Export, FollowUp, FollowUpPage, Keys, Neighbourhood, Page, Store, StoreError,
    StoreErrorKind, StoredMessage, ThreadLevel, ThreadLevelRow, TimelinePage, TimelinePlace,
    WorkspaceConfig,
};
use inboxlink_model::{
    Address, ContactId, EnrolmentId, FolderId, FollowUpId, Identity, InboxId, ThreadId, Timestamp,
    WorkspaceId,
};
use inboxlink_replies::Rule;
use inboxlink_sync::FolderState;

use self::workspace::Workspace;

/// A store in memory: for tests, and as the reference that others are
/// compared with.
#[derive(Debug, Default)]
pub struct MemoryStore {
    workspaces: Mutex<BTreeMap<WorkspaceId, Workspace>>,
}

impl MemoryStore {
    /// An empty store.
    pub fn new() -> Self {
        Self::default()
    }

    /// A panic of another thread cannot leave a workspace half written: a
    /// commit replaces it whole.
    fn lock(&self) -> MutexGuard<'_, BTreeMap<WorkspaceId, Workspace>> {
        self.workspaces
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn read<T: Send + 'static>(
        &self,
        workspace: WorkspaceId,
        f: impl FnOnce(&Workspace) -> T,
    ) -> BoxFuture<'_, Result<T, StoreError>> {
        let answer = match self.lock().get(&workspace) {
            Some(found) => f(found),
            None => f(&Workspace::default()),
        };
        Box::pin(std::future::ready(Ok(answer)))
    }
}

impl Store for MemoryStore {
    fn load(&self, keys: Keys) -> BoxFuture<'_, Result<Neighbourhood, StoreError>> {
        self.read(keys.workspace, |workspace| workspace.load(&keys))
    }

    fn commit(&self, changes: Changes) -> BoxFuture<'_, Result<u64, StoreError>> {
        let mut workspaces = self.lock();
        let workspace = workspaces.entry(changes.workspace).or_default();
        let answer = if workspace.versions == changes.expected {
            workspace.apply(changes);
            Ok(workspace.seq)
        } else {
            Err(StoreError::new(
                StoreErrorKind::Conflict,
                "the workspace has changed since it was read",
            ))
        };
        drop(workspaces);
        Box::pin(std::future::ready(answer))
    }

    fn config(&self, workspace: WorkspaceId) -> BoxFuture<'_, Result<WorkspaceConfig, StoreError>> {
        self.read(workspace, |workspace| workspace.config.clone())
    }

    fn rules(&self, workspace: WorkspaceId) -> BoxFuture<'_, Result<Vec<Rule>, StoreError>> {
        self.read(workspace, Workspace::rules)
    }

    fn folders(
        &self,
        workspace: WorkspaceId,
        inbox: InboxId,
    ) -> BoxFuture<'_, Result<Vec<FolderState>, StoreError>> {
        self.read(workspace, |workspace| {
            let folders = workspace
                .folders
                .range((inbox, FolderId(0))..=(inbox, FolderId(u32::MAX)));
            folders.map(|(_, state)| state.clone()).collect()
        })
    }

    fn departed(
        &self,
        workspace: WorkspaceId,
        inbox: InboxId,
        folder: FolderId,
        limit: usize,
    ) -> BoxFuture<'_, Result<Vec<DepartedCopy>, StoreError>> {
        self.read(workspace, |workspace| {
            workspace.departed_of(inbox, folder, limit)
        })
    }

    fn addresses_without_contact(
        &self,
        workspace: WorkspaceId,
        inbox: InboxId,
        after: Option<Address>,
        limit: usize,
    ) -> BoxFuture<'_, Result<Vec<Address>, StoreError>> {
        self.read(workspace, |workspace| {
            workspace.without_contact(inbox, after.as_ref(), limit)
        })
    }

    fn contacts(
        &self,
        workspace: WorkspaceId,
        after: Option<ContactId>,
        limit: usize,
    ) -> BoxFuture<'_, Result<Page<ContactView, ContactId>, StoreError>> {
        self.read(workspace, |workspace| {
            let mut rest = workspace
                .contacts
                .values()
                .filter(|row| after.is_none_or(|after| row.id > after));
            let items: Vec<ContactView> = rest
                .by_ref()
                .take(limit)
                .map(|row| workspace.view(row))
                .collect();
            let next = items
                .last()
                .map(|last| last.id)
                .filter(|_| rest.next().is_some());
            Page { items, next }
        })
    }

    fn recent_contacts(
        &self,
        workspace: WorkspaceId,
        search: String,
        before: Option<ContactPlace>,
        limit: usize,
    ) -> BoxFuture<'_, Result<Page<ContactView, ContactPlace>, StoreError>> {
        self.read(workspace, |workspace| {
            let mut items: Vec<ContactView> = workspace
                .contacts
                .values()
                .map(|row| workspace.view(row))
                .filter(|view| before.is_none_or(|before| view.place() < before))
                .filter(|view| view.matches(&search))
                .collect();
            items.sort_by_key(|view| std::cmp::Reverse(view.place()));
            let more = items.len() > limit;
            items.truncate(limit);
            let next = items.last().map(ContactView::place).filter(|_| more);
            Page { items, next }
        })
    }

    fn contact(
        &self,
        workspace: WorkspaceId,
        contact: ContactId,
    ) -> BoxFuture<'_, Result<Option<ContactView>, StoreError>> {
        self.read(workspace, |workspace| {
            let row = workspace.contacts.get(&contact);
            row.map(|row| workspace.view(row))
        })
    }

    fn contact_of(
        &self,
        workspace: WorkspaceId,
        address: Address,
    ) -> BoxFuture<'_, Result<Option<ContactView>, StoreError>> {
        self.read(workspace, |workspace| {
            let contact = workspace.addresses.get(&address)?.contact?;
            workspace
                .contacts
                .get(&contact)
                .map(|row| workspace.view(row))
        })
    }

    fn timeline(
        &self,
        workspace: WorkspaceId,
        contact: ContactId,
        before: Option<TimelinePlace>,
        limit: usize,
    ) -> BoxFuture<'_, Result<TimelinePage, StoreError>> {
        self.read(workspace, |workspace| {
            workspace.page(workspace.of_contact(contact), before, limit)
        })
    }

    fn inbox_timeline(
        &self,
        workspace: WorkspaceId,
        inbox: InboxId,
        before: Option<TimelinePlace>,
        limit: usize,
    ) -> BoxFuture<'_, Result<TimelinePage, StoreError>> {
        self.read(workspace, |workspace| {
            workspace.page(workspace.of_inbox(inbox), before, limit)
        })
    }

    fn keep_snippets(
        &self,
        workspace: WorkspaceId,
        snippets: Vec<(Identity, String)>,
    ) -> BoxFuture<'_, Result<(), StoreError>> {
        if let Some(workspace) = self.lock().get_mut(&workspace) {
            for (message, snippet) in snippets {
                if let Some(row) = workspace.messages.get_mut(&message) {
                    row.snippet.get_or_insert(snippet);
                }
            }
        }
        Box::pin(std::future::ready(Ok(())))
    }

    fn addresses(
        &self,
        workspace: WorkspaceId,
        addresses: BTreeSet<Address>,
    ) -> BoxFuture<'_, Result<BTreeMap<Address, AddressRow>, StoreError>> {
        self.read(workspace, |workspace| {
            let rows = (addresses.into_iter())
                .filter_map(|address| workspace.addresses.get(&address).cloned());
            rows.map(|row| (row.address.clone(), row)).collect()
        })
    }

    fn original(
        &self,
        workspace: WorkspaceId,
        message: Identity,
    ) -> BoxFuture<'_, Result<Option<Vec<u8>>, StoreError>> {
        self.read(workspace, |workspace| {
            workspace.originals.get(&message).cloned()
        })
    }

    fn thread_levels(
        &self,
        workspace: WorkspaceId,
        threads: BTreeSet<ThreadId>,
    ) -> BoxFuture<'_, Result<BTreeMap<ThreadId, Vec<ThreadLevel>>, StoreError>> {
        self.read(workspace, |workspace| {
            let said = (threads.into_iter()).map(|thread| (thread, workspace.levels(thread)));
            said.filter(|(_, levels)| !levels.is_empty()).collect()
        })
    }

    fn thread(
        &self,
        workspace: WorkspaceId,
        thread: ThreadId,
    ) -> BoxFuture<'_, Result<Vec<StoredMessage>, StoreError>> {
        self.read(workspace, |workspace| {
            let root = workspace.root(thread);
            let of_it = workspace
                .messages
                .values()
                .filter(|row| workspace.root(row.thread) == root);
            let mut messages: Vec<_> = of_it.map(|row| workspace.stored(row)).collect();
            messages.sort_by_key(|message| (message.at, message.identity));
            messages
        })
    }

    fn message(
        &self,
        workspace: WorkspaceId,
        message: Identity,
    ) -> BoxFuture<'_, Result<Option<StoredMessage>, StoreError>> {
        self.read(workspace, |workspace| {
            workspace
                .messages
                .get(&message)
                .map(|row| workspace.stored(row))
        })
    }

    fn follow_ups(
        &self,
        workspace: WorkspaceId,
        before: Option<(Timestamp, FollowUpId)>,
        limit: usize,
    ) -> BoxFuture<'_, Result<FollowUpPage, StoreError>> {
        self.read(workspace, |workspace| {
            let place = |made: &FollowUp| (made.created_at, made.id);
            let all = workspace.follow_ups.values();
            let mut rest: Vec<_> = all
                .filter(|made| before.is_none_or(|before| place(made) < before))
                .cloned()
                .collect();
            rest.sort_by_key(|made| std::cmp::Reverse(place(made)));
            let more = rest.len() > limit;
            rest.truncate(limit);
            let next = rest.last().map(place).filter(|_| more);
            Page { items: rest, next }
        })
    }

    fn follow_up(
        &self,
        workspace: WorkspaceId,
        id: FollowUpId,
    ) -> BoxFuture<'_, Result<Option<FollowUp>, StoreError>> {
        self.read(workspace, |workspace| {
            workspace.follow_ups.get(&id).cloned()
        })
    }

    fn follow_ups_under_way(
        &self,
        workspace: WorkspaceId,
        inbox: InboxId,
        limit: usize,
    ) -> BoxFuture<'_, Result<Vec<FollowUp>, StoreError>> {
        self.read(workspace, |workspace| {
            let all = workspace.follow_ups.values();
            let mut found: Vec<_> = all
                .filter(|made| made.inbox == inbox && made.state.due().is_some())
                .cloned()
                .collect();
            found.sort_by_key(|made| (made.state.due(), made.id));
            found.truncate(limit);
            found
        })
    }

    fn enrolments(
        &self,
        workspace: WorkspaceId,
        before: Option<(Timestamp, EnrolmentId)>,
        limit: usize,
    ) -> BoxFuture<'_, Result<EnrolmentPage, StoreError>> {
        self.read(workspace, |workspace| workspace.enrolments(before, limit))
    }

    fn next_due(
        &self,
        workspace: WorkspaceId,
    ) -> BoxFuture<'_, Result<Option<Timestamp>, StoreError>> {
        self.read(workspace, |workspace| {
            let rows = workspace.enrolments.values();
            rows.filter_map(|row| row.due).min()
        })
    }

    fn events(
        &self,
        workspace: WorkspaceId,
        after: u64,
        limit: usize,
    ) -> BoxFuture<'_, Result<Vec<Event>, StoreError>> {
        self.read(workspace, |workspace| {
            workspace
                .events
                .iter()
                .filter(|event| event.seq > after)
                .take(limit)
                .cloned()
                .collect()
        })
    }

    fn newest_event(&self, workspace: WorkspaceId) -> BoxFuture<'_, Result<u64, StoreError>> {
        self.read(workspace, |workspace| workspace.seq)
    }

    fn counts(&self, workspace: WorkspaceId) -> BoxFuture<'_, Result<Counts, StoreError>> {
        self.read(workspace, |workspace| Counts {
            messages: workspace.messages.len() as u64,
            threads: {
                let roots = workspace
                    .messages
                    .values()
                    .map(|row| workspace.root(row.thread));
                roots.collect::<BTreeSet<_>>().len() as u64
            },
            contacts: workspace.contacts.len() as u64,
        })
    }

    fn secrets(
        &self,
        workspace: WorkspaceId,
    ) -> BoxFuture<'_, Result<BTreeMap<String, Vec<u8>>, StoreError>> {
        self.read(workspace, |workspace| workspace.secrets.clone())
    }

    fn swap_secret(
        &self,
        workspace: WorkspaceId,
        name: String,
        old: Option<Vec<u8>>,
        new: Option<Vec<u8>>,
    ) -> BoxFuture<'_, Result<bool, StoreError>> {
        let mut workspaces = self.lock();
        let secrets = &mut workspaces.entry(workspace).or_default().secrets;
        let expected = secrets.get(&name) == old.as_ref();
        if expected {
            match new {
                Some(new) => secrets.insert(name, new),
                None => secrets.remove(&name),
            };
        }
        drop(workspaces);
        Box::pin(std::future::ready(Ok(expected)))
    }

    fn export(&self, workspace: WorkspaceId) -> BoxFuture<'_, Result<Export, StoreError>> {
        self.read(workspace, |workspace| Export {
            config: workspace.config.clone(),
            rules: workspace.rules(),
            folders: workspace
                .folders
                .iter()
                .map(|((inbox, _), state)| (*inbox, state.clone()))
                .collect(),
            messages: workspace
                .messages
                .values()
                .map(|row| workspace.stored(row))
                .collect(),
            departed: workspace.every_departed(),
            locations: workspace.locations.values().cloned().collect(),
            addresses: workspace.addresses.values().cloned().collect(),
            contacts: workspace.contacts.values().cloned().collect(),
            thread_levels: (workspace.thread_levels.iter())
                .map(|((thread, owner), level)| ThreadLevelRow {
                    thread: *thread,
                    owner: *owner,
                    level: Some(*level),
                })
                .collect(),
            follow_ups: workspace.follow_ups.values().cloned().collect(),
            enrolments: workspace.enrolments.values().cloned().collect(),
            events: workspace.events.clone(),
        })
    }
}
