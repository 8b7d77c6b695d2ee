//! Whether an address becomes a contact.

use std::collections::BTreeSet;

use inboxlink_model::{Address, CreateContacts, OwnAddresses};
use serde::{Deserialize, Serialize};

use crate::{AddressFacts, Reason, is_machine_address, is_no_reply, is_role_address};

/// What to do about an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// It becomes a contact.
    Create,
    /// It becomes none, as far as is known.
    Skip,
}

impl Action {
    /// The action as it stands in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Skip => "skip",
        }
    }
}

/// What to do about an address, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// What to do.
    pub action: Action,
    /// Why.
    pub reason: Reason,
}

/// Addresses and domains that never become contacts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Blocked {
    /// Single addresses.
    pub addresses: BTreeSet<Address>,
    /// Domains, lower-cased, their sub-domains included.
    pub domains: BTreeSet<String>,
}

impl Blocked {
    /// Whether an address is on the list.
    pub fn contains(&self, address: &Address) -> bool {
        let domain = address.domain();
        let parents = domain
            .match_indices('.')
            .filter_map(|(at, _)| domain.get(at + 1..));
        self.addresses.contains(address)
            || std::iter::once(domain)
                .chain(parents)
                .any(|d| self.domains.contains(d))
    }
}

/// Who becomes a contact.
#[derive(Debug, Clone, Copy)]
pub struct Policy<'a> {
    /// For whom contacts are made.
    pub create: CreateContacts,
    /// Our own addresses.
    pub own: &'a OwnAddresses,
    /// Addresses that never become contacts.
    pub blocked: &'a Blocked,
    /// Whether desks (`info@`, `sales@`) become contacts too.
    pub allow_roles: bool,
}

/// Decides about an address, from what is known of it and nothing else.
///
/// More exchange between people never takes a contact back: such facts only
/// turn [`Action::Skip`] into [`Action::Create`]. (A list's own address can
/// look like a person's until its headers tell.)
pub fn decide(address: &Address, facts: &AddressFacts, policy: &Policy<'_>) -> Decision {
    match exclusion(address, facts, policy) {
        Some(reason) => skip(reason),
        None => by_exchange(facts, policy.create),
    }
}

/// Why an address is none of a person who could be a contact.
fn exclusion(address: &Address, facts: &AddressFacts, policy: &Policy<'_>) -> Option<Reason> {
    if policy.own.addresses.contains(address) {
        Some(Reason::OwnAddress)
    } else if policy.own.contains(address) {
        Some(Reason::Teammate)
    } else if policy.blocked.contains(address) {
        Some(Reason::Excluded)
    } else if policy.create == CreateContacts::Off {
        Some(Reason::Off)
    } else if is_machine_address(address) {
        Some(Reason::Bounce)
    } else if is_no_reply(address) {
        Some(Reason::NoReply)
    } else if facts.as_list > 0 {
        Some(Reason::ListAddress)
    } else if !policy.allow_roles && is_role_address(address) {
        Some(Reason::RoleAddress)
    } else {
        None
    }
}

fn by_exchange(facts: &AddressFacts, create: CreateContacts) -> Decision {
    let AddressFacts {
        received, copied, ..
    } = facts;
    let seen = |pick: fn(&crate::Counts) -> u32| pick(received) > 0 || pick(copied) > 0;
    if facts.sent_to > 0 && received.human > 0 {
        keep(Reason::Exchanged)
    } else if facts.sent_to > 0 {
        keep(Reason::WroteTo)
    } else if seen(|c| c.human) {
        match create {
            CreateContacts::All if received.human > 0 => keep(Reason::WroteToUs),
            CreateContacts::All => keep(Reason::Copied),
            CreateContacts::Sent | CreateContacts::Off => skip(Reason::OnlyReceived),
        }
    } else if seen(|c| c.list) {
        skip(Reason::ListPost)
    } else if seen(|c| c.bulk) {
        skip(Reason::BulkSender)
    } else if seen(|c| c.automatic) {
        skip(Reason::Machine)
    } else if seen(|c| c.bounce) {
        skip(Reason::Bounce)
    } else {
        skip(Reason::Unseen)
    }
}

