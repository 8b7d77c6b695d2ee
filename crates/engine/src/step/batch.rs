//! A batch of mail: copies, and the messages they are copies of.

use std::collections::BTreeSet;

use inboxlink_message::{Digest, node_of};
use inboxlink_model::{FolderRole, Timestamp};
use inboxlink_replies::followup::FollowUpEvent;
use inboxlink_sync::{FolderPolicy, FolderState};

use super::{copies, cursor, follow_up, intake::Intake};
use crate::{
    Batch, Changes, EventKind, FollowUp, HoldingRow, LocationRow, Mail, Neighbourhood, OutboxRow,
    limits,
};

pub(super) fn step(changes: &mut Changes, known: &Neighbourhood, batch: &Batch, now: Timestamp) {
    let Some(state) = cursor::after_batch(changes, known, batch) else {
        return;
    };
    let own = known.config.own_addresses();
    let mut intake = Intake::new(known, batch.inbox, &own);
    let mut placed = BTreeSet::new();
    let mut sent = BTreeSet::new();

    for mail in &batch.mails {
        let location = batch.location(mail.uid);
        if known.locations.contains_key(&location) || !placed.insert(location) {
            continue;
        }
        let message = &mail.message;
        let follow_up = follow_up_of(known, mail);
        // A follow-up's copy is that follow-up, even where the server has
        // rewritten it.
        let ours = message
            .author()
            .is_some_and(|from| own.contains(&from.address));
        let sent_mail = ours && matches!(state.role, FolderRole::Sent | FolderRole::All);
        let identity = match follow_up {
            Some(follow_up) if sent_mail => follow_up.message,
            _ => message.identity(),
        };
        if known.erased.contains(&identity) {
            // It was erased, and is not brought back.
            continue;
        }
        if let Some(follow_up) = follow_up
            && sent.insert(follow_up.id)
        {
            follow_up::change(changes, follow_up, FollowUpEvent::SeenInSent, now);
        }
        changes.locations.push(LocationRow {
            location,
            message: identity,
            internal_date: mail.internal_date,
            size: mail.size,
            flags: mail.flags.clone(),
            provider_id: mail.provider_id.clone(),
        });
        if known.identities.contains(&identity) {
            changes.returned.push(identity);
        }
        let (historical, at) = (batch.is_historical(mail), moment(mail));
        changes.holdings.push(HoldingRow {
            inbox: batch.inbox,
            message: identity,
            at,
        });
        let original = mail.original.iter().cloned();
        changes
            .originals
            .extend(original.map(|raw| (identity, raw)));
        intake.take(changes, identity, message, at, historical);
    }
    intake.finish(changes, now);
    copies::place_known(changes, known, batch);
    copies::change_flags(changes, known, batch, now);

    let old = known
        .folders
        .iter()
        .find(|folder| folder.id == batch.folder);
    if state.caught_up && !old.is_some_and(|old| old.caught_up) {
        tell_caught_up(changes, known, batch, now);
    }
    if old != Some(&state) {
        changes.folders.push((batch.inbox, state));
    }
}

/// The follow-up whose mail this is. Nobody who did not get it knows its
/// Message-ID, so that any mail that bears it says that it was sent.
fn follow_up_of<'a>(known: &'a Neighbourhood, mail: &Mail) -> Option<&'a FollowUp> {
    let id = mail.message.message_id.as_ref()?;
    known.follow_ups.get(&node_of(id))
}

/// Where a mail stands in time: its Date, unless the server received it long
/// before that; the server's moment where it has none.
fn moment(mail: &Mail) -> Timestamp {
    let date = mail.message.date.map(|date| date.at);
    match (date, mail.internal_date) {
        (Some(date), Some(received)) if date > received.plus_millis(limits::DATE_AHEAD_MS) => {
            received
        }
        (Some(date), _) => date,
        (None, received) => received.unwrap_or_default(),
    }
}

/// Tells that the inbox is caught up, once: when its last folder is.
fn tell_caught_up(changes: &mut Changes, known: &Neighbourhood, batch: &Batch, now: Timestamp) {
    let behind = |folder: &&FolderState| folder.policy == FolderPolicy::Sync && !folder.caught_up;
    if known
        .folders
        .iter()
        .filter(behind)
        .any(|folder| folder.id != batch.folder)
    {
        return;
    }
    changes.outbox.push(OutboxRow {
        key: Digest::new("caught_up")
            .field(batch.inbox.to_bytes())
            .finish(),
        after: None,
        at: now,
        historical: true,
        inbox: Some(batch.inbox),
        kind: EventKind::InboxCaughtUp { inbox: batch.inbox },
    });
}
