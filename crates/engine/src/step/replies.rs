//! Replies: a live mail finds what it answers, and rules fire.
//!
//! Newest-first history and a Sent folder read after INBOX both bring an
//! answer before its question. A live reply whose question is not stored
//! waits, and is looked at again when the question arrives.

use std::collections::BTreeMap;

use inboxlink_message::{Digest, Message, bounce_of, node_of};
use inboxlink_model::{
    Address, Class, Direction, Identity, InboxId, MessageId, NodeId, OwnAddresses, ThreadId,
    Timestamp, Verdict,
};
use inboxlink_replies::{
    Attribution, Circumstances, MailFacts, Outbound, SenderRelation, SentMail, Silence,
    attribute_among, firing_key, followup::FollowUpEvent,
};
use inboxlink_timeline::{direction, reply_text_of};

use super::{
    follow_up::{self, FollowUps},
    intake::Arrival,
    people::People,
    waits::{Waits, did_not_arrive},
};
use crate::{
    Changes, Conversation, EventKind, Neighbourhood, OutboxRow, StoredMessage, WaitingRow,
    conversation::nth_reply, keys::reply_targets, standing,
};

/// What a step has seen when replies are looked at.
pub(crate) struct Seen<'a> {
    pub(super) known: &'a Neighbourhood,
    pub(super) inbox: InboxId,
    pub(super) arrivals: &'a BTreeMap<Identity, Arrival>,
    pub(super) people: &'a People<'a>,
    pub(super) own: &'a OwnAddresses,
    /// The thread that each node is in after this step.
    pub(super) roots: &'a BTreeMap<NodeId, ThreadId>,
    /// Each thread so far, with the mails of this step.
    pub(super) conversations: &'a BTreeMap<ThreadId, Conversation>,
    pub(super) now: Timestamp,
}

/// A live mail that may be a reply.
#[derive(Clone, Copy)]
pub(crate) struct Live<'a> {
    pub(crate) identity: Identity,
    pub(crate) message: &'a Message,
    pub(crate) verdict: &'a Verdict,
    pub(crate) at: Timestamp,
    /// The inbox in which it lies.
    pub(crate) inbox: InboxId,
    /// Whether it is ours, and had no answer.
    pub(crate) reminds: bool,
}

pub(super) fn match_replies(changes: &mut Changes, seen: &Seen<'_>) {
    let mut follow_ups = FollowUps::new(seen.known, seen.own, seen.now);
    let mut waits = Waits::new(changes.workspace, seen.known, seen.own, seen.now);
    for arrival in seen.arrivals.values() {
        let row = &arrival.row;
        if !row.historical && arrival.direction == Direction::Outbound {
            let said = seen.conversations.get(&row.thread).into_iter();
            let said = said.flat_map(|conversation| &conversation.mails);
            let contact = |address: &Address| seen.people.contact(address);
            waits.begin(changes, row, seen.inbox, said, contact);
        }
    }
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
            reminds: false,
        };
        let attribution = seen.look(changes, &mut follow_ups, &mut waits, mail, row.node);
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
            reminds: false,
        };
        seen.look(changes, &mut follow_ups, &mut waits, mail, reply.node);
    }
    waits.finish(changes);
}

