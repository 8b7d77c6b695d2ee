//! Addresses that are no contact's.

use std::collections::BTreeSet;

use inboxlink_model::{Address, Identity, InboxId};

use super::workspace::Workspace;

impl Workspace {
    /// Those of an inbox's mail whom no contact belongs to.
    pub(super) fn without_contact(
        &self,
        inbox: InboxId,
        after: Option<&Address>,
        limit: usize,
    ) -> Vec<Address> {
        let here: BTreeSet<Identity> = (self.locations.values())
            .filter(|copy| copy.location.inbox == inbox)
            .map(|copy| copy.message)
            .collect();
        let takes_part = |address: &Address| {
            let mut of_it = self.participants.iter().filter(|(it, ..)| it == address);
            of_it.any(|(_, _, message, _)| here.contains(message))
        };
        let rows = self.addresses.values().filter(|row| row.contact.is_none());
        rows.map(|row| &row.address)
            .filter(|address| after.is_none_or(|after| *address > after) && takes_part(address))
            .take(limit)
            .cloned()
            .collect()
    }
}