const fn keep(reason: Reason) -> Decision {
    Decision {
        action: Action::Create,
        reason,
    }
}

const fn skip(reason: Reason) -> Decision {
    Decision {
        action: Action::Skip,
        reason,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::Counts;

    fn decided(address: &str, facts: &AddressFacts, create: CreateContacts) -> Decision {
        let mut own: OwnAddresses = ["me@example.org".parse().unwrap()].into_iter().collect();
        own.domains.insert("team.example".into());
        let mut blocked = Blocked::default();
        blocked.domains.insert("blocked.example".into());
        let policy = Policy {
            create,
            own: &own,
            blocked: &blocked,
            allow_roles: false,
        };
        decide(&address.parse().unwrap(), facts, &policy)
    }

    #[test]
    fn every_exclusion_has_its_reason() {
        let facts = AddressFacts {
            sent_to: 1,
            ..AddressFacts::default()
        };
        for (address, reason) in [
            ("me@example.org", Reason::OwnAddress),
            ("bob@team.example", Reason::Teammate),
            ("x@mail.blocked.example", Reason::Excluded),
            ("x@unblocked.example", Reason::WroteTo),
            ("mailer-daemon@example.com", Reason::Bounce),
            ("no-reply@example.com", Reason::NoReply),
            ("info@example.com", Reason::RoleAddress),
            ("1+ann@users.noreply.github.com", Reason::WroteTo),
        ] {
            assert_eq!(
                decided(address, &facts, CreateContacts::All).reason,
                reason,
                "{address}"
            );
        }
        let off = decided("ann@example.com", &facts, CreateContacts::Off);
        assert_eq!(off, skip(Reason::Off));
    }

    #[test]
    fn exchange_decides() {
        let facts = |sent_to, received: Counts, copied: Counts| AddressFacts {
            sent_to,
            received,
            copied,
            ..AddressFacts::default()
        };
        let none = Counts::default();
        let human = Counts { human: 1, ..none };
        let list = Counts { list: 1, ..none };
        for (facts, all, sent) in [
            (
                facts(1, human, none),
                keep(Reason::Exchanged),
                keep(Reason::Exchanged),
            ),
            (
                facts(1, none, none),
                keep(Reason::WroteTo),
                keep(Reason::WroteTo),
            ),
            (
                facts(0, human, none),
                keep(Reason::WroteToUs),
                skip(Reason::OnlyReceived),
            ),
            (
                facts(0, list, human),
                keep(Reason::Copied),
                skip(Reason::OnlyReceived),
            ),
            (
                facts(0, list, none),
                skip(Reason::ListPost),
                skip(Reason::ListPost),
            ),
            (
                facts(0, none, none),
                skip(Reason::Unseen),
                skip(Reason::Unseen),
            ),
        ] {
            assert_eq!(decided("ann@example.com", &facts, CreateContacts::All), all);
            assert_eq!(
                decided("ann@example.com", &facts, CreateContacts::Sent),
                sent
            );
        }
    }

    proptest! {
        #[test]
        fn exchange_between_people_never_takes_a_contact_back(
            counts in prop::array::uniform11(0u32..3),
            more in prop::array::uniform3(0u32..3),
            address in prop::sample::select(vec!["ann@example.com", "info@example.com", "me@example.org"]),
            create in prop::sample::select(vec![CreateContacts::All, CreateContacts::Sent]),
        ) {
            let [sent_to, a, b, c, d, e, f, g, h, i, j] = counts;
            let before = AddressFacts {
                sent_to,
                received: Counts { human: a, list: b, bulk: c, automatic: d, bounce: e },
                copied: Counts { human: f, list: g, bulk: h, automatic: i, bounce: j },
                ..AddressFacts::default()
            };
            let mut after = before.clone();
            after.merge(&AddressFacts {
                sent_to: more[0],
                received: Counts { human: more[1], ..Counts::default() },
                copied: Counts { human: more[2], ..Counts::default() },
                ..AddressFacts::default()
            });
            let kept = decided(address, &before, create).action == Action::Create;
            let still = decided(address, &after, create).action == Action::Create;
            prop_assert!(!kept || still);
        }
    }
}
