//! A workspace in memory.

use std::collections::{BTreeMap, BTreeSet};

use inboxlink_engine::{
    AddressRow, Changes, ContactRow, ContactView, Enrolled, Event, FollowUp, Keys, LocationRow,
    MessageRow, Neighbourhood, Page, StoredMessage, TimelineEntry, TimelinePage, Versions,
    WaitingReply, WorkspaceConfig, correspondents,
};
use inboxlink_model::{
    Address, ContactId, EnrolmentId, FolderId, FollowUpId, Identity, InboxId, Location, NodeId,
    RuleId, ThreadId, Timestamp,
};
use inboxlink_replies::{Outbound, Rule, RuleIndex};
use inboxlink_sync::FolderState;
use inboxlink_timeline::Role;

use super::departed::Gone;

#[derive(Debug, Default, Clone)]
pub(super) struct Workspace {
    pub(super) versions: Versions,
    pub(super) config: WorkspaceConfig,
    pub(super) rules: RuleIndex,
    pub(super) folders: BTreeMap<(InboxId, FolderId), FolderState>,
    pub(super) locations: BTreeMap<Location, LocationRow>,
    pub(super) departed: BTreeMap<Location, Gone>,
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
            nodes: (keys.nodes.iter())
                .filter_map(|node| Some((*node, self.root(*self.nodes.get(node)?))))
                .collect(),
            parents: at_nodes(&keys.parents),
            enrolments,
            follow_ups,
            waiting,
            addresses: (keys.addresses.iter())
                .filter_map(|address| Some((address.clone(), self.addresses.get(address)?.clone())))
                .collect(),
        }
    }

    pub(super) fn apply(&mut self, changes: Changes) {
        self.versions.config += u64::from(changes.config.is_some());
        self.versions.rules += u64::from(!changes.rules.is_empty());
        self.versions.graph += 1;
        self.depart(&changes);
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

    pub(super) fn timeline(
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
