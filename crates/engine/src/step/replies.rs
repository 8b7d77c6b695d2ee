//! Replies: a live mail finds what it answers, and rules fire.
//!
//! Newest-first history and a Sent folder read after INBOX both bring an
//! answer before its question. A live reply whose question is not stored
//! waits, and is looked at again when the question arrives.

use std::collections::BTreeMap;

use inboxlink_message::{Digest, Message, node_of};
use inboxlink_model::{
    Direction, Identity, InboxId, MessageId, NodeId, OwnAddresses, Timestamp, Verdict,
};
use inboxlink_replies::{Attribution, Circumstances, MailFacts, Outbound, attribute, firing_key};
use inboxlink_timeline::{direction, reply_text_of};

use super::{follow_up::FollowUps, intake::Arrival, people::People};
use crate::{
    Changes, EventKind, Neighbourhood, OutboxRow, StoredMessage, WaitingRow, keys::reply_targets,
};

/// What a step has seen when replies are looked at.
pub(super) struct Seen<'a> {
    pub(super) known: &'a Neighbourhood,
    pub(super) inbox: InboxId,
    pub(super) arrivals: &'a BTreeMap<Identity, Arrival>,
    pub(super) people: &'a People<'a>,
    pub(super) own: &'a OwnAddresses,
    pub(super) now: Timestamp,
}

/// A live mail that may be a reply.
#[derive(Clone, Copy)]
pub(super) struct Live<'a> {
    pub(super) identity: Identity,
    pub(super) message: &'a Message,
    pub(super) verdict: &'a Verdict,
    pub(super) at: Timestamp,
    /// The inbox in which it lies.
    pub(super) inbox: InboxId,
}

pub(super) fn match_replies(changes: &mut Changes, seen: &Seen<'_>) {
    let mut follow_ups = FollowUps::new(seen);
    for (identity, arrival) in seen.arrivals {
        let row = &arrival.row;
        if row.historical || arrival.direction != Direction::Inbound {
            continue;
        }
        let mail = Live {
            identity: *identity,
            message: &row.message,
            verdict: &row.verdict,
            at: row.at,
            inbox: seen.inbox,
        };
        let attribution = seen.look(changes, &mut follow_ups, mail);
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
    let waiting: BTreeMap<Identity, _> = (seen.known.waiting.iter())
        .filter(|waiting| seen.outbound_here(waiting.node).is_some())
        .map(|waiting| (waiting.reply.identity, &waiting.reply))
        .collect();
    for (identity, reply) in waiting {
        let mail = Live {
            identity,
            message: &reply.message,
            verdict: &reply.verdict,
            at: reply.at,
            inbox: seen.inbox_of(reply),
        };
        seen.look(changes, &mut follow_ups, mail);
    }
}

impl Seen<'_> {
    /// Attributes one live mail and tells what follows from it.
    fn look(
        &self,
        changes: &mut Changes,
        follow_ups: &mut FollowUps<'_>,
        mail: Live<'_>,
    ) -> Option<Attribution> {
        let Live {
            identity,
            message,
            verdict,
            ..
        } = mail;
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
            let key = Digest::new("reply").field(identity.to_bytes()).finish();
            changes.outbox.push(self.told(key, kind));
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
            around: Circumstances {
                inbox: Some(mail.inbox),
                owner: self.known.config.inbox(mail.inbox).map(|inbox| inbox.owner),
                received_at: Some(mail.at),
                ..Circumstances::default()
            },
        };
        let mut hits = self.known.rules.matching(&facts);
        // Whatever way the rules were put in, they fire in one order.
        hits.sort_by_key(|hit| hit.rule);
        for hit in hits {
            let Some(rule) = self.known.rules.get(hit.rule) else {
                continue;
            };
            let kind = EventKind::RuleFired {
                rule: hit.rule,
                name: rule.name.clone(),
                message: identity,
                outbound: attribution.as_ref().map(|attribution| attribution.outbound),
                from: from.clone(),
                contact,
                evidence: hit.evidence,
            };
            let key = firing_key(changes.workspace, hit.rule, identity);
            changes.outbox.push(self.told(key, kind));
            follow_ups.fired(changes, rule, key, mail, contact);
        }
        attribution
    }

    fn told(&self, key: [u8; 16], kind: EventKind) -> OutboxRow {
        OutboxRow {
            key,
            after: None,
            at: self.now,
            historical: false,
            inbox: Some(self.inbox),
            kind,
        }
    }

    /// The connected inbox in which a stored mail lies.
    fn inbox_of(&self, mail: &StoredMessage) -> InboxId {
        let inboxes = mail.locations.iter().map(|location| location.inbox);
        let mut connected = inboxes.filter(|inbox| self.known.config.inbox(*inbox).is_some());
        connected.next().unwrap_or(self.inbox)
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

    fn outbound_here(&self, node: NodeId) -> Option<Outbound> {
        let here = self
            .arrivals
            .values()
            .filter(|arrival| arrival.row.node == node);
        let ours = here.filter(|arrival| arrival.direction != Direction::Inbound);
        ours.filter_map(|arrival| Outbound::of(&arrival.row.message))
            .next()
    }
}
