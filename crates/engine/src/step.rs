//! One step: what is known and what happens become one set of changes.
//!
//! Pure: the same neighbourhood, input and moment give the same changes. A
//! store that refuses them because a version has moved is asked for a new
//! neighbourhood, and the step is taken again.

mod alias;
mod batch;
mod copies;
mod cursor;
mod follow_up;
mod inboxes;
pub(crate) mod intake;
mod people;
pub(crate) mod replies;
mod rules;
mod settings;
mod tick;
mod waits;

use inboxlink_message::Digest;
use inboxlink_model::{Timestamp, WorkspaceId};

use crate::{Changes, Erasure, EventKind, Input, Neighbourhood, OutboxRow};

/// Takes a step.
///
/// `input` is borrowed so that it can be tried again after a conflict.
pub fn step(
    workspace: WorkspaceId,
    known: &Neighbourhood,
    input: &Input,
    now: Timestamp,
) -> Changes {
    let mut changes = Changes::new(workspace, known.versions);
    match input {
        Input::Batch(batch) => batch::step(&mut changes, known, batch, now),
        Input::Folders { inbox, folders } => cursor::listed(&mut changes, known, *inbox, folders),
        Input::Settle { inbox } => copies::settle(&mut changes, known, *inbox, now),
        Input::Behind {
            inbox,
            folder,
            alarm,
        } => copies::fell_behind(&mut changes, *inbox, *folder, *alarm, now),
        Input::PutInbox(inbox) => inboxes::connected(&mut changes, known, inbox, now),
        Input::ChangeInbox { inbox, change } => {
            inboxes::changed(&mut changes, known, *inbox, change, now);
        }
        Input::OwnerLeaves { owner, to } => {
            inboxes::owner_leaves(&mut changes, known, *owner, *to, now);
        }
        Input::LookAgain { inbox, addresses } => {
            inboxes::look_again(&mut changes, known, *inbox, addresses, now);
        }
        Input::PutOwner(owner) => settings::put_owner(&mut changes, known, owner),
        Input::PutConfig(config) => settings::put_config(&mut changes, known, config),
        Input::PutRules(rules) => rules::put_all(&mut changes, known, rules),
        Input::PutRule(rule) => rules::put(&mut changes, known, rule),
        Input::RemoveRule(rule) => rules::remove(&mut changes, known, *rule),
        Input::SwitchRule { rule, enabled } => {
            rules::switch(&mut changes, known, *rule, *enabled);
        }
        Input::Tick { read, .. } => tick::step(&mut changes, known, read, now),
        Input::Enrolment { enrolment, event } => {
            tick::told(&mut changes, known, *enrolment, event, now);
        }
        Input::Alias { message, id } => alias::put(&mut changes, known, *message, id),
        Input::Erase(erasure) => {
            changes.outbox.push(erased(erasure, now));
            changes.erase = Some(erasure.as_ref().clone());
        }
        Input::PutThreadLevel(level) => changes.thread_levels.push(*level),
        Input::WebhookDisabled { webhook, why } => {
            settings::webhook_disabled(&mut changes, *webhook, why, now);
        }
        Input::FollowUp { follow_up, event } => {
            follow_up::happened(&mut changes, known, follow_up, event, now);
        }
    }
    changes
}

/// That mail was erased, and nothing of what it was.
fn erased(erasure: &Erasure, now: Timestamp) -> OutboxRow {
    let messages = erasure.messages.len() as u64;
    OutboxRow {
        key: Digest::new("mail_erased")
            .field(erasure.key.as_bytes())
            .field(now.0.to_be_bytes())
            .finish(),
        after: None,
        at: now,
        historical: false,
        inbox: erasure.inbox,
        kind: EventKind::MailErased { messages },
    }
}
