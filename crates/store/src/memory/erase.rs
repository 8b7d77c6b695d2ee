//! Erasing, as the reference does it.

use std::collections::BTreeSet;

use inboxlink_engine::{Erasure, Keys, outbox_keys};
use inboxlink_model::Identity;

use super::workspace::Workspace;

impl Workspace {
    /// Those of the keys' messages that were erased.
    pub(super) fn erased(&self, keys: &Keys) -> BTreeSet<Identity> {
        let Some(key) = self.tombstone_key else {
            return BTreeSet::new();
        };
        let dead = |message: &&Identity| {
            let here = keys
                .inbox
                .map(|inbox| key.tombstone(Some(inbox), **message));
            let mut hashes = here.into_iter().chain([key.tombstone(None, **message)]);
            hashes.any(|hash| self.tombstones.contains(&hash))
        };
        keys.identities.iter().filter(dead).copied().collect()
    }

    pub(super) fn erase(&mut self, what: &Erasure) {
        let key = *self.tombstone_key.get_or_insert(what.key);
        let hashes = what.messages.iter();
        let hashes = hashes.map(|message| key.tombstone(what.inbox, *message));
        self.tombstones.extend(hashes);
        let mut gone = what.messages.clone();
        if let Some(inbox) = what.inbox {
            self.holdings
                .retain(|(message, held_by), _| *held_by != inbox || !gone.contains(message));
            self.locations
                .retain(|at, row| at.inbox != inbox || !gone.contains(&row.message));
            self.forget_departed(|at, message| {
                at.inbox == inbox && what.messages.contains(message)
            });
            gone.retain(|message| !self.holdings.keys().any(|(held, _)| held == message));
        }
        self.forget_departed(|_, message| gone.contains(message));
        self.messages.retain(|message, _| !gone.contains(message));
        self.locations.retain(|_, row| !gone.contains(&row.message));
        self.holdings
            .retain(|(message, _), _| !gone.contains(message));
        self.originals.retain(|message, _| !gone.contains(message));
        self.participants
            .retain(|(_, _, message, _)| !gone.contains(message));
        self.waiting.retain(|(_, reply)| !gone.contains(reply));
        self.addresses
            .retain(|address, _| !what.addresses.contains(address));
        self.contacts.retain(|id, _| Some(*id) != what.contact);
        self.follow_ups.retain(|_, made| {
            !gone.contains(&made.answers)
                && !gone.contains(&made.message)
                && !what.addresses.contains(&made.author)
                && !what.addresses.contains(&made.mail.to)
        });
        self.aliases.retain(|_, message| !gone.contains(message));
        self.enrolments.retain(|_, wait| {
            !gone.contains(&wait.enrolment.outbound) && !what.addresses.contains(&wait.recipient)
        });
        for key in gone.iter().copied().flat_map(outbox_keys) {
            self.told.remove(&key);
        }
        self.events.retain(|event| {
            let of = event.kind.speaks_of();
            !of.messages.iter().any(|message| gone.contains(message))
                && (of.contact.is_none() || of.contact != what.contact)
                && !of.address.is_some_and(|it| what.addresses.contains(it))
        });
    }
}
