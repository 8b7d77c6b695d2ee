//! A batch of mail: copies, messages, threads, then people, then replies.

use std::collections::{BTreeMap, BTreeSet};

use inboxlink_message::{Context, Digest, classify};
use inboxlink_model::{Direction, Identity, OwnAddresses, Timestamp};
use inboxlink_sync::{FolderPolicy, FolderState};
use inboxlink_timeline::{Linker, direction, participants, reply_text_of, snippet, thread_ids};

use super::{cursor, people::People, replies};
use crate::{
    Batch, Changes, EventKind, LocationRow, Mail, MessageRow, Neighbourhood, OutboxRow,
    ParticipantRow, limits,
};

/// A message that this batch brings, with what the later passes want of it.
pub(super) struct Arrival {
    pub(super) row: MessageRow,
    pub(super) direction: Direction,
}

pub(super) fn step(changes: &mut Changes, known: &Neighbourhood, batch: &Batch, now: Timestamp) {
    let Some(state) = cursor::after_batch(changes, known, batch) else {
        return;
    };
    let own = known.config.own_addresses();
    let mut linker = Linker::new(known.nodes.iter().map(|(node, thread)| (*node, *thread)));
    let mut arrivals: BTreeMap<Identity, Arrival> = BTreeMap::new();
    let mut people = People::new(known, batch.inbox, &own);
    let mut placed = BTreeSet::new();

    for mail in &batch.mails {
        let location = batch.location(mail);
        if known.locations.contains_key(&location) || !placed.insert(location) {
            continue;
        }
        let identity = mail.message.identity();
        changes.locations.push(LocationRow {
            location,
            message: identity,
            internal_date: mail.internal_date,
            size: mail.size,
            flags: mail.flags.clone(),
            provider_id: mail.provider_id.clone(),
        });
        if known.identities.contains(&identity) || arrivals.contains_key(&identity) {
            // Another copy: it tells nothing new, but this inbox may make
            // contacts where the first one did not.
            people.look_again(&mail.message);
            continue;
        }
        let arrival = arrive(mail, identity, batch.is_historical(mail), &own, &mut linker);
        let seen = &arrival.row;
        for participant in participants(&seen.message)
            .into_iter()
            .take(limits::PARTICIPANTS)
        {
            changes.participants.push(ParticipantRow {
                address: participant.mailbox.address,
                message: identity,
                at: seen.at,
                role: participant.role,
            });
        }
        people.observe(
            &seen.message,
            &seen.verdict,
            arrival.direction,
            seen.at,
            seen.historical,
        );
        arrivals.insert(identity, arrival);
    }

    for arrival in arrivals.values_mut() {
        // A later mail of the batch may have joined its thread to another.
        arrival.row.thread = linker.root(arrival.row.node);
    }
    people.settle(changes, now);
    replies::match_replies(changes, known, batch, &arrivals, &people, &own, now);

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
    let threads = linker.finish();
    changes.nodes = threads.nodes;
    changes.redirects = threads.redirects;
    for (identity, arrival) in arrivals {
        let row = arrival.row;
        changes.outbox.push(OutboxRow {
            key: Digest::new("message_added")
                .field(identity.to_bytes())
                .finish(),
            at: now,
            historical: row.historical,
            inbox: Some(batch.inbox),
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

fn arrive(
    mail: &Mail,
    identity: Identity,
    historical: bool,
    own: &OwnAddresses,
    linker: &mut Linker,
) -> Arrival {
    let message = &mail.message;
    let ids = thread_ids(message);
    let thread = linker.link(&ids);
    let direction = direction(own, message);
    // The snippet of history is made from the text as it stands: telling new
    // text from quoted costs more, and is done when it is first read.
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
        at: moment(mail),
        historical,
        verdict: classify(message, &Context { own }),
        snippet,
        message: message.clone(),
    };
    Arrival { row, direction }
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
        at: now,
        historical: true,
        inbox: Some(batch.inbox),
        kind: EventKind::InboxCaughtUp { inbox: batch.inbox },
    });
}
