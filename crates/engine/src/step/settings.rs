//! Settings: an inbox, an owner, the workspace's own.

use inboxlink_model::Owner;

use crate::{Changes, Inbox, Neighbourhood, WorkspaceConfig};

pub(super) fn put_inbox(changes: &mut Changes, known: &Neighbourhood, inbox: &Inbox) {
    let mut config = known.config.clone();
    match config.inboxes.iter_mut().find(|old| old.id == inbox.id) {
        Some(old) => old.clone_from(inbox),
        None => config.inboxes.push(inbox.clone()),
    }
    config.inboxes.sort_by_key(|inbox| inbox.id);
    put(changes, known, config);
}

pub(super) fn put_owner(changes: &mut Changes, known: &Neighbourhood, owner: &Owner) {
    let mut config = known.config.clone();
    match config.owners.iter_mut().find(|old| old.id == owner.id) {
        Some(old) => old.clone_from(owner),
        None => config.owners.push(owner.clone()),
    }
    config.owners.sort_by_key(|owner| owner.id);
    put(changes, known, config);
}

pub(super) fn put_config(changes: &mut Changes, known: &Neighbourhood, config: &WorkspaceConfig) {
    let config = WorkspaceConfig {
        inboxes: known.config.inboxes.clone(),
        owners: known.config.owners.clone(),
        former_owners: known.config.former_owners.clone(),
        ..config.clone()
    };
    put(changes, known, config);
}

/// Writes settings only where they differ: saying the same again is nothing.
fn put(changes: &mut Changes, known: &Neighbourhood, config: WorkspaceConfig) {
    if config != known.config {
        changes.config = Some(config);
    }
}
