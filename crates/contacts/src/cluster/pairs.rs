//! Which pairs of nodes are worth comparing, and how they compare.

use std::sync::atomic::{AtomicU8, Ordering::Relaxed};

use rayon::prelude::*;

use super::{
    bits::Bits,
    census::{Census, Kind, hash},
    keys::{Key, Of, write_keys},
    nodes::Nodes,
    profile::Profile,
    score::score,
};
use crate::limits::{CHUNK_NODES, MAX_BLOCK, MAX_FAMILY, WORD_COMPARISONS};

/// Two nodes that may be one person's, the smaller first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Edge {
    pub(super) bits: Bits,
    pub(super) a: u32,
    pub(super) b: u32,
}

/// All pairs with at least that many bits, the strongest first.
pub(super) fn edges(nodes: &Nodes, census: &Census, least: Bits) -> Vec<Edge> {
    let blocks = blocks(nodes);
    let runs: Vec<&[Entry]> = blocks
        .chunk_by(|x, y| x[..2] == y[..2])
        .filter(|run| (2..=MAX_BLOCK).contains(&run.len()))
        .collect();
    let mut edges: Vec<Edge> = runs
        .par_chunks(1024)
        .flat_map_iter(|runs| {
            let mut found = Vec::new();
            for run in runs {
                compare_all(run, nodes, census, least, &mut found);
            }
            found
        })
        .collect();
    edges.par_sort_unstable_by_key(|edge| (-edge.bits, edge.a, edge.b));
    edges.dedup();
    edges
}

fn compare_all(run: &[Entry], nodes: &Nodes, census: &Census, least: Bits, found: &mut Vec<Edge>) {
    let members: Vec<(u32, bool, Profile<'_>)> = run
        .iter()
        .map(|[.., entry]| {
            (
                entry >> 1,
                entry & 1 == 1,
                Profile::read(nodes.text(entry >> 1), census),
            )
        })
        .collect();
    for (at, (a, a_expected, left)) in members.iter().enumerate() {
        for (b, b_expected, right) in members.iter().skip(at + 1) {
            if (*a_expected && *b_expected) || left.is_surely_other(right) {
                continue;
            }
            let bits = score(left, right, census).bits;
            if bits >= least {
                found.push(Edge {
                    bits,
                    a: *a.min(b),
                    b: *a.max(b),
                });
            }
        }
    }
}

/// A key in two halves, then the node, its lowest bit set where the key is only
/// [`Of::Expected`].
type Entry = [u32; 3];

/// Keys and their nodes, sorted; only keys that several nodes have. Those of
/// too many nodes are kept for each domain apart.
fn blocks(nodes: &Nodes) -> Vec<Entry> {
    let counts = Counts::new(nodes.len());
    let all = u32::try_from(nodes.len()).unwrap_or(u32::MAX);
    let pieces: Vec<std::ops::Range<u32>> = (0..all)
        .step_by(CHUNK_NODES)
        .map(|start| start..all.min(start + CHUNK_NODES as u32))
        .collect();
    pieces.par_iter().for_each(|piece| {
        let mut keys = Vec::new();
        for node in piece.clone() {
            write_keys(nodes.text(node), &mut keys);
            keys.iter().for_each(|key| counts.add(key.hash));
        }
    });
    let mut blocks: Vec<Entry> = pieces
        .par_iter()
        .flat_map_iter(|piece| {
            let (mut keys, mut found) = (Vec::new(), Vec::new());
            for node in piece.clone() {
                let text = nodes.text(node);
                write_keys(text, &mut keys);
                let domain = text
                    .lines()
                    .find_map(|line| line.strip_prefix('d'))
                    .map_or(0, |domain| hash(Kind::Domain, domain));
                found.extend(
                    keys.iter()
                        .filter_map(|key| entry(*key, node, domain, &counts)),
                );
            }
            found
        })
        .collect();
    blocks.par_sort_unstable();
    blocks
}

fn entry(key: Key, node: u32, domain: u64, counts: &Counts) -> Option<Entry> {
    let is_block = |key: u64| (2..=counts.most_words).contains(&usize::from(counts.get(key)));
    let count = usize::from(counts.get(key.hash));
    let most = match key.of {
        Of::Word => counts.most_words,
        Of::Domain => MAX_FAMILY,
        _ => MAX_BLOCK,
    };
    let hash = match count {
        0 | 1 => return None,
        many if many <= most => key.hash,
        // Two words of a name, and handles, have blocks of their own.
        _ if matches!(key.of, Of::Word | Of::Domain) => return None,
        _ => key.hash.rotate_left(17) ^ domain,
    };
    if matches!(key.of, Of::Words(one, other) if is_block(one) || is_block(other)) {
        return None;
    }
    let expected = u32::from(key.of == Of::Expected);
    Some([(hash >> 32) as u32, hash as u32, node << 1 | expected])
}

/// Counts of keys up to 255. Keys that share a cell only cost a needless
/// comparison, or are kept apart by domain a little early.
struct Counts {
    cells: Vec<AtomicU8>,
    /// The largest block of one word.
    most_words: usize,
}

impl Counts {
    fn new(nodes: usize) -> Self {
        let cells = (nodes * 24).next_power_of_two().clamp(1 << 12, 1 << 28);
        Self {
            cells: (0..cells).map(|_| AtomicU8::new(0)).collect(),
            most_words: (WORD_COMPARISONS / nodes.max(1)).clamp(8, MAX_BLOCK),
        }
    }

    fn cell(&self, key: u64) -> Option<&AtomicU8> {
        self.cells
            .get((key ^ key >> 32) as usize & (self.cells.len() - 1))
    }

    fn add(&self, key: u64) {
        if let Some(cell) = self.cell(key)
            && cell.load(Relaxed) < 128
        {
            // Threads that meet here add a few too many, but far from wrapping.
            cell.fetch_add(1, Relaxed);
        }
    }

    fn get(&self, key: u64) -> u8 {
        self.cell(key).map_or(0, |cell| cell.load(Relaxed))
    }
}
