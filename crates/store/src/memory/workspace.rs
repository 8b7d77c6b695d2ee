//! A workspace in memory.

use std::collections::{BTreeMap, BTreeSet};

use inboxlink_engine::{
    AddressRow, Changes, ContactRow, ContactView, Enrolled, Event, FollowUp, Keys, LocationRow,
    MessageRow, Neighbourhood, Page, StoredMessage, ThreadLevel, ThreadLevelRow, TimelinePage,
    TimelinePlace, TombstoneKey, Versions, WaitingReply, WorkspaceConfig, correspondents,
};
use inboxlink_model::{
    Address, ContactId, EnrolmentId, FolderId, FollowUpId, Identity, InboxId, Location, NodeId,
    OwnerId, RuleId, ThreadId, Timestamp,
};
use inboxlink_replies::{Outbound, Rule, RuleIndex};
use inboxlink_sync::FolderState;
use inboxlink_timeline::{Role, Visibility};

use super::departed::Gone;

#[derive(Debug, Default, Clone)]
pub(super) struct Workspace {
    pub(super) versions: Versions,
    pub(super) config: WorkspaceConfig,
    pub(super) rules: RuleIndex,
    pub(super) folders: BTreeMap<(InboxId, FolderId), FolderState>,
    pub(super) locations: BTreeMap<Location, LocationRow>,
    pub(super) departed: BTreeMap<Location, Gone>,
    pub(super) originals: BTreeMap<Identity, Vec<u8>>,
    pub(super) tombstone_key: Option<TombstoneKey>,
    pub(super) tombstones: BTreeSet<[u8; 16]>,
    pub(super) holdings: BTreeMap<(Identity, InboxId), Timestamp>,
    pub(super) thread_levels: BTreeMap<(ThreadId, OwnerId), Visibility>,
    pub(super) messages: BTreeMap<Identity, MessageRow>,
    pub(super) participants: BTreeSet<(Address, Timestamp, Identity, Role)>,
    pub(super) nodes: BTreeMap<NodeId, ThreadId>,
    pub(super) redirects: BTreeMap<ThreadId, ThreadId>,
    pub(super) addresses: BTreeMap<Address, AddressRow>,
    pub(super) contacts: BTreeMap<ContactId, ContactRow>,
    pub(super) waiting: BTreeSet<(NodeId, Identity)>,
    pub(super) follow_ups: BTreeMap<FollowUpId, FollowUp>,
    pub(super) enrolments: BTreeMap<EnrolmentId, Enrolled>,
    pub(super) aliases: BTreeMap<NodeId, Identity>,
    pub(super) seq: u64,
    pub(super) events: Vec<Event>,
    pub(super) secrets: BTreeMap<String, Vec<u8>>,
    pub(super) told: BTreeSet<[u8; 16]>,
}

impl Workspace {
    pub(super) fn root(&self, mut thread: ThreadId) -> ThreadId {
        while let Some(next) = self.redirects.get(&thread) {
            thread = *next;
        }
        thread
    }

    pub(super) fn locations_of(&self, message: Identity) -> Vec<Location> {
        let copies = self.locations.values();
        let here = copies.filter(|copy| copy.message == message);
        here.map(|copy| copy.location).collect()
    }

    pub(super) fn stored(&self, row: &MessageRow) -> StoredMessage {
        let locations = self.locations_of(row.identity);
        StoredMessage {
            identity: row.identity,
            node: row.node,
            thread: self.root(row.thread),
            at: row.at,
            historical: row.historical,
            verdict: row.verdict.clone(),
            snippet: row.snippet.clone(),
            message: row.message.clone(),
            deleted: locations.is_empty() && self.is_deleted(row.identity),
            locations,
            inboxes: (self.holdings.keys())
                .filter(|(message, _)| *message == row.identity)
                .map(|(_, inbox)| *inbox)
                .collect(),
        }
    }

