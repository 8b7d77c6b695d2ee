//! Replies: a live mail finds what it answers, and rules fire.
//!
//! Newest-first history and a Sent folder read after INBOX both bring an
//! answer before its question. A live reply whose question is not stored
//! waits, and is looked at again when the question arrives.

use std::collections::BTreeMap;

use inboxlink_message::{Digest, Message, node_of};
use inboxlink_model::{Direction, Identity, MessageId, OwnAddresses, Timestamp, Verdict};
use inboxlink_replies::{Attribution, MailFacts, Outbound, attribute, firing_key, matching};
use inboxlink_timeline::{direction, reply_text_of};

use super::{batch::Arrival, people::People};
use crate::{Batch, Changes, EventKind, Neighbourhood, OutboxRow, WaitingRow, keys::reply_targets};

pub(super) fn match_replies(
    changes: &mut Changes,
    known: &Neighbourhood,
    batch: &Batch,
    arrivals: &BTreeMap<Identity, Arrival>,
    people: &People<'_>,
    own: &OwnAddresses,
    now: Timestamp,
) {
    let scene = Scene {
        known,
        batch,
        arrivals,
        people,
        own,
        now,
    };
    for (identity, arrival) in arrivals {
        let row = &arrival.row;
        if row.historical || arrival.direction != Direction::Inbound {
            continue;
        }
        let attribution = scene.look(changes, *identity, &row.message, &row.verdict);
        if attribution.is_none() && row.verdict.human {
            let nodes = reply_targets(&row.message);
            changes
                .waiting
                .extend(nodes.into_iter().map(|node| WaitingRow {
                    node,
                    reply: *identity,
                }));
        }
    }
    // One reply may have waited for several of the mails that came.
    let waiting: BTreeMap<Identity, _> = (known.waiting.iter())
        .filter(|waiting| scene.outbound_here(waiting.node).is_some())
        .map(|waiting| (waiting.reply.identity, &waiting.reply))
        .collect();
    for (identity, reply) in waiting {
        scene.look(changes, identity, &reply.message, &reply.verdict);
    }
}

struct Scene<'a> {
    known: &'a Neighbourhood,
    batch: &'a Batch,
    arrivals: &'a BTreeMap<Identity, Arrival>,
    people: &'a People<'a>,
    own: &'a OwnAddresses,
    now: Timestamp,
}

impl Scene<'_> {
    /// Attributes one live mail and tells what follows from it.
    fn look(
        &self,
        changes: &mut Changes,
        identity: Identity,
        message: &Message,
        verdict: &Verdict,
    ) -> Option<Attribution> {
        let attribution = attribute(message, &|id| self.outbound(id));
        let from = message.author().map(|author| author.address.clone());
        let contact = from.as_ref().and_then(|from| self.people.contact(from));
        if let (Some(attribution), Some(from), true) = (&attribution, &from, verdict.human) {
            let kind = EventKind::ReplyReceived {
                message: identity,
                outbound: attribution.outbound,
                from: from.clone(),
                contact,
            };
            self.tell(
                changes,
                Digest::new("reply").field(identity.to_bytes()).finish(),
                kind,
            );
        }
        if self.known.rules.is_empty() {
            return attribution;
        }
        let new_text = reply_text_of(message).new_text();
        let facts = MailFacts {
            message,
            verdict,
            attribution: attribution.as_ref(),
            direction: direction(self.own, message),
            new_text: &new_text,
        };
        for hit in matching(&self.known.rules, &facts) {
            let name = self
                .known
                .rules
                .iter()
                .find(|rule| rule.id == hit.rule)
                .map(|rule| rule.name.clone());
            let kind = EventKind::RuleFired {
                rule: hit.rule,
                name: name.unwrap_or_default(),
                message: identity,
                outbound: attribution.as_ref().map(|attribution| attribution.outbound),
                from: from.clone(),
                contact,
                evidence: hit.evidence,
            };
            self.tell(
                changes,
                firing_key(changes.workspace, hit.rule, identity),
                kind,
            );
        }
        attribution
    }

    fn tell(&self, changes: &mut Changes, key: [u8; 16], kind: EventKind) {
        let inbox = Some(self.batch.inbox);
        changes.outbox.push(OutboxRow {
            key,
            at: self.now,
            historical: false,
            inbox,
            kind,
        });
    }

    /// A mail of ours by its Message-ID, stored before or arriving now.
    fn outbound(&self, id: &MessageId) -> Option<Outbound> {
        let node = node_of(id);
        let stored = self.known.parents.get(&node).into_iter().flatten();
        stored
            .filter(|mail| self.own.contains(&mail.from))
            .min_by_key(|mail| mail.identity)
            .cloned()
            .or_else(|| self.outbound_here(node))
    }

    fn outbound_here(&self, node: inboxlink_model::NodeId) -> Option<Outbound> {
        let here = self
            .arrivals
            .values()
            .filter(|arrival| arrival.row.node == node);
        let ours = here.filter(|arrival| arrival.direction != Direction::Inbound);
        ours.filter_map(|arrival| Outbound::of(&arrival.row.message))
            .next()
    }
}
