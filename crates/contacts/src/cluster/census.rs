//! How many addresses show a word: what makes a name rare or common is the
//! directory itself.

use std::{
    hash::BuildHasher,
    sync::atomic::{AtomicU32, Ordering::Relaxed},
};

use foldhash::fast::FixedState;

use super::{
    bits::{Bits, log2},
    given::full_forms,
};

/// What a word is; the same letters as a surname and as a whole local part are
/// counted apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Kind {
    /// A word of a name.
    Word,
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

/// The hash of a word where it is the first of a name of several.
pub(super) fn given_hash(word: u64) -> u64 {
    word.wrapping_mul(0xc2b2_ae3d_27d4_eb4f)
}

/// How many addresses show what.
#[derive(Debug)]
pub(super) struct Census {
    /// Words of names: few among many addresses.
    pub(super) words: Cells,
    /// Whole names, handles, domains.
    pub(super) things: Cells,
    nodes: u64,
}

/// Counts by hash, in a table whose size depends on the directory's: two cells
/// a hash, of which the smaller count holds. Where cells collide a thing counts
/// as more common than it is, which only makes evidence weaker. Adding up
/// commutes, so the order of rows does not matter.
#[derive(Debug)]
pub(super) struct Cells {
    cells: Vec<AtomicU32>,
}

/// Cells that lie together: the two of one hash cost one look into memory.
const LINE: usize = 16;

impl Cells {
    fn new(least: usize, most: usize) -> Self {
        let cells = least.next_power_of_two().clamp(1 << 12, most);
        Self {
            cells: (0..cells).map(|_| AtomicU32::new(0)).collect(),
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
        // One of the eight even cells of a line, and one of the odd ones.
        let line = hash as usize & self.cells.len().wrapping_sub(1) & !(LINE - 1);
        let within = |shift: u32| (hash >> shift) as usize % (LINE / 2) * 2;
        [line + within(56), line + within(60) + 1]
    }
}

impl Census {
    /// A census of that many addresses, none counted yet.
    pub(super) fn new(nodes: usize) -> Self {
        Self {
            words: Cells::new(nodes * 16, 1 << 24),
            things: Cells::new(nodes * 32, 1 << 26),
            nodes: nodes as u64,
        }
    }

    /// One in which nothing is counted: for asking whether names conflict at all.
    pub(super) fn none() -> Self {
        let none = || Cells { cells: Vec::new() };
        Self {
            words: none(),
            things: none(),
            nodes: 1,
        }
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
pub(super) fn look_of_word(word: &str, is_common: bool) -> Bits {
    if is_common {
        return 800;
    }
    (200 + 200 * length(word)).clamp(500, 2400)
}

/// As [`look_of_word`], for a local part or nickname: digits add to it.
pub(super) fn look_of_handle(stem: &str, digits: usize) -> Bits {
    let digits = Bits::try_from(digits.min(6)).unwrap_or(6);
    look_of_word(stem, full_forms(hash(Kind::Word, stem)).is_some()) + 200 * digits
}

fn length(word: &str) -> Bits {
    Bits::try_from(word.len().min(20)).unwrap_or(20)
}