    pub(super) fn view(&self, row: &ContactRow) -> ContactView {
        let of_it = self
            .addresses
            .values()
            .filter(|address| address.contact == Some(row.id));
        ContactView::new(row, of_it.map(|address| (&address.address, &address.facts)))
    }

    /// The rules, by id.
    pub(super) fn rules(&self) -> Vec<Rule> {
        let mut rules: Vec<_> = self.rules.rules().cloned().collect();
        rules.sort_by_key(|rule| rule.id);
        rules
    }

    /// When each rule's follow-up last went to one of these correspondents.
    pub(super) fn answered(
        &self,
        addresses: &BTreeSet<&Address>,
    ) -> BTreeMap<(RuleId, Address), Timestamp> {
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

    pub(super) fn load(&self, keys: &Keys) -> Neighbourhood {
        let at_nodes = |wanted: &BTreeSet<NodeId>| {
            let mut found: BTreeMap<NodeId, Vec<_>> = BTreeMap::new();
            let own = self.messages.values().map(|row| (row.node, row));
            let aliases = self.aliases.iter();
            let aliases =
                aliases.filter_map(|(node, mail)| Some((*node, self.messages.get(mail)?)));
            for (node, row) in own.chain(aliases).filter(|(node, _)| wanted.contains(node)) {
                found
                    .entry(node)
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
        let enrolments = self.enrolments_around(keys);
        let authors: Vec<Address> = (waiting.iter())
            .filter_map(|waiting| waiting.reply.message.author())
            .map(|author| author.address.clone())
            .collect();
        let of_waiting = waiting
            .iter()
            .flat_map(|waiting| correspondents(&waiting.reply.message));
        let begun: BTreeSet<_> = enrolments
            .iter()
            .map(|row| row.follow_up(keys.workspace))
            .collect();
        let follow_ups: BTreeMap<NodeId, FollowUp> = (self.follow_ups.values())
            .map(|made| (made.node(), made))
            .filter(|(node, made)| {
                keys.follow_ups.contains(&made.id)
                    || keys.arrivals.contains(node)
                    || keys.parents.contains(node)
                    || begun.contains(&made.id)
            })
            .map(|(node, made)| (node, made.clone()))
            .collect();
        let correspondents: BTreeSet<&Address> = keys
            .correspondents
            .iter()
            .chain(of_waiting)
            .chain(enrolments.iter().map(|row| &row.recipient))
            .collect();
        let due = enrolments.iter().map(|row| &row.enrolment.outbound);
        let (answered, kin) = (self.answered(&correspondents), self.kin(&correspondents));
        let messages = (keys.messages.iter())
            .chain(due.filter(|_| keys.conversations.is_empty()))
            .filter_map(|id| Some((*id, self.stored(self.messages.get(id)?))))
            .collect();
        Neighbourhood {
            answered,
            kin,
            conversations: self.conversations(keys),
            messages,
            sent: self.sent(keys),
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
            copies: (keys.copies.iter())
                .filter_map(|location| Some((*location, self.locations.get(location)?.clone())))
                .collect(),
            departed: keys
                .departed
                .map_or_else(Vec::new, |inbox| self.untold(inbox)),
            identities: (keys.identities.iter())
                .chain(follow_ups.values().map(|made| &made.message))
                .filter(|id| self.messages.contains_key(id))
                .copied()
                .collect(),
            erased: self.erased(keys),
            nodes: (keys.nodes.iter())
                .filter_map(|node| Some((*node, self.root(*self.nodes.get(node)?))))
                .collect(),
            parents: at_nodes(&keys.parents),
            enrolments,
            follow_ups,
            waiting,
            addresses: (keys.addresses.iter())
                .chain(&authors)
                .filter_map(|address| Some((address.clone(), self.addresses.get(address)?.clone())))
                .collect(),
        }
    }

    pub(super) fn apply(&mut self, changes: Changes) {
        self.versions.config += u64::from(changes.config.is_some());
        self.versions.rules += u64::from(!changes.rules.is_empty());
        self.versions.graph += 1;
        self.depart(&changes);
        if let Some(what) = &changes.erase {
            self.erase(what);
        }
        if let Some(config) = changes.config {
            self.config = config;
        }
        self.rules.change(changes.rules);
        self.folders.extend(
            changes
                .folders
                .into_iter()
                .map(|(inbox, state)| ((inbox, state.id), state)),
        );
        self.locations
            .extend(changes.locations.into_iter().map(|row| (row.location, row)));
        self.change_copies(&changes.flags, &changes.returned, &changes.settled);
        for row in changes.holdings {
            let key = (row.message, row.inbox);
            self.holdings.entry(key).or_insert(row.at);
        }
        for (message, raw) in changes.originals {
            self.originals.entry(message).or_insert(raw);
        }
        for row in changes.thread_levels {
            self.put_level(row);
        }
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
                self.seq += 1;
                let seq = self.seq;
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
        for change in changes.follow_up_states {
            if let Some(follow_up) = self.follow_ups.get_mut(&change.id) {
                follow_up.state = change.state;
                follow_up.sent_at = change.sent_at;
            }
        }
        let enrolments = changes.enrolments.into_iter();
        self.enrolments
            .extend(enrolments.map(|row| (row.id(), row)));
        self.aliases.extend(changes.aliases);
    }

    fn put_level(&mut self, row: ThreadLevelRow) {
        let root = self.root(row.thread);
        let mut levels = std::mem::take(&mut self.thread_levels);
        levels.retain(|(thread, owner), _| *owner != row.owner || self.root(*thread) != root);
        levels.extend(row.level.map(|level| ((root, row.owner), level)));
        self.thread_levels = levels;
    }

    pub(super) fn levels(&self, thread: ThreadId) -> Vec<ThreadLevel> {
        let root = self.root(thread);
        let mut said: BTreeMap<OwnerId, Visibility> = BTreeMap::new();
        for ((of, owner), level) in &self.thread_levels {
            if self.root(*of) == root {
                let least = said.entry(*owner).or_insert(*level);
                *least = (*least).min(*level);
            }
        }
        (said.into_iter())
            .map(|(owner, level)| ThreadLevel { owner, level })
            .collect()
    }

    /// Where a contact's messages stand.
    pub(super) fn of_contact(&self, contact: ContactId) -> BTreeSet<TimelinePlace> {
        let of_it = |address: &Address| {
            self.addresses
                .get(address)
                .is_some_and(|row| row.contact == Some(contact))
        };
        self.participants
            .iter()
            .filter(|(address, ..)| of_it(address))
            .map(|(_, at, id, _)| (*at, *id))
            .collect()
    }

    /// Where an inbox's messages stand.
    pub(super) fn of_inbox(&self, inbox: InboxId) -> BTreeSet<TimelinePlace> {
        (self.holdings.iter())
            .filter(|((_, held_by), _)| *held_by == inbox)
            .map(|((message, _), at)| (*at, *message))
            .collect()
    }

    pub(super) fn page(
        &self,
        places: BTreeSet<TimelinePlace>,
        before: Option<TimelinePlace>,
        limit: usize,
    ) -> TimelinePage {
        let mut rest =
            (places.into_iter().rev()).filter(|place| before.is_none_or(|before| *place < before));
        let places: Vec<_> = rest.by_ref().take(limit).collect();
        let next = places.last().copied().filter(|_| rest.next().is_some());
        let entries = places.iter().filter_map(|(at, identity)| {
            let mut entry = self.stored(self.messages.get(identity)?);
            if entry.snippet.is_some() {
                (entry.message.text, entry.message.html) = (None, None);
            }
            Some(StoredMessage { at: *at, ..entry })
        });
        Page {
            items: entries.collect(),
            next,
        }
    }
}
