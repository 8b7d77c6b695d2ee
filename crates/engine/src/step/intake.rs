//! New messages: threads, people and replies, whatever way they came.

use std::collections::BTreeMap;

use inboxlink_message::{Context, Digest, Message, classify};
use inboxlink_model::{Direction, Identity, InboxId, OwnAddresses, Timestamp};
use inboxlink_timeline::{Linker, direction, participants, reply_text_of, snippet, thread_ids};

use super::{people::People, replies};
use crate::{Changes, EventKind, MessageRow, Neighbourhood, OutboxRow, ParticipantRow, limits};

/// A message that this step brings, with what the later passes want of it.
pub(super) struct Arrival {
    pub(super) row: MessageRow,
    pub(super) direction: Direction,
}

/// Takes messages in, and tells at the end what follows from them.
pub(super) struct Intake<'a> {
    known: &'a Neighbourhood,
    inbox: InboxId,
    own: &'a OwnAddresses,
    linker: Linker,
    people: People<'a>,
    arrivals: BTreeMap<Identity, Arrival>,
}

impl<'a> Intake<'a> {
    pub(super) fn new(known: &'a Neighbourhood, inbox: InboxId, own: &'a OwnAddresses) -> Self {
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
        // The snippet of history is made from the text as it stands: telling
        // new text from quoted costs more, and is done when it is first read.
        let snippet = if historical {
            snippet(
                &inboxlink_message::text_for_reading(message),
                limits::SNIPPET_CHARS,
            )
        } else {
            snippet(&reply_text_of(message).new_text(), limits::SNIPPET_CHARS)
        };
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
        let seen = replies::Seen {
            known: self.known,
            inbox: self.inbox,
            arrivals: &self.arrivals,
            people: &self.people,
            own: self.own,
            now,
        };
        replies::match_replies(changes, &seen);

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
}
