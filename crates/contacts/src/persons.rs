//! Persons as people decided them: an append-only log over addresses.

use std::collections::{BTreeMap, BTreeSet};

use inboxlink_model::{Address, Timestamp};
use serde::{Deserialize, Serialize};

/// One line of the log. Nothing is ever removed from it: a mistake is undone by
/// another line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[non_exhaustive]
pub enum LogEntry {
    /// Two addresses are one person's: a suggestion that was accepted, or a link
    /// that a teammate or an import made.
    Same {
        /// The one.
        a: Address,
        /// The other.
        b: Address,
    },
    /// Two addresses are never one person's: a suggestion that was rejected.
    Different {
        /// The one.
        a: Address,
        /// The other.
        b: Address,
    },
    /// An earlier line no longer counts. Undoing an undoing restores.
    Undo {
        /// The number of that line, from 0.
        entry: usize,
    },
}

/// The persons that a log makes of the addresses seen.
///
/// A pure function of both: the same log over the same addresses gives the same
/// persons, however they came. A person is named by the address that was seen
/// first, so that a merge keeps the older name, the other one leads to it, and
/// an undoing brings it back.
///
/// ```
/// use inboxlink_contacts::{LogEntry, Persons};
/// use inboxlink_model::{Address, Timestamp};
/// let [ann, a_lee]: [Address; 2] = ["ann@example.com".parse()?, "a.lee@example.org".parse()?];
/// let seen = [(ann.clone(), Some(Timestamp(1))), (a_lee.clone(), Some(Timestamp(2)))].into();
/// let mut log = vec![LogEntry::Same { a: a_lee.clone(), b: ann.clone() }];
/// assert_eq!(Persons::new(&seen, &log).person(&a_lee), &ann);
/// log.push(LogEntry::Undo { entry: 0 });
/// assert_eq!(Persons::new(&seen, &log).person(&a_lee), &a_lee);
/// # Ok::<(), inboxlink_model::AddressError>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Persons {
    /// The person of each address that is not its own.
    leads_to: BTreeMap<Address, Address>,
    members: BTreeMap<Address, BTreeSet<Address>>,
    different: BTreeSet<(Address, Address)>,
    refused: Vec<usize>,
}

impl Persons {
    /// Reads a log. `seen` says since when each address is known (`None`: no
    /// mail says when); addresses of the log that are not there count as newest.
    ///
    /// Lines that keep addresses apart hold before all that join; a line that
    /// would join what is kept apart is [refused](Self::refused).
    pub fn new(seen: &BTreeMap<Address, Option<Timestamp>>, log: &[LogEntry]) -> Self {
        let counts = counting(log);
        let mut persons = Self::default();
        let lines = || {
            log.iter()
                .enumerate()
                .zip(&counts)
                .filter(|(_, counts)| **counts)
        };
        for ((_, entry), _) in lines() {
            if let LogEntry::Different { a, b } = entry {
                persons.different.insert(ordered(a, b));
            }
        }
        for ((number, entry), _) in lines() {
            if let LogEntry::Same { a, b } = entry
                && !persons.join(a, b, seen)
            {
                persons.refused.push(number);
            }
        }
        persons
    }

    /// The person of an address: the oldest of that person's addresses.
    pub fn person<'a>(&'a self, address: &'a Address) -> &'a Address {
        self.leads_to.get(address).unwrap_or(address)
    }

    /// All addresses of an address's person, in order.
    pub fn addresses<'a>(&'a self, address: &'a Address) -> impl Iterator<Item = &'a Address> {
        let person = self.person(address);
        let members = self.members.get(person);
        let alone = members.is_none().then_some(person);
        members.into_iter().flatten().chain(alone)
    }

    /// The log's lines that say one person where another says two.
    pub fn refused(&self) -> &[usize] {
        &self.refused
    }

    /// Whether two addresses' persons may become one.
    pub fn may_join(&self, a: &Address, b: &Address) -> bool {
        let apart = |x, y| self.different.contains(&ordered(x, y));
        // The fewer pairs are looked up: those of the persons, or those kept apart.
        let pairs = self.addresses(a).count() * self.addresses(b).count();
        if pairs <= self.different.len() {
            return !self
                .addresses(a)
                .any(|x| self.addresses(b).any(|y| apart(x, y)));
        }
        let (one, other) = (self.person(a), self.person(b));
        !self.different.iter().any(|(x, y)| {
            let of = (self.person(x), self.person(y));
            of == (one, other) || of == (other, one)
        })
    }

