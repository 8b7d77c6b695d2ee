//! What is known of one address: counts that only grow.

use std::collections::BTreeMap;

use inboxlink_model::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    limits::MAX_NAMES,
    observe::{Kind, Observation, Source},
};

/// In how many mails of each source.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Counts {
    /// From person to person.
    pub human: u32,
    /// Posts to lists.
    pub list: u32,
    /// Newsletters and services' messages.
    pub bulk: u32,
    /// Automatic answers.
    pub automatic: u32,
    /// Reports of failed delivery.
    pub bounce: u32,
}

impl Counts {
    fn of(&mut self, source: Source) -> &mut u32 {
        match source {
            Source::Human => &mut self.human,
            Source::List => &mut self.list,
            Source::Bulk => &mut self.bulk,
            Source::Automatic => &mut self.automatic,
            Source::Bounce => &mut self.bounce,
        }
    }

    fn merge(&mut self, other: &Self) {
        for (count, more) in [
            (&mut self.human, other.human),
            (&mut self.list, other.list),
            (&mut self.bulk, other.bulk),
            (&mut self.automatic, other.automatic),
            (&mut self.bounce, other.bounce),
        ] {
            *count = count.saturating_add(more);
        }
    }
}

/// What all mail so far tells of one address.
///
/// Facts only add up: in whatever order, and in whatever batches, the same
/// mails give the same facts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AddressFacts {
    /// Mails that we wrote to it.
    pub sent_to: u32,
    /// Mails that it wrote to us.
    pub received: Counts,
    /// Mails in which it stood beside others.
    pub copied: Counts,
    /// Mails of which it was the list.
    pub as_list: u32,
    /// The names seen with it, and how often. At most [`MAX_NAMES`]: the first
    /// in alphabetical order, because that choice does not depend on the order
    /// in which mails are seen, nor does the count of a name that stays.
    pub names: BTreeMap<String, u32>,
    /// When it was first seen.
    pub first: Option<Timestamp>,
    /// When it was last seen.
    pub last: Option<Timestamp>,
}

impl AddressFacts {
    /// Adds what one mail, of that time, tells of the address.
    pub fn add(&mut self, observation: &Observation, at: Option<Timestamp>) {
        let source = observation.source;
        let count = match observation.kind {
            Kind::WeWroteTo => &mut self.sent_to,
            Kind::WroteToUs => self.received.of(source),
            Kind::Copied => self.copied.of(source),
            Kind::List => &mut self.as_list,
        };
        *count = count.saturating_add(1);
        self.add_name(&observation.mailbox.name, 1);
        self.seen(at, at);
    }

    /// Adds the facts of another batch.
    pub fn merge(&mut self, other: &Self) {
        self.sent_to = self.sent_to.saturating_add(other.sent_to);
        self.as_list = self.as_list.saturating_add(other.as_list);
        self.received.merge(&other.received);
        self.copied.merge(&other.copied);
        for (name, count) in &other.names {
            self.add_name(name, *count);
        }
        self.seen(other.first, other.last);
    }

    /// The name to show: the one seen most often, a full name before a single
    /// word; empty where none was seen.
    pub fn display_name(&self) -> &str {
        let full = |name: &str| name.split_whitespace().nth(1).is_some();
        self.names
            .iter()
            // Of equals the alphabetically first, whatever the order of arrival.
            .max_by_key(|(name, count)| (full(name), **count, std::cmp::Reverse(*name)))
            .map_or("", |(name, _)| name)
    }

    fn add_name(&mut self, name: &str, count: u32) {
        if name.is_empty() {
            return;
        }
        let sum = self.names.entry(name.to_owned()).or_default();
        *sum = sum.saturating_add(count);
        if self.names.len() > MAX_NAMES {
            self.names.pop_last();
        }
    }

    fn seen(&mut self, first: Option<Timestamp>, last: Option<Timestamp>) {
        self.first = self.first.into_iter().chain(first).min();
        self.last = self.last.max(last);
    }
}

#[cfg(test)]
mod tests {
    use inboxlink_model::Mailbox;
    use proptest::prelude::*;

    use super::*;

    pub(crate) fn observation() -> impl Strategy<Value = (Observation, Option<Timestamp>)> {
        let kind = prop::sample::select(vec![
            Kind::WroteToUs,
            Kind::WeWroteTo,
            Kind::Copied,
            Kind::List,
        ]);
        let source = prop::sample::select(vec![
            Source::Human,
            Source::List,
            Source::Bulk,
            Source::Automatic,
            Source::Bounce,
        ]);
        let time = prop::option::of((0i64..50).prop_map(Timestamp));
        ("[a-e]{0,3}( [a-c])?", kind, source, time).prop_map(|(name, kind, source, at)| {
            let mailbox = Mailbox::new(name, "ann@example.com").unwrap();
            let observation = Observation {
                mailbox,
                kind,
                source,
            };
            (observation, at)
        })
    }

    fn sum(observations: &[(Observation, Option<Timestamp>)]) -> AddressFacts {
        let mut facts = AddressFacts::default();
        for (observation, at) in observations {
            facts.add(observation, *at);
        }
        facts
    }

    proptest! {
        #[test]
        fn neither_order_nor_batching_matters(
            (all, shuffled) in prop::collection::vec(observation(), 0..300)
                .prop_flat_map(|all| (Just(all.clone()), Just(all).prop_shuffle())),
            size in 1usize..50,
        ) {
            let facts = sum(&all);
            prop_assert_eq!(&sum(&shuffled), &facts);
            let mut merged = AddressFacts::default();
            shuffled.chunks(size).for_each(|batch| merged.merge(&sum(batch)));
            prop_assert_eq!(&merged, &facts);
            prop_assert!(facts.names.len() <= MAX_NAMES);
        }
    }

    #[test]
    fn the_name_to_show() {
        let mut facts = AddressFacts::default();
        assert_eq!(facts.display_name(), "");
        facts.names = [("Ann", 9), ("Bo Lee", 2), ("Ann Lee", 2)]
            .map(|(name, count)| (name.to_owned(), count))
            .into();
        assert_eq!(facts.display_name(), "Ann Lee");
    }
}
