//! Persons from rows of names and addresses.

mod names;
mod normal;
mod union;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use names::FullName;
use normal::AddressKey;
use union::Union;

/// A row of a directory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonRow {
    /// The name, as written; may be empty.
    pub name: String,
    /// The address, as written; may be empty or none.
    pub email: String,
    /// How often this row was seen.
    pub count: u32,
}

/// How far to go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tier {
    /// Only what may be merged without asking: the same address, or two that
    /// the provider delivers to the same mailbox.
    Auto,
    /// What would be proposed to a person: also the same full name, where it
    /// is rare among all rows.
    Suggest,
}

/// The person of each row, numbered in the order of first appearance.
///
/// Rows in another order give the same persons. An address under which three
/// or more people with conflicting names write is shared: its rows are told
/// apart by name, and it never joins two persons. Takes time in the order of
/// n log n.
pub fn cluster(rows: &[PersonRow], tier: Tier) -> Vec<u32> {
    let (groups, of_row) = groups(rows);
    let mut union = Union::new(groups.len());
    if tier == Tier::Suggest {
        names::join_rare(&groups, &mut union);
    }
    let mut numbers = BTreeMap::new();
    of_row
        .into_iter()
        .map(|group| {
            let next = u32::try_from(numbers.len()).unwrap_or(u32::MAX);
            *numbers.entry(union.find(group)).or_insert(next)
        })
        .collect()
}

/// Rows that are one person beyond doubt: one address, or one name at a
/// shared address.
#[derive(Debug, Default)]
struct Group {
    /// The full names seen, each once, in order.
    names: Vec<FullName>,
}

