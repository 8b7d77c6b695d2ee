//! New messages: threads, people and replies, whatever way they came.

use std::collections::BTreeMap;

use inboxlink_message::{Context, Digest, Message, classify};
use inboxlink_model::{Direction, Identity, InboxId, NodeId, OwnAddresses, ThreadId, Timestamp};
use inboxlink_timeline::{Linker, direction, participants, snippet_of, thread_ids};

use super::{people::People, replies};
use crate::{
    Changes, Conversation, EventKind, MessageRow, Neighbourhood, OutboxRow, ParticipantRow, Said,
    limits,
};

/// A message that this step brings, with what the later passes want of it.
pub(super) struct Arrival {
    pub(super) row: MessageRow,
    pub(super) direction: Direction,
}

/// Takes messages in, and tells at the end what follows from them.
pub(crate) struct Intake<'a> {
    known: &'a Neighbourhood,
    inbox: InboxId,
    own: &'a OwnAddresses,
    linker: Linker,
    people: People<'a>,
    arrivals: BTreeMap<Identity, Arrival>,
}

impl<'a> Intake<'a> {
    pub(crate) fn new(known: &'a Neighbourhood, inbox: InboxId, own: &'a OwnAddresses) -> Self {
        let nodes = known.nodes.iter();
        Self {
            known,
            inbox,
            own,
            linker: Linker::new(nodes.map(|(node, thread)| (*node, *thread))),
            people: People::new(known, inbox, own),
            arrivals: BTreeMap::new(),
        }
    }

    /// Takes a message, or another copy of one. `at` is where it stands in
    /// time.
    pub(super) fn take(
        &mut self,
        changes: &mut Changes,
        identity: Identity,
        message: &Message,
        at: Timestamp,
        historical: bool,
    ) {
        if self.known.identities.contains(&identity) || self.arrivals.contains_key(&identity) {
            // Another copy: it tells nothing new, but this inbox may make
            // contacts where the first one did not.
            self.people.look_again(message);
            return;
        }
        let arrival = self.arrive(identity, message, at, historical);
        let seen = &arrival.row;
        for participant in participants(&seen.message)
            .into_iter()
            .take(limits::PARTICIPANTS)
        {
            changes.participants.push(ParticipantRow {
                address: participant.mailbox.address,
                message: identity,
                at,
                role: participant.role,
            });
        }
        let (verdict, direction) = (&seen.verdict, arrival.direction);
        self.people
            .observe(&seen.message, verdict, direction, at, historical);
        self.arrivals.insert(identity, arrival);
    }

    fn arrive(
        &mut self,
        identity: Identity,
        message: &Message,
        at: Timestamp,
        historical: bool,
    ) -> Arrival {
        let ids = thread_ids(message);
        let thread = self.linker.link(&ids);
        // History's is made when it is first read.
        let snippet = (!historical).then(|| snippet_of(message, limits::SNIPPET_CHARS));
        let row = MessageRow {
            identity,
            node: ids.own,
            thread,
            at,
            historical,
            verdict: classify(message, &Context { own: self.own }),
            snippet,
            message: message.clone(),
        };
        let direction = direction(self.own, message);
        Arrival { row, direction }
    }

    /// Writes what was taken, and what follows from it.
    pub(super) fn finish(mut self, changes: &mut Changes, now: Timestamp) {
        for arrival in self.arrivals.values_mut() {
            // A later mail may have joined its thread to another.
            arrival.row.thread = self.linker.root(arrival.row.node);
        }
        self.people.settle(changes, now);
        self.seen(now, |seen| replies::match_replies(changes, seen));

        let threads = self.linker.finish();
        changes.nodes = threads.nodes;
        changes.redirects = threads.redirects;
        for (identity, arrival) in self.arrivals {
            let row = arrival.row;
            changes.outbox.push(OutboxRow {
                key: Digest::new("message_added")
                    .field(identity.to_bytes())
                    .finish(),
                after: None,
                at: now,
                historical: row.historical,
                inbox: Some(self.inbox),
                kind: EventKind::MessageAdded {
                    message: identity,
                    thread: row.thread,
                    direction: arrival.direction,
                    class: row.verdict.class,
                },
            });
            changes.messages.push(row);
        }
    }

    /// What is to be seen now that everything was taken.
    pub(crate) fn seen<T>(
        &mut self,
        now: Timestamp,
        look: impl FnOnce(&replies::Seen<'_>) -> T,
    ) -> T {
        let roots = self.roots();
        let conversations = self.conversations();
        look(&replies::Seen {
            known: self.known,
            inbox: self.inbox,
            arrivals: &self.arrivals,
            people: &self.people,
            own: self.own,
            roots: &roots,
            conversations: &conversations,
            now,
        })
    }

    /// The thread of every node that is known around this step, and of every
    /// thread, which is its own smallest node.
    fn roots(&mut self) -> BTreeMap<NodeId, ThreadId> {
        let known = self.known;
        let node = |thread: &ThreadId| NodeId::new(thread.as_u128());
        let nodes = known.nodes.keys().copied();
        let threads = known.conversations.keys().map(node);
        let waits = known.enrolments.iter().map(|row| node(&row.thread));
        let here = self.arrivals.values().map(|arrival| arrival.row.node);
        let all: Vec<_> = nodes.chain(threads).chain(waits).chain(here).collect();
        let linker = &mut self.linker;
        all.into_iter()
            .map(|node| (node, linker.root(node)))
            .collect()
    }

    /// Each thread so far, joined as it is after this step, with its mails.
    fn conversations(&mut self) -> BTreeMap<ThreadId, Conversation> {
        let mut all: BTreeMap<ThreadId, Conversation> = BTreeMap::new();
        if !self.known.rules.asks_of_threads() {
            return all;
        }
        for (thread, known) in &self.known.conversations {
            let root = self.linker.root(NodeId::new(thread.as_u128()));
            let joined = all.entry(root).or_default();
            joined.ids.extend(&known.ids);
            joined.mails.extend_from_slice(&known.mails);
        }
        for arrival in self.arrivals.values() {
            let row = &arrival.row;
            let joined = all.entry(row.thread).or_default();
            joined.ids.insert(row.thread);
            let said = Said::new(row.identity, row.node, row.at, &row.verdict, &row.message);
            joined.mails.push(said);
        }
        all
    }
}
