//! The reference: a store in memory, as plain as can be. What it does is what
//! every store must do.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Mutex, MutexGuard, PoisonError},
};

use inboxlink_engine::{
    AddressRow, BoxFuture, Changes, ContactPlace, ContactRow, ContactView, Counts, Event, Export,
    FollowUp, FollowUpPage, Keys, LocationRow, MessageRow, Neighbourhood, Page, Store, StoreError,
    StoreErrorKind, StoredMessage, TimelineEntry, TimelinePage, Versions, WaitingReply,
    WorkspaceConfig, correspondents,
};
use inboxlink_model::{
    Address, ContactId, FolderId, FollowUpId, Identity, InboxId, Location, NodeId, RuleId,
    ThreadId, Timestamp, WorkspaceId,
};
use inboxlink_replies::{Outbound, Rule};
use inboxlink_sync::FolderState;
use inboxlink_timeline::Role;

/// A store in memory: for tests, and as the reference that others are
/// compared with.
#[derive(Debug, Default)]
pub struct MemoryStore {
    workspaces: Mutex<BTreeMap<WorkspaceId, Workspace>>,
}

#[derive(Debug, Default, Clone)]
struct Workspace {
    versions: Versions,
    config: WorkspaceConfig,
    rules: Vec<Rule>,
    folders: BTreeMap<(InboxId, FolderId), FolderState>,
    locations: BTreeMap<Location, LocationRow>,
    messages: BTreeMap<Identity, MessageRow>,
    participants: BTreeSet<(Address, Timestamp, Identity, Role)>,
    nodes: BTreeMap<NodeId, ThreadId>,
    redirects: BTreeMap<ThreadId, ThreadId>,
    addresses: BTreeMap<Address, AddressRow>,
    contacts: BTreeMap<ContactId, ContactRow>,
    waiting: BTreeSet<(NodeId, Identity)>,
    follow_ups: BTreeMap<FollowUpId, FollowUp>,
    events: Vec<Event>,
    told: BTreeSet<[u8; 16]>,
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

impl Workspace {
    fn root(&self, mut thread: ThreadId) -> ThreadId {
        while let Some(next) = self.redirects.get(&thread) {
            thread = *next;
        }
        thread
    }

    fn stored(&self, row: &MessageRow) -> StoredMessage {
        let here = self
            .locations
            .values()
            .filter(|copy| copy.message == row.identity);
        StoredMessage {
            identity: row.identity,
            node: row.node,
            thread: self.root(row.thread),
            at: row.at,
            historical: row.historical,
            verdict: row.verdict.clone(),
            snippet: row.snippet.clone(),
            message: row.message.clone(),
            locations: here.map(|copy| copy.location).collect(),
        }
    }

    fn view(&self, row: &ContactRow) -> ContactView {
        let of_it = self
            .addresses
            .values()
            .filter(|address| address.contact == Some(row.id));
        ContactView::new(row, of_it.map(|address| (&address.address, &address.facts)))
    }

    /// When each rule's follow-up last went to one of these correspondents.
    fn answered(&self, addresses: &BTreeSet<&Address>) -> BTreeMap<(RuleId, Address), Timestamp> {
        let mut found: BTreeMap<(RuleId, Address), Timestamp> = BTreeMap::new();
        for made in self.follow_ups.values() {
            for address in [&made.author, &made.mail.to] {
                if addresses.contains(address) {
                    let last = found.entry((made.rule, address.clone())).or_default();
                    *last = made.created_at.max(*last);
                }
            }
        }
        found
    }

    fn load(&self, keys: &Keys) -> Neighbourhood {
        let at_nodes = |wanted: &BTreeSet<NodeId>| {
            let mut found: BTreeMap<NodeId, Vec<_>> = BTreeMap::new();
            for row in self
                .messages
                .values()
                .filter(|row| wanted.contains(&row.node))
            {
                found
                    .entry(row.node)
                    .or_default()
                    .extend(Outbound::of(&row.message));
            }
            found
        };
        let waiting = self
            .waiting
            .iter()
            .filter(|(node, _)| keys.arrivals.contains(node));
        let waiting: Vec<WaitingReply> = waiting
            .filter_map(|(node, reply)| {
                Some(WaitingReply {
                    node: *node,
                    reply: self.stored(self.messages.get(reply)?),
                })
            })
            .collect();
        let of_waiting = waiting
            .iter()
            .flat_map(|waiting| correspondents(&waiting.reply.message));
        let follow_ups: BTreeMap<NodeId, FollowUp> = (self.follow_ups.values())
            .map(|made| (made.node(), made))
            .filter(|(node, made)| {
                keys.follow_ups.contains(&made.id) || keys.arrivals.contains(node)
            })
            .map(|(node, made)| (node, made.clone()))
            .collect();
        Neighbourhood {
            answered: self.answered(&keys.correspondents.iter().chain(of_waiting).collect()),
            versions: self.versions,
            config: self.config.clone(),
            rules: self.rules.clone(),
            folders: (self.folders.iter())
                .filter(|((inbox, _), _)| Some(*inbox) == keys.inbox)
                .map(|(_, state)| state.clone())
                .collect(),
            locations: (keys.locations.iter())
                .filter_map(|location| Some((*location, self.locations.get(location)?.message)))
                .collect(),
            identities: (keys.identities.iter())
                .chain(follow_ups.values().map(|made| &made.message))
                .filter(|id| self.messages.contains_key(id))
                .copied()
                .collect(),
            nodes: (keys.nodes.iter())
                .filter_map(|node| Some((*node, self.root(*self.nodes.get(node)?))))
                .collect(),
            parents: at_nodes(&keys.parents),
            follow_ups,
            waiting,
            addresses: (keys.addresses.iter())
                .filter_map(|address| Some((address.clone(), self.addresses.get(address)?.clone())))
                .collect(),
        }
    }