/// Groups the rows; also the group of each row.
fn groups(rows: &[PersonRow]) -> (Vec<Group>, Vec<usize>) {
    let keyed: Vec<(AddressKey, FullName)> = rows
        .iter()
        .map(|row| (normal::address_key(&row.email), FullName::new(&row.name)))
        .collect();
    let mut by_address: BTreeMap<&AddressKey, Vec<usize>> = BTreeMap::new();
    for (index, (key, _)) in keyed.iter().enumerate() {
        by_address.entry(key).or_default().push(index);
    }
    let mut groups = Vec::new();
    let mut of_row = vec![0; rows.len()];
    let mut put = |members: &mut dyn Iterator<Item = usize>| {
        let mut names = Vec::new();
        for row in members {
            if let Some(group) = of_row.get_mut(row) {
                *group = groups.len();
            }
            let name = keyed.get(row).map(|(_, name)| name);
            names.extend(name.filter(|name| name.is_full()).cloned());
        }
        names.sort_unstable();
        names.dedup();
        groups.push(Group { names });
    };
    for (key, members) in by_address {
        let name_of = |row: &usize| keyed.get(*row).map(|(_, name)| name);
        let shared = match key {
            AddressKey::Mailbox(_) => names::are_many(members.iter().filter_map(name_of)),
            AddressKey::Nobody(_) => true,
        };
        if !shared {
            put(&mut members.into_iter());
            continue;
        }
        let mut by_name: BTreeMap<&FullName, Vec<usize>> = BTreeMap::new();
        for row in members {
            match name_of(&row) {
                Some(name) if !name.is_empty() => by_name.entry(name).or_default().push(row),
                // Nothing tells whose it is: a person of its own.
                _ => put(&mut std::iter::once(row)),
            }
        }
        for members in by_name.into_values() {
            put(&mut members.into_iter());
        }
    }
    (groups, of_row)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn rows(rows: &[(&str, &str)]) -> Vec<PersonRow> {
        let row = |(name, email): &(&str, &str)| PersonRow {
            name: (*name).into(),
            email: (*email).into(),
            count: 1,
        };
        rows.iter().map(row).collect()
    }

    #[test]
    fn addresses_merge_and_names_are_proposed() {
        let rows = rows(&[
            ("Ann Lee", "ann.lee@gmail.com"),
            ("", "AnnLee+news@googlemail.com"),
            ("Lee, Ann", "ann@example.com"),
            ("Ann", "ann@example.org"),
            ("Ann L", "ann.lee@example.org"),
            ("", "annlee@example.org"),
        ]);
        assert_eq!(cluster(&rows, Tier::Auto), [0, 0, 1, 2, 3, 4]);
        assert_eq!(cluster(&rows, Tier::Suggest), [0, 0, 0, 1, 2, 3]);
    }

    #[test]
    fn shared_addresses_never_bridge() {
        let rows = rows(&[
            ("Ann Lee (via Desk)", "desk@example.com"),
            ("Bob Ray (via Desk)", "desk@example.com"),
            ("Cy Dow (via Desk)", "desk@example.com"),
            ("", "desk@example.com"),
            ("Ann Lee", "desk@example.com"),
            ("Bob Ray", "bob@example.com"),
            ("Cy Dow", "unknown"),
            ("", "unknown"),
        ]);
        assert_eq!(cluster(&rows, Tier::Auto), [0, 1, 2, 3, 0, 4, 5, 6]);
        assert_eq!(cluster(&rows, Tier::Suggest), [0, 1, 2, 3, 0, 1, 2, 4]);
    }

    #[test]
    fn the_smallest_directory_has_proposals() {
        let rows = rows(&[
            ("Ann Lee", "ann@example.com"),
            ("Lee, Ann", "ann@example.org"),
        ]);
        assert_eq!(cluster(&rows, Tier::Auto), [0, 1]);
        assert_eq!(cluster(&rows, Tier::Suggest), [0, 0]);
    }

    #[test]
    fn frequent_names_are_not_proposed() {
        let mut people: Vec<PersonRow> = (0..40)
            .map(|n| PersonRow {
                name: "Ann Lee".into(),
                email: format!("{n}@example.com"),
                count: 1,
            })
            .collect();
        people.extend(rows(&[
            ("Cleo Unger", "c@example.com"),
            ("Cleo Unger", "c@example.org"),
        ]));
        let persons = cluster(&people, Tier::Suggest);
        assert_eq!(persons.iter().max(), Some(&40));
        assert_eq!(persons[40], persons[41]);
    }

    /// Which rows are together, whatever the numbers.
    fn pairs(rows: &[PersonRow], persons: &[u32]) -> BTreeMap<String, usize> {
        let mut together = BTreeMap::new();
        for (i, a) in rows.iter().enumerate() {
            for (j, b) in rows.iter().enumerate() {
                if persons[i] == persons[j] {
                    *together.entry(format!("{a:?}{b:?}")).or_default() += 1;
                }
            }
        }
        together
    }

    proptest! {
        #[test]
        fn the_order_of_rows_does_not_matter(
            (rows, shuffled) in prop::collection::vec(("[ab]{0,1}( [cd]( e)?)?", "[ab][+.]?[cd]?@(gmail.com|x.y)"), 0..25)
                .prop_map(|rows| rows.into_iter().map(|(name, email)| PersonRow { name, email, count: 1 }).collect::<Vec<_>>())
                .prop_flat_map(|rows| (Just(rows.clone()), Just(rows).prop_shuffle())),
        ) {
            for tier in [Tier::Auto, Tier::Suggest] {
                let one = pairs(&rows, &cluster(&rows, tier));
                let other = pairs(&shuffled, &cluster(&shuffled, tier));
                prop_assert_eq!(one, other);
            }
        }

        #[test]
        fn what_merges_by_itself_is_also_proposed(
            rows in prop::collection::vec(("[ab]{0,1}( [cd])?", "[ab]@x.y"), 0..25),
        ) {
            let rows: Vec<_> = rows.into_iter().map(|(name, email)| PersonRow { name, email, count: 1 }).collect();
            let (auto, suggest) = (cluster(&rows, Tier::Auto), cluster(&rows, Tier::Suggest));
            let merged: BTreeMap<u32, u32> = auto.iter().copied().zip(suggest.iter().copied()).collect();
            prop_assert!(auto.iter().zip(&suggest).all(|(a, s)| merged[a] == *s));
        }
    }
}