    /// What to ask of all that a clustering found together: pairs of persons
    /// that are not joined and not kept apart, each once.
    pub fn proposals<'a>(
        &'a self,
        found: impl IntoIterator<Item = &'a [Address]>,
    ) -> Vec<(&'a Address, &'a Address)> {
        let mut proposals = BTreeSet::new();
        for group in found {
            let persons: BTreeSet<&Address> =
                group.iter().map(|address| self.person(address)).collect();
            let mut persons = persons.into_iter();
            let Some(first) = persons.next() else {
                continue;
            };
            proposals.extend(
                persons
                    .filter(|other| self.may_join(first, other))
                    .map(|other| (first, other)),
            );
        }
        proposals.into_iter().collect()
    }

    fn join(
        &mut self,
        a: &Address,
        b: &Address,
        seen: &BTreeMap<Address, Option<Timestamp>>,
    ) -> bool {
        if !self.may_join(a, b) {
            return false;
        }
        let (one, other) = (self.person(a).clone(), self.person(b).clone());
        if one == other {
            return true;
        }
        let age = |address: &Address| {
            let since = seen.get(address).copied().flatten();
            (since.is_none(), since, address.clone())
        };
        let (stays, goes) = if age(&one) <= age(&other) {
            (one, other)
        } else {
            (other, one)
        };
        let moved = self.members.remove(&goes).unwrap_or_else(|| [goes].into());
        for address in &moved {
            self.leads_to.insert(address.clone(), stays.clone());
        }
        let members = self
            .members
            .entry(stays.clone())
            .or_insert_with(|| [stays].into());
        members.extend(moved);
        true
    }
}

/// Which lines count: those that no later line that counts undoes.
fn counting(log: &[LogEntry]) -> Vec<bool> {
    let mut counts = vec![true; log.len()];
    for (number, entry) in log.iter().enumerate().rev() {
        let own = counts.get(number).copied().unwrap_or(false);
        if let LogEntry::Undo { entry } = entry
            && own
            && *entry < number
            && let Some(undone) = counts.get_mut(*entry)
        {
            *undone = false;
        }
    }
    counts
}

fn ordered(a: &Address, b: &Address) -> (Address, Address) {
    let (first, second) = if a <= b { (a, b) } else { (b, a) };
    (first.clone(), second.clone())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn address(n: usize) -> Address {
        format!("{n}@example.com").parse().unwrap()
    }

    fn seen() -> BTreeMap<Address, Option<Timestamp>> {
        // The higher the number, the older; some are of unknown age.
        (0..8usize)
            .map(|n| {
                (
                    address(n),
                    (n % 3 != 0).then(|| Timestamp(100 - i64::try_from(n).unwrap())),
                )
            })
            .collect()
    }

    fn entry() -> impl Strategy<Value = LogEntry> {
        (0..4u8, 0..8usize, 0..8usize).prop_map(|(kind, a, b)| match kind {
            0 | 1 => LogEntry::Same {
                a: address(a),
                b: address(b),
            },
            2 => LogEntry::Different {
                a: address(a),
                b: address(b),
            },
            _ => LogEntry::Undo { entry: a },
        })
    }

    proptest! {
        #[test]
        fn undoing_restores(log in prop::collection::vec(entry(), 0..12), more in entry()) {
            let before = Persons::new(&seen(), &log);
            let mut undone = log.clone();
            undone.push(more);
            undone.push(LogEntry::Undo { entry: log.len() });
            prop_assert_eq!(Persons::new(&seen(), &undone), before);
        }

        #[test]
        fn what_is_kept_apart_stays_apart(log in prop::collection::vec(entry(), 0..20)) {
            let persons = Persons::new(&seen(), &log);
            for (a, b) in &persons.different {
                prop_assert!(a == b || persons.person(a) != persons.person(b));
            }
            // A line that counts and is not refused holds.
            for (number, counts) in counting(&log).into_iter().enumerate() {
                if let (LogEntry::Same { a, b }, true, false) = (&log[number], counts, persons.refused.contains(&number)) {
                    prop_assert_eq!(persons.person(a), persons.person(b));
                }
            }
        }

        #[test]
        fn a_person_is_named_by_its_oldest_address(log in prop::collection::vec(entry(), 0..20)) {
            let (seen, persons) = (seen(), Persons::new(&seen(), &log));
            for address in seen.keys() {
                let person = persons.person(address);
                prop_assert_eq!(persons.person(person), person);
                let age = |address: &Address| (seen[address].is_none(), seen[address], address.clone());
                prop_assert_eq!(persons.addresses(address).min_by_key(|a| age(a)), Some(person));
                prop_assert!(persons.addresses(person).any(|member| member == address));
            }
        }

        #[test]
        fn without_contradiction_the_order_of_lines_does_not_matter(
            (log, shuffled) in prop::collection::vec((0..8usize, 0..8usize), 0..12)
                .prop_map(|pairs| pairs.into_iter().map(|(a, b)| LogEntry::Same { a: address(a), b: address(b) }).collect::<Vec<_>>())
                .prop_flat_map(|log| (Just(log.clone()), Just(log).prop_shuffle())),
        ) {
            prop_assert_eq!(Persons::new(&seen(), &log), Persons::new(&seen(), &shuffled));
        }
    }

    #[test]
    fn proposals_leave_out_what_was_decided() {
        let [a, b, c, d] = [0, 1, 2, 3].map(address);
        let log = [
            LogEntry::Same {
                a: a.clone(),
                b: b.clone(),
            },
            LogEntry::Different {
                a: b.clone(),
                b: c.clone(),
            },
        ];
        let persons = Persons::new(&BTreeMap::new(), &log);
        let found = [vec![a.clone(), b.clone(), c.clone(), d.clone()]];
        assert_eq!(
            persons.proposals(found.iter().map(Vec::as_slice)),
            [(&a, &d)]
        );
        assert!(!persons.may_join(&c, &a) && persons.may_join(&c, &d));
    }
}