    fn apply(&mut self, changes: Changes) {
        if changes.touches_config() {
            self.versions.config += 1;
        }
        self.versions.graph += 1;
        if let Some(config) = changes.config {
            self.config = config;
        }
        if let Some(mut rules) = changes.rules {
            rules.sort_by_key(|rule| rule.id);
            self.rules = rules;
        }
        for (inbox, folder, uid_validity) in changes.forgotten {
            self.locations.retain(|at, _| {
                at.inbox != inbox || at.folder != folder || at.uid_validity == uid_validity
            });
        }
        for location in &changes.gone {
            self.locations.remove(location);
        }
        self.folders.extend(
            changes
                .folders
                .into_iter()
                .map(|(inbox, state)| ((inbox, state.id), state)),
        );
        self.locations
            .extend(changes.locations.into_iter().map(|row| (row.location, row)));
        self.messages
            .extend(changes.messages.into_iter().map(|row| (row.identity, row)));
        self.participants.extend(
            changes
                .participants
                .into_iter()
                .map(|row| (row.address, row.at, row.message, row.role)),
        );
        self.nodes.extend(changes.nodes);
        self.redirects.extend(changes.redirects);
        self.addresses.extend(
            changes
                .addresses
                .into_iter()
                .map(|row| (row.address.clone(), row)),
        );
        self.contacts
            .extend(changes.contacts.into_iter().map(|row| (row.id, row)));
        self.waiting
            .extend(changes.waiting.into_iter().map(|row| (row.node, row.reply)));
        let mut told = BTreeSet::new();
        for row in changes.outbox {
            if row.after.is_none_or(|after| told.contains(&after)) && self.told.insert(row.key) {
                told.insert(row.key);
                let seq = self.events.len() as u64 + 1;
                let (at, historical, inbox, kind) = (row.at, row.historical, row.inbox, row.kind);
                self.events.push(Event {
                    seq,
                    at,
                    historical,
                    inbox,
                    kind,
                });
            }
        }
        for made in changes.follow_ups {
            if told.contains(&made.id.to_bytes()) {
                self.follow_ups.insert(made.id, made);
            }
        }
        for (id, state) in changes.follow_up_states {
            if let Some(follow_up) = self.follow_ups.get_mut(&id) {
                follow_up.state = state;
            }
        }
    }

    fn timeline(
        &self,
        contact: ContactId,
        before: Option<(Timestamp, Identity)>,
        limit: usize,
    ) -> TimelinePage {
        let own = self.config.own_addresses();
        let of_it = |address: &Address| {
            self.addresses
                .get(address)
                .is_some_and(|row| row.contact == Some(contact))
        };
        let takes_part: BTreeSet<(Timestamp, Identity)> = self
            .participants
            .iter()
            .filter(|(address, ..)| of_it(address))
            .map(|(_, at, id, _)| (*at, *id))
            .collect();
        let mut rest = takes_part
            .into_iter()
            .rev()
            .filter(|place| before.is_none_or(|before| *place < before));
        let places: Vec<_> = rest.by_ref().take(limit).collect();
        let next = places.last().copied().filter(|_| rest.next().is_some());
        let rows = places
            .iter()
            .filter_map(|(_, identity)| self.messages.get(identity));
        Page {
            items: rows
                .map(|row| TimelineEntry::new(&self.stored(row), &own))
                .collect(),
            next,
        }
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
            Ok(workspace.events.len() as u64)
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
        self.read(workspace, |workspace| workspace.rules.clone())
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
        before: Option<(Timestamp, Identity)>,
        limit: usize,
    ) -> BoxFuture<'_, Result<TimelinePage, StoreError>> {
        self.read(workspace, |workspace| {
            workspace.timeline(contact, before, limit)
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
        self.read(workspace, |workspace| workspace.events.len() as u64)
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

    fn export(&self, workspace: WorkspaceId) -> BoxFuture<'_, Result<Export, StoreError>> {
        self.read(workspace, |workspace| Export {
            config: workspace.config.clone(),
            rules: workspace.rules.clone(),
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
            locations: workspace.locations.values().cloned().collect(),
            addresses: workspace.addresses.values().cloned().collect(),
            contacts: workspace.contacts.values().cloned().collect(),
            follow_ups: workspace.follow_ups.values().cloned().collect(),
            events: workspace.events.clone(),
        })
    }
}
