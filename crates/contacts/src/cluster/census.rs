//! How many addresses show a word: what makes a name rare or common is the
//! directory itself.

use std::{
    hash::BuildHasher,
    sync::atomic::{AtomicU32, Ordering::Relaxed},
};

use foldhash::fast::FixedState;

use super::{
    bits::{Bits, log2},
    given::is_common,
};

/// What a word is; the same letters as a surname and as a whole local part are
/// counted apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Kind {
    /// A word of a name.
    Word,
    /// A whole name, its words in alphabetical order.
    Name,
    /// The first word of a name of several.
    Given,
    /// A local part or nickname without separators.
    Handle,
    /// The domain that an organisation registered.
    Domain,
}

/// The same in every process and on every machine: results must not change
/// from run to run.
pub(super) fn hash(kind: Kind, text: &str) -> u64 {
    FixedState::with_seed(kind as u64).hash_one(text)
}

/// How many people a language's rare words are thought to have been counted
/// among before the first row is seen. Until the directory has many more, what
/// a word looks like tells more of its rarity than the directory does.
const BACKGROUND: u64 = 1000;

/// Fixed point of counts, so that a share of one is not rounded away.
const UNIT: u64 = 1 << 20;

/// Counts by hash, in a table whose size depends on the directory's: two cells
/// a word, of which the smaller count holds. Where cells collide a word counts
/// as more common than it is, which only makes evidence weaker. Adding up
/// commutes, so the order of rows does not matter.
#[derive(Debug)]
pub(super) struct Census {
    cells: Vec<AtomicU32>,
    nodes: u64,
}

impl Census {
    /// A census of that many addresses, none counted yet.
    pub(super) fn new(nodes: usize) -> Self {
        let cells = (nodes * 64).next_power_of_two().clamp(1 << 12, 1 << 26);
        Self {
            cells: (0..cells).map(|_| AtomicU32::new(0)).collect(),
            nodes: nodes as u64,
        }
    }

    /// One in which nothing is counted: for asking whether names conflict at all.
    pub(super) fn none() -> Self {
        Self {
            cells: vec![AtomicU32::new(0)],
            nodes: 1,
        }
    }

    /// Counts one address that shows what was hashed.
    pub(super) fn add(&self, hash: u64) {
        for at in self.places(hash) {
            if let Some(cell) = self.cells.get(at) {
                cell.fetch_add(1, Relaxed);
            }
        }
    }

    /// How many addresses show what was hashed.
    pub(super) fn count(&self, hash: u64) -> u32 {
        let counts = self
            .places(hash)
            .map(|at| self.cells.get(at).map_or(0, |cell| cell.load(Relaxed)));
        counts.into_iter().min().unwrap_or(0)
    }

    fn places(&self, hash: u64) -> [usize; 2] {
        let mask = self.cells.len() - 1;
        [hash as usize & mask, (hash >> 32) as usize & mask]
    }

    /// How much rarer than certain it is that two strangers are one: the
    /// logarithm of the number of addresses.
    pub(super) fn prior(&self) -> Bits {
        log2(self.nodes)
    }

    /// How surprising it is that a stranger shows a word that `others` of the
    /// addresses show and whose look alone is worth `look` bits.
    pub(super) fn rarity(&self, others: u64, look: Bits) -> Bits {
        let by_look = (BACKGROUND * UNIT) >> (look / 100).clamp(0, 40);
        log2((self.nodes + BACKGROUND) * UNIT) - log2(others * UNIT + by_look)
    }
}

/// How rare a word is by its look alone, where no directory tells: names that
/// thousands bear are known, and a long word is rarer than a short one.
pub(super) fn look_of_word(word: &str) -> Bits {
    if is_common(word) {
        return 800;
    }
    (200 + 200 * length(word)).clamp(500, 2400)
}

/// As [`look_of_word`], for a local part or nickname: digits add to it.
pub(super) fn look_of_handle(stem: &str, digits: usize) -> Bits {
    let digits = Bits::try_from(digits.min(6)).unwrap_or(6);
    look_of_word(stem) + 200 * digits
}

fn length(word: &str) -> Bits {
    Bits::try_from(word.len().min(20)).unwrap_or(20)
}
