//! Time passes: silences become certain, and their rules are asked.

use std::collections::BTreeMap;

use inboxlink_model::{EnrolmentId, InboxId, OwnAddresses, Timestamp};
use inboxlink_replies::{
    Circumstances, MailFacts, Rule,
    enrolment::{EnrolmentState, Event},
    firing_key,
};
use inboxlink_timeline::{direction, reply_text_of};

use super::{
    follow_up::FollowUps,
    replies::Live,
    waits::{Certain, Waits},
};
use crate::{Changes, EventKind, Neighbourhood, OutboxRow};

/// Looks at every wait that is due. `read`: up to when each inbox's mail is
/// stored.
pub(super) fn step(
    changes: &mut Changes,
    known: &Neighbourhood,
    read: &BTreeMap<InboxId, Timestamp>,
    now: Timestamp,
) {
    let own = known.config.own_addresses();
    let mut waits = Waits::new(changes.workspace, known, &own, now);
    let mut firings = Firings::new(known, &own, now);
    for row in &known.enrolments {
        if row
            .enrolment
            .deadline()
            .is_some_and(|deadline| deadline > now)
        {
            continue;
        }
        for event in events(known, row, read, now) {
            let certain = waits.tell(changes, row.id(), event);
            if let Some(certain) = certain {
                firings.fire(changes, &certain);
            }
        }
    }
    waits.finish(changes);
}

/// What a wait that is due is told.
fn events(
    known: &Neighbourhood,
    row: &crate::Enrolled,
    read: &BTreeMap<InboxId, Timestamp>,
    now: Timestamp,
) -> Vec<Event> {
    // Only what is switched on when its time comes fires.
    if rule_of(known, row).is_none() {
        return vec![Event::Cancel];
    }
    let gone = |inbox: &InboxId| known.config.inbox(*inbox).is_none();
    let mut events: Vec<_> = row
        .enrolment
        .inboxes()
        .filter(gone)
        .map(|inbox| Event::InboxGone { inbox })
        .collect();
    // Nothing is known of the future, whatever a clock said before.
    events.extend(read.iter().map(|(inbox, at)| Event::Watermark {
        inbox: *inbox,
        at: (*at).min(now),
    }));
    events.push(Event::TimerDue);
    events
}

fn rule_of<'a>(known: &'a Neighbourhood, row: &crate::Enrolled) -> Option<&'a Rule> {
    let rule = known.rules.get(row.enrolment.rule);
    rule.filter(|rule| rule.enabled)
}

/// Somebody stops a wait, lets it run again, or ends it.
pub(super) fn told(
    changes: &mut Changes,
    known: &Neighbourhood,
    enrolment: EnrolmentId,
    event: &Event,
    now: Timestamp,
) {
    let own = known.config.own_addresses();
    let mut waits = Waits::new(changes.workspace, known, &own, now);
    if let Some(certain) = waits.tell(changes, enrolment, event.clone()) {
        Firings::new(known, &own, now).fire(changes, &certain);
    }
    waits.finish(changes);
}

/// Rules that fire because nobody answered.
struct Firings<'a> {
    known: &'a Neighbourhood,
    own: &'a OwnAddresses,
    now: Timestamp,
    follow_ups: FollowUps<'a>,
}

impl<'a> Firings<'a> {
    fn new(known: &'a Neighbourhood, own: &'a OwnAddresses, now: Timestamp) -> Self {
        let follow_ups = FollowUps::new(known, own, now);
        Self {
            known,
            own,
            now,
            follow_ups,
        }
    }

    /// Asks the rule about the mail of ours, with the silence; where it holds,
    /// it fires, once for this mail, however many of its nodes waited.
    fn fire(&mut self, changes: &mut Changes, certain: &Certain) {
        let row = &certain.row;
        debug_assert!(matches!(
            row.enrolment.state(),
            EnrolmentState::Fired { .. }
        ));
        let mail = self.known.messages.get(&row.enrolment.outbound);
        let (Some(rule), Some(mail)) = (rule_of(self.known, row), mail) else {
            return;
        };
        let new_text = reply_text_of(&mail.message).new_text();
        let threads = [mail.thread];
        let inbox = self.known.config.inbox(row.inbox);
        let facts = MailFacts {
            message: &mail.message,
            verdict: &mail.verdict,
            attribution: None,
            direction: direction(self.own, &mail.message),
            new_text: &new_text,
            around: Circumstances {
                threads: &threads,
                inbox: Some(row.inbox),
                owner: inbox.map(|inbox| inbox.owner),
                received_at: Some(mail.at),
                silence: Some(certain.silence),
                ..Circumstances::default()
            },
        };
        let evaluation = rule.condition.evaluate(&facts);
        if !evaluation.matched {
            return;
        }
        let key = firing_key(changes.workspace, rule.id, mail.identity);
        changes.outbox.push(OutboxRow {
            key,
            after: None,
            at: self.now,
            historical: false,
            inbox: Some(row.inbox),
            kind: EventKind::RuleFired {
                rule: rule.id,
                name: rule.name.clone(),
                message: mail.identity,
                outbound: Some(mail.identity),
                from: mail.message.author().map(|author| author.address.clone()),
                contact: row.contact,
                evidence: evaluation.evidence,
            },
        });
        let live = Live {
            identity: mail.identity,
            message: &mail.message,
            verdict: &mail.verdict,
            at: mail.at,
            inbox: row.inbox,
            reminds: true,
        };
        let follow_ups = &mut self.follow_ups;
        follow_ups.fired(changes, rule, key, live, row.contact);
    }
}
