//! Waits for an answer: begun by mail of ours that goes out, ended by what
//! comes in, or by a silence that is certain.

use std::collections::{BTreeMap, BTreeSet};

use inboxlink_message::{BounceKind, Day, Digest, Message, away_until, bounce_of};
use inboxlink_model::{
    Address, Class, ContactId, EnrolmentId, Identity, InboxId, NodeId, OwnAddresses, ThreadId,
    Timestamp, WorkspaceId,
};
use inboxlink_replies::{
    Circumstances, MailFacts, Silence,
    enrolment::{Effect, Enrolment, EnrolmentState, Event},
    followup::{FollowUpEvent, reminded_of},
};
use inboxlink_timeline::{direction, reply_text_of};

use super::{follow_up, replies::Live};
use crate::{
    Changes, Enrolled, EventKind, InboxState, MessageRow, Neighbourhood, OutboxRow, Said,
    WorkspaceConfig, limits,
};

/// What waits for an answer around a step.
pub(super) struct Waits<'a> {
    workspace: WorkspaceId,
    known: &'a Neighbourhood,
    own: &'a OwnAddresses,
    now: Timestamp,
    rows: BTreeMap<EnrolmentId, Enrolled>,
    /// Those that changed.
    touched: BTreeSet<EnrolmentId>,
}

/// A silence that became certain.
pub(super) struct Certain {
    pub(super) row: Enrolled,
    pub(super) silence: Silence,
}

impl<'a> Waits<'a> {
    pub(super) fn new(
        workspace: WorkspaceId,
        known: &'a Neighbourhood,
        own: &'a OwnAddresses,
        now: Timestamp,
    ) -> Self {
        let rows = known.enrolments.iter().map(|row| (row.id(), row.clone()));
        Self {
            workspace,
            known,
            own,
            now,
            rows: rows.collect(),
            touched: BTreeSet::new(),
        }
    }

