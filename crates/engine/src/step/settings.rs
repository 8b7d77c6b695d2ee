//! Settings: an owner, the workspace's own.

use inboxlink_message::Digest;
use inboxlink_model::{Owner, Timestamp, WebhookId};

use crate::{Changes, EventKind, Neighbourhood, OutboxRow, WorkspaceConfig};

pub(super) fn put_owner(changes: &mut Changes, known: &Neighbourhood, owner: &Owner) {
    let mut config = known.config.clone();
    match config.owners.iter_mut().find(|old| old.id == owner.id) {
        Some(old) => old.clone_from(owner),
        None => config.owners.push(owner.clone()),
    }
    config.owners.sort_by_key(|owner| owner.id);
    config.former_owners.remove(&owner.id);
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
pub(super) fn put(changes: &mut Changes, known: &Neighbourhood, config: WorkspaceConfig) {
    if config != known.config {
        changes.config = Some(config);
    }
}

pub(super) fn webhook_disabled(
    changes: &mut Changes,
    webhook: WebhookId,
    why: &str,
    now: Timestamp,
) {
    changes.outbox.push(OutboxRow {
        key: Digest::new("webhook_disabled")
            .field(webhook.to_bytes())
            .field(now.0.to_be_bytes())
            .finish(),
        after: None,
        at: now,
        historical: false,
        inbox: None,
        kind: EventKind::WebhookDisabled {
            webhook,
            why: why.to_owned(),
        },
    });
}
