//! Follow-ups: made where a rule fires, in the same transaction; then one
//! step after another to their end.

use std::collections::BTreeMap;

use inboxlink_message::Digest;
use inboxlink_model::{Address, ContactId, Mailbox, OwnAddresses, RuleId, Timestamp, WorkspaceId};
use inboxlink_replies::{
    Rule,
    followup::{
        Answered, FollowUpEvent, FollowUpState, FollowUpTemplate, HeldBack, MaySend, PrepareError,
        SentBefore, message_id_for, prepare, prepare_reminder, reminded_of,
    },
};

use super::{intake::Intake, replies::Live};
use crate::{
    Changes, EventKind, FollowUp, FollowUpChange, HoldingRow, Neighbourhood, OutboxRow,
    WorkspaceConfig, correspondents, limits,
};

/// Makes the follow-ups of the rules that fire in one step.
pub(super) struct FollowUps<'a> {
    known: &'a Neighbourhood,
    own: &'a OwnAddresses,
    now: Timestamp,
    /// Those made in this step: they count for the pause as stored ones do.
    made: BTreeMap<(RuleId, Address), Timestamp>,
}

/// Why a fired rule's follow-up is not sent.
#[derive(Debug, thiserror::Error)]
enum Declined {
    #[error(transparent)]
    Prepare(#[from] PrepareError),
    #[error("they were sent this follow-up less than a day ago")]
    Pause,
    #[error(
        "the inbox has no address to send from: its user name is none, and its owner has none either"
    )]
    NoSender,
}

impl<'a> FollowUps<'a> {
    pub(super) fn new(known: &'a Neighbourhood, own: &'a OwnAddresses, now: Timestamp) -> Self {
        Self {
            known,
            own,
            now,
            made: BTreeMap::new(),
        }
    }

    /// A rule fired for a mail: `firing` is the key of the event that says so,
    /// without which nothing is sent.
    pub(super) fn fired(
        &mut self,
        changes: &mut Changes,
        rule: &Rule,
        firing: [u8; 16],
        mail: Live<'_>,
        contact: Option<ContactId>,
    ) {
        let Some(template) = &rule.follow_up else {
            return;
        };
        let made = self.make(changes.workspace, rule.id, template, mail, contact);
        let id = FollowUp::id_for(changes.workspace, rule.id, mail.identity);
        let kind = match &made {
            Ok(follow_up) => EventKind::FollowUpPrepared {
                follow_up: id,
                rule: rule.id,
                message: mail.identity,
                to: follow_up.mail.to.clone(),
                contact,
            },
            Err(why) => EventKind::FollowUpDeclined {
                rule: rule.id,
                message: mail.identity,
                why: why.to_string(),
            },
        };
        changes.outbox.push(OutboxRow {
            key: id.to_bytes(),
            after: Some(firing),
            at: self.now,
            historical: false,
            inbox: Some(mail.inbox),
            kind,
        });
        if let Ok(follow_up) = made {
            for address in [&follow_up.author, &follow_up.mail.to] {
                self.made.insert((rule.id, address.clone()), self.now);
            }
            changes.follow_ups.push(follow_up);
        }
    }

    fn make(
        &self,
        workspace: WorkspaceId,
        rule: RuleId,
        template: &FollowUpTemplate,
        mail: Live<'_>,
        contact: Option<ContactId>,
    ) -> Result<FollowUp, Declined> {
        let now = self.now;
        let reminded = reminded_of(mail.message, self.own).filter(|_| mail.reminds);
        let addressee = reminded.map(|to| &to.address);
        let mut reached = correspondents(mail.message)
            .filter(|_| !mail.reminds)
            .chain(addressee);
        if reached.any(|address| self.pauses(rule, address)) {
            return Err(Declined::Pause);
        }
        let from = sender(&self.known.config, mail).ok_or(Declined::NoSender)?;
        let id = message_id_for(workspace, rule, mail.identity, from.address.domain())?;
        // Dates have whole seconds: an answer made in the second of its
        // question would stand before it.
        let soon = mail.at.plus_millis(1000);
        let date = if (mail.at..soon).contains(&now) {
            soon
        } else {
            now
        };
        let prepared = if mail.reminds {
            prepare_reminder(template, mail.message, self.own, &from, id, date)?
        } else {
            let answered = Answered {
                message: mail.message,
                verdict: mail.verdict,
                own: self.own,
            };
            prepare(template, &answered, &from, id, date)?
        };
        let author = mail.message.author().filter(|_| !mail.reminds);
        let author = author
            .map_or(&prepared.to, |author| &author.address)
            .clone();
        let message = inboxlink_message::parse(&prepared.bytes, None).identity();
        Ok(FollowUp {
            id: FollowUp::id_for(workspace, rule, mail.identity),
            rule,
            inbox: mail.inbox,
            answers: mail.identity,
            author,
            contact,
            message,
            mail: prepared,
            state: FollowUpState::prepared(now),
            reminds: mail.reminds,
            sent_at: None,
            created_at: now,
        })
    }