    /// A live mail of ours went out: rules that wait for its answer begin.
    /// `said`: what is known of its thread. What automations send is waited on
    /// by none of them, so that they cannot keep each other busy; a sequence
    /// is several rules that wait on one mail.
    pub(super) fn begin<'m>(
        &mut self,
        changes: &mut Changes,
        mail: &MessageRow,
        inbox: InboxId,
        said: impl Iterator<Item = &'m Said> + Clone,
        contact: impl Fn(&Address) -> Option<ContactId>,
    ) {
        let rules = self.known.rules.rules();
        let mut waiting = rules
            .filter(|rule| rule.enabled && !rule.condition.waits().is_empty())
            .peekable();
        if waiting.peek().is_none() || self.known.follow_ups.contains_key(&mail.node) {
            return;
        }
        let Some(recipient) = reminded_of(&mail.message, self.own) else {
            return;
        };
        let new_text = reply_text_of(&mail.message).new_text();
        // Whether it could ever fire: the silence is all that is still to come.
        let silence = Silence {
            since: mail.at,
            until: Timestamp(i64::MAX),
        };
        let owner = self.known.config.inbox(inbox).map(|inbox| inbox.owner);
        let threads = [mail.thread];
        let facts = MailFacts {
            message: &mail.message,
            verdict: &mail.verdict,
            attribution: None,
            direction: direction(self.own, &mail.message),
            new_text: &new_text,
            around: Circumstances {
                threads: &threads,
                inbox: Some(inbox),
                owner,
                received_at: Some(mail.at),
                silence: Some(silence),
                ..Circumstances::default()
            },
        };
        let answers: Vec<Identity> = said
            .filter(|said| said.is_answer(self.own))
            .filter(|said| said.at >= mail.at || said.answers.contains(&mail.node))
            .map(|said| said.mail)
            .collect();
        let contact = contact(&recipient.address);
        let known = self.known;
        for rule in waiting.filter(|rule| rule.condition.matches(&facts)) {
            for wait in rule.condition.waits() {
                let inboxes = answerable(&known.config, inbox, &mail.message);
                let away = known.config.away;
                let (workspace, mail_id) = (self.workspace, mail.identity);
                let enrolment = Enrolment::new(workspace, rule.id, wait, mail_id, inboxes, away);
                let id = enrolment.id();
                self.rows.entry(id).or_insert(Enrolled {
                    enrolment,
                    thread: mail.thread,
                    inbox,
                    recipient: recipient.address.clone(),
                    contact,
                    due: None,
                    created_at: self.now,
                });
                self.tell(changes, id, Event::Sent { at: mail.at });
                for reply in &answers {
                    self.tell(changes, id, Event::Reply { reply: *reply });
                }
            }
        }
    }

    /// A live mail came into some threads; `answers` is the mail of ours that
    /// it names.
    pub(super) fn heard(
        &mut self,
        changes: &mut Changes,
        mail: Live<'_>,
        threads: &[ThreadId],
        answers: Option<Identity>,
        root: impl Fn(NodeId) -> ThreadId,
    ) {
        let here = |row: &Enrolled| {
            let thread = root(NodeId::new(row.thread.as_u128()));
            threads.contains(&thread) || answers == Some(row.enrolment.outbound)
        };
        let ids: Vec<_> = self.rows.values().filter(|row| here(row)).collect();
        let ids: Vec<_> = ids.into_iter().map(Enrolled::id).collect();
        let reply = mail.identity;
        let event = match mail.verdict.class {
            _ if mail.verdict.human => Event::Reply { reply },
            // A person's, whatever else it is: they said yes, or complained.
            Class::Calendar | Class::Complaint => Event::Reply { reply },
            Class::AutoReply => Event::AutoReply {
                reply,
                away_until: away_until(mail.message).map(day_after),
            },
            Class::Bounce if did_not_arrive(mail.message) => Event::Bounced,
            _ => return,
        };
        for id in ids {
            self.tell(changes, id, event.clone());
        }
    }

    /// Tells one wait what happened. Answers the silence that became certain
    /// by it, where that can be looked into; where not, nothing changes, and
    /// the next tick finds it again.
    pub(super) fn tell(
        &mut self,
        changes: &mut Changes,
        id: EnrolmentId,
        event: Event,
    ) -> Option<Certain> {
        let row = self.rows.get(&id)?;
        let mut next = row.clone();
        let (enrolment, effects) = row.enrolment.clone().step(event);
        next.enrolment = enrolment;
        let mut certain = None;
        for effect in effects {
            match effect {
                Effect::Arm { at, .. } => next.due = Some(at),
                Effect::Disarm { .. } => next.due = None,
                Effect::Look { inboxes } => {
                    changes.look.extend(inboxes);
                    next.due = Some(self.now.plus_millis(limits::LOOK_AGAIN_MS));
                }
                Effect::Fire { silence } => {
                    self.known.messages.get(&next.enrolment.outbound)?;
                    next.due = None;
                    certain = Some(silence);
                }
                Effect::Recall { .. } => self.recall(changes, &next),
                _ => {}
            }
        }
        if next != *row {
            self.touched.insert(id);
            self.rows.insert(id, next.clone());
        }
        certain.map(|silence| Certain { row: next, silence })
    }

    /// Withdraws what was prepared because no answer had come.
    fn recall(&self, changes: &mut Changes, row: &Enrolled) {
        let id = row.follow_up(self.workspace);
        let mut made = self.known.follow_ups.values();
        if let Some(made) = made.find(|made| made.id == id) {
            let why = "they answered before it was sent".to_owned();
            follow_up::change(changes, made, FollowUpEvent::Withdraw { why }, self.now);
        }
    }

    /// Writes what changed.
    pub(super) fn finish(mut self, changes: &mut Changes) {
        for id in std::mem::take(&mut self.touched) {
            let Some(row) = self.rows.remove(&id) else {
                continue;
            };
            let old = self.known.enrolments.iter().find(|old| old.id() == id);
            let state = row.enrolment.state();
            if old.is_none_or(|old| old.enrolment.state().name() != state.name()) {
                changes.outbox.push(self.told(&row, state.clone()));
            }
            changes.enrolments.push(row);
        }
    }

    fn told(&self, row: &Enrolled, state: EnrolmentState) -> OutboxRow {
        OutboxRow {
            // It can come there again, where it is paused again.
            key: Digest::new("enrolment_changed")
                .field(row.id().to_bytes())
                .field(state.name())
                .field(self.now.0.to_be_bytes())
                .finish(),
            after: None,
            at: self.now,
            historical: false,
            inbox: Some(row.inbox),
            kind: EventKind::EnrolmentChanged {
                enrolment: row.id(),
                rule: row.enrolment.rule,
                message: row.enrolment.outbound,
                contact: row.contact,
                state,
            },
        }
    }
}

/// The inboxes that could hold the answer to a mail: the one that it was sent
/// from, and those of whoever else of us an answer would go to.
fn answerable(config: &WorkspaceConfig, from: InboxId, mail: &Message) -> BTreeSet<InboxId> {
    let people = mail.from.iter().chain(&mail.reply_to);
    let people: BTreeSet<&Address> = people
        .chain(mail.recipients())
        .map(|mailbox| &mailbox.address)
        .collect();
    let owner_is_there = |id| {
        let owner = config.owners.iter().find(|owner| owner.id == id);
        owner.is_some_and(|owner| owner.addresses.iter().any(|it| people.contains(it)))
    };
    let inboxes = config.inboxes.iter().filter(|inbox| {
        let user = inbox.username.parse::<Address>();
        let user_is_there = user.is_ok_and(|user| people.contains(&user));
        inbox.id == from
            // A paused one is not read; what waits for it waits on.
            || (inbox.state == InboxState::Connected
                && (user_is_there || owner_is_there(inbox.owner)))
    });
    inboxes.map(|inbox| inbox.id).chain([from]).collect()
}

/// Whether a bounce says that its mail will not arrive.
pub(super) fn did_not_arrive(bounce: &Message) -> bool {
    bounce_of(bounce).kind != BounceKind::Delay
}

/// The end of a day of absence, by the clock of nobody in particular.
fn day_after(day: Day) -> Timestamp {
    Timestamp::from_seconds((day.days_since_epoch() + 1) * 86_400)
}
