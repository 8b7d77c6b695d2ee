//! Persons from rows of names and addresses.

mod bits;
mod census;
mod given;
mod join;
mod keys;
mod names;
mod nobody;
mod nodes;
mod normal;
mod pairs;
mod profile;
mod score;
mod spelled;
mod union;
mod words;
mod written;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use census::Census;
use nodes::Nodes;
pub use score::Rule;

/// A row of a directory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonRow<'a> {
    /// The name, as written; may be empty.
    pub name: &'a str,
    /// The address, as written; may be empty or none.
    pub email: &'a str,
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
    /// What would be proposed to a person: also what names, nicknames, local
    /// parts and domains make probable among so many rows.
    Suggest,
}

/// Evidence from which on two addresses are proposed as one person's: odds of
/// about three to one, and more in a large directory, where more of what is
/// proposed stands close to the border.
fn enough(census: &Census) -> bits::Bits {
    150 + (census.prior() - 1400).max(0) / 8
}

/// The person of each row, numbered in the order of first appearance.
///
/// As [`People::new`] and [`People::persons`].
pub fn cluster(rows: &[PersonRow<'_>], tier: Tier) -> Vec<u32> {
    match tier {
        // Needs no comparison.
        Tier::Auto => numbered(&Nodes::new(rows, tier), |node| node),
        Tier::Suggest => People::new(rows).persons(),
    }
}

/// A directory, counted and ready to compare.
#[derive(Debug)]
pub struct People {
    nodes: Nodes,
    census: Census,
}

/// Why two rows may be one person's, or may not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Explanation {
    /// The sum, in hundredths of a bit: 100 more means twice the odds.
    pub weight: i32,
    /// From which sum on it is proposed.
    pub enough: i32,
    /// What it is made of.
    pub reasons: Vec<ReasonFor>,
}

/// One piece of evidence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReasonFor {
    /// What kind of evidence.
    pub rule: Rule,
    /// How much it weighs, in hundredths of a bit; below 0 it speaks against.
    pub weight: i32,
    /// What the one shows, as it is compared; may be empty.
    pub left: String,
    /// What the other shows.
    pub right: String,
}

impl People {
    /// Counts the names, words and domains of a directory. Takes time and
    /// memory in proportion to the rows.
    ///
    /// An address under which several people with conflicting names write is
    /// shared: its rows are told apart by name, and it never joins two persons.
    pub fn new(rows: &[PersonRow<'_>]) -> Self {
        let nodes = Nodes::new(rows, Tier::Suggest);
        let census = count(&nodes);
        Self { nodes, census }
    }

    /// The person of each row as [`Tier::Suggest`] proposes them, numbered in the
    /// order of first appearance. Rows in another order give the same persons.
    pub fn persons(&self) -> Vec<u32> {
        let edges = pairs::edges(&self.nodes, &self.census, enough(&self.census));
        let persons = join::join(&self.nodes, edges, &self.census).settled();
        numbered(&self.nodes, |node| {
            persons.get(node as usize).copied().unwrap_or(node)
        })
    }

    /// Why two rows may be one person's; `None` where there is no such row.
    pub fn explain(&self, a: usize, b: usize) -> Option<Explanation> {
        let profile = |row: usize| {
            let node = self.nodes.of_row.get(row)?;
            Some(profile::Profile::read(self.nodes.text(*node), &self.census))
        };
        let (a, b) = (profile(a)?, profile(b)?);
        let score = score::score(&a, &b, &self.census);
        let reasons = score.evidence.iter().map(|evidence| ReasonFor {
            rule: evidence.rule,
            weight: evidence.bits,
            left: evidence.a.to_owned(),
            right: evidence.b.to_owned(),
        });
        Some(Explanation {
            weight: score.bits,
            enough: enough(&self.census),
            reasons: reasons.collect(),
        })
    }
}

/// The person of each row from the group of each node.
fn numbered(nodes: &Nodes, group: impl Fn(u32) -> u32) -> Vec<u32> {
    let mut numbers = vec![u32::MAX; nodes.len()];
    let mut fresh = 0;
    let of_row = nodes.of_row.iter().map(|node| {
        let Some(number) = numbers.get_mut(group(*node) as usize) else {
            return u32::MAX;
        };
        if *number == u32::MAX {
            *number = fresh;
            fresh += 1;
        }
        *number
    });
    of_row.collect()
}

fn count(nodes: &Nodes) -> Census {
    let census = Census::new(nodes.len());
    (0..u32::try_from(nodes.len()).unwrap_or(u32::MAX))
        .into_par_iter()
        .for_each_init(Default::default, |seen, node| {
            profile::count(nodes.text(node), seen, &census);
        });
    census
}

#[cfg(test)]
mod tests;