impl Seen<'_> {
    /// Attributes one live mail and tells what follows from it.
    fn look(
        &self,
        changes: &mut Changes,
        follow_ups: &mut FollowUps<'_>,
        waits: &mut Waits<'_>,
        mail: Live<'_>,
        node: NodeId,
    ) -> Option<Attribution> {
        let Live {
            identity,
            message,
            verdict,
            ..
        } = mail;
        let attribution = self.attribute(message);
        let from = message.author().map(|author| author.address.clone());
        let contact = from.as_ref().and_then(|from| self.people.contact(from));
        let stranger = (attribution.as_ref()).is_none_or(|it| it.sender == SenderRelation::Other);
        if stranger && !standing::is_report(verdict.class) && self.only_cites(message) {
            let kind = EventKind::MailQuarantined {
                message: identity,
                from,
            };
            let key = Digest::new("quarantined").field(identity.to_bytes());
            changes.outbox.push(self.told(key.finish(), kind));
            return attribution;
        }
        self.hear(changes, waits, mail, node, attribution.as_ref());
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
        let rules = &self.known.rules;
        let mut hits = self.with_facts(mail, node, attribution.as_ref(), None, |facts| {
            rules.matching(facts)
        });
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

    /// Gathers what rules ask about a mail.
    pub(crate) fn with_facts<T>(
        &self,
        mail: Live<'_>,
        node: NodeId,
        attribution: Option<&Attribution>,
        silence: Option<Silence>,
        ask: impl FnOnce(&MailFacts<'_>) -> T,
    ) -> T {
        let thread = self.root(node);
        let conversation = self.conversations.get(&thread);
        let threads: Vec<_> = match conversation {
            Some(conversation) => conversation.ids.iter().copied().collect(),
            None => vec![thread],
        };
        let nth_reply = conversation.and_then(|conversation| {
            let place = (mail.at, mail.identity);
            nth_reply(conversation.mails.iter(), self.own, place)
        });
        let inbox = self.known.config.inbox(mail.inbox);
        ask(&MailFacts {
            message: mail.message,
            verdict: mail.verdict,
            attribution,
            direction: direction(self.own, mail.message),
            new_text: &reply_text_of(mail.message).new_text(),
            around: Circumstances {
                threads: &threads,
                inbox: Some(mail.inbox),
                owner: inbox.map(|inbox| inbox.owner),
                received_at: Some(mail.at),
                nth_reply,
                silence,
            },
        })
    }

    /// What a mail answers.
    pub(crate) fn attribute(&self, message: &Message) -> Option<Attribution> {
        attribute_among(message, &Ours(self))
    }

    /// Tells whatever waits for an answer, and the follow-up that came back.
    fn hear(
        &self,
        changes: &mut Changes,
        waits: &mut Waits<'_>,
        mail: Live<'_>,
        node: NodeId,
        attribution: Option<&Attribution>,
    ) {
        let named = attribution.map(|attribution| node_of(&attribution.matched));
        let threads: Vec<_> = [Some(node), named]
            .into_iter()
            .flatten()
            .map(|node| self.root(node))
            .collect();
        let answers = attribution.map(|attribution| attribution.outbound);
        waits.heard(changes, mail, &threads, answers, |node| self.root(node));
        let bounced = mail.verdict.class == Class::Bounce && did_not_arrive(mail.message);
        let sent = named.and_then(|node| self.known.follow_ups.get(&node));
        if let Some(sent) = sent.filter(|_| bounced) {
            let report = bounce_of(mail.message);
            let text = report
                .status
                .unwrap_or_else(|| mail.message.subject.clone());
            follow_up::change(changes, sent, FollowUpEvent::Bounced { text }, self.now);
        }
    }

    /// The thread of a node after this step.
    fn root(&self, node: NodeId) -> ThreadId {
        self.roots.get(&node).copied().unwrap_or(node.into())
    }

    /// Whether a stranger cites ids that they may have picked up anywhere.
    fn only_cites(&self, message: &Message) -> bool {
        let nodes = reply_targets(message);
        let stored = nodes.iter().filter_map(|node| self.known.parents.get(node));
        let here = (self.arrivals.values())
            .filter(|arrival| nodes.contains(&arrival.row.node))
            .filter_map(|arrival| Outbound::of(&arrival.row.message));
        let cited: Vec<Outbound> = stored.flatten().cloned().chain(here).collect();
        standing::only_cites(self.own, message, &cited, |address| {
            let row = self.known.addresses.get(address);
            row.is_some_and(|row| row.facts.sent_to > 0)
        })
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

/// Mail of ours, to be found by an answer to it.
struct Ours<'a>(&'a Seen<'a>);

impl SentMail for Ours<'_> {
    fn by_message_id(&self, id: &MessageId) -> Option<Outbound> {
        self.0.outbound(id)
    }

    fn same_person(&self, a: &Address, b: &Address) -> bool {
        let kin = |of: &Address, it: &Address| {
            let addresses = self.0.known.kin.get(of);
            addresses.is_some_and(|addresses| addresses.contains(it))
        };
        kin(a, b) || kin(b, a)
    }
}
