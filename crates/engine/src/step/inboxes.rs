//! An inbox's life: connected, edited, paused, handed over, removed; and the
//! team's, as far as inboxes go.

use inboxlink_message::Digest;
use inboxlink_model::{Address, CreateContacts, InboxId, OwnAddresses, OwnerId, Timestamp};

use super::{people::People, settings::put};
use crate::{
    Changes, EventKind, Inbox, InboxChange, InboxState, Neighbourhood, OutboxRow, PreviousOwner,
};

/// Connected, or connected anew.
pub(super) fn connected(
    changes: &mut Changes,
    known: &Neighbourhood,
    inbox: &Inbox,
    now: Timestamp,
) {
    let mut config = known.config.clone();
    match config.inboxes.iter_mut().find(|old| old.id == inbox.id) {
        Some(old) => {
            let before = old.clone();
            // What the settings don't tell stays.
            *old = Inbox {
                previous_owners: before.previous_owners,
                look_again: before.look_again,
                ..inbox.clone()
            };
            old.look_again |= widens(before.create_contacts, inbox.create_contacts);
            handed_over(old, before.owner, now);
            told(changes, before.state, old, now);
        }
        None => config.inboxes.push(inbox.clone()),
    }
    config.inboxes.sort_by_key(|inbox| inbox.id);
    put(changes, known, config);
}

/// Something about an inbox changed; nothing where there is no such inbox.
pub(super) fn changed(
    changes: &mut Changes,
    known: &Neighbourhood,
    id: InboxId,
    change: &InboxChange,
    now: Timestamp,
) {
    let mut config = known.config.clone();
    let Some(inbox) = config.inboxes.iter_mut().find(|inbox| inbox.id == id) else {
        return;
    };
    let (state, owner) = (inbox.state, inbox.owner);
    match change {
        // What the team paused or removed stays so, whatever else befalls it.
        InboxChange::State(InboxState::NeedsAction(_)) if state != InboxState::Connected => {}
        InboxChange::State(new) => inbox.state = *new,
        InboxChange::Owner(new) => inbox.owner = *new,
        InboxChange::Choices(choices) => {
            let wider = widens(inbox.create_contacts, choices.create_contacts);
            inbox.look_again |= wider;
            inbox.name.clone_from(&choices.name);
            inbox.team_inbox = choices.team_inbox;
            inbox.create_contacts = choices.create_contacts;
            inbox.mail.clone_from(&choices.mail);
        }
        InboxChange::LookedAgain => inbox.look_again = false,
    }
    handed_over(inbox, owner, now);
    told(changes, state, inbox, now);
    put(changes, known, config);
}

/// A team member leaves: each of their inboxes goes to another, or is paused.
pub(super) fn owner_leaves(
    changes: &mut Changes,
    known: &Neighbourhood,
    owner: OwnerId,
    to: Option<OwnerId>,
    now: Timestamp,
) {
    let mut config = known.config.clone();
    config.former_owners.insert(owner);
    for inbox in config.inboxes.iter_mut().filter(|it| it.owner == owner) {
        let state = inbox.state;
        match to {
            Some(to) => inbox.owner = to,
            None if state == InboxState::Removed => {}
            None => inbox.state = InboxState::Paused,
        }
        handed_over(inbox, owner, now);
        told(changes, state, inbox, now);
    }
    put(changes, known, config);
}

/// Decides anew for addresses of mail that an inbox has brought already.
pub(super) fn look_again(
    changes: &mut Changes,
    known: &Neighbourhood,
    inbox: InboxId,
    addresses: &[Address],
    now: Timestamp,
) {
    let own: OwnAddresses = known.config.own_addresses();
    let mut people = People::new(known, inbox, &own);
    people.look_again_at(addresses.iter().cloned());
    people.settle(changes, now);
}

/// Whether more contacts are wanted than before.
fn widens(before: CreateContacts, after: CreateContacts) -> bool {
    after > before
}

/// Notes whose it was until now.
fn handed_over(inbox: &mut Inbox, before: OwnerId, now: Timestamp) {
    if inbox.owner != before {
        inbox.previous_owners.push(PreviousOwner {
            owner: before,
            until: now,
        });
    }
}

/// Tells of a state that is another one now.
fn told(changes: &mut Changes, before: InboxState, inbox: &Inbox, now: Timestamp) {
    if inbox.state == before {
        return;
    }
    let (id, state) = (inbox.id, inbox.state);
    changes.outbox.push(OutboxRow {
        key: Digest::new("inbox_state")
            .field(id.to_bytes())
            .field(format!("{state:?}"))
            .field(now.0.to_be_bytes())
            .finish(),
        after: None,
        at: now,
        historical: false,
        inbox: Some(id),
        kind: EventKind::InboxStateChanged { inbox: id, state },
    });
}
