//! What happens to copies on the server: flags, moves, deletions. None of it
//! is mail that arrives, so none of it meets a rule.

use std::collections::{BTreeMap, BTreeSet};

use inboxlink_message::Digest;
use inboxlink_model::{FolderId, Identity, InboxId, Location, Timestamp};
use inboxlink_sync::{Alarm, FolderPolicy};

use crate::{Batch, Changes, Departed, EventKind, LocationRow, Neighbourhood, OutboxRow, Settled};

/// Puts copies of known messages in their new places.
pub(super) fn place_known(changes: &mut Changes, known: &Neighbourhood, batch: &Batch) {
    let mut placed: BTreeSet<Location> = changes.locations.iter().map(|row| row.location).collect();
    placed.extend(known.locations.keys());
    for copy in &batch.copies {
        let location = batch.location(copy.uid);
        if !placed.insert(location) || !known.identities.contains(&copy.message) {
            continue;
        }
        changes.returned.push(copy.message);
        changes.locations.push(LocationRow {
            location,
            message: copy.message,
            internal_date: copy.internal_date,
            size: copy.size,
            flags: copy.flags.clone(),
            provider_id: copy.provider_id.clone(),
        });
    }
}

/// The flags that a person sees.
fn seen_flags(flags: &[String]) -> [bool; 3] {
    ["\\Seen", "\\Answered", "\\Flagged"]
        .map(|wanted| flags.iter().any(|flag| flag.eq_ignore_ascii_case(wanted)))
}

/// Stores the flags that are not what they were, and tells of those that a
/// person sees.
pub(super) fn change_flags(
    changes: &mut Changes,
    known: &Neighbourhood,
    batch: &Batch,
    now: Timestamp,
) {
    for change in &batch.flags {
        let location = batch.location(change.uid);
        // Not stored yet: its mail comes with its flags.
        let Some(copy) = known.copies.get(&location) else {
            continue;
        };
        if same_flags(&copy.flags, &change.flags) || changes.gone.contains(&location) {
            continue;
        }
        changes.flags.push((location, change.flags.clone()));
        let [seen, answered, flagged] = seen_flags(&change.flags);
        if seen_flags(&copy.flags) == [seen, answered, flagged] {
            continue;
        }
        let kind = EventKind::FlagsChanged {
            message: copy.message,
            folder: batch.folder,
            seen,
            answered,
            flagged,
        };
        tell(changes, kind, location, now);
    }
}

fn same_flags(one: &[String], other: &[String]) -> bool {
    let within = |flags: &[String], flag: &String| flags.contains(flag);
    one.len() == other.len() && one.iter().all(|flag| within(other, flag))
}

/// Tells what became of the copies that are gone, now that every folder was
/// looked at.
pub(super) fn settle(changes: &mut Changes, known: &Neighbourhood, inbox: InboxId, now: Timestamp) {
    let behind = |folder: &inboxlink_sync::FolderState| {
        folder.policy == FolderPolicy::Sync && !folder.caught_up
    };
    if known.folders.iter().any(behind) {
        // A folder that is still being read may hold what seems gone.
        return;
    }
    let mut by_message: BTreeMap<Identity, Vec<&Departed>> = BTreeMap::new();
    for departed in &known.departed {
        by_message
            .entry(departed.message)
            .or_default()
            .push(departed);
    }
    for (message, rows) in by_message {
        for departed in &rows {
            let here = departed.now.iter().any(|at| at.inbox == inbox);
            changes.settled.push(Settled {
                from: departed.from,
                deleted: !here,
            });
        }
        let Some(last) = rows.last() else { continue };
        if let Some(kind) = became(message, last, inbox) {
            tell(changes, kind, last.from, now);
        }
    }
}

fn became(message: Identity, departed: &Departed, inbox: InboxId) -> Option<EventKind> {
    let from = departed.from.folder;
    let here: Vec<FolderId> = (departed.now.iter())
        .filter(|at| at.inbox == inbox)
        .map(|at| at.folder)
        .collect();
    let Some(to) = here.first().copied() else {
        let everywhere = departed.now.is_empty();
        return Some(EventKind::MessageDeleted {
            message,
            from,
            everywhere,
        });
    };
    if departed.returned {
        return Some(EventKind::MessageRestored { message, to });
    }
    // Under a new UID in the folder it lay in: it was renumbered.
    let moved = !here.contains(&from);
    moved.then_some(EventKind::MessageMoved { message, from, to })
}

/// Tells that a folder has fallen behind its server.
pub(super) fn fell_behind(
    changes: &mut Changes,
    inbox: InboxId,
    folder: FolderId,
    alarm: Alarm,
    now: Timestamp,
) {
    let at = Location {
        inbox,
        folder,
        uid_validity: 0,
        uid: alarm.uid_next,
    };
    let kind = EventKind::FolderBehind {
        inbox,
        folder,
        known_to: alarm.known_to,
        uid_next: alarm.uid_next,
        seconds: alarm.seconds,
    };
    tell(changes, kind, at, now);
}

/// Tells of a copy. The same may happen to it again: what makes the event one
/// is the commit, which the version that it rests on names.
fn tell(changes: &mut Changes, kind: EventKind, at: Location, now: Timestamp) {
    let key = Digest::new(kind.name())
        .field(at.inbox.to_bytes())
        .field(at.folder.0.to_be_bytes())
        .field(at.uid_validity.to_be_bytes())
        .field(at.uid.to_be_bytes())
        .field(changes.expected.graph.to_be_bytes());
    changes.outbox.push(OutboxRow {
        key: key.finish(),
        after: None,
        at: now,
        historical: false,
        inbox: Some(at.inbox),
        kind,
    });
}
