//! Cursors: what a listing and a batch do to a folder's state.

use inboxlink_model::{InboxId, Location};
use inboxlink_sync::FolderState;

use crate::{Batch, Changes, Neighbourhood};

/// Takes over names, roles and policies of a listing; where a folder is known
/// its progress stays as stored.
pub(super) fn listed(
    changes: &mut Changes,
    known: &Neighbourhood,
    inbox: InboxId,
    folders: &[FolderState],
) {
    for listed in folders {
        let mut next = listed.clone();
        if let Some(old) = known.folders.iter().find(|old| old.id == listed.id) {
            next = FolderState {
                raw_name: next.raw_name,
                name: next.name,
                role: next.role,
                policy: next.policy,
                server_count: next.server_count,
                ..old.clone()
            };
            if next == *old {
                continue;
            }
        }
        changes.folders.push((inbox, next));
    }
}

/// The folder's cursor after a batch; `None` where the folder was never
/// listed, or was renumbered under another connection, so that the trip's
/// UIDs mean nothing any more.
pub(super) fn after_batch(
    changes: &mut Changes,
    known: &Neighbourhood,
    batch: &Batch,
) -> Option<FolderState> {
    let mut state = known
        .folders
        .iter()
        .find(|folder| folder.id == batch.folder)?
        .clone();
    if let Some(visit) = &batch.visit {
        let old_validity = state.uid_validity.unwrap_or(visit.server.uid_validity);
        if let Some(too_old) = &batch.too_old {
            state.leave_out(too_old);
        }
        let opened = state.open(&visit.server, &visit.uids);
        if opened.renumbered {
            changes
                .forgotten
                .push((batch.inbox, batch.folder, visit.server.uid_validity));
        }
        changes
            .gone
            .extend(opened.vanished.iter().map(|uid| Location {
                inbox: batch.inbox,
                folder: batch.folder,
                uid_validity: old_validity,
                uid,
            }));
    }
    if state.uid_validity != Some(batch.uid_validity) && batch.visit.is_none() {
        return None;
    }
    let removed = state.remove(&batch.vanished);
    (changes.gone).extend(removed.iter().map(|uid| batch.location(uid)));
    if let Some(modseq) = batch.modseq {
        state.know_changes(modseq);
    }
    let copies = batch.copies.iter();
    let copies = copies.filter(|copy| known.identities.contains(&copy.message));
    state.mark_stored(&copies.map(|copy| copy.uid).collect());
    state.mark_stored(&batch.mails.iter().map(|mail| mail.uid).collect());
    for (uid, reason) in &batch.failed {
        state.mark_failed(*uid, reason.as_str());
    }
    if batch.finished {
        state.close();
    }
    Some(state)
}
