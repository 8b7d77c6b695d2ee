//! People: what a batch tells of addresses, and which become contacts.

use std::collections::{BTreeMap, BTreeSet};

use inboxlink_contacts::{Action, Policy, decide, observe};
use inboxlink_message::{Digest, Message};
use inboxlink_model::{
    Address, ContactId, CreateContacts, Direction, InboxId, OwnAddresses, Timestamp, Verdict,
};

use crate::{AddressRow, Changes, ContactRow, EventKind, Neighbourhood, OutboxRow, limits};

pub(super) struct People<'a> {
    known: &'a Neighbourhood,
    inbox: InboxId,
    create: CreateContacts,
    own: &'a OwnAddresses,
    touched: BTreeMap<Address, Touched>,
    again: BTreeSet<Address>,
    settled: BTreeMap<Address, ContactId>,
}

struct Touched {
    facts: inboxlink_contacts::AddressFacts,
    historical: bool,
}

impl<'a> People<'a> {
    pub(super) fn new(known: &'a Neighbourhood, inbox: InboxId, own: &'a OwnAddresses) -> Self {
        let create = known
            .config
            .inbox(inbox)
            .map_or(CreateContacts::Off, |inbox| inbox.create_contacts);
        Self {
            known,
            inbox,
            create,
            own,
            touched: BTreeMap::new(),
            again: BTreeSet::new(),
            settled: BTreeMap::new(),
        }
    }

    /// Counts what a new message tells of its addresses.
    pub(super) fn observe(
        &mut self,
        message: &Message,
        verdict: &Verdict,
        direction: Direction,
        at: Timestamp,
        historical: bool,
    ) {
        let observations = observe(message, verdict, direction, self.own);
        for observation in observations.iter().take(limits::PARTICIPANTS) {
            let address = &observation.mailbox.address;
            let known = self.known;
            let touched = self
                .touched
                .entry(address.clone())
                .or_insert_with(|| Touched {
                    facts: known
                        .addresses
                        .get(address)
                        .map(|row| row.facts.clone())
                        .unwrap_or_default(),
                    historical: true,
                });
            touched.facts.add(observation, Some(at));
            touched.historical &= historical;
        }
    }

    /// Notes the addresses of a message that was known before.
    pub(super) fn look_again(&mut self, message: &Message) {
        let addresses = inboxlink_timeline::participants(message)
            .into_iter()
            .map(|p| p.mailbox.address);
        self.again.extend(addresses.take(limits::PARTICIPANTS));
    }

    /// Notes addresses of messages that were known before.
    pub(super) fn look_again_at(&mut self, addresses: impl Iterator<Item = Address>) {
        self.again.extend(addresses);
    }

    /// Decides for every address touched, and makes the contacts.
    pub(super) fn settle(&mut self, changes: &mut Changes, now: Timestamp) {
        let config = &self.known.config;
        let policy = Policy {
            create: self.create,
            own: self.own,
            blocked: &config.excluded,
            allow_roles: config.role_contacts,
        };
        for address in std::mem::take(&mut self.again) {
            let Some(row) = self
                .known
                .addresses
                .get(&address)
                .filter(|row| row.contact.is_none())
            else {
                continue;
            };
            let facts = row.facts.clone();
            self.touched.entry(address).or_insert(Touched {
                facts,
                historical: true,
            });
        }
        for (address, touched) in std::mem::take(&mut self.touched) {
            let decision = decide(&address, &touched.facts, &policy);
            let old = self.known.addresses.get(&address);
            let mut contact = old.and_then(|row| row.contact);
            if contact.is_none() && decision.action == Action::Create {
                let id = ContactRow::id_for(changes.workspace, &address);
                contact = Some(id);
                let reason = decision.reason.as_str().to_owned();
                changes.contacts.push(ContactRow {
                    id,
                    address: address.clone(),
                    reason: reason.clone(),
                    created_at: now,
                });
                changes.outbox.push(OutboxRow {
                    key: Digest::new("contact_created").field(id.to_bytes()).finish(),
                    after: None,
                    at: now,
                    historical: touched.historical,
                    inbox: Some(self.inbox),
                    kind: EventKind::ContactCreated {
                        contact: id,
                        address: address.clone(),
                        name: touched.facts.display_name().to_owned(),
                        reason,
                    },
                });
            }
            if let Some(contact) = contact {
                self.settled.insert(address.clone(), contact);
            }
            let row = AddressRow {
                address,
                contact,
                facts: touched.facts,
                decision,
            };
            if old != Some(&row) {
                changes.addresses.push(row);
            }
        }
    }

    /// The contact that an address belongs to after this batch.
    pub(super) fn contact(&self, address: &Address) -> Option<ContactId> {
        let known = || {
            self.known
                .addresses
                .get(address)
                .and_then(|row| row.contact)
        };
        self.settled.get(address).copied().or_else(known)
    }
}
