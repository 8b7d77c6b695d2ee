//! Names as evidence: when two are the same, when they conflict, how rare.

use std::collections::BTreeMap;

use super::{Group, union::Union};
use crate::{
    limits::{MAX_TOKENS, MIN_POPULATION, SHARED_NAMES},
    name::tidy_name,
};

/// Titles and suffixes that tell nobody apart.
const FILLERS: &[&str] = &[
    "jr", "sr", "dr", "prof", "mr", "mrs", "ms", "phd", "md", "herr", "frau", "ing", "dipl",
];

/// A name for comparison: its words without case, accents and order.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct FullName(Vec<String>);

impl FullName {
    pub(super) fn new(display: &str) -> Self {
        let name = tidy_name(display);
        if name.contains('@') {
            return Self::default();
        }
        let folded = any_ascii::any_ascii(&name).to_lowercase();
        let mut words: Vec<String> = folded
            .replace('\'', "")
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty() && !FILLERS.contains(word))
            .take(MAX_TOKENS)
            .map(str::to_owned)
            .collect();
        words.sort_unstable();
        words.dedup();
        Self(words)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Two words or more that are not initials.
    pub(super) fn is_full(&self) -> bool {
        self.long().nth(1).is_some()
    }

    fn long(&self) -> impl Iterator<Item = &String> {
        self.0.iter().filter(|word| word.len() > 1)
    }

    /// Whether two full names cannot be one person's: no word in common.
    fn conflicts(&self, other: &Self) -> bool {
        let shares = self.long().any(|word| other.0.contains(word));
        self.is_full() && other.is_full() && !shares
    }
}

/// Whether names are of several people: [`SHARED_NAMES`] of them conflict with
/// one another. Looks for them greedily, in the order of the names.
pub(super) fn are_many<'a>(names: impl Iterator<Item = &'a FullName>) -> bool {
    let mut sorted: Vec<&FullName> = names.filter(|name| name.is_full()).collect();
    sorted.sort_unstable();
    sorted.dedup();
    let mut apart: Vec<&FullName> = Vec::with_capacity(SHARED_NAMES);
    for name in sorted {
        if apart.iter().all(|other| name.conflicts(other)) {
            apart.push(name);
        }
        if apart.len() >= SHARED_NAMES {
            return true;
        }
    }
    false
}

/// Joins groups of the same full name where that name is rare.
///
/// With N groups, and words that stand in f₁, f₂ … of them, N · f₁/N · f₂/N …
/// strangers bear the name by chance; the groups of the name itself left out,
/// less than half a one must be expected. So name evidence shrinks by itself
/// as a directory grows. A group with conflicting names joins nothing.
pub(super) fn join_rare(groups: &[Group], union: &mut Union) {
    let mut frequency: BTreeMap<&str, usize> = BTreeMap::new();
    let mut by_name: BTreeMap<&FullName, Vec<usize>> = BTreeMap::new();
    for (index, group) in groups.iter().enumerate() {
        let mut words: Vec<&str> = group
            .names
            .iter()
            .flat_map(|n| n.long().map(|w| &**w))
            .collect();
        words.sort_unstable();
        words.dedup();
        for word in words {
            *frequency.entry(word).or_default() += 1;
        }
        if !ambiguous(group) {
            for name in &group.names {
                by_name.entry(name).or_default().push(index);
            }
        }
    }
    for (name, members) in by_name {
        let Some((first, others)) = members.split_first() else {
            continue;
        };
        if others.is_empty()
            || expected_strangers(name, members.len(), groups.len(), &frequency) >= 0.5
        {
            continue;
        }
        for other in others {
            union.join(*first, *other);
        }
    }
}

/// Whether the names of a group are of two people: a couple, a handed-on desk.
fn ambiguous(group: &Group) -> bool {
    let mut names = group.names.iter();
    let first = names.next();
    first.is_some_and(|first| names.any(|name| name.conflicts(first)))
}

fn expected_strangers(
    name: &FullName,
    bearers: usize,
    groups: usize,
    frequency: &BTreeMap<&str, usize>,
) -> f64 {
    let total = groups.max(MIN_POPULATION) as f64;
    let shares = name.long().map(|word| {
        let all = frequency.get(word.as_str()).copied().unwrap_or(1);
        // One bearer is the person; more of them count as chance would.
        let strangers = all.saturating_sub(bearers.min(3)) + 1;
        strangers as f64 / total
    });
    total * shares.product::<f64>()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> FullName {
        FullName::new(text)
    }

    #[test]
    fn compares_without_order_case_and_accents() {
        assert_eq!(name("Müller, Jürgen"), name("jurgen MULLER"));
        assert_eq!(name("Dr. Ann O'Neil"), name("Ann ONeil (Sales)"));
        assert!(!name("Ann L.").is_full());
        assert!(name("ann@example.com").is_empty());
    }

    #[test]
    fn three_conflicting_names_are_many() {
        let names = ["Ann Lee", "Bob Ray", "Ann Ray", "Lee Ann", "Ann"].map(name);
        assert!(!are_many(names.iter()));
        let names = ["Ann Lee", "Bob Ray", "Cy Dow"].map(name);
        assert!(are_many(names.iter()));
    }
}