    /// Whether an address was sent that rule's follow-up lately.
    fn pauses(&self, rule: RuleId, address: &Address) -> bool {
        let key = (rule, address.clone());
        let stored = self.known.answered.get(&key);
        let last = self.made.get(&key).max(stored);
        last.is_some_and(|last| last.plus_millis(limits::FOLLOW_UP_PAUSE_MS) > self.now)
    }
}

/// Who answers a mail: the owner of its inbox, from that address of theirs to
/// which it was written, else from the inbox's own.
fn sender(config: &WorkspaceConfig, mail: Live<'_>) -> Option<Mailbox> {
    let inbox = config.inbox(mail.inbox)?;
    let owner = config.owners.iter().find(|owner| owner.id == inbox.owner);
    let username: Option<Address> = inbox.username.parse().ok();
    let is_theirs = |address: &Address| {
        username.as_ref() == Some(address)
            || owner.is_some_and(|owner| owner.addresses.contains(address))
    };
    // Whoever wrote first goes on.
    let ours = mail.message.from.iter().filter(|_| mail.reminds);
    let written_to = ours.chain(&mail.message.to).chain(&mail.message.cc);
    let mut written_to = written_to.map(|mailbox| &mailbox.address);
    let first = || owner.and_then(|owner| owner.addresses.first());
    let address = written_to
        .find(|address| is_theirs(address))
        .or(username.as_ref())
        .or_else(first)?;
    let name = owner.map(|owner| owner.name.as_str()).unwrap_or_default();
    Mailbox::new(name, address.as_str()).ok()
}

/// Something happened to a follow-up. One that was sent stands on the
/// timeline from that moment on: its copy in Sent may come late, or never.
pub(super) fn happened(
    changes: &mut Changes,
    known: &Neighbourhood,
    asked: &FollowUp,
    event: &FollowUpEvent,
    now: Timestamp,
) {
    let mut follow_ups = known.follow_ups.values();
    let Some(follow_up) = follow_ups.find(|known| known.id == asked.id) else {
        return;
    };
    let event = permitted(known, event);
    let state = change(changes, follow_up, event, now);
    if !matches!(state, Some(FollowUpState::Accepted { .. })) {
        return;
    }
    let own = known.config.own_addresses();
    let mut intake = Intake::new(known, follow_up.inbox, &own);
    let message = follow_up.read();
    let at = message.date.map_or(now, |date| date.at);
    intake.take(changes, follow_up.message, &message, at, false);
    changes.holdings.push(HoldingRow {
        inbox: follow_up.inbox,
        message: follow_up.message,
        at,
    });
    intake.finish(changes, now);
}

/// An attempt may begin only where the workspace's policy lets one more out.
/// The step that begins it counts in the next one, so that a cap holds however
/// many send at once.
fn permitted(known: &Neighbourhood, event: &FollowUpEvent) -> FollowUpEvent {
    let FollowUpEvent::Attempt { now, .. } = event else {
        return event.clone();
    };
    let sent = &known.sent;
    let before = SentBefore {
        all: &sent.all,
        to_contact: &sent.to_contact,
        this_step: sent.this_step,
    };
    match known.config.sending.may_send(&before, *now) {
        MaySend::NotBefore { at, because } => {
            let why = match because {
                HeldBack::ADay => "as many went out within a day as are allowed",
                HeldBack::AContact => "this contact got as many as are allowed for now",
                _ => "these are quiet hours",
            };
            let why = why.to_owned();
            FollowUpEvent::Postpone { at, why }
        }
        MaySend::Never => FollowUpEvent::Withdraw {
            why: "this contact got this step as often as is allowed".to_owned(),
        },
        _ => event.clone(),
    }
}

/// Steps a follow-up's state, and tells how an attempt ended.
pub(super) fn change(
    changes: &mut Changes,
    follow_up: &FollowUp,
    event: FollowUpEvent,
    now: Timestamp,
) -> Option<FollowUpState> {
    let state = follow_up.state.clone().step(event.clone());
    if state == follow_up.state {
        return None;
    }
    let sent_at = match (&event, &state) {
        (FollowUpEvent::Attempt { now, .. }, _) => Some(*now),
        // Certainly not sent.
        (_, FollowUpState::Prepared { .. } | FollowUpState::Rejected { .. }) => None,
        _ => follow_up.sent_at,
    };
    changes.follow_up_states.push(FollowUpChange {
        id: follow_up.id,
        state: state.clone(),
        sent_at,
    });
    let asked_for = matches!(event, FollowUpEvent::SendAgain { .. });
    let under_way = matches!(state, FollowUpState::Attempting { .. });
    if state.name() != follow_up.state.name() && !under_way && !asked_for {
        changes.outbox.push(OutboxRow {
            // It can come there again, where it is sent again.
            key: Digest::new("follow_up_changed")
                .field(follow_up.id.to_bytes())
                .field(state.name())
                .field(now.0.to_be_bytes())
                .finish(),
            after: None,
            at: now,
            historical: false,
            inbox: Some(follow_up.inbox),
            kind: EventKind::FollowUpChanged {
                follow_up: follow_up.id,
                rule: follow_up.rule,
                message: follow_up.answers,
                state: state.clone(),
            },
        });
    }
    Some(state)
}
